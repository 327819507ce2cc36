"""French liaison: the consonant that is heard between two words, and the h that forbids it."""

from __future__ import annotations

import re

from engine.models.speech.french_words import NUMERALS, Phones, Token
from engine.models.speech.ipa import is_vowel
from engine.models.speech.wordlists import word_set

_INTRODUCING = word_set("le la un une du au ce cet cette mon ton son notre votre leur l d")

# An h that keeps the word before it apart: the beginnings of such words.
_ASPIRED = re.compile(
    r"h(?:a(?:baner|bl|ch|ck|dd|gard|ie|ill|in|ïr|ïss|is$|it$|k|ldes|lag|lèt|ïku|le(?:r|t|u|nt)|ll(?!uc|al)"
    r"|lo(?!g)|lt(?!ér|èr)"
    r"|mac|mb(?:urg|ourg)|meau|mm|mpe|mster|n(?:ap|che|d|g|n|oï|s|t)|pp|quen|r(?!mon)|s|shtag|t"
    r"|u"
    r"|vre|van|wa|y|utb)"
    r"|â(?:bl|l|t|v)|é(?:raut|riss|ron$|rons$|ros$|l[ae]|ler)|ê(?:tre|l)|è(?:re$|le)"
    r"|e(?:aume|in$|nn|r(?:nie|s)|ur[td])|i(?:bou|c$|deu|dj|e$|éra|éro|lt|ppi[es]|ppy|p$|p-|ps|ss|t$|ts$|-)"
    r"|o(?:bb|ber|ch|cke|ld|ll(?!y)|mard|me$|n(?:du|g|n[iï]|t)|op|p$|quet|r(?:d|s|mis)|t(?:$|-|te)|u(?!ri)"
    r"|verc)"
    r"|ô$|u(?:blot|ch|[eé]|guenot|is?-clos|it(?!r)|l[oul]|m$|n(?:$|s$|ter)|pp|r[dlo]|ss|sk|tt|nn))"
)
_APART = re.compile(r"(?:oui|onz|yaourt|yacht|yoga|yéti|week|western|ouistiti|uhlan|ululer|un\b$)")

_LINKED = word_set(
    "tant les des ces mes tes ses nos vos leurs aux un mon ton son aucun deux trois six dix vingts"
    " cents plusieurs quelques certains autres quels quelles nous vous ils elles on en dans sans"
    " chez sous dès très plus moins bien trop quand est sont ont suis divers différents certaines"
    " dont"
)
_BEFORE_NOUNS = word_set(
    "petit petits petites grand grands grandes gros grosses bon bons bonnes mauvais mauvaises"
    " premier premiers premières dernier derniers dernières ancien anciens anciennes certain"
    " prochain prochains prochaines long longs longues haut hauts hautes vieux vieilles beaux"
    " belles nouveaux nouvelles jeunes faux doux heureux cent vingt moyen plein second mêmes"
    " principaux vrais vraies jolis jolies rares chers chères nombreux nombreuses immenses énormes"
    " léger vilain excellents excellentes multiples innombrables étranges superbes tels telles"
    " lointains récents divin divins malin commun gentil gentils"
)
_FIXED = frozenset(
    (("temps", "en"), ("plus", "ou"), ("plus", "en"), ("tout", "à"), ("tout", "au"),
     ("tout", "autre"), ("tout", "entier"), ("tout", "un"), ("tout", "est"), ("petit", "à"),
     ("haut", "en"), ("mot", "à"), ("pas", "à"), ("pas", "un"), ("pas", "une"),
     ("pas", "âme"), ("dos", "à"), ("nez", "à"), ("états", "unis"), ("champs", "élysées"),
     ("comment", "allez"), ("accent", "aigu"), ("vingt", "et"), ("avant", "hier"),
     ("moins", "en"), ("pied", "à"), ("nations", "unies"), ("jeux", "olympiques"), ("quant", "à"),
     ("beaux", "arts"), ("tôt", "ou"), ("porc", "épic"), ("but", "en"), ("fond", "en"),
     ("sciences", "humaines"), ("ressources", "humaines"), ("droits", "humains"),
     ("affaires", "étrangères"), ("pot", "au"), ("mieux", "être"), ("mieux", "en"),
     ("arts", "et"), ("ponts", "et"), ("vis", "à"), ("bout", "à"), ("prêt", "à"))
)  # fmt: skip
_COMPOUNDS = word_set("hautes basses pyrénées petites grandes îles sous champs états deux trois")
_CLITICS = word_set("il elle on ils elles y en")
_SOUNDS = {"s": "z", "x": "z", "z": "z", "t": "t", "d": "t", "n": "n", "p": "p", "r": "ʁ", "g": "ɡ",
           "l": "j"}  # fmt: skip


