"""Draws on the picture for the project: keyframes in time and on the frame, masks, onion skin."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.context import AppContext
from app.editing.drops import IMAGE
from app.editing.patch import Patch
from app.viewer import keyframes
from app.viewer.additions import Additions, shot_for
from app.viewer.looking import Looking
from app.viewer.pictures import PictureLoading, fitted
from app.viewer.subject import condition_input
from widgets.viewer import Mark, Mask, Placement, Skin, Viewer

_ONION = 0.35


class Marking(QObject):
    """Binds keyframes of the strip, placed pictures and the mask of a viewer to the document."""

    _loaded = Signal(QImage)

    def __init__(
        self, context: AppContext, viewer: Viewer, looking: Looking, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._viewer = viewer
        self._looking = looking
        self._playback = context.playback
        self._pool = QThreadPool(self)
        self._additions = Additions(context, self)
        self._additions.failed.connect(context.requests.say)
        self._additions.added.connect(self._tell_added)
        self._loaded.connect(self._place, Qt.ConnectionType.QueuedConnection)
        picture, strip, tools = viewer.picture, viewer.strip, viewer.tools
        picture.dropped.connect(self._drop)
        picture.placement_accepted.connect(self._accept_placement)
        strip.mark_moved.connect(self._move_keyframe)
        tools.onion_toggled.connect(lambda _on: self.show_keyframes())
        tools.keyframe_asked.connect(self.use_frame)
        viewer.mask_bar.accepted.connect(self._use_mask)
        self._shown: frozenset[str] = frozenset()  # the shot and its keyframes
        context.document.changed.connect(self._follow)
        if context.thumbnails is not None:
            context.thumbnails.ready.connect(self._refresh_onion)

    def _follow(self, patch: Patch) -> None:
        """Show the keyframes anew when an edit may have changed them."""
        links = patch.add_links or patch.remove_links or patch.groups
        if links or not self._shown.isdisjoint(patch.nodes):
            self.show_keyframes()

    def drop_tools(self) -> None:
        """Another node is looked at: what was drawn on the one before goes."""
        self._viewer.tools.masking.setChecked(False)
        self._viewer.picture.set_placement(None)
        self._viewer.picture.set_skins(())

    def use_frame(self) -> None:
        """Use the frame that is shown, with what is placed on it, as a keyframe of the shot."""
        subject, image = self._looking.subject(), self._viewer.picture.image
        if subject is None or image.isNull() or not self._viewer.shows_picture:
            return
        if self._viewer.picture.placement is not None:
            self._accept_placement()
            return
        shot = shot_for(self._context, subject)
        facts = self._playback.facts
        self._additions.keyframe_from_frame(
            subject, shot, image, self._playback.position, facts.frame_count
        )

    def _drop(self, paths: list[str]) -> None:
        """Pictures become keyframes; other media are looked at."""
        path = Path(paths[0])
        subject = self._looking.subject()
        if path.suffix.lower() in IMAGE and subject is not None and self._viewer.shows_picture:
            self._pool.start(PictureLoading(self._loaded, path))
        elif path.suffix.lower() not in IMAGE:
            self._context.requests.say.emit(
                self.tr("Drop films and sounds on the canvas or the timeline")
            )

    def _place(self, image: QImage) -> None:
        if image.isNull():
            self._context.requests.say.emit(self.tr("This picture cannot be read"))
            return
        size = self._playback.facts.size
        self._viewer.picture.set_placement(Placement(image, fitted(image, size)))
        self._viewer.picture.setFocus()
        self._context.requests.say.emit(
            self.tr("Place the picture, then press Enter to use it as a keyframe here")
        )

    def _accept_placement(self) -> None:
        subject, placement = self._looking.subject(), self._viewer.picture.placement
        if subject is None or placement is None:
            return
        facts, picture = self._playback.facts, self._viewer.picture
        shot = shot_for(self._context, subject)
        frame = self._playback.position if shot == subject.node.id else 0
        self._additions.keyframe_from_picture(
            *(subject, shot, picture.image, placement.image, placement.rect),
            *(facts.size, frame, facts.frame_count),
        )
        picture.set_placement(None)

    def _use_mask(self, mask: Mask) -> None:
        subject = self._looking.subject()
        if subject is not None:
            self._additions.mask(subject, mask)
        self._viewer.tools.masking.setChecked(False)

    def show_keyframes(self) -> None:
        """Show the keyframes of the shot that is looked at, in time and shining through."""
        subject = self._looking.subject()
        found: tuple[keyframes.Keyframe, ...] = ()
        count = self._playback.facts.frame_count
        if subject is not None and condition_input(subject.level, subject.node.id):
            found = keyframes.keyframes_of(subject.level, subject.node.id, count)
        shot = [subject.node.id] if subject is not None else []
        self._shown = frozenset((*shot, *(item.node for item in found)))
        self._viewer.strip.set_items(Mark(item.node, item.frame, item.title) for item in found)
        skins: list[Skin] = []
        if self._viewer.tools.onion.isChecked() and self._context.thumbnails is not None:
            path = self._looking.node.rpartition("/")[0]
            for item in found:
                name = f"{path}/{item.image}" if path else item.image
                image = self._context.thumbnails.get(name)
                skins += [Skin(image, _ONION)] if image is not None else []
        self._viewer.picture.set_skins(tuple(skins))

    def _move_keyframe(self, node: str, frame: int) -> None:
        subject = self._looking.subject()
        if subject is not None:
            count = self._playback.facts.frame_count
            self._additions.move_keyframe(subject, node, frame, count)
            self.show_keyframes()

    def _refresh_onion(self, _node: str, _image: object) -> None:
        if self._viewer.tools.onion.isChecked():
            self.show_keyframes()

    def _tell_added(self, nodes: tuple[str, ...]) -> None:
        self._context.requests.say.emit(self.tr("Added %n node(s)", "", len(nodes)))
