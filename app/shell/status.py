"""The status bar: what was said last, the job at work with its progress, device and memory."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton

from app.bridge import Happening
from app.context import AppContext
from app.said import said
from app.shell.device import device_name, memory
from engine.graph import events
from engine.jobs import Delivered, Failed, Interrupted, is_active
from widgets import icons

STEPS = 1000


class Status(QObject):
    """Fills a status bar; `stop_asked` when the user stops the render there."""

    stop_asked = Signal()

    def __init__(self, context: AppContext, bar: QStatusBar) -> None:
        super().__init__(bar)
        self._context = context
        self._bar = bar
        self._job = self._nodes = self._done = 0
        bar.setSizeGripEnabled(False)
        bar.setAccessibleName(self.tr("Status"))
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.setFixedWidth(160)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the render"))
        self.stop = QToolButton()
        self.stop.setAutoRaise(True)
        self.stop.setIcon(icons.icon("stop", "danger"))
        self.stop.setIconSize(QSize(14, 14))
        self.stop.setToolTip(self.tr("Stop the render"))
        self.stop.setAccessibleName(self.tr("Stop the render"))
        self.stop.clicked.connect(self.stop_asked)
        self.device = QLabel(device_name())
        self.device.setToolTip(self.tr("What renders run on"))
        self.memory = _Memory(self)
        for widget in (self.progress, self.stop, self.memory, self.device):
            bar.addPermanentWidget(widget)
        self._show_progress(shown=False)
        context.requests.say.connect(self.say)
        bridge = context.bridge
        bridge.happened.connect(self._happened)
        bridge.job_changed.connect(self._job_changed)
        bridge.noticed.connect(self.say)
        self.memory.measure()

    def say(self, text: str) -> None:
        """Show a sentence until the next."""
        self._bar.showMessage(said(text))

    def _happened(self, told: tuple[Happening, ...]) -> None:
        for happening in told:
            if happening.job:
                self._follow(happening.job, happening.event)
        self.memory.measure()

    def _follow(self, job: int, event: events.Event) -> None:
        if job != self._job:
            self._begin(job)
        match event:
            case events.RunPlanned(run=run):
                self._nodes, self._done = run, 0
            case events.NodeFinished(cached=False):
                self._done += 1
                self._advance(0)
            case events.NodeProgress(done=done, total=total) if total > 0:
                self._advance(min(1.0, done / total))
                self.say(self._sentence(event))
            case _:
                pass

    def _begin(self, job: int) -> None:
        self._job, self._nodes, self._done = job, 0, 0
        self.progress.setValue(0)
        self._show_progress(shown=True)

    def _advance(self, share: float) -> None:
        """The run is so many whole nodes and this share of one further; it never goes back."""
        if self._nodes:
            reached = round(STEPS * (self._done + share) / self._nodes)
            self.progress.setValue(max(self.progress.value(), min(STEPS, reached)))

    def _sentence(self, event: events.NodeProgress) -> str:
        left = event.run_seconds_left or event.seconds_left
        if left is None:
            return said(event.title)
        if left < 90:
            return self.tr("{node}: about {n} s left").format(node=said(event.title), n=round(left))
        minutes = round(left / 60)
        return self.tr("{node}: about {n} min left").format(node=said(event.title), n=minutes)

    def _job_changed(self, job: int) -> None:
        row = self._context.bridge.job(job)
        name = row.request.name
        if is_active(row.state):
            if job != self._job:
                self._begin(job)
                self.say(self.tr("Rendering “{name}”").format(name=name))
            return
        if job != self._job:
            return
        self._show_progress(shown=False)
        match row.state:
            case Delivered():
                place = str(row.request.output)
                self.say(self.tr("Rendered “{name}” into {place}").format(name=name, place=place))
            case Failed(message=message):
                self.say(message)
            case Interrupted():
                self.say(self.tr("The render was cut off; what was finished is kept"))
            case _:
                self.say(self.tr("Stopped; what was finished is kept"))
        self._job = 0

    def _show_progress(self, *, shown: bool) -> None:
        self.progress.setVisible(shown)
        self.stop.setVisible(shown)


class _Memory(QLabel):
    """The memory of this process and of the machine, measured when it is of interest."""

    def __init__(self, status: QObject) -> None:
        super().__init__()
        self._status = status

    def measure(self) -> None:
        mine, free, total = memory()
        self.setText(self._status.tr("{used:.1f} GB").format(used=mine))
        self.setToolTip(
            self._status.tr(
                "Memory: this window has {mine:.1f} GB, {free:.1f} of {total:.1f} GB are free"
            ).format(mine=mine, free=free, total=total)
        )

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self.measure()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.measure()
        return super().event(event)
