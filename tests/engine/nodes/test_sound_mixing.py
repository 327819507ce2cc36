"""The nodes of the mixing desk, called as the graph calls them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from engine.audio import DELIVERIES, Sound, measure
from engine.errors import UsageError
from engine.graph import Context, ProjectSettings, Registry
from engine.graph.events import Event, Warning  # noqa: A004
from engine.nodes import mix_master, mix_space, mixing

RATE = 16_000
HISS = Sound.from_array(np.random.default_rng(1).normal(0, 0.05, (3 * RATE, 2)), RATE)
VOICE = Sound.from_array(np.random.default_rng(2).normal(0, 0.1, 16_000), 8000)


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def ctx(tmp_path: Path, told: list[Event]) -> Context:
    settings = ProjectSettings(sample_rate=RATE)
    return Context(tmp_path / "scratch", seed=5, settings=settings, on_event=told.append)


def test_the_delivery_choices_are_those_of_the_engine() -> None:
    assert get_args(mix_master.Delivery) == tuple(DELIVERIES)


def test_every_node_has_help_and_a_category() -> None:
    registry = Registry()
    for module in (mixing, mix_space, mix_master):
        registry.add_module(module)
    for spec in registry:
        assert spec.doc
        assert spec.category == "Mix"


@pytest.mark.parametrize(
    "node",
    [
        mixing.compress,
        mixing.gate,
        mixing.de_ess,
        mixing.echo,
        mixing.reverb,
        mixing.automate,
        mixing.repair,
        mix_space.place,
        mix_space.headphones,
        mix_space.pitch,
        mix_space.length,
    ],
)
def test_a_processor_works_as_it_is_added(node: object) -> None:
    made = node(HISS)  # type: ignore[operator]
    samples = made.array(0, RATE)
    assert made.rate == RATE
    assert np.isfinite(samples).all()
    assert samples.any()


def test_a_key_of_another_rate_opens_a_gate() -> None:
    made = mixing.gate(HISS, VOICE, depth=60.0).array()
    assert np.abs(made[RATE : RATE + 1000]).max() > 0.05
    assert np.abs(made[-1000:]).max() < 0.01


def test_a_bus_and_stems_bring_sounds_of_all_kinds_to_the_project(ctx: Context) -> None:
    made = mixing.bus([HISS, VOICE], (-6.0,), (0.0, -0.5), ctx=ctx)
    assert (made.rate, made.layout, made.sample_count) == (RATE, "stereo", 3 * RATE)
    stems = mix_space.stems([VOICE], None, [HISS], channels="5.1", ctx=ctx)
    assert {(s.rate, s.layout, s.sample_count) for s in stems} == {(RATE, "5.1", 3 * RATE)}
    assert not stems.music.array().any()


def test_a_stereo_response_makes_a_room_for_a_voice() -> None:
    response = Sound.from_array(np.random.default_rng(0).normal(0, 0.1, (800, 2)), RATE)
    assert mixing.convolution(VOICE, response).layout == "stereo"


def test_a_measurement_and_a_delivery_agree(ctx: Context, told: list[Event]) -> None:
    made = mix_master.deliver(HISS, preset="broadcast -23 (EBU)", ctx=ctx)
    found = mix_master.measure(made, ctx=ctx)
    assert found.integrated == pytest.approx(-23.0, abs=0.1)
    assert found.integrated == pytest.approx(measure(made).integrated)
    assert "LUFS" in found.text
    assert not told
    mix_master.deliver(Sound.silent(RATE, RATE), ctx=ctx)
    assert any(isinstance(event, Warning) and "too soft" in event.message for event in told)
    assert mix_master.measure(Sound.silent(RATE, RATE), ctx=ctx).integrated == -200.0


def test_beats_are_told_one_a_line_and_none_is_said(ctx: Context, told: list[Event]) -> None:
    wave = np.zeros(6 * RATE)
    wave[:: RATE // 2] = 0.9
    found = mix_master.beats(Sound.from_array(wave, RATE), ctx=ctx)
    assert found.tempo == pytest.approx(120.0, rel=0.01)
    assert len(found.beats.splitlines()) >= 10
    assert mix_master.beats(Sound.silent(RATE, RATE), ctx=ctx).tempo == 0.0
    assert any("no steady beat" in event.message for event in told if isinstance(event, Warning))


def test_32_channels_are_refused() -> None:
    with pytest.raises(UsageError, match="32 channels"):
        Sound.from_array(np.zeros((10, 32)), RATE)
