"""Filmstrips, waveforms and lengths of what nodes make, read in the background, kept on disk."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from app.background import Background
from app.bridge import Bridge, View
from app.document import Document
from app.strip_pictures import MediaFacts, facts_of, frame_image, sound_peaks, wave_tile
from app.strip_store import folder_of, read_facts, read_peaks, sweep, write_facts, write_peaks
from app.worker import device_note
from engine.errors import AiprodError
from engine.project import Project
from engine.render.viewing import glance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KEPT = 96 * 2**20  # bytes of pictures and peaks in memory
_ASK_MS = 30  # requests of one repaint are answered together
_PATIENCE = 5.0  # seconds that closing waits for what is being read
_AT_ONCE = 24  # pictures that one background task makes


@dataclass
class _Wants:
    """What one node's result is asked for: frames of its own rate, its waveform."""

    frames: set[int] = field(default_factory=set)
    wave: bool = False


class _Made(QObject):
    told = Signal(str, str, object)  # by the background


class Strips(QObject):
    """Pictures for the timeline, by node: they are those of the node's result as it is now.

    Nodes are those of one level: of the graph, or of the inside of a group, see `use_level`.

    `arrived` tells a node with more pictures; `measured` one whose `facts` are others. Frames are
    counted at `rate`, that of the timeline. All reading happens on a thread of low priority; what
    was read comes back from disk, also after its result has left the cache.
    """

    arrived = Signal(str)
    measured = Signal(str)

    def __init__(self, document: Document, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rate = Fraction(24)
        self._prefix = ""
        self._document = document
        self._bridge = bridge
        self._keys: dict[str, str] = {}
        self._cached: dict[str, bool] = {}
        self._facts: dict[str, MediaFacts] = {}
        self._live: dict[str, tuple[str, Any]] = {}
        self._images: OrderedDict[tuple[str, int], QImage | None] = OrderedDict()
        self._peaks: OrderedDict[str, NDArray[np.uint8]] = OrderedDict()
        self._bytes = 0
        self._wanted: dict[str, _Wants] = {}
        self._failed: set[tuple[str, int]] = set()
        self._interest: frozenset[str] = frozenset()
        self._working = False
        self._cancel = threading.Event()
        self._background = Background("strips")
        self._made = _Made()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._timer.timeout.connect(self._work)
        self._made.told.connect(self._take, Qt.ConnectionType.QueuedConnection)
        bridge.peeked.connect(self._compare)
        bridge.view_ready.connect(self._look)
        document.replaced.connect(lambda: self.use_level(""))
        document.replaced.connect(self._forget)
        self._background.start(sweep)

    # --- what is asked ---------------------------------------------------------------------

    def use_level(self, prefix: str) -> None:
        """Speak of the nodes below `prefix`: "group/" for those inside the node `group`."""
        if prefix != self._prefix:
            self._forget()
            self._prefix = prefix

    def watch(self, nodes: Iterable[str]) -> None:
        """Know the facts of these nodes' results."""
        self._interest = frozenset(nodes)
        for node in self._interest:
            self._want_facts(node)
        missing = [node for node in self._interest if node not in self._keys]
        if missing:
            flat = [self._prefix + node for node in missing]
            self._bridge.peek(self._document.project, self._document.base_dir, flat)

    def facts(self, node: str) -> MediaFacts | None:
        """What a node's result is; None when nobody knows yet."""
        return self._facts.get(self._keys.get(node, ""))

    def key(self, node: str) -> str:
        """The key of a node's result as it is now; empty when it is not known."""
        return self._keys.get(node, "")

    def is_cached(self, node: str) -> bool:
        """Whether a node's result is there."""
        return self._cached.get(node, False)

    def thumb(self, media: str, frame: int, height: int) -> QImage | None:
        """A frame of a node's result, counted at `rate`; asked for when it is not there."""
        del height
        key = self._keys.get(media, "")
        facts = self._facts.get(key)
        if facts is None or not facts.frames:
            return None
        own = int(frame / self.rate * Fraction(facts.rate))
        place = (key, max(0, min(facts.frames - 1, own)))
        image = self._images.get(place)
        if image is not None:
            self._images.move_to_end(place)
        elif place not in self._failed:
            self._wanted.setdefault(media, _Wants()).frames.add(place[1])
            self._start()
        return image

    def wave(self, media: str, level: int, tile: int) -> QImage | None:
        """A tile of a waveform of 2**level pixels a frame; asked for when it is not there."""
        key = self._keys.get(media, "")
        facts = self._facts.get(key)
        if facts is None or not facts.has_sound:
            return None
        peaks = self._peaks.get(key)
        if peaks is None:
            if (key, -1) not in self._failed:
                self._wanted.setdefault(media, _Wants()).wave = True
                self._start()
            return None
        self._peaks.move_to_end(key)
        return wave_tile(peaks, float(self.rate), level, tile)

    def poster(self, key: str) -> QImage | None:
        """A picture of the result of that key, when one was ever made."""
        for (known, _), image in reversed(self._images.items()):
            if known == key and image is not None:
                return image
        folder = folder_of(key)
        found = next(iter(sorted(folder.glob("*.jpg"))), None) if folder.is_dir() else None
        image = QImage(str(found)) if found is not None else QImage()
        return None if image.isNull() else image

    def stop(self) -> None:
        """Read nothing more until it is asked again; returns when the background is quiet."""
        self._cancel.set()
        self._timer.stop()
        self._wanted.clear()
        self._background.wait(_PATIENCE)
        self._working = False

    # --- what is told ----------------------------------------------------------------------

    def _compare(self, found: Mapping[str, tuple[str, bool]]) -> None:
        for flat, (key, cached) in found.items():
            node = flat.removeprefix(self._prefix)
            if not flat.startswith(self._prefix) or "/" in node:
                continue
            if self._live.get(node, ("", None))[0] == key and not cached:
                cached = True
            self._cached[node] = cached
            if self._keys.get(node) == key:
                if cached and node in self._interest and key not in self._facts:
                    self._want_facts(node)
                continue
            self._keys[node] = key
            if node in self._interest:
                self._want_facts(node)
                self.measured.emit(node)
                self.arrived.emit(node)

    def _look(self, made: View) -> None:
        """A look was made: what it showed, small or not, has the pictures of the result."""
        node = made.node.removeprefix(self._prefix)
        ours = made.node.startswith(self._prefix) and node in self._interest
        if ours and made.output == "out" and not made.silent:
            key = made.full_key or made.key
            self._live[node] = (key, made.value)
            self._keys[node], self._cached[node] = key, True
            self._want_facts(node)
            self.arrived.emit(node)

    def _want_facts(self, node: str) -> None:
        key = self._keys.get(node)
        if key and key not in self._facts:
            self._wanted.setdefault(node, _Wants())
            self._start()

    def _forget(self) -> None:
        self._cancel.set()
        self._cancel = threading.Event()
        for table in (self._keys, self._cached, self._live, self._wanted):
            table.clear()
        self._interest = frozenset()

    def _start(self) -> None:
        if not self._working and not self._timer.isActive():
            self._timer.start()

    def _work(self) -> None:
        if self._working or not self._wanted:
            return
        wanted: dict[str, _Wants] = {}
        room = _AT_ONCE
        for node in list(self._wanted):
            wants = self._wanted.pop(node)
            frames = sorted(wants.frames)
            wanted[node] = _Wants(set(frames[:room]), wants.wave)
            if len(frames) > room:
                self._wanted[node] = _Wants(set(frames[room:]))
            room -= len(frames)
            if room <= 0:
                break
        self._working = True
        if self._cancel.is_set():
            self._cancel = threading.Event()
        job = _Reading(
            self._document.project,
            self._document.base_dir,
            self._prefix,
            {node: self._keys.get(node, "") for node in wanted},
            wanted,
            {node: item for node, item in self._live.items() if node in wanted},
            self._cancel,
        )
        self._background.start(partial(self.read, job))

    def _take(self, node: str, key: str, made: object) -> None:
        if not node:  # the end of a task
            self._working = False
            if self._wanted:
                self._work()
            return
        match made:
            case MediaFacts():
                self._facts[key] = made
                self.measured.emit(node)
                self.arrived.emit(node)
            case (int() as frame, QImage() as image):
                self._keep_image(key, frame, image)
                self.arrived.emit(node)
            case (int() as frame, None):
                self._failed.add((key, frame))
            case _:
                self._keep_peaks(key, made)
                self.arrived.emit(node)

    def _keep_image(self, key: str, frame: int, image: QImage) -> None:
        self._images[key, frame] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > _KEPT and self._images:
            old = self._images.popitem(last=False)[1]
            self._bytes -= old.sizeInBytes() if old is not None else 0

    def _keep_peaks(self, key: str, made: Any) -> None:
        self._peaks[key] = made
        while sum(item.nbytes for item in self._peaks.values()) > _KEPT and len(self._peaks) > 1:
            self._peaks.popitem(last=False)

    def read(self, job: _Reading) -> None:
        """Make what a job asks for; runs in the background."""
        try:
            self._read(job)
        finally:
            self._made.told.emit("", "", None)

    def _read(self, job: _Reading) -> None:
        left = dict(job.wants)
        for node in list(left):
            key = job.keys[node]
            if not key or self._from_disk(node, key, left[node]):
                del left[node]

        def show(flat: str, key: str, value: object) -> None:
            node = flat.removeprefix(job.prefix)
            wants = left.pop(node, None)
            if wants is not None and not job.cancel.is_set():
                self._from_value(node, key, value, wants, job.cancel)

        for node, (key, value) in job.live.items():
            if node in left and key == job.keys[node]:
                show(job.prefix + node, key, value)
        if left:
            with contextlib.suppress(AiprodError):
                glance(
                    job.project,
                    [job.prefix + node for node in left],
                    show,
                    services=self._bridge.services(),
                    base_dir=job.base_dir,
                    device=device_note.recall(),
                    cancel=job.cancel,
                )

    def _from_disk(self, node: str, key: str, wants: _Wants) -> bool:
        """Give what is on disk, and take it off the wants; True when nothing is left."""
        folder = folder_of(key)
        facts = read_facts(folder)
        if facts is None:
            return False
        if key not in self._facts:
            self._made.told.emit(node, key, facts)
        for frame in sorted(wants.frames):
            image = QImage(str(folder / f"{frame}.jpg"))
            if not image.isNull():
                self._made.told.emit(node, key, (frame, image))
                wants.frames.discard(frame)
        if wants.wave:
            peaks = read_peaks(folder)
            if peaks is not None:
                self._made.told.emit(node, key, peaks)
                wants.wave = False
        return not wants.frames and not wants.wave

    def _from_value(
        self, node: str, key: str, value: Any, wants: _Wants, cancel: threading.Event
    ) -> None:
        folder = folder_of(key)
        facts = facts_of(value)
        if facts is None:
            return
        write_facts(folder, facts)
        self._made.told.emit(node, key, facts)
        for frame in sorted(wants.frames):
            if cancel.is_set():
                return
            image = frame_image(value, frame)
            self._made.told.emit(node, key, (frame, image))
            if image is not None:
                image.save(str(folder / f"{frame}.jpg"), "JPG", 82)  # type: ignore[call-overload]
        if wants.wave:
            peaks = sound_peaks(value, cancel)
            if not cancel.is_set():
                self._made.told.emit(node, key, (-1, None) if peaks is None else peaks)
            if peaks is not None:
                write_peaks(folder, peaks)


@dataclass(frozen=True)
class _Reading:
    """What one task in the background reads."""

    project: Project
    base_dir: Path
    prefix: str
    keys: Mapping[str, str]
    wants: Mapping[str, _Wants]
    live: Mapping[str, tuple[str, Any]]
    cancel: threading.Event
