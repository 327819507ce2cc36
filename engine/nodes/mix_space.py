"""Nodes that place sound around the listener, and keep dialogue, music and effects apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from engine.graph import Angle, Context, Label, Range, node

if TYPE_CHECKING:
    from engine.media import Sound

Gain = Annotated[float, Range(-96, 24, step=0.5, unit="dB")]
Degrees = Annotated[float, Range(-360, 360, step=1), Angle()]
Path = tuple[tuple[Annotated[float, Range(0, 86400, step=0.1, unit="s")], Degrees], ...]


class StemSounds(NamedTuple):
    """The three stems and their sum."""

    dialogue: Sound
    music: Sound
    effects: Sound
    mix: Sound


@node("Stems", category="Mix", cache=False, seeded=False)
def stems(
    dialogue: list[Sound] | None = None,
    music: list[Sound] | None = None,
    effects: list[Sound] | None = None,
    dialogue_gain: Gain = 0.0,
    music_gain: Gain = 0.0,
    effects_gain: Gain = 0.0,
    ducking: Annotated[float, Range(0, 60, step=0.5, unit="dB")] = 0.0,
    channels: Literal["mono", "stereo", "5.1"] = "stereo",
    *,
    ctx: Context,
) -> StemSounds:
    """Dialogue, music and effects by themselves, of one length, and their sum.

    With ducking, music is lowered under the dialogue, in its stem too. An empty stem is silence.
    """
    from engine.audio import make_stems
    from engine.media import conform_sound

    rate = ctx.settings.sample_rate
    made = make_stems(
        *(
            [conform_sound(s, rate=rate, layout=channels) for s in sounds or ()]
            for sounds in (dialogue, music, effects)
        ),
        gains=(dialogue_gain, music_gain, effects_gain),
        ducking=ducking,
    )
    return StemSounds(made.dialogue, made.music, made.effects, made.mixed)


@node("Place in 5.1", category="Mix", cache=False)
def place(
    sound: Sound,
    azimuth: Degrees = 0.0,
    width: Annotated[float, Range(0, 180, step=5), Label("Width of a stereo sound")] = 60.0,
    lfe: Annotated[Gain | None, Label("To the LFE")] = None,
    path: Path = (),
) -> Sound:
    """A mono or stereo sound somewhere around the listener, in 5.1.

    The azimuth counts to the right of straight ahead. A path of times and azimuths moves it.
    """
    from engine.audio import place_around

    return place_around(sound, azimuth, width=width, lfe=lfe, path=path)


@node("Fold down", category="Mix", cache=False)
def fold_down(
    sound: Sound,
    channels: Literal["stereo", "mono"] = "stereo",
    centre: Gain = -3.0,
    surround: Gain = -3.0,
    lfe: Annotated[Gain | None, Label("LFE")] = None,
) -> Sound:
    """Surround sound in stereo or mono, by ITU-R BS.775. The LFE is left out without a level."""
    from engine.audio import fold_down as folded

    return folded(sound, channels, centre=centre, surround=surround, lfe=lfe)


@node("Headphones", category="Mix", cache=False)
def headphones(sound: Sound) -> Sound:
    """Any sound as two ears in front of its loudspeakers hear it, for headphones."""
    from engine.audio import binaural

    return binaural(sound)


@node("Pitch", category="Mix", cache=False)
def pitch(
    sound: Sound, semitones: Annotated[float, Range(-24, 24, step=0.5, unit="st")] = 0.0
) -> Sound:
    """A sound higher or lower, as long as it was."""
    from engine.audio import shift_pitch

    return shift_pitch(sound, semitones)


@node("Length", category="Mix", cache=False)
def length(sound: Sound, factor: Annotated[float, Range(0.25, 4, step=0.05)] = 1.0) -> Sound:
    """A sound longer (above 1) or shorter, at its own pitch."""
    from engine.audio import change_length

    return change_length(sound, factor)
