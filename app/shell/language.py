"""The languages of the window: texts from JSON dictionaries, switched while it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from engine.runtime.folders import resources_dir

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}

# French says "0 image", "1 image", "2 images"; English "0 frames", "1 frame", "2 frames".
_SINGULAR_UP_TO = {"fr": (0, 1), "en": (1, 1)}


class Dictionary(QTranslator):
    """Texts of one language by their English source, and by context where one word has two.

    A text with `%n` in it has two forms, for one and for many. `messages` are what the engine says,
    see `app.said`.
    """

    def __init__(self, language: str, content: Mapping[str, Any], parent: QObject) -> None:
        super().__init__(parent)
        self.code = language
        self._texts: Mapping[str, str | list[str]] = content.get("texts", {})
        self._contexts: Mapping[str, Mapping[str, str | list[str]]] = content.get("contexts", {})
        self.messages: Mapping[str, str] = content.get("messages", {})
        self._singular = _SINGULAR_UP_TO.get(language, (1, 1))

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(
        self,
        context: bytes | bytearray | memoryview | str,
        source: bytes | bytearray | memoryview | str,
        disambiguation: object = None,  # noqa: ARG002
        n: int = -1,
    ) -> str | None:
        """The text in this language; None leaves it to the next dictionary, then to the source."""
        key = _text(source)
        found = self._contexts.get(_text(context), {}).get(key) or self._texts.get(key)
        if isinstance(found, list):
            first, last = self._singular
            return found[0] if first <= n <= last else found[-1]
        return found


def system_language() -> str:
    """The language of the system when the window speaks it, English otherwise."""
    for name in QLocale.system().uiLanguages():
        if name[:2] in LANGUAGES:
            return name[:2]
    return "en"


def current(application: QObject) -> str:
    """The language in force."""
    found = dictionary(application)
    return found.code if found is not None else "en"


def dictionary(application: QObject) -> Dictionary | None:
    """The dictionary in force."""
    made = application.findChildren(Dictionary)
    return made[-1] if made else None


def use(application: QCoreApplication, language: str) -> None:
    """Speak this language ("" is the system's) from now on; Qt's own texts follow.

    Every widget gets a LanguageChange event; the window makes its texts anew.
    """
    chosen = language or system_language()
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.setParent(None)
        old.deleteLater()
    QLocale.setDefault(_locale(chosen))
    of_qt = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if of_qt.load(f"qtbase_{chosen}", folder):
        application.installTranslator(of_qt)
    application.installTranslator(Dictionary(chosen, read(chosen), application))


def read(language: str) -> dict[str, Any]:
    """The dictionary of a language as it is on disk: {"texts": {...}, "contexts": {...}}."""
    return dict(json.loads(file_of(language).read_text(encoding="utf-8")))


def file_of(language: str) -> Path:
    """Where the dictionary of a language lies."""
    return resources_dir() / "translations" / f"{language}.json"


def spoken() -> Sequence[str]:
    """The languages that there are, English first."""
    return tuple(LANGUAGES)


def _locale(language: str) -> QLocale:
    locale = QLocale(language)
    locale.setNumberOptions(
        QLocale.NumberOption.OmitGroupSeparator | QLocale.NumberOption.RejectGroupSeparator
    )
    return locale


def _text(value: bytes | bytearray | memoryview | str) -> str:
    return value if isinstance(value, str) else bytes(value).decode()
