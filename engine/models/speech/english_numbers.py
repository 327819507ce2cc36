"""English numerals in words: counts, years, codes that are said in pairs, fractions and Roman"
" ones."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<!\d)\.\d+"
"""A count as it is written: 1,250 or 3.14 or .5."""
ROMAN = r"(?=[IVXLC]+\b)C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC])"  # up to 399
LARGEST = 10**15 - 1

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


@cache
def _words() -> Any:
    from hibari.g2p import numbers

    return numbers


def cardinal(number: int) -> str:
    """1250 is "one thousand two hundred fifty"; beyond LARGEST the digits are said one by one."""
    if abs(number) > LARGEST:
        return digits(str(number))
    return _plain(str(_words().cardinal(number)))


def ordinal(number: int) -> str:
    """21 is "twenty-first"."""
    return _plain(str(_words().ordinal(number)))


def year(number: int) -> str:
    """1984 is "nineteen eighty-four", 1905 "nineteen oh-five", 2005 "two thousand five"."""
    return _plain(str(_words().year(number)))


def digits(text: str) -> str:
    """Each digit by itself."""
    return " ".join(_DIGITS[int(digit)] for digit in text if digit.isdecimal())


def count(text: str) -> str:
    """A written NUMBER, with its sign: "-2.50" is "minus two point five zero"."""
    text = text.replace(",", "").replace("−", "-")
    if text[:1] in ("-", "+"):
        return ("minus " if text[0] == "-" else "plus ") + count(text[1:])
    whole, point, part = text.partition(".")
    said = cardinal(int(whole)) if whole else ""
    return f"{said} point {digits(part)}".strip() if point else said


def code(text: str) -> str:
    """A number that names something: 747 "seven forty-seven", 101 "one oh one", 1080 "ten eighty".

    From five digits on, and with a zero at the front, they are said one by one.
    """
    number = int(text)
    if text[0] == "0" and len(text) > 1:
        return digits(text)
    if len(text) == 3 and number % 100:
        last = f"oh {_DIGITS[number % 10]}" if number % 100 < 10 else cardinal(number % 100)
        return f"{_DIGITS[number // 100]} {last}"
    if len(text) == 4:
        return year(number)
    return cardinal(number) if len(text) < 4 else digits(text)


def fraction(over: int, under: int) -> str:
    """3/4 is "three quarters"; `under` is at least 2."""
    one, many = _PARTS.get(under) or (ordinal(under), f"{ordinal(under)}s")
    return f"{cardinal(over)} {one if over == 1 else many}"


def roman(numeral: str) -> int:
    """XIV, or xiv, is 14."""
    values = [_ROMAN[letter] for letter in numeral.upper()]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


def _plain(words: str) -> str:
    return re.sub(r",| and\b", "", words)
