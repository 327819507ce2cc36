"""Measures the timeline: 2,000 clips on 8 tracks opened, scrolled, zoomed and dragged."""

from __future__ import annotations

import time
from typing import Any

import psutil
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from benchmarks._gui_gestures import drag, draw, there_and_back, timed
from widgets.timeline import ClipView, TimelineView, TrackView, TransitionView

CLIPS, TRACKS, CHOSEN = 2000, 8, 100
SIZE = (1600, 700)


class _Pictures:
    """Made-up pictures, as large as the real ones, that are there at once."""

    def __init__(self) -> None:
        self._thumb = QImage(192, 108, QImage.Format.Format_RGB32)
        self._thumb.fill(QColor("#557799"))
        self._wave = QImage(256, 48, QImage.Format.Format_ARGB32_Premultiplied)
        self._wave.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._wave)
        for x in range(256):
            half = 4 + (x * 37) % 20
            painter.fillRect(x, 24 - half, 1, 2 * half, QColor(255, 255, 255, 160))
        painter.end()

    def thumb(self, media: str, frame: int, height: int) -> QImage | None:
        """A picture."""
        del media, frame, height
        return self._thumb

    def wave(self, media: str, level: int, tile: int) -> QImage | None:
        """A piece of a waveform."""
        del media, level, tile
        return self._wave


def measure() -> dict[str, Any]:
    """Milliseconds of each gesture with everything drawn, seconds to open, and memory."""
    memory = psutil.Process().memory_info().rss
    started = time.perf_counter()
    view = TimelineView()
    view.resize(*SIZE)
    view.set_pictures(_Pictures())
    tracks = [TrackView(f"V{n + 1}", "video", f"Video {n + 1}", 64) for n in range(TRACKS // 2)]
    tracks += [TrackView(f"A{n + 1}", "audio", f"Audio {n + 1}", 48) for n in range(TRACKS // 2)]
    view.set_tracks(tracks)
    for number, track in enumerate(tracks):
        view.set_lane(track.id, *_row(track, number))
    view.show()
    draw()
    opened = time.perf_counter() - started
    lanes = view.lanes
    view.scale.zoom(4.0, at=0)
    view.zoom_by(1)
    draw()
    figures: dict[str, Any] = {"clips": CLIPS, "tracks": TRACKS, "open_s": round(opened, 3)}
    figures["scroll"] = timed(lanes, [lambda: view.lanes.moved.emit(24.0, 0.0)] * 60)
    view.fit()
    draw()
    figures["zoomed_out_scroll"] = timed(
        lanes, [lambda dx=dx: view.lanes.moved.emit(dx, 0.0) for dx in [9.0, -9.0] * 30]
    )
    figures["zoom"] = timed(
        lanes, [lambda f=f: view.zoom_by(f) for f in [1.12] * 45 + [1 / 1.12] * 45]
    )
    figures["playhead"] = timed(lanes, [lambda n=n: view.set_playhead(n * 5) for n in range(60)])
    figures |= _dragged(view)
    figures["memory_mb"] = round((psutil.Process().memory_info().rss - memory) / 2**20, 1)
    view.close()
    view.deleteLater()
    draw()
    return figures


def _dragged(view: TimelineView) -> dict[str, Any]:
    """Drag a hundred selected clips, zoomed out and in."""
    figures = {}
    chosen = [clip.id for n in range(1, 5) for clip in view.rows.lanes[f"V{n}"].clips[100:112]]
    chosen += [clip.id for n in range(1, 5) for clip in view.rows.lanes[f"A{n}"].clips[100:112]]
    chosen += [clip.id for clip in view.rows.lanes["V1"].clips[120 : 120 + CHOSEN - len(chosen)]]
    for name, pixels in (("drag_100_zoomed_out", 0.0), ("drag_100", 2.0)):
        if pixels:
            start, _ = view.rows.lanes["V1"].place(chosen[0])
            view.show_frames(start - 50, start - 50 + view.lanes.width() / pixels)
        else:
            view.fit()
        view.select(chosen)
        draw()
        start, stop = view.rows.lanes["V1"].place(chosen[0])
        box = view.lanes.box("V1", start, stop)
        place = QPointF(box.center().x(), box.center().y() - view.lanes.top)
        figures[name] = drag(view.lanes, place, there_and_back(place), Qt.MouseButton.LeftButton)
    return figures


def _row(track: TrackView, number: int) -> tuple[list[ClipView], list[int], list[TransitionView]]:
    clips, starts, joins = [], [], []
    at = number * 7
    for index in range(CLIPS // TRACKS):
        frames = 30 + (index * 37 + number * 11) % 90
        clip = ClipView(
            f"{track.id}-{index}",
            frames,
            f"Shot {index + 1}",
            track.kind,
            media=f"m{index % 40}",
            source=index % 20,
            head=20,
            tail=30,
            sound="linked" if track.kind == "video" and index % 3 == 0 else "",
            fade_in=6 if track.kind == "audio" else 0,
            fade_out=6 if track.kind == "audio" else 0,
        )
        clips.append(clip)
        starts.append(at)
        at += frames
        if track.kind == "video" and index % 5 == 4 and index + 1 < CLIPS // TRACKS:
            joins.append(TransitionView(clip.id, at, 6, 6, "dissolve"))
        elif index % 9 == 8:
            at += 20
    return clips, starts, joins