def link(
    token: Token, before: Token | None, after: Token, phones: Phones, next_one: Phones
) -> Phones:
    """The sounds of a word with those that bind it to the next, which begins with `next_one`."""
    if token.ends or not next_one or not _begins_with_vowel(after, next_one):
        return phones
    if not _is_bound(token, before, after) or not token.core:
        return phones
    consonant = _SOUNDS.get(token.core[-1], "")
    if not consonant or phones[-1:] == (consonant,) or (consonant, *phones[-1:]) == ("z", "s"):
        return phones  # heard as it is: tous, fils
    if token.core == "neuf":
        return phones
    if consonant == "ʁ" and phones[-1:] == ("e",):
        phones = (*phones[:-1], "ɛ")
    if consonant == "n":
        phones = _opened(token.core, phones)
    return (*phones, consonant)


def _opened(word: str, phones: Phones) -> Phones:
    """bon, -ain, -ein, -en, -in lose their nasal before the n that is heard; mon, un, en do not."""
    if word == "bon":
        return (*phones[:-1], "ɔ")
    if word.endswith(("ain", "ein", "yen", "ien")) and word not in ("bien", "rien"):
        return (*phones[:-1], "ɛ")
    return (*phones[:-1], "i") if word.endswith("in") else phones


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
    if counted and following in NUMERALS:
        return core == "dix"
    if counted and core != "un" and after.tag in ("ADP", "CCONJ", "SCONJ", "AUX"):
        return False
    if following in ("au", "aux", "à", "et", "ou", "en") and core in _BEFORE_NOUNS:
        return False
    if (after.joined and core in _COMPOUNDS) or (core == "saint" and after.capital):
        return True
    if core == "plus":
        first = token.capital or before is None or before.ends
        return (first and after.core in _CLITICS) or after.tag in ("ADJ", "ADV", "NOUN")
    if core == "tout":
        return after.tag in ("ADJ", "ADV", "VERB", "AUX", "NOUN") or after.core in ("y", "en")
    if core == "un":
        apart = token.elided == "l" or after.core in ("est", "a", "ont", "était", "avait", "aura")
        apart = apart or (after.tag == "ADV" and after.ends)  # j'en ai un aussi
        return not apart and after.tag not in ("ADP", "CCONJ")
    if core in _LINKED:
        return not (core == "est" and (token.tag == "NOUN" or token.elided in ("l", "d")))
    introduced = before is not None and before.core in _INTRODUCING
    if core in _BEFORE_NOUNS:
        return after.tag in ("NOUN", "PROPN", "NUM") or (introduced and after.tag in ("ADJ", "X"))
    if token.tag != "ADJ" or after.tag != "NOUN":
        return False
    return core[-1] in "sx" or (introduced and core[-1] in "td")


def begins_with_vowel_letter(token: Token) -> bool:
    """Whether a word begins with a vowel in writing, or an h that is mute."""
    core = token.core
    return core[:1] in "aàâeéèêiîoôuûyœ" or (core[:1] == "h" and not _ASPIRED.match(core))
