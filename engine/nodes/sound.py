"""Nodes that make sound, speak text, and shape, place and mix sounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from engine.errors import Problem, UsageError
from engine.graph import Context, Label, Multiline, Range, Seed, Situation, node

if TYPE_CHECKING:
    import numpy as np

    from engine.media import Sound
    from engine.models.speech import Piece, Script

Scene = Literal["sea", "wind", "night", "meadow", "desert", "snow", "room"]
Waveform = Literal["sine", "triangle", "square", "sawtooth"]
NoiseColour = Literal["white", "pink", "brown"]
FadeShape = Literal["linear", "smooth", "equal power", "late"]
VoiceName = Literal[
    "heart", "emma", "fenrir", "fable", "kore",
    "clara", "miles", "edith", "lucie",
    "ff_siwis",
    "af_alloy", "af_aoede", "af_bella", "af_heart", "af_jessica", "af_kore", "af_nicole",
    "af_nova", "af_river", "af_sarah", "af_sky",
    "am_adam", "am_echo", "am_eric", "am_fenrir", "am_liam", "am_michael", "am_onyx", "am_puck",
    "am_santa",
    "bf_alice", "bf_emma", "bf_isabella", "bf_lily",
    "bm_daniel", "bm_fable", "bm_george", "bm_lewis",
]  # fmt: skip
Channels = Literal["mono", "stereo", "5.1"]

Length = Annotated[float, Range(0.01, 86400, step=0.5, unit="s")]
Time = Annotated[float, Range(0, 86400, step=0.1, unit="s")]
Short = Annotated[float, Range(0, 30, step=0.05, unit="s")]
Decibels = Annotated[float, Range(-96, 48, step=0.5, unit="dB")]
Level = Annotated[float, Range(-96, 0, step=0.5, unit="dBFS")]
Loudness = Annotated[float, Range(-70, -5, step=0.5, unit="LUFS")]
Peak = Annotated[float, Range(-20, 0, step=0.5, unit="dBTP")]
PhoneNumber = Annotated[float, Range(0, None, step=1)]
Duration = Annotated[float, Range(0, 5, step=0.01, unit="s")]
Hertz = Annotated[float, Range(40, 800, step=1, unit="Hz")]
Energy = Annotated[float, Range(-130, 0, step=0.5, unit="dB")]
OwnSeed = Annotated[int | None, Seed(), Range(0, None)]


@dataclass(frozen=True)
class Phones:
    """How single phones are said: points of number and value."""

    durations: tuple[tuple[PhoneNumber, Duration], ...] = ()
    pitches: tuple[tuple[PhoneNumber, Hertz], ...] = ()
    energies: tuple[tuple[PhoneNumber, Energy], ...] = ()


class Spoken(NamedTuple):
    """Speech, and its words in IPA."""

    out: Sound
    script: Script


def _voice_fingerprint(situation: Situation) -> list[str]:
    from engine.models.speech import fingerprints

    params = situation.params
    chosen = params.get("other") or params.get("voice", "heart")
    named = [params.get(name, "") for name in ("text", "cast")]
    return fingerprints(chosen, named, anything=bool({"text", "cast"} & situation.linked))


def _inspect_speech(situation: Situation) -> Iterator[Problem]:
    """Voices, casts, pronunciations and markup that are wrong, before anything is rendered."""
    from engine.models.speech import Manner, check_text, read_cast, read_pronunciations, voice

    params = situation.params
    checks: dict[str, Callable[[str], object]] = {
        "other": lambda name: voice(name) if name else None,
        "cast": lambda text: [voice(name) for name in read_cast(text).values()],
        "pronunciations": read_pronunciations,
        "text": lambda text: check_text(text, Manner()),
    }
    for field, check in checks.items():
        try:
            if field in params:
                check(params[field])
        except UsageError as error:
            yield Problem(error.message, field=field, mend=error.mend)


@node(
    "Speech",
    category="Sound",
    reads_settings=False,
    fingerprint=_voice_fingerprint,
    inspect=_inspect_speech,
)
def speech(
    text: Annotated[str, Multiline()],
    voice: VoiceName = "heart",
    other: Annotated[str, Label("Other voice, by its name")] = "",
    speed: Annotated[float, Range(0.5, 2, step=0.05)] = 1.0,
    pitch: Annotated[float, Range(-12, 12, step=0.5, unit="semitones")] = 0.0,
    pause: Annotated[Short, Label("Pause between sentences")] = 0.35,
    fit: Annotated[Length | None, Label("Length to meet")] = None,
    cast: Annotated[str, Multiline(), Label("Cast: Anna = emma")] = "",
    pronunciations: Annotated[str, Multiline(), Label("Pronunciations: SQL = sequel")] = "",
    phones: Annotated[Phones, Label("Phones said otherwise")] = Phones(),
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Spoken:
    """A voice that says the text, in English or French.

    The voices heart, clara, miles, edith and lucie are always here; others need files from their
    owner.
    Between paragraphs, set apart by an empty line, the pause is twice as long.
    `[word](/phonemes/)` sets a pronunciation. A text that begins with `<speak>` is SSML. In a cast,
    `Anna: ...` begins what Anna says. With a length to meet, the voice hurries or slows until it
    fits. Curves set the seconds, the pitch and the energy of phones, counted from 0 through the
    text, for clara, miles, edith, lucie and voices of your own.
    """
    from engine.models.speech import (
        Curves,
        Manner,
        as_sound,
        joined,
        narrate,
        read_cast,
        read_pronunciations,
        speak_in,
    )

    manner = Manner(
        other or voice,
        speed,
        pitch,
        pause,
        ctx.seed if seed is None else seed,
        read_cast(cast),
        read_pronunciations(pronunciations),
        Curves(tuple(phones.durations), tuple(phones.pitches), tuple(phones.energies)),
    )
    ctx.check_cancelled()
    if fit is None:
        pieces = narrate(text, manner, ctx.warn)
        spoken = joined(_told(pieces, len(text), ctx))
    else:
        spoken = speak_in(text, fit, manner, ctx.warn)
    return Spoken(as_sound(spoken, text), spoken.script)


def _told(pieces: Iterator[Piece], length: int, ctx: Context) -> Iterator[Piece]:
    """The pieces, with the progress told after each."""
    done = 0
    for piece in pieces:
        done += sum(len(word.text) + 1 for word in piece.passage.words)
        ctx.progress(min(done, length), length)
        yield piece


@node("Ambience", category="Sound")
def ambience(
    scene: Scene = "meadow",
    seconds: Length = 10.0,
    loudness: Annotated[Loudness, Label("Loudness, about")] = -30.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Sound:
    """The sound of a place, in stereo: waves, wind, crickets, birds, desert, snow, a studio.

    It changes all the time and never repeats. A longer one begins as a shorter one of its seed.
    """
    from engine.audio import ambience as made

    rate = ctx.settings.sample_rate
    return made(scene, seconds, _random(ctx, seed), loudness=loudness, rate=rate)


@node("Noise", category="Sound")
def noise(
    colour: NoiseColour = "pink",
    seconds: Length = 10.0,
    level: Level = -30.0,
    width: Annotated[float, Range(0, 1, step=0.05)] = 1.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Sound:
    """Stereo noise: white is flat, pink falls by 3 dB an octave, brown by 6.

    The level is its RMS. Width 0 makes both channels alike, 1 makes them independent.
    """
    from engine.audio import noise as made

    rate = ctx.settings.sample_rate
    return made(colour, seconds, _random(ctx, seed), level=level, width=width, rate=rate)


@node("Tone", category="Sound", cache=False, seeded=False)
def tone(
    frequency: Annotated[float, Range(1, 24000, step=1, unit="Hz")] = 1000.0,
    seconds: Length = 1.0,
    level: Level = -20.0,
    waveform: Waveform = "sine",
    *,
    ctx: Context,
) -> Sound:
    """A steady tone, the same in both channels. The level is its peak."""
    from engine.audio import tone as made

    rate = ctx.settings.sample_rate
    return made(frequency, seconds, level=level, waveform=waveform, rate=rate)


@node("Silence", category="Sound", cache=False, seeded=False)
def silence(seconds: Length = 1.0, *, ctx: Context) -> Sound:
    """Nothing, for a time."""
    from engine.audio import silence as made

    return made(seconds, rate=ctx.settings.sample_rate)


@node("Gain", category="Sound", cache=False)
def gain(sound: Sound, decibels: Decibels = 0.0) -> Sound:
    """Makes a sound louder (above 0) or softer."""
    from engine.audio import gain as changed

    return changed(sound, decibels)


@node("Fade", category="Sound", cache=False)
def fade(
    sound: Sound, fade_in: Short = 0.5, fade_out: Short = 0.5, shape: FadeShape = "smooth"
) -> Sound:
    """Lets a sound rise from silence and fall to it.

    Equal power suits crossfades of two different sounds; late stays low for long.
    """
    from engine.audio import fade as faded

    return faded(sound, fade_in, fade_out, shape=shape)


@node("Trim sound", category="Sound", cache=False)
def trim(sound: Sound, start: Time = 0.0, end: Time | None = None) -> Sound:
    """The part of a sound between two times; without an end, all that is left."""
    from engine.audio import trim as trimmed

    return trimmed(sound, start, end)


@node("Pan", category="Sound", cache=False)
def pan(sound: Sound, position: Annotated[float, Range(-1, 1, step=0.05)] = 0.0) -> Sound:
    """Places a mono or stereo sound between left (-1) and right (1), at equal power."""
    from engine.audio import pan as panned

    return panned(sound, position)


@node("Place in time", category="Sound", cache=False)
def place(sound: Sound, at: Time = 0.0, length: Length | None = None) -> Sound:
    """A sound that begins later, with silence before it; with a length, cut or filled to it."""
    from engine.audio import place as placed

    return placed(sound, at, length=length)


@node("Mix", category="Sound", cache=False, seeded=False)
def mix(
    sounds: list[Sound | None],
    gains: tuple[float, ...] = (),
    starts: tuple[float, ...] = (),
    channels: Channels = "stereo",
    *,
    ctx: Context,
) -> Sound:
    """Sounds at once, at the project's sample rate.

    Each has its gain in dB and its start in seconds; those not given are 0.
    """
    from engine.audio import mix as mixed

    rows = zip(
        sounds,
        _each(gains, len(sounds), "gains"),
        _each(starts, len(sounds), "starts"),
        strict=True,
    )
    heard = [(sound, gain, start) for sound, gain, start in rows if sound is not None]
    return mixed(
        [_conformed(sound, ctx, channels) for sound, _, _ in heard],
        gains=[gain for _, gain, _ in heard],
        starts=[start for _, _, start in heard],
    )


@node("Duck", category="Sound", cache=False)
def duck(
    bed: Sound,
    voice: Sound,
    depth: Annotated[float, Range(0, 60, step=0.5, unit="dB")] = 9.0,
    threshold: Level = -42.0,
    attack: Short = 0.3,
    hold: Short = 0.5,
    release: Short = 0.9,
) -> Sound:
    """Lowers music or ambience wherever a voice is heard. The voice is not mixed in.

    The bed falls before a word, stays low for the hold after it, and comes back slowly.
    """
    from engine.audio import duck as ducked
    from engine.media import conform_sound

    return ducked(
        bed,
        conform_sound(voice, rate=bed.rate),
        depth=depth,
        threshold=threshold,
        attack=attack,
        hold=hold,
        release=release,
    )


@node("Limit peaks", category="Sound", cache=False)
def limit(sound: Sound, peak: Annotated[Peak, Label("True peak")] = -1.0) -> Sound:
    """Holds peaks below a ceiling, between samples too; what is softer stays as it is."""
    from engine.audio import limit as limited

    return limited(sound, peak=peak)


@node("Normalise loudness", category="Sound", seeded=False, reads_settings=False)
def normalise(
    sound: Sound,
    loudness: Loudness = -16.0,
    peak: Annotated[Peak, Label("True peak")] = -1.0,
    *,
    ctx: Context,
) -> Sound:
    """Brings a sound to a loudness (EBU R 128) with no true peak above the given one.

    Usual are -16 LUFS for the web and -23 for broadcast. Peaks are limited only if they must be.
    """
    from engine.audio import normalised

    ctx.check_cancelled()
    result, found = normalised(sound, lufs=loudness, peak=peak)
    if not abs(found.integrated - loudness) <= 0.5:
        ctx.warn(
            f"the sound measures {found.integrated:.1f} LUFS, not {loudness:g}: it is too soft"
        )
    return result


@node("Convert sound", category="Sound", cache=False, seeded=False)
def convert(sound: Sound, channels: Channels = "stereo", *, ctx: Context) -> Sound:
    """A sound at the project's sample rate, in another channel layout."""
    return _conformed(sound, ctx, channels)


def _conformed(sound: Sound, ctx: Context, layout: str) -> Sound:
    from engine.media import conform_sound

    return conform_sound(sound, rate=ctx.settings.sample_rate, layout=layout)


def _each(values: tuple[float, ...], count: int, field: str) -> tuple[float, ...]:
    from engine.errors import UsageError

    if len(values) > count:
        raise UsageError(
            f"{len(values)} {field} for {count} sounds", where=field, mend="Take some away"
        )
    return values + (0.0,) * (count - len(values))


def _random(ctx: Context, seed: int | None) -> np.random.Generator:
    import numpy as np

    return ctx.generator() if seed is None else np.random.default_rng(seed)
