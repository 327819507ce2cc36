"""The viewer panel shows what nodes make, says what it cannot show, and adds to the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.bridge import Bridge, View
from app.context import AppContext
from app.document import Document
from app.editing.patch import Patch
from app.panels.meters import MetersPanel
from app.panels.viewer import ViewerPanel
from app.playback import Playback
from app.requests import Requests
from app.selection import Selection
from app.settings import Settings
from engine.graph import Graph, Node
from engine.media.still import open_image, write_image
from engine.project import Project, ProjectSettings, save
from tests.app.devices import Card
from tests.app.viewer_nodes import GATE, viewer_registry
from widgets import theme

Left = Qt.MouseButton.LeftButton


@dataclass
class Desk:
    """A viewer panel on a document."""

    context: AppContext
    panel: ViewerPanel
    said: list[str]

    @property
    def document(self) -> Document:
        return self.context.document

    def open(self, *nodes: Node, links: dict[str, str] | None = None) -> None:
        graph = Graph()
        for item in nodes:
            graph.add(item)
        for target, source in (links or {}).items():
            graph.connect(source, target)
        self.document.new(Project(graph, ProjectSettings(name="ball", seed=3)))

    def grey(self) -> int:
        image = self.panel.viewer.picture.image
        if image.isNull() or not self.panel.viewer.shows_picture:
            return -1
        return image.pixelColor(image.width() // 2, image.height() // 2).green()


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, qapp: QApplication
) -> Iterator[Desk]:
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name))
    GATE.set()
    Card.opened.clear()
    theme.use(qapp, "dark")
    settings = Settings(tmp_path / "window.json")
    registry = viewer_registry()
    context = AppContext(
        document=Document(registry),
        bridge=Bridge(settings=settings, registry=registry),
        actions=Actions(),
        selection=Selection(),
        settings=settings,
        requests=Requests(),
        playback=Playback(stream=Card),
    )
    panel = ViewerPanel(context)
    qtbot.addWidget(panel)
    panel.resize(900, 620)
    panel.show()
    qtbot.waitExposed(panel)
    said: list[str] = []
    context.requests.say.connect(said.append)
    yield Desk(context, panel, said)
    GATE.set()
    context.playback.close()
    assert context.bridge.close(10)


def test_the_active_node_is_shown_when_it_costs_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"), Node("b", "test.numbered", params={"first": 100}))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    desk.context.selection.select(["a", "b"])
    qtbot.waitUntil(lambda: desk.grey() == 120)


def test_a_node_that_is_not_made_can_be_made_here(desk: Desk, qtbot: QtBot) -> None:
    GATE.clear()
    desk.open(Node("shot", "test.shot", title="Rain"))
    desk.context.selection.select(["shot"])
    card = desk.panel.viewer.card
    qtbot.waitUntil(lambda: card.state.title == "Rain is not made yet")
    QTest.mouseClick(card.button, Left)
    qtbot.waitUntil(lambda: card.state.preview is not None and card.state.progress == 0.25)
    assert card.state.title == "Making Rain"
    assert "denoising" in card.state.text
    GATE.set()
    qtbot.waitUntil(lambda: desk.grey() == 60)
    assert desk.context.playback.facts.frame_count == 8


def test_making_can_be_cancelled(desk: Desk, qtbot: QtBot) -> None:
    GATE.clear()
    desk.open(Node("shot", "test.shot", title="Rain"))
    desk.context.selection.select(["shot"])
    card = desk.panel.viewer.card
    qtbot.waitUntil(lambda: card.state.kind == "unmade" and bool(card.state.button))
    QTest.mouseClick(card.button, Left)
    qtbot.waitUntil(lambda: card.state.kind == "making")
    card.cancelled.emit()
    qtbot.waitUntil(lambda: card.state.kind == "unmade")
    qtbot.waitUntil(lambda: not desk.context.bridge.is_busy)


def test_a_failure_says_what_is_wrong_and_how_to_mend_it(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("reel", "test.broken", title="Reel"))
    desk.context.selection.select(["reel"])
    card = desk.panel.viewer.card
    qtbot.waitUntil(lambda: bool(card.state.button))
    QTest.mouseClick(card.button, Left)
    qtbot.waitUntil(lambda: card.state.kind == "failed")
    assert "the reel broke" in card.state.text
    assert "Splice it" in card.state.text
    assert card.state.button == "Try again"


def test_a_picture_is_shown_without_a_sound_that_fails(desk: Desk, qtbot: QtBot) -> None:
    desk.open(
        Node("shot", "test.shot"),
        Node("voice", "test.lost_voice", title="Anna"),
        Node("dubbed", "media.with_sound", title="Dubbed"),
        links={"dubbed.clip": "shot.out", "dubbed.sound": "voice.out"},
    )
    desk.context.selection.select(["dubbed"])
    card = desk.panel.viewer.card
    qtbot.waitUntil(lambda: card.state.title == "Dubbed is not made yet")
    views: list[View] = []
    desk.context.bridge.view_ready.connect(views.append)
    QTest.mouseClick(card.button, Left)
    qtbot.waitUntil(lambda: desk.grey() == 60)
    assert desk.said == ["Shown without the sound of Anna, which failed"]
    told = "Anna: it failed, and what is made goes on without its sound"
    log = desk.context.bridge.log
    qtbot.waitUntil(lambda: any(line.text.startswith(told) for line in log.lines()))
    assert views[0].silent == ("Anna",)
    assert views[0].key != views[0].full_key
    desk.context.selection.select(["voice"])
    qtbot.waitUntil(lambda: card.state.title == "Anna is not made yet")
    QTest.mouseClick(card.button, Left)
    qtbot.waitUntil(lambda: card.state.title == "Anna could not be made")
    assert "the tape broke" in card.state.text


def test_an_edit_shows_the_new_result_on_the_same_frame(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    desk.context.playback.seek(10)
    qtbot.waitUntil(lambda: desk.grey() == 30)
    node = desk.document.project.graph.nodes["a"]
    desk.document.apply("Set", Patch(nodes={"a": node.with_params(first=50)}))
    qtbot.waitUntil(lambda: desk.grey() == 80)
    assert desk.context.playback.position == 10
    desk.document.stack.undo()
    qtbot.waitUntil(lambda: desk.grey() == 30)


def test_the_program_plays_the_timeline(desk: Desk, qtbot: QtBot) -> None:
    desk.open(
        Node("a", "test.numbered"),
        Node("cut", "editorial.sequence"),
        Node("film", "editorial.timeline", params={"width": 64, "height": 36}),
        links={"cut.clips": "a", "film.sequences": "cut"},
    )
    viewer = desk.panel.viewer
    assert viewer.tab == "source"
    viewer.picture.setFocus()
    qtbot.keyClick(viewer.picture, Qt.Key.Key_Q)
    assert viewer.tab == "program"
    qtbot.waitUntil(lambda: desk.context.playback.source == "film" and desk.grey() == 20)
    assert desk.context.playback.facts.frame_count == 48
    desk.context.playback.want("a", 5)
    qtbot.waitUntil(lambda: desk.context.playback.source == "a" and desk.grey() == 25)
    assert viewer.tab == "source"


def test_keys_play_step_and_mark(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    playback, picture = desk.context.playback, desk.panel.viewer.picture
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    assert playback.position == 2
    qtbot.keyClick(picture, Qt.Key.Key_I)
    qtbot.keyClick(picture, Qt.Key.Key_End)
    qtbot.keyClick(picture, Qt.Key.Key_Left)
    qtbot.keyClick(picture, Qt.Key.Key_O)
    assert playback.marks == (2, 46)
    qtbot.keyClick(picture, Qt.Key.Key_J)
    assert playback.speed == -1
    qtbot.keyClick(picture, Qt.Key.Key_J)
    assert playback.speed == -2
    qtbot.keyClick(picture, Qt.Key.Key_K)
    assert playback.speed == 0
    qtbot.keyClick(picture, Qt.Key.Key_Home)
    qtbot.keyClick(picture, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: playback.position > 2)
    qtbot.keyClick(picture, Qt.Key.Key_Space)
    assert not playback.is_playing


def test_dragging_on_the_time_strip_scrubs(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    strip = desk.panel.viewer.strip
    QTest.mousePress(strip, Left, pos=strip.frame_position(5).toPoint())
    QTest.mouseMove(strip, strip.frame_position(30).toPoint())
    assert desk.context.playback.position == 30
    QTest.mouseRelease(strip, Left, pos=strip.frame_position(30).toPoint())
    qtbot.waitUntil(lambda: desk.grey() == 50)


def test_a_typed_timecode_moves_the_playhead(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    field = desk.panel.viewer.transport.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "00:00:01:04")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.context.playback.position == 28
    qtbot.waitUntil(lambda: desk.grey() == 48)


def saved(desk: Desk, folder: Path) -> None:
    save(desk.document.project, folder / "ball.aiprod")
    desk.document.open(folder / "ball.aiprod")


def test_a_frame_of_another_clip_becomes_a_linked_keyframe_in_one_step(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.open(Node("a", "test.numbered"), Node("shot", "test.shot", pos=(500.0, 0.0)))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    desk.context.playback.seek(7)
    qtbot.waitUntil(lambda: desk.grey() == 27)
    node = desk.document.project.graph.nodes["shot"]
    before = desk.document.project
    desk.context.selection.select(["shot"])
    desk.context.selection.select(["shot", "a"])
    qtbot.waitUntil(lambda: desk.grey() == 27)
    desk.panel.viewer.tools.keyframe.click()
    graph = desk.document.project.graph
    assert graph.nodes["frame_1"].params == {"number": 7}
    assert graph.nodes["keyframe_1"].params == {"frame": "first"}
    links = {(link.source, link.target, link.input) for link in graph.links}
    assert links == {("a", "frame_1", "clip"), ("frame_1", "keyframe_1", "image")}
    desk.document.stack.undo()
    assert desk.document.project.graph == before.graph
    assert node == desk.document.project.graph.nodes["shot"]


def test_a_frame_of_the_shot_itself_is_kept_as_a_picture_and_linked(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk.open(Node("shot", "test.shot"))
    saved(desk, tmp_path)
    desk.context.selection.select(["shot"])
    qtbot.waitUntil(lambda: bool(desk.panel.viewer.card.state.button))
    desk.panel.make()
    qtbot.waitUntil(lambda: desk.grey() == 60)
    desk.context.playback.seek(3)
    picture = desk.panel.viewer.picture
    picture.setFocus()
    QTest.keyClick(picture, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "keyframe_1" in desk.document.project.graph.nodes)
    graph = desk.document.project.graph
    image = graph.nodes["load_image_1"]
    assert image.params["file"] == "assets/shot_frame_3.png"
    assert np.all(open_image(tmp_path / "assets" / "shot_frame_3.png").array()[..., 1] == 60)
    assert graph.nodes["keyframe_1"].params == {"frame": "number", "number": 3}
    assert any(
        (link.source, link.target, link.input) == ("keyframe_1", "shot", "conditions")
        for link in graph.links
    )
    assert desk.document.stack.count() == 1


def keyed(desk: Desk, qtbot: QtBot) -> None:
    """A made shot with a keyframe at its first frame."""
    desk.open(
        Node("shot", "test.shot"),
        Node("key", "generate.keyframe", params={"frame": "first"}),
    )
    desk.context.selection.select(["shot"])
    qtbot.waitUntil(lambda: bool(desk.panel.viewer.card.state.button))
    desk.panel.make()
    qtbot.waitUntil(lambda: desk.grey() == 60)


def test_keyframes_are_dragged_in_time(desk: Desk, qtbot: QtBot) -> None:
    keyed(desk, qtbot)
    from app.editing.level import Level
    from app.editing.links import link

    level = Level(desk.document.project, desk.document.registry)
    desk.document.apply("Link", link(level, ("key", "out"), ("shot", "conditions")))
    strip = desk.panel.viewer.strip
    start = strip.item_position("key").toPoint()
    end = QPoint(round(strip.frame_position(5).x()), start.y())
    QTest.mousePress(strip, Left, pos=start)
    QTest.mouseMove(strip, end)
    QTest.mouseRelease(strip, Left, pos=end)
    node = desk.document.project.graph.nodes["key"]
    assert node.params == {"frame": "number", "number": 5}
    assert desk.document.stack.undoText() == "Move a keyframe"
    desk.document.stack.undo()
    assert desk.document.project.graph.nodes["key"].params == {"frame": "first"}


def test_a_dropped_picture_is_placed_and_becomes_a_keyframe(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk.open(Node("shot", "test.shot"))
    saved(desk, tmp_path)
    desk.context.selection.select(["shot"])
    qtbot.waitUntil(lambda: bool(desk.panel.viewer.card.state.button))
    desk.panel.make()
    qtbot.waitUntil(lambda: desk.grey() == 60)
    red = np.zeros((20, 20, 3), np.uint8)
    red[..., 0] = 255
    write_image(red, tmp_path / "red.png")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "red.png"))])
    picture = desk.panel.viewer.picture
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, mime, Left, Qt.KeyboardModifier.NoModifier
    )
    picture.dropEvent(event)
    qtbot.waitUntil(lambda: picture.placement is not None)
    place = picture.camera.rect.center().toPoint()
    QTest.mousePress(picture, Left, pos=place)
    QTest.mouseMove(picture, place - QPoint(round(picture.camera.rect.width() / 4), 0))
    QTest.mouseRelease(picture, Left, pos=place)
    QTest.keyClick(picture, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "keyframe_1" in desk.document.project.graph.nodes)
    file = desk.document.project.graph.nodes["load_image_1"].params["file"]
    made = open_image(tmp_path / file).array()
    assert made.shape[:2] == (36, 64)
    assert tuple(made[18, 60]) == (60, 60, 60)
    assert tuple(made[18, 16]) == (255, 0, 0)


def test_a_drawn_mask_is_saved_and_linked(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.open(Node("shot", "test.shot"))
    saved(desk, tmp_path)
    desk.context.selection.select(["shot"])
    qtbot.waitUntil(lambda: bool(desk.panel.viewer.card.state.button))
    desk.panel.make()
    qtbot.waitUntil(lambda: desk.grey() == 60)
    viewer = desk.panel.viewer
    viewer.tools.masking.click()
    viewer.mask_bar.rectangle.click()
    to_view = viewer.picture.camera.to_view
    QTest.mousePress(viewer.picture, Left, pos=to_view(QPointF(10, 10)).toPoint())
    QTest.mouseMove(viewer.picture, to_view(QPointF(30, 20)).toPoint())
    QTest.mouseRelease(viewer.picture, Left, pos=to_view(QPointF(30, 20)).toPoint())
    QTest.keyClick(viewer.picture, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert viewer.picture.drawn_mask is not None
    assert viewer.picture.drawn_mask.is_empty
    mods = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(viewer.picture, Qt.Key.Key_Z, mods)
    QTest.mouseClick(viewer.mask_bar.accept, Left)
    qtbot.waitUntil(lambda: "load_image_1" in desk.document.project.graph.nodes)
    file = desk.document.project.graph.nodes["load_image_1"].params["file"]
    mask = open_image(tmp_path / file).array()
    assert mask.shape[:2] == (36, 64)
    assert mask[15, 20, 0] == 255
    assert mask[30, 50, 0] == 0
    link = desk.document.project.graph.links[0]
    assert (link.target, link.input) == ("shot", "mask")
    assert viewer.picture.drawn_mask is None


def test_the_result_before_the_last_change_can_be_compared(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    node = desk.document.project.graph.nodes["a"]
    desk.document.apply("Set", Patch(nodes={"a": node.with_params(first=50)}))
    qtbot.waitUntil(lambda: desk.grey() == 70)
    desk.panel.viewer.tools.compare_asked.emit("Before the last change")
    picture = desk.panel.viewer.picture

    def greys() -> tuple[int, int]:
        image = picture.snapshot()
        return (
            image.pixelColor(2, image.height() // 2).green(),
            image.pixelColor(image.width() - 3, image.height() // 2).green(),
        )

    qtbot.waitUntil(lambda: greys() == (70, 20))
    desk.panel.toggle_difference()
    assert greys() == (200, 200)  # 50 apart, times four
    desk.panel.viewer.tools.compare_asked.emit("")
    qtbot.waitUntil(lambda: greys() == (70, 70))


def test_a_take_can_be_compared(desk: Desk, qtbot: QtBot) -> None:
    take = {"name": "Take 1", "params": {"a": {"first": 100}}}
    desk.open(Node("a", "test.numbered", extra={"takes": [take]}))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    desk.panel.viewer.tools.compare_asked.emit("Take 1")
    picture = desk.panel.viewer.picture
    qtbot.waitUntil(lambda: picture.snapshot().pixelColor(60, 18).green() == 120, timeout=10000)


def test_snapshots_go_to_the_clipboard(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    QGuiApplication.clipboard().clear()
    desk.panel.snapshot("clipboard")
    image: QImage = QGuiApplication.clipboard().image()
    assert image.size().width() == 64
    assert "clipboard" in desk.said[-1]


def test_words_are_shown_as_words(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("words", "values.prompt", params={"text": "rain on tin"}))
    desk.context.selection.select(["words"])
    qtbot.waitUntil(lambda: desk.panel.viewer.card.state.kind == "text")
    assert desk.panel.viewer.card.state.text == "rain on tin"


def test_a_sound_is_shown_as_its_waveform_and_moves_the_meters(desk: Desk, qtbot: QtBot) -> None:
    meters = MetersPanel(desk.context)
    qtbot.addWidget(meters)
    meters.show()
    desk.open(Node("hum", "test.hum"))
    desk.context.selection.select(["hum"])
    qtbot.waitUntil(lambda: desk.panel.viewer.shows_picture, timeout=10000)
    desk.context.playback.play()
    qtbot.waitUntil(lambda: meters.meter.channels[0].peak > -7, timeout=10000)
    left, right = meters.meter.channels
    assert left.peak == pytest.approx(-6, abs=1.5)
    assert right.peak == pytest.approx(-12, abs=1.5)


def test_the_whole_sound_is_measured(desk: Desk, qtbot: QtBot) -> None:
    import engine.audio  # noqa: F401

    meters = MetersPanel(desk.context)
    qtbot.addWidget(meters)
    meters.show()
    desk.open(Node("hum", "test.hum"))
    desk.context.selection.select(["hum"])
    qtbot.waitUntil(lambda: desk.context.playback.source == "hum", timeout=10000)
    QTest.mouseClick(meters.loudness.whole, Left)
    qtbot.waitUntil(lambda: meters.loudness.reading.integrated > -30, timeout=10000)
    assert meters.loudness.reading.true_peak == pytest.approx(-6.0, abs=0.3)


def test_scopes_show_the_frame_beside_the_picture(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    desk.panel.viewer.tools.scopes.click()
    from widgets.scopes import Scopes

    scopes = desk.panel.findChild(Scopes)
    assert scopes is not None
    qtbot.waitUntil(lambda: scopes.views[0].trace is not None)


def test_another_project_empties_the_viewer(desk: Desk, qtbot: QtBot) -> None:
    desk.open(Node("a", "test.numbered"))
    desk.context.selection.select(["a"])
    qtbot.waitUntil(lambda: desk.grey() == 20)
    desk.open(Node("b", "test.numbered"))
    assert desk.panel.viewer.card.state.title == "Nothing to show"
    assert desk.context.playback.source == ""


def test_what_lies_over_the_picture_is_remembered(desk: Desk, qtbot: QtBot) -> None:
    desk.panel.toggle_safe_areas()
    again = ViewerPanel(
        AppContext(
            desk.document,
            desk.context.bridge,
            Actions(),
            desk.context.selection,
            desk.context.settings,
            playback=desk.context.playback,
        )
    )
    qtbot.addWidget(again)
    assert again.viewer.picture.overlays.safe_areas


def test_captions_and_transcripts_are_shown_as_words() -> None:
    from fractions import Fraction

    from app.viewer.cards import text_card, words_of
    from engine.captions import Caption, Captions
    from engine.media.transcript import HeardWord, Transcript

    captions = Captions((Caption(Fraction(61), Fraction(63), ("Hello there", "my friend")),), "en")
    assert words_of(captions) == "1:01.0  Hello there my friend"
    heard = Transcript((HeardWord("Hello", Fraction(0), Fraction(1)),), "en")
    assert text_card("Transcribe", heard).text == "Hello"
    assert words_of(3.5) == "3.5"
