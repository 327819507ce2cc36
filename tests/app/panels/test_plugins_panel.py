"""The plugins panel switches plugins, loads changed ones anew, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.panels import plugins as plugins_module
from app.panels.plugins import PluginsPanel
from engine.runtime.folders import data_dir

GOOD = '''
from engine.graph import Text, node

@node("Greet", category="Test")
def greet(words: str = "hello") -> Text:
    """Says it."""
    return words
'''


@pytest.fixture
def write(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    folder = data_dir() / "plugins"
    folder.mkdir(parents=True)
    monkeypatch.setattr("engine.plugins.plugin_dirs", lambda: [folder])
    monkeypatch.setattr(plugins_module, "plugin_dirs", lambda: [folder])

    def write(name: str, text: str) -> Path:
        path = folder / f"{name}.py"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def open_panel(context: AppContext, qtbot: QtBot) -> Callable[[], PluginsPanel]:
    def open_panel() -> PluginsPanel:
        made = PluginsPanel(context)
        qtbot.addWidget(made)
        made.resize(360, 400)
        made.show()
        with qtbot.waitSignal(made.loaded):
            pass
        return made

    return open_panel


def lines(panel: PluginsPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def test_working_and_broken_plugins_are_listed(
    write: Callable[[str, str], Path],
    open_panel: Callable[[], PluginsPanel],
    context: AppContext,
    qtbot: QtBot,
) -> None:
    write("good", GOOD)
    write("bad", "import nothing_of_that_name\n")
    panel = open_panel()
    bad, good = lines(panel)
    assert bad == "bad — ModuleNotFoundError: No module named 'nothing_of_that_name'"
    assert good.startswith("good — 1 node")
    place = panel.list.visualRect(panel.model.index(0)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "Traceback" in panel.details.toPlainText()
    assert 'bad.py", line 1' in panel.details.toPlainText()
    context.actions["plugins.copy"].trigger()
    assert "Traceback" in QApplication.clipboard().text()
    assert "plugin.good.greet" in context.document.registry
    assert context.bridge.registry is context.document.registry


def test_a_changed_plugin_is_loaded_anew_while_the_window_runs(
    write: Callable[[str, str], Path],
    open_panel: Callable[[], PluginsPanel],
    context: AppContext,
    qtbot: QtBot,
) -> None:
    write("good", GOOD)
    panel = open_panel()
    write("good", GOOD.replace("Greet", "Salute").replace("hello", "hail"))
    panel.list.setFocus()
    with qtbot.waitSignals([panel.loaded, context.bridge.registry_changed]):
        qtbot.keyClick(panel.list, Qt.Key.Key_F5)
    assert context.document.registry["plugin.good.greet"].title == "Salute"


def test_a_mark_switches_a_plugin_off_and_on(
    write: Callable[[str, str], Path],
    open_panel: Callable[[], PluginsPanel],
    context: AppContext,
    qtbot: QtBot,
) -> None:
    write("good", GOOD)
    panel = open_panel()

    def click_mark() -> None:
        option = QStyleOptionViewItem()
        option.initFrom(panel.list)
        option.rect = panel.list.visualRect(panel.model.index(0))
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        mark = panel.style().subElementRect(
            QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, panel.list
        )
        with qtbot.waitSignal(panel.loaded):
            qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=mark.center())

    click_mark()
    assert lines(panel) == ["good — switched off"]
    assert context.settings.get("plugins_disabled") == ["good"]
    assert "plugin.good.greet" not in context.document.registry
    click_mark()
    assert "plugin.good.greet" in context.document.registry
    assert context.settings.get("plugins_disabled") == []
