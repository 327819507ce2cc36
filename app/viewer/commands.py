"""The commands of the viewer: what they are called, their keys, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.actions import Actions
    from app.panels.viewer import ViewerPanel


def register(panel: ViewerPanel, actions: Actions) -> None:
    """Add the commands of a viewer to those of the application."""
    translate = QCoreApplication.translate
    category = translate("Viewer", "Viewer")
    playback, picture, tools = panel.playback, panel.viewer.picture, panel.viewer.tools
    for name, text, slot, keys, icon in (
        ("play", translate("Viewer", "&Play or pause"), playback.toggle, ("Space",), "play"),
        (
            "back",
            translate("Viewer", "Shuttle &back"),
            lambda: playback.shuttle(-1),
            ("J",),
            "play-back",
        ),
        ("stop", translate("Viewer", "&Stop"), lambda: playback.shuttle(0), ("K",), "pause"),
        ("forward", translate("Viewer", "Shuttle &on"), lambda: playback.shuttle(1), ("L",), ""),
        (
            "step_back",
            translate("Viewer", "Step back"),
            lambda: playback.step(-1),
            ("Left",),
            "step-back",
        ),
        (
            "step_forward",
            translate("Viewer", "Step forward"),
            lambda: playback.step(1),
            ("Right",),
            "step-forward",
        ),
        (
            "second_back",
            translate("Viewer", "A second back"),
            lambda: panel.step_seconds(-1),
            ("Shift+Left",),
            "",
        ),
        (
            "second_forward",
            translate("Viewer", "A second forward"),
            lambda: panel.step_seconds(1),
            ("Shift+Right",),
            "",
        ),
        (
            "first",
            translate("Viewer", "To the first frame"),
            lambda: panel.go_to_end(-1),
            ("Home",),
            "to-start",
        ),
        (
            "last",
            translate("Viewer", "To the last frame"),
            lambda: panel.go_to_end(1),
            ("End",),
            "to-end",
        ),
        (
            "mark_in",
            translate("Viewer", "Mark &in"),
            lambda: panel.mark("in"),
            ("I",),
            "mark-in",
        ),
        (
            "mark_out",
            translate("Viewer", "Mark &out"),
            lambda: panel.mark("out"),
            ("O",),
            "mark-out",
        ),
        (
            "clear_marks",
            translate("Viewer", "&Clear the marks"),
            lambda: playback.mark(first=None, last=None),
            ("Alt+X",),
            "",
        ),
        ("loop", translate("Viewer", "&Loop"), panel.toggle_loop, ("Shift+L",), "loop"),
        ("fit", translate("Viewer", "&Fit the picture"), picture.fit, ("F",), "zoom-fit"),
        (
            "actual",
            translate("Viewer", "Pixel for pixel"),
            lambda: picture.set_zoom(100),
            ("Ctrl+1",),
            "",
        ),
        (
            "zoom_in",
            translate("Viewer", "Zoom in"),
            lambda: picture.zoom_by_step(1),
            ("Ctrl++", "Ctrl+="),
            "zoom-in",
        ),
        (
            "zoom_out",
            translate("Viewer", "Zoom out"),
            lambda: picture.zoom_by_step(-1),
            ("Ctrl+-",),
            "zoom-out",
        ),
        (
            "safe_areas",
            translate("Viewer", "Safe &areas"),
            panel.toggle_safe_areas,
            ("'",),
            "safe-areas",
        ),
        (
            "difference",
            translate("Viewer", "&Wipe or difference"),
            panel.toggle_difference,
            ("W",),
            "wipe",
        ),
        ("onion", translate("Viewer", "Keyframes shine through"), tools.onion.toggle, (), "onion"),
        ("mask", translate("Viewer", "Draw a &mask"), tools.masking.toggle, ("M",), "brush"),
        (
            "keyframe",
            translate("Viewer", "Use this frame as &keyframe"),
            panel.use_as_keyframe,
            ("Ctrl+K",),
            "keyframe",
        ),
        (
            "snapshot",
            translate("Viewer", "Save a s&napshot…"),
            lambda: panel.snapshot("file"),
            ("Ctrl+Shift+E",),
            "snapshot",
        ),
        (
            "copy_snapshot",
            translate("Viewer", "Cop&y a snapshot"),
            lambda: panel.snapshot("clipboard"),
            ("Ctrl+Shift+C",),
            "",
        ),
        ("scopes", translate("Viewer", "Sc&opes"), tools.scopes.toggle, (), "scopes"),
        (
            "swap",
            translate("Viewer", "Source or program"),
            panel.swap_tabs,
            ("Q",),
            "",
        ),
        ("make", translate("Viewer", "Make what is &viewed"), panel.make, ("Ctrl+Return",), ""),
    ):
        actions.add(
            f"viewer.{name}",
            text,
            slot,
            owner=panel,
            category=category,
            shortcuts=keys,
            icon=icon,
        )
