"""The jobs panel: the queue and the history, how far each is, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QRect, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QFont,
    QFontMetrics,
    QHideEvent,
    QPainter,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLabel,
    QListView,
    QPlainTextEdit,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.context import AppContext
from app.panels.command_row import command_row
from app.panels.job_list import JOB, LEFT, SHARE, STATE, TONE, Index, JobList, during_text
from app.said import said
from engine.errors import AiprodError
from engine.jobs import (
    Cancelled,
    Delivered,
    Failed,
    Interrupted,
    Job,
    Queued,
    Review,
    is_active,
)
from engine.runtime.folders import data_dir
from widgets import theme

_GAP = 6  # px between the parts of a row
_BAR = 6  # px: height of the progress bar
_LOOK_MS = 500  # after another program wrote to the history


class JobsPanel(QWidget):
    """The jobs of this user, with commands for the chosen one."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = context.bridge
        self.model = JobList(self._bridge, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_JobRow(self.list))
        self.list.setAccessibleName(self.tr("Jobs"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setUniformItemSizes(True)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("What became of the job"))
        self.details.setPlaceholderText(self.tr("Choose a job to read what became of it."))
        self.notice = _Notice(self)
        self._bridge.noticed.connect(self.notice.say)
        self._add_commands()
        row = command_row(
            context.actions,
            (
                *("jobs.cancel", "jobs.resume", "", "jobs.up", "jobs.down", "", "jobs.reveal"),
                *("jobs.open_project", "jobs.copy", "", "jobs.run_queue"),
            ),
            title=self.tr("Commands for jobs"),
            parent=self,
        )
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.list)
        split.addWidget(self.details)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (row, self.notice, split):
            layout.addWidget(widget)
        layout.setStretchFactor(split, 1)
        self.setFocusProxy(self.list)
        selection = self.list.selectionModel()
        selection.currentChanged.connect(self._show)
        self.model.dataChanged.connect(self._show)
        self.model.rowsMoved.connect(self._show)
        self._watch = _History(self)
        self._show()

    def chosen(self) -> Job | None:
        """The job that is chosen."""
        index = self.list.currentIndex()
        return self._bridge.job(index.data(JOB)) if index.isValid() else None

    def choose(self, job: int) -> None:
        """Choose a job."""
        self.list.setCurrentIndex(self.model.index_of(job))

    def refresh(self) -> None:
        """See what other programs did to the jobs."""
        self._do(self._bridge.refresh)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._watch.stop()

    def _add_commands(self) -> None:
        for name, text, slot, keys, icon in (
            ("jobs.cancel", self.tr("&Stop job"), self._cancel, "Del", "stop"),
            ("jobs.resume", self.tr("&Resume job"), self._resume, "Ctrl+Return", "play"),
            ("jobs.up", self.tr("Render &earlier"), lambda: self._move(-1), "Alt+Up", "chevron-up"),
            (
                "jobs.down",
                self.tr("Render &later"),
                lambda: self._move(1),
                "Alt+Down",
                "chevron-down",
            ),
            ("jobs.reveal", self.tr("Show finished &files"), self._reveal, "", "folder"),
            ("jobs.open_project", self.tr("&Open the project of the job"), self._open, "", "file"),
            ("jobs.copy", self.tr("&Copy what became of it"), self._copy, "", "copy"),
            ("jobs.run_queue", self.tr("Render the &queue"), self._run_queue, "", "jobs"),
        ):
            action = self._context.actions.add(
                name, text, slot, owner=self, category="jobs", shortcuts=keys, icon=icon
            )
            self.list.addAction(action)

    def _show(self, *_changed: object) -> None:
        job = self.chosen()
        text = self._story(job) if job is not None else ""
        if self.details.toPlainText() != text:
            self.details.setPlainText(text)
        self._enable(job)

    def _enable(self, job: Job | None) -> None:
        actions = self._context.actions
        queue = self._bridge.queue() if job is not None and isinstance(job.state, Queued) else ()
        place = queue.index(job.id) if job is not None and job.id in queue else -1
        able = {
            "jobs.cancel": job is not None and (is_active(job.state) or place >= 0),
            "jobs.resume": job is not None and _has_ended(job),
            "jobs.up": place > 0,
            "jobs.down": 0 <= place < len(queue) - 1,
            "jobs.reveal": job is not None and isinstance(job.state, Delivered),
            "jobs.open_project": job is not None,
            "jobs.copy": job is not None,
        }
        for name, possible in able.items():
            actions[name].setEnabled(possible)

    def _story(self, job: Job) -> str:
        """What became of a job: what failed and the mend, or the files and what was found."""
        match job.state:
            case Failed(message=message):
                lines = [said(message)]
            case Delivered(files=files, findings=findings, note=note):
                found = [self.tr("Found: {text}").format(text=said(item)) for item in findings]
                noted = [self.tr("Note: {text}").format(text=note)] if note else []
                lines = [*noted, *found, *files]
            case Review(findings=findings):
                asked = self.tr("The films wait for a yes in the review panel.")
                lines = [asked, *map(said, findings)]
            case Cancelled(during="review", note=note):
                lines = [self.tr("Turned down: {note}").format(note=note or "–")]
            case Interrupted(during=during):
                kept = self.tr(
                    "Cut off while it was {state}. What was finished is kept: resume it."
                )
                lines = [kept.format(state=during_text(during))]
            case _:
                lines = []
        ended = job.state.warnings if isinstance(job.state, Delivered | Review) else ()
        warnings = ended or self._bridge.progress(job.id).warnings
        return "\n".join((*map(said, warnings), *lines, str(job.request.output)))

    def _cancel(self) -> None:
        if (job := self.chosen()) is not None:
            self._do(lambda: self._bridge.cancel(job.id))

    def _resume(self) -> None:
        if (job := self.chosen()) is not None and _has_ended(job):
            self._do(lambda: self._bridge.resume(job.id))

    def _move_up(self) -> None:
        self._move(-1)

    def _move_down(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        job = self.chosen()
        queue = list(self._bridge.queue())
        if job is None or job.id not in queue:
            return
        place = queue.index(job.id)
        queue.insert(max(0, place + step), queue.pop(place))
        self._do(lambda: self._bridge.arrange(queue))

    def _reveal(self) -> None:
        if (job := self.chosen()) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(job.request.output)))

    def _open(self) -> None:
        job = self.chosen()
        if job is None:
            return
        try:
            text = self._bridge.project_text(job.id)
        except AiprodError as error:
            self.notice.say(str(error))
            return
        self._context.requests.open_text.emit(text, job.request.name)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.details.toPlainText())

    def _run_queue(self) -> None:
        self._do(self._bridge.run_queue)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except AiprodError as error:
            self.notice.say(str(error))


