"""French words in a sentence: those of two sounds, numerals before a noun, and liaison."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.models.speech.french_words import Phones, readings
from engine.models.speech.ipa import is_vowel
from engine.models.speech.wordlists import word_set

_SINGULAR = word_set("le la un une du au ce cet cette mon ton son notre votre leur l d")
_PLURAL = word_set("les des ces mes tes ses nos vos leurs aux plusieurs quelques")
_SUBJECTS = frozenset(("ils", "elles", "qui"))
_SINGULAR_SUBJECTS = word_set("il elle on ce ne qui que tu je")
_NUMERALS = word_set(
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " vingt trente quarante cinquante soixante cent mille virgule"
)
_WIRES = re.compile(r"électriques?|barbelés?|conducteurs?|téléphoniques?|fer|soie|laine|coton"
                    r"|cuivre|nylon|couture|coudre|dorés?|blancs?|rouges?")  # fmt: skip

# An h that keeps the word before it apart: the beginnings of such words.
_ASPIRED = re.compile(
    r"h(?:a(?:bl|ch|ck|dd|gard|ie|ill|in|ïr|ïss|is$|it$|k|ldes|le(?:r|t|u|nt)|ll(?!uc)|lo(?!g)"
    r"|lt(?!ér)"
    r"|mac|mbour?g|meau|meçon|mm|mpe|mster|n(?:ap|che|d|g|n|s|t)|pp|quen|r(?!mon)|s|shtag|t"
    r"|u(?!t-parl)"
    r"|vre|van|wa|y|utb)"
    r"|â(?:bl|l|t|v)|é(?:raut|riss|ron$|rons$|ros$|l[ae]|ler)|ê(?:tre|l)|è(?:re$|le)"
    r"|e(?:aume|in$|nn|r(?:nie|s)|ur[td])|i(?:bou|c$|deu|dj|e$|érar|ppi[es]|ppy|p$|ps|sse|t$|ts$|-"
    r"|lar)"
    r"|o(?:bb|ber|ch|cke|ld|ll|mard|n(?:g|n[iï]|t)|op|p$|quet|r(?:d|s|mis)|t(?:$|-|te)|u(?!ri)"
    r"|verc)"
    r"|ô$|u(?:blot|ch|[eé]|guenot|is?-clos|it(?!r)|l[oul]|m$|n(?:$|s$|ter)|pp|r[dlo]|ss|sk|tt|nn))"
)
_APART = re.compile(r"(?:oui|onz|yaourt|yacht|yoga|yéti|week|western|ouistiti|uhlan|ululer|un\b$)")

_LINKED = word_set(
    "les des ces mes tes ses nos vos leurs aux un mon ton son aucun deux trois six dix vingts cents"
    " plusieurs quelques certains autres quels quelles nous vous ils elles on en dans sans chez"
    " sous dès très plus moins bien trop quand est sont ont suis divers différents"
)
_BEFORE_NOUNS = word_set(
    "petit petits petites grand grands grandes gros grosses bon bons bonnes mauvais mauvaises"
    " premier premiers premières dernier derniers dernières ancien anciens anciennes certain"
    " prochain prochains prochaines long longs longues haut hauts hautes vieux vieilles beaux"
    " belles nouveaux nouvelles jeunes faux doux heureux cent vingt moyen plein second mêmes"
    " principaux vrais vraies jolis jolies rares chers chères nombreux nombreuses immenses énormes"
    " excellents excellentes multiples innombrables étranges superbes tels telles lointains récents"
)
_FIXED = frozenset(
    (("temps", "en"), ("plus", "ou"), ("plus", "en"), ("tout", "à"), ("tout", "au"),
     ("tout", "autre"), ("tout", "entier"), ("tout", "un"), ("tout", "est"), ("petit", "à"),
     ("haut", "en"), ("mot", "à"), ("pas", "à"), ("états", "unis"), ("champs", "élysées"),
     ("comment", "allez"), ("accent", "aigu"), ("vingt", "et"), ("avant", "hier"),
     ("moins", "en"), ("pied", "à"), ("nations", "unies"), ("jeux", "olympiques"), ("quant", "à"),
     ("beaux", "arts"), ("tôt", "ou"), ("porc", "épic"), ("but", "en"), ("fond", "en"),
     ("sciences", "humaines"), ("ressources", "humaines"), ("droits", "humains"),
     ("affaires", "étrangères"), ("pot", "au"), ("mieux", "être"),
     ("arts", "et"), ("ponts", "et"), ("vis", "à"), ("bout", "à"), ("prêt", "à"))
)  # fmt: skip
_COMPOUNDS = word_set("hautes basses pyrénées petites grandes îles sous champs états deux trois")
_CLITICS = word_set("il elle on ils elles y en")
_SOUNDS = {"s": "z", "x": "z", "z": "z", "t": "t", "d": "t", "n": "n", "p": "p", "r": "ʁ", "g": "ɡ"}


@dataclass(frozen=True)
class Token:
    """A word of a sentence. `core` is it in small letters without what is elided before it.

    tag: its part of speech. joined: by a hyphen to the word before. ends: a mark or the end of the
    sentence follows.
    """

    core: str
    tag: str
    elided: str = ""
    joined: bool = False
    ends: bool = False
    capital: bool = False


@dataclass(frozen=True)
class _Spot:
    """Where a word of several sounds stands: the words before and after it, in small letters."""

    token: Token
    left: str
    next: str
    earlier: tuple[str, ...]
    later: tuple[str, ...]


def in_context(tokens: Sequence[Token], place: int, phones: Phones) -> Phones:
    """The sounds of the word at `place`, whose sounds alone are `phones`, in its sentence."""
    token = tokens[place]
    before = tokens[place - 1] if place else None
    after = None if token.ends or place + 1 == len(tokens) else tokens[place + 1]
    phones = _numeral(token, before, after, phones)
    return _sense(token, tokens, place, after, phones)


def link(
    token: Token, before: Token | None, after: Token, phones: Phones, next_one: Phones
) -> Phones:
    """The sounds of a word with those that bind it to the next, which begins with `next_one`."""
    if token.ends or not next_one or not _begins_with_vowel(after, next_one):
        return phones
    if not _is_bound(token, before, after) or not token.core:
        return phones
    consonant = _SOUNDS.get(token.core[-1], "")
    if not consonant or (phones and phones[-1] == consonant):
        return phones
    if token.core == "neuf":
        return phones
    if consonant == "ʁ" and phones[-1:] == ("e",):
        phones = (*phones[:-1], "ɛ")
    if consonant == "n":
        phones = _opened(token.core, phones)
    return (*phones, consonant)


def _opened(word: str, phones: Phones) -> Phones:
    """bon, -ain, -ein, -en lose their nasal before the n that is heard; mon, un, en keep it."""
    if word == "bon":
        return (*phones[:-1], "ɔ")
    if word.endswith(("ain", "ein", "yen", "ien")) and word not in ("bien", "rien"):
        return (*phones[:-1], "ɛ")
    return phones


def _begins_with_vowel(token: Token, phones: Phones) -> bool:
    if token.elided:
        return False
    if token.core.startswith("h") and _ASPIRED.match(token.core):
        return False
    if _APART.match(token.core) and token.core != "un":
        return False
    return is_vowel(phones[0]) or token.core.startswith(("h", "o", "i", "y", "u"))


def _is_bound(token: Token, before: Token | None, after: Token) -> bool:
    core, following = token.core, after.core.split("-")[0]
    if (core, following) in _FIXED or (after.joined and following in _CLITICS):
        return core not in ("a", "va", "et")
    if token.joined and core in ("nous", "vous", "ils", "elles", "on", "les", "en", "y"):
        return False
    if following == "et" and core not in ("est", "sont"):
        return False
    counted = core in ("un", "deux", "trois", "six", "dix", "cent", "vingt", "cents", "vingts")
    if counted and following in _NUMERALS:
        return core == "dix"
    if counted and core != "un" and after.tag in ("ADP", "CCONJ", "SCONJ", "AUX"):
        return False
    if following in ("au", "aux", "à", "et", "ou", "en") and core in _BEFORE_NOUNS:
        return False
    if after.joined and core in _COMPOUNDS:
        return True
    if core == "plus":
        return after.tag in ("ADJ", "ADV", "NOUN")
    if core == "tout":
        return after.tag in ("ADJ", "ADV", "VERB", "AUX")
    if core == "un":
        return after.tag not in ("ADP", "VERB", "AUX", "CCONJ")
    if core in _LINKED:
        return not (core == "est" and (token.tag == "NOUN" or token.elided in ("l", "d")))
    noun = after.tag in ("NOUN", "ADJ", "PROPN", "NUM")
    if core in _BEFORE_NOUNS:
        return after.tag == "NOUN" or (noun and after.tag != "ADJ")
    if token.tag != "ADJ" or after.tag != "NOUN":
        return False
    introduced = before is not None and before.core in _SINGULAR
    return core[-1] in "sx" or (introduced and core[-1] in "td")


def _numeral(token: Token, before: Token | None, after: Token | None, phones: Phones) -> Phones:
    core = token.core
    if core not in ("six", "dix", "huit", "neuf", "vingt", "cinq", "cent"):
        return phones
    after = None if after is not None and after.core == "virgule" else after
    counts = after is not None and after.tag in ("NOUN", "ADJ", "PROPN", "NUM", "X", "VERB")
    if after is not None and after.capital and (len(after.core) == 1 or after.core.isupper()):
        counts = True
    if after is not None and after.tag == "VERB" and after.core.endswith(("ent", "ont")):
        counts = False  # a verb, which no numeral counts: neuf sur dix savent
    vowel = after is not None and _vowel_letter(after)
    if core in ("six", "dix"):
        if after is not None and after.core == "sept" and after.joined:
            return (phones[0], "i", "s")
        if after is not None and after.core in ("neuf", "huit") and after.joined:
            return (phones[0], "i", "z")
        return (phones[0], "i") if counts else (phones[0], "i", "s")
    if core == "huit":
        return phones if vowel or not counts else phones[:-1]
    if core == "neuf":
        v = after is not None and after.core in ("heures", "heure", "ans", "hommes", "autres")
        return (*phones[:-1], "v") if v else phones
    if core == "vingt":
        past = before is not None and before.core == "quatre" and token.joined
        digit = after is not None and after.joined and after.core in _NUMERALS
        return ("v", "ɛ̃", "t") if digit and not past else ("v", "ɛ̃")
    return ("s", "ɑ̃") if core == "cent" else phones


def _vowel_letter(token: Token) -> bool:
    core = token.core
    return core[:1] in "aàâeéèêiîoôuûyœ" or (core[:1] == "h" and not _ASPIRED.match(core))


def _sense(
    token: Token, tokens: Sequence[Token], place: int, after: Token | None, phones: Phones
) -> Phones:
    core = token.core
    before = tokens[place - 1] if place else None
    left = token.elided or (before.core if before else "")
    if core in _RULES:
        earlier = [word for t in tokens[:place] for word in (t.elided, t.core) if word]
        later = [t.core for t in tokens[place + 1 :]]
        spot = _Spot(token, left, after.core if after else "", tuple(earlier), tuple(later))
        return _RULES[core](spot)
    if core == "y" and after and _vowel_letter(after):
        return ("i", "j") if token.elided else ("j",)
    if core.endswith("ent"):
        return _ending(token, before, left, phones)
    if core.endswith("tions") and _is_done_by_us(token, tokens, place):
        return next((r for r in readings(core) if r[-3:] == ("t", "j", "ɔ̃")), phones)
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
    many = before is not None and before.tag == "NOUN" and before.core[-1:] in "sx"
    if left in _SUBJECTS or many:
        return silent
    return silent if token.tag == "VERB" else nasal


def _fils(at: _Spot) -> Phones:
    wire = at.left in _PLURAL and any(_WIRES.fullmatch(word) for word in at.later[:2])
    return ("f", "i", "l") if wire else ("f", "i", "s")


def _est(at: _Spot) -> Phones:
    subject = at.earlier[-1:] and at.earlier[-1] in _SINGULAR_SUBJECTS
    compass = at.token.elided == "d" or (at.token.elided == "l" and not subject)
    east = compass or at.left in ("nord", "sud") or (at.token.capital and at.earlier)
    return ("ɛ", "s", "t") if east else ("ɛ",)


def _plus(at: _Spot) -> Phones:
    """Heard to its end as a sum, a noun, and where it ends a phrase; never in a negation."""
    negative = {"ne", "n"} & {*at.earlier} or at.left in ("non", "pas", "n", "sans", "jamais")
    sums = at.left in _NUMERALS and at.next in _NUMERALS
    degrees = at.earlier[-4:] == ("de", "plus", "en")  # de plus en plus
    noun = at.left in ("un", "signe", "bac") and at.next in ("de", "à", "pour", "dans", "en", "et")
    ends = not degrees and at.next in ("", "que", "qu")
    heard = sums or (not negative and (ends or noun))
    return ("p", "l", "y", "s") if heard else ("p", "l", "y")


_ALL_OF = word_set(
    "ceux azimuts risques publics genres âges pays côtés droits temps travaux niveaux types cas"
    " terrains horizons sens points"
)


def _tous(at: _Spot) -> Phones:
    quantity = at.next in _PLURAL | _NUMERALS | _ALL_OF
    return ("t", "u") if quantity else ("t", "u", "s")


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
    return ("v", "i", "s") if at.left in _PLURAL | {"la", "une", "cette"} else ("v", "i")


def _jean(at: _Spot) -> Phones:
    return ("ʒ", "ɑ̃") if at.token.capital else ("dʒ", "i", "n")


_RULES: dict[str, Callable[[_Spot], Phones]] = {
    "fils": _fils, "est": _est, "plus": _plus, "tous": _tous, "fier": _fier, "os": _os,
    "as": _as, "sens": _sens, "vis": _vis, "jean": _jean, "lis": _lis, "convient": _convient,
    "reporter": _reporter, "supporter": _supporter, "bus": _bus, "boxer": _boxer,
}  # fmt: skip
