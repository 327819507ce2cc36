"""What the engine says is said in the language of the window, wherever the window shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.canvas.views import problem_text
from app.said import said, shape
from app.shell import engine_texts, language
from engine.errors import AiprodError, MediaError, Problem, RenderError, UsageError

FIELD = re.compile(r"\{(\w+)\}")


@pytest.fixture
def french(qapp: QApplication) -> Iterator[None]:
    language.use(qapp, "fr")
    yield
    language.use(qapp, "en")


def test_french_words_fill_in_only_what_the_message_has() -> None:
    for template, words in language.read("fr")["messages"].items():
        assert set(FIELD.findall(words)) <= set(FIELD.findall(template)), template


def test_each_message_is_recognised_with_anything_in_its_fields(french: None) -> None:
    for template, words in language.read("fr")["messages"].items():
        if shape(template) == "a {}":
            continue  # needs the name of a type
        fields = {name: str(n) for n, name in enumerate(FIELD.findall(template), 2)}
        assert said(template.format(**fields)) == words.format(**fields)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            UsageError("the prompt is empty", where="shot1", mend="Say what the shot shows."),
            "shot1 : l’invite est vide. Dites ce que le plan montre.",
        ),
        (
            MediaError("the file is not there", where="a: b.mp4", mend="Check its path"),
            "a : b.mp4 : le fichier est introuvable. Vérifiez son chemin",
        ),
        (
            RenderError("film.mp4: the file is empty", where="Load film (load)"),
            "Load film (load) : film.mp4 : le fichier est vide",
        ),
        (
            Problem("there is no node type 'a.b'; did you mean 'a.c'?", mend="Choose one"),
            "il n’y a pas de type de nœud 'a.b'; vouliez-vous dire 'a.c' ?. Choisissez-en un",
        ),
    ],
)
def test_place_message_and_mend_are_told_apart(
    french: None, error: AiprodError | Problem, words: str
) -> None:
    assert said(str(error)) == words


def test_what_no_template_fits_stays_as_it_is(french: None) -> None:
    for text in ("The moon is too far away from here.", "ZeroDivisionError: division by zero", ""):
        assert said(text) == text


def test_english_is_what_the_engine_said(qapp: QApplication) -> None:
    language.use(qapp, "en")
    assert said("the prompt is empty") == "the prompt is empty"


def test_a_problem_on_the_canvas_is_in_french(french: None) -> None:
    problem = Problem("the input is needed", "shot", "prompt", mend="Link a Prompt to it.")
    assert problem_text(problem) == "prompt: l’entrée est nécessaire. Liez-y un Invite."


def test_messages_are_found_through_variables_and_functions(tmp_path: Path) -> None:
    source = tmp_path / "engine" / "lenses.py"
    source.parent.mkdir()
    source.write_text(
        "from engine.errors import UsageError\n"
        "AGAIN = 'Clean the lens.'\n"
        "def why(n):\n"
        "    return 'too dark' if n else f'{n} stops too bright'\n"
        "def look(n, size):\n"
        "    message = f'the lens is {why(n)} at {len(size)} mm'\n"
        "    raise UsageError(message, mend=AGAIN)\n",
        encoding="utf-8",
    )
    assert set(engine_texts.messages(tmp_path)) == {
        "the lens is {why} at {size} mm",
        "too dark",
        "{n} stops too bright",
        "Clean the lens.",
    }


def test_notes_on_prompts_and_what_was_given_up_for_memory_are_found_too(tmp_path: Path) -> None:
    source = tmp_path / "engine" / "lenses.py"
    source.parent.mkdir()
    source.write_text(
        "class Lens:\n"
        "    def ease(self, rung):\n"
        "        return self._smaller(2)\n"
        "    def _smaller(self, side):\n"
        "        return f'the picture is made in parts of {side}'\n"
        "    def read(self, words):\n"
        "        return PromptFeatures(1, True, tuple(_notes(words)))\n"
        "def _notes(words):\n"
        "    yield f'not known: {words}'\n"
        "def descend(step, tell):\n"
        "    tell(f'memory ran out: {step}')\n",
        encoding="utf-8",
    )
    assert set(engine_texts.messages(tmp_path)) == {
        "the picture is made in parts of {side}",
        "not known: {words}",
        "memory ran out: {step}",
    }


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (
            "the reference is taken for: a large blue star",
            "la référence est prise pour : a large blue star",
        ),
        (
            "memory ran out: the predictions of a step are made one after another",
            "la mémoire a manqué : les prédictions d’un pas sont faites l’une après l’autre",
        ),
    ],
)
def test_notes_on_a_shot_are_in_french(french: None, note: str, words: str) -> None:
    assert said(note) == words
