"""The picture is zoomed, compared, guided, masked and drawn on by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.viewer import Compare, Guide, Mask, Overlays, PictureView, Placement, Skin, mask_image

Left = Qt.MouseButton.LeftButton


def plain(color: str, size: tuple[int, int] = (320, 180)) -> QImage:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return image


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> PictureView:
    theme.use(qapp, "dark")
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(656, 376)
    view.show()
    qtbot.waitExposed(view)
    view.set_picture_size(320, 180)
    view.set_picture(plain("#204060"))
    return view


def drag(view: PictureView, *points: QPointF, button: Qt.MouseButton = Left) -> None:
    places = [point.toPoint() for point in points]
    QTest.mousePress(view, button, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(view, place)
    QTest.mouseRelease(view, button, pos=places[-1])


def colour_at(view: PictureView, point: QPointF) -> QColor:
    return view.grab().toImage().pixelColor(point.toPoint())


def wheel(view: PictureView, at: QPointF, steps: int) -> None:
    event = QWheelEvent(
        *(at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * steps)),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(view, event)


def test_a_picture_is_fitted_with_its_shape(view: PictureView) -> None:
    rect = view.camera.rect
    assert rect.size().toSize() == QSize(640, 360)
    assert rect.center() == QPointF(328, 188)
    view.resize(656, 800)
    assert view.camera.rect.width() == pytest.approx(640)


def test_the_wheel_zooms_at_the_pointer(view: PictureView) -> None:
    at = QPointF(100, 80)
    before = view.camera.to_picture(at)
    wheel(view, at, 2)
    after = view.camera.to_picture(at)
    assert view.percent > 250
    assert (after - before).manhattanLength() < 1e-6


def test_keys_zoom_and_the_middle_button_moves(view: PictureView) -> None:
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.percent == pytest.approx(400)
    centre = view.camera.rect.center()
    drag(view, QPointF(300, 200), QPointF(340, 220), button=Qt.MouseButton.MiddleButton)
    assert view.camera.rect.center() - centre == QPointF(40, 20)
    view.fit()
    assert view.is_fitted


def test_the_picture_cannot_be_lost(view: PictureView) -> None:
    view.set_zoom(400)
    for _ in range(9):
        drag(view, QPointF(10, 10), QPointF(600, 350), button=Qt.MouseButton.MiddleButton)
    assert view.camera.rect.intersects(QRectF(view.rect()))


def test_it_says_how_many_pixels_are_seen(view: PictureView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.pixels_changed) as told:
        view.set_zoom(400)
    assert told.args == [1280, 720]


def test_the_pixel_under_the_pointer_is_told(view: PictureView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.probed) as told:
        QTest.mouseMove(view, view.camera.to_view(QPointF(10.5, 20.5)).toPoint())
    x, y, color = told.args[0]
    assert (x, y, color.name()) == (10, 20, "#204060")


def test_pixels_stay_square_and_hard_when_large(view: PictureView) -> None:
    image = plain("black")
    image.setPixelColor(160, 90, QColor("white"))
    view.set_picture(image)
    view.set_zoom(3200)
    view.set_overlays(Overlays(pixel_grid=False))
    inside = view.camera.to_view(QPointF(160.5, 90.5))
    edge = view.camera.to_view(QPointF(160.05, 90.5))
    outside = view.camera.to_view(QPointF(159.9, 90.5))
    assert colour_at(view, inside).name() == colour_at(view, edge).name() == "#ffffff"
    assert colour_at(view, outside).name() == "#000000"


def test_transparent_pictures_lie_on_a_checkerboard(view: PictureView) -> None:
    clear = QImage(320, 180, QImage.Format.Format_ARGB32_Premultiplied)
    clear.fill(Qt.GlobalColor.transparent)
    view.set_picture(clear)
    corner = view.camera.rect.topLeft()
    one = colour_at(view, corner + QPointF(3, 3))
    other = colour_at(view, corner + QPointF(11, 3))
    assert one != other
    view.set_overlays(Overlays(ground="white"))
    assert colour_at(view, corner + QPointF(3, 3)).name() == "#ffffff"


def test_safe_areas_lie_at_93_and_90_percent(view: PictureView) -> None:
    view.set_picture(plain("#808080"))
    view.set_overlays(Overlays(safe_areas=True))
    shot = view.grab().toImage()
    row = 188
    lit = [x for x in range(8, 328) if shot.pixelColor(x, row).lightness() > 180]
    action = 328 - 640 * 0.93 / 2
    assert any(abs(x - action) <= 1 for x in lit)


def test_a_mask_of_shape_darkens_what_lies_outside(view: PictureView) -> None:
    view.set_picture(plain("white"))
    view.set_overlays(Overlays(aspect=2.39))
    top = view.camera.rect.topLeft() + QPointF(300, 5)
    assert colour_at(view, top).lightness() < 80
    assert colour_at(view, view.camera.rect.center()).name() == "#ffffff"


def test_guides_are_dragged_and_thrown_away(view: PictureView, qtbot: QtBot) -> None:
    view.set_overlays(Overlays(guides=(Guide(vertical=True, at=0.5),)))
    middle = view.camera.rect.center()
    drag(view, middle, middle + QPointF(64, 0))
    assert view.overlays.guides[0].at == pytest.approx(0.6, abs=0.01)
    with qtbot.waitSignal(view.guides_changed):
        drag(view, middle + QPointF(64, 0), QPointF(655, 188))
    assert view.overlays.guides == ()


def test_the_wipe_is_dragged_and_turned(view: PictureView) -> None:
    view.set_picture(plain("#ff0000"), plain("#0000ff"))
    view.set_compare(Compare("wipe"))
    middle = view.camera.rect.center()
    left, right = QPointF(100, 300), QPointF(560, 300)
    assert colour_at(view, left).name() == "#ff0000"
    assert colour_at(view, right).name() == "#0000ff"
    drag(view, middle + QPointF(0, 120), middle + QPointF(-160, 120))
    assert view.compare.x == pytest.approx(0.25, abs=0.01)
    turn = view.camera.rect.topLeft() + QPointF(160, 90)
    drag(view, turn, QPointF(258, 188))
    assert view.compare.angle == pytest.approx(90, abs=1)
    assert colour_at(view, QPointF(400, 40)).name() == "#ff0000"
    assert colour_at(view, QPointF(400, 320)).name() == "#0000ff"


def test_the_difference_of_equal_pictures_is_black(view: PictureView) -> None:
    view.set_picture(plain("#204060"), plain("#204060"))
    view.set_compare(Compare("difference"))
    assert view.snapshot().pixelColor(9, 9).name() == "#000000"
    view.set_picture(plain("#204060"), plain("#214060"))
    assert view.snapshot().pixelColor(9, 9).name() == "#040000"


def test_keyframes_shine_through(view: PictureView) -> None:
    view.set_picture(plain("black"))
    view.set_skins((Skin(plain("white"), 0.5),))
    assert view.snapshot().pixelColor(9, 9).lightness() == pytest.approx(128, abs=2)


def grey(view: PictureView, x: int, y: int) -> int:
    assert view.drawn_mask is not None
    return mask_image(view.drawn_mask).pixelColor(x, y).lightness()


def at(view: PictureView, x: float, y: float) -> QPointF:
    return view.camera.to_view(QPointF(x, y))


def test_a_brush_paints_and_erases(view: PictureView, qtbot: QtBot) -> None:
    view.set_mask(Mask(320, 180))
    view.set_tool("brush", radius=10)
    with qtbot.waitSignal(view.mask_changed):
        drag(view, at(view, 50, 50), at(view, 100, 50), at(view, 150, 50))
    assert grey(view, 100, 55) == 255
    assert grey(view, 100, 70) == 0
    view.set_tool("brush", radius=10, erases=True)
    drag(view, at(view, 100, 50), at(view, 101, 50))
    assert grey(view, 100, 50) == 0
    assert grey(view, 60, 50) == 255


def test_rectangles_and_outlines_fill(view: PictureView) -> None:
    view.set_mask(Mask(320, 180))
    view.set_tool("rectangle")
    drag(view, at(view, 20, 20), at(view, 60, 60))
    assert grey(view, 40, 40) == 255
    view.set_tool("outline")
    for x, y in ((200, 20), (300, 20), (250, 120)):
        QTest.mouseClick(view, Left, pos=at(view, x, y).toPoint())
    QTest.mouseClick(view, Left, pos=at(view, 200, 20).toPoint())
    assert grey(view, 250, 50) == 255
    assert grey(view, 205, 100) == 0


def test_a_lasso_closes_when_it_is_let_go(view: PictureView) -> None:
    view.set_mask(Mask(320, 180))
    view.set_tool("outline")
    ring = [
        at(view, 160 + dx, 90 + dy)
        for dx, dy in (
            (0, -60),
            (25, -50),
            (50, -25),
            (60, 0),
            (50, 25),
            (25, 50),
            (0, 60),
            (-25, 50),
            (-50, 25),
            (-60, 0),
            (-50, -25),
            (-25, -50),
        )
    ]
    drag(view, *ring)
    assert grey(view, 160, 90) == 255
    assert grey(view, 20, 20) == 0


def test_escape_takes_a_half_drawn_outline_back(view: PictureView) -> None:
    view.set_mask(Mask(320, 180))
    view.set_tool("outline")
    for x, y in ((200, 20), (300, 20), (250, 120)):
        QTest.mouseClick(view, Left, pos=at(view, x, y).toPoint())
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.drawn_mask == Mask(320, 180)


def test_a_mask_is_undone_by_its_own_keys(view: PictureView) -> None:
    view.set_mask(Mask(320, 180))
    view.set_tool("rectangle")
    drag(view, at(view, 20, 20), at(view, 60, 60))
    drag(view, at(view, 100, 20), at(view, 160, 60))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert grey(view, 40, 40) == 255
    assert grey(view, 130, 40) == 0
    control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view, Qt.Key.Key_Z, control)
    assert grey(view, 130, 40) == 255


def test_a_feathered_mask_is_soft_and_an_inverted_one_the_opposite(view: PictureView) -> None:
    edge = ((0.0, 0.0), (160.0, 0.0), (160.0, 180.0), (0.0, 180.0))
    from widgets.viewer.mask import Drawn

    hard = Mask(320, 180).with_drawn(Drawn("area", edge))
    soft = Mask(320, 180, hard.drawn, hard.shown, feather=20)
    image = mask_image(soft)
    levels = [image.pixelColor(x, 90).lightness() for x in range(130, 190)]
    assert levels == sorted(levels, reverse=True)
    assert 100 < image.pixelColor(160, 90).lightness() < 155
    inverted = mask_image(Mask(320, 180, hard.drawn, hard.shown, inverted=True))
    assert inverted.pixelColor(10, 10).lightness() == 0
    assert inverted.pixelColor(300, 10).lightness() == 255


def test_a_placed_picture_is_moved_and_made_larger(view: PictureView, qtbot: QtBot) -> None:
    view.set_placement(Placement(plain("#ff0000", (100, 100)), QRectF(0.25, 0.25, 0.25, 0.25)))
    rect = view.camera.rect
    inside = rect.topLeft() + QPointF(240, 135)
    assert colour_at(view, inside).red() > 200
    drag(view, inside, inside + QPointF(64, 36))
    assert view.placement is not None
    assert view.placement.rect.x() == pytest.approx(0.35, abs=0.01)
    corner = rect.topLeft() + QPointF(0.6 * 640, 0.6 * 360)
    drag(view, corner, corner + QPointF(64, 0))
    assert view.placement.rect.width() == pytest.approx(0.35, abs=0.01)
    view.setFocus()
    with qtbot.waitSignal(view.placement_accepted):
        QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.placement is None
