"""The LTX-2 networks of diffusers with our weights: an independent implementation to compare with.

Only names differ; what they do was written by others from the same published models.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.models.checkpoint import TensorFacts
from engine.models.ltx2.config import TransformerConfig, VideoVaeConfig, read_config
from engine.models.ltx2.geometry import SPACE, TIME
from engine.models.ltx2.loading import load_part
from engine.models.ltx2.opening import PREFIXES, build, open_checkpoint
from engine.models.ltx2.text import Features, fingerprint, save_features

STATES = 3  # hidden states of the small text models
_TRANSFORMER = (
    ("audio_patchify_proj", "audio_proj_in"),
    ("patchify_proj", "proj_in"),
    ("av_ca_video_scale_shift_adaln_single", "av_cross_attn_video_scale_shift"),
    ("av_ca_audio_scale_shift_adaln_single", "av_cross_attn_audio_scale_shift"),
    ("av_ca_a2v_gate_adaln_single", "av_cross_attn_video_a2v_gate"),
    ("av_ca_v2a_gate_adaln_single", "av_cross_attn_audio_v2a_gate"),
    ("scale_shift_table_a2v_ca_video", "video_a2v_cross_attn_scale_shift_table"),
    ("scale_shift_table_a2v_ca_audio", "audio_a2v_cross_attn_scale_shift_table"),
    ("prompt_adaln_single", "prompt_adaln"),
    ("adaln_single", "time_embed"),
    ("q_norm", "norm_q"),
    ("k_norm", "norm_k"),
)


def small_transformer(*, newer: bool, layers: int = 3, heads: int = 4) -> TransformerConfig:
    """A small configuration of LTX-2.0, or of 2.3."""
    config = TransformerConfig(
        num_attention_heads=heads,
        attention_head_dim=24,
        audio_num_attention_heads=heads,
        audio_attention_head_dim=12,
        in_channels=16,
        out_channels=16,
        audio_in_channels=16,
        audio_out_channels=16,
        num_layers=layers,
        cross_attention_dim=24 * heads,
        audio_cross_attention_dim=12 * heads,
        caption_channels=40,
        connector_num_attention_heads=4,
        connector_attention_head_dim=10,
        connector_num_layers=1,
        frequencies_precision="float64",
    )
    if not newer:
        return config
    return dataclasses.replace(
        config,
        caption_proj_before_connector=True,
        apply_gated_attention=True,
        cross_attention_adaln=True,
        connector_num_attention_heads=heads,
        connector_attention_head_dim=24,
        audio_connector_num_attention_heads=heads,
        audio_connector_attention_head_dim=12,
        connector_apply_gated_attention=True,
    )


def relative(made: Tensor, wanted: Tensor) -> float:
    """max |a - b| / max |b|."""
    return float((made - wanted).abs().max() / wanted.abs().max())


def fill(module: nn.Module, seed: int) -> nn.Module:
    """Random weights of a plausible size, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in module.state_dict().items():
        if value.is_floating_point():
            scale = value.shape[-1] ** -0.5 if value.ndim > 1 else 0.2
            drawn = scale * torch.randn(value.shape, generator=generator)
            value.copy_(1 + drawn if "norm" in name or "std-of" in name else drawn)
    return module.eval().requires_grad_(False)


def peer_transformer(config: TransformerConfig, weights: Mapping[str, Tensor]) -> Any:
    """diffusers' transformer with these weights; its contexts come from the connectors as ours."""
    from diffusers import LTX2VideoTransformer3DModel

    peer = LTX2VideoTransformer3DModel(
        in_channels=config.in_channels,
        out_channels=config.out_channels,
        num_attention_heads=config.num_attention_heads,
        attention_head_dim=config.attention_head_dim,
        cross_attention_dim=config.cross_attention_dim,
        gated_attn=config.apply_gated_attention,
        cross_attn_mod=config.cross_attention_adaln,
        audio_in_channels=config.audio_in_channels,
        audio_out_channels=config.audio_out_channels,
        audio_num_attention_heads=config.audio_num_attention_heads,
        audio_attention_head_dim=config.audio_attention_head_dim,
        audio_cross_attention_dim=config.audio_cross_attention_dim,
        audio_gated_attn=config.apply_gated_attention,
        audio_cross_attn_mod=config.cross_attention_adaln,
        num_layers=config.num_layers,
        caption_channels=config.caption_channels,
        rope_double_precision=config.frequencies_precision == "float64",
        rope_type=config.rope_type,
        use_prompt_embeddings=not config.caption_proj_before_connector,
        perturbed_attn=True,
    )
    kept = {k: v for k, v in weights.items() if "embeddings_connector" not in k}
    peer.load_state_dict({_renamed(k, _TRANSFORMER): v for k, v in kept.items()})
    return peer.eval().requires_grad_(False)


