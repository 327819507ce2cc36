"""The form of the selected nodes: title and state, inputs, controls, note and help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from app.editing.level import group_of
from app.inspector.helptext import as_html, facts_of, first_sentence
from app.inspector.inlets import InletRow, tint_of
from app.inspector.shapes import Surroundings, shape_of, translated
from app.inspector.subject import Setting, Subject, is_same
from app.said import said
from engine.errors import Problem
from widgets.editors import (
    FieldRow,
    GlyphButton,
    LinkButton,
    RawShape,
    Remark,
    Rows,
    Section,
    TextShape,
    make_editor,
    make_row,
)
from widgets.editors.files import FileEditor
from widgets.editors.flow import FlowLayout


class NodeForm(QWidget):
    """Shows a subject; tells what the user wants of it.

    `show_subject` brings it up to values that changed; another layout needs another form.
    """

    edited = Signal(str, object)  # parameter, value
    committed = Signal()
    reset_asked = Signal(str)
    reset_all_asked = Signal()
    promote_asked = Signal(str)
    menu_asked = Signal(str, QPoint)
    jump_asked = Signal(str)  # node
    enter_asked = Signal(str)  # group
    title_edited = Signal(object)  # str
    note_edited = Signal(object)  # str
    state_asked = Signal(str, bool)
    folded = Signal(str, bool)

    def __init__(
        self,
        subject: Subject,
        around: Surroundings,
        closed: Iterable[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: dict[str, FieldRow] = {}
        self.inlets: dict[str, InletRow] = {}
        self.sections: dict[str, Section] = {}
        self.controls = Rows()
        self.reset_all = GlyphButton("reset", self.tr("Reset all"))
        self._subject = subject
        self._closed = set(closed)
        self._drafts: dict[str, tuple[Any, str]] = {}  # what the project had, why it was refused
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(10)
        self._add_head(subject)
        self._add_problems()
        if subject.inlets:
            self._add_inputs(subject)
        if subject.settings:
            self._add_controls(subject, around)
        if subject.raw is not None:
            self._add_raw(subject.raw)
        if len(subject.nodes) == 1:
            self._add_note()
        if subject.spec is not None:
            self._add_help(subject)
        self._column.addStretch(1)
        self.show_subject(subject, ())

    def show_subject(self, subject: Subject, problems: Iterable[Problem]) -> None:
        """Show values, sources and problems as they are now."""
        if subject.ids != self._subject.ids:
            self._drafts.clear()
        self._subject = subject
        found = self._sorted(problems)
        self._show_head(subject)
        for setting in subject.settings:
            self._show_setting(setting, found.get(setting.name, ""))
        for inlet in subject.inlets:
            self.inlets[inlet.name].show_inlet(inlet)
            self.inlets[inlet.name].set_problem(found.get(inlet.name, ""))
        for name, value in (subject.raw or {}).items():
            self.rows[name].editor.set_value(value)
        if "note" in self.sections:
            note = subject.nodes[0].extra.get("note", "")
            if self.note.value() != note:
                self.note.set_value(note if isinstance(note, str) else "")
        self.problems.setText(found.get("", ""))
        self.sections["problems"].setVisible(bool(found.get("")))
        self.reset_all.setEnabled(any(item.is_changed for item in subject.settings))
        self.controls.fit()

    def refuse(self, name: str, text: str) -> None:
        """Say why an edited value was not taken; it stays in its editor to be put right."""
        self._drafts[name] = (self._value(name), text)
        self.rows[name].set_problem(said(text))

    def accept(self, name: str) -> None:
        """The edited value was taken."""
        self._drafts.pop(name, None)

    def _value(self, name: str) -> Any:
        return next((item.value for item in self._subject.settings if item.name == name), None)

    def show_missing(self, path: str, text: str) -> None:
        """Say of all fields with this path whether something lies there."""
        for row in self.rows.values():
            editor = row.editor
            if isinstance(editor, FileEditor) and editor.value() == path:
                editor.set_missing(text)

    def filter(self, text: str) -> int:
        """Show the fields that have all these words in their label or name; how many there are."""
        words = text.lower().split()
        count = 0
        for name, row in self.rows.items():
            said = f"{row.label.text()} {name}".lower()
            fits = all(word in said for word in words)
            row.setVisible(fits)
            count += fits
        for name, inlet in self.inlets.items():
            said = f"{inlet.text()} {name}".lower()
            fits = all(word in said for word in words)
            inlet.setVisible(fits)
            count += fits
        for key, section in self.sections.items():
            if key in ("inputs", "controls"):
                section.set_open(is_open=bool(words) or key not in self._closed)
        for key in ("note", "help"):
            if key in self.sections:
                self.sections[key].setVisible(not words)
        return count

    def fold(self, closed: Iterable[str]) -> None:
        """Fold these sections and no others."""
        self._closed = set(closed)
        for key, section in self.sections.items():
            section.set_open(is_open=key not in self._closed)

    def focused(self) -> str | None:
        """The parameter whose field has the focus."""
        here = self.focusWidget()
        for name, row in self.rows.items():
            if here is not None and row.isAncestorOf(here) and name not in self._raw_names():
                return name
        return None

    def _raw_names(self) -> tuple[str, ...]:
        return tuple(self._subject.raw or ())

    def _add_head(self, subject: Subject) -> None:
        several = len(subject.nodes) > 1
        self.title = make_editor(TextShape(placeholder=subject.title or self.tr("Reroute")))
        self.title.set_name(self.tr("Title"))
        if several:
            self.title.hide()
        self.kind = Remark("dim")
        self.about = Remark("text")
        self._states = {
            "muted": QCheckBox(self.tr("Muted")),
            "bypassed": QCheckBox(self.tr("Bypassed")),
            "disabled": QCheckBox(self.tr("Disabled")),
        }
        tips = {
            "muted": self.tr("It makes nothing, and what takes its result goes without."),
            "bypassed": self.tr("It passes on its first input of the same type."),
            "disabled": self.tr("As if it and its links were not there."),
        }
        states = QWidget()
        flow = FlowLayout(states)
        flow.setSpacing(14)
        for state, box in self._states.items():
            box.setToolTip(tips[state])
            flow.addWidget(box)
            box.clicked.connect(
                lambda _=False, name=state: self.state_asked.emit(name, self._wanted(name))
            )
        for part in (self.title, self.kind, self.about, states):
            self._column.addWidget(part)
        group = group_of(subject.nodes[0]) if not several else None
        if group is not None:
            enter = LinkButton()
            enter.setText(self.tr("Open the group"))
            enter.clicked.connect(lambda: self.enter_asked.emit(group))
            self._column.addWidget(enter)
        self.title.edited.connect(self.title_edited)
        self.title.committed.connect(self.committed)

    def _wanted(self, state: str) -> bool:
        return not all(getattr(node, state) for node in self._subject.nodes)

    def _show_head(self, subject: Subject) -> None:
        several = len(subject.nodes) > 1
        spec = subject.specs[-1]
        if several:
            kinds = dict.fromkeys(s.title if s else "" for s in subject.specs)
            names = ", ".join(translated(kind) for kind in kinds if kind)
            count = self.tr("%n node(s)", "", len(subject.nodes))
            self.kind.setText(f"{count}: {names}" if names else count)
        elif spec is not None:
            self.kind.setText(f"{translated(spec.title)} · {translated(spec.category)}")
        elif subject.raw is not None:
            self.kind.setText(self.tr("Missing node type: {name}").format(name=subject.title))
            self.kind.set_role("warning")
        else:
            self.kind.setText(subject.title)
        title = subject.nodes[0].title
        if not several and self.title.value() != title:
            self.title.set_value(title)
        doc = translated(subject.spec.doc) if subject.spec is not None else ""
        about = first_sentence(doc)
        if subject.raw is not None:
            about = self.tr("Its plugin may be missing. What it holds is kept as it is.")
        if several and not subject.settings:
            about = self.tr("They have no control in common.")
        self.about.setText(about)
        self.about.setVisible(bool(about))
        for state, box in self._states.items():
            on = {getattr(node, state) for node in subject.nodes}
            box.setTristate(len(on) > 1)
            both = Qt.CheckState.PartiallyChecked
            one = Qt.CheckState.Checked if True in on else Qt.CheckState.Unchecked
            box.setCheckState(both if len(on) > 1 else one)

    def _add_problems(self) -> None:
        self.problems = Remark("danger")
        self._add_section("problems", self.tr("Problems"), self.problems)

    def _add_inputs(self, subject: Subject) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for inlet in subject.inlets:
            row = InletRow(inlet)
            row.jump_asked.connect(self.jump_asked)
            self.inlets[inlet.name] = row
            column.addWidget(row)
        self._add_section("inputs", self.tr("Inputs"), body)

    def _add_controls(self, subject: Subject, around: Surroundings) -> None:
        for setting in subject.settings:
            row = make_row(setting.label, shape_of(setting.param, setting.declared, around))
            row.label.setToolTip(setting.name)
            self.rows[setting.name] = row
            self.controls.add(row)
            self._wire(setting.name, row)
        section = self._add_section("controls", self.tr("Controls"), self.controls)
        section.add_button(self.reset_all)
        self.reset_all.clicked.connect(self.reset_all_asked)

    def _wire(self, name: str, row: FieldRow) -> None:
        row.editor.edited.connect(lambda value: self.edited.emit(name, value))
        row.editor.committed.connect(self.committed)
        row.reset_asked.connect(lambda: self.reset_asked.emit(name))
        row.promote_asked.connect(lambda: self.promote_asked.emit(name))
        row.menu_asked.connect(lambda place: self.menu_asked.emit(name, place))
        row.jump_asked.connect(lambda: self._jump(name))

    def _jump(self, name: str) -> None:
        setting = next((item for item in self._subject.settings if item.name == name), None)
        if setting is not None and setting.origin is not None and setting.origin.node is not None:
            self.jump_asked.emit(setting.origin.node)

    def _add_raw(self, raw: Mapping[str, Any]) -> None:
        for name in raw:
            row = make_row(name, RawShape())
            self.rows[name] = row
            self.controls.add(row)
        self._add_section("controls", self.tr("Parameters in the file"), self.controls)

    def _add_note(self) -> None:
        hint = self.tr("For you and others; it changes nothing")
        self.note = make_editor(TextShape(multiline=True, placeholder=hint))
        self.note.set_name(self.tr("Note"))
        self.note.edited.connect(self.note_edited)
        self.note.committed.connect(self.committed)
        self._add_section("note", self.tr("Note"), self.note)

    def _add_help(self, subject: Subject) -> None:
        spec = subject.spec
        if spec is None:
            return
        text = QLabel(as_html(translated(spec.doc)) + f"<p>{facts_of(spec)}</p>")
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setAccessibleName(self.tr("Help"))
        self._add_section("help", self.tr("Help"), text)

    def _add_section(self, key: str, title: str, body: QWidget) -> Section:
        section = Section(title, body)
        section.set_open(is_open=key not in self._closed)
        section.folded.connect(lambda folded: self._fold(key, folded=folded))
        self.sections[key] = section
        self._column.addWidget(section)
        return section

    def _fold(self, key: str, *, folded: bool) -> None:
        (self._closed.add if folded else self._closed.discard)(key)
        self.folded.emit(key, folded)

    def _show_setting(self, setting: Setting, problem: str) -> None:
        row = self.rows[setting.name]
        value = setting.value
        before, refused = self._drafts.get(setting.name, (None, ""))
        if refused and is_same(before, value):
            return
        self.accept(setting.name)
        if value is None and setting.param.required:
            value = ""
        if not is_same(row.editor.value(), value):
            row.editor.set_value(value)
        row.set_source(setting.origin.text if setting.origin else "")
        row.set_changed(changed=setting.is_changed)
        row.set_problem(said(setting.problem) or problem)
        row.set_socket(
            shown=None if setting.origin and not setting.socket else setting.socket,
            tint=tint_of(setting.param.socket or ""),
        )

    def _sorted(self, problems: Iterable[Problem]) -> dict[str, str]:
        """Problems by the field that shows them; those of none under ""."""
        found: dict[str, list[str]] = {}
        for problem in problems:
            field = problem.field or ""
            place = field if field in self.rows or field in self.inlets else ""
            mend = f" {said(problem.mend)}" if problem.mend else ""
            message = said(problem.message)
            message = message[:1].upper() + message[1:]
            end = "" if message.endswith((".", "?", "!")) else "."
            lead = f"{field}: " if field and not place else ""
            found.setdefault(place, []).append(f"{lead}{message}{end}{mend}")
        return {place: "\n".join(texts) for place, texts in found.items()}
