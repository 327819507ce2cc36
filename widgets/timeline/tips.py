"""What a tooltip says of a clip or a transition."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from widgets.timeline.values import ClipView, TransitionView


def transition_tip(transition: TransitionView, duration: Callable[[int], str]) -> str:
    """The name and length of a transition."""
    return f"{transition.title}\n{duration(transition.before + transition.after).lstrip('+')}"


def clip_tip(clip: ClipView, duration: Callable[[int], str]) -> str:
    """The lines of a tooltip: name, length, handles, sound, what is wrong."""
    lines = [clip.name, duration(clip.frames).lstrip("+")]
    if clip.note:
        lines.append(clip.note)
    if clip.media:
        lines.append(
            _tr("{head} before, {tail} after").format(
                head=duration(clip.head).lstrip("+"), tail=duration(clip.tail).lstrip("+")
            )
        )
    if clip.gain:
        lines.append(f"{clip.gain:+.1f} dB")
    if clip.takes > 1:
        lines.append(_tr("%n takes", clip.takes))
    if clip.state == "waiting":
        lines.append(_tr("Not rendered yet"))
    if clip.problem:
        lines.append(clip.problem)
    return "\n".join(line for line in lines if line)


def _tr(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("TimelineTip", text, "", count)
