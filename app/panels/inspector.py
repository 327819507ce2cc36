"""The inspector: what the selected nodes are told, and the project's settings when none is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QScrollArea, QVBoxLayout, QWidget

from app.context import AppContext
from app.editing.level import EditError, Level
from app.editing.nodes import rename_node, set_state
from app.editing.params import demote, promote, reset_params, set_params
from app.editing.patch import Patch
from app.editing.ports import hide_port, rename_group, show_port
from app.inspector.looking import FileLook
from app.inspector.node_form import NodeForm
from app.inspector.project_form import GroupForm, ProjectForm
from app.inspector.shapes import Surroundings
from app.inspector.subject import Setting, Subject, plain_problem, subject_of
from app.inspector.words import LOAD_MODEL, Words, models_behind
from engine.errors import Problem
from engine.graph.checks import ParamError, parse_fraction
from widgets.editors import Remark

FOLDS = "inspector_closed"  # preference: the sections that are folded
FOLDED_AT_FIRST = ["help", "note"]
MERGE = "inspector"
KEPT = 8  # forms of nodes looked at before: they come back at once


class InspectorPanel(QWidget):
    """Binds the form of what is selected to the document: one gesture is one step of undo."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._document = context.document
        self._subject = Subject()
        self._ground: object = None
        self._forms: dict[object, NodeForm] = {}
        self.form: NodeForm | ProjectForm | GroupForm | None = None
        self._words = Words(self)
        self._look = FileLook()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search these controls"))
        self.search.setAccessibleName(self.tr("Search these controls"))
        self.search.setClearButtonEnabled(True)
        self.nothing = Remark("dim")
        self.nothing.setText(self.tr("No control is called that."))
        self.nothing.hide()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self._holder = QWidget()
        self._pages = QVBoxLayout(self._holder)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self.area.setWidget(self._holder)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.nothing)
        column.addWidget(self.area, 1)
        self.setAccessibleName(self.tr("Inspector"))
        self.search.textChanged.connect(self._filter)
        self._words.ready.connect(self._rebuild)
        self._look.connect_to(self._show_missing)
        context.selection.changed.connect(self._follow)
        self._document.changed.connect(self._take_in)
        self._document.replaced.connect(self._rebuild)
        self._document.path_changed.connect(self._rebuild)
        if context.problems is not None:
            context.problems.changed.connect(self._refresh)
        self._add_commands()
        self._words.look()
        self._rebuild()

    @property
    def node_form(self) -> NodeForm:
        """The form of the selected nodes. Raises ValueError when none is selected."""
        if not isinstance(self.form, NodeForm):
            raise ValueError("no node is selected")
        return self.form

    def reset_focused(self) -> None:
        """Give the field that has the focus its default."""
        self._with_focused(self._reset)

    def promote_focused(self) -> None:
        """Make the field that has the focus a socket, or a control again."""
        self._with_focused(self._turn_socket)

    def group_focused(self) -> None:
        """Show the field that has the focus on the group, or take it off."""
        self._with_focused(self._turn_group_param)

    def reset_all(self) -> None:
        """Give all controls of the selected nodes their defaults."""
        if self._subject.nodes:
            ids = self._subject.ids
            self._apply(self.tr("Reset all controls"), lambda level: reset_params(level, ids))

    def _add_commands(self) -> None:
        add, category = self._context.actions.add, self.tr("Inspector")
        commands = (
            ("search", self.tr("Search controls"), self._start_search, "Ctrl+F"),
            ("reset", self.tr("Reset this control"), self.reset_focused, "Ctrl+Backspace"),
            ("reset_all", self.tr("Reset all controls"), self.reset_all, ""),
            ("promote", self.tr("Control to socket, or back"), self.promote_focused, "Ctrl+Alt+S"),
            ("show_on_group", self.tr("Control on the group"), self.group_focused, "Ctrl+Alt+G"),
        )
        for name, text, slot, keys in commands:
            shortcuts = (keys,) if keys else ()
            name = f"inspector.{name}"
            add(name, text, slot, owner=self, category=category, shortcuts=shortcuts)

    def _level(self) -> Level:
        return Level(self._document.project, self._document.registry, self._scope())

    def _scope(self) -> str | None:
        scope = self._context.selection.scope
        return scope if scope in self._document.project.graph.groups else None

    def _follow(self) -> None:
        """Another selection: what is typed and not yet taken belongs to the one before."""
        here = self.focusWidget()
        if here is not None and self.area.isAncestorOf(here) and here.hasFocus():
            here.clearFocus()
        self._refresh()

    def _take_in(self, patch: Patch) -> None:
        """The document changed: show it when it is about what is shown."""
        level_changed = patch.scope == self._scope()
        ours = set(self._subject.ids)
        origins = {origin.node for inlet in self._subject.inlets for origin in inlet.origins}
        about_nodes = level_changed and not (ours | origins).isdisjoint(patch.nodes)
        links = (*patch.add_links, *patch.remove_links)
        if about_nodes or patch.groups or patch.settings or (level_changed and links):
            self._refresh()

    def _rebuild(self) -> None:
        self._ground = None
        for form in self._forms.values():
            form.deleteLater()
        self._forms.clear()
        self._refresh()

    def _refresh(self) -> None:
        level = self._level()
        self._subject = subject_of(level, self._context.selection.nodes)
        if not self._subject.nodes:
            self._show_ground(level)
            return
        around = self._surroundings(level)
        ground = (self._subject.layout, around)
        form = self.form
        if ground != self._ground or not isinstance(form, NodeForm):
            self._ground = ground
            form = self._forms.pop(ground, None) or self._make_form(around)
            form.fold(self._closed())
            self._forms[ground] = form  # the latest is the last
            while len(self._forms) > KEPT:
                self._forms.pop(next(iter(self._forms))).deleteLater()
            form.show_subject(self._subject, ())
            self._put(form)
        form.show_subject(self._subject, self._problems())
        self._look_for_files()

    def _show_ground(self, level: Level) -> None:
        """Nothing is selected: the group that is open, or the project."""
        project = level.project
        if level.scope is not None:
            title = project.graph.groups[level.scope].title
            if isinstance(self.form, GroupForm) and self._ground == level.scope:
                self.form.show_title(title)
                return
            group_form = GroupForm(title)
            group_form.title_edited.connect(self._rename_group)
            group_form.committed.connect(self._document.end_merge)
            self._ground = level.scope
            self._put(group_form)
            return
        if isinstance(self.form, ProjectForm) and self._ground is self._document:
            self.form.show_settings(project.settings)
            return
        form = ProjectForm(project.settings, self._closed())
        form.edited.connect(self._edit_settings)
        form.committed.connect(self._document.end_merge)
        form.folded.connect(self._fold)
        self._ground = self._document
        self._put(form)

    def _make_form(self, around: Surroundings) -> NodeForm:
        form = NodeForm(self._subject, around, self._closed())
        form.edited.connect(self._edit)
        form.committed.connect(self._document.end_merge)
        form.reset_asked.connect(self._reset)
        form.reset_all_asked.connect(self.reset_all)
        form.promote_asked.connect(self._turn_socket)
        form.menu_asked.connect(self._open_menu)
        form.jump_asked.connect(lambda node: self._context.selection.select([node]))
        form.enter_asked.connect(self._enter)
        form.title_edited.connect(self._rename)
        form.note_edited.connect(self._write_note)
        form.state_asked.connect(lambda state, on: self._set_state(state, on=on))
        form.folded.connect(self._fold)
        return form

    def _put(self, form: NodeForm | ProjectForm | GroupForm) -> None:
        """Show a form in the place of the one before. Forms that are kept stay where they are:
        to take a widget out of a window and put it back costs more than to hide it."""
        before, self.form = self.form, form
        if before is not None and before is not form:
            before.hide()
            if before not in self._forms.values():
                before.deleteLater()  # not at once: it may be amid telling of a press
        if form.parent() is not self._holder:
            self._pages.addWidget(form)
        form.show()
        bar = self.area.verticalScrollBar().sizeHint().width()
        self.area.setMinimumWidth(form.minimumSizeHint().width() + bar)
        self._filter()

    def _surroundings(self, level: Level) -> Surroundings:
        project, subject = level.project, self._subject
        models = {models_behind(level, node) for node in subject.nodes}
        known = models.pop() if len(models) == 1 else None
        vocabulary = self._words.of_models(known) if known else None
        has_path = self._document.path is not None
        return Surroundings(
            settings=replace(project.settings, name="", seed=0),
            base_dir=self._document.base_dir if has_path else None,
            rate=self._frames_rate(project.settings.rate),
            vocabulary=vocabulary,
            offers=self._offers,
        )

    def _frames_rate(self, rate: Fraction) -> Fraction | None:
        """What frames of the nodes count at: known for nodes of the edit only."""
        for spec in self._subject.specs:
            if spec is None:
                return None
            kinds = {item.type for item in spec.inputs} | {item.type for item in spec.outputs}
            if not kinds & {"Sequence", "Timeline"}:
                return None
        own = {str(node.params.get("rate") or rate) for node in self._subject.nodes}
        try:
            return parse_fraction(own.pop()) if len(own) == 1 else None
        except ParamError:
            return None

    def _offers(self, place: str) -> tuple[str, ...]:
        return self._words.models() if place == f"{LOAD_MODEL}.name" else ()

    def _problems(self) -> Iterable[Problem]:
        problems = self._context.problems
        if problems is None or len(self._subject.nodes) != 1:
            return ()
        return problems.of(self._subject.nodes[0].id, self._scope())

    def _look_for_files(self) -> None:
        for setting in self._subject.settings:
            file = setting.param.file
            if file is not None and not file.save and isinstance(setting.value, str):
                self._look.look(setting.value, self._document.base_dir)

    def _show_missing(self, path: str, text: str) -> None:
        if isinstance(self.form, NodeForm):
            self.form.show_missing(path, text)

    def _setting(self, name: str) -> Setting | None:
        return next((item for item in self._subject.settings if item.name == name), None)

    def _edit(self, name: str, value: Any) -> None:
        """A field was edited: written down when the value does, else said why not."""
        setting = self._setting(name)
        if setting is None:
            return
        try:
            setting.param.check(value)
        except ParamError as error:
            self.node_form.refuse(name, plain_problem(error))
            return
        self.node_form.accept(name)
        ids = self._subject.ids
        changes: Mapping[str, Mapping[str, Any]] = {node: {name: value} for node in ids}
        self._apply(
            self._named(self.tr("Set {name}"), setting.label),
            lambda level: set_params(level, changes),
            merge=f"{MERGE} {name} {' '.join(ids)}",
        )

    def _reset(self, name: str) -> None:
        setting = self._setting(name)
        if setting is not None:
            ids = self._subject.ids
            text = self._named(self.tr("Reset {name}"), setting.label)
            self._apply(text, lambda level: reset_params(level, ids, [name]))

    def _turn_socket(self, name: str) -> None:
        setting = self._setting(name)
        if setting is None or setting.socket is None:
            return
        ids = self._subject.ids
        turn = demote if setting.socket else promote
        back, forth = self.tr("Make {name} a control"), self.tr("Make {name} a socket")
        text = self._named(back if setting.socket else forth, setting.label)
        self._apply(text, lambda level: turn(level, ids, name))

    def _turn_group_param(self, name: str) -> None:
        setting = self._setting(name)
        if setting is None or self._scope() is None or len(self._subject.nodes) != 1:
            return
        node, shown = self._subject.ids[0], setting.shown_as
        if shown:
            text = self.tr("Take {name} off the group").format(name=setting.label)
            self._apply(text, lambda level: hide_port(level, "params", shown))
        else:
            text = self.tr("Show {name} on the group").format(name=setting.label)
            self._apply(text, lambda level: show_port(level, "params", node, name))

    def _open_menu(self, name: str, place: QPoint) -> None:
        setting = self._setting(name)
        if setting is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reset = menu.addAction(self.tr("Reset"), lambda: self._reset(name))
        reset.setEnabled(setting.is_changed)
        if setting.socket is not None:
            turn, back = self.tr("Make it a socket"), self.tr("Make it a control again")
            menu.addAction(back if setting.socket else turn, lambda: self._turn_socket(name))
        if self._scope() is not None and len(self._subject.nodes) == 1:
            on, off = self.tr("Show it on the group"), self.tr("Take it off the group")
            text = off if setting.shown_as else on
            menu.addAction(text, lambda: self._turn_group_param(name))
        menu.popup(place)

    def _rename(self, title: str) -> None:
        node = self._subject.ids[0]
        self._apply(
            self.tr("Rename the node"),
            lambda level: rename_node(level, node, title),
            merge=f"{MERGE} title {node}",
        )

    def _rename_group(self, title: str) -> None:
        scope = self._scope()
        if scope is not None:
            self._apply(
                self.tr("Rename the group"),
                lambda level: rename_group(level, scope, title),
                merge=f"{MERGE} group {scope}",
            )

    def _write_note(self, text: str) -> None:
        node = self._subject.nodes[0]
        extra = {name: value for name, value in node.extra.items() if name != "note"}
        if text:
            extra["note"] = text
        made = Patch(nodes={node.id: replace(node, extra=extra)}, scope=self._scope())
        self._apply(self.tr("Write a note"), lambda _level: made, merge=f"{MERGE} note {node.id}")

    def _set_state(self, state: Any, *, on: bool) -> None:
        names = {
            "muted": (self.tr("Mute"), self.tr("Unmute")),
            "bypassed": (self.tr("Bypass"), self.tr("Stop bypassing")),
            "disabled": (self.tr("Disable"), self.tr("Enable")),
        }
        ids = self._subject.ids
        text = names[state][0 if on else 1]
        self._apply(text, lambda level: set_state(level, ids, state, on=on))
        self._refresh()

    def _edit_settings(self, text: str, changes: Mapping[str, Any]) -> None:
        settings = replace(self._document.project.settings, **changes)
        if settings != self._document.project.settings:
            patch = Patch(settings=settings)
            self._apply(text, lambda _level: patch, merge=f"{MERGE} {' '.join(changes)}")

    def _enter(self, group: str) -> None:
        selection = self._context.selection
        selection.enter([*selection.scopes, group])

    def _apply(self, name: str, edit: Callable[[Level], Patch], *, merge: str = "") -> None:
        try:
            patch = edit(self._level())
        except EditError as error:
            self._context.requests.say.emit(str(error))
            return
        self._document.apply(name, patch, merge=merge)

    def _named(self, text: str, label: str) -> str:
        """The name of a step, with how many nodes it is about when they are several."""
        said = text.format(name=label)
        count = len(self._subject.nodes)
        return said if count == 1 else f"{said} ({self.tr('%n node(s)', '', count)})"

    def _with_focused(self, act: Callable[[str], None]) -> None:
        name = self.form.focused() if isinstance(self.form, NodeForm) else None
        if name is not None:
            act(name)

    def _start_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _filter(self) -> None:
        text = self.search.text().strip()
        if isinstance(self.form, (NodeForm, ProjectForm)):
            found = self.form.filter(text)
            self.nothing.setVisible(bool(text) and not found)

    def _closed(self) -> list[str]:
        closed = self._context.settings.get(FOLDS)
        return list(FOLDED_AT_FIRST) if closed is None else [str(item) for item in closed]

    def _fold(self, section: str, folded: bool) -> None:  # noqa: FBT001
        rest = [name for name in self._closed() if name != section]
        self._context.settings.set(FOLDS, [*rest, section] if folded else rest)
