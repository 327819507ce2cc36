"""Goes on with a run when a sound fails, so that no picture is lost for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import AiprodError, Cancelled, MediaError, RenderError
from engine.graph import NodeSpec
from engine.graph.events import Event, NodeFailed, OnEvent, Warning  # noqa: A004
from engine.graph.execution import Results, execute
from engine.graph.prepare import Placed, Prepared, Without, prepare
from engine.graph.provenance import Provenance
from engine.project import Project
from engine.render.ground import Device

if TYPE_CHECKING:
    from engine.render.facade import Services

PICTURES = frozenset({"Clip", "Image", "Sequence", "Timeline"})
_WITH_SOUND = "media.with_sound"  # the node that takes a clip's sound away when it is given none


@dataclass(frozen=True)
class Spared:
    """What is made: `targets` that are left, and `lost` ones, which write no file now.

    `silent` are the nodes whose sound is missing, and why.
    """

    targets: tuple[str, ...]
    without: Without = field(default_factory=Without)
    lost: tuple[str, ...] = ()
    silent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sparing:
    """Runs of a project; `whole` is its graph, prepared, `provenance` what goes into its files."""

    project: Project
    whole: Prepared
    services: Services
    device: Device
    base_dir: Path
    cancel: threading.Event
    provenance: Callable[[], Provenance] = Provenance

    def make(
        self,
        targets: Sequence[str],
        on_event: OnEvent | None,
        when_spared: Callable[[Spared], None] | None = None,
    ) -> tuple[Results, Spared]:
        """Run; when a sound fails that no picture needs, run without it, and so on.

        What was made before is in the cache, so that going on costs no more than the rest.
        `when_spared` is told before each run that lacks something. Raises what `execute` raises.
        """
        spared = Spared(tuple(targets))
        failed: dict[str, str] = {}

        def note(event: Event) -> None:
            if isinstance(event, NodeFailed):
                start = f"{event.title} ({event.node}): "
                failed[event.node] = event.message.removeprefix(start)
            if on_event is not None:
                on_event(event)

        while True:
            try:
                results = self._run(spared.targets, spared.without, note)
            except RenderError as error:
                found = self._broken(failed, spared, error.__cause__)
                left = self._spare(targets, {**spared.silent, **found}) if found else None
                if left is None:
                    raise
                spared = left
                failed.clear()
                if when_spared is not None:
                    when_spared(spared)
            else:
                return results, spared

    def tell_of(self, spared: Spared, on_event: OnEvent) -> None:
        """Say what is missing and why."""

        def tell(message: str, name: str) -> None:
            on_event(Warning(name, self.whole.nodes[name].title, message))

        for name, why in spared.silent.items():
            if _is_sound_alone(self.whole.nodes[name].spec):
                tell(f"it failed, and what is made goes on without its sound ({why})", name)
            else:
                tell(f"its sound cannot be read; what is made goes on without it ({why})", name)
        for name in spared.lost:
            if self.whole.nodes[name].spec.sink:
                tell(
                    "it writes nothing, as it needs a sound that failed; an earlier file stays",
                    name,
                )

    def _run(
        self, targets: Sequence[str], without: Without, on_event: OnEvent | None = None
    ) -> Results:
        return execute(
            self.project.graph,
            self.services.registry,
            targets,
            cache=self.services.cache,
            settings=self.project.settings,
            base_dir=self.base_dir,
            provenance=self.provenance(),
            models=lambda: self.services.models(self.device.name),
            cancel=self.cancel,
            on_event=on_event,
            numerics=self.device.numerics,
            without=without,
        )

    def _broken(
        self, failed: Mapping[str, str], spared: Spared, cause: BaseException | None
    ) -> dict[str, str]:
        """The sounds that made a run fail, and why.

        Those of the nodes that failed that make nothing but sound; when none does, the first such
        node before them whose sound cannot be read to its end; when there is none, clips whose own
        sound cannot: to hear clips takes its time, so only for what reading can raise.

        Raises Cancelled.
        """
        nodes = self.whole.nodes
        found = {
            name: why
            for name, why in failed.items()
            if name in nodes and _is_sound_alone(nodes[name].spec)
        }
        if found:
            return found
        names = self.whole.upstream(failed) - failed.keys() - spared.silent.keys()
        before = [nodes[name] for name in self.whole.order if name in names]
        for placed in before:
            if _is_sound_alone(placed.spec):
                fault = self._fault(placed.id, spared.without)
                if fault is not None:
                    return {placed.id: fault}
        if not isinstance(cause, MediaError | OSError | ValueError):
            return {}
        return self._broken_clips([placed for placed in before if _clips_of(placed.spec)], spared)

    def _broken_clips(self, clips: Sequence[Placed], spared: Spared) -> dict[str, str]:
        """The last of the clips that hand a broken sound on: what is before them is kept as it is,
        and so are the results that were made of it."""
        found: dict[str, str] = {}
        for placed in clips:
            fault = self._fault(placed.id, spared.without)
            if fault is not None:
                found[placed.id] = fault
        handed_on = {feed.source for name in found for feed in self.whole.nodes[name].feeds}
        return {name: why for name, why in found.items() if name not in handed_on}

    def _fault(self, name: str, without: Without) -> str | None:
        """Why a sound that a node makes cannot be read to its end; None when all can."""
        try:
            with self._run([name], without) as results:
                for value in results.values[name].values():
                    fault = _fault_of(value, self.cancel)
                    if fault is not None:
                        return fault
        except Cancelled:
            raise
        except AiprodError:
            pass  # it needs a sound that is left out, or what failed besides
        return None

    def _spare(self, targets: Sequence[str], silent: Mapping[str, str]) -> Spared | None:
        """The run without these sounds; None when that costs a picture.

        Nodes that need such a sound are left out, too, down to a list that has gaps, which goes on
        with its other sounds. A node that changes something else by it, such as a clip that gets a
        sound or a bed that is ducked, passes that on as it is.
        """
        off, passed = set[str](), set[str]()
        followed: set[tuple[str, str, str]] = set()
        for name in silent:
            spec = self.whole.nodes[name].spec
            if _is_sound_alone(spec):
                off.add(name)
            else:
                followed.update((name, output, _WITH_SOUND) for output in _clips_of(spec))
        while True:
            left = [name for name in targets if name not in off]
            without = Without(frozenset(off), frozenset(passed), frozenset(followed))
            prepared = prepare(
                self.project.graph,
                self.services.registry,
                base_dir=self.base_dir,
                without=without,
            )
            starved = [
                prepared.nodes[name]
                for name in prepared.upstream(left)
                if name in prepared.nodes and _lacks_an_input(prepared.nodes[name])
            ]
            if not starved:
                break
            for placed in starved:
                if _passes_on(placed) and placed.id not in targets:
                    passed.add(placed.id)
                elif PICTURES.isdisjoint(output.type for output in placed.spec.outputs):
                    off.add(placed.id)
                else:
                    return None
        if not any(_shows_something(prepared, name) for name in left):
            return None
        lost = tuple(name for name in targets if name in off)
        return Spared(tuple(left), without, lost, dict(silent))


def _fault_of(value: Any, cancel: threading.Event) -> str | None:
    from engine.media.sound import checked

    kind, at = type(value).__name__, 0
    sound = value if kind == "Sound" else value.sound if kind == "Clip" else None
    if sound is None:
        return None
    try:
        for block in sound.blocks():
            if cancel.is_set():
                raise Cancelled
            at += len(checked(block, at, sound))
    except Cancelled:
        raise
    except Exception as error:  # the value's own code may raise anything
        return str(error) or type(error).__name__
    return None


def _is_sound_alone(spec: NodeSpec) -> bool:
    """Whether a node makes sound and no picture; the words of speech may come with it."""
    kinds = {output.type for output in spec.outputs}
    return "Sound" in kinds and kinds.isdisjoint(PICTURES)


def _clips_of(spec: NodeSpec) -> list[str]:
    """The outputs of a node that are a clip, which may have a sound."""
    return [output.name for output in spec.outputs if output.type == "Clip" and not output.many]


def _lacks_an_input(placed: Placed) -> bool:
    fed = {feed.input for feed in placed.feeds}
    return any(not item.optional and item.name not in fed for item in placed.spec.inputs)


def _passes_on(placed: Placed) -> bool:
    """Whether bypassing a node gives each of its outputs something that it is still fed with."""
    kinds = {item.name: item.type for item in placed.spec.inputs}
    fed = {kinds.get(feed.input) for feed in placed.feeds}
    outputs = {output.type for output in placed.spec.outputs}
    return bool(outputs) and outputs <= fed


def _shows_something(prepared: Prepared, target: str) -> bool:
    return any(
        output.type in PICTURES
        for name in prepared.upstream([target])
        if name in prepared.nodes
        for output in prepared.nodes[name].spec.outputs
    )
