"""French abbreviations, titles, headings of scenes and ordinals in words."""

from __future__ import annotations

import re

from engine.models.speech.french_capitals import WORDS, spoken
from engine.models.speech.french_numbers import cardinal, ordinal, roman
from engine.models.speech.french_units import Made

_NAMES = r"(?= (?:d'|de |du |des |von |van |el )?[A-ZÀ-ÖØ-Þ])"
_TITLES = {
    "M.": "monsieur", "MM.": "messieurs", "Me": "maître", "Pr": "professeur",
    "Pr.": "professeur", "Gal": "général", "Cdt": "commandant", "Cne": "capitaine",
    "Lt": "lieutenant", "Cap.": "capitaine", "Col.": "colonel", "Sgt": "sergent",
    "Mgr": "monseigneur", "Mgr.": "monseigneur", "Dr": "docteur", "Dr.": "docteur",
    "Drs": "docteurs", "bd": "boulevard", "bd.": "boulevard", "Bd": "Boulevard",
    "bld": "boulevard", "av.": "avenue", "Av.": "Avenue", "pl.": "place", "Pl.": "Place",
    "fg": "faubourg", "Fg": "Faubourg", "rte": "route", "imp.": "impasse", "all.": "allée",
    "N.-D.": "Notre-Dame", "Cie": "Compagnie", "Mr": "monsieur", "Mr.": "monsieur",
    "Melle": "mademoiselle", "Mle": "mademoiselle", "Dre": "docteure", "Pre": "professeure",
    "Pdt": "président", "Gén.": "général", "Mal.": "maréchal", "Bld": "Boulevard",
    "Blvd": "Boulevard", "bvd": "boulevard", "blvd": "boulevard", "Bvd": "Boulevard",
    "Sq.": "Square", "sq.": "square", "rés.": "résidence", "Rés.": "Résidence", "chem.": "chemin",
    "Lt.": "lieutenant", "Cdt.": "commandant", "Gal.": "général", "Sgt.": "sergent",
    "Chem.": "Chemin", "Fbg": "Faubourg", "fbg": "faubourg",
}  # fmt: skip
_STREETS = {  # in the names of streets: rue du Gal-Leclerc
    "Gal": "général", "Mal": "maréchal", "Cdt": "commandant", "Col": "colonel", "Dr": "docteur",
    "Pr": "professeur", "Lt": "lieutenant", "Pdt": "président", "Mgr": "monseigneur",
    "Cne": "capitaine", "Sgt": "sergent", "Amal": "amiral", "Gén": "général",
}  # fmt: skip
_ALL_TITLES = "|".join(sorted(map(re.escape, _TITLES), key=len, reverse=True))
_OF_STREETS = "|".join(_STREETS)
_HIGHNESS = {"R": "Royale", "S": "Sérénissime"}
_SHORT = {
    "Mmes": "mesdames", "Mme": "madame", "MME": "madame", "MLLE": "mademoiselle",
    "Mlle": "mademoiselle", "Mlles": "mesdemoiselles",
    "Dr": "docteur", "Cie": "compagnie", "Sté": "société", "Ets": "établissements",
    "RDV": "rendez-vous", "Rdv": "rendez-vous", "rdv": "rendez-vous", "SVP": "s'il vous plaît",
    "svp": "s'il vous plaît", "stp": "s'il te plaît", "bcp": "beaucoup", "tjs": "toujours",
    "pb": "problème", "qqn": "quelqu'un", "qqch": "quelque chose", "càd": "c'est-à-dire",
    "cf": "confer", "vs": "versus", "gvt": "gouvernement", "dpt": "département",
    "dépt": "département", "qqs": "quelques", "pdt": "pendant", "ndlr": "note de la rédaction",
    "Tle": "terminale", "NDLR": "note de la rédaction",
}  # fmt: skip
_DOTTED = {
    "p. ex": "par exemple", "par ex": "par exemple", "c.-à-d": "c'est-à-dire",
    "c-à-d": "c'est-à-dire", "s. v. p": "s'il vous plaît", "s.v.p": "s'il vous plaît",
    "env": "environ", "Env": "Environ", "tél": "téléphone", "Tél": "Téléphone", "hab": "habitants",
    "pers": "personnes", "éd": "édition", "coll": "collection", "réf": "référence",
    "Réf": "Référence", "dép": "département", "arr": "arrondissement", "arrdt": "arrondissement",
    "bât": "bâtiment", "Bât": "Bâtiment", "esc": "escalier", "apt": "appartement",
    "appt": "appartement", "réal": "réalisation", "cf": "confer", "Cf": "confer",
    "trad": "traduction", "qq": "quelques", "rens": "renseignements", "bibl": "bibliothèque",
    "univ": "université", "ibid": "ibidem", "op. cit": "opus citatum", "ét": "étage",
    "aff": "affaire", "temp": "température",
    "incl": "inclus", "excl": "exclu", "rés": "résidence", "auj": "aujourd'hui",
    "enf": "enfants", "min": "minimum", "max": "maximum", "i.e": "c'est-à-dire",
    "e.g": "par exemple", "approx": "approximativement", "resp": "responsable",
    "ill": "illustration", "prod": "production", "trim": "trimestre", "sem": "semaine",
    "bob": "bobine", "mus": "musique", "prés": "président", "alt": "altitude", "dir": "direction",
}  # fmt: skip
_BEFORE_NUMBERS = {  # words too, but not before a number
    "chap": "chapitre", "ch": "chapitre", "art": "article", "ép": "épisode", "sc": "scène",
    "al": "alinéa",
    "vol": "volume", "fig": "figure", "ann": "annexe", "max": "maximum", "min": "minimum",
    "ex": "exemple", "séq": "séquence", "leç": "leçon", "éd": "édition",
    "no": "numéro", "apt": "appartement", "appt": "appartement", "env": "environ", "pl": "planche",
}  # fmt: skip
_PLACED = {"INT": "intérieur", "EXT": "extérieur"}


