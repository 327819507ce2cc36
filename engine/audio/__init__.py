"""Sound values, generators, processing, mixing and loudness. Each part loads on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.audio.bands import Band, BandKind

if TYPE_CHECKING:
    from engine.audio.automation import automate as automate
    from engine.audio.automation import bus as bus
    from engine.audio.beats import Rhythm as Rhythm
    from engine.audio.beats import find_rhythm as find_rhythm
    from engine.audio.convolution import convolve as convolve
    from engine.audio.delivery import Delivered as Delivered
    from engine.audio.delivery import deliver as deliver
    from engine.audio.delivery import dialogue_loudness as dialogue_loudness
    from engine.audio.denoising import denoise as denoise
    from engine.audio.ducking import duck as duck
    from engine.audio.dynamics import compress as compress
    from engine.audio.dynamics import de_ess as de_ess
    from engine.audio.dynamics import gate as gate
    from engine.audio.echoes import echo as echo
    from engine.audio.equaliser import equalise as equalise
    from engine.audio.generators import NoiseColour as NoiseColour
    from engine.audio.generators import Waveform as Waveform
    from engine.audio.generators import noise as noise
    from engine.audio.generators import silence as silence
    from engine.audio.generators import tone as tone
    from engine.audio.levelling import normalise as normalise
    from engine.audio.levelling import normalised as normalised
    from engine.audio.limiter import limit as limit
    from engine.audio.loudness import Loudness as Loudness
    from engine.audio.loudness import LoudnessMeter as LoudnessMeter
    from engine.audio.loudness import measure as measure
    from engine.audio.pitch import change_length as change_length
    from engine.audio.pitch import shift_pitch as shift_pitch
    from engine.audio.presets import DELIVERIES as DELIVERIES
    from engine.audio.process import FadeShape as FadeShape
    from engine.audio.process import fade as fade
    from engine.audio.process import gain as gain
    from engine.audio.process import mix as mix
    from engine.audio.process import pan as pan
    from engine.audio.process import place as place
    from engine.audio.process import trim as trim
    from engine.audio.repairing import repair as repair
    from engine.audio.reverb import convolution_reverb as convolution_reverb
    from engine.audio.reverb import reverberate as reverberate
    from engine.audio.scale import amplitude as amplitude
    from engine.audio.scale import decibels as decibels
    from engine.audio.scenes import SCENES as SCENES
    from engine.audio.scenes import Scene as Scene
    from engine.audio.scenes import ambience as ambience
    from engine.audio.stems import Stems as Stems
    from engine.audio.stems import make_stems as make_stems
    from engine.audio.surround import binaural as binaural
    from engine.audio.surround import fold_down as fold_down
    from engine.audio.surround import place_around as place_around
    from engine.media import Sound as Sound

_HOME = {
    "automation": ("automate", "bus"),
    "reverb": ("convolution_reverb", "reverberate"),
    "pitch": ("change_length", "shift_pitch"),
    "stems": ("Stems", "make_stems"),
    "surround": ("binaural", "fold_down", "place_around"),
    "delivery": ("Delivered", "deliver", "dialogue_loudness"),
    "presets": ("DELIVERIES",),
    "beats": ("Rhythm", "find_rhythm"),
    "scenes": ("SCENES", "Scene", "ambience"),
    "convolution": ("convolve",),
    "scale": ("amplitude", "decibels"),
    "denoising": ("denoise",),
    "ducking": ("duck",),
    "dynamics": ("compress", "de_ess", "gate"),
    "echoes": ("echo",),
    "equaliser": ("equalise",),
    "generators": ("NoiseColour", "Waveform", "noise", "silence", "tone"),
    "limiter": ("limit",),
    "loudness": ("Loudness", "LoudnessMeter", "measure"),
    "levelling": ("normalise", "normalised"),
    "process": ("FadeShape", "fade", "gain", "mix", "pan", "place", "trim"),
    "repairing": ("repair",),
}
_MODULE_OF = {name: f"{__name__}.{module}" for module, names in _HOME.items() for name in names}
_MODULE_OF["Sound"] = "engine.media.sound"

__all__ = ["Band", "BandKind", *_MODULE_OF]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value
