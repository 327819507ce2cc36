"""The family Kokoro: 54 voices of eight languages, from the files that their owners publish."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.models.speech.family import FrontEnd, Voice, Word
from engine.models.speech.ipa import divided, symbols
from engine.models.speech.places import fingerprint_of, front_end_of, moved, speech_folder

RATE = 24000
OWNER = "https://huggingface.co/hexgrad/Kokoro-82M"
EXPORT = "https://github.com/thewh1teagle/kokoro-onnx/releases"
KNOWN = {
    "kokoro-v1.0.int8.onnx": "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
}
STYLE = (510, 256)  # a style for every length of a sentence, in symbols
_LONGEST = 400  # symbols in one go: the model takes 510
_VERSION = 2  # of how symbols are fed: what was spoken otherwise is spoken again
# Of a language, the symbols that the model learned by another: it read the French of espeak, which
# has no glide in lui and pluie.
_LEARNED = {"fr": str.maketrans("ɥ", "y")}
# Voices by language and sex, and their loudness in LUFS (two sentences each, BS.1770-4).
_NAMES = {
    "af": "alloy:-21.0 aoede:-17.8 bella:-21.9 heart:-22.2 jessica:-21.9 kore:-18.4"
    " nicole:-21.5 nova:-26.2 river:-21.1 sarah:-20.5 sky:-23.7",
    "am": "adam:-18.1 echo:-21.6 eric:-21.0 fenrir:-19.0 liam:-21.4 michael:-23.7"
    " onyx:-21.6 puck:-18.1 santa:-22.4",
    "bf": "alice:-20.6 emma:-19.8 isabella:-17.3 lily:-21.1",
    "bm": "daniel:-21.3 fable:-20.0 george:-21.4 lewis:-23.3",
    "ef": "dora:-23.1",
    "em": "alex:-22.3 santa:-22.1",
    "ff": "siwis:-18.5",
    "hf": "alpha:-15.7 beta:-17.2",
    "hm": "omega:-16.1 psi:-17.7",
    "if": "sara:-14.1",
    "im": "nicola:-19.0",
    "jf": "alpha:-20.0 gongitsune:-20.6 nezumi:-20.7 tebukuro:-20.8",
    "jm": "kumo:-20.1",
    "pf": "dora:-23.0",
    "pm": "alex:-22.3 santa:-22.4",
    "zf": "xiaobei:-20.3 xiaoni:-18.3 xiaoxiao:-16.7 xiaoyi:-19.5",
    "zm": "yunjian:-21.0 yunxi:-21.1 yunxia:-20.7 yunyang:-22.8",
}
_LANGUAGES = {
    "a": ("en-US", "American"),
    "b": ("en-GB", "British"),
    "e": ("es-ES", "Spanish"),
    "f": ("fr-FR", "French"),
    "h": ("hi-IN", "Hindi"),
    "i": ("it-IT", "Italian"),
    "j": ("ja-JP", "Japanese"),
    "p": ("pt-BR", "Brazilian"),
    "z": ("zh-CN", "Chinese"),
}


def _voice(kind: str, about: str) -> Voice:
    name, _, loudness = about.partition(":")
    language, people = _LANGUAGES[kind[0]]
    sex = {"f": "female", "m": "male"}[kind[1]]
    description = f"{people} {'woman' if sex == 'female' else 'man'}, {name}"
    full, licence = f"{kind}_{name}", "Apache-2.0"
    return Voice(full, "kokoro", language, sex, description, licence, OWNER, float(loudness))


_VOICES = tuple(_voice(kind, each) for kind, names in _NAMES.items() for each in names.split())


class KokoroFamily:
    """One model of 82 million weights and a file of styles a voice."""

    name = "kokoro"

    def voices(self) -> tuple[Voice, ...]:
        """All 54."""
        return _VOICES

    def is_here(self, voice: Voice) -> bool:
        """Whether the model and the styles of the voice are here."""
        return model_file() is not None and _styles_file(voice.name) is not None

    def front_end(self, voice: Voice) -> FrontEnd:
        """English or French; other languages are written in phones."""
        return front_end_of(voice)

    def load(self, voice: Voice) -> KokoroSpeaker:
        """The voice from its files. Raises ModelError."""
        model, styles = files_of(voice)
        return KokoroSpeaker(_session(model), read_styles(styles, voice.name), voice.language)

    def fingerprint(self, voice: Voice) -> str:
        """The hashes of the model and of the styles."""
        files = (model_file(), _styles_file(voice.name))
        return f"kokoro {_VERSION} {fingerprint_of(*files)}"


class KokoroSpeaker:
    """A loaded voice; all voices share one model."""

    rate = RATE

    def __init__(self, session: Any, styles: NDArray[np.float32], language: str) -> None:
        self._session = session
        self._styles = styles
        self._learned = _LEARNED.get(language[:2], {})
        self._inputs = {each.name: each for each in session.get_inputs()}
        self._vocabulary = _vocabulary()

    def synthesize(
        self,
        words: Sequence[Word],
        *,
        speed: float = 1.0,
        pitch: float = 0.0,
        seed: int = 0,  # noqa: ARG002  # the model draws no random numbers
    ) -> NDArray[np.float32]:
        """The words at 24 kHz. A long sentence is spoken in parts, cut at its commas."""
        made = [self._speak(symbols(part), speed) for part in divided(words, _LONGEST)]
        wave = np.concatenate(made) if made else np.zeros(0, np.float32)
        return moved(wave, RATE, pitch)

    def _speak(self, text: str, speed: float) -> NDArray[np.float32]:
        feeds = self.feeds(text, speed)
        if not feeds:
            return np.zeros(0, np.float32)
        return np.asarray(self._session.run(None, feeds)[0], np.float32).ravel()

    def known(self, text: str) -> str:
        """The symbols of a text that the voice has a sound for, as it learned them."""
        return "".join(c for c in text.translate(self._learned) if c in self._vocabulary)

    def feeds(self, text: str, speed: float) -> dict[str, NDArray[Any]]:
        """What the model takes for symbols: those that it knows, and an edge at both ends."""
        ids = [self._vocabulary[c] for c in self.known(text)][: len(self._styles)]
        feeds: dict[str, NDArray[Any]] = {}
        for name, each in self._inputs.items():
            if name == "speed":
                kind = np.int32 if "int32" in each.type else np.float32
                feeds[name] = np.asarray([speed], kind)
            elif name == "style":
                feeds[name] = self._styles[len(ids)][None]
            else:
                feeds[name] = np.asarray([[0, *ids, 0]], np.int64)
        return feeds if ids else {}


def folder() -> Path:
    """Where the files of the family lie."""
    return speech_folder() / "kokoro"


def model_file() -> Path | None:
    """The model that is here; of several the first by name."""
    return next(iter(sorted(folder().glob("*.onnx"))), None)


def files_of(voice: Voice) -> tuple[Path, Path]:
    """The model and the styles of a voice. Raises ModelError when one is not here."""
    model, styles = model_file(), _styles_file(voice.name)
    if model is None or styles is None:
        raise _missing(voice, model)
    return model, styles


def read_styles(path: Path, name: str) -> NDArray[np.float32]:
    """The styles (510, 256) of a voice, from its own file or from one of all voices.

    Raises ModelError when the file is no such one.
    """
    try:
        if path.stem == name:
            styles = np.fromfile(path, "<f4")
        else:
            with np.load(path, allow_pickle=False) as voices:
                styles = np.asarray(voices[name], np.float32)
        styles = styles.reshape(-1, STYLE[1])
        if len(styles) < STYLE[0] or not np.isfinite(styles).all():
            raise ValueError(f"{len(styles)} styles")
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"it holds no voice {name} of Kokoro ({error})",
            where=str(path),
            mend=f"Get it again from {OWNER}",
        ) from None
    return styles


def open_model(path: Path, inner: str = "") -> Any:
    """A session of the model. Raises ModelError when the file is another.

    `inner` is a tensor inside the graph that it is to give too.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            path.read_bytes() + _giving(inner) if inner else str(path),
            options,
            providers=["CPUExecutionProvider"],
        )
    except Exception as error:  # the classes of its errors are not public
        raise ModelError(
            f"it is no ONNX model ({str(error).splitlines()[0][:120]})", where=str(path)
        ) from None
    if not {"style", "speed"} <= {each.name for each in session.get_inputs()}:
        raise ModelError("it is no model of Kokoro", where=str(path), mend=f"See {EXPORT}")
    return session