def _ordinal(match: re.Match[str]) -> str:
    text, ending = match[1] or match[3], match[2] or match[4]
    number = roman(text) if text.isalpha() else int(text.replace(" ", ""))
    if number == 1:
        many = "s" if ending.endswith("s") else ""
        return ("première" if ending.startswith(("re", "ère", "ere")) else "premier") + many
    return ordinal(number) + ("s" if ending.endswith("s") else "")


def _whole(match: re.Match[str]) -> str:
    ends = match[0].endswith(".") and match.end() == len(match.string)
    return _SHORT[match[1]] + ("." if ends else "")


def _parted(match: re.Match[str]) -> str:
    """U.R.S.S. without its dots, which would end words; the last one may end the sentence."""
    ends = match.end() == len(match.string.rstrip())
    return " ".join(match[0].replace(".", "")) + ("." if ends else "")


_DOTTED |= {name.capitalize(): word.capitalize() for name, word in _DOTTED.items()}
_DOTS = "|".join(sorted(map(re.escape, _DOTTED), key=len, reverse=True))
_ABOVE = str.maketrans("ᵉʳˢ", "ers")
HEADINGS: tuple[tuple[str, Made], ...] = (
    (r"(?<=[\w)]) / (?=(?:INT|EXT)\b)", ", "),
    (r"^((?:\d+\w?[. ] ?)?)I ?/ ?E\.?(?= [A-ZÀ-Þ])", r"\1INT/EXT."),
    (r"\b(INT|EXT)\. ?/ ?(?=(?:Jour|Nuit|Soir|Matin|Aube)\b)", r"\1. "),
    (
        (
            r"\b(INT|EXT)(?:(?:\.|(?= ?/))(?: ?[/-] ?(INT|EXT)\.?)?(?= [A-ZÀ-Þ])"
            r"|(?= ?[/–-] ?[A-ZÀ-Þ])|(?= (?:[A-ZÀ-Þ]{2}|Jour|Nuit|Soir|Matin|Aube)))"
        ),
        lambda m: f"{' '.join(_PLACED[place] for place in m.groups() if place)}.",
    ),
)
SHOTS: tuple[tuple[str, Made], ...] = (  # of scripts, in capitals
    (r"\bPL\.(?= ?\d| (?i:d'ensemble|fixe|large|moyen|poitrine|rapproché|serré|taille)\b)", "plan"),
    (r"\b(?i:(cut|fade|dissolve)) (TO|IN|OUT)\b", lambda m: f"{m[1]}-{m[2]}".lower()),
)
FIRST: tuple[tuple[str, Made], ...] = (
    (r"\b(?:2|II)n?d(e?s?)\b", r"second\1"),  # before knots, which are "nds" too
    (r"\b[vV](?=\d+(?:\.\d+)+\b)", "version "),
    (
        r"\b([Ii]nt|[Ee]xt)\.(?= ?(?:jour|nuit|soir|matin|aube|/))",
        lambda m: _PLACED[m[1].upper()],
    ),
    (
        rf"(?i)(?<!\d )\b({'|'.join(_BEFORE_NUMBERS)})\. ?(?=\d|[IVX]+\b|[LRD]\.? ?\d)",
        lambda m: _BEFORE_NUMBERS[m[1].lower()] + " ",
    ),
)
RULES: tuple[tuple[str, Made], ...] = (
    (r"\bav\. J\.-C\.", "avant Jésus-Christ"),
    (r"\bapr?\. J\.-C\.", "après Jésus-Christ"),
    (r"\bJ\.-C\.(?! [A-ZÀ-Þ])", "Jésus-Christ"),
    (r"\bP\.-?S\.|\bPS(?= ?:)", "post-scriptum"),
    (r"(?<=[\dIVX])[ᵉʳˢ]+", lambda m: m[0].translate(_ABOVE)),
    (
        r"\bS(\d\d?)[ .]?E(\d\d?)\b",
        lambda m: f"saison {cardinal(int(m[1]))}, épisode {cardinal(int(m[2]))}",
    ),
    (rf"\b{WORDS}(?:(?:[ ,:/–—-]* [ ,:/–—-]*|['’]){WORDS})+\b", spoken),
    (rf"\b{WORDS}(?= \((?:\d+ ans|off|voix|au téléphone|hors)\b)", spoken),  # who speaks
    (r"(?<=[.!?:] )(?:FIN|OUI|NON|STOP)\b|^(?:FIN|OUI|NON|STOP)\b", lambda m: m[0].capitalize()),
    (rf"\b({_OF_STREETS})\.?-(?=[A-ZÀ-Þ])", lambda m: _STREETS[m[1]] + " "),
    (r"(?<![\w.])S\. ?M\.(?= (?:l[ea]\b|l'|[A-ZÀ-Þ]))", "Sa Majesté"),
    (r"(?<![\w.])S\. ?A\. ?([RS])\.(?= )", lambda m: f"Son Altesse {_HIGHNESS[m[1]]}"),
    (
        rf"(?<![\w.])(?:{_ALL_TITLES}){_NAMES}",
        lambda m: _TITLES[m[0]],
    ),
    (r"(?<![\w.])M\.(?= (?:et M(?:me|lle)\b|l[ea]\b|l'))", "monsieur"),
    (r"\bMM\.(?= les\b)", "messieurs"),
    (r"\bVve\b\.?", "veuve"),
    (
        r"\b(av|bd|pl|all|imp|bld)\.?(?= (?:d'|de\b|des\b|du\b))",
        lambda m: _TITLES.get(m[1]) or _TITLES[f"{m[1]}."],
    ),
    (r"(?<=\d )r\.(?= (?:d'|de\b|des\b|du\b))|(?<=\d, )r\.(?= )", "rue"),
    (r"\b[Ee]x\.(?= ?:)", "exemple"),
    (r"\bTh\. ?(?=\d)|\bth\. ?(?=\d)", "thermostat "),
    (r"\b[oO]p\. ?(?=\d)", "opus "),
    (r"\b[Cc]oef\.", "coefficient"),
    (r"\bet suiv\.", "et suivantes"),
    (r"\bv\. ?(?=1\d{3}\b)", "vers "),
    (r"\b[fF]/ ?(?=\d)", "F "),
    (r"\b(do|ré|mi|fa|sol|la|si) ?[#♯]", r"\1 dièse"),
    (r"(?<=\w) ?♭", " bémol"),
    (r"\bN\.?-?D\.(?= d[eu]\b)|\bND(?= d[eu]\b)", "Notre-Dame"),
    (r"\bR\. ?P\.(?= [A-ZÀ-Þ])", "révérend père"),
    (r"\bSr(?= [A-ZÀ-Þ])", "sœur"),
    (r"& (?=Cie\b)", "et "),
    (r"\bsts[ -](?=[A-ZÀ-Þ])|\bSts-(?=[A-ZÀ-Þ])", "saints "),
    (r"\bste[ -](?=[A-ZÀ-Þ])", "sainte "),
    (r"\bst[ -](?=[A-ZÀ-Þ])", "saint "),
    (r"\bSt[ -](?=[A-ZÀ-Þ])", "Saint "),
    (r"\bSte[ -](?=[A-ZÀ-Þ])", "Sainte "),
    (r"\bSts (?=[A-ZÀ-Þ])", "Saints "),
    (r"\bSte\.[ -](?=[A-ZÀ-Þ])", "Sainte "),
    (r"(?<![\w.-])(?:[A-ZÀ-Þ]\.){2,}(?![\w-])", _parted),
    (r"\betc\.(?=\s*$)|\betc…", "et cetera."),
    (r"\betc\b\.?", "et cetera"),
    (r"\b[nN][°º](?= ?[:,.)])", "numéro"),
    (r"(?<=\d )art\.", "articles"),
    (r"(?<=\d )pl\.(?! (?:d[eu]\b|des\b|d'|[A-ZÀ-Þ]))", "places"),
    (r"\bA ?/ ?R\b", "aller-retour"),
    (r"\b(?:appt|apt) (?=[A-Z]?\d)", "appartement "),
    (r"\b[nN](?:°|º|o\.)s? ?(?=\d)|\b[nN][°º]s? (?=[A-Za-z])", "numéro "),
    (r"\b[nN]os ?(?=\d+(?: et |, ?| ?[-–] ?| à )\d)", "numéros "),  # nos 21 magasins
    (r"\b(?:[nN]o|NO) (?=\d)", "numéro "),
    (r"\bpp\. ?(?=\d)", "pages "),
    (r"(?<=\d )p\. ?100\b", "pour cent"),
    (r"(?<=\d )p\. ?(?:1 ?000)\b", "pour mille"),
    (r"\bp\. ?(?=\d|[IVXLC]+\b)", "page "),
    (r"\bt\. ?(?=\d|[IVX]+\b)", "tome "),
    (
        (
            r"\b(\d+|I)(ers|ères|ère|ere|er|res|re)\b(?!')"
            r"|\b(\d{1,3}(?: \d{3})+|\d+|[IVX]+)(èmes|ème|eme|es|e)\b(?!')"
        ),
        _ordinal,
    ),
    (r"(?<=ième )s\.|(?<=premier )s\.", "siècle"),
    (r"\bs\. ?v\. ?p\.(?=\s*$)", "s'il vous plaît."),
    (
        (
            rf"\b({_DOTS})\.(?=\s*$)(?<!\d"
            rf" s\.)"
        ),
        lambda m: _DOTTED[m[1]] + ".",
    ),
    (
        (
            rf"(?<![-\w])({_DOTS})\.(?="
            rf" |,"
            rf"|\))"
        ),
        lambda m: _DOTTED[m[1]],
    ),
    (rf"(?<![\w.'-])({'|'.join(map(re.escape, _SHORT))})\b(?!-)\.?(?![\w'])", _whole),
)
