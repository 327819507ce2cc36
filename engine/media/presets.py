"""What films and sounds are delivered as: codecs, their settings, and the files that take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import UsageError

ENCODER_THREADS = 8
"""Threads of encoders whose bytes depend on their number: fixed, whatever the machine has."""


@dataclass(frozen=True)
class AudioCodec:
    """A sound codec: FFmpeg's encoder, its sample format, and its limits.

    bit_rate: bits a second of one channel; 0 for lossless. rates: allowed sample rates in Hz;
    empty allows all up to the `highest`.
    """

    encoder: str
    title: str
    sample_format: str
    bit_rate: int = 0
    rates: tuple[int, ...] = ()
    highest: int | None = None
    layouts: tuple[str, ...] = ("mono", "stereo", "5.1")


@dataclass(frozen=True)
class Preset:
    """A way to deliver a film: picture codec with settings, files that take it, and sound.

    quality: the option that the user may set, its default and its range (smaller is better).
    """

    title: str
    encoder: str
    pixel_format: str
    options: Mapping[str, str]
    suffixes: tuple[str, ...]
    audio: str
    alpha_format: str | None = None
    alpha_options: Mapping[str, str] = field(default_factory=dict)
    quality: tuple[str, int, int, int] | None = None
    smallest: tuple[int, int] = (16, 16)
    codec_tag: str | None = None
    threads: int = ENCODER_THREADS
    frame_threads: bool = True


_RATES_OF_AAC = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)

AUDIO: Mapping[str, AudioCodec] = {
    "aac": AudioCodec("aac", "AAC, 160 kbit/s a channel", "fltp", 160_000, _RATES_OF_AAC),
    "opus": AudioCodec(
        "libopus", "Opus, 96 kbit/s a channel", "flt", 96_000, (48000, 24000, 16000, 12000, 8000)
    ),
    "flac": AudioCodec("flac", "FLAC, 24 bit, lossless", "s32", highest=192_000),
    "pcm16": AudioCodec("pcm_s16le", "PCM, 16 bit", "s16"),
    "pcm24": AudioCodec("pcm_s24le", "PCM, 24 bit", "s32"),
    "pcm_float": AudioCodec("pcm_f32le", "PCM, 32 bit floating point", "flt"),
}

_X265_QUIET = "log-level=error:frame-threads=2:info=0"
_MOVIES = (".mp4", ".mov", ".mkv")

PRESETS: Mapping[str, Preset] = {
    "h264": Preset(
        "H.264, for everywhere",
        "libx264",
        "yuv420p",
        {"preset": "medium", "profile": "high", "forced-idr": "1"},
        _MOVIES,
        "aac",
        quality=("crf", 18, 1, 51),
    ),
    "h265": Preset(
        "H.265, half the size of H.264",
        "libx265",
        "yuv420p",
        {"preset": "fast", "x265-params": _X265_QUIET},
        _MOVIES,
        "aac",
        quality=("crf", 20, 0, 51),
        smallest=(64, 64),  # below, x265 writes outside of its memory
        codec_tag="hvc1",
    ),
    "prores_422": Preset(
        "ProRes 422, for editing",
        "prores_ks",
        "yuv422p10le",
        {"profile": "standard", "vendor": "apl0"},
        (".mov", ".mkv"),
        "pcm24",
    ),
    "prores_422_hq": Preset(
        "ProRes 422 HQ, for editing and grading",
        "prores_ks",
        "yuv422p10le",
        {"profile": "hq", "vendor": "apl0"},
        (".mov", ".mkv"),
        "pcm24",
    ),
    "prores_4444": Preset(
        "ProRes 4444, with transparency",
        "prores_ks",
        "yuv444p10le",
        {"profile": "4444", "vendor": "apl0"},
        (".mov", ".mkv"),
        "pcm24",
        alpha_format="yuva444p10le",
        alpha_options={"alpha_bits": "16"},
    ),
    "dnxhr_sq": Preset(
        "DNxHR SQ, for editing",
        "dnxhd",
        "yuv422p",
        {"profile": "dnxhr_sq"},
        (".mov",),
        "pcm24",
        smallest=(256, 120),
    ),
    "dnxhr_hq": Preset(
        "DNxHR HQ, for editing and grading",
        "dnxhd",
        "yuv422p",
        {"profile": "dnxhr_hq"},
        (".mov",),
        "pcm24",
        smallest=(256, 120),
    ),
    "vp9": Preset(
        "VP9, for the web",
        "libvpx-vp9",
        "yuv420p",
        {"deadline": "good", "cpu-used": "4", "row-mt": "1", "tile-columns": "2", "b": "0"},
        (".webm", ".mkv", ".mp4"),
        "opus",
        alpha_format="yuva420p",
        alpha_options={"auto-alt-ref": "0"},
        quality=("crf", 24, 0, 63),
    ),
    "av1": Preset(
        "AV1, the smallest files",
        "libsvtav1",
        "yuv420p",
        {"preset": "8", "g": "240", "svtav1-params": "lp=4"},
        (".mp4", ".webm", ".mkv"),
        "opus",
        quality=("crf", 26, 1, 63),
        smallest=(64, 64),
    ),
}
"""Ways to deliver a film, by id."""

SOUND_IN: Mapping[str, tuple[str, ...]] = {
    ".mp4": ("aac", "opus", "flac", "pcm24", "pcm16"),
    ".mov": ("pcm24", "pcm16", "pcm_float", "aac"),
    ".mkv": ("flac", "opus", "aac", "pcm24", "pcm16", "pcm_float"),
    ".webm": ("opus",),
    ".wav": ("pcm24", "pcm16", "pcm_float"),
    ".flac": ("flac",),
    ".m4a": ("aac",),
    ".mka": ("flac", "opus", "aac", "pcm24", "pcm16", "pcm_float"),
    ".opus": ("opus",),
    ".ogg": ("opus", "flac"),
}
FILM_SUFFIXES = (".mp4", ".mov", ".mkv", ".webm")
SOUND_SUFFIXES = (".wav", ".flac", ".m4a", ".mka", ".opus", ".ogg")


def preset_named(name: str) -> Preset:
    """The preset of that id. Raises UsageError that lists them all."""
    if name not in PRESETS:
        raise UsageError(
            f"{name!r} is no way to encode a film", mend=f"Use one of {', '.join(PRESETS)}"
        )
    return PRESETS[name]


def check_suffix(preset: Preset, path: Path) -> None:
    """Raises UsageError when a file with that name cannot hold the preset's picture."""
    if path.suffix.lower() not in preset.suffixes:
        allowed = " or ".join(preset.suffixes)
        raise UsageError(f"{path.name}: {preset.title} goes into {allowed}")


def quality_problem(preset: Preset, quality: int | None) -> str | None:
    """Why the preset cannot take that quality; None when it can."""
    if quality is None:
        return None
    if preset.quality is None:
        return f"{preset.title} has no quality setting"
    _, _, best, worst = preset.quality
    if best <= quality <= worst:
        return None
    return f"quality {quality} is not between {best} and {worst}"


def audio_codec(name: str | None, path: Path, preset: Preset | None = None) -> AudioCodec:
    """The sound codec of that id, or the one that fits the preset and the file.

    Raises UsageError when there is none of that name or the file cannot hold it.
    """
    suffix = path.suffix.lower()
    allowed = SOUND_IN.get(suffix)
    if allowed is None:
        known = ", ".join(SOUND_IN)
        raise UsageError(f"{path.name}: no such file type is written", mend=f"Use one of {known}")
    if name is None:
        wanted = preset.audio if preset else allowed[0]
        return AUDIO[wanted if wanted in allowed else allowed[0]]
    if name not in allowed:
        raise UsageError(
            f"{path.name}: {suffix} holds no sound as {name!r}",
            mend=f"Use one of {', '.join(allowed)}",
        )
    return AUDIO[name]
