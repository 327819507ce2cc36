"""The kinds of training that make voices, and those of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from engine.models.speech.aiprod.acoustic import AcousticConfig, AcousticModel
from engine.models.speech.aiprod.speakers import SpeakerConfig, SpeakerNetwork
from engine.models.speech.aiprod.vocoder import VocoderConfig
from engine.training.job import VOICES, Job, Trained, begun, network, settings
from engine.training.loop import LoopConfig
from engine.training.voice_acoustic import AcousticTraining, train_acoustic
from engine.training.voice_own import OwnTraining, train_own
from engine.training.voice_speakers import SpeakerTraining, train_speakers
from engine.training.voice_vocoder import VocoderTraining, train_vocoder

OWN_VOICE = "Trained by aiprod-engine train on recordings of a person who consents."


def _train_speakers(job: Job, loop: LoopConfig) -> Trained:
    module = train_speakers(
        loop,
        settings(SpeakerTraining, job.table, "training", job.path),
        settings(SpeakerConfig, job.table, "model", job.path),
        job.folder,
        report=job.report,
    )
    return replace(Trained.of(module), source=VOICES)


def _train_acoustic(job: Job, loop: LoopConfig) -> Trained:
    module = train_acoustic(
        loop,
        settings(AcousticTraining, job.table, "training", job.path),
        settings(AcousticConfig, job.table, "model", job.path),
        job.folder,
        speakers=_speakers(job),
        start=begun(job),
        report=job.report,
    )
    return replace(Trained.of(module), source=VOICES)


def _train_vocoder(job: Job, loop: LoopConfig) -> Trained:
    named = "acoustic" in job.table
    module = train_vocoder(
        loop,
        settings(VocoderTraining, job.table, "training", job.path),
        settings(VocoderConfig, job.table, "model", job.path),
        job.folder,
        start=begun(job),
        acoustic=_acoustic(job) if named else None,
        report=job.report,
    )
    return replace(Trained.of(module), source=VOICES)


def _train_own(job: Job, loop: LoopConfig) -> Trained:
    module, consent = train_own(
        loop,
        settings(OwnTraining, job.table, "training", job.path),
        job.name,
        job.path.parent,
        job.folder,
        base=_acoustic(job),
        speakers=_speakers(job),
        report=job.report,
    )
    made = Trained.of(module)
    return Trained(made.tensors, {**made.config, "consent": asdict(consent)}, OWN_VOICE)


def _speakers(job: Job) -> SpeakerNetwork:
    return network(SpeakerNetwork, SpeakerConfig, job.weights("speakers", "speakers"))


def _acoustic(job: Job) -> AcousticModel:
    return network(AcousticModel, AcousticConfig, job.weights("acoustic", "voices"))


VOICE_KINDS: dict[str, Callable[[Job, LoopConfig], Trained]] = {
    "voice-speakers": _train_speakers,
    "voice-acoustic": _train_acoustic,
    "voice-vocoder": _train_vocoder,
    "voice": _train_own,
}
VOICE_PARTS = {
    "voice-speakers": "speakers",
    "voice-acoustic": "voices",
    "voice-vocoder": "vocoder",
    "voice": "voice",
}
