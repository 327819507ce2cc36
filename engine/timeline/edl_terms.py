"""What CMX 3600 fixes: limits, reserved reels, the speed line, our comments, reel names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from fractions import Fraction
from urllib.parse import unquote

from engine.timeline.times import ceil, floor, nominal_rate
from engine.timeline.values import MEDIA_SCHEME

MAX_EVENTS = 999
MAX_TRANSITION = 999
MAX_TITLE = 70
BLACK = "BL"
AUXILIARY = "AX"

TRACK_COMMENT = "TRACK"
LOOK_COMMENT = "TRANSITION"
CUT_COMMENT = "TRANSITION CUT"


def reel_names(urls: Iterable[str]) -> dict[str, str]:
    """A reel of at most 8 letters and digits for every media URL; never two with the same one.

    It is the beginning of the file's name; where two would be equal, three digits of the hash of
    their URLs tell them apart, so that a reel does not depend on the other files but these.
    """
    urls = list(dict.fromkeys(urls))
    plain = {url: _plain_reel(url) for url in urls}
    names: dict[str, str] = {}
    taken = {BLACK, AUXILIARY}
    for url in sorted(urls):
        reel = plain[url]
        shared = sum(1 for other in plain.values() if other == reel) > 1
        round_ = 0
        while shared or reel in taken:
            digest = hashlib.sha256(f"{round_}{url}".encode()).hexdigest()
            reel = f"{plain[url][:5]}{int(digest, 16) % 1000:03}"
            shared, round_ = False, round_ + 1
        taken.add(reel)
        names[url] = reel
    return {url: names[url] for url in urls}


def file_name(url: str) -> str:
    """The path of a media URL as people read it."""
    return unquote(url.removeprefix(MEDIA_SCHEME).removeprefix("file://"))


def speed_text(speed: Fraction, rate: Fraction) -> tuple[str, bool]:
    """A speed as the frames per second of an M2 line, and whether that is exact.

    One digit after the point where that is exact, else three.
    """
    frames = abs(speed) * nominal_rate(rate)
    sign = "-" if speed < 0 else ""
    digits = 1 if (frames * 10).denominator == 1 else 3
    scaled = floor(frames * 10**digits + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**digits)
    return f"{sign}{whole:03}.{rest:0{digits}}", Fraction(scaled, 10**digits) == frames


def speed_of_text(text: str, rate: Fraction) -> Fraction:
    """The speed of an M2 line; with more than one decimal, the simplest one that it rounds."""
    value = abs(Fraction(text))
    decimals = len(text.partition(".")[2])
    nominal = nominal_rate(rate)
    speed = value / nominal
    if decimals > 1:
        half = Fraction(1, 2 * 10**decimals)
        speed = simplest_between((value - half) / nominal, (value + half) / nominal)
    return -speed if text.startswith("-") else speed


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator in a closed range of positive numbers."""
    if low <= 0:
        return Fraction(0)
    whole = ceil(low)
    if whole <= high:
        return Fraction(whole)
    base = floor(low)
    return base + 1 / simplest_between(1 / (high - base), 1 / (low - base))


def one_line(text: str) -> str:
    """The text without line breaks and control characters, as a comment can hold it."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()


def _plain_reel(url: str) -> str:
    name = file_name(url).rsplit("/", 1)[-1]
    stem = name.rsplit(".", 1)[0] or name
    letters = re.sub("[^A-Z0-9]", "", stem.upper())
    return letters[:8] or f"R{int(hashlib.sha256(url.encode()).hexdigest(), 16) % 10**7:07}"
