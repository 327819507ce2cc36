"""A film is not lost for a sound that failed: it is made without it, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from engine.errors import RenderError
from engine.graph import Cache, Graph, Group, Link, Node, Port, node
from engine.jobs import Delivered, JobStore
from engine.media import Clip, Sound, open_clip, solid_clip
from engine.nodes import builtin_registry
from engine.project import Project, ProjectSettings
from engine.render import RenderResult, Services, render

RATE = Fraction(24)
TAKE_HZ = 400


class Take:
    """What the test's sound is at the moment."""

    fault: ClassVar[str] = ""


@node("Take", category="Test")
def take(number: int = 0) -> Sound:
    """Two seconds of a tone, unless it fails."""
    del number
    if Take.fault == "raises":
        raise RuntimeError("the take is lost")
    samples = np.sin(np.arange(96000) * TAKE_HZ / 48000 * 2 * np.pi).astype(np.float32) * 0.3
    if Take.fault == "no number":
        samples[48000] = np.nan
    return Sound.from_array(samples, 48000)


@node("Broken tape", category="Test", cache=False)
def broken_tape() -> Sound:
    """Breaks while it is read."""

    def read(start: int, stop: int) -> Iterator[np.ndarray]:
        raise OSError(5, "Input/output error")
        yield np.zeros((stop - start, 1), np.float32)

    return Sound(48000, "mono", 96000, read, "tape")


@node("Draw sound", category="Test")
def draw(sound: Sound) -> Clip:
    """A picture that a sound makes."""
    level = int(255 * np.abs(sound.array()).max())
    return solid_clip((level, 0, 0, 255), 64, 36, seconds=Fraction(2), rate=RATE)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    registry = builtin_registry().copy()
    for function in (take, broken_tape, draw):
        registry.add_function(function, type_id=f"test.{function.__name__}")
    Take.fault = ""
    cache, store = Cache(tmp_path / "cache"), JobStore(tmp_path / "jobs.sqlite")
    yield Services(store, cache, registry)
    cache.close()
    store.close()


def film(*more: Node, links: dict[str, str]) -> Project:
    """Two grey seconds with a tone, and more."""
    nodes = [
        Node("grey", "media.solid", params={"color": "#808080", "seconds": 2.0}),
        Node("cut", "editorial.sequence"),
        Node("tone", "sound.tone", params={"seconds": 2.0, "level": -12.0}),
        Node("bus", "mixing.bus", params={"gains": [0.0, -6.0]}),
        Node("film", "editorial.timeline"),
        Node("save", "deliver.film", params={"file": "film.mp4"}),
        *more,
    ]
    joints = {
        "cut.clips": "grey.out",
        "film.sequences": "cut.out",
        "film.sounds": "bus.out",
        "save.timeline": "film.out",
        **links,
    }
    graph = Graph({item.id: item for item in nodes})
    for target, source in joints.items():
        graph.connect(source, target)
    graph.links.append(Link("tone", "out", "bus", "sounds", 1))
    return Project(graph, ProjectSettings(name="spared", width=64, height=36, rate=RATE))


def made(project: Project, services: Services, tmp_path: Path) -> RenderResult:
    return render(project, output=tmp_path / "out", base_dir=tmp_path, services=services)


def picture(files: tuple[Path, ...]) -> Clip:
    return open_clip(next(path for path in files if path.name == "film.mp4"))


def heard(files: tuple[Path, ...]) -> set[str]:
    """Which of the two sounds are in the film, told by their pitch."""
    sound = picture(files).sound
    assert sound is not None
    spectrum = np.abs(np.fft.rfft(sound.array()[:, 0]))
    places = {"take": TAKE_HZ, "tone": 1000}
    loud = {
        name: spectrum[int(hz * sound.sample_count / sound.rate) + np.arange(-4, 5)].max()
        for name, hz in places.items()
    }
    return {name for name, strength in loud.items() if strength > 0.1 * max(loud.values())}


@pytest.fixture
def taken() -> Project:
    return film(Node("take", "test.take"), links={"bus.sounds": "take.out"})


@pytest.mark.parametrize("fault", ["raises", "no number"])
def test_a_sound_that_fails_is_left_out_and_named(
    fault: str, taken: Project, services: Services, tmp_path: Path
) -> None:
    whole = made(taken, services, tmp_path)
    assert whole.warnings == ()
    assert heard(whole.files) == {"take", "tone"}
    services.cache.clear()
    Take.fault = fault
    result = made(taken, services, tmp_path)
    told = {"raises": "RuntimeError: the take is lost", "no number": "1.000 s is no number"}
    (warning,) = [text for text in result.warnings if text.startswith("Take: it failed")]
    assert told[fault] in warning
    clip = picture(result.files)
    assert clip.frame_count == 48
    assert abs(next(clip.arrays(10, 11)).mean() - 128) < 3
    assert heard(result.files) == {"tone"}
    assert result.provenance.details["silent"] == ["take"]
    assert result.provenance.job != whole.provenance.job
    state = services.store.get(result.job).state
    assert isinstance(state, Delivered)
    assert warning in state.warnings


