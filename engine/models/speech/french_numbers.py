"""French numerals in words, in the spelling of before 1990 (hyphens below a hundred)."""

from __future__ import annotations

_ONES = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "", "quatre-vingt")
_SCALES = ("", "mille", "million", "milliard", "billion", "billiard", "trillion")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
LARGEST = 10 ** (3 * len(_SCALES)) - 1


def cardinal(number: int) -> str:
    """21 is "vingt et un", 80 "quatre-vingts", 1984 "mille neuf cent quatre-vingt-quatre".

    Beyond LARGEST the digits are said one by one.
    """
    if number < 0:
        return f"moins {cardinal(-number)}"
    if number > LARGEST:
        return digits(str(number))
    if number == 0:
        return _ONES[0]
    words: list[str] = []
    for power in range(len(_SCALES) - 1, -1, -1):
        group = number // 1000**power % 1000
        if not group:
            continue
        if power == 1:
            words += [] if group == 1 else [_below_1000(group, plural=False)]
            words.append("mille")
        elif power:
            words += [_below_1000(group), _SCALES[power] + ("s" if group > 1 else "")]
        else:
            words.append(_below_1000(group))
    return " ".join(words)


def digits(text: str) -> str:
    """Each digit by itself: "05" is "zéro cinq"."""
    return " ".join(_ONES[int(digit)] for digit in text if digit.isdecimal())


def decimal(whole: str, fraction: str) -> str:
    """3,14 is "trois virgule quatorze", 2,05 "deux virgule zéro cinq"."""
    zeros = len(fraction) - len(fraction.lstrip("0"))
    rest = fraction[zeros:]
    if not rest or len(fraction) > 3:
        return f"{cardinal(int(whole))} virgule {digits(fraction)}"
    words = " ".join(["zéro"] * zeros + [cardinal(int(rest))])
    return f"{cardinal(int(whole))} virgule {words}"


def ordinal(number: int) -> str:
    """2 is "deuxième", 21 "vingt et unième", 100 "centième"."""
    words = cardinal(number)
    for end, changed in (("cinq", "cinqu"), ("neuf", "neuv"), ("quatre-vingts", "quatre-vingt")):
        if words.endswith(end):
            words = words[: -len(end)] + changed
    if words.endswith(("cents", "millions", "milliards")):
        words = words[:-1]
    return words.removesuffix("e") + "ième"


def roman(numeral: str) -> int:
    """XIV is 14."""
    values = [_ROMAN[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


def _below_1000(number: int, *, plural: bool = True) -> str:
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        many = hundreds > 1
        words += [_ONES[hundreds]] if many else []
        words.append("cents" if many and not rest and plural else "cent")
    if rest or not hundreds:
        words.append(_below_100(rest, plural=plural))
    return " ".join(words)


def _below_100(number: int, *, plural: bool) -> str:
    if number < 20:
        return _ONES[number]
    tens, one = divmod(number, 10)
    if tens in (7, 9):
        tens, one = tens - 1, one + 10
    if number == 80:
        return "quatre-vingts" if plural else "quatre-vingt"
    if one == 0:
        return _TENS[tens]
    joint = " et " if one in (1, 11) and tens != 8 else "-"
    return _TENS[tens] + joint + _ONES[one]
