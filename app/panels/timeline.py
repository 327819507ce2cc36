"""The timeline panel: binds the timeline widget to the edit that the graph holds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QActionGroup, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.context import AppContext
from app.editing.patch import Patch
from app.panels.command_row import command_row
from app.strips import Strips
from app.takes import Takes
from app.timeline.commands import ROW, TOOL_COMMANDS, add_commands
from app.timeline.dropping import plan_of
from app.timeline.editor import Editor
from app.timeline.facts import with_fact
from app.timeline.menus import clip_menu, ruler_menu, track_menu
from app.timeline.placing import Placing
from app.timeline.scene import Scene
from app.timeline.showing import Lane, marker_views
from app.timeline.transport import Transport
from engine.errors import UsageError
from engine.media.rates import timecode_frame
from widgets.timeline import Drop, DropPlan, Spot, TimelineView, TrackView
from widgets.timeline.values import MarkerView

_NOTICE_MS = 6000


class TimelinePanel(QWidget):
    """Edits the sequences, sounds and markers of a timeline node.

    `editor` makes the edits, `transport` moves the playhead, `placing` puts what is dropped on
    tracks; `strips` and `takes` are those of the whole window.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.strips = Strips(context.document, context.bridge, self)
        self.takes = Takes(context.document, context.bridge, self)
        self.editor = Editor(context, self.strips, self.takes, self)
        self.transport = Transport(context.playback, self)
        self.placing = Placing(context, self.editor, self)
        self.view = TimelineView(self)
        self.view.setObjectName("timeline_view")
        self._shown_tracks: list[TrackView] = []
        self._shown_lanes: dict[str, Lane] = {}
        self._shown_markers: list[MarkerView] = []
        self._fitted = ""
        self.timecode = QLineEdit(self)
        self.choice = QComboBox(self)
        self.notice = QLabel(self)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_NOTICE_MS)
        self._quiet.timeout.connect(self.notice.hide)
        add_commands(self)
        self._compose()
        self._connect()
        self.editor.refresh()

    def _compose(self) -> None:
        self.setAccessibleName(self.tr("Timeline"))
        self.timecode.setAccessibleName(self.tr("Timecode at the playhead"))
        self.timecode.setToolTip(self.tr("Timecode at the playhead; type one to go there"))
        wide = self.fontMetrics().horizontalAdvance("00:00:00:00") + 26
        self.timecode.setFixedWidth(wide)
        self.choice.setAccessibleName(self.tr("Timeline that is edited"))
        self.choice.setMaximumWidth(180)
        row = command_row(
            self.context.actions, ROW, title=self.tr("Tools of the timeline"), parent=self
        )
        row.setIconSize(QSize(16, 16))
        self._tools = QActionGroup(self)
        for name in TOOL_COMMANDS.values():
            self._tools.addAction(self.context.actions[name])
        self.notice.hide()
        self.notice.setAccessibleName(self.tr("Message"))
        self.notice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notice.setContentsMargins(8, 2, 8, 2)
        top = QHBoxLayout()
        top.setContentsMargins(6, 2, 6, 2)
        top.addWidget(self.timecode)
        top.addWidget(self.choice)
        top.addWidget(row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        column.addWidget(self.notice)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        view, editor, transport = self.view, self.editor, self.transport
        view.set_pictures(self.strips)
        view.set_judge(editor.judge)
        view.set_drop_plan(self._plan_drop)
        view.set_snapping(on=bool(self.context.settings.get("snap")))
        view.asked.connect(editor.ask)
        view.dropped.connect(self._take_drop)
        view.seeked.connect(transport.seek)
        view.menu_asked.connect(self._show_menu)
        view.track_menu_asked.connect(self._show_track_menu)
        view.marker_menu_asked.connect(self._show_ruler_menu)
        view.marker_asked.connect(self._edit_marker)
        view.opened.connect(self.show_source)
        view.switched.connect(self._switch)
        view.renamed.connect(self._rename_track)
        view.resized.connect(self._resize)
        view.tool_changed.connect(self._check_tool)
        editor.changed.connect(self.refresh)
        editor.refused.connect(self.say)
        editor.timeline_changed.connect(self._use_timeline)
        self.placing.refused.connect(self.say)
        self.strips.arrived.connect(self._refresh_media)
        transport.moved.connect(self._show_position)
        transport.marked.connect(self._show_marks)
        self.timecode.returnPressed.connect(self._go_to_timecode)
        self.choice.activated.connect(lambda row: editor.open(str(self.choice.itemData(row))))
        self.context.settings.changed.connect(self._use_setting)

    # --- showing ---------------------------------------------------------------------------

    @property
    def scene(self) -> Scene | None:
        """All that edits have to know; None while there is no timeline."""
        return self.editor.scene

    def refresh(self) -> None:
        """Show the edit as it is; what has not changed is left alone."""
        scene = self.editor.scene
        self._fill_choice()
        if scene is None:
            self._shown_tracks, self._shown_lanes, self._shown_markers = [], {}, []
            self.view.set_tracks([])
            self.view.set_markers([])
            self.view.set_empty_text(
                self.tr("Drop a shot, a film or a sound here to begin the edit.")
            )
            return
        cut, shower = scene.cut, self.editor.shower
        tracks = shower.tracks(scene.level, cut)
        if tracks != self._shown_tracks:
            self.view.set_time(cut.fps, cut.timecode)
            self.view.set_tracks(tracks)
            self._shown_tracks = tracks
        lanes = {row.id: shower.video_lane(scene.level, cut, row) for row in cut.video}
        for row in cut.audio:
            lanes[row.id] = shower.audio_lane(scene.level, cut, row, scene.picture)
        for name, lane in lanes.items():
            if lane != self._shown_lanes.get(name):
                self.view.set_lane(name, lane.clips, lane.starts, lane.transitions)
        self._shown_lanes = lanes
        markers = marker_views(cut.markers)
        if markers != self._shown_markers:
            self.view.set_markers(markers)
            self._shown_markers = markers
        if cut.problem:
            self.say(cut.problem)
        self._fit_once()

    def _fit_once(self) -> None:
        """Show all of a timeline when it is first seen with something in it."""
        if self._fitted != self.editor.timeline and self.view.rows.frames and self.isVisible():
            self._fitted = self.editor.timeline
            self.view.fit()

    def _fill_choice(self) -> None:
        found = self.editor.timelines()
        shown = [
            (self.choice.itemData(row), self.choice.itemText(row))
            for row in range(self.choice.count())
        ]
        if found != shown:
            self.choice.blockSignals(True)
            self.choice.clear()
            for name, title in found:
                self.choice.addItem(title, name)
            self.choice.blockSignals(False)
        self.choice.setVisible(len(found) > 1)
        self.choice.setCurrentIndex(self.choice.findData(self.editor.timeline))

    def _use_timeline(self) -> None:
        cut = self.editor.cut
        self._shown_lanes = {}
        self._shown_tracks = []
        self.strips.rate = cut.rate if cut is not None else self.strips.rate
        self.transport.use(self.editor.timeline)
        self.refresh()
        self._show_position(self.transport.position)

    def _show_position(self, frame: int) -> None:
        self.view.set_playhead(frame, follow=self.transport.is_playing)
        cut = self.editor.cut
        if cut is not None and not self.timecode.hasFocus():
            self.timecode.setText(cut.timecode(frame))

    def _show_marks(self) -> None:
        self.view.set_marks(self.transport.start, self.transport.stop)

    def _refresh_media(self, node: str) -> None:
        self.view.refresh_media(node)

    def say(self, text: str) -> None:
        """Tell the user why something was not done."""
        self.notice.setText(text)
        self.notice.setToolTip(text)
        self.notice.show()
        self._quiet.start()
        self.context.requests.say.emit(text)

    def show_source(self, clip: str) -> None:
        """Select the node that a clip shows: the viewer and the inspector follow."""
        source = self.source_of(clip)
        if source:
            selection, scopes = self.context.selection, self.editor.scopes()
            selection.enter(scopes, self.editor.instances)
            selection.select([source])
            self.context.requests.show_panel.emit("viewer")

    def source_of(self, clip: str) -> str:
        """The node that a clip shows; "" when it is gone."""
        found = self.view.rows.find(clip)
        return found[1].clip(clip).media if found is not None else ""

    # --- what the widget asks ----------------------------------------------------------------

    def _plan_drop(self, data: object) -> DropPlan | None:
        cut = self.editor.cut
        rate = cut.rate if cut is not None else self.context.document.project.settings.rate
        return plan_of(self.editor.level(), self.strips, rate, data)  # type: ignore[arg-type]

    def _take_drop(self, drop: Drop, data: object) -> None:
        self.placing.drop(drop, data)  # type: ignore[arg-type]

    def _show_menu(self, spot: Spot, place: QPoint) -> None:
        clip_menu(self, spot).popup(place)

    def _show_track_menu(self, track: str, place: QPoint) -> None:
        track_menu(self, track).popup(place)

    def _show_ruler_menu(self, marker: str, frame: int, place: QPoint) -> None:
        ruler_menu(self, marker, frame).popup(place)

    def _edit_marker(self, marker: str) -> None:
        from app.timeline.dialogs import edit_marker

        edit_marker(self, int(marker))

    def _switch(self, track: str, switch: str, on: bool) -> None:  # noqa: FBT001  a signal's slot
        if switch == "muted":
            self.editor.set_track(track, enabled=not on)
        elif switch == "solo":
            self.editor.set_solo(track, on=on)
        elif switch == "target":
            self._set_target(track, on=on)
        else:
            self.editor.note_fact(track, switch, on or None)

    def _set_target(self, track: str, *, on: bool) -> None:
        scene = self.editor.scene
        if scene is None:
            return
        node = scene.node
        for shown in self._shown_tracks:
            if shown.id[:1] == track[:1]:
                node = with_fact(node, shown.id, "target", None)
        if on:
            node = with_fact(node, track, "target", value=True)
        self.context.document.note(Patch(nodes={node.id: node}, scope=scene.level.scope))
        self.editor.refresh()
        self._shown_tracks = []
        self.refresh()

    def _rename_track(self, track: str, name: str) -> None:
        self.editor.set_track(track, name=name)

    def _resize(self, track: str, height: int, done: bool) -> None:  # noqa: FBT001  a signal's slot
        if done:
            self.editor.note_fact(track, "height", height)
            return
        tracks = self.editor.shower.resized(self._shown_tracks, track, height)
        self._shown_tracks = tracks
        self.view.set_tracks(tracks)

    def _check_tool(self, tool: str) -> None:
        self.context.actions[TOOL_COMMANDS[tool]].setChecked(True)

    def _go_to_timecode(self) -> None:
        cut = self.editor.cut
        if cut is None:
            return
        try:
            frame = timecode_frame(self.timecode.text(), cut.rate) - cut.start
        except UsageError as error:
            self.say(str(error))
            return
        self.view.setFocus()
        self.transport.seek(max(0, frame))
        self.timecode.setText(cut.timecode(self.transport.position))

    def _use_setting(self, key: str) -> None:
        if key == "snap":
            on = bool(self.context.settings.get("snap"))
            self.view.set_snapping(on=on)
            self.context.actions["timeline.snap"].setChecked(on)

    # --- Qt --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._fit_once()
        self._show_position(self.transport.position)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Close and watched is self.window():
            self.stop()
        return super().eventFilter(watched, event)

    def stop(self) -> None:
        """End what runs in the background; it begins again when something is asked."""
        self.placing.stop()
        self.strips.stop()
        self.takes.stop()
