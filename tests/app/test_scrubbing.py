"""Scrubbing through films with few keyframes: given up when stale, and quick on the way back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.playback import picturing
from app.playback.images import FrameReader, ImageStore
from app.playback.picturing import Picturing, Subject
from app.playback.playable import playable
from engine.media import decode, open_clip
from engine.media.decode import interruptible

FRAMES = 150
SIZE = (320, 180)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with one keyframe, its first."""
    path = tmp_path_factory.mktemp("film") / "long.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(24), options={"g": "1000", "bf": "0"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for number in range(FRAMES):
            picture = np.full((SIZE[1], SIZE[0], 3), number, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return path


class Opens:
    """Counts how often a file is opened to decode from a keyframe."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        real = decode.opened

        def counted(*given: object, **more: object) -> object:
            self.count += 1
            return real(*given, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(decode, "opened", counted)


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Iterator[Picturing]:
    monkeypatch.setattr("app.playback.images._SLOW", 0.0)
    arrived = threading.Event()
    made = Picturing(
        ImageStore(64 * 2**20),
        lambda _serial: 0.0,
        on_arrival=arrived.set,
        on_opened=lambda _ticket, _result: None,
    )
    made.arrived = arrived  # type: ignore[attr-defined]
    yield made
    made.close()


def shown(making: Picturing, subject: Subject, number: int) -> int:
    """The grey of the frame that is shown when one is asked for."""
    making.show(subject, number)
    for _ in range(400):
        for picture in making.take():
            if picture.number == number:
                return picture.image.pixelColor(9, 9).green()
        making.arrived.wait(0.05)  # type: ignore[attr-defined]
        making.arrived.clear()  # type: ignore[attr-defined]
    raise TimeoutError(number)


def test_decoding_towards_a_frame_can_be_given_up(film: Path) -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise LookupError

    clip = open_clip(film)
    with pytest.raises(LookupError), interruptible(check):
        next(clip.frames(120))
    assert calls == 5
    assert next(clip.frames(120)).pts is not None


def test_a_reader_that_was_interrupted_reads_on(film: Path) -> None:
    reader = FrameReader(playable(open_clip(film)), SIZE)

    def check() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        reader.image(100, check)
    assert abs(reader.image(100).pixelColor(9, 9).green() - 100) <= 3
    reader.close()


def test_stepping_back_decodes_the_film_once_in_many_steps(
    film: Path, making: Picturing, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject((1,), (playable(open_clip(film)),), SIZE)
    assert abs(shown(making, subject, 140) - 140) <= 3
    opens = Opens(monkeypatch)
    for number in range(125, 90, -1):
        assert abs(shown(making, subject, number) - number) <= 3
    assert opens.count <= 8  # not one for each of 35 steps


def test_a_frame_that_nobody_waits_for_is_given_up(
    film: Path, making: Picturing, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject((1,), (playable(open_clip(film)),), SIZE)
    assert abs(shown(making, subject, 3) - 3) <= 3
    begun, go_on = threading.Event(), threading.Event()
    real = Picturing._give_up
    given_up: list[int] = []

    def slow(self: Picturing, want: picturing._Show) -> None:
        if want.number == 140:
            begun.set()
            go_on.wait(10)
        try:
            real(self, want)
        except Exception:
            given_up.append(want.number)
            raise

    monkeypatch.setattr(Picturing, "_give_up", slow)
    monkeypatch.setattr(picturing, "_SEEN_ENOUGH", 60.0)
    making.show(subject, 140)
    assert begun.wait(10)
    making.show(subject, 60)
    go_on.set()
    assert abs(shown(making, subject, 60) - 60) <= 3
    assert given_up == [140]
