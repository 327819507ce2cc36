"""French words of two sounds, such as "fils" and "plus", read by the words around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.models.speech.french_liaison import begins_with_vowel_letter
from engine.models.speech.french_words import NUMERALS, Phones, Token, readings
from engine.models.speech.wordlists import word_set

_SINGULAR = word_set("le la un une du au ce cet cette mon ton son notre votre leur l d")
_PLURAL = word_set("les des ces mes tes ses nos vos leurs aux plusieurs quelques")
_SUBJECTS = frozenset(("ils", "elles", "qui"))
_SUBJECTS_OF_ANY = word_set("je j tu il elle on ils elles")
_SINGULAR_SUBJECTS = word_set("il elle on ce ne qui que tu je")
_WIRES = re.compile(r"électriques?|barbelés?|conducteurs?|téléphoniques?|fer|soie|laine|coton"
                    r"|cuivre|nylon|couture|coudre|dorés?|blancs?|rouges?")  # fmt: skip


@dataclass(frozen=True)
class _Spot:
    """Where a word of several sounds stands: the words before and after it, in small letters."""

    token: Token
    left: str
    next: str
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    tag_before: str


def settled(tokens: Sequence[Token]) -> list[Token]:
    """`tokens` with the tags that the tagger misses: no adjective in -ent follows a plural."""
    found = list(tokens)
    for place in range(2, len(found)):
        head, noun, token = found[place - 2 : place + 1]
        apart = head.ends or noun.ends or head.core not in _PLURAL or noun.core[-1:] not in "sx"
        if not apart and token.core.endswith("ent") and len(readings(token.core)) > 1:
            found[place - 1] = replace(noun, tag="NOUN")
            found[place] = replace(token, tag="VERB")
    return found


def in_sense(
    token: Token, tokens: Sequence[Token], place: int, after: Token | None, phones: Phones
) -> Phones:
    """The sounds that the word at `place` has in its sentence; `phones` if it has but these."""
    core = token.core
    before = tokens[place - 1] if place else None
    left = token.elided or (before.core if before else "")
    if core in _RULES:
        earlier = [word for t in tokens[:place] for word in (t.elided, t.core) if word]
        later = [t.core for t in tokens[place + 1 :]]
        tag = before.tag if before and not before.ends else ""
        following = (after.elided or after.core) if after else ""
        spot = _Spot(token, left, following, tuple(earlier), tuple(later), tag)
        return _RULES[core](spot)
    if core == "y" and after and begins_with_vowel_letter(after):
        return ("i", "j") if token.elided else ("j",)
    if core.endswith("ent") and core != "cent":
        return _ending(token, before, left, phones)
    if (
        core.endswith("tions")
        and core not in ("initions", "balbutions")
        and _is_done_by_us(token, tokens, place)
    ):
        return (*phones[:-3], "t", "j", "ɔ̃") if phones[-3:] == ("s", "j", "ɔ̃") else phones
    return phones


def _is_done_by_us(token: Token, tokens: Sequence[Token], place: int) -> bool:
    """Whether -tions ends a verb: nous portions, nous les portions, nous n'exceptions."""
    earlier = [
        word for t in tokens[max(0, place - 2) : place] for word in (t.elided, t.core) if word
    ]
    earlier += [token.elided] if token.elided else []
    between = ("le", "la", "les", "l", "n", "ne", "y", "en", "vous", "leur", "lui", "nous", "d")
    return "nous" in earlier and all(w in between for w in earlier[earlier.index("nous") :])


def _ending(token: Token, before: Token | None, left: str, phones: Phones) -> Phones:
    """-ent is silent in the third person of verbs, and nasal in nouns, adjectives and adverbs."""
    known = readings(token.core)
    silent = next((r for r in known if r[-1] != "ɑ̃"), None)
    nasal = next((r for r in known if r[-1] == "ɑ̃"), None)
    if silent is None or nasal is None:
        return phones
    if left in _SINGULAR or left in ("est", "très", "bien", "plus", "si", "trop", "assez"):
        return nasal
    if before is None or before.ends:
        return silent if token.tag == "VERB" else nasal
    many = before.tag == "NOUN" and before.core[-1:] in "sx"
    if left in _SUBJECTS or many:
        return silent
    return silent if token.tag == "VERB" else nasal


def _fils(at: _Spot) -> Phones:
    wire = at.left in _PLURAL and any(_WIRES.fullmatch(word) for word in at.later[:2])
    return ("f", "i", "l") if wire else ("f", "i", "s")


def _est(at: _Spot) -> Phones:
    subject = at.tag_before in ("NOUN", "PROPN") or (
        at.earlier[-1:] and at.earlier[-1] in _SINGULAR_SUBJECTS
    )
    compass = at.token.elided == "d" or (at.token.elided == "l" and not subject)
    east = compass or at.left in ("nord", "sud") or (at.token.capital and at.earlier)
    return ("ɛ", "s", "t") if east else ("ɛ",)


