"""French Roman numerals, codes of letters and figures, formulas and signs in words."""

from __future__ import annotations

import re
import unicodedata

from engine.models.speech.french_gender import WRITTEN
from engine.models.speech.french_numbers import cardinal, ordinal, roman
from engine.models.speech.french_units import Made
from engine.models.speech.french_words import is_spelled

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
    "[Tt]ome|[Aa]n|[Cc]hapitre|[Vv]olume|[Aa]cte|[Pp]artie|[Ss]cène|[Ll]ivre|[Pp]hase|[Tt]ype|[Cc]lasse"
    "|[Éé]pisode|[Nn]iveau|[Aa]rticle|[Aa]nnexe|[Tt]itre|[Ss]ection|[Ss]aison|[Gg]roupe"
    "|[Cc]atégorie"
    "|[Ss]tade|[Pp]lanche|[Cc]hant|[Ss]ymphonie|[Ff]igure|[Tt]ableau|Vatican|Apollo|Rocky|[Gg]uerre"
    "|[Mm]ondiale|[Pp]age|[Pp]ages|[Dd]ynastie|[Mm]ark"
)
_ROMAN = r"((?=[IVXLC]+\b)C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?<=[IVXLC]))"
_YEAR = "M{1,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_FORMULAS = {"CO2": "C O deux", "H2O": "H deux O", "O2": "O deux", "CH4": "C H quatre",
             "NO2": "N O deux", "N2O": "N deux O", "SO2": "S O deux", "O3": "O trois",
             "H2": "H deux", "N2": "N deux", "SpO2": "S P O deux", "NOx": "N O X"}  # fmt: skip


def _counted(match: re.Match[str]) -> str:
    return f"{match[1].rstrip()} {cardinal(roman(match[2]))}" if match[2] else match[0]


def _code(match: re.Match[str]) -> str:
    """A380 is "A trois cent quatre-vingts"."""
    letters = " ".join(match[1]) if is_spelled(match[1]) else match[1]
    number = match[2]
    said = " ".join("zéro" for _ in number[: len(number) - len(number.lstrip("0"))])
    rest = number.lstrip("0")
    said = f"{said} {cardinal(int(rest)) if rest else ''}".strip()
    return f"{letters} {said}" + (f" {match[3]}" if match[3] else "")


def _formula(match: re.Match[str]) -> str:
    """C6H12O6, letter by letter and number by number."""
    parts = re.findall(r"[A-Z][a-z]?|\d+", match[0])
    return " ".join(cardinal(int(p)) if p.isdecimal() else " ".join(p.upper()) for p in parts)


def _key(match: re.Match[str]) -> str:
    """A key that is held while another is pressed."""
    return f" {_KEYS[re.sub(r'[^A-Za-z⌘⇧⌥⌃]', '', match[0])]} "


def _power(match: re.Match[str]) -> str:
    power = unicodedata.normalize("NFKC", match[1]).replace("\u2212", "-")
    return f" puissance {cardinal(int(power))}"


_KEYS = {"Ctrl": "contrôle", "Cmd": "commande", "Alt": "alt", "Maj": "majuscule",
         "Shift": "chift", "⌘": "commande", "⇧": "majuscule", "⌥": "option",
         "⌃": "contrôle"}  # fmt: skip
