"""How the numbers of a picture mean colours: primaries, transfer, matrix and range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

# Names and code points of ISO/IEC 23091-2, spelled as FFmpeg spells them.
PRIMARIES = {
    "bt709": 1,
    "unspecified": 2,
    "bt470m": 4,
    "bt470bg": 5,
    "smpte170m": 6,
    "smpte240m": 7,
    "film": 8,
    "bt2020": 9,
    "smpte428": 10,
    "smpte431": 11,
    "smpte432": 12,
    "ebu3213": 22,
}
TRANSFERS = {
    "bt709": 1,
    "unspecified": 2,
    "gamma22": 4,
    "gamma28": 5,
    "smpte170m": 6,
    "smpte240m": 7,
    "linear": 8,
    "iec61966-2-4": 11,
    "iec61966-2-1": 13,
    "bt2020-10": 14,
    "bt2020-12": 15,
    "smpte2084": 16,
    "smpte428": 17,
    "arib-std-b67": 18,
}
MATRICES = {
    "rgb": 0,
    "bt709": 1,
    "unspecified": 2,
    "fcc": 4,
    "bt470bg": 5,
    "smpte170m": 6,
    "smpte240m": 7,
    "bt2020nc": 9,
    "bt2020c": 10,
}
_RANGE_FULL = 2


@dataclass(frozen=True, slots=True)
class ColorInfo:
    """Names from PRIMARIES, TRANSFERS and MATRICES; `full_range` is 0-255, else 16-235."""

    primaries: str = "bt709"
    transfer: str = "bt709"
    matrix: str = "bt709"
    full_range: bool = False

    @classmethod
    def from_codes(
        cls, *, primaries: int, transfer: int, matrix: int, full_range: bool
    ) -> ColorInfo:
        """From the code points that a file carries; unknown ones become "unspecified"."""
        return cls(
            _name(PRIMARIES, primaries), _name(TRANSFERS, transfer), _name(MATRICES, matrix),
            full_range,
        )  # fmt: skip

    @property
    def codes(self) -> tuple[int, int, int]:
        """Code points of primaries, transfer and matrix."""
        return PRIMARIES[self.primaries], TRANSFERS[self.transfer], MATRICES[self.matrix]

    @property
    def is_rgb(self) -> bool:
        """Whether the picture's numbers are red, green and blue."""
        return self.matrix == "rgb"

    @property
    def is_hdr(self) -> bool:
        """Whether the transfer is one of HDR (PQ or HLG)."""
        return self.transfer in ("smpte2084", "arib-std-b67")

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "primaries": self.primaries,
            "transfer": self.transfer,
            "matrix": self.matrix,
            "full_range": self.full_range,
        }


REC709 = ColorInfo()
"""High definition: what films are delivered in unless asked otherwise."""

RGB709 = ColorInfo(matrix="rgb", full_range=True)
"""Arrays of red, green, blue, 0-255, with the primaries and curve of Rec.709."""

REC601_525 = ColorInfo("smpte170m", "smpte170m", "smpte170m")
REC601_625 = ColorInfo("bt470bg", "smpte170m", "bt470bg")


def completed(color: ColorInfo, *, width: int, height: int, rgb: bool) -> ColorInfo:
    """`color` with guesses in place of "unspecified": standard definition is Rec.601."""
    if width > 1024 or height > 576 or color.primaries == "bt709" or color.matrix == "bt709":
        guess = REC709
    else:
        guess = REC601_625 if height in (288, 576) else REC601_525
    if rgb:
        color = replace(color, matrix="rgb", full_range=True)
        guess = REC709
    return ColorInfo(
        primaries=guess.primaries if color.primaries == "unspecified" else color.primaries,
        transfer=guess.transfer if color.transfer == "unspecified" else color.transfer,
        matrix=guess.matrix if color.matrix in ("unspecified", "bt2020c") else color.matrix,
        full_range=color.full_range,
    )


def range_is_full(code: int) -> bool:
    """Whether FFmpeg's code of a range means full range."""
    return code == _RANGE_FULL


def _name(names: dict[str, int], code: int) -> str:
    return next((name for name, known in names.items() if known == code), "unspecified")
