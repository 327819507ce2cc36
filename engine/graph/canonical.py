"""The one JSON text of a value: sorted keys, no spaces, no NaN. Keys are hashes of it."""

from __future__ import annotations

import json

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: object) -> str:
    """JSON text that is equal for equal values.

    Raises ValueError for NaN and infinities, TypeError for values that JSON has not.
    """
    return _ENCODER.encode(value)