def test_when_the_sound_is_there_again_the_film_has_it(
    taken: Project, services: Services, tmp_path: Path
) -> None:
    Take.fault = "raises"
    assert heard(made(taken, services, tmp_path).files) == {"tone"}
    Take.fault = ""
    again = made(taken, services, tmp_path)
    assert again.warnings == ()
    assert heard(again.files) == {"take", "tone"}
    assert "silent" not in again.provenance.details


def test_a_tape_that_breaks_while_it_is_read_is_found(services: Services, tmp_path: Path) -> None:
    project = film(Node("take", "test.broken_tape"), links={"bus.sounds": "take.out"})
    result = made(project, services, tmp_path)
    assert any("Input/output error" in text for text in result.warnings)
    assert heard(result.files) == {"tone"}


def test_a_clip_goes_on_without_the_sound_that_was_put_to_it_and_a_stem_stays_as_it_was(
    services: Services, tmp_path: Path
) -> None:
    project = film(
        Node("take", "test.take"),
        Node("louder", "sound.gain"),
        Node("dubbed", "media.with_sound"),
        Node("stem", "deliver.sound", params={"file": "stem.wav"}),
        Node("clip", "deliver.clip", params={"file": "clip.mp4"}),
        links={
            "louder.sound": "take.out",
            "dubbed.clip": "grey.out",
            "dubbed.sound": "louder.out",
            "clip.clip": "dubbed.out",
            "stem.sound": "louder.out",
        },
    )
    made(project, services, tmp_path)
    before = (tmp_path / "out" / "stem.wav").read_bytes()
    services.cache.clear()
    Take.fault = "raises"
    result = made(project, services, tmp_path)
    assert {path.name for path in result.files} >= {"film.mp4", "clip.mp4"}
    assert "stem.wav" not in {path.name for path in result.files}
    assert (tmp_path / "out" / "stem.wav").read_bytes() == before
    assert any("it writes nothing" in text for text in result.warnings)
    assert open_clip(tmp_path / "out" / "clip.mp4").sound is None


@pytest.mark.parametrize("kind", ["mixing.bus", "sound.mix"])
def test_a_mix_of_nothing_else_is_silent(kind: str, services: Services, tmp_path: Path) -> None:
    more = [Node("take", "test.take"), Node("alone", kind)]
    links = {"alone.sounds": "take.out", "bus.sounds": "alone.out"}
    Take.fault = "raises"
    assert heard(made(film(*more, links=links), services, tmp_path).files) == {"tone"}


def test_music_that_was_to_be_ducked_stays(services: Services, tmp_path: Path) -> None:
    more = [
        Node("take", "test.take"),
        Node("music", "sound.tone", params={"seconds": 2.0}),
        Node("duck", "sound.duck"),
    ]
    links = {"duck.bed": "music.out", "duck.voice": "take.out", "bus.sounds": "duck.out"}
    project = film(*more, links=links)
    project.graph.links = [link for link in project.graph.links if link.source != "tone"]
    project.graph.nodes["bus"] = Node("bus", "mixing.bus")
    Take.fault = "raises"
    assert heard(made(project, services, tmp_path).files) == {"tone"}


def test_a_picture_is_not_given_up_for_a_sound(services: Services, tmp_path: Path) -> None:
    project = film(
        Node("take", "test.take"), Node("seen", "test.draw"), links={"seen.sound": "take.out"}
    )
    project.graph.links.append(Link("seen", "out", "cut", "clips", 1))
    Take.fault = "raises"
    with pytest.raises(RenderError, match="the take is lost"):
        made(project, services, tmp_path)


def test_what_is_sound_alone_fails(services: Services, tmp_path: Path) -> None:
    nodes = [
        Node("take", "test.take"),
        Node("save", "deliver.sound", params={"file": "take.wav"}),
    ]
    graph = Graph({item.id: item for item in nodes}, [Link("take", "out", "save", "sound")])
    for fault, told in (("raises", "the take is lost"), ("no number", "is no number")):
        Take.fault = fault
        services.cache.clear()
        with pytest.raises(RenderError, match=told):
            made(Project(graph), services, tmp_path)


def test_a_failure_of_the_picture_is_told_as_before(
    taken: Project, services: Services, tmp_path: Path
) -> None:
    nodes = taken.graph.nodes
    nodes["grey"] = Node("grey", "media.load_clip", params={"file": "film.mov"})
    (tmp_path / "film.mov").write_bytes(b"no film")
    with pytest.raises(RenderError, match=r"film\.mov"):
        made(taken, services, tmp_path)


def test_a_sound_inside_a_group_is_left_out_too(services: Services, tmp_path: Path) -> None:
    project = film(Node("voice", "group.voice"), links={"bus.sounds": "voice.out"})
    project.graph.groups["voice"] = Group(
        nodes={"take": Node("take", "test.take"), "louder": Node("louder", "sound.gain")},
        links=[Link("take", "out", "louder", "sound")],
        outputs=[Port("out", "louder", "out")],
    )
    Take.fault = "raises"
    result = made(project, services, tmp_path)
    assert result.provenance.details["silent"] == ["voice/take"]
    assert heard(result.files) == {"tone"}
