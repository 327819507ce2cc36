"""Puts what is dropped or chosen on the timeline: adds the nodes, links and items it needs."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal

from app.background import Background
from app.context import AppContext
from app.editing.draft import Draft
from app.editing.level import Level
from app.editing.media import portable
from app.editing.nodes import clean_title, make_node
from app.strip_pictures import MediaFacts, facts_of
from app.timeline.dropping import loader_of, read_mime, source_of
from app.timeline.editor import Editor
from app.timeline.verbs import Source, Verb, place, three_point
from engine.errors import AiprodError
from engine.graph import Link, Node
from widgets.timeline import Drop
from widgets.timeline.intents import Mode

_STILL_SECONDS = 5
_PATIENCE = 5.0  # seconds that closing waits for a look at a file
_IMAGE = "media.load_image"


@dataclass(frozen=True)
class _File:
    """A media file, and what it turned out to be."""

    path: Path
    facts: MediaFacts | None
    why: str = ""


class _Probed(QObject):
    told = Signal(object, object)  # by the background


class Placing(QObject):
    """Places nodes, kinds of nodes and files as clips; each time one step of undo.

    `refused` says why nothing was placed.
    """

    refused = Signal(str)

    def __init__(self, context: AppContext, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._document = context.document
        self._editor = editor
        self._cancel = threading.Event()
        self._background = Background("placing")
        self._probed = _Probed()
        self._probed.told.connect(self._place_files, Qt.ConnectionType.QueuedConnection)

    def drop(self, drop: Drop, data: QMimeData) -> None:
        """Place what was dropped. Files are looked at in the background first."""
        dropped = read_mime(data)
        if dropped.nodes:
            self.place_nodes(dropped.nodes, drop)
        elif dropped.types:
            self._place_type(dropped.types[0], drop)
        elif dropped.files:
            self.place_files(dropped.files, drop)
        else:
            self.refused.emit(self.tr("Nothing of this can be placed on a timeline."))

    def place_nodes(self, nodes: Sequence[str], drop: Drop) -> bool:
        """Place the results of nodes of the project, one after the other."""
        sources = [source for node in nodes if (source := self.source(node)) is not None]
        if not sources:
            self.refused.emit(self.tr("Select a node that makes a clip or a sound."))
            return False
        with self._document.step(self._step_name(sources)):
            sources = [self._held(source) for source in sources]
            self._need_timeline(sources)
            return self._place_all(sources, drop)

    def place_source(
        self, source: Source, mode: Mode, record: tuple[int | None, int | None]
    ) -> bool:
        """Place a source by its points and those on the timeline, on the target tracks."""
        with self._document.step(self._step_name([source])):
            self._need_timeline([source])
            scene = self._editor.scene
            if scene is None:
                return False
            track = scene.targets[1 if source.kind == "audio" else 0]
            verb = three_point(source, track, *record, mode)
            return self._editor.do(self._step_name([source]), verb)

    def place_files(self, files: Sequence[Path], drop: Drop) -> None:
        """Place media files, after a look at them in the background."""
        self._background.start(partial(self._probe, list(files), drop, self._cancel))

    def _probe(self, files: list[Path], drop: Drop, cancel: threading.Event) -> None:
        """Find out in the background what files are."""
        found = [_looked_at(path) for path in files if not cancel.is_set()]
        if not cancel.is_set():
            self._probed.told.emit(found, drop)

    def source(self, node: str) -> Source | None:
        """What a node's result is on the timeline."""
        level = self._editor.level()
        found = source_of(level, self._editor.strips, self._rate(), node)
        if found is not None and not found.name:
            spec = level.spec(level.nodes[node])
            return replace(found, name=spec.title if spec is not None else "")
        return found

    def stop(self) -> None:
        """Look at none of the files that wait; returns when the background is quiet."""
        self._cancel.set()
        self._background.clear()
        self._background.wait(_PATIENCE)
        self._cancel = threading.Event()

    def _place_files(self, files: list[_File], drop: Drop) -> None:
        good = [item for item in files if item.facts is not None]
        if not good:
            self.refused.emit(files[0].why if files else "")
            return
        name = self.tr("Place %n files on the timeline", "", len(good))
        with self._document.step(name):
            level = self._editor.level()
            draft = Draft(level)
            sources = []
            x, y = self._free_place()
            for number, item in enumerate(good):
                loader = loader_of(item.path)
                if loader is None or item.facts is None:
                    continue
                node_type, _ = loader
                path = portable(item.path, self._document.path and self._document.base_dir)
                title = clean_title(item.path.stem)
                node = make_node(
                    level, node_type, (x, y + 160 * number), params={"file": path}, title=title
                )
                node = draft.put(replace(node, id=draft.free_id(node.id)))
                if node_type == _IMAGE:
                    node = _held(level, draft, node)
                sources.append(_file_source(node.id, title, item.facts, self._rate()))
            self._document.apply(name, draft.patch())
            self._need_timeline(sources)
            self._place_all(sources, drop)

    def _place_type(self, node_type: str, drop: Drop) -> None:
        level = self._editor.level()
        node = make_node(level, node_type, self._free_place())
        spec = level.registry.get(node_type)
        title = spec.title if spec is not None else node_type
        name = self.tr("Place {what} on the timeline").format(what=title)
        with self._document.step(name):
            draft = Draft(level)
            draft.put(node)
            self._document.apply(name, draft.patch())
            source = self.source(node.id)
            if source is not None:
                self._need_timeline([source])
                self._place_all([source], drop)

    def _held(self, source: Source) -> Source:
        """The source, or, of a picture, one that holds it; its node is added."""
        if source.kind != "image":
            return source
        level = self._editor.level()
        draft = Draft(level)
        node = _held(level, draft, level.nodes[source.node], source.output)
        self._document.apply(self._step_name([source]), draft.patch())
        frames = round(_STILL_SECONDS * self._rate())
        return replace(source, node=node.id, output="out", frames=frames, kind="video")

    def _need_timeline(self, sources: Sequence[Source]) -> None:
        if self._editor.scene is None:
            nodes = self._editor.level().nodes
            first = nodes.get(sources[0].node) if sources else None
            x, y = first.pos if first is not None else (0.0, 0.0)
            self._editor.make_timeline((x + 280, y))

    def _place_all(self, sources: Sequence[Source], drop: Drop) -> bool:
        scene = self._editor.scene
        if scene is None:
            return False
        frame = drop.frame
        verbs: list[Verb] = []
        for source in sources:
            kind = "A" if source.kind == "audio" else "V"
            target = scene.targets[1 if source.kind == "audio" else 0]
            track = drop.track if drop.track[:1] == kind else target
            if source.kind == "video" and not drop.track and drop.mode == "insert":
                track = target
            verbs.append(place(source, track, frame, drop.mode))
            frame += source.frames or 0
        done = True
        for verb in verbs:
            done = self._editor.do(self._step_name(sources), verb) and done
        return done

    def _step_name(self, sources: Sequence[Source]) -> str:
        what = sources[0].name if len(sources) == 1 else str(len(sources))
        return self.tr("Place {what} on the timeline").format(what=what)

    def _rate(self) -> Fraction:
        cut = self._editor.cut
        return cut.rate if cut is not None else self._document.project.settings.rate

    def _free_place(self) -> tuple[float, float]:
        """A place on the canvas below the nodes on its left."""
        nodes = self._editor.level().nodes.values()
        left = min((node.pos[0] for node in nodes), default=0.0)
        below = max((node.pos[1] for node in nodes if node.pos[0] < left + 240), default=-160.0)
        return left, below + 160


