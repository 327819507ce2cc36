"""What the viewer adds to the project: keyframes and masks, with their pictures on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QImage

from app.context import AppContext
from app.editing.level import EditError, Made
from app.viewer import keyframes
from app.viewer.pictures import Writing, composed
from app.viewer.subject import Subject, condition_input, shot_of, subject_of
from engine.runtime.folders import data_dir
from widgets.viewer import Mask, mask_image

FOLDER = "assets"


@dataclass(frozen=True)
class _Key:
    """A keyframe whose picture is being written."""

    shot: str
    frame: int
    frame_count: int
    scope: str | None
    name: str


@dataclass(frozen=True)
class _Masked:
    """A mask that is being written, for a node."""

    node: str
    scope: str | None
    name: str


class Additions(QObject):
    """Makes the nodes in one step of undo each, after their picture was written.

    `added` tells the new nodes, `failed` why there are none.
    """

    added = Signal(object)
    failed = Signal(str)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._writing = Writing(self)
        self._writing.done.connect(self._finish)
        self._writing.failed.connect(lambda why, _token: self.failed.emit(why))

    def folder(self) -> Path:
        """Where pictures are kept: beside the project; with the user's data until it is saved."""
        path = self._context.document.path
        return (path.parent if path is not None else data_dir()) / FOLDER

    def keyframe_from_frame(
        self, subject: Subject, shot: str, image: QImage, frame: int, frame_count: int
    ) -> None:
        """Use the frame that is shown as a keyframe of a shot.

        It stays linked with the clip where it can; a frame of the shot itself, or of what is made
        from it, is kept as a picture.
        """
        own = subject.node.id == shot
        if subject.type == "Clip" and keyframes.can_link_frame(
            subject.level, subject.node.id, shot
        ):
            made = keyframes.add_keyframe(
                subject.level,
                shot,
                frame=frame if own else 0,
                frame_count=frame_count,
                clip=(subject.node.id, subject.output, frame),
            )
            self._apply(self.tr("Use a frame as keyframe"), made)
            return
        token = _Key(*(shot, frame if own else 0, frame_count, subject.level.scope, subject.name))
        name = f"{subject.node.id}_frame_{frame}"
        self._writing.start(lambda: image, self.folder(), name, token)

    def keyframe_from_picture(
        self,
        subject: Subject,
        shot: str,
        ground: QImage,
        image: QImage,
        rect: QRectF,
        size: tuple[int, int],
        frame: int,
        frame_count: int,
    ) -> None:
        """Use a picture that was placed on the frame as a keyframe at that frame."""
        token = _Key(shot, frame, frame_count, subject.level.scope, subject.name)
        name = f"{subject.node.id}_keyframe_{frame}"
        self._writing.start(lambda: composed(ground, image, rect, size), self.folder(), name, token)

    def mask(self, subject: Subject, mask: Mask) -> None:
        """Keep a mask as a picture, and link it where the node takes one."""
        token = _Masked(subject.node.id, subject.level.scope, subject.name)
        name = f"{subject.node.id}_mask"
        self._writing.start(lambda: mask_image(mask), self.folder(), name, token)

    def move_keyframe(self, subject: Subject, node: str, frame: int, frame_count: int) -> None:
        """Hold a keyframe at another frame."""
        try:
            patch = keyframes.move_keyframe(subject.level, node, frame, frame_count)
        except EditError as error:
            self.failed.emit(str(error))
            return
        self._context.document.apply(self.tr("Move a keyframe"), patch)

    def stop(self) -> None:
        """Returns when nothing is written any more."""
        self._writing.stop()

    def _finish(self, path: Path, token: object) -> None:
        document = self._context.document
        base_dir = document.path.parent if document.path is not None else None
        subject = subject_of(document.project, document.registry, getattr(token, "name", ""))
        if subject is None:
            return  # the node went away while its picture was written
        if isinstance(token, _Key):
            gone = token.shot not in subject.level.nodes
            made = keyframes.add_keyframe(
                subject.level,
                "" if gone or not condition_input(subject.level, token.shot) else token.shot,
                frame=token.frame,
                frame_count=token.frame_count,
                picture=path,
                base_dir=base_dir,
            )
            self._apply(self.tr("Use a picture as keyframe"), made)
        elif isinstance(token, _Masked):
            made = keyframes.add_mask(subject.level, token.node, path, base_dir, self.tr("Mask"))
            self._apply(self.tr("Draw a mask"), made)

    def _apply(self, name: str, made: Made) -> None:
        self._context.document.apply(name, made.patch)
        self.added.emit(made.nodes)


def shot_for(context: AppContext, subject: Subject) -> str:
    """The shot that a keyframe is meant for: the active node if it takes one, else the viewed."""
    selection = context.selection
    active = selection.active
    same = selection.scope == subject.level.scope
    if active and same and active in subject.level.nodes:
        found = condition_input(subject.level, active)
        if found:
            return active
    return shot_of(subject.level, subject.node.id)
