"""The kinds of training, by the name that a training file gives: what each trains, and shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from safetensors.torch import load_file
from torch import Tensor, nn

from engine.models.lipsync.network import LipConfig
from engine.models.lora import merge
from engine.models.shdt import lexicon
from engine.models.shdt.audio import SoundConfig, SoundModel
from engine.models.shdt.recogniser import RecogniserConfig
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.models.speech.align_network import AlignerConfig
from engine.training.adapting import LoraTraining, lora_of, train_lora
from engine.training.aligning import AlignerTraining, train_aligner
from engine.training.autoencoder import AutoencoderTraining, train_autoencoder
from engine.training.distil import DistilTraining, train_distilled
from engine.training.enlarging import EnlargerTraining, train_enlarger
from engine.training.flow import FlowTraining, train_flow
from engine.training.footage import SIZES
from engine.training.job import (
    OWN,
    SPEECH,
    VOICES,
    Job,
    Trained,
    averages,
    begun,
    network,
    settings,
    transformer,
    vae,
)
from engine.training.lips import LipTraining, train_lips
from engine.training.loop import LoopConfig
from engine.training.recognising import RecogniserTraining, train_recogniser
from engine.training.refining import FirstPass, RefinerTraining, train_refiner
from engine.training.sound import CodecTraining, StreamTraining, train_codec, train_stream
from engine.training.tuning import Footage, TuneTraining, train_tuned
from engine.training.upsampling import UpsamplerTraining, train_upsampler
from engine.training.validation import Made, Validation, restored_clips, sampled_clips
from engine.training.voice_kinds import VOICE_KINDS, VOICE_PARTS
from engine.training.watching import Show


def _train_autoencoder(job: Job, loop: LoopConfig) -> Trained:
    start = job.table.get("start")
    module = train_autoencoder(
        loop,
        settings(AutoencoderTraining, job.table, "training", job.path),
        settings(VaeConfig, job.table, "model", job.path),
        job.folder,
        start=load_file(job.earlier(str(start))) if start else None,
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_flow(job: Job, loop: LoopConfig) -> Trained:
    model = {"vocabulary": lexicon.VOCABULARY, **job.table["model"]}
    module = train_flow(
        loop,
        settings(FlowTraining, job.table, "training", job.path),
        settings(TransformerConfig, {**job.table, "model": model}, "model", job.path),
        job.folder,
        vae=vae(job),
        start=begun(job),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_refiner(job: Job, loop: LoopConfig) -> Trained:
    doubling = network(LatentUpsampler, UpsamplerConfig, job.weights("upsampler", "upsampler"))
    model = {"vocabulary": lexicon.VOCABULARY, **job.table["model"]}
    module = train_refiner(
        loop,
        settings(RefinerTraining, job.table, "training", job.path),
        settings(TransformerConfig, {**job.table, "model": model}, "model", job.path),
        job.folder,
        vae=vae(job),
        first=FirstPass(transformer(job, "first"), doubling),
        start=begun(job),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_enlarger(job: Job, loop: LoopConfig) -> Trained:
    doubling = network(LatentUpsampler, UpsamplerConfig, job.weights("upsampler", "upsampler"))
    module = train_enlarger(
        loop,
        settings(EnlargerTraining, job.table, "training", job.path),
        doubling.config,
        job.folder,
        vae=vae(job),
        first=FirstPass(transformer(job, "first"), doubling),
        refiner=network(ShdtTransformer, TransformerConfig, job.weights("refiner", "refiner")),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _on_latents(
    train: Callable[..., nn.Module], training: type[Any], config: type[Any]
) -> Callable[[Job, LoopConfig], Trained]:
    """How a network is trained that needs nothing but the autoencoder's latents."""

    def trained(job: Job, loop: LoopConfig) -> Trained:
        module = train(
            loop,
            settings(training, job.table, "training", job.path),
            settings(config, job.table, "model", job.path),
            job.folder,
            vae=vae(job),
            precision=job.precision,
            report=job.report,
        )
        return Trained.of(module)

    return trained


