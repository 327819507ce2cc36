"""The 52 blend shapes of ARKit: their names, in the order of Live Link Face, and their places."""

from __future__ import annotations

_PAIRED_EYE = ("eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint")
_EYES = (*_PAIRED_EYE, "eyeWide")
_MOUTH = (
    *("jawForward", "jawRight", "jawLeft", "jawOpen"),
    *("mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft"),
    *("mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight"),
    *("mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight"),
    *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"),
    *("mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight"),
    *("mouthUpperUpLeft", "mouthUpperUpRight"),
)
_REST = (
    *("browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    *("cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight"),
    "tongueOut",
)
SHAPES: tuple[str, ...] = (
    *(f"{name}Left" for name in _EYES),
    *(f"{name}Right" for name in _EYES),
    *_MOUTH,
    *_REST,
)
"""Names as Apple writes them (ARFaceAnchor.BlendShapeLocation), each once."""

PLACE: dict[str, int] = {name: index for index, name in enumerate(SHAPES)}
"""Column of each shape."""


def sides(name: str) -> tuple[str, ...]:
    """The shapes that a name without a side stands for: "mouthPress" is both, "jawOpen" itself."""
    if name in PLACE:
        return (name,)
    return f"{name}Left", f"{name}Right"
