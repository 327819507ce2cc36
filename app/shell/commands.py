"""The commands of the window itself: files, undo, renders, workspaces, appearance, help."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QAction, QDesktopServices

from app.shell.crash import reports_dir
from app.shell.touring import start_tour
from app.shell.workspaces import WORKSPACES, workspace_title

if TYPE_CHECKING:
    from app.main_window import MainWindow

translate = QCoreApplication.translate


def register(window: MainWindow) -> None:
    """Add the window's own commands to its actions."""
    _files(window)
    _edits(window)
    _renders(window)
    _views(window)
    _help(window)


def tick_theme(window: MainWindow) -> None:
    """Tick the theme in force in the menu."""
    for name in ("dark", "light"):
        action = window.context.actions[f"window.{name}"]
        action.setChecked(window.settings.get("theme") == name)


def _files(window: MainWindow) -> None:
    add, files = _adder(window, "file"), window.files
    add("file.new", translate("Commands", "&New project"), files.new, "Ctrl+N", "new")
    add(
        "file.from_template",
        translate("Commands", "New from &template…"),
        window.show_start_page,
        "Ctrl+Shift+N",
    )
    add("file.open", translate("Commands", "&Open…"), files.choose, "Ctrl+O", "open")
    add("file.save", translate("Commands", "&Save"), files.save, "Ctrl+S", "save")
    add("file.save_as", translate("Commands", "Save &as…"), files.save_as, "Ctrl+Shift+S")
    add("file.start_page", translate("Commands", "Start &page"), window.show_start_page, "", "home")
    add("file.quit", translate("Commands", "&Quit"), window.close, "Ctrl+Q")


def _edits(window: MainWindow) -> None:
    add, stack = _adder(window, "edit"), window.document.stack
    undo = add("edit.undo", translate("Commands", "&Undo"), stack.undo, "Ctrl+Z", "undo")
    redo_keys = ("Ctrl+Shift+Z", "Ctrl+Y")
    redo = add("edit.redo", translate("Commands", "&Redo"), stack.redo, redo_keys, "redo")
    undo.setEnabled(stack.canUndo())
    redo.setEnabled(stack.canRedo())
    name_undo(window)
    stack.canUndoChanged.connect(undo.setEnabled)
    stack.canRedoChanged.connect(redo.setEnabled)
    add(
        "window.preferences",
        translate("Commands", "&Preferences…"),
        lambda: _open_preferences(window),
        "Ctrl+,",
        "settings",
    )
    add(
        "window.shortcuts",
        translate("Commands", "&Keyboard shortcuts…"),
        lambda: _open_shortcuts(window),
        "Ctrl+Alt+K",
        "keyboard",
    )


def name_undo(window: MainWindow) -> None:
    """Have the menu say what would be undone."""
    stack, actions = window.document.stack, window.context.actions
    for name, plain, named, step in (
        (
            "edit.undo",
            translate("Commands", "&Undo"),
            translate("Commands", "&Undo: {step}"),
            stack.undoText(),
        ),
        (
            "edit.redo",
            translate("Commands", "&Redo"),
            translate("Commands", "&Redo: {step}"),
            stack.redoText(),
        ),
    ):
        if name in actions:
            text = named.format(step=step.replace("&", "&&")) if step else plain
            actions[name].setText(text)
            actions[name].setToolTip(text.replace("&&", "\0").replace("&", "").replace("\0", "&"))


def _renders(window: MainWindow) -> None:
    add, exporting = _adder(window, "render"), window.exporting
    add(
        "export.render_project",
        translate("Commands", "&Render project"),
        exporting.render_project,
        "Ctrl+R",
        "render",
    )
    add(
        "export.render_selected",
        translate("Commands", "Render &selected nodes"),
        exporting.render_selected,
        "F9",
    )
    stop = add(
        "export.stop", translate("Commands", "S&top renders"), exporting.stop, "Ctrl+.", "stop"
    )
    stop.setEnabled(exporting.is_rendering)
    add(
        "export.show_files",
        translate("Commands", "Show finished &files"),
        exporting.show_files,
        "",
        "folder",
    )
    add = _adder(window, "file")
    add(
        "export.film",
        translate("Commands", "Export &film…"),
        exporting.export_film,
        "Ctrl+E",
        "deliver",
    )
    add(
        "export.edit",
        translate("Commands", "Export &edit (OTIO, FCPXML, EDL)…"),
        exporting.export_edit,
        "Ctrl+Alt+E",
    )


