"""The second pass: a doubled latent is drawn again from a middle level of noise, at full detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.diffusion.picturing import Canvas
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, denoised, doublings, only, plan_of, second_of, upsample
from engine.diffusion.values import Condition, Latent, Start
from engine.errors import UsageError
from engine.models.family import ShotPlan, VideoModel

GUIDANCE = 2.0  # at most: what a picture shows is settled by then, more only hardens its edges


@dataclass(frozen=True)
class Again:
    """How a doubled latent is drawn again: `change` of it (0 to 1) is made noise; 0 leaves it."""

    change: float = 0.7
    steps: int = 10


def steps_of(steps: int) -> int:
    """The second pass's steps, when the first has `steps`: there is less left to do."""
    return max(4, -(-steps // 3))


def doubled_once(
    model: VideoModel,
    latent: Latent,
    shot: Shot,
    sampling: Sampling,
    again: Again,
    *,
    conditions: Sequence[Condition] = (),
    run: Run,
) -> Latent:
    """A shot's base latent doubled, and drawn again where it can be; as it is if that is its size.

    Raises OutOfMemory, and UsageError for conditions that do not fit.
    """
    if not doublings(latent, shot.width):
        return latent
    latent = upsample(model, latent, on_note=run.on_note, others=run.others)
    if again.change == 0 or second_of(model) is None:
        return latent
    return drawn_again(model, latent, shot, sampling, again, conditions=conditions, run=run)


def doubled_to(model: VideoModel, latent: Latent, width: int, *, run: Run) -> Latent:
    """A latent doubled as often as a picture `width` wide needs. Raises OutOfMemory."""
    for _ in range(doublings(latent, width)):
        latent = upsample(model, latent, on_note=run.on_note, others=run.others)
    return latent


def drawn_again(
    model: VideoModel,
    latent: Latent,
    shot: Shot,
    sampling: Sampling,
    again: Again,
    *,
    conditions: Sequence[Condition] = (),
    run: Run,
) -> Latent:
    """A latent that was doubled once, by the model's second network; its sound stays.

    A shot that starts from a clip is changed no further than it asked for. Raises UsageError when
    the model has no second network, or the latent is of another size than it draws.
    """
    second = second_of(model)
    if second is None:
        raise UsageError(
            f"{latent.model} has no second network",
            where="model",
            mend="Use the starter, or leave the second pass out.",
        )
    plan = _second_plan(model, latent)
    start = only([condition.what for condition in conditions], Start)
    change = min(again.change, start.change) if start else again.change
    settings = replace(
        sampling,
        start=change,
        steps=again.steps,
        guidance=min(sampling.guidance, GUIDANCE),
        seed=sampling.seed + 1,
    )
    tensor = denoised(
        *(second, Canvas(second, plan), replace(shot, width=plan.width, height=plan.height)),
        *(settings, conditions, run),
        begun=(latent.tensor, change),
    )
    return replace(latent, tensor=tensor)


def _second_plan(model: VideoModel, latent: Latent) -> ShotPlan:
    """The plan of a picture whose latent is this one. Raises UsageError for another size."""
    plan = plan_of(model, latent)
    if plan.doublings != 1:
        raise UsageError(
            f"the latent is of {latent.width}x{latent.height}, "
            f"which is doubled {plan.doublings} times",
            where="latent",
            mend="Draw it again right after it was doubled for the first time.",
        )
    return replace(plan, rows=2 * plan.rows, columns=2 * plan.columns, doublings=0)
