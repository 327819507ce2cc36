"""The user guide in a window of its own: the chapters of `docs/`, which need no network."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.runtime.folders import resources_dir
from widgets import icons

FIRST = "window"
CHAPTERS = (
    *("window", "user-guide", "canvas", "inspector", "timeline", "viewer", "rendering"),
    *("steering", "sound", "ltx2", "starter-model", "plugins"),
)
"""Chapters in the order in which they are read; others follow by their names."""
OF_PANEL = {
    "canvas": "canvas",
    "library": "canvas",
    "inspector": "inspector",
    "timeline": "timeline",
    "viewer": "viewer",
    "jobs": "rendering",
    "review": "rendering",
    "meters": "sound",
    "models": "starter-model",
    "plugins": "plugins",
}
_FILE = Qt.ItemDataRole.UserRole


def docs_dir() -> Path:
    """Where the chapters are: inside an installed package, or in a checkout."""
    packed = resources_dir() / "docs"
    return packed if packed.is_dir() else resources_dir().parent / "docs"


def chapters(folder: Path) -> list[tuple[str, Path]]:
    """Titles and files of the chapters, in the order in which they are read."""
    order = {name: number for number, name in enumerate(CHAPTERS)}
    found = sorted(folder.glob("*.md"), key=lambda p: (order.get(p.stem, len(order)), p.stem))
    return [(_title(path), path) for path in found]


class GuideWindow(QWidget):
    """Shows chapters, finds words in them, and goes back and forth."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("guide")
        self.setWindowTitle(self.tr("User guide"))
        self.resize(960, 720)
        self.list = QListWidget()
        self.list.setSpacing(2)
        self.list.setAccessibleName(self.tr("Chapters"))
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Find in the guide"))
        self.words.setAccessibleName(self.tr("Find in the guide"))
        self.words.setClearButtonEnabled(True)
        self.text = _Pages()
        self.text.setAccessibleName(self.tr("Chapter"))
        self.text.setOpenLinks(False)
        for title, path in chapters(docs_dir()):
            item = QListWidgetItem(title)
            item.setData(_FILE, path)
            self.list.addItem(item)
        self._compose()
        self.list.currentItemChanged.connect(self._open_chosen)
        self.text.anchorClicked.connect(self._follow)
        self.text.sourceChanged.connect(self._show_where)
        self.words.textChanged.connect(self._filter)
        self.words.returnPressed.connect(self._find)

    def open(self, chapter: str = FIRST) -> None:
        """Show a chapter, such as "timeline", and come to the front."""
        self._go(QUrl.fromLocalFile(str(docs_dir() / f"{chapter}.md")))
        self.show()
        self.raise_()
        self.activateWindow()
        self.text.setFocus()

    def _compose(self) -> None:
        row = QHBoxLayout()
        for icon, text, slot, keys in (
            ("chevron-left", self.tr("Back"), self.text.backward, "Alt+Left"),
            ("chevron-right", self.tr("Forward"), self.text.forward, "Alt+Right"),
        ):
            button = QToolButton()
            button.setIcon(icons.icon(icon))
            button.setAutoRaise(True)
            button.setToolTip(f"{text} ({QKeySequence(keys).toString(_NATIVE)})")
            button.setAccessibleName(text)
            button.clicked.connect(slot)
            QShortcut(QKeySequence(keys), self, slot)
            row.addWidget(button)
        row.addWidget(self.words, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.words.setFocus)
        QShortcut(QKeySequence("Esc"), self, self.close)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        split.setSizes([220, 740])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(split, 1)

    def _open_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._go(QUrl.fromLocalFile(str(item.data(_FILE))))

    def _go(self, url: QUrl) -> None:
        if url.path() != self.text.source().path():
            self.text.setSource(url, QTextDocument.ResourceType.MarkdownResource)
        if url.hasFragment():
            self.text.scrollToAnchor(url.fragment())

    def _follow(self, link: QUrl) -> None:
        """A chapter opens here, a page of the web in the user's browser."""
        url = self.text.source().resolved(link)
        if not url.isLocalFile():
            QDesktopServices.openUrl(url)
        elif url.toLocalFile().endswith(".md") and Path(url.toLocalFile()).is_file():
            self._go(url)

    def _show_where(self, url: QUrl) -> None:
        for row in range(self.list.count()):
            if self.list.item(row).data(_FILE) == Path(url.toLocalFile()):
                self.list.blockSignals(True)
                self.list.setCurrentRow(row)
                self.list.blockSignals(False)

    def _filter(self, words: str) -> None:
        """Leave the chapters that have the words in them."""
        wanted = words.casefold().strip()
        for row in range(self.list.count()):
            item = self.list.item(row)
            text = Path(item.data(_FILE)).read_text(encoding="utf-8").casefold() if wanted else ""
            item.setHidden(wanted not in text)

    def _find(self) -> None:
        """Go to the next place of the words; after the last of a chapter to the next chapter."""
        words = self.words.text().strip()
        if not words or self.text.find(words):
            return
        shown = [r for r in range(self.list.count()) if not self.list.item(r).isHidden()]
        if shown:
            now = self.list.currentRow()
            self.list.setCurrentRow(next((row for row in shown if row > now), shown[0]))
            self.text.find(words)


class _Pages(QTextBrowser):
    """Shows pictures no wider than the page."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802
        made = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return made
        image = QImage(self.source().resolved(QUrl(name)).toLocalFile())
        wide = max(240, self.viewport().width() - 48)
        if image.isNull() or image.width() <= wide:
            return made
        size = QSize(wide, round(image.height() * wide / image.width()))
        return image.scaled(
            size * self.devicePixelRatioF(), mode=Qt.TransformationMode.SmoothTransformation
        )


def open_guide(window: QWidget, panels: dict[str, QWidget]) -> None:
    """Open the guide at the chapter of the panel that has the focus."""
    found = window.findChild(GuideWindow)
    guide = found if isinstance(found, GuideWindow) else GuideWindow(window)
    guide.open(chapter_of(QApplication.focusWidget(), panels))


def chapter_of(widget: QWidget | None, panels: dict[str, QWidget]) -> str:
    """The chapter about what a widget is part of."""
    names = {panel: name for name, panel in panels.items()}
    while widget is not None:
        if widget in names:
            return OF_PANEL.get(names[widget], FIRST)
        widget = widget.parentWidget()
    return FIRST


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        first = lines.readline()
    return first.lstrip("# ").strip() or path.stem


_NATIVE = QKeySequence.SequenceFormat.NativeText
