"""French abbreviations, ordinals, Roman numerals, codes and signs in words."""

from __future__ import annotations

import re

from engine.models.speech.french_numbers import cardinal, ordinal, roman
from engine.models.speech.french_units import Made
from engine.models.speech.french_words import known
from engine.models.speech.wordlists import word_set

_NAMES = r"(?= [A-ZÀ-ÖØ-Þ])"
_TITLES = {
    "M.": "monsieur", "MM.": "messieurs", "Me": "maître", "Pr": "professeur",
    "Pr.": "professeur", "Gal": "général", "Cdt": "commandant", "Cne": "capitaine",
    "Lt": "lieutenant", "Cap.": "capitaine", "Col.": "colonel", "Sgt": "sergent",
    "Mgr": "monseigneur", "Mgr.": "monseigneur", "Dr": "docteur", "Dr.": "docteur",
    "Drs": "docteurs", "bd": "boulevard", "bd.": "boulevard", "Bd": "Boulevard",
    "bld": "boulevard", "av.": "avenue", "Av.": "Avenue", "pl.": "place", "Pl.": "Place",
    "fg": "faubourg", "Fg": "Faubourg", "rte": "route", "imp.": "impasse", "all.": "allée",
    "N.-D.": "Notre-Dame", "Cie": "Compagnie",
}  # fmt: skip
_SHORT = {
    "Mmes": "mesdames", "Mme": "madame", "Mlle": "mademoiselle", "Mlles": "mesdemoiselles",
    "Dr": "docteur", "Cie": "compagnie", "Sté": "société", "Ets": "établissements",
    "RDV": "rendez-vous", "Rdv": "rendez-vous", "rdv": "rendez-vous", "SVP": "s'il vous plaît",
    "svp": "s'il vous plaît", "stp": "s'il te plaît", "bcp": "beaucoup", "tjs": "toujours",
    "pb": "problème", "qqn": "quelqu'un", "qqch": "quelque chose", "càd": "c'est-à-dire",
    "cf": "confer", "ndlr": "note de la rédaction", "NDLR": "note de la rédaction",
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
    "univ": "université",
}  # fmt: skip
_BEFORE_NUMBERS = {  # words too, but not before a number
    "chap": "chapitre", "art": "article", "ép": "épisode", "sc": "scène", "al": "alinéa",
    "vol": "volume", "fig": "figure", "ann": "annexe", "max": "maximum", "min": "minimum",
    "ex": "exemple", "éd": "édition", "no": "numéro", "env": "environ", "pl": "planche",
}  # fmt: skip
_REGNAL = (
    "Louis|Charles|Henri|François|Philippe|Napoléon|Élisabeth|Elisabeth|Pie|Paul|Jean|Benoît|Léon"
    "|Grégoire|Clément|Urbain|Innocent|Jules|Alexandre|Frédéric|Guillaume|George|Georges|Édouard"
    "|Edouard|Richard|Jacques|Nicolas|Pierre|Catherine|Ivan|Ramsès|Aménophis|Thoutmôsis|Ptolémée"
    "|Mehmed|Soliman|Emmanuel|Alphonse|Ferdinand|Isabelle|Léopold|Albert|Baudouin|Rodolphe"
    "|Maximilien"
    "|Joseph|Othon|Robert|Mohammed|Hassan|Harald|Gustave|Christian|Laurent|Quint|Hugues|Sixte"
    "|Boniface|Théodose|Constantin|Darius|Xerxès|Cyrus|Juan|Carlos|Félix|Umberto|Amédée|Rainier"
)
_PARTED = (
    "[Tt]ome|[Cc]hapitre|[Vv]olume|[Aa]cte|[Pp]artie|[Ss]cène|[Ll]ivre|[Pp]hase|[Tt]ype|[Cc]lasse"
    "|[Éé]pisode|[Nn]iveau|[Aa]rticle|[Aa]nnexe|[Tt]itre|[Ss]ection|[Ss]aison|[Gg]roupe"
    "|[Cc]atégorie"
    "|[Ss]tade|[Pp]lanche|[Cc]hant|[Ss]ymphonie|[Ff]igure|[Tt]ableau|Vatican|Apollo|Rocky|[Gg]uerre"
    "|[Mm]ondiale|[Pp]age|[Pp]ages|[Dd]ynastie|[Mm]ark"
)
_ROMAN = r"((?=[IVXLC]+\b)C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC]))"
_INITIALS = word_set(  # known to the lexicon, but said letter by letter in capitals
    "tva pdg drh ogm cia cdi cdd rer hlm btp sdf vtt bd cd dvd tv ue usa uk ag ca ce pc hd vo vf"
    " ai cv gps sms pme om jo tgv int ext ia qg pv suv psg ong bnf cnc csa ps pib adn irm oms fbi"
    " usb"
)
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ'’-]*[A-ZÀ-ÖØ-Þ]")


