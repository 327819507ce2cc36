"""Trains the vocoder of the voices: spectra first, then judges that tell it from real speech."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.layers import FLOOR
from engine.models.speech.aiprod.acoustic import LANGUAGES, AcousticModel, at_level
from engine.models.speech.aiprod.grid import HOP, voice_mel
from engine.models.speech.aiprod.vocoder import Pulses, VocoderConfig, VoiceVocoder, noise_like
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.sound import spectral_loss
from engine.training.voice_acoustic import batch_of
from engine.training.voice_data import Lesson, VoiceSet, taught_set

_RESOLUTIONS = (256, 512, 1024, 2048)


@dataclass(frozen=True)
class VocoderTraining:
    """The `[training]` table of both stages.

    drawn: part of the examples that are mel pictures of the acoustic network, where the file names
    one. judged: how much the judges count; 0 is the first stage, without them.
    """

    voices: Sequence[str]
    sentences: Sequence[int]  # of each voice, as the acoustic network has them
    frames: int = 64  # of an example
    seed: int = 51
    rate: float = 1e-3
    drawn: float = 0.5
    judged: float = 0.0
    judge_rate: float = 5e-4
    judge_width: int = 16

    def __post_init__(self) -> None:
        if len(self.voices) != len(self.sentences):
            raise ValueError("sentences has a number for every one of voices")


class Judge(nn.Module):
    """Looks at log spectra of three resolutions (Jang et al., UnivNet, Interspeech 2021)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.looks = nn.ModuleList(_look(width) for _ in _JUDGED)

    def forward(self, wave: Tensor) -> list[list[Tensor]]:
        """What each look sees of sound (B, samples), layer by layer; the last is its verdict."""
        found = []
        for size, look in zip(_JUDGED, self.looks, strict=True):
            window = torch.hann_window(size)
            seen = torch.stft(wave, size, size // 4, window=window, return_complex=True)
            x = (seen.abs() + 1e-4).log()[:, None]
            layers = []
            for layer in look.children():
                x = layer(x)
                layers.append(x)
            found.append(layers)
        return found


_JUDGED = (512, 1024, 2048)


def _look(width: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    into = 1
    for stride in (2, 2, 2, 1):
        conv = nn.Conv2d(into, width, (9, 3), (stride, 1), (4, 1))
        layers.append(nn.Sequential(conv, nn.LeakyReLU(0.2)))
        into = width
    return nn.Sequential(*layers, nn.Conv2d(width, 1, (3, 3), padding=1))


def train_vocoder(
    loop: LoopConfig,
    training: VocoderTraining,
    config: VocoderConfig,
    folder: Path,
    *,
    start: Mapping[str, Tensor] | None = None,
    acoustic: AcousticModel | None = None,
    report: Report | None = None,
) -> VoiceVocoder:
    """Train from nothing, from `start`, or go on. `acoustic` draws part of the mel pictures."""
    torch.manual_seed(loop.seed)
    both = nn.ModuleDict({"voice": VoiceVocoder(config)})
    voice, judge = both["voice"], Judge(training.judge_width)
    if start is not None:
        held = {name.removeprefix("voice."): value for name, value in start.items()}
        voice.load_state_dict(held, strict=False)
    if training.judged:
        both["judge"] = judge
    sets = [
        taught_set(folder.parent / "voices", teacher, count, training.seed)
        for teacher, count in zip(training.voices, training.sentences, strict=True)
    ]
    names = {facts.teacher: n for n, facts in enumerate(acoustic.config.voices if acoustic else ())}
    who = [names.get(teacher, -1) for teacher in training.voices]

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        random = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        drawn = acoustic if acoustic and random.random() < training.drawn else None
        mel, hertz, pulses, wave = _examples(sets, who, loop.batch, training, random, drawn)
        heard = voice(mel, hertz, pulses, noise_like(mel, generator))
        shape = F.l1_loss(voice_mel(heard), voice_mel(wave))
        total = spectral_loss(heard, wave, _RESOLUTIONS) + shape
        told = {"mel": float(shape.detach())}
        if training.judged:
            fooled, caught = judged(judge, heard, wave)
            total = total + training.judged * fooled + caught
            told |= {"fooled": float(fooled.detach()), "caught": float(caught.detach())}
        return total, told

    optimisers = [_adam(voice.parameters(), training.rate)]
    if training.judged:
        optimisers.append(_adam(judge.parameters(), training.judge_rate))
    average = train(Trainee(both, tuple(optimisers), loss), loop, folder, report=report)
    both.load_state_dict(average, strict=False)
    assert isinstance(voice, VoiceVocoder)
    return voice.eval()


def judged(judge: Judge, heard: Tensor, wave: Tensor) -> tuple[Tensor, Tensor]:
    """The losses of the voice, by verdicts and by what is seen, and of the judge.

    Least squares (Mao et al., ICCV 2017). Neither gives gradients to the other.
    """
    judge.requires_grad_(False)
    with torch.no_grad():
        real = judge(wave)
    made = judge(heard)
    fooled = heard.new_zeros(())
    for seen, wanted in zip(made, real, strict=True):
        fooled = fooled + (1 - seen[-1]).square().mean()
        for one, other in zip(seen[:-1], wanted[:-1], strict=True):
            fooled = fooled + 2 * F.l1_loss(one, other)
    judge.requires_grad_(True)
    caught = heard.new_zeros(())
    for good, bad in zip(judge(wave), judge(heard.detach()), strict=True):
        caught = caught + (1 - good[-1]).square().mean() + bad[-1].square().mean()
    return fooled / len(made), caught / len(made)


def _adam(parameters: Iterable[nn.Parameter], rate: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameters, lr=rate, betas=(0.8, 0.95), weight_decay=0.01)


def _examples(
    sets: Sequence[VoiceSet],
    who: Sequence[int],
    size: int,
    training: VocoderTraining,
    random: np.random.Generator,
    acoustic: AcousticModel | None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Mel pictures (B, 80, T), Hz (B, T), pulses and samples (B, 240 T) of stretches."""
    columns = []
    for _ in range(size):
        number = int(random.integers(len(sets)))
        lesson = sets[number].lesson(int(random.integers(len(sets[number]))))
        first = int(random.integers(max(1, len(lesson.hertz) - training.frames + 1)))
        mel = torch.from_numpy(lesson.mel)
        if acoustic is not None and who[number] >= 0:
            mel = drawn_mel(acoustic, lesson, who[number])
        pulses = Pulses(phase=float(random.random())).more(lesson.hertz)
        parts = (
            (mel, 1),
            *(
                (torch.from_numpy(x), n)
                for x, n in ((lesson.hertz, 1), (pulses, HOP), (lesson.wave, HOP))
            ),
        )
        columns.append([_cut(part, first, training.frames, scale) for part, scale in parts])
    mel, hertz, pulses_, wave = (torch.stack(list(parts)) for parts in zip(*columns, strict=True))
    return mel, hertz, pulses_, wave


def _cut(part: Tensor, first: int, frames: int, scale: int) -> Tensor:
    """Frames of something with `scale` values a frame; past the end there is silence."""
    found = part[..., first * scale : (first + frames) * scale]
    silence = FLOOR if part.ndim == 2 else 0.0
    return F.pad(found, (0, frames * scale - found.shape[-1]), value=silence)


@torch.no_grad()
def drawn_mel(acoustic: AcousticModel, lesson: Lesson, who: int) -> Tensor:
    """The mel picture (80, N) that the network draws of a sentence as its teacher said it."""
    batch = batch_of([lesson], [who], acoustic.config.voices)
    speaker = F.normalize(acoustic.speakers[batch.who], dim=-1)
    language = LANGUAGES.index(acoustic.config.voices[who].language[:2])
    known = acoustic.read(batch.rows, batch.lengths, speaker, torch.tensor([language]))
    total = int(batch.total)
    told, line = acoustic.decoder.conditions(known, batch.said, batch.frames, speaker, total)
    _, mel, _ = acoustic.decoder(told)
    return at_level(mel, line[..., 1], batch.level)[0]
