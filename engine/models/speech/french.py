"""French read out: text to words with their phones, in the accent of France."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from engine.models.speech.drawn_out import drawn_in
from engine.models.speech.family import Word
from engine.models.speech.french_context import in_context
from engine.models.speech.french_liaison import link
from engine.models.speech.french_senses import settled
from engine.models.speech.french_text import written_out
from engine.models.speech.french_units import UNITS
from engine.models.speech.french_words import ELIDED, Phones, Token, known, sounds_of, tags
from engine.models.speech.ipa import is_vowel, phones_of
from engine.models.speech.wordlists import word_set
from engine.models.speech.written import as_written

_LINK = re.compile(
    rf"(?:(?i:\b({'|'.join(ELIDED)}))['’])?\[([^\]]+)\]\(/([^)]*)/\)"
)  # l'[INRAE](/inʁae/)
_PART = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[^\w\s]|\s+")
_END = re.compile(r"(?<=[.!?…])(?:\s?[»”\")\]])*\s+(?=[«“\"([]?\s*[^\sa-zà-öø-ÿ»”)\]])")
_NO_END = re.compile(
    r"(?:\b(?:M|MM|Mme|Mlle|Dr|Pr|St|Ste|av|bd|p|pp|ex|cf|chap|vol|fig|tél|env|n°|J|J\.-C|[A-Z])"
    r"|\bJ\.-C)\.$"
)
_SIGNS = "€$£¥%‰&=+×÷<>≈°@#±"
_EDGES = re.escape(_SIGNS) + "−²³*/"
_HELD = "\u2063"  # holds the parts of a figure together
_IN_FIGURES = re.compile(
    rf"(?<=\d)(?<!\d{{4}})\s(?=\d{{3}}(?!\d))|(?<=\d)\s(?=[€$£¥%‰°]|(?:{UNITS})(?![\w'’]))"
    r"|(?<=\dh)\s(?=\d\d(?!\d))"
)
_DIALLED = re.compile(r"(?<!\w)\+?\d{1,4}(?:\s\(0\))?(?:\s\d{1,2}){3,}(?!\d)")
_IN_HOURS = re.compile(rf"(\d{_HELD}(?:h|min|mn|m|€))\s(?=\d\d(?!\d))")
_MARKS = {"«": "“", "»": "”", '"': "", "'": "", "-": "—", "–": "—"}
_SPOKEN_MARKS = frozenset(";:,.!?—…“”()")
_WEAK = word_set(
    "le la les un une des du de au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos"
    " votre vos leur leurs je tu il elle on nous vous ils elles me te se lui y en ne que qui et ou"
    " où ni mais si à dans par pour sur sous avec sans chez est sont a ont quand comme l d"
)


@dataclass(frozen=True)
class _Piece:
    """A written word, or a part of one: its token and, where the writer set them, its phones."""

    written: str
    token: Token
    spelled: str
    before: str = ""
    after: str = ""
    phones: Phones | None = None


class French:
    """The front end of French. Threads may share it."""

    def sentences(self, paragraph: str) -> list[str]:
        """A paragraph as sentences; abbreviations and initials end none."""
        found, start = [], 0
        for end in _END.finditer(paragraph):
            if not _NO_END.search(paragraph[: end.start()]):
                found.append(paragraph[start : end.end()].strip())
                start = end.end()
        return [each for each in (*found, paragraph[start:].strip()) if each]

    def words(self, sentence: str) -> tuple[Word, ...]:
        """A sentence with figures written out, liaisons made and words read by their context.

        Their names are those in writing: the words of "23 €" are named "23 €" and "", "".
        """
        pieces = _tagged(list(_pieces(sentence)))
        tokens = [piece.token for piece in pieces]
        alone = [
            piece.phones
            if piece.phones is not None
            else in_context(tokens, place, sounds_of(piece.spelled))
            for place, piece in enumerate(pieces)
        ]
        words = []
        for place, piece in enumerate(pieces):
            phones = alone[place]
            if place + 1 < len(pieces) and piece.phones is None:
                before = tokens[place - 1] if place else None
                phones = link(piece.token, before, tokens[place + 1], phones, alone[place + 1])
            if piece.token.elided:
                phones = (*ELIDED[piece.token.elided].split(), *phones)
            if piece.token.core not in _WEAK and piece.phones is None:
                phones = _stressed(phones)
            words.append(Word(piece.written, phones, piece.before, piece.after))
        heard = [word for word in words if word.phones]
        return as_written(heard, _written(sentence), _named, _read)


@cache
def french() -> French:
    """The front end, loaded once a process."""
    return French()


def _written(sentence: str) -> list[str]:
    """What stands between spaces and has a sound; a figure holds its thousands and its unit."""
    text = _DIALLED.sub(lambda m: re.sub(r"\s", _HELD, m[0]), _LINK.sub(_whole, sentence))
    text = _IN_FIGURES.sub(_HELD, text)
    text = _IN_HOURS.sub(rf"\1{_HELD}", text)
    parts = (part.replace(_HELD, " ") for part in text.split())
    return [part for part in parts if any(c.isalnum() or c in _SIGNS for c in part)]


def _named(part: str) -> str:
    """A part without the marks around it."""
    return re.sub(rf"^(?:(?!-\d)[^\w{_EDGES}])+|[^\w{_EDGES}]+$", "", part)


def _read(part: str) -> list[str]:
    return [piece.written for piece in _pieces(part)]


def _stressed(phones: Phones) -> Phones:
    """The last full vowel bears the stress."""
    for place in range(len(phones) - 1, -1, -1):
        if is_vowel(phones[place]) and phones[place] != "ə":
            return (*phones[:place], "ˈ" + phones[place], *phones[place + 1 :])
    return phones


def _pieces(sentence: str) -> Iterator[_Piece]:
    """Words and parts of words with the marks around them."""
    held: _Piece | None = None
    before = ""
    for text, ipa, elided in _linked(drawn_in(sentence, known, "o", "ʁ")):
        parts = [text] if ipa else _PART.findall(written_out(text) + " ")
        for part in parts:
            if not ipa and not part[0].isalpha():
                marks = "".join(_MARKS.get(m, m) for m in part)
                marks = "".join(m for m in marks if m in _SPOKEN_MARKS or m == " ")
                if held is None or before or marks in ("“", "("):
                    before += marks.strip()
                else:
                    held = replace(held, after=held.after + marks)
                continue
            for piece in [_set(part, ipa, elided)] if ipa else _split(part):
                if held is not None:
                    yield _closed(held)
                held, before = replace(piece, before=before), ""
    if held is not None:
        yield _closed(held, last=True)


def _closed(piece: _Piece, *, last: bool = False) -> _Piece:
    after = re.sub(r" +([,.;:!?…])", r"\1", re.sub(r"\s+", " ", piece.after))
    ends = last or any(mark in after for mark in ";:,.!?—…()")
    return replace(piece, after=after, token=replace(piece.token, ends=ends))


def _linked(sentence: str) -> Iterator[tuple[str, str, str]]:
    """Parts of a sentence: text, or a word with its phones and what is elided before it."""
    at = 0
    for found in _LINK.finditer(sentence):
        yield sentence[at : found.start()], "", ""
        yield _whole(found), found[3], (found[1] or "").lower()
        at = found.end()
    yield sentence[at:], "", ""


def _whole(link: re.Match[str]) -> str:
    return link[0].partition("[")[0] + link[2]


def _set(word: str, ipa: str, elided: str) -> _Piece:
    core = word[len(elided) + 1 :] if elided else word
    return _Piece(word, Token(core.lower(), "X", elided), core, phones=phones_of(ipa))


def _split(written: str) -> Iterator[_Piece]:
    """A written word in the parts that are read one by one."""
    parts = [written] if _is_whole(written) else written.split("-")
    for place, part in enumerate(parts):
        head, _, rest = part.rpartition("'")
        elided = head.lower() if head.lower() in ELIDED and rest else ""
        core = rest if elided else part
        if elided and "-" in core and not known(core.lower()):
            yield from _elided_compound(written, elided, core)
            continue
        token = Token(core.lower(), "X", elided, joined=place > 0, capital=core[:1].isupper())
        yield _Piece(written if place == 0 else "", token, core)


def _elided_compound(written: str, elided: str, rest: str) -> Iterator[_Piece]:
    for place, core in enumerate(rest.split("-")):
        head = elided if place == 0 else ""
        token = Token(core.lower(), "X", head, joined=place > 0, capital=core[:1].isupper())
        yield _Piece(written if place == 0 else "", token, core)


def _is_whole(written: str) -> bool:
    """Whether the lexicon has a compound as one word; numerals are read part by part."""
    small = written.lower()
    if small.endswith(("-là", "-ci")):
        return False
    first = small.split("-")[0]
    return "-" not in small or (
        known(small)
        and first
        not in ("dix", "vingt", "quatre", "soixante", "états", "hautes", "basses", "pyrénées")
    )


def _tagged(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces with their parts of speech; the tagger sees elided words as words of their own."""
    seen: list[str] = []
    own: list[int] = []
    for piece in pieces:
        if piece.token.elided:
            seen.append(f"{piece.token.elided}'")
        own.append(len(seen))
        seen.append(piece.spelled)
        if piece.token.ends:
            seen.append(next((m for m in piece.after if m in ".,;:!?"), "."))
    found = tags(seen)
    tokens = [
        replace(piece.token, tag=found[place]) for piece, place in zip(pieces, own, strict=True)
    ]
    return [
        replace(piece, token=token) for piece, token in zip(pieces, settled(tokens), strict=True)
    ]