def _plus(at: _Spot) -> Phones:
    """Heard to its end as a sum, a noun, and where it ends a phrase; never in a negation."""
    subjects = [n for n, word in enumerate(at.earlier) if word in _SUBJECTS_OF_ANY]
    clause = at.earlier[subjects[-1] :] if subjects else at.earlier
    negative = {"ne", "n"} & {*clause} or at.left in ("non", "pas", "n", "sans", "jamais")
    sums = at.left in NUMERALS and at.next in NUMERALS
    degrees = at.earlier[-4:] == ("de", "plus", "en")  # de plus en plus
    noun = at.left in ("un", "signe", "bac") and at.next in ("de", "à", "pour", "dans", "en", "et")
    ends = not degrees and (not at.next or (at.next in ("que", "qu") and bool(at.earlier)))
    heard = sums or (not negative and (ends or noun))
    return ("p", "l", "y", "s") if heard else ("p", "l", "y")


_ALL_OF = word_set(
    "ceux azimuts risques publics genres âges pays côtés droits temps travaux niveaux types cas"
    " terrains horizons sens points"
)


def _tous(at: _Spot) -> Phones:
    quantity = at.next != "un" and at.next in _PLURAL | NUMERALS | _ALL_OF
    return ("t", "u") if quantity else ("t", "u", "s")


def _but(at: _Spot) -> Phones:
    drank = at.left in ("il", "elle", "on", "qui", "y", "ne", "n") or (
        at.token.tag == "VERB" and at.left not in _SINGULAR | {"sans", "de", "d", ""}
    )
    return ("b", "y") if drank else ("b", "y", "t")


def _ben(at: _Spot) -> Phones:
    return ("b", "ɛ", "n") if at.token.capital and at.earlier else ("b", "ɛ̃")


def _lis(at: _Spot) -> Phones:
    verb = at.left in ("je", "tu", "ne", "n", "le", "les", "en", "y", "te", "") and at.left != "le"
    return ("l", "i") if verb or "je" in at.earlier or "tu" in at.earlier else ("l", "i", "s")


def _convient(at: _Spot) -> Phones:
    many = at.left in ("ils", "elles") or {"ils", "elles"} & {*at.earlier[-2:]}
    return ("k", "ɔ̃", "v", "i") if many else ("k", "ɔ̃", "v", "j", "ɛ̃")


def _reporter(at: _Spot) -> Phones:
    noun = at.left in _SINGULAR or at.left in ("grand", "ancien", "jeune", "célèbre", "comme")
    return ("ʁ", "ə", "p", "ɔ", "ʁ", "t", "ɛ", "ʁ") if noun else ("ʁ", "ə", "p", "ɔ", "ʁ", "t", "e")


def _supporter(at: _Spot) -> Phones:
    noun = at.left in ("un", "le", "du", "ce", "chaque", "vrai", "fervent")
    return ("s", "y", "p", "ɔ", "ʁ", "t", "ɛ", "ʁ") if noun else ("s", "y", "p", "ɔ", "ʁ", "t", "e")


def _poster(at: _Spot) -> Phones:
    noun = at.left in _SINGULAR | {"grand", "vieux", "chaque"}
    return ("p", "ɔ", "s", "t", "ɛ", "ʁ") if noun else ("p", "ɔ", "s", "t", "e")


def _bus(at: _Spot) -> Phones:
    return ("b", "y") if at.left in ("je", "tu") else ("b", "y", "s")


def _boxer(at: _Spot) -> Phones:
    noun = at.left in ("un", "le", "son", "mon", "du", "ce")
    return ("b", "ɔ", "k", "s", "ɛ", "ʁ") if noun else ("b", "ɔ", "k", "s", "e")


def _fier(at: _Spot) -> Phones:
    verb = at.left in ("se", "s", "me", "te", "y", "nous", "vous", "de", "d", "à", "pas")
    return ("f", "j", "e") if verb else ("f", "j", "ɛ", "ʁ")


def _os(at: _Spot) -> Phones:
    many = at.left in _PLURAL or at.left in ("d", "deux", "trois", "petits")
    return ("o",) if many else ("ɔ", "s")


def _as(at: _Spot) -> Phones:
    noun = at.left in _SINGULAR | _PLURAL | {"deux"} and at.token.tag != "AUX"
    return ("a", "s") if noun else ("a",)


def _sens(at: _Spot) -> Phones:
    verb = at.left in ("je", "tu", "me", "te", "m", "t") or at.token.tag in ("VERB", "AUX")
    return ("s", "ɑ̃") if verb else ("s", "ɑ̃", "s")


def _vis(at: _Spot) -> Phones:
    subject = ("je", "tu")
    noun = at.left in _PLURAL | NUMERALS | {"une", "cette", "de", "d"}
    noun = noun or (at.left == "la" and at.earlier[-2:-1] not in (("je",), ("tu",)))
    lives = not noun and (at.left in ("ne", "") or any(w in subject for w in at.earlier[-3:]))
    face = at.later[:2] == ("à", "vis") or at.earlier[-2:] == ("vis", "à")
    return ("v", "i") if lives or face else ("v", "i", "s")


def _jean(at: _Spot) -> Phones:
    return ("ʒ", "ɑ̃") if at.token.capital else ("dʒ", "i", "n")


_RULES: dict[str, Callable[[_Spot], Phones]] = {
    "fils": _fils, "est": _est, "plus": _plus, "tous": _tous, "fier": _fier, "os": _os,
    "as": _as, "sens": _sens, "vis": _vis, "jean": _jean, "lis": _lis, "convient": _convient,
    "reporter": _reporter, "supporter": _supporter, "bus": _bus, "poster": _poster, "boxer": _boxer,
    "but": _but, "ben": _ben,
}  # fmt: skip
