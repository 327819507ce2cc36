"""The timeline's small dialogs: speed, gain, names, markers, levels, and the takes of a shot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QInputDialog,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.timeline import verbs
from app.timeline.showing import MARKER_COLORS
from app.timeline.takes_list import TakesDialog
from engine.timeline.items import Marker, SequenceItem

if TYPE_CHECKING:
    from app.panels.timeline import TimelinePanel

Fields = dict[str, QWidget]


def ask_speed(panel: TimelinePanel, clips: tuple[str, ...]) -> None:
    """Another speed, in per cent; 0 holds the frame, below 0 runs backwards."""
    percent = QDoubleSpinBox()
    percent.setRange(-10_000, 10_000)
    percent.setDecimals(1)
    percent.setSuffix(" %")
    now = _shot_of(panel, clips[0])
    percent.setValue(100 * float(now.speed) if now is not None else 100)
    ripple = QCheckBox(_tr("Let the length follow"))
    ripple.setChecked(True)
    pitch = QCheckBox(_tr("Keep the pitch of its sound"))
    pitch.setChecked(now is not None and now.keep_pitch)

    def accept() -> None:
        speed = Fraction(str(percent.value())) / 100
        verb = verbs.set_speed(
            clips, speed, rippling=ripple.isChecked(), keep_pitch=pitch.isChecked()
        )
        panel.editor.do(_tr("Change the speed"), verb)

    _ask(panel, _tr("Speed"), {_tr("Speed"): percent, "": ripple, " ": pitch}, accept)


def _shot_of(panel: TimelinePanel, clip: str) -> SequenceItem | None:
    """What the timeline says of a shot; None for sounds."""
    scene = panel.scene
    if scene is None or not clip.startswith("V"):
        return None
    track, number = scene.find(clip)
    return next(row for row in scene.cut.video if row.id == track).items[number]


def ask_gain(panel: TimelinePanel, clips: tuple[str, ...]) -> None:
    """Another gain, and of sounds another pan."""
    found = panel.view.rows.find(clips[0])
    gain = QDoubleSpinBox()
    gain.setRange(-96, 24)
    gain.setSuffix(" dB")
    gain.setValue(found[1].clip(clips[0]).gain if found is not None else 0)
    fields: Fields = {_tr("Gain"): gain}
    pan = QDoubleSpinBox()
    pan.setRange(-1, 1)
    pan.setSingleStep(0.1)
    sounds = [clip for clip in clips if clip.startswith("A")]
    scene = panel.scene
    if sounds and scene is not None:
        track, number = scene.find(sounds[0])
        pan.setValue(next(row for row in scene.cut.audio if row.id == track).clips[number].pan)
        fields[_tr("Pan")] = pan

    def accept() -> None:
        way = pan.value() if sounds else None
        panel.editor.do(_tr("Change the gain"), verbs.change(clips, gain=gain.value(), pan=way))

    _ask(panel, _tr("Gain"), fields, accept)


def ask_name(panel: TimelinePanel, clips: tuple[str, ...]) -> None:
    """Another name of a clip."""
    found = panel.view.rows.find(clips[0])
    before = found[1].clip(clips[0]).name if found is not None else ""
    name, done = QInputDialog.getText(
        panel, _tr("Rename the clip"), _tr("Name"), QLineEdit.EchoMode.Normal, before
    )
    if done and name.strip():
        panel.editor.do(_tr("Rename the clip"), verbs.rename(clips[0], name.strip()))


def ask_track_levels(panel: TimelinePanel, track: str) -> None:
    """Gain, pan and role of an audio track."""
    scene = panel.scene
    if scene is None:
        return
    settings = next(row for row in scene.cut.audio if row.id == track).settings
    gain = QDoubleSpinBox()
    gain.setRange(-96, 24)
    gain.setSuffix(" dB")
    gain.setValue(settings.gain)
    pan = QDoubleSpinBox()
    pan.setRange(-1, 1)
    pan.setSingleStep(0.1)
    pan.setValue(settings.pan)
    role = QComboBox()
    for name, text in (
        ("dialogue", _tr("Dialogue")),
        ("music", _tr("Music")),
        ("effects", _tr("Effects")),
    ):
        role.addItem(text, name)
    role.setCurrentIndex(role.findData(settings.role))
    fields: Fields = {_tr("Gain"): gain, _tr("Pan"): pan, _tr("Role"): role}

    def accept() -> None:
        panel.editor.set_track(track, gain=gain.value(), pan=pan.value(), role=role.currentData())

    _ask(panel, track, fields, accept)


def ask_opacity(panel: TimelinePanel, track: str) -> None:
    """Opacity, size and first frame of a video track."""
    scene = panel.scene
    if scene is None:
        return
    settings = next(row for row in scene.cut.video if row.id == track).settings
    opacity = QDoubleSpinBox()
    opacity.setRange(0, 100)
    opacity.setSuffix(" %")
    opacity.setValue(settings.opacity * 100)
    size = QDoubleSpinBox()
    size.setRange(0.1, 10_000)
    size.setSuffix(" %")
    size.setValue(settings.scale * 100)
    own = QCheckBox(_tr("Take the shots' own sound along"))
    own.setChecked(settings.sound)

    def accept() -> None:
        share = round(opacity.value() / 100, 4)
        scale = round(size.value() / 100, 4)
        panel.editor.set_track(track, opacity=share, scale=scale, sound=own.isChecked())

    _ask(panel, track, {_tr("Opacity"): opacity, _tr("Size"): size, "": own}, accept)


def edit_marker(panel: TimelinePanel, number: int) -> None:
    """Name, colour, length and note of a marker."""
    cut = panel.editor.cut
    if cut is None or not 0 <= number < len(cut.markers):
        return
    marker = cut.markers[number]
    name = QLineEdit(marker.name)
    color = QComboBox()
    for item in MARKER_COLORS:
        color.addItem(color_icon(item), color_name(item), item)
    color.setCurrentIndex(color.findData(marker.color))
    frames = QSpinBox()
    frames.setRange(1, 1_000_000)
    frames.setValue(marker.frames)
    frames.setSuffix(_tr(" frames"))
    note = QPlainTextEdit(marker.note)
    note.setTabChangesFocus(True)
    note.setMaximumHeight(80)

    def accept() -> None:
        made: Marker = replace(
            marker,
            name=name.text().strip(),
            color=color.currentData(),
            frames=frames.value(),
            note=note.toPlainText(),
        )
        panel.editor.do(_tr("Change the marker"), verbs.change_marker(number, made))

    fields: Fields = {
        _tr("Name"): name,
        _tr("Colour"): color,
        _tr("Length"): frames,
        _tr("Note"): note,
    }
    _ask(panel, _tr("Marker"), fields, accept)


def show_takes(panel: TimelinePanel, clips: tuple[str, ...]) -> None:
    """The takes of a shot: look, name, rate, swap."""
    node = panel.source_of(clips[0])
    found = panel.view.rows.find(clips[0])
    title = found[1].clip(clips[0]).name if found is not None else node
    dialog = TakesDialog(panel.takes, panel.strips, node, title, panel)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def color_name(color: str) -> str:
    """A marker's colour in words."""
    names = {
        "RED": _tr("Red"),
        "ORANGE": _tr("Orange"),
        "YELLOW": _tr("Yellow"),
        "GREEN": _tr("Green"),
        "CYAN": _tr("Cyan"),
        "BLUE": _tr("Blue"),
        "PURPLE": _tr("Purple"),
        "MAGENTA": _tr("Magenta"),
        "PINK": _tr("Pink"),
        "BLACK": _tr("Black"),
        "WHITE": _tr("White"),
    }
    return names[color]


def color_icon(color: str) -> QIcon:
    """A marker's colour as an icon."""
    picture = QPixmap(16, 16)
    picture.fill(QColor(MARKER_COLORS[color]))
    return QIcon(picture)


def _ask(panel: TimelinePanel, title: str, fields: Fields, accept: Callable[[], None]) -> None:
    """Show a dialog with these fields, by their labels; it does not stop the window."""
    dialog = QDialog(panel)
    dialog.setObjectName("timeline_dialog")
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    form = QFormLayout()
    for label, field in fields.items():
        field.setAccessibleName(label or getattr(field, "text", str)())
        form.addRow(label, field)
    buttons = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
    )
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    dialog.accepted.connect(accept)
    column = QVBoxLayout(dialog)
    column.addLayout(form)
    column.addWidget(buttons)
    dialog.open()


def _tr(text: str) -> str:
    return QCoreApplication.translate("TimelineDialogs", text)
