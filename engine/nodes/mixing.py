"""Nodes of the mixing desk: tone, dynamics, echo, room, pitch and busses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.audio.bands import Band
from engine.graph import Context, Label, Range, node

if TYPE_CHECKING:
    from engine.media import Sound

Hertz = Annotated[float, Range(5, 90_000, step=10, unit="Hz")]
Level = Annotated[float, Range(-96, 0, step=0.5, unit="dBFS")]
Short = Annotated[float, Range(0, 5, step=0.01, unit="s")]
Time = Annotated[float, Range(0, 86400, step=0.1, unit="s")]
Place = Annotated[float, Range(-1, 1, step=0.05)]
GainCurve = tuple[tuple[Time, Annotated[float, Range(-96, 48, step=0.5, unit="dB")]], ...]
PanCurve = tuple[tuple[Time, Place], ...]
Part = Annotated[float, Range(0, 1, step=0.05)]
Decibels = Annotated[float, Range(-48, 48, step=0.5, unit="dB")]


@node("Equalise", category="Mix", cache=False)
def equalise(
    sound: Sound,
    bands: tuple[Band, ...] = (
        Band("high pass", 80.0),
        Band("low shelf", 200.0),
        Band("peak", 2500.0),
        Band("high shelf", 8000.0),
    ),
) -> Sound:
    """Raises and lowers parts of the tone: shelves, peaks, passes, a notch.

    Each band has its frequency and its width q; shelves and peaks have a gain in dB.
    """
    from engine.audio import equalise as equalised

    return equalised(sound, bands)


@node("Compress", category="Mix", cache=False)
def compress(
    sound: Sound,
    key: Sound | None = None,
    threshold: Level = -18.0,
    ratio: Annotated[float, Range(1, 100, step=0.5)] = 3.0,
    knee: Annotated[float, Range(0, 24, step=1, unit="dB")] = 6.0,
    attack: Short = 0.01,
    release: Short = 0.15,
    look_ahead: Annotated[float, Range(0, 0.1, step=0.001, unit="s")] = 0.0,
    makeup: Decibels = 0.0,
) -> Sound:
    """Brings loud passages nearer to the soft ones.

    What is louder than the threshold rises by 1 dB for every `ratio` dB. With a key, the level
    of that sound counts. Makeup is added to all.
    """
    from engine.audio import compress as compressed

    return compressed(
        sound,
        key=_keyed(key, sound),
        threshold=threshold,
        ratio=ratio,
        knee=knee,
        attack=attack,
        release=release,
        look_ahead=look_ahead,
        makeup=makeup,
    )


@node("Gate", category="Mix", cache=False)
def gate(
    sound: Sound,
    key: Sound | None = None,
    threshold: Level = -45.0,
    hysteresis: Annotated[float, Range(0, 24, step=1, unit="dB")] = 6.0,
    depth: Annotated[float, Range(0, 96, step=1, unit="dB")] = 40.0,
    attack: Short = 0.002,
    hold: Short = 0.1,
    release: Short = 0.2,
) -> Sound:
    """Lowers a sound in its pauses: hum, breath and the room go, words stay.

    With a key, the level of that sound opens the gate.
    """
    from engine.audio import gate as gated

    return gated(
        sound,
        key=_keyed(key, sound),
        threshold=threshold,
        hysteresis=hysteresis,
        depth=depth,
        attack=attack,
        hold=hold,
        release=release,
    )


@node("De-ess", category="Mix", cache=False)
def de_ess(
    sound: Sound,
    frequency: Hertz = 6000.0,
    threshold: Level = -30.0,
    depth: Annotated[float, Range(0, 48, step=1, unit="dB")] = 9.0,
) -> Sound:
    """Softens sharp s and sh of a voice: what lies above the frequency, where it is loud."""
    from engine.audio import de_ess as softened

    return softened(sound, frequency=frequency, threshold=threshold, depth=depth)


@node("Echo", category="Mix", cache=False)
def echo(
    sound: Sound,
    seconds: Annotated[float, Range(0.001, 5, step=0.01, unit="s")] = 0.35,
    feedback: Annotated[float, Range(0, 0.95, step=0.05)] = 0.35,
    damping: Part = 0.3,
    sides: Annotated[Part, Label("To the other side")] = 0.0,
    wet: Part = 0.3,
) -> Sound:
    """A sound that comes back again and again, each time softer and darker.

    It rings on after the end until it is 60 dB down.
    """
    from engine.audio import echo as echoed

    return echoed(sound, seconds, feedback=feedback, damping=damping, sides=sides, wet=wet)


@node("Reverb", category="Mix", cache=False)
def reverb(
    sound: Sound,
    seconds: Annotated[float, Range(0.05, 15, step=0.1, unit="s")] = 1.6,
    size: Part = 0.5,
    damping: Part = 0.5,
    before: Annotated[float, Range(0, 1, step=0.005, unit="s"), Label("Before the room")] = 0.02,
    width: Part = 1.0,
    wet: Part = 0.25,
    room: Annotated[int, Range(0, 9999)] = 0,
) -> Sound:
    """A mono or stereo sound in a room made by calculation, in stereo.

    Seconds is the time until the room is 60 dB down. Each room number is another room.
    """
    from engine.audio import reverberate

    return reverberate(
        sound,
        seconds=seconds,
        size=size,
        damping=damping,
        before=before,
        width=width,
        wet=wet,
        seed=room,
    )


@node("Convolution reverb", category="Mix", cache=False)
def convolution(sound: Sound, response: Sound, wet: Part = 0.3) -> Sound:
    """A sound in a real place, whose impulse response was recorded (up to 30 s).

    The response is brought to the sound's sample rate, and to its channels where they differ.
    """
    from engine.audio import convolution_reverb
    from engine.media import conform_sound

    stereo_room = sound.layout == "mono" and response.layout == "stereo"
    fits = stereo_room or response.layout in ("mono", sound.layout)
    layout = None if fits else "mono"
    return convolution_reverb(
        sound, conform_sound(response, rate=sound.rate, layout=layout), wet=wet
    )


@node("Automate", category="Mix", cache=False)
def automate(sound: Sound, gain: GainCurve = (), pan: PanCurve = ()) -> Sound:
    """Gain and place of a sound over time, along curves; straight from point to point.

    A place of -1 is left, 1 is right, at equal power.
    """
    from engine.audio import automate as automated

    return automated(sound, gain=gain, pan=pan)


@node("Bus", category="Mix", cache=False, seeded=False)
def bus(
    sounds: list[Sound | None],
    gains: tuple[Decibels, ...] = (),
    pans: tuple[Place, ...] = (),
    gain: Annotated[GainCurve, Label("Gain of the bus")] = (),
    *,
    ctx: Context,
) -> Sound:
    """Sounds as one in stereo, each with a gain and a place, under one fader that can move.

    They are brought to the project's sample rate. Gains and places that are not given are 0.
    """
    from engine.audio import automate as automated
    from engine.audio import bus as made
    from engine.media import conform_sound

    rate = ctx.settings.sample_rate
    heard = [number for number, sound in enumerate(sounds) if sound is not None]
    parts = [
        conform_sound(s, rate=rate, layout=None if s.layout == "mono" else "stereo")
        for s in sounds
        if s is not None
    ]
    if len(heard) < len(sounds):  # those that are left keep their own gains and places
        gains = tuple(gains[n] if n < len(gains) else 0.0 for n in heard)
        pans = tuple(pans[n] if n < len(pans) else 0.0 for n in heard)
    return automated(made(parts, gains=gains, pans=pans or (0.0,)), gain=gain)


@node("Repair sound", category="Mix", cache=False)
def repair(sound: Sound) -> Sound:
    """Puts silence in place of samples that are no numbers, as a broken file may hold."""
    from engine.audio import repair as repaired

    return repaired(sound)


def _keyed(key: Sound | None, sound: Sound) -> Sound | None:
    from engine.media import conform_sound

    return None if key is None else conform_sound(key, rate=sound.rate)
