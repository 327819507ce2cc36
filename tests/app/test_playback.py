"""Playback shows the right frame at the right time, by the clock of the sound device."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.playback import Playback, Shown
from app.playback.devices import Fill, SilentStream, Times
from app.playback.levels import levels_of
from app.playback.speaker import Block, Speaker
from engine.media import Clip, Image, Sound, encode, open_clip
from engine.timeline import SequenceItem, build_sequence, build_timeline
from tests.app.devices import Card, FastCard

RATE = Fraction(24)
SAMPLES = 48000


def numbered(count: int, *, size: tuple[int, int] = (64, 36), sound: Sound | None = None) -> Clip:
    """Each frame tells its number by its grey."""

    def make(start: int, stop: int) -> Iterator[Any]:
        for number in range(start, stop):
            yield np.full((size[1], size[0], 3), number % 200 + 20, np.uint8)

    return Clip.from_arrays(
        make, rate=RATE, width=size[0], height=size[1], frame_count=count, sound=sound
    )


def gated(gates: Mapping[int, threading.Event], asked: list[int], *, count: int = 2000) -> Clip:
    """Each frame tells its number by its grey; some are made when their gate is open."""

    def make(start: int, stop: int) -> Iterator[Any]:
        for number in range(start, stop):
            asked.append(number)
            if number in gates:
                gates[number].wait(10)
            yield np.full((36, 64, 3), number % 200 + 20, np.uint8)

    return Clip.from_arrays(make, rate=RATE, width=64, height=36, frame_count=count)


def ramp(seconds: float) -> Sound:
    """A sound whose level is its time in seconds / 100."""
    return Sound.from_array(
        np.arange(int(seconds * SAMPLES), dtype=np.float32) / SAMPLES / 100, SAMPLES
    )


def number_of(shown: Shown) -> int:
    return shown.image.pixelColor(shown.image.width() // 2, shown.image.height() // 2).green() - 20


class Screen:
    """Notes what is shown."""

    def __init__(self, playback: Playback) -> None:
        self.shown: list[Shown] = []
        self.moves: list[int] = []
        playback.frame_shown.connect(self.shown.append)
        playback.position_changed.connect(self.moves.append)

    @property
    def last(self) -> int:
        """The frame that is on the screen; -1 before the first."""
        return self.shown[-1].number if self.shown else -1

    @property
    def numbers(self) -> list[int]:
        return [item.number for item in self.shown]


@pytest.fixture
def playback(qtbot: QtBot) -> Iterator[Playback]:
    Card.opened.clear()
    playback = Playback(stream=Card)
    yield playback
    playback.close()


@pytest.fixture
def screen(playback: Playback) -> Screen:
    return Screen(playback)


def opened(qtbot: QtBot, playback: Playback, value: Any, source: str = "shot") -> None:
    with qtbot.waitSignals([playback.opened], timeout=10000):
        playback.open(value, source=source)


def test_the_first_frame_is_shown_when_a_clip_is_opened(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    opened(qtbot, playback, numbered(48))
    qtbot.waitUntil(lambda: screen.numbers == [0])
    assert playback.facts.frame_count == 48
    assert playback.facts.rate == RATE
    assert number_of(screen.shown[0]) == 0


def test_seeking_shows_exactly_that_frame(
    qtbot: QtBot, playback: Playback, screen: Screen, tmp_path: Path
) -> None:
    encode(numbered(60), tmp_path / "film.mp4", "h264")
    opened(qtbot, playback, open_clip(tmp_path / "film.mp4"))
    for frame in (41, 3, 59, 30, 31, 0):
        playback.seek(frame)
        qtbot.waitUntil(lambda frame=frame: screen.last == frame)
        assert abs(number_of(screen.shown[-1]) - frame) <= 1
        assert playback.position == frame


def test_a_seek_beyond_the_end_stands_on_the_last_frame(qtbot: QtBot, playback: Playback) -> None:
    opened(qtbot, playback, numbered(48))
    playback.seek(1000)
    assert playback.position == 47
    playback.seek(-5)
    assert playback.position == 0


def test_while_scrubbing_the_newest_request_wins_and_the_window_is_not_held_up(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    gate = threading.Event()
    asked: list[int] = []
    opened(qtbot, playback, gated({0: gate}, asked))
    qtbot.waitUntil(lambda: asked == [0])
    begun = time.perf_counter()
    for frame in range(100, 1900, 10):
        playback.seek(frame)
    assert time.perf_counter() - begun < 0.25
    gate.set()
    qtbot.waitUntil(lambda: screen.last == 1890)
    assert len(screen.shown) <= 3


def test_a_picture_that_arrives_while_another_one_is_drawn_is_shown_next(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    gates = {0: threading.Event(), 900: threading.Event()}
    asked: list[int] = []

    def draw_slowly(shown: Shown) -> None:
        gates[900].set()
        until = time.monotonic() + 10
        while shown.number == 0 and 901 not in asked and time.monotonic() < until:
            time.sleep(0.001)  # frame 900 is there as soon as its neighbours are made

    playback.frame_shown.connect(draw_slowly)
    opened(qtbot, playback, gated(gates, asked))
    qtbot.waitUntil(lambda: asked == [0])
    playback.seek(900)
    gates[0].set()
    qtbot.waitUntil(lambda: screen.last == 900)
    assert screen.numbers == [0, 900]


def test_a_frame_of_another_source_is_not_shown_as_one_of_this(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    gate = threading.Event()
    asked: list[int] = []
    opened(qtbot, playback, gated({50: gate}, asked, count=100), "first")
    qtbot.waitUntil(lambda: screen.last == 0)
    playback.open(numbered(48), source="second")
    playback.seek(50)
    until = time.monotonic() + 10
    while 50 not in asked and time.monotonic() < until:
        time.sleep(0.001)  # the second is opened, which the window does not know yet
    with qtbot.waitSignals([playback.opened], timeout=10000):
        pass
    gate.set()
    qtbot.waitUntil(lambda: screen.shown[-1].source == "second")
    qtbot.wait(100)
    assert [(shown.source, shown.number) for shown in screen.shown] == [("first", 0), ("second", 0)]


def test_sound_that_was_never_let_out_leaves_nothing_behind() -> None:
    fills: list[Fill] = []

    class Still(SilentStream):
        """Takes nothing by itself."""

        def __init__(self, fill: Fill) -> None:
            super().__init__(fill)
            fills.append(fill)

        def start(self) -> None:
            pass

    speaker = Speaker(Still)
    speaker.start()
    loud, out = np.full((512, 2), 0.5, np.float32), np.ones((256, 2), np.float32)
    block = Block(1, 0, 1, loud, levels_of(loud, "stereo"))
    for is_heard in (False, True):
        speaker.hold(1)
        assert speaker.put(block, patience=1)
        if is_heard:
            speaker.release(1)
        speaker.hold(2)
        fills[0](out, len(out), Times(0.0, 0.0), None)
        assert out.any() == is_heard  # what was heard is led to silence
    speaker.stop()


def test_sound_and_picture_stay_together_on_a_device_whose_clock_is_fast(
    qtbot: QtBot, screen: Screen, playback: Playback
) -> None:
    playback.close()
    playback = Playback(stream=FastCard)
    errors: list[float] = []

    def compare(shown: Shown) -> None:
        heard = Card.opened[-1].level_now() * 100 if Card.opened else 0
        if heard > 0.2:
            errors.append(heard - shown.number / 24)

    playback.frame_shown.connect(compare)
    opened(qtbot, playback, numbered(200, sound=ramp(9)))
    playback.play()
    qtbot.waitUntil(lambda: playback.position >= 6, timeout=10000)
    begun = time.monotonic()
    qtbot.waitUntil(lambda: playback.position >= 66, timeout=15000)
    passed = time.monotonic() - begun
    playback.close()
    assert passed < 60 / 24  # the card is 5 % fast, and the picture goes with it
    assert len(errors) > 30
    early, late = np.median(errors[:12]), np.median(errors[-12:])
    assert abs(late - early) < 0.02
    assert -0.005 < np.median(errors) < 0.02


def test_frames_are_dropped_before_sync_is(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    def make(start: int, stop: int) -> Iterator[Any]:
        for number in range(start, stop):
            time.sleep(0.07)  # slower than the 42 ms that a frame is shown
            yield np.full((36, 64, 3), number % 200 + 20, np.uint8)

    clip = Clip.from_arrays(make, rate=RATE, width=64, height=36, frame_count=400, sound=ramp(17))
    opened(qtbot, playback, clip)
    playback.play()
    begun = time.monotonic()
    qtbot.waitUntil(lambda: playback.position >= 36, timeout=15000)
    assert time.monotonic() - begun < 2.6
    assert playback.dropped > 3
    assert all(
        later > earlier
        for earlier, later in zip(screen.numbers[1:], screen.numbers[2:], strict=False)
    )


def test_playing_stops_on_the_last_frame(qtbot: QtBot, playback: Playback, screen: Screen) -> None:
    opened(qtbot, playback, numbered(12, sound=ramp(0.5)))
    playback.play()
    assert playback.is_playing
    qtbot.waitUntil(lambda: not playback.is_playing, timeout=10000)
    assert playback.position == 11
    qtbot.waitUntil(lambda: screen.last == 11)
    assert screen.moves == sorted(screen.moves)


@pytest.mark.parametrize("speed", [2, 8, -1, -4])
def test_it_plays_at_other_speeds_and_backwards(
    qtbot: QtBot, playback: Playback, screen: Screen, speed: int
) -> None:
    opened(qtbot, playback, numbered(96, sound=ramp(4)))
    start = 0 if speed > 0 else 95
    playback.seek(start)
    playback.play(speed)
    begun = time.monotonic()
    wanted = 12 * abs(speed)
    qtbot.waitUntil(lambda: abs(playback.position - start) >= min(wanted, 80), timeout=10000)
    assert time.monotonic() - begun < 1.5
    moves = screen.moves[2:] if speed < 0 else screen.moves[1:]
    assert moves == sorted(moves, reverse=speed < 0)


def test_backwards_the_sound_is_backwards(qtbot: QtBot, playback: Playback) -> None:
    opened(qtbot, playback, numbered(48, sound=ramp(2)))
    playback.seek(47)
    playback.play(-1)
    qtbot.waitUntil(lambda: playback.position <= 35, timeout=10000)
    playback.pause()
    heard = Card.opened[-1].heard()
    loud = heard[heard > 1e-3][:9600]
    assert np.all(np.diff(loud) < 0)
    assert loud[0] == pytest.approx(0.02, abs=1e-4)


def test_j_k_and_l_shuttle(qtbot: QtBot, playback: Playback) -> None:
    opened(qtbot, playback, numbered(400))
    playback.seek(200)
    speeds = []
    for key in (1, 1, 1, 1, 1, -1, -1, 0):
        playback.shuttle(key)
        speeds.append(playback.speed)
    assert speeds == [1, 2, 4, 8, 8, -1, -2, 0]


def test_a_loop_turns_round_at_the_marks_without_a_gap_in_the_sound(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    opened(qtbot, playback, numbered(48, sound=ramp(2)))
    playback.set_loop(12, 17)
    playback.play()
    qtbot.waitUntil(lambda: screen.moves.count(12) >= 4, timeout=10000)
    playback.pause()
    assert set(screen.moves[1:]) == {12, 13, 14, 15, 16, 17}
    heard = Card.opened[-1].heard()
    loud = heard[np.flatnonzero(heard > 1e-3)[0] :][: 3 * 12000]
    expected = np.tile(np.arange(24000, 36000) / SAMPLES / 100, 3)
    assert np.abs(loud - expected).max() < 1e-6


def test_a_step_shows_the_next_frame_and_lets_it_be_heard(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    opened(qtbot, playback, numbered(48, sound=ramp(2)))
    playback.seek(24)
    playback.step(1)
    assert playback.position == 25
    qtbot.waitUntil(lambda: screen.last == 25)
    qtbot.waitUntil(lambda: bool(Card.opened) and bool(Card.opened[-1].heard().max(initial=0) > 0))
    heard = Card.opened[-1].heard()
    assert heard.max() == pytest.approx(26 / 24 / 100, rel=0.04)
    playback.step(-2)
    assert playback.position == 23


def test_playing_goes_on_after_a_seek(qtbot: QtBot, playback: Playback) -> None:
    opened(qtbot, playback, numbered(400))
    playback.play()
    playback.seek(300)
    assert playback.is_playing
    qtbot.waitUntil(lambda: playback.position > 303, timeout=10000)


def test_a_timeline_plays_with_its_sound(qtbot: QtBot, playback: Playback, screen: Screen) -> None:
    shots = [numbered(24, sound=ramp(1)), numbered(48, sound=ramp(2))]
    items = (SequenceItem(clip=0), SequenceItem(clip=1, in_frame=10, out_frame=30))
    sequence = build_sequence(shots, items, rate=RATE)
    timeline = build_timeline([sequence], [], rate=RATE, size=(64, 36), name="Film")
    opened(qtbot, playback, timeline, "program")
    assert playback.facts.frame_count == 44
    assert playback.facts.sound_layout == "stereo"
    playback.seek(30)
    qtbot.waitUntil(lambda: screen.last == 30)
    assert number_of(screen.shown[-1]) == 16
    playback.play()
    qtbot.waitUntil(lambda: not playback.is_playing, timeout=10000)
    assert Card.opened[-1].heard().max() > 0.01


def test_a_new_value_of_the_same_source_keeps_the_playhead(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    opened(qtbot, playback, numbered(48))
    playback.seek(20)
    opened(qtbot, playback, numbered(30))
    assert playback.position == 20
    opened(qtbot, playback, numbered(48), "other")
    assert playback.position == 0
    opened(qtbot, playback, numbered(48))
    assert playback.position == 20


def test_another_value_while_playing_plays_on(qtbot: QtBot, playback: Playback) -> None:
    opened(qtbot, playback, numbered(400))
    playback.play()
    qtbot.waitUntil(lambda: playback.position >= 5, timeout=10000)
    opened(qtbot, playback, numbered(300))
    assert playback.is_playing
    qtbot.waitUntil(lambda: playback.position >= 12, timeout=10000)


def test_images_and_sounds_can_be_opened(qtbot: QtBot, playback: Playback, screen: Screen) -> None:
    opened(qtbot, playback, Image.from_array(np.full((36, 64, 4), 90, np.uint8)), "image")
    qtbot.waitUntil(lambda: bool(screen.shown))
    assert playback.facts.has_alpha
    opened(qtbot, playback, ramp(2), "sound")
    assert not playback.facts.has_picture
    assert playback.facts.frame_count == 50
    playback.play()
    qtbot.waitUntil(lambda: playback.position > 3, timeout=10000)


def test_samples_that_are_no_numbers_never_reach_the_sound_card(
    qtbot: QtBot, playback: Playback
) -> None:
    samples = np.full((48000, 2), 0.25, np.float32)
    samples[4000] = np.nan
    samples[8000] = np.inf
    opened(qtbot, playback, Sound.from_array(samples, 48000), "sound")
    with qtbot.waitSignal(playback.failed, timeout=10000) as failed:
        playback.play()
    assert "no numbers" in failed.args[0]
    qtbot.waitUntil(lambda: playback.position > 8, timeout=10000)
    playback.pause()
    heard = np.concatenate([card.heard() for card in Card.opened])
    assert np.isfinite(heard).all()
    assert heard.max() == pytest.approx(0.25, abs=0.01)


def test_what_cannot_be_shown_is_said(qtbot: QtBot, playback: Playback) -> None:
    with qtbot.waitSignal(playback.failed) as failed:
        playback.open(object(), source="x")
    assert "cannot be shown" in failed.args[0]


def test_a_frame_that_cannot_be_made_is_said_and_the_next_can_be_seen(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    def make(start: int, stop: int) -> Iterator[Any]:
        for number in range(start, stop):
            if number == 5:
                raise ValueError("frame 5 is damaged")
            yield np.full((36, 64, 3), number + 20, np.uint8)

    clip = Clip.from_arrays(make, rate=RATE, width=64, height=36, frame_count=24)
    opened(qtbot, playback, clip)
    with qtbot.waitSignal(playback.failed) as failed:
        playback.seek(5)
    assert "damaged" in failed.args[0]
    playback.seek(9)
    qtbot.waitUntil(lambda: screen.last == 9)


def test_two_takes_are_shown_at_the_same_frame(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    opened(qtbot, playback, numbered(48))
    playback.seek(7)
    playback.compare(numbered(48, size=(128, 72)))
    qtbot.waitUntil(lambda: bool(screen.shown) and screen.shown[-1].other is not None)
    other = screen.shown[-1].other
    assert other is not None
    assert other.pixelColor(3, 3).green() == 27
    playback.compare(None)
    qtbot.waitUntil(lambda: screen.shown[-1].other is None)


def test_frames_are_made_as_large_as_they_are_seen(
    qtbot: QtBot, playback: Playback, screen: Screen
) -> None:
    playback.set_view_size(500, 281)
    opened(qtbot, playback, numbered(4, size=(1920, 1080)))
    qtbot.waitUntil(lambda: bool(screen.shown))
    assert screen.shown[-1].image.size().toTuple() == (500, 281)
    playback.set_view_size(3840, 2160)
    qtbot.waitUntil(lambda: screen.shown[-1].image.width() == 1920)


def test_an_hour_is_played_in_bounded_memory(qtbot: QtBot) -> None:
    playback = Playback(stream=Card, memory=4 << 20)
    opened(qtbot, playback, numbered(24 * 3600, size=(640, 360)))
    for frame in range(0, 80000, 2000):
        playback.seek(frame)
        qtbot.waitUntil(lambda: playback.memory > 0)
    playback.play(8)
    qtbot.waitUntil(lambda: playback.position > 78000 + 100, timeout=10000)
    assert playback.memory <= 4 << 20
    playback.close()


def test_levels_follow_what_is_heard(qtbot: QtBot, playback: Playback) -> None:
    tone = np.zeros((SAMPLES, 2), np.float32)
    tone[:, 0] = 0.5
    opened(qtbot, playback, numbered(24, sound=Sound.from_array(tone, SAMPLES)))
    with qtbot.waitSignal(
        playback.levels_changed, check_params_cb=lambda levels: max(levels.peaks) > 0
    ) as told:
        playback.play()
    assert told.args[0].peaks == pytest.approx((0.5, 0.0))
    assert told.args[0].layout == "stereo"


def test_loudness_is_measured_when_asked(qtbot: QtBot, playback: Playback) -> None:
    times = np.arange(2 * SAMPLES) / SAMPLES
    tone = (np.sin(times * 2 * np.pi * 1000) * 0.1).astype(np.float32)
    import engine.audio.loudness  # noqa: F401 - takes seconds, which the sound has not

    playback.measure_loudness(on=True)
    opened(qtbot, playback, numbered(48, sound=Sound.from_array(tone, SAMPLES)))
    with qtbot.waitSignal(
        playback.loudness_changed,
        timeout=10000,
        check_params_cb=lambda reading: abs(reading.momentary + 23) < 0.3,
    ):
        playback.play()


def test_a_device_that_fails_to_open_is_replaced_by_a_silent_one(qtbot: QtBot) -> None:
    class Broken(Card):
        def start(self) -> None:
            raise OSError("no such device")

    playback = Playback(stream=Broken)
    opened(qtbot, playback, numbered(100))
    playback.play()
    qtbot.waitUntil(lambda: playback.position > 4, timeout=10000)
    assert playback.is_silent
    playback.close()


def test_a_device_that_is_pulled_out_does_not_stop_the_picture(
    qtbot: QtBot, playback: Playback
) -> None:
    opened(qtbot, playback, numbered(400))
    playback.play()
    qtbot.waitUntil(lambda: playback.position > 4, timeout=10000)
    Card.opened[-1].close()
    at = playback.position
    qtbot.waitUntil(lambda: playback.position > at + 12, timeout=10000)


def test_nothing_runs_when_nothing_plays(qtbot: QtBot, playback: Playback) -> None:
    opened(qtbot, playback, numbered(48))
    playback.play()
    qtbot.waitUntil(lambda: playback.position > 2, timeout=10000)
    playback.pause()
    names = lambda: {thread.name for thread in threading.enumerate()}  # noqa: E731
    qtbot.waitUntil(lambda: "silent sound" not in names(), timeout=10000)


def test_a_wanted_source_is_asked_for(qtbot: QtBot, playback: Playback) -> None:
    opened(qtbot, playback, numbered(48))
    playback.want("shot", 9)
    assert playback.position == 9
    with qtbot.waitSignal(playback.source_wanted) as asked:
        playback.want("film", 30)
    assert asked.args == ["film", 30]
    opened(qtbot, playback, numbered(48), "film")
    assert playback.position == 30