def small_vae() -> VideoVaeConfig:
    """A small video autoencoder of LTX-2's form."""
    one = {"num_layers": 1}
    two = {"multiplier": 2}
    up = {"residual": True, "multiplier": 2}
    return VideoVaeConfig(
        latent_channels=16,
        decoder_base_channels=16,
        encoder_blocks=(
            ("res_x", one),
            ("compress_space_res", two),
            ("res_x", {"num_layers": 2}),
            ("compress_time_res", two),
            ("res_x", one),
            ("compress_all_res", two),
            ("res_x", one),
            ("compress_all_res", two),
            ("res_x", one),
        ),
        decoder_blocks=(
            ("res_x", one),
            ("compress_all", up),
            ("res_x", one),
            ("compress_all", up),
            ("res_x", {"num_layers": 2}),
            ("compress_all", up),
            ("res_x", one),
        ),
    )


def peer_vae(config: VideoVaeConfig, weights: Mapping[str, Tensor]) -> Any:
    """diffusers' video autoencoder of `small_vae`'s form with these weights."""
    from diffusers import AutoencoderKLLTX2Video

    width = config.latent_channels
    layers = [int(o["num_layers"]) for kind, o in config.encoder_blocks if kind == "res_x"]
    decoder = [int(o["num_layers"]) for kind, o in config.decoder_blocks if kind == "res_x"]
    peer = AutoencoderKLLTX2Video(
        latent_channels=width,
        block_out_channels=tuple(width * 2**n for n in range(1, 5)),
        decoder_block_out_channels=tuple(config.decoder_base_channels * 2**n for n in range(1, 4)),
        layers_per_block=tuple(layers),
        decoder_layers_per_block=tuple(decoder),
        decoder_causal=False,
    )
    peer.load_state_dict(dict(_vae_names(weights)))
    return peer.eval().requires_grad_(False)


def _vae_names(weights: Mapping[str, Tensor]) -> Iterable[tuple[str, Tensor]]:
    """Levels and steps in one row are levels with steps inside, there."""
    for name, value in weights.items():
        found = re.match(r"(encoder\.down_blocks|decoder\.up_blocks)\.(\d+)\.(.*)", name)
        if found:
            stem, index, rest = found[1], int(found[2]), found[3].replace("res_blocks", "resnets")
            name = _down(index, rest) if stem.startswith("encoder") else _up(index, rest)
            name = f"{stem.split('.')[0]}.{name}"
        name = name.replace("per_channel_statistics.mean-of-means", "latents_mean")
        yield name.replace("per_channel_statistics.std-of-means", "latents_std"), value


def _down(index: int, rest: str) -> str:
    if index == 8:
        return f"mid_block.{rest}"
    step = "downsamplers.0." if index % 2 else ""
    return f"down_blocks.{index // 2}.{step}{rest}"


def _up(index: int, rest: str) -> str:
    if index == 0:
        return f"mid_block.{rest}"
    step = "upsamplers.0." if index % 2 else ""
    return f"up_blocks.{(index - 1) // 2}.{step}{rest}"


