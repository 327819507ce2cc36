"""Checks of what a file declares: container, streams, durations, colour tags."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from engine.media.container import opened
from engine.media.probing import MediaInfo, VideoInfo
from engine.quality.limits import Limits
from engine.quality.report import Finding, Span

_BOXED = {"mp4", "mov", "m4a", "m4v", "3gp"}
_SMALL_PICTURE = 720  # lines below which Rec.601 is no mistake
_SD_MATRICES = {"smpte170m", "bt470bg", "fcc", "smpte240m"}
_TEXTS = {
    "primaries": "colour primaries",
    "transfer": "transfer curve",
    "matrix": "colour matrix",
}


def check_container(info: MediaInfo) -> Iterator[Finding]:
    """Whether the file opens at once in a player, and what is in it."""
    if info.container in _BOXED and not _index_is_first(info.path):
        yield Finding(
            "container",
            "warning",
            "its index lies behind the media, so that it cannot play while it loads",
            mend="Write it with the index first (faststart)",
        )
    size = f"{info.size / 1e6:.1f} MB" if info.size >= 100_000 else f"{info.size} bytes"
    yield Finding("container", "ok", f"{info.container}, {float(info.duration):.2f} s, {size}")


def check_streams(info: MediaInfo) -> Iterator[Finding]:
    """What the streams are, and a rate that varies."""
    parts = []
    if info.video:
        video = info.video
        width, height = video.shown
        parts.append(
            f"{video.codec} {width}x{height}, {_rate_text(video.rate)} fps, "
            f"{video.frame_count} frames, {video.pixel_format}"
        )
        if video.varies:
            yield Finding(
                "streams",
                "warning",
                "the frame rate varies, which editors read differently",
                mend=f"Encode it at a constant {_rate_text(video.rate)} fps",
            )
    if info.audio:
        audio = info.audio
        parts.append(f"{audio.codec} {audio.layout}, {audio.rate} Hz")
    yield Finding("streams", "ok", "; ".join(parts))


def check_durations(info: MediaInfo, limits: Limits) -> Iterator[Finding]:
    """Whether picture, sound and the container's own statement begin and end together."""
    faults = []
    if info.video and info.audio:
        video, audio = info.video, info.audio
        frame = 1 / video.rate
        faults.append(
            _apart("sound", "the picture", "begins", audio.start, video.start, frame, limits)
        )
        faults.append(
            _apart(
                "sound",
                "the picture",
                "ends",
                audio.start + audio.duration,
                video.start + video.duration,
                frame,
                limits,
                rate=video.rate,
                origin=video.start,
            )
        )
    declared = _declared_duration(info.path)
    if declared is not None:
        end = max(s.start + s.duration for s in (info.video, info.audio) if s)
        begin = min(s.start for s in (info.video, info.audio) if s)
        measured = max(end, end - begin)
        faults.append(
            _apart("length that the container states", "its streams", "ends", declared,
                   measured if abs(declared - measured) < abs(declared - info.duration)
                   else info.duration, Fraction(0), limits)
        )  # fmt: skip
    found = [fault for fault in faults if fault]
    yield from found
    if not found:
        yield Finding("durations", "ok", f"all {float(info.duration):.3f} s long")


def check_colour(video: VideoInfo) -> Iterator[Finding]:
    """Whether the picture says what its numbers mean."""
    color = video.color
    rgb = video.pixel_format.startswith(("rgb", "gbr", "bgr", "pal8", "argb", "abgr"))
    missing = [
        text
        for name, text in _TEXTS.items()
        if getattr(color, name) == "unspecified" and not (rgb and name == "matrix")
    ]
    if missing:
        yield Finding(
            "colour",
            "warning",
            f"no tag for its {_listed(missing)}: players guess",
            mend="Encode it with Rec.709 tags",
        )
    elif video.shown[1] >= _SMALL_PICTURE and color.matrix in _SD_MATRICES:
        yield Finding(
            "colour",
            "warning",
            f"{video.shown[0]}x{video.shown[1]} with the matrix {color.matrix} of small pictures",
            mend="Convert it to Rec.709",
        )
    elif color.matrix == "bt709" and color.primaries != "bt709":
        yield Finding(
            "colour",
            "warning",
            f"the primaries {color.primaries} do not go with the matrix bt709",
            mend="Encode it with tags that agree",
        )
    else:
        levels = "full" if color.full_range else "limited"
        yield Finding(
            "colour",
            "ok",
            f"{color.primaries}/{color.transfer}/{color.matrix}, {levels} range",
        )


def _apart(
    what: str,
    other: str,
    verb: str,
    at: Fraction,
    expected: Fraction,
    grain: Fraction,
    limits: Limits,
    *,
    rate: Fraction | None = None,
    origin: Fraction = Fraction(0),
) -> Finding | None:
    gap = at - expected
    if abs(gap) <= limits.duration_warning + grain:
        return None
    side = "before" if gap < 0 else "after"
    place = None
    if rate is not None:
        low, high = sorted((at - origin, expected - origin))
        place = Span.of_seconds(max(low, Fraction(0)), max(high, Fraction(0)), rate)
    return Finding(
        "durations",
        "error" if abs(gap) > limits.duration_error else "warning",
        f"the {what} {verb} {abs(float(gap)):.3f} s {side} {other}",
        place,
        "Trim or extend one to the length of the other",
    )


def _declared_duration(path: Path) -> Fraction | None:
    """What the container itself says, in seconds; None when it does not."""
    with opened(path) as container:
        return Fraction(container.duration, 1_000_000) if container.duration else None


def _index_is_first(path: Path) -> bool:
    """Whether the box "moov" comes before the media. True for files without either."""
    with path.open("rb") as file:
        at, end = 0, path.stat().st_size
        while at + 8 <= end:
            file.seek(at)
            head = file.read(16)
            size, name = int.from_bytes(head[:4], "big"), head[4:8]
            if size == 1:
                size = int.from_bytes(head[8:16], "big")
            if name == b"moov":
                return True
            if name == b"mdat":
                return False
            if size < 8:
                return True
            at += size
    return True


def _rate_text(rate: Fraction) -> str:
    return str(rate.numerator) if rate.denominator == 1 else f"{float(rate):.3f}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