def _giving(tensor: str) -> bytes:
    """What makes a graph give a tensor too, behind a model: protobuf reads both as one message."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    return field(7, field(12, field(1, tensor.encode())))  # ModelProto.graph.output.name


@lru_cache(1)
def _loaded(path: Path, _written: int) -> Any:
    return open_model(path)


_loading = threading.Lock()


def _session(path: Path) -> Any:
    with _loading:
        return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(1)
def _vocabulary() -> dict[str, int]:
    from engine.models.speech.hibari import SHIPPED

    found: dict[str, int] = json.loads((SHIPPED / "vocab.json").read_text(encoding="utf-8"))
    return found


def _styles_file(name: str) -> Path | None:
    own = [folder() / "voices" / f"{name}.bin"]
    return next((p for p in (*own, *sorted(folder().glob("voices*.bin"))) if p.is_file()), None)


def _missing(voice: Voice, model: Path | None) -> ModelError:
    wanted = [] if model else ["kokoro-v1.0.int8.onnx (92 MB) or kokoro-v1.0.onnx (326 MB)"]
    wanted += [f"voices-v1.0.bin (28 MB) or {voice.name}.bin (0.5 MB)"]
    return ModelError(
        f"the voice {voice.name} needs {' and '.join(wanted)}, not here",
        where=f"voice {voice.name}",
        mend=f"Get them from {EXPORT} or {OWNER} ({voice.licence}), then: "
        "aiprod-engine models register FILE",
    )