def _ordinal(match: re.Match[str]) -> str:
    text, ending = match[1] or match[3], match[2] or match[4]
    number = roman(text) if text.isalpha() else int(text)
    if number == 1:
        many = "s" if ending.endswith("s") else ""
        return ("première" if ending.startswith(("re", "ère", "ere")) else "premier") + many
    if number == 2 and ending.startswith("nd"):
        return "second" + ending[2:]
    return ordinal(number) + ("s" if ending.endswith("s") else "")


def _counted(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(roman(match[2]))}" if match[2] else match[0]


def _spoken(match: re.Match[str]) -> str:
    """Words in capitals, as in titles: those that are words in small letters, but no initials."""
    words = re.split(r"([\s,:/'’-]+)", match[0])
    return "".join(_small(word) for word in words)


def _small(word: str) -> str:
    small = word.lower()
    heard = small.isalpha() and small not in _INITIALS and known(small)
    return word[0] + small[1:] if heard and len(word) > 1 else small if heard else word


def _whole(match: re.Match[str]) -> str:
    ends = match[0].endswith(".") and match.end() == len(match.string)
    return _SHORT[match[1]] + ("." if ends else "")


def _code(match: re.Match[str]) -> str:
    """A380 is "A trois cent quatre-vingts"."""
    letters = " ".join(match[1]) if len(match[1]) < 4 else match[1]
    number = match[2]
    said = " ".join("zéro" for _ in number[: len(number) - len(number.lstrip("0"))])
    rest = number.lstrip("0")
    said = f"{said} {cardinal(int(rest)) if rest else ''}".strip()
    return f"{letters} {said}" + (f" {match[3]}" if match[3] else "")


_DOTS = "|".join(sorted(map(re.escape, _DOTTED), key=len, reverse=True))
_FORMULAS = {"CO2": "C O deux", "H2O": "H deux O", "O2": "O deux", "CH4": "C H quatre",
             "NO2": "N O deux", "N2O": "N deux O", "SO2": "S O deux", "O3": "O trois",
             "H2": "H deux", "N2": "N deux"}  # fmt: skip
_BELOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ABOVE = str.maketrans("ᵉʳˢ", "ers")
_WORDS = _CAPITALS.pattern
FIRST: tuple[tuple[str, Made], ...] = (
    (
        rf"(?i)(?<!\d )\b({'|'.join(_BEFORE_NUMBERS)})\. ?(?=\d|[IVX]+\b)",
        lambda m: _BEFORE_NUMBERS[m[1].lower()] + " ",
    ),
)
RULES: tuple[tuple[str, Made], ...] = (
    (r"\bav\. J\.-C\.", "avant Jésus-Christ"),
    (r"\bapr?\. J\.-C\.", "après Jésus-Christ"),
    (r"\bJ\.-C\.", "Jésus-Christ"),
    (r"[₀-₉]", lambda m: m[0].translate(_BELOW)),
    (r"(?<=[\dIVX])[ᵉʳˢ]+", lambda m: m[0].translate(_ABOVE)),
    (rf"\b({'|'.join(_FORMULAS)})\b", lambda m: _FORMULAS[m[1]]),
    (
        r"\bINT\.?(?: ?/ ?EXT\.?)?(?= [A-ZÀ-Þ]{2})",
        lambda m: "intérieur" + (", extérieur" if "/" in m[0] else "") + ",",
    ),
    (r"\bEXT\.?(?= [A-ZÀ-Þ]{2})", "extérieur,"),
    (
        r"\bS(\d\d?)[ .]?E(\d\d?)\b",
        lambda m: f"saison {cardinal(int(m[1]))}, épisode {cardinal(int(m[2]))}",
    ),
    (rf"\b{_WORDS}(?:(?:[ ,:/-]* [ ,:/-]*|['’]){_WORDS})+\b", _spoken),
    (r"(?<=[.!?:] )(?:FIN|OUI|NON|STOP)\b|^(?:FIN|OUI|NON|STOP)\b", lambda m: m[0].capitalize()),
    (
        rf"\b(?:{'|'.join(sorted(map(re.escape, _TITLES), key=len, reverse=True))}){_NAMES}",
        lambda m: _TITLES[m[0]],
    ),
    (r"\bM\.(?= (?:et M(?:me|lle)\b|l[ea]\b|l'))", "monsieur"),
    (r"\bMM\.(?= les\b)", "messieurs"),
    (r"\bVve\b\.?", "veuve"),
    (
        r"\b(av|bd|pl|all|imp|bld)\.?(?= (?:d'|de\b|des\b|du\b))",
        lambda m: _TITLES.get(m[1]) or _TITLES[f"{m[1]}."],
    ),
    (r"\bTh\. ?(?=\d)|\bth\. ?(?=\d)", "thermostat "),
    (r"\b[oO]p\. ?(?=\d)", "opus "),
    (r"\b[Cc]oef\.", "coefficient"),
    (r"\bet suiv\.", "et suivantes"),
    (r"\bv\. ?(?=1\d{3}\b)", "vers "),
    (r"\b[fF]/ ?(?=\d)", "F "),
    (r"\b(do|ré|mi|fa|sol|la|si) ?[#♯]", r"\1 dièse"),
    (r"(?<=\w) ?♭", " bémol"),
    (r"\bSt[ -](?=[A-ZÀ-Þ])", "Saint "),
    (r"\bSte[ -](?=[A-ZÀ-Þ])", "Sainte "),
    (r"\bSts (?=[A-ZÀ-Þ])", "Saints "),
    (r"\bSte\.[ -](?=[A-ZÀ-Þ])", "Sainte "),
    (r"\betc\.(?=\s*$)|\betc…", "et cetera."),
    (r"\betc\b\.?", "et cetera"),
    (r"\b[nN](?:°|º|o\.)s? ?(?=\d)", "numéro "),
    (r"\b[nN]os ?(?=\d)", "numéros "),
    (r"(?<=[Ll]e )no (?=\d)|(?<=[Aa]u )no (?=\d)", "numéro "),
    (r"\bpp\. ?(?=\d)", "pages "),
    (r"\bp\. ?(?=\d|[IVXLC]+\b)", "page "),
    (r"\bt\. ?(?=\d|[IVX]+\b)", "tome "),
    (
        (
            r"\b(\d+|I)(ers|ères|ère|ere|er|res|re)\b(?!')|\b(\d+|[IVX]+)(èmes|ème|eme|es|e|ndes"
            r"|nde"
            r"|nds|nd)\b(?!')"
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
    # Roman numerals.
    (rf"\b((?:{_REGNAL})(?:-[A-Z]\w+)?) {_ROMAN}\b(?!['’])", _counted),
    (rf"\b({_PARTED}) {_ROMAN}\b(?!['’])", _counted),
    (r"\b([A-ZÉ][a-zéèëïôç]+) ((?:X{0,3})(?:IX|IV|V?I{2,3}|VI)|X{1,3}[IV]+)\b(?!['’])", _counted),
    # Codes and signs.
    (r"(?<=\d)k\b(?! ?[€$])(?= [a-zéà])|(?<=\d\d)K\b(?= [a-zéà])", " mille"),
    (r"(?<=\d) ?M (?=d['e])", " millions "),
    (r"\b([A-Z]{1,4})[-.]?(\d+)([A-Z])?\b(?![.,]?\d)", _code),
    (r"\b([JHRT])([+-])(\d+)\b", lambda m: f"{m[1]} {'plus' if m[2] == '+' else 'moins'} {m[3]}"),
    (r"\b([JR])\+(\d)\b", r"\1 plus \2"),
    (r"\bet/ou\b", "et ou"),
    (r"\b(il|elle|ils|elles|lui|un|le)/(elle|il|elles|ils|une|la)\b", r"\1 ou \2"),
    (r" & ", " et "),
    (r"(?<=\w)&(?=\w)", " et "),
    (r"(?<=\d) ?\+ ?(?=\d)", " plus "),
    (r"(?<=\w)\+(?=[ .,;!?]|$)", " plus"),
    (r" ?= ?(?=\S)", " égale "),
    (r"@", " arobase "),
    (r"(?<!\w)> ?(?=\w)", "plus de "),
    (r"(?<!\w)< ?(?=\w)", "moins de "),
    (r"[≈~] ?(?=\d)", "environ "),
    (r"≥ ?", "supérieur ou égal à "),
    (r"≤ ?", "inférieur ou égal à "),
    (r"§ ?(?=\d)", "paragraphe "),
    (r"[™®•*]", " "),
    (r"©", " copyright "),
    (r"(?<=\w) ?→ ?(?=\w)", " vers "),
    (r"÷", " divisé par "),
    (r"√", " racine de "),
    (r"(?<=\w)²", " au carré"),
    (r"(?<=\w)³", " au cube"),
)
