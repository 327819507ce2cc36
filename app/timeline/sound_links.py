"""Linked sound: a shot's own sound as a clip of its own, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.nodes import make_node
from app.timeline import verbs
from engine.graph import Link

if TYPE_CHECKING:
    from app.panels.timeline import TimelinePanel

SOUND_OF = "media.sound_of"


def unlink_sounds(panel: TimelinePanel, shots: list[str]) -> None:
    """The own sound of shots as clips on audio tracks; nodes that take it out are added."""
    document = panel.context.document
    name = QCoreApplication.translate("TimelineCommands", "Unlink the sound")
    with document.step(name):
        for shot in shots:
            found = panel.view.rows.find(shot)
            source = panel.source_of(shot)
            facts = panel.strips.facts(source)
            if found is None or (facts is not None and not facts.has_sound):
                panel.say(QCoreApplication.translate("TimelineCommands", "The shot has no sound."))
                continue
            title = found[1].clip(shot).name
            panel.editor.do(name, verbs.unlink_sound(shot, _sound_node(panel, source), title))


def link_sounds(panel: TimelinePanel, shots: list[str], sounds: list[str]) -> None:
    """Sound clips become the own sound of the shots that they came from."""
    scene = panel.scene
    if scene is None:
        return
    pairs = list(zip(sorted(shots, key=scene.place), sorted(sounds, key=scene.place), strict=False))
    name = QCoreApplication.translate("TimelineCommands", "Link the sound")
    with panel.context.document.step(name):
        for shot, sound in pairs:
            panel.editor.do(name, verbs.relink_sound(shot, sound))


def _sound_node(panel: TimelinePanel, source: str) -> str:
    """The node that gives the sound of a clip; added when there is none."""
    level = panel.editor.level()
    for link in level.fed.get(source, ()):
        target = level.nodes.get(link.target)
        if target is not None and target.type == SOUND_OF:
            return target.id
    draft = Draft(level)
    x, y = level.nodes[source].pos
    node = make_node(level, SOUND_OF, (x + 280, y + 100))
    draft.put(node)
    draft.add_link(Link(source, "out", node.id, "clip"))
    panel.context.document.apply(
        QCoreApplication.translate("TimelineCommands", "Unlink the sound"), draft.patch()
    )
    return node.id