def _looked_at(path: Path) -> _File:
    from app.editing.drops import kind_of
    from engine.media import open_clip, open_image, open_sound

    try:
        match kind_of(path):
            case "video":
                return _File(path, facts_of(open_clip(path)))
            case "sound":
                return _File(path, facts_of(open_sound(path)))
            case "image":
                image = open_image(path)
                return _File(path, MediaFacts(1, "0", image.width, image.height))
            case _:
                return _File(path, None, f"{path.name} is no film, picture or sound")
    except (AiprodError, OSError) as error:
        return _File(path, None, str(error))


def _held(level: Level, draft: Draft, node: Node, output: str = "out") -> Node:
    """A node that holds the picture of another, put into a draft."""
    place = (node.pos[0] + 280, node.pos[1])
    params = {"seconds": float(_STILL_SECONDS)}
    hold = make_node(level, "media.hold", place, params=params, title=node.title)
    hold = draft.put(replace(hold, id=draft.free_id(hold.id)))
    draft.add_link(Link(node.id, output, hold.id, "image"))
    return hold


def _file_source(node: str, name: str, facts: MediaFacts, rate: Fraction) -> Source:
    if facts.rate == "0":  # a picture, which is held
        return Source(node, round(_STILL_SECONDS * rate), "video", name)
    kind = "video" if facts.frames else "audio"
    return Source(node, facts.frames_at(rate), kind, name)
