"""The row above the picture: zoom, what lies over it, comparison, mask, keyframe, snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from widgets.viewer.buttons import (
    add_check,
    add_choice,
    fit_row,
    menu_button,
    toggle_button,
    tool_button,
)
from widgets.viewer.picture_view import PictureView
from widgets.viewer.values import Guide, Overlays

ASPECTS = (
    ("2.39:1", 2.39),
    ("1.85:1", 1.85),
    ("16:9", 16 / 9),
    ("4:3", 4 / 3),
    ("1:1", 1.0),
    ("9:16", 9 / 16),
)
ZOOMS = (12.5, 25, 50, 100, 200, 400, 800)


class ToolRow(QWidget):
    """Sets how a picture view shows its picture, and asks for what others must do."""

    overlays_changed = Signal(object)  # Overlays
    compare_asked = Signal(str)
    """Compare with the take of this name; empty for none."""
    mask_toggled = Signal(bool)
    scopes_toggled = Signal(bool)
    onion_toggled = Signal(bool)
    keyframe_asked = Signal()
    snapshot_asked = Signal(str)
    """"file" or "clipboard"."""

    def __init__(self, view: PictureView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.zoom = QComboBox(self)
        self.zoom.setAccessibleName(self.tr("Zoom"))
        self.zoom.setToolTip(self.tr("Zoom"))
        self.zoom.addItem(self.tr("Fit"), 0.0)
        for percent in ZOOMS:
            self.zoom.addItem(f"{percent:g} %", percent)
        self.zoom.activated.connect(self._zoom)
        self.over = menu_button("safe-areas", self.tr("Guides and masks"), self, self._over_menu())
        self._takes = QMenu(self)
        self.compare = menu_button("wipe", self.tr("Compare"), self, self._takes)
        self.onion = toggle_button(
            "onion", self.tr("Keyframes shine through"), self, self.onion_toggled.emit
        )
        self.masking = toggle_button("brush", self.tr("Draw a mask"), self, self.mask_toggled.emit)
        self.keyframe = tool_button(
            "keyframe", self.tr("Use this frame as keyframe"), self, self.keyframe_asked.emit
        )
        self.snapshot = menu_button("snapshot", self.tr("Snapshot"), self, self._snapshot_menu())
        self.scopes = toggle_button("scopes", self.tr("Scopes"), self, self.scopes_toggled.emit)
        self._more = QMenu(self)
        self._more.aboutToShow.connect(self._fill_more)
        self.more = menu_button("more", self.tr("More"), self, self._more)
        self.set_takes(())
        self._lay_out()
        view.camera_changed.connect(self._show_zoom)
        self._show_zoom()

    def set_takes(self, names: tuple[str, ...], chosen: str = "") -> None:
        """Offer these takes to compare with; `chosen` is compared now."""
        menu = self._takes
        menu.clear()
        group = QActionGroup(menu)
        add_choice(
            group, menu, self.tr("No comparison"), lambda: self.compare_asked.emit("")
        ).setChecked(not chosen)
        for name in names:
            entry = add_choice(group, menu, name, partial(self.compare_asked.emit, name))
            entry.setChecked(name == chosen)
        if not names:
            menu.addAction(self.tr("There is no other take")).setEnabled(False)
        menu.addSeparator()
        modes = QActionGroup(menu)
        compare = self._view.compare
        kinds: tuple[tuple[Literal["wipe", "difference"], str], ...] = (
            ("wipe", self.tr("Wipe")),
            ("difference", self.tr("Difference")),
        )
        for mode, text in kinds:
            entry = add_choice(modes, menu, text, partial(self._mode, mode))
            entry.setChecked(compare.mode == mode)
            entry.setEnabled(bool(chosen))
        for text, angle in ((self.tr("Upright line"), 0.0), (self.tr("Level line"), 90.0)):
            entry = menu.addAction(text)
            entry.setEnabled(bool(chosen) and compare.mode == "wipe")
            entry.triggered.connect(
                lambda _checked=False, to=angle: self._view.set_compare(
                    replace(self._view.compare, x=0.5, y=0.5, angle=to)
                )
            )

    def set_drawable(self, *, on: bool) -> None:
        """Whether there is a picture to draw on, to keep and to compare."""
        for button in (self.masking, self.keyframe, self.snapshot, self.compare, self.onion):
            button.setEnabled(on)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 6, 2)
        row.setSpacing(2)
        self.zoom.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.zoom.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row.addStretch(1)
        row.addWidget(self.zoom)
        for button in self._buttons():
            row.addWidget(button)
        row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(3 * self.over.sizeHint().width(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        parts = [self.zoom, *self._buttons()]
        room = self.width() - 8 - 2 * len(parts)
        short = sum(part.minimumSizeHint().width() for part in parts) > room
        self.more.setVisible(short)
        if short:
            room -= self.more.minimumSizeHint().width() + 2
        fit_row(room, parts, (*reversed(self._buttons()), self.zoom))

    def sizeHint(self) -> QSize:  # noqa: N802
        parts = (self.zoom, *self._buttons())
        width = sum(part.sizeHint().width() + 2 for part in parts)
        return QSize(width + 16, self.over.sizeHint().height() + 4)

    def _fill_more(self) -> None:
        """Offer in a menu what there is no room for."""
        self._more.clear()
        for button in self._buttons():
            if not button.isHidden():
                continue
            opens = button.popupMode() == QToolButton.ToolButtonPopupMode.InstantPopup
            action = self._more.addMenu(button.menu()) if opens else self._more.addAction("")
            action.setText(button.toolTip())
            action.setEnabled(button.isEnabled())
            if not opens:
                action.setCheckable(button.isCheckable())
                action.setChecked(button.isChecked())
                action.triggered.connect(lambda _checked=False, of=button: of.click())

    def _buttons(self) -> tuple[QToolButton, ...]:
        return (
            *(self.over, self.compare, self.onion, self.masking),
            *(self.keyframe, self.snapshot, self.scopes),
        )

    def _over_menu(self) -> QMenu:
        menu = QMenu(self)
        self._checks = {
            "safe_areas": add_check(menu, self.tr("Safe areas"), self._setter("safe_areas")),
            "thirds": add_check(menu, self.tr("Thirds"), self._setter("thirds")),
            "centre": add_check(menu, self.tr("Centre"), self._setter("centre")),
            "text": add_check(menu, self.tr("Timecode"), self._setter("text")),
            "pixel_grid": add_check(
                menu, self.tr("Grid between large pixels"), self._setter("pixel_grid")
            ),
        }
        menu.addSeparator()
        aspects = menu.addMenu(self.tr("Mask to a shape"))
        group = QActionGroup(menu)
        first = add_choice(group, aspects, self.tr("None"), lambda: self._set(aspect=None))
        first.setChecked(True)
        for text, ratio in ASPECTS:
            add_choice(group, aspects, text, partial(self._set, aspect=ratio))
        grounds = menu.addMenu(self.tr("Behind transparency"))
        group = QActionGroup(menu)
        for kind, text in (
            ("checker", self.tr("Checkerboard")),
            ("black", self.tr("Black")),
            ("white", self.tr("White")),
        ):
            entry = add_choice(group, grounds, text, partial(self._set, ground=kind))
            entry.setChecked(kind == "checker")
        menu.addSeparator()
        for text, vertical in (
            (self.tr("Add upright guide"), True),
            (self.tr("Add level guide"), False),
        ):
            action = menu.addAction(text)
            action.triggered.connect(lambda _checked=False, to=vertical: self._add_guide(to))
        remove = menu.addAction(self.tr("Remove guides"))
        remove.triggered.connect(lambda _checked=False: self._set(guides=()))
        self.show_overlays(Overlays())
        return menu

    def show_overlays(self, overlays: Overlays) -> None:
        """Tick what is shown."""
        for name, action in self._checks.items():
            action.blockSignals(True)
            action.setChecked(getattr(overlays, name))
            action.blockSignals(False)

    def _snapshot_menu(self) -> QMenu:
        menu = QMenu(self)
        for text, target in (
            (self.tr("Save snapshot…"), "file"),
            (self.tr("Copy snapshot"), "clipboard"),
        ):
            action = menu.addAction(text)
            action.triggered.connect(lambda _checked=False, to=target: self.snapshot_asked.emit(to))
        return menu

    def _setter(self, name: str) -> Callable[[bool], None]:
        return lambda on: self._set(**{name: on})

    def _set(self, **changes: object) -> None:
        overlays = replace(self._view.overlays, **changes)  # type: ignore[arg-type]
        self._view.set_overlays(overlays)
        self.overlays_changed.emit(overlays)

    def _add_guide(self, vertical: bool) -> None:  # noqa: FBT001
        self._set(guides=(*self._view.overlays.guides, Guide(vertical, 0.5)))

    def _mode(self, mode: Literal["wipe", "difference"]) -> None:
        self._view.set_compare(replace(self._view.compare, mode=mode))
        self._view.compare_changed.emit(self._view.compare)

    def _zoom(self, index: int) -> None:
        percent = self.zoom.itemData(index)
        if percent:
            self._view.set_zoom(percent)
        else:
            self._view.fit()

    def _show_zoom(self) -> None:
        percent = self._view.percent
        if self._view.is_fitted:
            self.zoom.setCurrentIndex(0)
        else:
            index = self.zoom.findData(round(percent, 1))
            self.zoom.setCurrentIndex(index)
            self.zoom.setPlaceholderText(f"{percent:.0f} %")
