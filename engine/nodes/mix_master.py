"""Nodes that measure a finished mix, bring it to its delivery, and find its rhythm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from engine.graph import Context, Label, Number, Range, Text, node

if TYPE_CHECKING:
    from engine.media import Sound

Delivery = Literal[
    "broadcast -23 (EBU)",
    "broadcast -24 (ATSC)",
    "streaming -14",
    "streaming -16",
    "film -27 (dialogue)",
]


class Measured(NamedTuple):
    """What a sound measures: LUFS, LU and dBTP, and the same as a text."""

    integrated: Number
    loudness_range: Number
    max_short_term: Number
    max_momentary: Number
    true_peak: Number
    text: Text


class RhythmFound(NamedTuple):
    """The tempo in beats a minute, and the seconds of beats and onsets, one a line."""

    tempo: Number
    beats: Text
    onsets: Text


@node("Measure loudness", category="Mix", seeded=False, reads_settings=False)
def measure(sound: Sound, *, ctx: Context) -> Measured:
    """The loudness of a sound by EBU R 128: integrated, range, short-term, momentary, true peak.

    Silence is -200 LUFS.
    """
    from engine.audio import measure as measured

    ctx.check_cancelled()
    found = measured(sound)
    levels = (
        found.integrated,
        found.range,
        found.max_short_term,
        found.max_momentary,
        found.true_peak,
    )
    integrated, spread, short, momentary, peak = (max(-200.0, level) for level in levels)
    text = (
        f"integrated {integrated:.1f} LUFS, range {spread:.1f} LU, short-term up to "
        f"{short:.1f} LUFS, momentary up to {momentary:.1f} LUFS, true peak {peak:.1f} dBTP"
    )
    return Measured(integrated, spread, short, momentary, peak, text)


@node("Deliver loudness", category="Mix", seeded=False, reads_settings=False)
def deliver(
    sound: Sound,
    dialogue: Sound | None = None,
    preset: Delivery = "streaming -16",
    *,
    ctx: Context,
) -> Sound:
    """Brings a mix to the loudness and true-peak ceiling that its destination asks for.

    The film preset is measured where somebody speaks: link the dialogue stem.
    """
    from engine.audio import DELIVERIES
    from engine.audio import deliver as delivered
    from engine.media import conform_sound

    ctx.check_cancelled()
    voice = None if dialogue is None else conform_sound(dialogue, rate=sound.rate)
    made = delivered(sound, preset, dialogue=voice)
    if not abs(made.level - DELIVERIES[preset].lufs) <= 0.1:
        ctx.warn(
            f"the sound measures {made.level:.1f} LUFS, not {DELIVERIES[preset].lufs:g}: "
            "it is too soft, or has too little below its peaks"
        )
    return made.sound


@node("Find beats", category="Mix", seeded=False, reads_settings=False)
def beats(
    sound: Sound,
    sensitivity: Annotated[float, Range(0, 1, step=0.05)] = 0.5,
    slowest: Annotated[float, Range(20, 399, step=5), Label("Slowest tempo")] = 60.0,
    fastest: Annotated[float, Range(21, 400, step=5), Label("Fastest tempo")] = 200.0,
    *,
    ctx: Context,
) -> RhythmFound:
    """The tempo of music, and the times of its beats and of everything that begins."""
    from engine.audio import find_rhythm

    ctx.check_cancelled()
    found = find_rhythm(sound, sensitivity=sensitivity, slowest=slowest, fastest=fastest)
    if not found.tempo:
        ctx.warn("no steady beat was found")
    beats, onsets = (
        "\n".join(f"{at:.3f}" for at in times) for times in (found.beats, found.onsets)
    )
    return RhythmFound(found.tempo, beats, onsets)
