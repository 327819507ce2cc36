"""Checks one file: reads its declarations, all its frames and all its samples once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.audio import Loudness
from engine.errors import MediaError
from engine.media import MediaInfo, open_clip, open_sound, probe
from engine.quality.container import (
    check_colour,
    check_container,
    check_durations,
    check_streams,
)
from engine.quality.hearing import check_sound
from engine.quality.limits import Limits
from engine.quality.picture import check_picture
from engine.quality.report import Finding, Report


def check(
    path: Path | str,
    *,
    limits: Limits | None = None,
    on_progress: Callable[[float, float], None] | None = None,
) -> Report:
    """The technical quality of a film, sound or picture file, in constant memory.

    A damaged file gives a report with an error in it. Raises MediaError when there is no file.
    `on_progress(done, total)` counts seconds of picture and sound; it may raise to stop the work.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError("the file is not there", where=str(path), mend="Check its path")
    limits = limits or Limits()
    try:
        info = probe(path)
    except MediaError as error:
        finding = Finding("container", "error", error.message, mend=error.mend)
        return Report(path, None, None, (finding,))
    findings = [*check_container(info), *check_streams(info), *check_durations(info, limits)]
    done, total = 0.0, _seconds(info)
    loudness: Loudness | None = None

    def told(part: float) -> Callable[[float, float], None]:
        begun = done

        def tell(at: float, of: float) -> None:
            if on_progress:
                on_progress(begun + part * at / max(of, 1), total)

        return tell

    if info.video is not None:
        findings += check_colour(info.video)
        length = float(info.video.duration)
        findings += check_picture(open_clip(path), limits, told(length))
        done += length
    if info.sound_fault:
        message = f"its sound cannot be used ({info.sound_fault})"
        findings.append(
            Finding("sound", "error", message, mend="Make the file again, or use its picture alone")
        )
    if info.audio is not None:
        rate = info.video.rate if info.video else None
        loudness, heard = check_sound(
            open_sound(path), rate, limits, told(float(info.audio.duration))
        )
        findings += heard
    return Report(path, info, loudness, tuple(findings))


def _seconds(info: MediaInfo) -> float:
    return float(sum(part.duration for part in (info.video, info.audio) if part))
