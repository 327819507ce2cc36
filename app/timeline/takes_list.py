"""The takes of a shot in a window of their own: look at them, name, rate and swap them."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.strips import Strips
from app.takes import Take, Takes

_KEY = Qt.ItemDataRole.UserRole


class TakesDialog(QDialog):
    """Lists the takes of one shot; the one that is used now is bold."""

    def __init__(
        self, takes: Takes, strips: Strips, node: str, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._takes, self._strips, self._node = takes, strips, node
        self.setWindowTitle(self.tr("Takes of {shot}").format(shot=title))
        self.resize(420, 320)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Takes"))
        self.list.setIconSize(QSize(96, 54))
        triggers = QAbstractItemView.EditTrigger
        self.list.setEditTriggers(triggers.EditKeyPressed | triggers.SelectedClicked)
        self.empty = QLabel(
            self.tr("Each time this shot is generated, what it was made of is kept here.")
        )
        self.empty.setWordWrap(True)
        self.use = QPushButton(self.tr("&Use"))
        self.forget = QPushButton(self.tr("&Forget"))
        self.stars = QSpinBox()
        self.stars.setRange(0, 5)
        self.stars.setPrefix("★ ")
        self.stars.setAccessibleName(self.tr("Stars"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.use)
        row.addWidget(self.stars)
        row.addWidget(self.forget)
        row.addStretch(1)
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self.use.clicked.connect(self._use)
        self.forget.clicked.connect(self._forget)
        self.stars.valueChanged.connect(self._rate)
        self.list.itemDoubleClicked.connect(self._use)
        self.list.itemChanged.connect(self._rename)
        self.list.currentRowChanged.connect(self._show_chosen)
        takes.changed.connect(self._refresh)
        strips.measured.connect(self._refresh)
        self._refresh(node)

    def _refresh(self, node: str) -> None:
        if node != self._node:
            return
        found = self._takes.of(node)
        current = self._takes.current(node)
        row = max(0, self.list.currentRow())
        self.list.blockSignals(True)
        self.list.clear()
        for take in found:
            item = QListWidgetItem(take.name)
            item.setData(_KEY, take.key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setToolTip(_made(take))
            item.setStatusTip(_made(take))
            picture = self._strips.poster(take.key)
            if picture is not None:
                item.setIcon(QIcon(QPixmap.fromImage(picture)))
            if current is not None and take.key == current.key:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(found) - 1))
        self.list.blockSignals(False)
        self.empty.setVisible(not found)
        self._show_chosen()

    def _chosen(self) -> Take | None:
        item = self.list.currentItem()
        key = item.data(_KEY) if item is not None else ""
        return next((take for take in self._takes.of(self._node) if take.key == key), None)

    def _show_chosen(self, _row: int = 0) -> None:
        take = self._chosen()
        for widget in (self.use, self.forget, self.stars):
            widget.setEnabled(take is not None)
        self.stars.blockSignals(True)
        self.stars.setValue(take.rating if take is not None else 0)
        self.stars.blockSignals(False)

    def _use(self) -> None:
        take = self._chosen()
        if take is not None:
            self._takes.swap(self._node, take)

    def _forget(self) -> None:
        take = self._chosen()
        if take is not None:
            self._takes.remove(self._node, take)

    def _rate(self, stars: int) -> None:
        take = self._chosen()
        if take is not None:
            self._takes.rate(self._node, take, stars)

    def _rename(self, item: QListWidgetItem) -> None:
        take = self._chosen()
        if take is not None and item.text().strip():
            self._takes.rename(self._node, take, item.text().strip())


def _made(take: Take) -> str:
    when = QDateTime.fromString(take.made, Qt.DateFormat.ISODate)
    if not when.isValid():
        return ""
    return QLocale().toString(when.toLocalTime(), QLocale.FormatType.ShortFormat)
