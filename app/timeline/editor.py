"""The open edit: which timeline node is edited, what it holds, and every change of it as a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.context import AppContext
from app.editing.draft import Draft
from app.editing.level import EditError, Level, group_of, level_at, ways_to
from app.editing.patch import Patch
from app.strips import Strips
from app.takes import Takes
from app.timeline.acting import act, judge
from app.timeline.changing import Changing, new_timeline
from app.timeline.cut import SEQUENCE, TIMELINE, Cut, Reader
from app.timeline.facts import fact_patch, track_facts, with_facts, without_track
from app.timeline.scene import Scene
from app.timeline.showing import Shower, picture_frames
from app.timeline.verbs import Verb
from engine.graph import Node
from engine.timeline.editing import Lengths, RefusedEdit
from widgets.timeline import Intent, Verdict

_SETTLE_MS = 40  # after lengths or takes became known, before the lanes are shown anew


class Editor(QObject):
    """Reads the edit from the document, and writes every change of it as one named step.

    `changed` comes when the cut or what is known of its media is another; `refused` with the
    reason why an edit was not made; `timeline_changed` when another timeline node is edited.

    `timeline` is the node's name in the flat graph: "group/film" for one inside of a group. All
    else, such as what feeds it, is called as on its own level.
    """

    changed = Signal()
    refused = Signal(str)
    timeline_changed = Signal()

    def __init__(
        self, context: AppContext, strips: Strips, takes: Takes, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = context.document
        self._selection = context.selection
        self.strips = strips
        self.takes = takes
        self.reader = Reader(context.document.registry)
        self.shower = Shower(strips, takes.count)
        self.timeline = ""
        self.in_sync = True
        self._scene: Scene | None = None
        self._relevant: frozenset[str] = frozenset()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.refresh)
        context.document.changed.connect(self._follow)
        context.document.replaced.connect(self._reopen)
        context.selection.changed.connect(self._follow_selection)
        strips.measured.connect(self._settle)
        takes.changed.connect(self._settle)

    @property
    def scene(self) -> Scene | None:
        """All that edits have to know; None while there is no timeline node."""
        return self._scene

    @property
    def cut(self) -> Cut | None:
        """The edit as it is now."""
        return self._scene.cut if self._scene else None

    def timelines(self) -> list[tuple[str, str]]:
        """Flat names and titles of the project's timeline nodes, also of those in groups."""
        whole = Level(self._document.project, self._document.registry)
        found = []
        for flat in ways_to(self._document.project, TIMELINE):
            *names, last = flat.split("/")
            level = level_at(whole, names)
            if level is not None:
                title = _name(level.nodes[last])
                found.append((flat, " / ".join((*names, title))))
        return found

    def open(self, timeline: str) -> None:
        """Edit another timeline node."""
        if timeline != self.timeline:
            self.timeline = timeline
            self.refresh()
            self.timeline_changed.emit()

    @property
    def instances(self) -> tuple[str, ...]:
        """The nodes of groups that lead to the timeline."""
        return tuple(self.timeline.split("/")[:-1])

    def flat(self, node: str) -> str:
        """A node of the timeline's level as the engine names it."""
        return "/".join((*self.instances, node))

    def scopes(self) -> tuple[str, ...]:
        """The groups that the timeline is in, outermost first."""
        level, found = Level(self._document.project, self._document.registry), []
        for name in self.instances:
            level = level_at(level, (name,)) or level
            found.append(level.scope or "")
        return tuple(found)

    def level(self) -> Level:
        """What edits see: the graph, or the inside of the group that the timeline is in."""
        whole = Level(self._document.project, self._document.registry)
        return level_at(whole, self.instances) or whole

    # --- edits -----------------------------------------------------------------------------

    def judge(self, intent: Intent) -> Verdict:
        """What an intent may become."""
        if self._scene is None:
            return Verdict(None)
        return judge(self._scene, self.reader, intent)

    def ask(self, intent: Intent) -> bool:
        """Do what a gesture asked for. False, with `refused`, when it cannot be."""
        scene = self._scene
        if scene is None:
            return False
        changing = Changing(scene.cut, scene.level, self.reader)
        try:
            name = act(changing, scene, intent)
            patch = changing.patch()
        except (RefusedEdit, EditError) as refusal:
            self.refused.emit(str(refusal))
            return False
        self._document.apply(name, patch)
        return True

    def do(self, name: str, *verbs: Verb, merge: str = "") -> bool:
        """Make changes as one step of that name. False, with `refused`, when it cannot be."""
        scene = self._scene
        if scene is None:
            self.refused.emit(_tr("There is no timeline yet: drop a shot on it"))
            return False
        changing = Changing(scene.cut, scene.level, self.reader)
        try:
            for verb in verbs:
                verb(changing, scene)
            patch = changing.patch()
        except (RefusedEdit, EditError) as refusal:
            self.refused.emit(str(refusal))
            return False
        self._document.apply(name, patch, merge=merge)
        return not patch.is_empty

    def apply(self, name: str, make: Callable[[Level], Patch]) -> bool:
        """Make a step of a patch of the graph. False, with `refused`, when it cannot be."""
        try:
            self._document.apply(name, make(self.level()))
        except (RefusedEdit, EditError) as refusal:
            self.refused.emit(str(refusal))
            return False
        return True

    def step(self, name: str) -> object:
        """Everything inside is one step."""
        return self._document.step(name)

    def make_timeline(self, pos: tuple[float, float]) -> None:
        """Add a timeline node with a first track, and edit it."""
        level = self.level()
        draft = Draft(level)
        node = new_timeline(level, draft, pos)
        self._document.apply(_tr("Add a timeline"), draft.patch())
        self.open(node.id)

    def set_track(self, track: str, **changes: Any) -> bool:
        """Other settings of a track: name, enabled, opacity, gain and so on."""

        def verb(changing: Changing, scene: Scene) -> None:
            del scene
            number = int(track[1:]) - 1
            rows: list[Any] = changing.video if track[0] == "V" else changing.audio
            rows[number] = replace(rows[number], **changes)

        return self.do(_tr("Change track {name}").format(name=track), verb)

    def set_solo(self, track: str, *, on: bool) -> bool:
        """Let only the tracks of its kind that are on solo be seen or heard, also in renders.

        The last one that goes off solo brings back what was on before.
        """
        scene = self._scene
        if scene is None:
            return False
        cut, kind = scene.cut, track[:1]
        rows: list[Any] = list(cut.video if kind == "V" else cut.audio)
        facts = {name: dict(item) for name, item in track_facts(scene.node).items()}
        for row in rows:
            facts.setdefault(row.id, {}).setdefault("was_on", row.settings.enabled)
        facts[track]["solo"] = on
        soloed = {row.id for row in rows if facts[row.id].get("solo")}
        enabled = {
            row.id: row.id in soloed if soloed else bool(facts[row.id]["was_on"]) for row in rows
        }
        for row in rows:
            own = facts[row.id]
            if not own.get("solo"):
                own.pop("solo", None)
            if not soloed:
                own.pop("was_on", None)

        def verb(changing: Changing, _scene: Scene) -> None:
            settings: list[Any] = changing.video if kind == "V" else changing.audio
            for number, row in enumerate(rows):
                settings[number] = replace(settings[number], enabled=enabled[row.id])
            node = changing.draft.node(cut.timeline)
            changing.draft.put(with_facts(node, facts))

        return self.do(_tr("Solo track {name}").format(name=track), verb)

    def add_track(self, kind: str) -> bool:
        """Another video track on top ("V"), or audio track at the bottom ("A")."""

        def verb(changing: Changing, scene: Scene) -> None:
            del scene
            if kind == "V":
                changing.add_video_track()
            else:
                changing.add_audio_track()

        return self.do(_tr("Add a track"), verb)

    def remove_track(self, track: str) -> bool:
        """Take a track away, with what is on it."""

        def verb(changing: Changing, scene: Scene) -> None:
            number = int(track[1:]) - 1
            if track[0] == "V":
                if len(changing.video) == 1:
                    raise RefusedEdit("a timeline has one video track at least")
                changing.remove_video_track(number)
            else:
                scene.audio(track)
                changing.remove_audio_track(number)
            node = changing.draft.node(scene.cut.timeline)
            changing.draft.put(without_track(node, track))

        return self.do(_tr("Remove track {name}").format(name=track), verb)

    def note_fact(self, track: str, name: str, value: object) -> None:
        """Write down a fact of a track that is no edit: locked, height, target."""
        if self._scene is not None:
            scene = self._scene
            self._document.note(fact_patch(scene.level.scope, scene.node, track, name, value))

    # --- following the document ------------------------------------------------------------

    def refresh(self) -> None:
        """Read the edit anew."""
        before = self.timeline
        if not self._is_there():
            self.timeline = next(iter(ways_to(self._document.project, TIMELINE)), "")
        level = self.level()
        prefix = "".join(f"{name}/" for name in self.instances)
        self.strips.use_level(prefix)
        self.takes.use_level(level.scope, prefix)
        self._scene = self._read(level) if self.timeline else None
        self.changed.emit()
        if self.timeline != before:
            self.timeline_changed.emit()

    def _is_there(self) -> bool:
        node = self.level().nodes.get(self.timeline.rpartition("/")[2])
        is_inside = level_at(Level(self._document.project, self._document.registry), self.instances)
        return is_inside is not None and node is not None and node.type == TIMELINE

    def _read(self, level: Level) -> Scene:
        cut = self.reader.read(level, self.timeline.rpartition("/")[2])
        self.strips.rate = cut.rate
        sources = {link.source for row in cut.video for link in row.feeds}
        sources |= {link.source for link in cut.sounds}
        nodes = {cut.timeline, *sources, *(row.sequence for row in cut.video)}
        lengths: Mapping[str, Lengths] = {
            row.sequence: self.shower.lengths(level, cut, row) for row in cut.video if row.sequence
        }
        if nodes != self._relevant:
            self._relevant = frozenset(nodes)
        self.strips.watch(sources)
        self.takes.watch(sources)
        sounds = self.shower.sound_lengths(level, cut)
        picture = picture_frames(cut, lengths)
        return Scene(cut, level, lengths, sounds, picture, self.in_sync)

    def set_in_sync(self, *, on: bool) -> None:
        """Let ripples move what follows on all tracks, or on their own only."""
        self.in_sync = on
        self.refresh()

    def _follow(self, patch: Patch) -> None:
        inside = self._scene.level.scope if self._scene is not None else None
        if patch.groups or patch.scope != inside:
            if patch.groups or inside is not None:
                self.refresh()  # a way into the group may have come or gone
            return
        timeline = any(
            node is not None and (node.type in (TIMELINE, SEQUENCE) or group_of(node) is not None)
            for node in patch.nodes.values()
        )
        touched = not self._relevant.isdisjoint(patch.nodes)
        links = any(
            link.target in self._relevant for link in (*patch.add_links, *patch.remove_links)
        )
        if timeline or touched or links or patch.settings is not None:
            self.refresh()

    def _follow_selection(self) -> None:
        """A timeline node that is selected is the one that is edited."""
        selection = self._selection
        if selection.active is None or len(selection.instances) != len(selection.scopes):
            return
        whole = Level(self._document.project, self._document.registry)
        level = level_at(whole, selection.instances)
        node = level.nodes.get(selection.active) if level is not None else None
        if node is not None and node.type == TIMELINE:
            self.open(selection.flat(node.id))

    def _reopen(self) -> None:
        self.timeline = ""
        self.shower.forget()
        self.refresh()

    def _settle(self, _node: str = "") -> None:
        if not self._timer.isActive():
            self._timer.start()


def _name(node: Node) -> str:
    return node.title or str(node.params.get("name", "")) or node.id


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineSteps", text)
