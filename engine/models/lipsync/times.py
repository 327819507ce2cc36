"""Times of phones as JSON texts carry them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from engine.errors import UsageError
from engine.models.lipsync.moving import SpokenPhone


def phones_of_times(text: str) -> tuple[SpokenPhone, ...]:
    """Phones of `{"words": [{"phones": [{"phone": "p", "start": 0.1, "end": 0.2}, …]}, …]}`.

    Raises UsageError for another text, for times that are no numbers, and for an end before its
    start.
    """
    try:
        return tuple(_phones(json.loads(text)["words"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"the times are no words with phones ({error})",
            where="times",
            mend="Give the JSON that `aiprod-engine speak --times` writes",
        ) from None


def _phones(words: Any) -> Iterator[SpokenPhone]:
    for word in words:
        for phone in word["phones"]:
            start, end = float(phone["start"]), float(phone["end"])
            if not (math.isfinite(start) and math.isfinite(end) and 0 <= start <= end):
                raise ValueError(f"a phone cannot last from {start} to {end}")
            yield SpokenPhone(str(phone["phone"]), start, end)
