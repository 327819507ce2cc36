"""Finds every text that the window shows, and says what a language lacks.

    python -m app.shell.strings              what each language lacks, exit status 1 if anything
    python -m app.shell.strings --list       every text with its places, as JSON
    python -m app.shell.strings --update     rewrite the dictionaries: sorted, obsolete texts gone

Texts are the literal arguments of `self.tr(...)` and `QCoreApplication.translate(...)`, the
titles, labels, choices and help of the built-in nodes, and those of the shipped templates. The
messages of the engine (`app.shell.engine_texts`) are kept apart from them, under "messages".
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.said import shape
from app.shell import engine_texts, language
from engine.runtime.files import atomic_write

TOP = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "widgets")
OPEN_CONTEXTS = {"nodes", "templates", "Wipes"}  # their texts come from specs and files
SHORT_NAMES = {"_tr"}
PLURAL = "%n"


@dataclass
class Found:
    """Texts by their English source with the places where they are shown, and mistakes."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, list[str]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def add(self, text: str, place: str) -> None:
        """Note that a text is shown at a place."""
        if text.strip():
            self.texts.setdefault(text, []).append(place)


def find_texts(top: Path = TOP) -> Found:
    """Every text of the source, of the node specs and of the templates."""
    found = Found()
    for folder in FOLDERS:
        for path in sorted((top / folder).rglob("*.py")):
            _read_source(path, path.relative_to(top).as_posix(), found)
    _read_specs(found)
    _read_templates(found)
    found.messages = engine_texts.messages(top)
    return found


def lacking(texts: Mapping[str, object], code: str) -> list[str]:
    """The texts that a language has no words for; English only needs those that count."""
    content = language.read(code)
    known = content.get("texts", {})
    needed = [text for text in texts if code != "en" or PLURAL in text]
    return [text for text in needed if not _fits(text, known.get(text))]


def obsolete(texts: Mapping[str, object], code: str) -> list[str]:
    """Texts of a dictionary that nothing shows any more."""
    content = language.read(code)
    own = [
        text
        for context, texts_ in content.get("contexts", {}).items()
        if not context.startswith("Q")  # better words for texts of Qt itself
        for text in texts_
    ]
    return [text for text in (*content.get("texts", {}), *own) if text not in texts]


def unsaid(messages: Mapping[str, object], code: str) -> list[str]:
    """Messages of the engine that a language has no words for; English is what they are in."""
    known = {shape(text) for text in language.read(code).get("messages", {})}
    return [] if code == "en" else [text for text in messages if shape(text) not in known]


def unheard(messages: Mapping[str, object], code: str) -> list[str]:
    """Messages of a dictionary that the engine says no more."""
    shapes = {shape(text) for text in messages}
    return [text for text in language.read(code).get("messages", {}) if shape(text) not in shapes]


def placeholders(text: str) -> set[str]:
    """The `{name}` parts of a text, which its translation must have as well."""
    import string

    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def main(argv: Sequence[str] | None = None) -> int:
    """Print what is lacking. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="app.shell.strings", description=__doc__)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args(argv)
    found = find_texts()
    if arguments.list:
        _say(json.dumps(found.texts, indent=1, ensure_ascii=False))
        return 0
    if arguments.update:
        for code in language.LANGUAGES:
            _rewrite(code, found)
    wrong = list(found.mistakes)
    for code in language.LANGUAGES:
        wrong += [f"{code} lacks: {text!r}" for text in lacking(found.texts, code)]
        wrong += [f"{code} has what nothing shows: {t!r}" for t in obsolete(found.texts, code)]
        wrong += [f"{code} lacks the message: {t!r}" for t in unsaid(found.messages, code)]
        wrong += [f"{code} has what nothing says: {t!r}" for t in unheard(found.messages, code)]
    count = len(found.texts) + len(found.messages)
    _say("\n".join(wrong) or f"{count} texts in {len(language.LANGUAGES)} languages")
    return 1 if wrong else 0


def _read_source(path: Path, place: str, found: Found) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {  # short names for `translate`: what is given to them counts, not what is in them
        call
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in SHORT_NAMES
        for call in _calls(function)
    }
    for call in _calls(tree):
        if call in inside:
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else _name(call.func)
        where = f"{place}:{call.lineno}"
        if name == "tr" and call.args and isinstance(call.func, ast.Attribute):
            _take(call.args[0], where, found)
        elif name == "translate" and len(call.args) >= 2:
            context = call.args[0]
            if isinstance(context, ast.Constant) and context.value in OPEN_CONTEXTS:
                continue
            if isinstance(context, ast.Constant) and isinstance(context.value, str):
                _take(call.args[1], where, found)
        elif name in SHORT_NAMES and call.args:
            _take(call.args[0], where, found)
        elif name == "QT_TRANSLATE_NOOP" and len(call.args) >= 2:
            _take(call.args[1], where, found)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _take(argument: ast.expr, where: str, found: Found) -> None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        found.add(argument.value, where)
    else:
        found.mistakes.append(f"{where}: the text is no literal, so that no translator sees it")


def _read_specs(found: Found) -> None:
    from engine.nodes import builtin_registry
    from engine.timeline.transitions import WIPE_NAMES

    for name in WIPE_NAMES.values():
        found.add(name, "engine/timeline/transitions.py")
    for spec in builtin_registry():
        place = f"node {spec.id}"
        for text in (spec.title, spec.category, spec.doc):
            found.add(text, place)
        labels = [item.label for item in spec.inputs] + [item.label for item in spec.outputs]
        for label in (*labels, *(param.label for param in spec.params)):
            found.add(label, place)
        for param in spec.params:
            for choice in param.choices:
                if isinstance(choice, str):
                    found.add(choice, place)
            if param.range is not None:
                found.add(param.range.unit or "", place)


def _read_templates(found: Found) -> None:
    from app.shell.templates import templates

    for template in templates():
        found.add(template.title, f"template {template.name}")
        found.add(template.text, f"template {template.name}")


def _fits(text: str, translation: Any) -> bool:
    if PLURAL in text:
        return (
            isinstance(translation, list)
            and len(translation) == 2
            and all(isinstance(form, str) and form for form in translation)
        )
    return (
        isinstance(translation, str)
        and bool(translation)
        and placeholders(translation) == placeholders(text)
    )


def _rewrite(code: str, found: Found) -> None:
    content, texts = language.read(code), found.texts
    silent = set(unheard(found.messages, code))
    messages = {t: w for t, w in content.get("messages", {}).items() if t not in silent}
    kept = {text: words for text, words in content.get("texts", {}).items() if text in texts}
    contexts = {
        context: {t: w for t, w in own.items() if t in texts or context.startswith("Q")}
        for context, own in content.get("contexts", {}).items()
    }
    new = {
        "texts": dict(sorted(kept.items())),
        "contexts": {k: v for k, v in contexts.items() if v},
        "messages": dict(sorted(messages.items())),
    }
    text = json.dumps(new, indent=1, ensure_ascii=False) + "\n"
    atomic_write(language.file_of(code), text)


def _say(text: str) -> None:
    print(text)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