def _train_codec(job: Job, loop: LoopConfig) -> Trained:
    model = {"vocabulary": lexicon.VOCABULARY, **job.table.get("model", {})}
    module = train_codec(
        loop,
        settings(CodecTraining, job.table, "training", job.path),
        settings(SoundConfig, {**job.table, "model": model}, "model", job.path),
        job.folder,
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_sound(job: Job, loop: LoopConfig) -> Trained:
    name = str(job.table["start"])
    module = train_stream(
        loop,
        settings(StreamTraining, job.table, "training", job.path),
        network(SoundModel, SoundConfig, job.earlier(name)),
        job.folder,
        vae=vae(job),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_lora(job: Job, loop: LoopConfig) -> Trained:
    training = settings(LoraTraining, job.table, "training", job.path)
    tensors = train_lora(
        loop,
        training,
        transformer(job, "base"),
        job.folder,
        footage=_footage(job, training.footage),
        report=job.report,
    )
    config = {"base": job.table["base"], "rank": training.rank, "alpha": training.alpha}
    return Trained(tensors, config, OWN)


def _train_tuned(job: Job, loop: LoopConfig) -> Trained:
    training = settings(TuneTraining, job.table, "training", job.path)
    module = train_tuned(
        loop,
        training,
        transformer(job, "base"),
        job.folder,
        footage=_footage(job, training.footage),
        report=job.report,
    )
    return replace(Trained.of(module), source=OWN)


def _footage(job: Job, folder: str) -> Footage:
    coder = vae(job).to(job.precision.device)
    return Footage(job.path.parent / folder, job.folder / "latents", coder, job.precision)


def _train_distilled(job: Job, loop: LoopConfig) -> Trained:
    module = train_distilled(
        loop,
        settings(DistilTraining, job.table, "training", job.path),
        transformer(job, "teacher"),
        job.folder,
        vae=vae(job),
        precision=job.precision,
        report=job.report,
    )
    return Trained.of(module)


def _train_lips(job: Job, loop: LoopConfig) -> Trained:
    module = train_lips(
        loop,
        settings(LipTraining, job.table, "training", job.path),
        settings(LipConfig, job.table, "model", job.path),
        job.folder,
        start=begun(job),
        report=job.report,
    )
    return replace(Trained.of(module), source=SPEECH)


def _train_aligner(job: Job, loop: LoopConfig) -> Trained:
    module = train_aligner(
        loop,
        settings(AlignerTraining, job.table, "training", job.path),
        settings(AlignerConfig, job.table, "model", job.path),
        job.folder,
        start=begun(job),
        report=job.report,
    )
    return replace(Trained.of(module), source=VOICES)


KINDS: dict[str, Callable[[Job, LoopConfig], Trained]] = {
    "autoencoder": _train_autoencoder,
    "flow": _train_flow,
    "refiner": _train_refiner,
    "enlarger": _train_enlarger,
    "upsampler": _on_latents(train_upsampler, UpsamplerTraining, UpsamplerConfig),
    "recogniser": _on_latents(train_recogniser, RecogniserTraining, RecogniserConfig),
    "codec": _train_codec,
    "sound": _train_sound,
    "lora": _train_lora,
    "tune": _train_tuned,
    "distil": _train_distilled,
    "lips": _train_lips,
    "aligner": _train_aligner,
    **VOICE_KINDS,
}
PART = {
    "autoencoder": "vae",
    "flow": "transformer",
    "refiner": "refiner",
    "enlarger": "enlarger",
    "upsampler": "upsampler",
    "recogniser": "recogniser",
    "codec": "sound",
    "sound": "sound",
    "lora": "lora",
    "tune": "transformer",
    "distil": "transformer",
    "lips": "lips",
    "aligner": "network",
    **VOICE_PARTS,
}
OWN_FOOTAGE = ("lora", "tune")  # what users train
OWN_MEDIA = (*OWN_FOOTAGE, "voice")  # and what goes into its run's folder
OWN_NAME = (*OWN_FOOTAGE, "distil")  # the others are parts of the starter
FAMILY = {
    "lips": "lipsync",
    "aligner": "aligner",
    **dict.fromkeys(VOICE_KINDS, "aiprod"),
}  # the others are of shdt


def show(job: Job, wanted: Validation) -> Show | None:
    """What makes the clips that a training of this kind is watched by, if it makes any."""
    table = job.table

    def made() -> Made:
        weights = averages(job.folder / "checkpoint.safetensors")
        if table["kind"] == "autoencoder":
            module = VideoAutoencoder(settings(VaeConfig, table, "model", job.path))
            module.load_state_dict(weights, strict=False)
            size = table["training"]["sizes"][0][:2]
            return restored_clips(module, job.precision, (size[0], size[1]))
        size = table["training"].get("buckets", [SIZES[-2]])[0][:2]
        return sampled_clips(
            _watched(job, weights), vae(job), job.precision, wanted, (size[0], size[1])
        )

    return made if table["kind"] in _SHOWN else None


_SHOWN = ("autoencoder", "flow", "distil", *OWN_FOOTAGE)


def _watched(job: Job, weights: Mapping[str, Tensor]) -> ShdtTransformer:
    """The transformer that a checkpoint's averaged weights make."""
    if job.table["kind"] == "lora":
        training = settings(LoraTraining, job.table, "training", job.path)
        made = transformer(job, "base")
        merge(made, [(lora_of(weights, training), 1.0)])
        return made
    if job.table["kind"] == "flow":
        facts = {"vocabulary": lexicon.VOCABULARY, **job.table["model"]}
        made = ShdtTransformer(
            settings(TransformerConfig, {**job.table, "model": facts}, "model", job.path)
        )
    else:
        made = transformer(job, "teacher" if job.table["kind"] == "distil" else "base")
    made.load_state_dict(weights)
    return made
