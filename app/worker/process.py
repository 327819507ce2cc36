"""The workshop in a process of its own, as the window sees it: it starts when it is needed."""

from __future__ import annotations

import collections
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import BinaryIO, TypeAlias

from app.worker.messages import Logged, Look, LookFailed, LookMade, Message, WorkerEnded
from app.worker.protocol import Facts, decode, encode_look, read_frame, write_frame
from engine.render import Verdict

Tell: TypeAlias = Callable[[Message], None]

_LAST_WORDS = 40  # lines of stderr that are kept for the report of a crash
_INFO = 20


class WorkerProcess:
    """Starts `python -m app.worker` and speaks with it; `tell` is called from its threads.

    When the process ends by itself, its looks fail, and WorkerEnded is told; the next request
    starts another.
    """

    def __init__(
        self,
        tell: Tell,
        *,
        disabled: Callable[[], list[str]],
        budget: Callable[[], int | None],
    ) -> None:
        self._tell = tell
        self._disabled = disabled
        self._budget = budget
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._wishes: SimpleQueue[Callable[[], Facts] | None] = SimpleQueue()
        self._looks: dict[int, Look] = {}
        self._threads: list[threading.Thread] = []
        self._closing = False

    @property
    def pid(self) -> int | None:
        """The number of the process; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def is_looking(self) -> bool:
        """Whether a look is asked for and not answered."""
        return bool(self._looks)

    def start(self) -> None:
        """Start the process if there is none, so that the first request finds it ready."""
        with self._lock:
            if self._process is None and not self._closing:
                self._start()

    def run_queue(self) -> None:
        """See `Workshop`."""
        self._ask(lambda: {"do": "run_queue"})

    def look(self, look: Look) -> None:
        """See `Workshop`; the answer has no value, which is to be read from the cache."""
        with self._lock:  # answers to others arrive on another thread meanwhile
            kept = {old.ticket: old for old in self._looks.values() if old.node != look.node}
            self._looks = {**kept, look.ticket: look}
        self._ask(lambda: encode_look(look))

    def cancel_look(self, ticket: int) -> None:
        """See `Workshop`."""
        with self._lock:
            look = self._looks.pop(ticket, None)
        if look is not None:
            self._ask(lambda: {"do": "cancel_look", "ticket": ticket})

    def cancel_job(self, job: int) -> None:
        """See `Workshop`."""
        self._ask(lambda: {"do": "cancel_job", "job": job})

    def decide(self, job: int, verdict: Verdict) -> None:
        """See `Workshop`."""
        facts = {"do": "decide", "job": job, "approved": verdict.approved, "note": verdict.note}
        self._ask(lambda: facts)

    def reload(self) -> None:
        """Read the node types and the settings anew, if the process runs at all."""
        if self.pid is not None:
            self._ask(self._ways)

    def close(self, seconds: float) -> bool:
        """Let it stop its work and end; killed when it has not after `seconds`."""
        with self._lock:
            self._closing = True
            process = self._process
        if process is None:
            return True
        self._wishes.put(None)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for thread in self._threads:
            thread.join(1.0)
        return not any(thread.is_alive() for thread in self._threads)

    def _ask(self, wish: Callable[[], Facts]) -> None:
        """Send a wish; it is put in words on another thread, since large projects take time."""
        with self._lock:
            if self._closing:
                return
            if self._process is None:
                self._start()
            self._wishes.put(wish)

    def _start(self) -> None:
        self._wishes = SimpleQueue()
        self._wishes.put(self._ways)
        process = subprocess.Popen(
            [sys.executable, "-m", "app.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        words: collections.deque[str] = collections.deque(maxlen=_LAST_WORDS)
        listener = self._thread(self._listen_to_words, process.stderr, words)
        self._thread(self._write, process.stdin, self._wishes)
        self._thread(self._read, process, process.stdout, words, listener)

    def _ways(self) -> Facts:
        return {"do": "set", "disabled": self._disabled(), "budget": self._budget()}

    def _thread(self, work: Callable[..., None], *given: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=given, name="aiprod-worker-pipe", daemon=True)
        self._threads = [known for known in self._threads if known.is_alive()]
        self._threads.append(thread)
        thread.start()
        return thread

    def _write(self, stream: BinaryIO, wishes: SimpleQueue[Callable[[], Facts] | None]) -> None:
        with contextlib.suppress(OSError, ValueError), stream:
            while (wish := wishes.get()) is not None:
                write_frame(stream, wish())

    def _listen_to_words(self, stream: BinaryIO, words: collections.deque[str]) -> None:
        with stream:
            for line in stream:
                text = line.decode(errors="replace").rstrip()
                words.append(text)
                self._tell(Logged(_INFO, "worker", text))

    def _read(
        self,
        process: subprocess.Popen[bytes],
        stream: BinaryIO,
        words: collections.deque[str],
        listener: threading.Thread,
    ) -> None:
        with stream:
            while (frame := read_frame(stream)) is not None:
                self._take(decode(*frame))
        status = process.wait()
        listener.join(1.0)
        with self._lock:
            if self._process is process:
                self._process = None
            closing = self._closing
            self._wishes.put(None)
            lost, self._looks = self._looks, {}
        if closing:
            return
        cause = _cause(status)
        for look in lost.values():
            self._tell(LookFailed(look.ticket, look.node, f"the render process ended: {cause}"))
        self._tell(WorkerEnded(cause, "\n".join(words)))

    def _take(self, message: Message) -> None:
        if isinstance(message, LookMade | LookFailed):
            with self._lock:
                self._looks.pop(message.ticket, None)
        self._tell(message)


def _cause(status: int) -> str:
    """What an exit status means: a signal by its name, or the status."""
    if status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
    return f"exit status {status}" if os.name == "posix" else f"exit code {status & 0xFFFFFFFF:#x}"