def _renamed(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    for ours, theirs in pairs:
        name = name.replace(ours, theirs)
    return name


def tiny_table(*, newer: bool, layers: int = 2, heads: int = 4) -> dict[str, Any]:
    """The configuration of a whole small model, as a file's metadata carries it."""
    block = {"num_layers": 1}
    vocoder = {
        "upsample_rates": [6, 5, 2, 2, 2],
        "upsample_kernel_sizes": [16, 15, 8, 4, 4],
        "resblock_kernel_sizes": [3],
        "resblock_dilation_sizes": [[1, 3]],
        "upsample_initial_channel": 32,
        "output_sampling_rate": 24000,
        "mel_bins": 16,
    }
    sound = {
        "ch": 8,
        "out_ch": 2,
        "in_channels": 2,
        "ch_mult": [1, 2, 2],
        "num_res_blocks": 1,
        "z_channels": 4,
        "mel_bins": 16,
    }
    vae = dataclasses.asdict(small_vae())
    vae["decoder_blocks"] = [(k, block if k == "res_x" else o) for k, o in vae["decoder_blocks"]]
    return {
        "transformer": dataclasses.asdict(
            small_transformer(newer=newer, layers=layers, heads=heads)
        ),
        "vae": vae,
        "audio_vae": {"model": {"params": {"sampling_rate": 16000, "ddconfig": sound}}},
        "vocoder": vocoder,
    }


def write_tiny(
    path: Path, *, newer: bool = False, seed: int = 0, layers: int = 2, heads: int = 4
) -> Path:
    """A whole checkpoint of random numbers in the layout of the public files."""
    table = tiny_table(newer=newer, layers=layers, heads=heads)
    config = read_config(table, "")
    words = TensorFacts("F32", (1, STATES * config.transformer.caption_channels))
    tensors = {}
    for number, (part, prefix) in enumerate(PREFIXES.items()):
        module = build(config, part, {"weight": words}).to_empty(device="cpu")
        filled = fill(module, seed + number)
        tensors |= {prefix + name: value for name, value in filled.state_dict().items()}
    metadata = {"config": json.dumps(table), "model_version": "2.3.0" if newer else "2.0.0"}
    save_file({n: v.contiguous() for n, v in tensors.items()}, path, metadata=metadata)
    return path


def write_prompts(path: Path, *texts: str, tokens: int = 5) -> None:
    """Random features of prompts, where the model of a checkpoint looks for them.

    The first has `tokens`, each after it one more.
    """
    opened = open_checkpoint(path)
    config = opened.config.transformer
    mark = fingerprint(load_part(opened, "text"))
    before = config.caption_proj_before_connector
    widths = (config.width, config.audio_width) if before else (config.caption_channels,) * 2
    for number, text in enumerate(texts):
        generator = torch.Generator().manual_seed(number)
        drawn = [torch.randn(1, tokens + number, width, generator=generator) for width in widths]
        save_features(Features(*drawn), text, mark)


def peer_pipeline(path: Path) -> Any:
    """diffusers' pipeline with the networks of a checkpoint that `write_tiny` wrote."""
    from diffusers import AutoencoderKLLTX2Audio, FlowMatchEulerDiscreteScheduler, LTX2Pipeline
    from diffusers.pipelines.ltx2 import LTX2TextConnectors

    opened = open_checkpoint(path)
    config = opened.config.transformer
    before = config.caption_proj_before_connector
    vae, audio = load_part(opened, "vae"), load_part(opened, "audio_vae")
    connectors = LTX2TextConnectors(
        caption_channels=config.caption_channels,
        text_proj_in_factor=STATES,
        per_modality_projections=before,
        video_hidden_dim=config.width,
        audio_hidden_dim=config.audio_width,
        proj_bias=before,
        video_connector_num_attention_heads=config.connector_num_attention_heads,
        video_connector_attention_head_dim=config.connector_attention_head_dim,
        video_connector_num_layers=config.connector_num_layers,
        video_gated_attn=config.connector_apply_gated_attention,
        audio_connector_num_attention_heads=config.audio_connector_num_attention_heads
        or config.connector_num_attention_heads,
        audio_connector_attention_head_dim=config.audio_connector_attention_head_dim
        or config.connector_attention_head_dim,
        audio_connector_num_layers=config.connector_num_layers,
        audio_gated_attn=config.connector_apply_gated_attention,
        rope_type=config.rope_type,
    )
    for name in ("video", "audio"):
        weights = load_part(opened, f"{name}_connector").state_dict()
        pairs = (*_TRANSFORMER, ("transformer_1d_blocks", "transformer_blocks"))
        part = connectors.get_submodule(f"{name}_connector")
        part.load_state_dict({_renamed(k, pairs): v for k, v in weights.items()})
    words = load_part(opened, "text").state_dict()
    named = {k.replace("aggregate_embed", "text_proj_in"): v for k, v in words.items()}
    connectors.load_state_dict(named, strict=False)
    sound = AutoencoderKLLTX2Audio(
        base_channels=8,
        ch_mult=(1, 2, 2),
        num_res_blocks=1,
        latent_channels=4,
        mel_bins=16,
    )
    sound.latents_mean = audio.per_channel_statistics.get_buffer("mean-of-means")
    sound.latents_std = audio.per_channel_statistics.get_buffer("std-of-means")
    scheduler = FlowMatchEulerDiscreteScheduler(
        use_dynamic_shifting=True,
        base_shift=0.95,
        max_shift=2.05,
        base_image_seq_len=1024,
        max_image_seq_len=4096,
        shift_terminal=0.1,
    )
    transformer = peer_transformer(config, load_part(opened, "transformer").state_dict())
    pipeline = LTX2Pipeline(
        scheduler=scheduler,
        vae=peer_vae(opened.config.vae, vae.state_dict()),
        audio_vae=sound.eval(),
        text_encoder=None,
        tokenizer=None,
        connectors=connectors.eval(),
        transformer=transformer,
        vocoder=None,
    )
    pipeline.vae_spatial_compression_ratio, pipeline.vae_temporal_compression_ratio = SPACE, TIME
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
