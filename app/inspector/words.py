"""The words that a prompt's model knows, and which model that is."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThreadPool, Signal

from app.editing.level import Level, inputs_of, outputs_of
from engine.graph import Node
from engine.graph.expand import REROUTE
from widgets.editors import PromptReading, UnknownWord, Vocabulary

if TYPE_CHECKING:
    from types import ModuleType

STARTER = "shdt-starter"
UNNAMED = "*"  # stands for the model that a shot takes which names none
LOAD_MODEL = "generate.model"
_NEAR = 3  # words offered in place of an unknown one
_MOST = 24  # unknown words that get offers: a pasted page is no prompt


class _Gathered(QObject):
    told = Signal(object, object)  # by a worker, which keeps it alive


class Words(QObject):
    """Finds the vocabulary of models in the background; `ready` says that more is known now.

    Families whose words are open, such as those that read prompts with a language model, have no
    vocabulary: nothing is underlined.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._families: Mapping[str, str] = {STARTER: "shdt", UNNAMED: "shdt"}
        self._vocabularies: dict[str, Vocabulary] = {}
        self._asked = False
        self._gathered = _Gathered()
        self._gathered.told.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Read, away from the window, which models are here and what they know."""
        if not self._asked:
            self._asked = True
            gathered = self._gathered
            QThreadPool.globalInstance().start(lambda: _gather(gathered.told.emit))

    def models(self) -> tuple[str, ...]:
        """The names of the models that are here."""
        return tuple(sorted(self._families.keys() - {UNNAMED}))

    def of_models(self, names: Iterable[str]) -> Vocabulary | None:
        """The words that models know; None when one takes any word, or it is not known yet."""
        families = {self._families.get(name) for name in names}
        if len(families) != 1:
            return None
        return self._vocabularies.get(families.pop() or "")

    def _keep(self, families: Mapping[str, str], vocabularies: Mapping[str, Vocabulary]) -> None:
        self._families = {STARTER: "shdt", UNNAMED: "shdt", **families}
        self._vocabularies.update(vocabularies)
        self.ready.emit()


def _gather(tell: Callable[[object, object], None]) -> None:
    """Runs on a worker: importing the registry and reading its cards takes a while."""
    from engine.errors import AiprodError
    from engine.models.shdt import lexicon

    try:
        from engine.models.registry import default, models

        families = {entry.name: entry.family for entry in models().values()}
        families |= {UNNAMED: families.get(default(), "")}
    except (AiprodError, OSError):
        families = {}
    try:
        tell(families, {"shdt": vocabulary_of(lexicon)})
    except RuntimeError:
        return  # the panel was closed meanwhile


def vocabulary_of(lexicon: ModuleType) -> Vocabulary:
    """The vocabulary of a family whose words are all listed."""
    phrases = tuple(lexicon.known_phrases())
    single = sorted({word for phrase in phrases for word in phrase.split()})

    @lru_cache(maxsize=4096)
    def nearest(word: str) -> tuple[str, ...]:
        # Words of another length cannot be near; without this a prompt of strange words is slow.
        apart = max(2, len(word) // 3)
        like = [known for known in single if abs(len(known) - len(word)) <= apart]
        return tuple(difflib.get_close_matches(word, like, n=_NEAR, cutoff=0.62))

    def judge(text: str) -> PromptReading:
        unknown = [piece for piece in lexicon.pieces(text) if not piece.known]
        words = []
        for number, piece in enumerate(unknown):
            near = nearest(text[piece.start : piece.end].lower()) if number < _MOST else ()
            words.append(UnknownWord(piece.start, piece.end - piece.start, near))
        conflicts = lexicon.read_prompt(text).conflicts
        says = QCoreApplication.translate("Inspector", "Only the first counts of: {names}")
        return PromptReading(tuple(words), tuple(says.format(names=n) for n in conflicts))

    return Vocabulary(judge, phrases, "shdt")


def models_behind(level: Level, node: Node) -> tuple[str, ...] | None:
    """The models that a node's text ends up at as their prompt; None when it is no prompt.

    A prompt that nothing takes yet is judged as the default model would.
    """
    gives = {socket.type for socket in outputs_of(level, node)}
    if not gives & {"Prompt", "Text", ""}:
        return None
    found: dict[str, None] = {}
    waiting, seen = [node.id], {node.id}
    while waiting:
        for link in level.fed.get(waiting.pop(), ()):
            target = level.nodes.get(link.target)
            if target is None:
                continue
            taken = {socket.name: socket.type for socket in inputs_of(level, target)}
            if taken.get(link.input) == "Prompt" and "Model" in taken.values():
                found[_model_of(level, target)] = None
            elif target.id not in seen and _passes_text_on(level, target):
                seen.add(target.id)
                waiting.append(target.id)
    if found:
        return tuple(found)
    return (UNNAMED,) if "Prompt" in gives else None


def _passes_text_on(level: Level, node: Node) -> bool:
    return node.type == REROUTE or any(
        socket.type in ("Prompt", "Text") for socket in outputs_of(level, node)
    )


def _model_of(level: Level, node: Node) -> str:
    """The name of the model that a shot is made with."""
    name = next((s.name for s in inputs_of(level, node) if s.type == "Model"), "")
    link = next((link for link in level.feeding.get(node.id, ()) if link.input == name), None)
    for _ in range(1000):
        source = level.nodes.get(link.source) if link else None
        if source is None:
            return UNNAMED
        if source.type == LOAD_MODEL:
            return str(source.params.get("name", STARTER))
        if source.type != REROUTE:
            return ""  # a node that chooses a model by itself
        link = next(iter(level.feeding.get(source.id, ())), None)
    return ""
