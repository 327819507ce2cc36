"""What predicts the velocities of a shot: its prompts and what is seen beside it, read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.diffusion.guidance import Wanted
from engine.diffusion.picturing import Canvas, seen_beside
from engine.diffusion.prompting import Voice, speak
from engine.diffusion.sample import Predict
from engine.diffusion.values import Keyframe, Reference, Steering
from engine.errors import UsageError
from engine.models.family import Beside, PromptFeatures, Recognising, Sparing, VideoModel

if TYPE_CHECKING:
    from engine.diffusion.shot import Shot


def read_prompt(model: VideoModel, text: str) -> PromptFeatures:
    """The prompt's features. Raises UsageError when it is empty or nothing of it is known."""
    if not text.strip():
        raise UsageError("the prompt is empty", where="prompt", mend="Say what the shot shows.")
    features = model.encode_prompt(text)
    if not features.says_something:
        raise UsageError(
            f"the model knows no word of {text!r}",
            where="prompt",
            mend='Try "a large red ball bounces in a meadow".',
        )
    return features


def predictor(
    model: VideoModel,
    shot: Shot,
    canvas: Canvas,
    steering: Sequence[Steering],
    on_note: Callable[[str], None],
) -> Predictor:
    """What predicts velocities for a shot."""
    told: set[str] = set()

    def tell(features: PromptFeatures) -> PromptFeatures:
        for note in features.notes:
            if note not in told:
                told.add(note)
                on_note(note)
        return features

    def encode(text: str) -> PromptFeatures:
        needed = shot.needs_words or bool(text.strip())
        return tell(read_prompt(model, text) if needed else model.encode_prompt(text))

    def unwanted(text: str) -> PromptFeatures:
        return tell(model.encode_prompt(text))

    frames = canvas.plan.frames
    references = [item for item in steering if isinstance(item, Reference)]
    prompt = speak(model, shot.prompt, shot.changes, frames=frames, encode=encode)
    prompt = completed(model, prompt, references, on_note)
    negative = speak(model, shot.negative, (), frames=frames, encode=unwanted)
    keyframes = [item for item in steering if isinstance(item, Keyframe) and item.mode == "guide"]
    seen = seen_beside(keyframes, references, canvas)
    found = seen(1.0)
    return Predictor(model, prompt, negative, seen, 0 if found is None else len(found.times))


def completed(
    model: VideoModel,
    prompt: Sequence[Voice],
    references: Sequence[Reference],
    on_note: Callable[[str], None],
) -> list[Voice]:
    """The prompt with what its references show, where it is silent about it.

    What the prompt says goes first, then the references in their order; one whose strength is
    below a half is only looked at.
    """
    voices = list(prompt)
    if not isinstance(model, Recognising):
        return voices
    for reference in references:
        if reference.strength >= 0.5:
            found = model.recognise(reference.picture.array())
            for note in found.notes:
                on_note(note)
            voices = [
                replace(voice, words=model.completed(voice.words, found.words)) for voice in voices
            ]
    return voices


@dataclass(frozen=True)
class Predictor:
    """Predicts velocities for a shot: what its prompts say and what is seen beside it is read once.

    beside: frames that the model sees beside the clip.
    """

    model: VideoModel
    prompt: Sequence[Voice]
    negative: Sequence[Voice]
    seen: Callable[[float], Beside | None]
    beside: int

    def skipping(self, blocks: tuple[int, ...]) -> Predict:
        """With the blocks that guidance skips."""

        def predict(x: Tensor, levels: Tensor, wanted: Sequence[Wanted]) -> list[Tensor]:
            seen = self.seen(float(levels.max()))
            asked = [
                (number, voice, blocks if each == "skipping" else ())
                for number, each in enumerate(wanted)
                for voice in (self.negative if each == "negative" else self.prompt)
            ]
            made = [torch.zeros_like(x) for _ in wanted]
            for group in _groups(asked, together=_batches(self.model)):
                words = torch.cat([voice.words for _, voice, _ in group])
                count, skip = len(group), group[0][2]
                given = x.expand(count, -1, -1, -1, -1), levels.expand(count, -1), words
                found = self.model.velocity(*given, beside=seen, skip=skip).cpu()
                for row, (number, voice, _) in enumerate(group):
                    made[number] += voice.share[None, None, :, None, None] * found[row : row + 1]
            return made

        return predict


_Asked = tuple[int, Voice, tuple[int, ...]]


def _groups(asked: Sequence[_Asked], *, together: bool) -> list[list[_Asked]]:
    """Predictions that can be made at once: they skip the same blocks and have as many words."""
    groups: dict[object, list[_Asked]] = {}
    for order, item in enumerate(asked):
        key = (item[2], item[1].words.shape) if together else order
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def _batches(model: VideoModel) -> bool:
    return isinstance(model, Sparing) and model.batches
