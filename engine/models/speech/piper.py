"""The family Piper: voices of one ONNX file and one JSON each, that the user has."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.models.speech.family import FrontEnd, Voice, Word
from engine.models.speech.ipa import divided
from engine.models.speech.places import fingerprint_of, front_end_of, moved, speech_folder

OWNER = "https://huggingface.co/rhasspy/piper-voices"
_LONGEST = 400  # symbols in one go

# American vowels as espeak-ng writes them, which the voices were trained with.
_AMERICAN = (
    ("ɜɹ", "ɜː"), ("əɹ", "ɚ"), ("ɑ", "ɑː"), ("i", "iː"), ("u", "uː"), ("ɔ", "ɔː"), ("ᵊ", "ə"),
)  # fmt: skip
_STAND_INS = {"ᵻ": "ɪ", "ɚ": "əɹ", "ɐ": "ə", "ɾ": "t", "œ": "ø", "ɹ": "r", "ɡ": "g", "—": ",",
              "…": ".", "“": "", "”": ""}  # fmt: skip


@dataclass(frozen=True)
class PiperConfig:
    """What a voice's JSON says."""

    rate: int
    language: str
    ids: dict[str, tuple[int, ...]]
    noise: float
    length: float
    noise_width: float
    speakers: dict[str, int]
    description: str


class PiperFamily:
    """The voices whose files were imported; a file of several speakers gives several voices."""

    name = "piper"

    def voices(self) -> tuple[Voice, ...]:
        """Those that are here."""
        found = []
        for path in sorted(folder().glob("*.onnx")):
            try:
                config = _config(path)
            except ModelError:  # a damaged file does not hide the other voices
                continue
            names = [f"{path.stem}:{speaker}" for speaker in config.speakers] or [path.stem]
            found += [
                Voice(
                    name, self.name, config.language, "", config.description, "its owner's", OWNER
                )
                for name in names
            ]
        return tuple(found)

    def is_here(self, voice: Voice) -> bool:
        """Whether its file is still here."""
        return _file(voice).is_file()

    def front_end(self, voice: Voice) -> FrontEnd:
        """English or French; other languages are written in phones."""
        return front_end_of(voice)

    def load(self, voice: Voice) -> PiperSpeaker:
        """The voice from its files. Raises ModelError."""
        path = _file(voice)
        if not path.is_file():
            raise ModelError(
                f"the voice {voice.name} needs {path.name} and {path.name}.json, not here",
                where=f"voice {voice.name}",
                mend=f"Get both (about 60 MB) from {OWNER}, each under the licence in its "
                "MODEL_CARD, then: aiprod-engine models register FILE.onnx",
            )
        config = read_config(path)
        speaker = voice.name.partition(":")[2]
        return PiperSpeaker(path, config, config.speakers.get(speaker))

    def fingerprint(self, voice: Voice) -> str:
        """The hashes of its files."""
        path = _file(voice)
        return f"piper {fingerprint_of(path, path.with_name(path.name + '.json'))}"


class PiperSpeaker:
    """A loaded voice. The model draws random numbers, so it is opened anew for every sentence."""

    def __init__(self, path: Path, config: PiperConfig, speaker: int | None) -> None:
        self.rate = config.rate
        self._config = config
        self._speaker = speaker
        self._model = path.read_bytes()
        _open(self._model, path, 0)

    def synthesize(
        self, words: Sequence[Word], *, speed: float = 1.0, pitch: float = 0.0, seed: int = 0
    ) -> NDArray[np.float32]:
        """The words at the voice's own rate."""
        made = [
            self._speak(part, speed, seed + number)
            for number, part in enumerate(divided(words, _LONGEST))
        ]
        wave = np.concatenate(made) if made else np.zeros(0, np.float32)
        return moved(wave, self.rate, pitch)

    def _speak(self, words: tuple[Word, ...], speed: float, seed: int) -> NDArray[np.float32]:
        ids = self._ids(words)
        if len(ids) <= 3:
            return np.zeros(0, np.float32)
        config = self._config
        scales = [config.noise, config.length / speed, config.noise_width]
        feeds: dict[str, NDArray[Any]] = {
            "input": np.asarray([ids], np.int64),
            "input_lengths": np.asarray([len(ids)], np.int64),
            "scales": np.asarray(scales, np.float32),
        }
        if self._speaker is not None:
            feeds["sid"] = np.asarray([self._speaker], np.int64)
        session = _open(self._model, Path(), seed)
        return np.asarray(session.run(None, feeds)[0], np.float32).ravel()

    def _ids(self, words: tuple[Word, ...]) -> list[int]:
        """The symbols of the words, a blank after each, between the marks of begin and end."""
        known = self._config.ids
        written = _american if self._config.language == "en-US" else "".join
        text = "".join(w.before + written(w.phones) + w.after for w in words).strip()
        blank = known.get("_", (0,))
        ids = [*known.get("^", (1,)), *blank]
        for symbol in text:
            for each in symbol if symbol in known else _STAND_INS.get(symbol, ""):
                ids += [*known.get(each, ()), *blank] if each in known else []
        return [*ids, *known.get("$", (2,))]


def folder() -> Path:
    """Where the files of the family lie."""
    return speech_folder() / "piper"


def read_config(path: Path) -> PiperConfig:
    """The JSON beside a voice. Raises ModelError when it is missing or of another kind."""
    beside = path.with_name(path.name + ".json")
    try:
        read = json.loads(beside.read_text(encoding="utf-8"))
        inference = read.get("inference", {})
        code = read.get("language", {}).get("code") or read["espeak"]["voice"]
        quality = read.get("audio", {}).get("quality", "")
        return PiperConfig(
            rate=int(read["audio"]["sample_rate"]),
            language=_language(str(code)),
            ids={str(symbol): tuple(ids) for symbol, ids in read["phoneme_id_map"].items()},
            noise=float(inference.get("noise_scale", 0.667)),
            length=float(inference.get("length_scale", 1.0)),
            noise_width=float(inference.get("noise_w", 0.8)),
            speakers={str(k): int(v) for k, v in (read.get("speaker_id_map") or {}).items()},
            description=" ".join(str(word) for word in (read.get("dataset", ""), quality) if word),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"it is no description of a Piper voice ({error})",
            where=str(beside),
            mend=f"Get the .onnx.json that lies beside the .onnx at {OWNER}",
        ) from None


_seeding = threading.Lock()  # the seed is one for the whole process


def _open(model: bytes, path: Path, seed: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    with _seeding:
        onnxruntime.set_seed(seed % 2**31)
        try:
            return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the classes of its errors are not public
            raise ModelError(
                f"it is no ONNX model ({str(error).splitlines()[0][:120]})", where=str(path)
            ) from None


def _american(phones: tuple[str, ...]) -> str:
    """Phones as espeak-ng writes them: long vowels marked, r-coloured ones as one."""
    text = "".join(phones)
    for plain, marked in _AMERICAN:
        text = text.replace(marked, plain).replace(plain, marked)
    return text.replace("ɔːɪ", "ɔɪ")


def _language(code: str) -> str:
    language, _, region = code.replace("_", "-").partition("-")
    return f"{language}-{region.upper()}" if region else language


def _file(voice: Voice) -> Path:
    return folder() / f"{voice.name.partition(':')[0]}.onnx"


def _config(path: Path) -> PiperConfig:
    beside = path.with_name(path.name + ".json")
    return _config_of(path, beside.stat().st_mtime_ns if beside.is_file() else 0)


@lru_cache(256)
def _config_of(path: Path, _written: int) -> PiperConfig:
    return read_config(path)
