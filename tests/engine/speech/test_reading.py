"""Text read out: figures, abbreviations, words of two sounds and liaison, in English and French."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.models.speech.drawn_out import drawn_in
from engine.models.speech.english import english
from engine.models.speech.family import FrontEnd, bare
from engine.models.speech.french import french
from engine.models.speech.french_numbers import cardinal, ordinal
from engine.models.speech.ipa import from_symbols, phones_of, symbols, to_symbols
from tests.engine.speech.reading import BATCHES, misses


@pytest.mark.parametrize(
    ("language", "front", "batch"),
    [("french", french(), batch) for batch in BATCHES["french"]]
    + [("english", english(), batch) for batch in BATCHES["english"]],
)
def test_at_least_97_percent_of_the_cases_are_read_right(
    language: str, front: FrontEnd, batch: str
) -> None:
    wrong, count = misses(language, front, batch)
    assert count >= 50
    assert len(wrong) <= 0.03 * count, wrong


@pytest.mark.parametrize(
    ("front", "text", "said"),
    [
        (english(), "Dial 112 and call 999 now.", "Dial one one two and call nine nine nine now."),
        (english(), "Call 300 people.", "Call three hundred people."),
        (english(), "A £2 million grant", "A two million pound grant"),
        (english(), "A $2 million is much.", "A two million dollars is much."),
        (english(), "It has 9 cm² in 1 h.", "It has nine square centimeters in one hour."),
        (english(), "Odds of 7:2 at 7:20", "Odds of seven to two at seven twenty"),
        (
            english(),
            "See docs.garden.org/a/b.",
            "See docs dot garden dot org slash [a](/ˈeɪ/) slash b.",
        ),
        (english(), "Save a.wav and b.zip.", "Save [a](/ˈeɪ/) dot wav and b dot zip."),
        (english(), "I said no. James Cameron did.", "I said no. [James](/dʒˈeɪmz/) Cameron did."),
        (english(), "It rose by ½ °C.", "It rose by one half degree Celsius."),
        (english(), "A 5-°F rise", "A five degree Fahrenheit rise"),
        (english(), "A 50mm lens, 50 mm away", "A fifty millimeter lens, fifty millimeters away"),
        (
            english(),
            "In 2024 over 2024 people",
            "In twenty twenty-four over two thousand twenty-four people",
        ),
        (english(), "Part I wrote and Part I.", "Part I wrote and part one."),
        (french(), "C'est de l'art. Il y en a sept.", "C'est de l'art. Il y en a sept."),
        (french(), "Un silence, 21 femmes", "Un silence, vingt et une femmes"),
        (french(), "LE GRAND VOYAGE", "Le grand voyage"),
        (french(), "Ouvert 7j/7", "Ouvert sept jours sur sept"),
        (french(), "Au +49 30 12 34", "Au plus quarante-neuf, trente, douze, trente-quatre"),
        (french(), "Il a 401 chandelles.", "Il a quatre cent une chandelles."),
        (french(), "En 80 ap. J.-C.", "En quatre-vingts après Jésus-Christ"),
        (french(), "Un extrait, à 12:40", "Un extrait, à douze minutes quarante"),
        (french(), "Le train de 12:40", "Le train de douze heures quarante"),
        (french(), "Vent de NO", "Vent de nord-ouest"),
        (french(), "Une 4L, 4 L d'eau", "Une quatre elle, quatre litres d'eau"),
        (french(), "Au plus 3 g/24 h", "Au plus trois grammes par vingt-quatre heures"),
        (french(), "À 82 $/b", "À quatre-vingt-deux dollars par baril"),
        (
            french(),
            "SIRET 41234567800012",
            "siret 412, 345, 678, zéro zéro zéro douze",
        ),
        (french(), "CHAPITRE VII - LE RETOUR", "Chapitre sept, le retour"),
        (french(), "Compagnie des Indes, la 2nde", "Compagnie des Indes, la seconde"),
        (french(), "13001 Marseille", "Treize mille un, Marseille"),
        (french(), "Jn 3:16", "Jean trois, seize"),
        (french(), "Le CAC et la BAC", "Le cac et la bac"),
        (french(), "Un 1/4 d'heure, 2 art.", "Un quart d'heure, deux articles"),
        (french(), "De 1,20 m × 0,80 m", "De un mètre vingt sur zéro virgule quatre-vingts mètre"),
        (french(), "5 US$, 3 milliards €", "Cinq dollars américains, trois milliards d'euros"),
        (french(), "Le quinté : 4-12-7-1-9", "Le quinté : quatre, douze, sept, un, neuf"),
        (french(), "SÉQ. 3 / INT / NUIT", "Séquence trois, intérieur, nuit"),
        (french(), "M. de Brie, mon n° : 7", "Monsieur de Brie, mon numéro : sept"),
        (french(), "Les 6 vis, je vis", "Les six [vis](/vis/), je [vis](/vi/)"),
        (french(), "Un papyrus, un dolmen", "Un [papyrus](/papiʁys/), un [dolmen](/dɔlmɛn/)"),
        (french(), "Les féculents, la xénophobie", "Les [f](/fekylɑ̃/), la [x](/ksenɔfɔbi/)"),
        (french(), "Un cyberespace interactif", "Un [c](/sibɛʁɛspas/) [i](/ɛ̃tɛʁaktif/)"),
        (french(), "Un 45 t de blues", "Un quarante-cinq tours de blues"),
        (french(), "Les 45 t de blé", "Les quarante-cinq tonnes de blé"),
        (french(), "Les 2nds rôles, 12 nds", "Les seconds rôles, douze nœuds"),
        (french(), "Art. 121-3 C. pén.", "Article cent vingt et un trois du Code pénal."),
        (french(), "PL. 4 : LA MER. CUT TO:", "Plan quatre : la mer. [Cut to](/kœttu/)."),
    ],
)
def test_rules_hold_beyond_the_cases(front: FrontEnd, text: str, said: str) -> None:
    assert symbols_of(front, text) == symbols_of(front, said)


def symbols_of(front: FrontEnd, text: str) -> str:
    """The phones alone."""
    return "".join(bare(phone) for word in front.words(text) for phone in word.phones)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Il coûte 23 €, soit 1 200 F.", "Il|coûte|23 €|soit|1 200 F"),
        ("Le 14/07/1789, 300 000 Parisiens", "Le|14/07/1789|300 000|Parisiens"),
        ("LE GRAND VOYAGE : SAISON 2", "LE|GRAND|VOYAGE|SAISON|2"),
        ("M. Roux et l’abbé, av. Foch, etc.", "M.|Roux|et|l’abbé|av.|Foch|etc"),
        ("A & B, à -5 °C et 5€50", "A|&|B|à|-5 °C|et|5€50"),
        ("Un [bus](/byz/) à 8 h 30", "Un|bus|à|8 h 30"),
        ("« Ces gens-là », a-t-il dit (48 ans)", "Ces|gens-là|a-t-il|dit|48|ans"),
        ("INT. CUISINE - NUIT", "INT|CUISINE|NUIT"),
        ("INT. / EXT. RUE", "INT.|EXT|RUE"),
        ("D'un [bus](/byz/), l’[eau](/lo/)", "D'un|bus|l’eau"),
        ("En mai 2024 300 personnes", "En|mai|2024|300|personnes"),
    ],
)
def test_french_words_are_named_as_they_are_written(text: str, names: str) -> None:
    assert [word.text for word in french().words(text) if word.text] == names.split("|")


def test_english_words_keep_the_dots_of_abbreviations() -> None:
    names = [word.text for word in english().words("Dr. Smith paid $5 in 2024.") if word.text]
    assert names == ["Dr.", "Smith", "paid", "$5", "in", "2024"]


def test_a_set_pronunciation_is_spoken_in_both_languages() -> None:
    assert english().words("The [tomato](/təˈmɑːtəʊ/).")[1].ipa == "təmˈɑːtəʊ"
    assert french().words("Le [bus](/byz/) part.")[1].ipa == "byz"
    assert french().words("Avec l'[eau](/o/)")[1].ipa == "lo"


def test_phones_survive_the_way_into_the_symbols_of_a_voice_and_back() -> None:
    for word in ("həlˈoʊ", "dʒˈʌdʒ", "bɔ̃ʒˈuʁ", "ˈɔ.ɪ", "bˈiːt"):
        assert from_symbols(to_symbols(phones_of(word))) == phones_of(word)


def test_a_stress_before_a_syllable_moves_to_its_vowel() -> None:
    assert phones_of("/həˈtʃɛs/") == ("h", "ə", "tʃ", "ˈɛ", "s")


def test_what_is_no_ipa_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'3' in /w3/"):
        phones_of("/w3/")


def test_english_is_spoken_as_hibari_reads_it() -> None:
    from hibari.g2p import G2P

    read = G2P()
    for text in ("“Hello,” she said — it's 2024... isn't it? (Yes.)", "AC/DC's co-op, 5 km away!"):
        assert symbols(english().words(text)) == read(text)


@pytest.mark.parametrize(
    ("paragraph", "count"),
    [
        ("M. Dupont est là. Il a 3 ans. « Oui ! » dit-il. J.-C. est né. Fin.", 5),
        ("Il est 8 h. 12 min plus tard, il part.", 2),
        ("Un seul point", 1),
        ("Oui… Non ?! Peut-être.", 3),
    ],
)
def test_french_sentences_end_where_they_end(paragraph: str, count: int) -> None:
    found = french().sentences(paragraph)
    assert len(found) == count
    assert "".join("".join(found).split()) == "".join(paragraph.split())


def test_french_numerals_are_those_of_grammar() -> None:
    assert cardinal(1_000_080) == "un million quatre-vingts"
    assert cardinal(200_000) == "deux cent mille"
    assert cardinal(-71) == "moins soixante et onze"
    assert cardinal(10**30).startswith("un zéro zéro")
    assert ordinal(80) == "quatre-vingtième"
    assert ordinal(9) == "neuvième"


@pytest.mark.parametrize("front", [english(), french()])
@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "🎬", "—", "()"])
def test_a_text_without_words_has_none(front: FrontEnd, text: str) -> None:
    assert front.words(text) == ()


@pytest.mark.parametrize("front", [english(), french()])
@pytest.mark.parametrize(
    "text",
    ["a🎬b", "x" * 3000, "1" * 400, "it's''s", "a-b-c--d", "[x](/", "日本 ok", "'''", "l' eau"],
)
def test_odd_text_is_read_without_fault(front: FrontEnd, text: str) -> None:
    assert all(word.phones for word in front.words(text))


_PIECES = (
    *"0123456789.,;:!?-–—'’\"«»()[]/%€$£°²½#@&*+=<>~^_|…·•\n\t\u00a0\u202f\u200b",
    *(
        "km",
        "m²",
        "km/h",
        "°C",
        "½",
        "kHz",
        "GB",
        "14h30",
        "2024-05-01",
        "1er",
        "XIVe",
        "n°",
        "3:45",
    ),
    *(
        "Dr.",
        "M.",
        "etc.",
        "U.S.A.",
        "x@y.fr",
        "https://a.b/c?d=e",
        "C++",
        "R&B",
        "l'",
        "aujourd'hui",
    ),
    *(
        "1 234,56",
        "1,234.56",
        "$1.2M",
        "1990s",
        "S01E02",
        "III",
        "chapter",
        "half",
        "fils",
        "lead",
        "é",
    ),
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(("", " "))), max_size=30),
    st.sampled_from((english(), english(british=True), french())),
)
def test_any_jumble_of_figures_units_and_signs_is_read_without_fault(
    pieces: list[tuple[str, str]], front: FrontEnd
) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    assert all(word.phones and all(word.phones) for word in front.words(text))


@pytest.mark.parametrize(
    ("language", "drawn", "plain"),
    [
        ("en", "Nooooo!", "No!"),
        ("en", "NOOOOO!", "No!"),
        ("en", "Sooo gooood, yesss", "So good, yes"),
        ("en", "Freeee me, pleeease.", "Free me, please."),
        ("en", "cooool", "cool"),
        ("fr", "Nooooon !", "Non !"),
        ("fr", "NOOOOON !", "Non !"),
        ("fr", "Ouiiii, désoléééé.", "Oui, désolé."),
        ("fr", "Super coooool", "Super cool"),
    ],
)
def test_drawn_out_words_are_said_as_words(language: str, drawn: str, plain: str) -> None:
    front = english() if language == "en" else french()
    assert [w.phones for w in front.words(drawn)] == [w.phones for w in front.words(plain)]
    assert drawn.startswith(front.words(drawn)[0].text)


@pytest.mark.parametrize(
    ("text", "phones"),
    [("Shhh!", ("ʃ",)), ("Brrr", ("b", "ʁ")), ("Pfff", ("p", "f")), ("Mmm", ("m",))],
)
def test_noises_are_no_letters(text: str, phones: tuple[str, ...]) -> None:
    assert french().words(text)[0].phones == phones


@pytest.mark.parametrize(
    "text", ["IEEE", "AAA", "AAAA", "World War III", "chapter iii", "www.aaa.com", "[Nooo](/noʊ/)"]
)
def test_letters_that_are_many_by_right_stay(text: str) -> None:
    assert drawn_in(text, lambda _: False, "", "ɹ") == text
