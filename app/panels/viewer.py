"""The viewer: binds the picture, the playhead and what is drawn on it to the document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.bridge import View
from app.context import AppContext
from app.playback import Playback, Shown, is_playable
from app.viewer.cards import card_of, empty_card, failed_card, text_card
from app.viewer.commands import register
from app.viewer.comparing import Comparing
from app.viewer.counting import counting_of, rate_text
from app.viewer.looking import Look, Looking
from app.viewer.marking import Marking
from app.viewer.pictures import WaveDrawing, Writing
from app.viewer.subject import TIMELINE, Subject, program_of, result_of, subject_of
from engine.errors import Problem
from widgets.viewer import Overlays, Viewer

translate = QCoreApplication.translate
SETTING = "viewer"
_WAVE = (1600, 360)
_SETTLE_MS = 120  # after the view changed its size, before frames are made anew
_KEPT = ("safe_areas", "thirds", "centre", "text", "pixel_grid", "aspect", "ground")


class ViewerPanel(QWidget):
    """Shows what the active node makes (Source), or the timeline (Program)."""

    _waved = Signal(str, QImage)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._document = context.document
        self._pool = QThreadPool(self)
        self.playback: Playback = context.playback
        self.viewer = Viewer(self)
        self._looking = Looking(context.document, context.bridge, self)
        self._comparing = Comparing(context, self)
        self._writing = Writing(self)
        self._nodes = {"source": "", "program": ""}
        self._last: Shown | None = None
        self._scopes: Any = None
        self._sizing = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._sizing.timeout.connect(self._ask_size)
        self._marking = Marking(context, self.viewer, self._looking, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.viewer)
        self.setFocusProxy(self.viewer.picture)
        self._connect_playback()
        self._connect_widgets()
        self._connect_document()
        register(self, context.actions)
        self._restore()
        self._choose_program()
        self._follow_selection()

    # What is looked at

    @property
    def node(self) -> str:
        """The node that is looked at, as the engine names it; empty for none."""
        return self._looking.node

    def subject(self) -> Subject | None:
        """The node that is looked at, as it is now."""
        return self._looking.subject()

    def show_node(self, node: str) -> None:
        """Look at a node, in the tab that it belongs to."""
        subject = subject_of(self._document.project, self._document.registry, node)
        if subject is None:
            return
        tab = "program" if subject.node.type == TIMELINE else "source"
        self._nodes[tab] = node
        self.viewer.choose_tab(tab)
        self._look_at_current()

    def make(self) -> None:
        """Have what is looked at made, small at first."""
        self._looking.make()

    def use_as_keyframe(self) -> None:
        """Use the frame that is shown, with what is placed on it, as a keyframe of the shot."""
        self._marking.use_frame()

    def swap_tabs(self) -> None:
        """From the source to the program, and back."""
        self.viewer.choose_tab("program" if self.viewer.tab == "source" else "source")

    def _follow_selection(self) -> None:
        selection = self._context.selection
        if selection.active is None:
            return
        node = selection.flat(selection.active)
        subject = subject_of(self._document.project, self._document.registry, node)
        if subject is None:
            return
        if subject.node.type == TIMELINE:
            self._nodes["program"] = node
        else:
            self._nodes["source"] = node
        self._look_at_current()

    def _choose_program(self, _patch: object = None) -> None:
        project = self._document.project
        self._nodes["program"] = program_of(project, self._nodes["program"])
        source = self._nodes["source"]
        if source and subject_of(project, self._document.registry, source) is None:
            self._nodes["source"] = ""
        self._look_at_current()

    def _look_at_current(self, _tab: str = "") -> None:
        node = self._nodes[self.viewer.tab] or self._made_last()
        if node != self._looking.node or not node:
            self._marking.drop_tools()
            self._looking.follow(node)
            self._show_look(self._looking.look)

    def _made_last(self) -> str:
        """What is looked at before any node was chosen."""
        if self.viewer.tab == "program":
            return ""
        return result_of(self._document.project, self._document.registry)

    def _show_look(self, look: Look) -> None:
        if look.state == "asking":
            return  # what is shown stays until there is an answer
        if look.state == "made":
            if self.playback.source == look.node and self.playback.facts.has_picture:
                self.viewer.show_picture()
            return
        if look.state == "nothing":
            self.viewer.show_card(empty_card(self.viewer.tab))
            if not look.node or look.node == self.playback.source:
                self.playback.clear()
            return
        if self.playback.source == look.node:
            self.playback.pause()
        else:
            self.playback.clear()
        subject = self.subject()
        problems = self._context.problems
        found: tuple[Problem, ...] = ()
        if subject is not None and problems is not None:
            found = problems.of(subject.node.id, subject.level.scope)
        same = self._last is not None and self._last.source == look.node
        before = self._last.image if same and self._last is not None else None
        self.viewer.show_card(card_of(look, found, before))

    def _open(self, view: View) -> None:
        """What the node makes is there."""
        subject = self.subject()
        if subject is None:
            return
        if not is_playable(view.value):
            self.playback.clear()
            self.viewer.show_card(text_card(subject.title, view.value))
            return
        self._comparing.show(subject, view)
        rate = self._document.project.settings.rate
        self.playback.open(view.value, source=view.node, rate=rate)
        if view.silent:
            names = ", ".join(translate("nodes", title) for title in view.silent)
            self._context.requests.say.emit(
                self.tr("Shown without the sound of {names}, which failed").format(names=names)
            )
        if subject.type == "Sound":
            self._pool.start(WaveDrawing(self._waved, view.node, view.value, _WAVE))

    # What is played

    def _opened(self) -> None:
        facts, viewer = self.playback.facts, self.viewer
        viewer.set_counting(counting_of(facts))
        viewer.transport.set_silent(silent=False)
        self._show_state()
        if facts.frame_count:
            viewer.set_frame(self.playback.position)
            self._show_about()
        else:
            viewer.set_about("")
        self._marking.show_keyframes()
        if facts.has_picture:
            viewer.picture.set_picture_size(*facts.size)
            self._ask_size()
            if self._looking.look.state == "made":
                viewer.show_picture()

    def _show(self, shown: Shown) -> None:
        self._last = shown
        self.viewer.picture.set_picture(shown.image, shown.other)
        if self._scopes is not None and self._scopes.isVisible():
            self._scopes.set_image(shown.image)

    def _show_wave(self, node: str, image: QImage) -> None:
        if node == self.playback.source and not self.playback.facts.has_picture:
            picture = self.viewer.picture
            picture.set_picture_size(*_WAVE)
            picture.set_picture(image)
            self.viewer.show_picture()
            self.viewer.tools.set_drawable(on=False)

    def _move(self, frame: int) -> None:
        self.viewer.set_frame(frame)
        self._show_text(frame)

    def _show_text(self, frame: int) -> None:
        if self.viewer.picture.overlays.text and self.playback.facts.frame_count:
            counting = counting_of(self.playback.facts)
            number = self.tr("Frame {number}").format(number=frame)
            self.viewer.picture.set_text((counting.text(frame), number))

    def _show_state(self) -> None:
        playback, viewer = self.playback, self.viewer
        viewer.transport.set_playing(playback.speed)
        viewer.transport.set_looping(on=playback.is_looping)
        viewer.strip.set_marks(*playback.marks)
        if playback.is_playing:
            viewer.transport.set_silent(silent=playback.is_silent)

    def _show_about(self) -> None:
        facts, subject = self.playback.facts, self.subject()
        parts = [subject.title] if subject is not None else []
        if facts.has_picture:
            parts.append("{} × {}".format(*facts.size))
            parts.append(self.tr("{rate} fps").format(rate=rate_text(facts)))
        if facts.sound_layout:
            parts.append(f"{facts.sound_layout} {facts.sound_rate / 1000:g} kHz")
        self.viewer.set_about("  ·  ".join(parts))

    def _fail(self, why: str) -> None:
        if self._last is not None and self._last.source == self.playback.source:
            self._context.requests.say.emit(why)
            return
        subject = self.subject()
        self.viewer.show_card(failed_card(subject.title if subject else "", why))

    def _ask_size(self) -> None:
        """Have frames made as large as they are seen."""
        picture = self.viewer.picture
        rect, ratio = picture.camera.rect, picture.devicePixelRatioF()
        self.playback.set_view_size(round(rect.width() * ratio), round(rect.height() * ratio))

    def _scrub(self, frame: int) -> None:
        if self.playback.is_playing:
            self.playback.pause()
        self.playback.seek(frame, sound=True)

    def step_seconds(self, direction: int) -> None:
        """Go a second on or back."""
        self.playback.step(direction * counting_of(self.playback.facts).second)

    def go_to_end(self, direction: int) -> None:
        """Go to the first frame (-1) or the last one (1)."""
        self.playback.seek(0 if direction < 0 else self.playback.facts.frame_count - 1)

    def mark(self, which: str) -> None:
        """Mark "in" or "out" where the playhead is."""
        first, last = self.playback.marks
        at = self.playback.position
        if which == "in":
            self.playback.mark(first=at, last=None if last is not None and last < at else last)
        else:
            self.playback.mark(first=None if first is not None and first > at else first, last=at)

    def toggle_loop(self) -> None:
        """Turn round at the marks, or no more."""
        self.playback.set_looping(on=not self.playback.is_looping)

    # What lies over the picture

    def toggle_safe_areas(self) -> None:
        """Show the safe areas, or hide them."""
        overlays = self.viewer.picture.overlays
        self._set_overlays(replace(overlays, safe_areas=not overlays.safe_areas))

    def toggle_difference(self) -> None:
        """Compare by a line, or by the difference."""
        compare = self.viewer.picture.compare
        turned = compare.mode == "difference"
        self.viewer.picture.set_compare(replace(compare, mode="wipe" if turned else "difference"))
        self._show_takes()

    def _set_overlays(self, overlays: Overlays) -> None:
        self.viewer.picture.set_overlays(overlays)
        self.viewer.tools.show_overlays(overlays)
        self._keep(overlays)

    def _keep(self, overlays: Overlays) -> None:
        over = {name: getattr(overlays, name) for name in _KEPT}
        self._context.settings.set(SETTING, self._kept() | {"over": over})
        self._show_text(self.playback.position)

    def _keep_volume(self, volume: float) -> None:
        self.playback.set_volume(volume)
        share, muted = self.viewer.transport.volume_kept()
        kept = self._kept() | {"volume": share, "muted": muted}
        self._context.settings.set(SETTING, kept)

    def _kept(self) -> dict[str, Any]:
        """What is remembered of the viewer from one start to the next."""
        kept = self._context.settings.get(SETTING)
        return dict(kept) if isinstance(kept, dict) else {}

    def _restore(self) -> None:
        kept = self._kept()
        over, volume = kept.get("over"), kept.get("volume", 1.0)
        if isinstance(volume, int | float):
            self.viewer.transport.set_volume(volume, muted=kept.get("muted") is True)
        if isinstance(over, dict):
            known = {name: over[name] for name in _KEPT if name in over}
            self._set_overlays(Overlays(**known))

    def _compare(self, name: str) -> None:
        picture = self.viewer.picture
        if name and picture.compare.mode == "off":
            picture.set_compare(replace(picture.compare, mode="wipe"))
        self._comparing.choose(name)

    def _show_takes(self) -> None:
        self.viewer.tools.set_takes(self._comparing.names, self._comparing.chosen)

    def _show_scopes(self, on: bool) -> None:  # noqa: FBT001
        if self._scopes is None:
            from widgets.scopes import Scopes

            self._scopes = Scopes(parent=self)
            self.viewer.add_side(self._scopes)
        self._scopes.setVisible(on)
        if on and self._last is not None:
            self._scopes.set_image(self._last.image)

    def snapshot(self, target: str) -> None:
        """Keep the picture as it is shown: in a file that is asked for, or on the clipboard."""
        image = self.viewer.picture.snapshot()
        if image.isNull() or not self.viewer.shows_picture:
            return
        if target == "clipboard":
            QGuiApplication.clipboard().setImage(image)
            self._context.requests.say.emit(self.tr("The picture is on the clipboard"))
            return
        name = f"{(self.node or 'picture').replace('/', '_')}_{self.playback.position}.png"
        start = self._document.base_dir / name
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save a snapshot"), str(start), self.tr("Pictures (*.png *.jpg)")
        )
        if chosen:
            path = Path(chosen)
            path = path if path.suffix else path.with_suffix(".png")
            self._writing.write_to(image, path, "")

    # How it is joined

    def _connect_playback(self) -> None:
        playback = self.playback
        playback.opened.connect(self._opened)
        playback.failed.connect(self._fail)
        playback.frame_shown.connect(self._show)
        playback.position_changed.connect(self._move)
        playback.state_changed.connect(self._show_state)
        playback.source_wanted.connect(lambda node, _frame: self.show_node(node))
        self._looking.changed.connect(self._show_look)
        self._looking.found.connect(self._open)
        self._comparing.changed.connect(self._show_takes)
        self._comparing.failed.connect(self._context.requests.say)
        self._waved.connect(self._show_wave, Qt.ConnectionType.QueuedConnection)

    def _connect_widgets(self) -> None:
        viewer, playback = self.viewer, self.playback
        viewer.tab_chosen.connect(self._look_at_current)
        viewer.card.pressed.connect(self.make)
        viewer.card.cancelled.connect(self._cancel)
        picture, strip, transport, tools = (
            *(viewer.picture, viewer.strip, viewer.transport, viewer.tools),
        )
        picture.pixels_changed.connect(lambda _width, _height: self._sizing.start())
        strip.scrubbed.connect(self._scrub)
        strip.scrub_ended.connect(playback.seek)
        strip.stepped.connect(playback.step)
        strip.marks_changed.connect(lambda first, last: playback.mark(first=first, last=last))
        strip.mark_chosen.connect(lambda node: self._context.selection.select([node]))
        transport.frame_typed.connect(playback.seek)
        transport.toggled.connect(playback.toggle)
        transport.played_back.connect(lambda: playback.play(-1))
        transport.stepped.connect(playback.step)
        transport.end_asked.connect(self.go_to_end)
        transport.mark_asked.connect(self.mark)
        transport.loop_toggled.connect(lambda on: playback.set_looping(on=on))
        transport.volume_changed.connect(self._keep_volume)
        tools.overlays_changed.connect(self._keep)
        tools.compare_asked.connect(self._compare)
        picture.compare_changed.connect(lambda _compare: self._show_takes())
        tools.scopes_toggled.connect(self._show_scopes)
        tools.snapshot_asked.connect(self.snapshot)

    def _connect_document(self) -> None:
        context = self._context
        context.selection.changed.connect(self._follow_selection)
        context.document.changed.connect(self._choose_program)
        context.document.replaced.connect(self._forget)
        self._writing.done.connect(
            lambda path, _token: context.requests.say.emit(
                self.tr("Saved {file}").format(file=path.name)
            )
        )
        self._writing.failed.connect(lambda why, _token: context.requests.say.emit(why))
        if context.problems is not None:
            context.problems.changed.connect(lambda: self._show_look(self._looking.look))

    def _forget(self) -> None:
        self._nodes = {"source": "", "program": ""}
        self._last = None
        self._comparing.clear()
        self.playback.clear()
        self._choose_program()

    def _cancel(self) -> None:
        if self._looking.look.job:
            self._context.bridge.cancel(self._looking.look.job)
        else:
            self._looking.cancel()
