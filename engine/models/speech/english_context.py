"""English words of two sounds, by what stands around them: by their senses, and as noun or verb."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from engine.models.speech.wordlists import word_set


def _after(words: str) -> str:
    """A pattern of places that follow one of the words, small or capital."""
    return "|".join(
        rf"(?<=\b{form} )" for word in words.split() for form in {word, word.capitalize()}
    )


_BE = "is are was were be am feel felt not quite very perfectly I'm you're we're they're seem look"
_OWNERS = "a the my your his her our their its this"
_CLOTH = "fabric|curtains?|film|dress|muscle|sail|screen|canvas|jacket|paper|coat|ligament|tent|net"
_SHIP = "ship|boat|vessel|canoe|yacht|ferry|frigate|tanker|kayak|barge|cruiser|destroyer|schooner"
_BOWING = "|".join(
    rf"(?<=\b{take} {a} )" for take in ("take", "takes", "took", "taking") for a in _OWNERS.split()
)
_SENSES = (  # word, its phones, what stands before it, what stands after it
    ("lead", "lˈɛd", "", r"(?= is (?:a |the )?(?:\w+ )?(?:metal|toxic|poison|soft|element))"),
    (
        "lead",
        "lˈɛd",
        "",
        (
            r"(?= (?:pipes?|paint|poisoning|pencils?|shot|crystal|acid|roofs?|bullets?|weights?"
            r"|levels))"
        ),
    ),
    (
        "lead",
        "lˈɛd",
        _after("of molten liquid contains containing melted"),
        r"(?=[.,;!?]|$| (?:and|in)\b)",
    ),
    ("bass", "bˈæs", "", r"(?=[^.!?]*\b(?:fish|fishing|lake|caught|grilled|fillets?|rod|pond)\b)"),
    ("bass", "bˈæs", r"(?<=\bcaught a )|" + _after("sea striped grilled largemouth"), ""),
    ("bass", "bˈeɪs", "", ""),
    ("object", "əbdʒˈɛkt", _after("I we they you to not don't may will would must who"), ""),
    ("read", "ɹˈid", _after("I you we they"), r"(?=[^.!?]*\b(?:every|each|daily|usually|often)\b)"),
    ("content", "kəntˈɛnt", _after(_BE), r"(?= (?:to|with)\b|[.,;!?]|$)"),
    (
        "minute",
        "maɪnˈut",
        "",
        r"(?= (?:specks?|amounts?|details?|particles?|traces?|fractions?)\b)",
    ),
    ("minute", "maɪnˈut", "", r"(?= (?:quantit\w+|differences?|changes?|crystals?|creatures?)\b)"),
    (
        "invalid",
        "ˈɪnvələd",
        _after("the an old poor"),
        r"(?= (?:was|is|had|has|in|who|lay|sat|could|and)\b)",
    ),
    ("bow", "bˈaʊ", _after("final last deep taking") + "|" + _BOWING, ""),
    (
        "bows",
        "bˈaʊz",
        _after("their our take took taking"),
        r"(?=[.,;!?]|$| (?:and|to|on|at|before|as)\b)",
    ),
    (
        "bow",
        "bˈaʊ",
        "",
        rf"(?= of (?:the|a|an|his|her|our|their) (?:\w+ )?(?:{_SHIP})| (?:and|to) stern| wave\b)",
    ),
    ("bow", "bˈaʊ", r"(?<=\bship's )|(?<=\bboat's )|(?<=\bthe starboard )|(?<=\bthe port )", ""),
    ("tear", "tˈɛɹ", r"(?<=\bwear and )", ""),
    (
        "tear",
        "tˈɛɹ",
        "",
        rf"(?= (?:in|down|through) (?:the|his|her|my|a|its|their) (?:\w+ )?(?:{_CLOTH})\b)",
    ),
    (
        "row",
        "ɹˈaʊ",
        _after("blazing furious huge heated diplomatic"),
        r"(?= (?:over|about|with|between|broke|erupted))",
    ),
    ("resume", "ɹˈɛzəmˌeɪ", _after(_OWNERS), ""),
    ("resumes", "ɹˈɛzəmˌeɪz", _after("their our the your of hundred many these those sent"), ""),
    ("deserts", "dəzˈɜɹts", _after("just"), ""),
    (
        "aged",
        "ˈeɪdʒɪd",
        _after("the"),
        r"(?= (?:and|are|who|in|care|population|man|woman|king)\b|[.,])",
    ),
    (
        "aged",
        "ˈeɪdʒɪd",
        _after("an his her their my"),
        r"(?= (?!(?:and|between|over|under)\b)[a-z])",
    ),
    ("putting", "pˈʌtɪŋ", "", r"(?= greens?\b)"),
    ("console", "kənsˈoʊl", _after("to him could would tried"), ""),
    ("Nice", "nˈis", _after("in from to near of at for around outside via") + r"|(?<=\w, )", ""),
    (
        "Nice",
        "nˈis",
        "",
        r"(?=, (?:France|Cannes|Monaco|on the)\b| (?:airport|Airport|Carnival)\b)",
    ),
    (
        "Reading",
        "ɹˈɛdɪŋ",
        _after("near to at from"),
        r"(?=[.,;]|$| (?:Festival|station|and|Station)\b)",
    ),
    ("Reading", "ɹˈɛdɪŋ", "", r"(?=,? (?:Festival|Berkshire|England|Pennsylvania))"),
    ("Job", "dʒˈoʊb", r"(?<=\bBook of )|(?<=\bpatience of )|(?<=\bof )", r"(?=[.,;!?]|$)"),
    (
        "Polish",
        "pˈɑlɪʃ",
        r"(?<![^.!?] )(?<![\w,;:])",
        r"(?= (?:the|your|it|up|each|every|them|his|her|all)\b)",
    ),
    ("August", "ɔɡˈʌst", "", r"(?= (?:body|company|institution|personage)\b)"),
    ("sewer", "sˈoʊəɹ", _after("skilled expert quick"), ""),
    ("moped", "mˈoʊpt", _after("he she they I and"), ""),
    (
        "winds",
        "wˈaɪndz",
        _after("road river path trail street stream track staircase route line it valley"),
        "",
    ),
    (
        "wound",
        "wˈaʊnd",
        "",
        r"(?= (?:up|down|around|through|its way|his way|their way|back|tightly)\b)",
    ),
    (
        "sake",
        "sˈɑki",
        _after("drink drinking warm hot cold of cup"),
        r"(?=[.,;!?]|$| (?:and|bar|bottle|cup)\b)",
    ),
    (
        "does",
        "dˈoʊz",
        _after("two three four several and stags bucks"),
        r"(?=[.,;!?]|$| (?:and|graz|ran|with)\b)",
    ),
    ("number", "nˈʌməɹ", _after("grew even got"), r"(?= (?:than|by)\b)"),
    ("Live", "lˈaɪv", "", r"(?= (?:from|at|on|in concert|music|coverage|TV|audio|sound)\b)"),
    (
        "live",
        "lˈaɪv",
        _after("go goes going went broadcast streamed perform performed recorded shown air aired"),
        "",
    ),
    ("blessed", "blˈɛsəd", _after("the"), r"(?= (?:Virgin|Sacrament|Mother|Trinity))"),
)
# A word in its first letters alone is a name; the lexicon knows the others without their marks.
_ACCENTED = {
    "résumé": "ɹˈɛzəmˌeɪ", "résumés": "ɹˈɛzəmˌeɪz", "exposé": "ˌɛkspoʊzˈeɪ", "rosé": "ɹoʊzˈeɪ",
    "pâté": "pɑtˈeɪ", "touché": "tuʃˈeɪ", "cliché": "kliʃˈeɪ", "clichés": "kliʃˈeɪz",
    "naïve": "nɑˈiv", "façade": "fəsˈɑd", "façades": "fəsˈɑdz", "fiancé": "fˌiɑnsˈeɪ",
    "fiancée": "fˌiɑnsˈeɪ", "café": "kæfˈeɪ", "cafés": "kæfˈeɪz", "décor": "deɪkˈɔɹ",
    "née": "nˈeɪ", "protégé": "pɹˈoʊtəʒˌeɪ", "entrée": "ˈɑntɹeɪ", "crème": "kɹˈɛm",
    "brûlée": "bɹulˈeɪ", "déjà": "dˌeɪʒɑ", "première": "pɹimjˈɛɹ", "über": "ˈubəɹ",
    "cinéma": "sˌɪnəmˈɑ", "vérité": "vˌɛɹɪtˈeɪ", "scène": "sˈɛn", "piñata": "pɪnjˈɑtə",
    "jalapeño": "hˌæləpˈeɪnjoʊ", "Zürich": "zˈʊɹɪk", "Noël": "noʊˈɛl", "Zoë": "zˈoʊi",
    "Chloë": "klˈoʊi", "Brontë": "bɹˈɑnti", "soufflé": "suflˈeɪ", "matinée": "mˌætənˈeɪ",
    "soirée": "swɑɹˈeɪ", "mêlée": "mˈeɪleɪ", "passé": "pæsˈeɪ", "sauté": "sɔtˈeɪ",
    "blasé": "blɑzˈeɪ", "chargé": "ʃɑɹʒˈeɪ", "risqué": "ɹɪskˈeɪ", "débris": "dəbɹˈi",
    "São": "sˈaʊ", "señor": "seɪnjˈɔɹ", "señora": "seɪnjˈɔɹə", "Málaga": "mˈæləɡə",
    "Córdoba": "kˈɔɹdəbə", "Québec": "kwəbˈɛk", "Montréal": "mˌʌntɹiˈɔl",
    "Düsseldorf": "dˈusəldˌɔɹf", "Göteborg": "jˈɜtəbˌɔɹɡ", "Bogotá": "bˌoʊɡətˈɑ",
    "Cancún": "kænkˈun", "Pelé": "pˈɛleɪ", "Dalí": "dˈɑli", "García": "ɡɑɹsˈiə", "José": "hoʊzˈeɪ",
    "André": "ˈɑndɹeɪ", "René": "ɹənˈeɪ", "Renée": "ɹənˈeɪ", "Cuarón": "kwɑɹˈoʊn",
    "Buñuel": "bunwˈɛl", "Beyoncé": "bˌiˈɑnseɪ", "Björk": "bjˈɔɹk", "Amélie": "ˈæmɪli",
    "Almodóvar": "ˌælmədˈoʊvɑɹ", "Iñárritu": "ɪnjˈɑɹɪtu", "Penélope": "pənˈɛləpi",
    "Vélez": "vˈɛlɛz", "fête": "fˈɛt", "crêpe": "kɹˈeɪp", "crêpes": "kɹˈeɪps",
}  # fmt: skip
_MARKED = re.compile(r"\b[^\W\d_]*[À-ÖØ-öø-ÿ][^\W\d_]*\b(?!\])")


def _form(word: str) -> str:
    return word if word[0].isupper() else f"(?:{word}|{word.capitalize()})"


_SENSE_RULES = [
    (re.compile(rf"(?:{before})\b({_form(word)})\b(?![\]'-]){after}"), phones)
    for word, phones, before, after in _SENSES
]

_ARTICLES = word_set("a an the my your our their his its this every each another no any some")
_SUBJECTS = word_set("i you we they who")
_MODALS = word_set(
    "will would can could shall should may might must 'll n't let's cannot please to"
)
_HAVE = word_set("have has had having 've")
_BE_FORMS = word_set("be been being is are was were am get got gets 're 's")
_DO = word_set("do does did")
_PAST = word_set("yesterday last ago once earlier when then finally first before that")


def tagged_anew(tokens: Sequence[Any], two_sounds: Callable[[str], bool]) -> None:
    """Mends the parts of speech of the words that sound by them: nouns after articles, verbs after
    subjects and modal verbs, "read" by its auxiliary.

    tokens: of hibari, changed in place. two_sounds: whether a word, in small letters, is one.
    """
    words = [token.text.lower() for token in tokens]
    for place, token in enumerate(tokens):
        if words[place] == "read":
            token.tag = _read(words, place) or token.tag
        elif two_sounds(words[place]) and token.phonemes is None:
            token.tag = _tag(tokens, words, place)


def _tag(tokens: Sequence[Any], words: Sequence[str], place: int) -> str:
    tag = str(tokens[place].tag)
    before = words[place - 1] if place else ""
    after = str(tokens[place + 1].tag) if place + 1 < len(tokens) else ""
    many = words[place].endswith("s") and not words[place].endswith("ss")
    if before in _ARTICLES or (place and tokens[place - 1].tag in ("JJ", "CD") and tag == "VBZ"):
        if not tag.startswith("VB"):
            return tag
        return "JJ" if after.startswith("NN") else "NNS" if many else "NN"
    if not tag.startswith("NN") or many:
        return tag
    if before in _SUBJECTS:
        return "VBP"
    if before == "to":
        return "VB" if after in ("DT", "PRP", "PRP$") else tag
    return "VB" if before in _MODALS else tag


def _read(words: Sequence[str], place: int) -> str | None:
    """The tense of "read": VB and VBP sound alike only in other words, so that one is VB here."""
    earlier = [
        word
        for word in words[max(0, place - 4) : place]
        if word not in ("not", "already", "never", "ever")
    ]
    for word in reversed(earlier):
        if word in _MODALS or word in _DO:
            return "VB"
        if word in _HAVE or word in _BE_FORMS:
            return "VBN"
        if word in (",", ";", ":", "—", "and", "or", "but"):
            break
    if not earlier or earlier[-1] in (",", ";", ":", "—", "“", '"', "and", "or"):
        return None
    if earlier[-1] in ("he", "she", "it"):
        return "VBD"
    if earlier[-1] in _SUBJECTS and _PAST & {*words}:
        return "VBD"
    return None


def in_context(sentence: str) -> str:
    """The sentence with the phones of such words in brackets behind them."""
    for pattern, phones in _SENSE_RULES:
        sentence = pattern.sub(rf"[\1](/{phones}/)", sentence)
    return _MARKED.sub(_unmarked, sentence)


def _unmarked(match: re.Match[str]) -> str:
    """A word with accents, by its own sounds or by those of the letters without them."""
    word = match[0]
    known = _ACCENTED.get(word) or _ACCENTED.get(word.lower())
    if known:
        return f"[{word}](/{known}/)"
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
