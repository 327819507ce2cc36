"""The bar that says in which group the canvas is, and leads back out of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from widgets import theme


class Breadcrumbs(QWidget):
    """Titles from the whole graph to the innermost group. `chosen` carries the depth to show."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumbs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Groups entered"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 3, 6, 3)
        self._row.setSpacing(2)
        self._titles: tuple[str, ...] = ()
        self._styled = ""
        self._style()

    def set_titles(self, titles: Sequence[str]) -> None:
        """Show this path; the first title is that of the whole graph."""
        if tuple(titles) == self._titles:
            return
        self._titles = tuple(titles)
        while (old := self._row.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for depth, title in enumerate(self._titles):
            if depth:
                self._row.addWidget(QLabel("›", self))
            button = QToolButton(self)
            button.setText(title)
            button.setAutoRaise(True)
            last = depth == len(self._titles) - 1
            button.setEnabled(not last)
            button.setAccessibleName(self.tr("Back to {title}").format(title=title))
            button.setToolTip(button.accessibleName() if not last else title)
            button.clicked.connect(lambda _checked=False, depth=depth: self.chosen.emit(depth))
            self._row.addWidget(button)
        self.adjustSize()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_titles"):
            self._style()

    def _style(self) -> None:
        colors = theme.current()
        if colors.name == self._styled:
            return  # a style sheet changes the palette, which would come back here
        self._styled = colors.name
        self.setStyleSheet(
            f"#breadcrumbs {{ background: {colors.panel}; border: 1px solid {colors.border};"
            " border-radius: 4px; }"
            f"QLabel {{ color: {colors.dim}; }}"
            f"QToolButton {{ color: {colors.accent}; border: none; padding: 2px 6px; }}"
            f"QToolButton:disabled {{ color: {colors.text}; font-weight: 600; }}"
            f"QToolButton:hover, QToolButton:focus {{ background: {colors.selection};"
            f" color: {colors.text}; border-radius: 3px; }}"
        )
