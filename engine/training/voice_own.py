"""Makes a voice of a person's recordings: learned onto the shipped network, with their consent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.errors import UsageError
from engine.models.card import file_sha256
from engine.models.speech.aiprod.acoustic import LANGUAGES, AcousticModel, VoiceFacts
from engine.models.speech.aiprod.family import AiprodFamily, check_name
from engine.models.speech.aiprod.grid import FRAMES
from engine.models.speech.aiprod.speakers import SpeakerNetwork
from engine.models.speech.family import FrontEnd, Voice
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.voice_acoustic import (
    acoustic_loss,
    batch_of,
    chosen,
    heard_vector,
    measured,
)
from engine.training.voice_consent import Consent, consent_of, wave_of
from engine.training.voice_data import LONGEST, Reading, VoiceSet, kept

Learned = Literal["all", "vector"]
LINES = "lines.tsv"
_LEAST = 10.0  # seconds of speech
_SHARD = 50


@dataclass(frozen=True)
class OwnTraining:
    """The `[training]` table: where the recordings are, whose they are, and what is learned.

    recordings: a folder with sound files and `lines.tsv`, a file name, a tab and what is said in
    each line. consent: the recording of `statement`. learn: "all" of the network, or only the
    "vector" that says who speaks, which needs seconds of speech rather than minutes.
    """

    recordings: str
    person: str
    consent: str
    statement: str
    language: str = "en-US"
    sex: str = ""
    description: str = "a voice of one's own"
    learn: Learned = "all"
    rate: float = 2e-4

    def __post_init__(self) -> None:
        if self.learn not in get_args(Learned):
            raise ValueError(f"learn is one of {', '.join(get_args(Learned))}")
        if self.language[:2] not in LANGUAGES:
            raise ValueError(f"language begins with one of {', '.join(LANGUAGES)}")


def train_own(
    loop: LoopConfig,
    training: OwnTraining,
    name: str,
    beside: Path,
    folder: Path,
    *,
    base: AcousticModel,
    speakers: SpeakerNetwork,
    report: Report | None = None,
) -> tuple[AcousticModel, Consent]:
    """Learn the voice from `base`; paths are `beside` the training file.

    Raises UsageError when the consent is not there, or the recordings are no speech of their texts.
    """
    check_name(name)
    torch.manual_seed(loop.seed)
    reader = _reader(training)
    recordings = beside / training.recordings
    rows = lines_of(recordings)
    consent = consent_of(
        beside / training.consent,
        training.statement,
        training.person,
        training.language,
        reader=reader,
        speakers=speakers,
        recordings=[wave_of(path) for path, _ in rows[:20]],
    )
    heard = _heard(rows, reader, folder / f"recordings-{_digest(rows)}")
    facts = measured(VoiceFacts(name, training.language, training.sex, training.description), heard)
    model = _copy(base, facts)
    with torch.no_grad():
        model.speakers[0] = torch.from_numpy(heard_vector(speakers, heard))
    parts = [model.speakers] if training.learn == "vector" else list(model.parameters())
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        random = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        lessons, who = chosen([heard], loop.batch, random)
        told = F.normalize(model.speakers[torch.tensor(who)], dim=-1)
        return acoustic_loss(model, batch_of(lessons, who, [facts]), told)

    optimiser = torch.optim.AdamW(parts, lr=training.rate, betas=(0.9, 0.98))
    average = train(Trainee(model, (optimiser,), loss), loop, folder, report=report)
    model.load_state_dict(average, strict=False)
    return model.eval(), consent


def lines_of(folder: Path) -> list[tuple[Path, str]]:
    """Sound files and what they say. Raises UsageError that names the line."""
    path = folder / LINES
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"it cannot be read ({error})",
            where=str(path),
            mend="Write a line for each recording: its file, a tab, what is said in it",
        ) from None
    found = []
    for number, line in enumerate(lines, 1):
        name, tab, text = line.partition("\t")
        if not line.strip():
            continue
        if not tab or not text.strip() or not (folder / name.strip()).is_file():
            raise UsageError(
                f"{line[:60]!r} is no file and its words",
                where=f"{path}: line {number}",
                mend="Write the name of a file in the folder, a tab, and what is said in it",
            )
        found.append((folder / name.strip(), text.strip()))
    if not found:
        raise UsageError("there are no lines", where=str(path))
    return found


def _heard(rows: Sequence[tuple[Path, str]], reader: FrontEnd, folder: Path) -> VoiceSet:
    """The recordings with their words placed; sentences above 15 seconds are left out."""

    def shard(number: int) -> Iterator[Reading]:
        for path, text in rows[number * _SHARD : (number + 1) * _SHARD]:
            words = tuple(w for sentence in reader.sentences(text) for w in reader.words(sentence))
            if words:
                yield Reading(words, wave_of(path))

    heard = kept(folder, -(-len(rows) // _SHARD), shard)
    seconds = sum(frames for _, _, frames in heard.places) / FRAMES
    if seconds < _LEAST:
        raise UsageError(
            f"there are {seconds:.1f} seconds of speech to learn from, at least {_LEAST:g} are "
            "needed",
            where=str(folder),
            mend=f"Record more, in sentences of less than {LONGEST:g} seconds",
        )
    return heard


def _digest(rows: Sequence[tuple[Path, str]]) -> str:
    """Stands for the recordings and their texts."""
    told = [[path.name, file_sha256(path), text] for path, text in rows]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def _reader(training: OwnTraining) -> FrontEnd:
    voice = Voice("", "aiprod", training.language, "", "", "", "")
    return AiprodFamily().front_end(voice)


def _copy(base: AcousticModel, facts: VoiceFacts) -> AcousticModel:
    """The network with one voice in the place of its own."""
    model = AcousticModel(replace(base.config, voices=(facts,)))
    state = {name: value for name, value in base.state_dict().items() if name != "speakers"}
    model.load_state_dict(state, strict=False)
    return model
