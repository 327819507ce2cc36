"""The configuration that an LTX-2 checkpoint carries in its metadata, as checked values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar

Table = Mapping[str, Any]
_Config = TypeVar("_Config")


@dataclass(frozen=True)
class TransformerConfig:
    """The `transformer` table: two streams of `num_layers` blocks."""

    num_attention_heads: int
    attention_head_dim: int
    audio_num_attention_heads: int
    audio_attention_head_dim: int
    in_channels: int
    out_channels: int
    audio_in_channels: int
    audio_out_channels: int
    num_layers: int
    cross_attention_dim: int
    audio_cross_attention_dim: int
    caption_channels: int
    connector_num_attention_heads: int
    connector_attention_head_dim: int
    connector_num_layers: int
    connector_positional_embedding_max_pos: tuple[float, ...] = (4096,)
    audio_connector_num_attention_heads: int = 0  # 0: as the video's
    audio_connector_attention_head_dim: int = 0
    positional_embedding_theta: float = 10000.0
    positional_embedding_max_pos: tuple[float, ...] = (20, 2048, 2048)
    audio_positional_embedding_max_pos: tuple[float, ...] = (20,)
    timestep_scale_multiplier: float = 1000
    av_ca_timestep_scale_multiplier: float = 1000
    rope_type: Literal["split", "interleaved"] = "split"
    frequencies_precision: Literal["float32", "float64"] = "float32"
    norm_eps: float = 1e-6
    caption_proj_before_connector: bool = False
    apply_gated_attention: bool = False
    cross_attention_adaln: bool = False
    connector_apply_gated_attention: bool = False

    def __post_init__(self) -> None:
        _tuples(self)
        if self.rope_type not in ("split", "interleaved"):
            raise ValueError(f"rope_type is split or interleaved, not {self.rope_type!r}")
        for name in ("num_layers", "num_attention_heads", "attention_head_dim"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is at least 1")

    @property
    def width(self) -> int:
        """Channels of the video stream."""
        return self.num_attention_heads * self.attention_head_dim

    @property
    def audio_width(self) -> int:
        """Channels of the sound stream."""
        return self.audio_num_attention_heads * self.audio_attention_head_dim


@dataclass(frozen=True)
class VideoVaeConfig:
    """The `vae` table: blocks of the encoder and, in order of the file, of the decoder."""

    latent_channels: int
    encoder_blocks: tuple[tuple[str, Table], ...]
    decoder_blocks: tuple[tuple[str, Table], ...]
    in_channels: int = 3
    out_channels: int = 3
    patch_size: int = 4
    decoder_base_channels: int = 128
    causal_decoder: bool = False
    timestep_conditioning: bool = False
    norm_layer: str = "pixel_norm"
    latent_log_var: str = "uniform"

    def __post_init__(self) -> None:
        _tuples(self)
        if self.norm_layer != "pixel_norm" or self.timestep_conditioning:
            raise ValueError("a video autoencoder of another generation than LTX-2")


@dataclass(frozen=True)
class AudioVaeConfig:
    """The `audio_vae.model.params.ddconfig` table, with the sampling rate beside it."""

    ch: int
    out_ch: int
    in_channels: int
    ch_mult: tuple[int, ...]
    num_res_blocks: int
    z_channels: int
    mel_bins: int
    double_z: bool = True
    norm_type: str = "pixel"
    causality_axis: str = "height"
    mid_block_add_attention: bool = False
    attn_resolutions: tuple[int, ...] = ()
    sampling_rate: int = 16000
    hop_length: int = 160
    filter_length: int = 1024

    def __post_init__(self) -> None:
        _tuples(self)
        if self.norm_type != "pixel" or self.attn_resolutions or self.mid_block_add_attention:
            raise ValueError("a sound autoencoder of another generation than LTX-2")


@dataclass(frozen=True)
class VocoderConfig:
    """The `vocoder` table, or one half of it where sound is widened to a higher rate."""

    upsample_rates: tuple[int, ...]
    upsample_kernel_sizes: tuple[int, ...]
    resblock_kernel_sizes: tuple[int, ...]
    resblock_dilation_sizes: tuple[tuple[int, ...], ...]
    upsample_initial_channel: int
    output_sampling_rate: int = 24000
    stereo: bool = True
    resblock: str = "1"
    activation: str = "leaky_relu"
    mel_bins: int = 64
    use_tanh_at_final: bool = True
    apply_final_activation: bool = True
    use_bias_at_final: bool = True
    hop_length: int = 0
    n_fft: int = 0
    win_size: int = 0
    num_mels: int = 64
    input_sampling_rate: int = 0

    def __post_init__(self) -> None:
        _tuples(self)


@dataclass(frozen=True)
class Ltx2Config:
    """The configuration of one checkpoint: its version, and the networks that it holds."""

    version: str
    transformer: TransformerConfig
    vae: VideoVaeConfig | None = None
    audio_vae: AudioVaeConfig | None = None
    vocoder: VocoderConfig | None = None
    bandwidth: VocoderConfig | None = None
    raw: Table = field(default_factory=dict, repr=False, compare=False)


def read_config(table: Table, version: str) -> Ltx2Config:
    """The checked configuration. Raises KeyError, TypeError, ValueError for what does not fit."""
    vocoder = table.get("vocoder")
    bandwidth = vocoder.get("bwe") if vocoder else None
    audio = table.get("audio_vae")
    return Ltx2Config(
        version=version,
        transformer=_read(TransformerConfig, table["transformer"]),
        vae=_read(VideoVaeConfig, table["vae"]) if "vae" in table else None,
        audio_vae=_read(AudioVaeConfig, _audio_table(audio)) if audio else None,
        vocoder=_read(VocoderConfig, vocoder.get("vocoder", vocoder)) if vocoder else None,
        bandwidth=_read(VocoderConfig, bandwidth) if bandwidth else None,
        raw=table,
    )


def _audio_table(table: Table) -> Table:
    params = table["model"]["params"]
    stft = table.get("preprocessing", {}).get("stft", {})
    kept = {name: stft[name] for name in ("hop_length", "filter_length") if name in stft}
    return {**params["ddconfig"], "sampling_rate": params["sampling_rate"], **kept}


def _read(kind: type[_Config], table: Table) -> _Config:
    """The dataclass of a table; keys that it does not know do not matter to the networks."""
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in table.items() if name in known})


def _tuples(config: object) -> None:
    """Make lists of the JSON file tuples, so that equal configurations are equal values."""
    for item in fields(config):  # type: ignore[arg-type]
        value = getattr(config, item.name)
        if isinstance(value, list):
            object.__setattr__(config, item.name, _frozen(value))


def _frozen(value: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(_frozen(item) if isinstance(item, list) else item for item in value)