def _views(window: MainWindow) -> None:
    add = _adder(window, "window")
    add(
        "window.palette",
        translate("Commands", "Find a &command…"),
        lambda: _open_palette(window),
        "Ctrl+Shift+P",
        "search",
    )
    for number, name in enumerate(WORKSPACES, start=1):
        text = translate("Commands", "{workspace} workspace")
        add(
            f"window.{name}",
            text.format(workspace=workspace_title(name)),
            lambda name=name: _go_to(window, name),
            f"Alt+{number}",
            name,
        )
    add(
        "window.reset_workspace",
        translate("Commands", "&Reset this workspace"),
        lambda: window.workbench.reset_workspace() if window.workbench.workspace else None,
    )
    for name, text in (
        ("dark", translate("Commands", "&Dark theme")),
        ("light", translate("Commands", "&Light theme")),
    ):
        action = add(
            f"window.{name}",
            text,
            lambda name=name: _use_theme(window, name),
        )
        action.setCheckable(True)
    tick_theme(window)
    full = add(
        "window.full_screen",
        translate("Commands", "&Full screen"),
        lambda: window.showNormal() if window.isFullScreen() else window.showFullScreen(),
        "Meta+Ctrl+F" if sys.platform == "darwin" else "F11",
        "full-screen",
    )
    full.setCheckable(True)
    add(
        "window.full_screen_viewer",
        translate("Commands", "&Viewer on the full screen"),
        window.full_screen.toggle,
        "Shift+F11",
        "viewer",
    )


def _help(window: MainWindow) -> None:
    add = _adder(window, "help")
    add("help.tour", translate("Commands", "&Tour of the window"), lambda: start_tour(window))
    add(
        "help.guide",
        translate("Commands", "User &guide"),
        lambda: _open_guide(window),
        "F1",
        "help",
    )
    add(
        "help.reports",
        translate("Commands", "Show &crash reports"),
        lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(reports_dir()))),
    )
    add(
        "help.about",
        translate("Commands", "&About AIPROD"),
        lambda: _open_about(window),
        "",
        "info",
    )


def _use_theme(window: MainWindow, name: str) -> None:
    window.settings.set("theme", name)
    tick_theme(window)


def _go_to(window: MainWindow, workspace: str) -> None:
    window.show_workspace(workspace)
    window.workbench.complete_soon()


# Dialogs are imported when they are opened: the window is there sooner.


def _open_preferences(window: MainWindow) -> None:
    from app.shell.preferences import PreferencesDialog

    PreferencesDialog(window.settings, window).exec()


def _open_shortcuts(window: MainWindow) -> None:
    from app.shell.shortcuts import ShortcutsDialog

    ShortcutsDialog(window.context.actions, window.settings, window).exec()


def _open_palette(window: MainWindow) -> None:
    from app.shell.palette import CommandPalette

    CommandPalette(window.context.actions, window).open_over()


def _open_about(window: MainWindow) -> None:
    from app.shell.about import AboutDialog

    AboutDialog(window).exec()


def _open_guide(window: MainWindow) -> None:
    from app.shell.guide import open_guide

    open_guide(window, window.workbench.made_panels())


def _adder(window: MainWindow, category: str) -> Callable[..., QAction]:
    def add(
        name: str,
        text: str,
        slot: Callable[[], object],
        keys: str | tuple[str, ...] = (),
        icon: str = "",
    ) -> QAction:
        return window.context.actions.add(
            name,
            text,
            slot,
            owner=window,
            category=category,
            shortcuts=keys or (),
            icon=icon,
            everywhere=True,
        )

    return add