def _has_ended(job: Job) -> bool:
    return not is_active(job.state) and not isinstance(job.state, Queued)


class _Notice(QWidget):
    """A sentence that stays until it is closed, such as that the render process ended."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setAccessibleName(self.tr("Notice"))
        close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        close.setAccessibleName(self.tr("Close the notice"))
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.addWidget(self.text, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, text: str) -> None:
        """Show a sentence."""
        self.text.setText(said(text))
        self.setVisible(bool(text))


class _History:
    """Looks at the history when another program wrote to it, as long as somebody looks."""

    def __init__(self, panel: JobsPanel) -> None:
        self._files = QFileSystemWatcher(panel)
        self._timer = QTimer(panel)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(panel.refresh)
        self._files.fileChanged.connect(self._wait)

    def start(self) -> None:
        """Begin to look, at once."""
        log = data_dir() / "jobs.sqlite-wal"
        if Path(log).exists():
            self._files.addPath(str(log))
        self._timer.start(0)

    def stop(self) -> None:
        """Look no longer."""
        if self._files.files():
            self._files.removePaths(self._files.files())
        self._timer.stop()

    def _wait(self) -> None:
        if not self._timer.isActive():
            self._timer.start(_LOOK_MS)


class _JobRow(QStyledItemDelegate):
    """Draws a job: its name and time, what it does, and a bar while it is at work."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        line = option.fontMetrics.height()
        return QSize(160, 2 * line + _BAR + 4 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.current()
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, QColor(colours.selection if chosen else colours.field))
        area = option.rect.adjusted(2 * _GAP, _GAP, -2 * _GAP, -_GAP)
        line = option.fontMetrics.height()
        top = QRect(area.left(), area.top(), area.width(), line)
        left = index.data(LEFT)
        self._text(painter, option, top, left, colours.text if chosen else colours.dim, right=True)
        strong = QFont(option.font)
        strong.setBold(True)
        painter.setFont(strong)
        room = top.adjusted(0, 0, -(option.fontMetrics.horizontalAdvance(left) + 2 * _GAP), 0)
        self._text(painter, option, room, index.data(), colours.text, font=strong)
        painter.setFont(option.font)
        second = top.translated(0, line + _GAP // 2)
        shade = colours.text if chosen else getattr(colours, index.data(TONE))
        self._text(painter, option, second, index.data(STATE), shade)
        share = index.data(SHARE)
        if share is not None:
            bar = QRect(area.left(), second.bottom() + _GAP, area.width(), _BAR)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.border))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
            painter.setBrush(QColor(colours.accent))
            done = QRect(bar.left(), bar.top(), max(_BAR, round(bar.width() * share)), _BAR)
            painter.drawRoundedRect(done, _BAR / 2, _BAR / 2)
        painter.setPen(QColor(colours.border))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(colours.accent))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()

    def _text(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRect,
        text: str,
        colour: str,
        *,
        right: bool = False,
        font: QFont | None = None,
    ) -> None:
        metrics = QFontMetrics(font or option.font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(colour))
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
