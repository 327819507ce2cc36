"""Sound nodes, called as the graph calls them and run in a graph."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from engine.audio import SCENES, FadeShape, NoiseColour, Waveform, measure
from engine.errors import UsageError
from engine.graph import (
    Cache,
    Context,
    Graph,
    Link,
    Node,
    ProjectSettings,
    Registry,
    execute,
    validate,
)
from engine.graph.events import Event, Warning  # noqa: A004
from engine.media import Sound
from engine.models.speech import fingerprint, fingerprints, speak, voices
from engine.models.speech.store import load_script, save_script
from engine.nodes import sound as nodes
from engine.nodes import words


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def ctx(tmp_path: Path, told: list[Event]) -> Context:
    settings = ProjectSettings(sample_rate=44100)
    return Context(tmp_path / "scratch", seed=5, settings=settings, on_event=told.append)


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.add_module(nodes)
    return made


def test_the_choices_of_the_nodes_are_those_of_the_engine() -> None:
    assert get_args(nodes.Scene) == SCENES
    assert get_args(nodes.Waveform) == get_args(Waveform)
    assert get_args(nodes.NoiseColour) == get_args(NoiseColour)
    assert get_args(nodes.FadeShape) == get_args(FadeShape)
    assert set(get_args(nodes.VoiceName)) == {
        voice.name
        for voice in voices().values()
        if voice.family != "piper" and voice.language[:2] in ("en", "fr")
    }


def test_made_sounds_have_the_rate_of_the_project(ctx: Context) -> None:
    made = [
        nodes.ambience("sea", 0.5, ctx=ctx),
        nodes.noise("pink", 0.5, ctx=ctx),
        nodes.tone(440.0, 0.5, ctx=ctx),
        nodes.silence(0.5, ctx=ctx),
    ]
    assert {(sound.rate, sound.layout, sound.sample_count) for sound in made} == {
        (44100, "stereo", 22050)
    }


def test_a_locked_seed_outlives_the_seed_of_the_project(ctx: Context, tmp_path: Path) -> None:
    other = Context(tmp_path / "other", seed=6, settings=ctx.settings)
    locked = [nodes.noise("white", 0.1, seed=3, ctx=c).array() for c in (ctx, other)]
    free = [nodes.noise("white", 0.1, ctx=c).array() for c in (ctx, other)]
    assert np.array_equal(*locked)
    assert not np.array_equal(*free)


def test_speech_knows_when_its_words_are_heard(ctx: Context) -> None:
    told = nodes.speech("Anna: The sea is calm.", cast="Anna = heart", fit=1.5, ctx=ctx)
    assert told.out.sample_count == 36000
    heard = words.time_script(told.out, told.script, ctx=ctx)
    assert [word.text for word in heard.words] == ["The", "sea", "is", "calm."]
    assert 0 <= heard.words[0].start < heard.words[-1].stop <= 1.5


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"text": "<speak><blink/></speak>"}, "text"),
        ({"text": ""}, "text"),
        ({"text": "a" * 1_000_000}, "text"),
        ({"text": "Hello.", "other": "nobody"}, "other"),
        ({"text": "Hello.", "cast": "Anna = nobody"}, "cast"),
        ({"text": "Hello.", "pronunciations": "SQL = /3/"}, "pronunciations"),
    ],
)
def test_wrong_speech_is_told_before_a_render(
    registry: Registry, params: dict[str, str], field: str
) -> None:
    problems = validate(Graph({"line": Node("line", "sound.speech", params=params)}), registry)
    assert [(problem.node, problem.field) for problem in problems] == [("line", field)]


def test_the_script_of_speech_is_kept_with_its_sound(registry: Registry, tmp_path: Path) -> None:
    script = speak("It costs $5.").script
    save_script(script, tmp_path)
    assert load_script(tmp_path) == script


def test_the_key_of_speech_holds_every_voice_that_it_may_use() -> None:
    plain = fingerprints("heart", ["Hello."], anything=False)
    cast = fingerprints("heart", ["Anna: Hello.", "Anna = emma"], anything=False)
    assert len(plain) == 1
    assert cast[:1] == plain
    assert cast[1:] == [fingerprint("emma")]
    assert plain[0] in fingerprints("heart", [], anything=True)


def test_speech_tells_what_it_cannot_say(ctx: Context, told: list[Event]) -> None:
    spoken = nodes.speech("The sea, 海.", ctx=ctx).out
    assert (spoken.rate, spoken.layout) == (24000, "mono")
    assert [event.message for event in told if isinstance(event, Warning)] == [
        "these letters are not spoken: 海"
    ]


def test_a_mix_brings_its_sounds_to_one_rate_and_layout(ctx: Context) -> None:
    voice = Sound.from_array(np.full(24000, 0.1), 24000)
    bed = Sound.from_array(np.full((48000 * 2, 2), 0.2), 48000)
    mixed = nodes.mix([voice, bed], (0.0, -6.0206), (0.5,), ctx=ctx)
    assert (mixed.rate, mixed.layout, mixed.sample_count) == (44100, "stereo", 88200)
    assert mixed.array()[44100] == pytest.approx([0.2, 0.2], abs=1e-3)
    assert mixed.array()[10000] == pytest.approx([0.1, 0.1], abs=1e-3)


def test_a_mix_refuses_more_gains_than_sounds(ctx: Context) -> None:
    with pytest.raises(UsageError, match="2 gains for 1 sounds"):
        nodes.mix([nodes.silence(ctx=ctx)], (0.0, 0.0), ctx=ctx)


def test_a_bed_ducks_under_a_voice_of_another_rate() -> None:
    bed = Sound.from_array(np.full((96000, 2), 0.5), 48000)
    voice = Sound.from_array(0.3 * np.sin(np.arange(48000) / 9), 24000)
    ducked = nodes.duck(bed, voice, depth=12.0).array()
    assert 20 * np.log10(ducked[48000, 0] / 0.5) == pytest.approx(-12.0, abs=0.2)


def test_normalising_silence_warns(ctx: Context, told: list[Event]) -> None:
    nodes.normalise(Sound.silent(44100, 44100), ctx=ctx)
    assert any(isinstance(event, Warning) and "too soft" in event.message for event in told)


def test_a_narrated_track_runs_in_a_graph_and_meets_its_loudness(
    tmp_path: Path, registry: Registry
) -> None:
    graph = Graph(
        nodes={
            node.id: node
            for node in (
                Node("sea", "sound.ambience", params={"scene": "sea", "seconds": 5.0}),
                Node("line", "sound.speech", params={"text": "Waves roll onto the shore."}),
                Node("late", "sound.place", params={"at": 1.0, "length": 5.0}),
                Node("bed", "sound.duck"),
                Node("mix", "sound.mix"),
                Node("soft", "sound.fade", params={"fade_in": 0.5, "fade_out": 1.0}),
                Node("end", "sound.normalise"),
            )
        },
        links=[
            Link("line", "out", "late", "sound"),
            Link("sea", "out", "bed", "bed"),
            Link("late", "out", "bed", "voice"),
            Link("bed", "out", "mix", "sounds", 0),
            Link("late", "out", "mix", "sounds", 1),
            Link("mix", "out", "soft", "sound"),
            Link("soft", "out", "end", "sound"),
        ],
    )
    settings = ProjectSettings()
    tracks = []
    for name in ("one", "two"):
        cache = Cache(tmp_path / name)
        with execute(graph, registry, ["end"], cache=cache, settings=settings) as results:
            tracks.append(Sound.from_array(results["end"].array(), 48000))
    assert np.array_equal(tracks[0].array(), tracks[1].array())
    found = measure(tracks[0])
    assert found.integrated == pytest.approx(-16.0, abs=0.1)
    assert found.true_peak <= -1.0


def test_every_sound_node_has_help_and_a_title(registry: Registry) -> None:
    for spec in registry:
        assert spec.doc
        assert spec.category == "Sound"
        assert spec.outputs[0].type == "Sound"