_ELEMENTS = "Cl|Na|Ca|Mg|Fe|Al|Si|Cu|Ag|Zn|Pb|Br|Li|[CHONSPFKI]"
_ITS = "(?:la|une|sa|ma|ta|cette|notre|votre|leur|en|vieille|petite) "
_BELOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
NAMES: tuple[tuple[str, Made], ...] = (  # before units
    (r"(?<=\w) ?\^ ?[-−](?=\d)", " puissance moins "),
    (r"(?<=\d)[.·](?=10(?:\^|[⁻⁰¹²³⁴-⁹]| puissance))", " fois "),
    (rf"(?i:\b({_ITS}))4L\b(?! d[e'])", r"\1quatre L"),
    (r"\b(Renault|R) ?4L?\b", r"\1 quatre"),
    (r"\bde \+(?=[ .,;!?)]|$)(?! ?\d)", "de plus"),
    (r"\bPM ?(?=\d)", "P M "),
    (rf"\b((?:[Uu]n{WRITTEN}?|[LlCc]e|[Dd]es|[Dd]u|[Ll]es) [1-5])\*(?!\w)", r"\1 étoiles"),
    (r"(?<=\w) ?(\*{2,5})(?![\w*])", lambda m: f" {len(m[1])} étoiles"),
    (r"(?<=\d)° ?C\b", "°C"),
    (r"(?<=\()[-−] ?(?:de )?(?=\d+ ans)", "moins de "),
    (r"(?<=\()\+ ?(?:de )?(?=\d+ ans)", "plus de "),
    (r"(?<=[€$]) ?/ ?(?=\d+(?:,\d+)? ?[€$]|gratuit)", ", "),
    (r"(?<=[€$]) ?/ ?(?=\d+ ?(?:g|kg|cl|ml|l|L|m|km|h|min|pers|nuits|jours)\b)", " par "),
    (r"\+ ?/ ?[-−] ?(?=\d)", "plus ou moins "),
    (r"(?<=\d )ch\.(?=[ ,])", "chambres"),
    (
        (
            r"(?i:(\b(?:prises?|fusibles?|disjoncteurs?|courant|intensité|chargeur|circuit)"
            r"(?: [a-zà-ÿ]+){0,3} |\bV[ ,/]+))(\d+(?:,\d+)?) ?A\b"
        ),
        lambda m: f"{m[1]}{m[2]} ampère{'s' if float(m[2].replace(',', '.')) >= 2 else ''}",
    ),
    (  # records, by their speed: un 45 t, but 45 t de blé
        (
            rf"\b((?:[Uu]n{WRITTEN}?|[LlCc]e|[DdAa]u|[Ee]n|[MmTtSs]on|vieux) (?:33|45|78)) ?t\b"
            r"|\b((?:[DdLlCcSsMmTt]es|deux|quelques) (?:33|45|78)) ?t\b(?! d[e'])"
        ),
        lambda m: f"{m[1] or m[2]} tours",
    ),
    (
        r"(?i)\b((?:hôtel|camping|palace|résidence|établissement|classée?)s? )([1-5]) ?\*",
        r"\1\2 étoiles",
    ),
)
FIRST: tuple[tuple[str, Made], ...] = (  # before words in capitals
    (r"[₀-₉]", lambda m: m[0].translate(_BELOW)),
    (rf"\b({'|'.join(_FORMULAS)})\b", lambda m: _FORMULAS[m[1]]),
)
RULES: tuple[tuple[str, Made], ...] = (
    # Roman numerals.
    (
        r"^(II|III|IV|VI|VII|VIII|IX|XI{1,3}|XIV)(?=[.)] | [-–] )",
        lambda m: cardinal(roman(m[1])),
    ),
    (rf"\b(?=[MDCLXVI]{{5}})({_YEAR})\b", lambda m: cardinal(roman(m[1]))),
    (rf"\b{_ROMAN}°(?= s)", lambda m: ordinal(roman(m[1]))),
    (rf"\b((?:{_REGNAL})(?:-[A-Z]\w+)?)[ -]{_ROMAN}\b(?!['’])", _counted),
    (rf"\b({_PARTED}) (?![LC]\b){_ROMAN}\b(?!['’])", _counted),
    (r"\b([A-ZÉ][a-zéèëïôç]+) ((?:X{0,3})(?:IX|IV|V?I{2,3}|VI)|X{1,3}[IV]+)\b(?!['’])", _counted),
    (
        rf"\b((?:[Ll]e|[DdAa]u|[Uu]n{WRITTEN}?) )(X{{1,3}}(?:IX|IV|VI{{0,3}}|I{{1,3}}))\b(?!['’])",
        _counted,
    ),
    # Codes and signs.
    (r"(?:\bCtrl\b|\bCmd\b|\bAlt\b|\bMaj\b|\bShift\b|[⌘⇧⌥⌃])(?: ?\+ ?| ?(?=[A-Z]\b)|\b)", _key),
    (r"(?<=[^\W\d_]) [>›] (?=[A-ZÀ-Þ])", ", "),
    (r"(?<=\d) ?k\b(?! ?[€$])(?= [a-zéà])|(?<=[\d,]\d)K\b(?= [a-zéà])", " mille"),
    (r"(?<=\d) ?Mds? (?=d['e])", " milliards "),
    (r"\b(\d{3,4})([pi])(\d\d)\b", r"\1 \2 \3"),
    (r"\b([A-Z]+\d+)([a-z]{2,})\b", r"\1 \2"),
    (rf"\b(?=[A-Za-z]*[a-z])(?=[A-Z][a-z]*[A-Z])(?:{_ELEMENTS})(?:{_ELEMENTS}|\d)+\b", _formula),
    (
        rf"\b(?=(?:[A-Za-z]{{1,3}}\d+){{2}})(?:(?:{_ELEMENTS})\d*){{2,}}\b",
        _formula,
    ),
    (r"(?<![\d,.])1 ?M (?=d['e])", "1 million "),
    (r"(?<=\d) ?M (?=d['e])", " millions "),
    (r"(?<=\d)([A-Z])(?=\d)", r" \1 "),
    (r"\b([a-z]{1,2})(?=\d{1,4}\b)", r"\1 "),
    (r"\b([JH])[-–−](\d{1,3})\b", r"\1 moins \2"),
    (r"\b([A-Z]{1,15})[-.]?(\d+)([A-Z])?\b(?![.,]?\d)", _code),
    (r"\b([JHRT])([+-])(\d+)\b", lambda m: f"{m[1]} {'plus' if m[2] == '+' else 'moins'} {m[3]}"),
    (r"\b([JR])\+(\d)\b", r"\1 plus \2"),
    (r"\bet/ou\b", "et ou"),
    (rf"\b(il|elle|ils|elles|lui|un{WRITTEN}?|le)/(elle|il|elles|ils|une|la)\b", r"\1 ou \2"),
    (r" & ", " et "),
    (r"(?<=\w)&(?=\w)", " et "),
    (r"(?<=\w) ?\+ ?(?=\d)|(?<=[\w²³)]) \+ (?=\w)", " plus "),
    (r"(?<=\w)\+(?=[ .,;!?]|$)", " plus"),
    (r" ?= ?(?=\S)", " égale "),
    (r"@", " arobase "),
    (r"(?<=\d) ?> ?(?=\d)", " supérieur à "),
    (r"(?<=\d) ?< ?(?=\d)", " inférieur à "),
    (r"(?<=\w) ?\^ ?(?=\d)", " puissance "),
    (r"(?<=\d)(⁻?[⁰¹⁴-⁹]+|⁻?[⁰¹²³⁴-⁹]{2,})", _power),
    (r"(?<=[\w)]) < (?=[\w-])", " inférieur à "),
    (r"(?<=[\w)]) > (?=\d)", " supérieur à "),
    (r"(?<![\w)] )(?<!\w)- (?=de \w)", "moins "),
    (r"(?<![\w)] )(?<!\w)\+ (?=de \w)", "plus "),
    (r"(?<!\w)[x×] ?(?=\d)", "fois "),
    (r"(?<!\w)> ?(?=\w)", "plus de "),
    (r"(?<!\w)< ?(?=\w)", "moins de "),
    (r"[≈~] ?(?=\d)", "environ "),
    (r"≥ ?", "supérieur ou égal à "),
    (r"≤ ?", "inférieur ou égal à "),
    (r"§ ?(?=\d)", "paragraphe "),
    (r"(?<=\w )\*(?= [a-zà-ÿ]|[.,;]|$)", "étoile"),
    (r"(?<=\w )#(?= [a-zà-ÿ]|[.,;]|$)", "dièse"),
    (r"[Ø⌀] ?(?=\w)", "diamètre "),
    (r"[™®•*]", " "),
    (r"©", " copyright "),
    (r"(?<=\w) ?→ ?(?=\w)", " vers "),
    (r"÷", " divisé par "),
    (r"√", " racine de "),
    (r"(?<=\w)²", " au carré"),
    (r"(?<=\w)³", " au cube"),
)
