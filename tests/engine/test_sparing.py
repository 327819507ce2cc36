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
from tests.engine.media.films import damage, number_of, tone, write_film

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


def pitch_of(samples: np.ndarray) -> float:
    """The strongest frequency of a stretch, in hertz."""
    mono = samples[:, 0] * np.hanning(len(samples))
    return float(np.abs(np.fft.rfft(mono)).argmax()) * 48000 / len(mono)


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


def filmed(path: Path, share: slice | None = None) -> Path:
    """Two seconds of numbered frames with a hum; with a share of its sound damaged."""
    write_film(path, count=48, size=(64, 36), sound=tone(2, hertz=TAKE_HZ))
    if share is not None:
        damage(path, share=share)
    return path


def cut_of_files(*more: Node, links: dict[str, str], count: int = 1) -> Project:
    """Shots from files in place of the grey seconds."""
    project = film(*more, links=links)
    graph = project.graph
    del graph.nodes["grey"]
    graph.nodes["bus"] = Node("bus", "mixing.bus")
    graph.links = [link for link in graph.links if link.source != "grey"]
    for number in range(count):
        file = {"file": f"{number}.mp4"}
        graph.nodes[f"shot{number}"] = Node(f"shot{number}", "media.load_clip", params=file)
        graph.links.append(Link(f"shot{number}", "out", "cut", "clips", number))
    return project


def test_a_film_file_whose_sound_breaks_is_shown_without_it(
    services: Services, tmp_path: Path
) -> None:
    filmed(tmp_path / "0.mp4", slice(40, 44))
    filmed(tmp_path / "1.mp4")
    result = made(cut_of_files(links={}, count=2), services, tmp_path)
    (warning,) = [text for text in result.warnings if "its sound cannot be read" in text]
    assert warning.startswith("Load clip: ")
    assert "0.mp4" in warning
    clip = picture(result.files)
    assert clip.frame_count == 96
    assert [number_of(frame) for frame in clip.arrays(45, 51)] == [45, 46, 47, 0, 1, 2]
    assert result.provenance.details["silent"] == ["shot0"]
    assert clip.sound is not None
    samples = clip.sound.array()
    assert pitch_of(samples[100000:180000]) == pytest.approx(TAKE_HZ, abs=2)
    assert pitch_of(samples[:90000]) == pytest.approx(1000, abs=2)


def test_what_was_made_before_the_sound_broke_is_kept(services: Services, tmp_path: Path) -> None:
    filmed(tmp_path / "0.mp4", slice(40, 44))
    project = cut_of_files(
        Node("half", "media.trim", params={"length": 36}),
        Node("voice", "media.sound_of"),
        links={"half.clip": "shot0.out", "voice.clip": "shot0.out", "bus.sounds": "voice.out"},
    )
    project.graph.links = [link for link in project.graph.links if link.target != "cut"]
    project.graph.connect("half.out", "cut.clips")
    result = made(project, services, tmp_path)
    assert result.provenance.details["silent"] == ["half", "voice"]
    assert picture(result.files).frame_count == 36
    assert heard(result.files) == {"tone"}


def test_a_film_file_whose_sound_cannot_be_decoded_is_shown_without_it(
    services: Services, tmp_path: Path
) -> None:
    filmed(tmp_path / "0.mp4", slice(None))
    result = made(cut_of_files(links={}), services, tmp_path)
    (warning,) = [text for text in result.warnings if "its sound cannot be used" in text]
    assert warning.startswith("Load clip: ")
    assert picture(result.files).frame_count == 48
    assert heard(result.files) == {"tone"}


@node("Lost reel", category="Test")
def lost_reel(clip: Clip) -> Clip:
    """A picture that takes long and fails."""
    del clip
    LOST.append("made")
    raise ValueError("the reel is lost")


LOST: list[str] = []


def test_a_picture_that_failed_is_not_made_again_to_look_for_a_sound(
    services: Services, tmp_path: Path
) -> None:
    LOST.clear()
    services.registry.add_function(lost_reel, type_id="test.lost_reel")
    filmed(tmp_path / "0.mp4")
    project = cut_of_files(Node("reel", "test.lost_reel"), links={"reel.clip": "shot0.out"})
    project.graph.links = [link for link in project.graph.links if link.target != "cut"]
    project.graph.connect("reel.out", "cut.clips")
    with pytest.raises(RenderError, match="the reel is lost"):
        made(project, services, tmp_path)
    assert LOST == ["made"]


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


def test_a_film_file_inside_a_group_is_shown_without_its_sound(
    services: Services, tmp_path: Path
) -> None:
    filmed(tmp_path / "0.mp4", slice(40, 44))
    project = cut_of_files(Node("camera", "group.camera"), links={}, count=0)
    project.graph.connect("camera.out", "cut.clips")
    shot = Node("shot", "media.load_clip", params={"file": "0.mp4"})
    project.graph.groups["camera"] = Group(
        nodes={"shot": shot}, outputs=[Port("out", "shot", "out")]
    )
    result = made(project, services, tmp_path)
    assert result.provenance.details["silent"] == ["camera/shot"]
    assert [number_of(frame) for frame in picture(result.files).arrays(5, 8)] == [5, 6, 7]
    assert heard(result.files) == {"tone"}
