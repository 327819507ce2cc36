"""Clip: moving pictures that are made or read only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import MediaError, UsageError
from engine.media.color import RGB709, ColorInfo

if TYPE_CHECKING:
    from av import VideoFrame
    from numpy.typing import NDArray

    from engine.media.image import Picture
    from engine.media.sound import Sound

ReadFrames: TypeAlias = "Callable[[int, int], Iterator[VideoFrame]]"
"""`read(start, stop)` yields exactly those frames as they are stored, in order."""

_ALPHA = ("rgba", "bgra", "argb", "abgr", "gbrap", "yuva", "ya8", "ya16")


@dataclass(frozen=True, slots=True)
class Geometry:
    """Stored pixels, and how they are shown: pixel aspect (width / height), then turned.

    `rotation` is 0, 90, 180 or 270 degrees clockwise.
    """

    width: int
    height: int
    pixel_aspect: Fraction = Fraction(1)
    rotation: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether stored pixels are what is shown."""
        return self.pixel_aspect == 1 and self.rotation == 0

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height in square pixels, upright; the smaller dimension is kept whole."""
        width, height = self.width, self.height
        if self.pixel_aspect > 1:
            width = _even(width * self.pixel_aspect, width)
        elif self.pixel_aspect < 1:
            height = _even(height / self.pixel_aspect, height)
        return (width, height) if self.rotation in (0, 180) else (height, width)


@dataclass(frozen=True, eq=False)
class Clip:
    """`frame_count` frames at `rate` frames a second, with sound that starts at frame 0.

    `read` gives the frames as stored, in `pixel_format` and `geometry`; `frames` and `arrays`
    give them upright with square pixels. `start` is the timecode of frame 0, in frames.
    """

    rate: Fraction
    frame_count: int
    geometry: Geometry
    pixel_format: str
    color: ColorInfo
    read: ReadFrames = field(repr=False)
    sound: Sound | None = None
    start: int = 0
    name: str = ""

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.frame_count < 0 or min(self.shown) < 1:
            raise UsageError(
                f"no clip has {self.frame_count} frames of {self.shown} at {self.rate}",
                where=self.name or None,
            )

    @classmethod
    def from_arrays(
        cls,
        make: Callable[[int, int], Iterator[Picture]],
        *,
        rate: Fraction,
        width: int,
        height: int,
        frame_count: int,
        has_alpha: bool = False,
        sound: Sound | None = None,
        start: int = 0,
        name: str = "",
    ) -> Clip:
        """A clip of uint8 arrays (H, W, 3), or 4 with alpha: `make(start, stop)` yields them.

        Reading an array of another kind or shape raises MediaError.
        """
        pixel_format = "rgba" if has_alpha else "rgb24"
        wanted = (height, width, 4 if has_alpha else 3)

        def read(begin: int, end: int) -> Iterator[VideoFrame]:
            from engine.media.pixels import frame_of_array

            for number, array in enumerate(make(begin, end), begin):
                kind = getattr(array, "dtype", type(array).__name__)
                shape = tuple(getattr(array, "shape", ()))
                if kind != "uint8" or shape != wanted:
                    raise MediaError(
                        f"frame {number} is {kind} of shape {shape}, not uint8 of shape {wanted}"
                    )
                yield frame_of_array(array, pixel_format)

        geometry = Geometry(width, height)
        return cls(
            rate, frame_count, geometry, pixel_format, RGB709, read, sound, start, name
        )  # fmt: skip

    @classmethod
    def from_array(
        cls, frames: NDArray[Any], rate: Fraction, *, sound: Sound | None = None, name: str = ""
    ) -> Clip:
        """A clip of one uint8 array of shape (frames, H, W, 3 or 4)."""
        if frames.ndim != 4 or frames.dtype != "uint8" or frames.shape[3] not in (3, 4):
            raise UsageError(f"an array of {frames.dtype} of shape {frames.shape} is no clip")
        count, height, width, depth = frames.shape
        return cls.from_arrays(
            lambda start, stop: iter(frames[start:stop]),
            rate=rate,
            width=width,
            height=height,
            frame_count=count,
            has_alpha=depth == 4,
            sound=sound,
            name=name,
        )

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height of the upright picture in square pixels."""
        return self.geometry.shown

    @property
    def width(self) -> int:
        """Width of the upright picture in square pixels."""
        return self.geometry.shown[0]

    @property
    def height(self) -> int:
        """Height of the upright picture in square pixels."""
        return self.geometry.shown[1]

    @property
    def has_alpha(self) -> bool:
        """Whether the frames say how opaque they are."""
        return self.pixel_format.startswith(_ALPHA)

    @property
    def duration(self) -> Fraction:
        """Length in seconds."""
        return self.frame_count / self.rate

    def stored(self, start: int = 0, stop: int | None = None) -> Iterator[VideoFrame]:
        """Frames `start` to `stop` as stored. Raises MediaError when the clip ends early."""
        start, stop = self._range(start, stop)
        given = start
        for frame in self.read(start, stop) if stop > start else ():
            given += 1
            yield frame
        if given != stop:
            raise MediaError(
                f"the clip has {given} of {self.frame_count} frames", where=self.name or None
            )

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[VideoFrame]:
        """Frames `start` to `stop`, upright, with square pixels, in the clip's pixel format.

        Nothing is converted when the stored frames are like that. The frames are shared: do not
        write into them.
        """
        frames = self.stored(start, stop)
        if self.geometry.is_plain:
            return frames
        from engine.media.shape import upright

        return upright(frames, self.geometry)

    def arrays(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        """Frames `start` to `stop` as new uint8 arrays (H, W, 3), or 4 with alpha, in Rec.709."""
        from engine.media.pixels import arrays_of_frames

        return arrays_of_frames(self.frames(start, stop), self.color, alpha=self.has_alpha)

    def array(self, start: int = 0, stop: int | None = None) -> NDArray[Any]:
        """Frames `start` to `stop` as one uint8 array of shape (frames, H, W, 3 or 4)."""
        import numpy as np

        start, stop = self._range(start, stop)
        depth = 4 if self.has_alpha else 3
        result = np.empty((stop - start, self.height, self.width, depth), np.uint8)
        for index, frame in enumerate(self.arrays(start, stop)):
            result[index] = frame
        return result

    def _range(self, start: int, stop: int | None) -> tuple[int, int]:
        stop = self.frame_count if stop is None else min(stop, self.frame_count)
        start = max(0, start)
        return start, max(start, stop)


def _even(exact: Fraction, stored: int) -> int:
    """Rounded to an even number when the stored one is even, so that chroma stays aligned."""
    if stored % 2:
        return max(1, round(exact))
    return max(2, 2 * round(exact / 2))
