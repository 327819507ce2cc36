"""Parts of a clip made anew: spans, regions, what comes after or before, its seam, its look.

Each is one or several shots of a window of the clip, with what stays as conditions, put back into
the clip. Frames that are not made anew are those of the clip, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Literal

import numpy as np

from engine.diffusion.counting import Counted
from engine.diffusion.picturing import Pixels, frames_of_latent, grey, legal_counts
from engine.diffusion.values import Condition, GivenSound, Keyframe, Region, Start
from engine.errors import UsageError
from engine.media import Clip, Image, Sound, conform_rate, trim
from engine.media.rates import frames_in, samples_in
from engine.media.resample import conform_sample_rate
from engine.media.splice import joined, lengthened, rolled_sound, with_frames, with_sound
from engine.models.family import VideoModel
from engine.models.joint import JointModel


@dataclass(frozen=True)
class Job:
    """A shot to make: its size, its number of frames, and what is known of it.

    on_sound: is given the sound that was made with it; the job fails when there is none.
    counted: how what the user knows of it is counted, where that is not as its frames are.
    """

    width: int
    height: int
    frames: int
    conditions: tuple[Condition, ...]
    on_sound: Callable[[Sound], None] | None = None
    counted: Counted | None = None


Make = Callable[[Job], Pixels]
"""Makes a shot: uint8 (T, H, W, 3) at the model's rate."""


def retake(
    model: VideoModel,
    clip: Clip,
    first: int,
    stop: int,
    make: Make,
    *,
    sound: Literal["keep", "make anew"] = "keep",
    follows: bool = True,
) -> Clip:
    """Frames `first` to `stop` (exclusive) of a clip made anew; the others stay bit-exact.

    The model sees as much as it can on either side of the span. `sound` says whether the span keeps
    its own, or gets what is made with the new frames; with `follows`, a model of picture and sound
    hears what stays. Raises UsageError when the span is empty, outside of the clip, or longer than
    a shot, and when there is no sound to make anew.
    """
    if sound == "make anew" and clip.sound is None:
        raise UsageError("the clip is silent", where="sound", mend="Keep its sound as it is.")
    if not 0 <= first < stop <= clip.frame_count:
        raise UsageError(
            f"frames {first} to {stop - 1} are no span of a clip of {clip.frame_count} frames",
            where="span",
            mend=f"Let it lie within 0 to {clip.frame_count - 1}, with its end after its start.",
        )
    slow = conform_rate(clip, model.rate)
    step = model.rate / clip.rate
    low, high = (_shown(number, step, slow) for number in (first, stop - 1))
    if high - low >= model.longest:
        raise UsageError(
            f"the span is {(stop - first) / float(clip.rate):.3g} s long",
            where="span",
            mend=f"Make it at most {float(model.longest / model.rate):.3g} s, or retake in parts.",
        )
    frames = min(model.longest, _legal(model, slow.frame_count))
    begin = _window(model, low, high, frames, slow.frame_count)
    window = _frames(slow, begin, frames)
    known = [n for n in range(frames) if not low <= begin + n <= high]
    conditions = [Condition(item) for item in _kept(window, known, model)]
    span = float((low - begin) / model.rate), float((high + 1 - begin) / model.rate)
    if follows and clip.sound is not None and isinstance(model, JointModel):
        heard = trim(slow, begin, min(begin + frames, slow.frame_count)).sound
        assert heard is not None  # as the clip's
        anew = span if sound == "make anew" else None
        conditions.append(Condition(GivenSound(heard, anew=anew)))
    made_sound: list[Sound] = []
    listen = made_sound.append if sound == "make anew" else None
    span_length = high + 1 - low
    counted = Counted(begin - low, range(span_length), span_length)
    pixels = make(Job(clip.width, clip.height, frames, tuple(conditions), listen, counted))
    places = [_shown(number, step, slow) - begin for number in range(first, stop)]
    new = Clip.from_array(pixels[places], clip.rate)
    made = with_frames(clip, first, new)
    if not made_sound or clip.sound is None:
        return made
    return replace(made, sound=_resounded(clip, clip.sound, first, stop, made_sound[0], span[0]))


def _resounded(clip: Clip, own: Sound, first: int, stop: int, made: Sound, offset: float) -> Sound:
    """A clip's sound with that of some frames from a new one, in which they begin at `offset`."""
    at, end = (samples_in(number, clip.rate, own.rate) for number in (first, stop))
    begin = round(offset * own.rate)
    part = conform_sample_rate(made, own.rate).array(begin, begin + end - at)
    if made.layout != own.layout:
        part = np.repeat(part.mean(1, keepdims=True), own.channels, 1)
    return with_sound(own, at, Sound.from_array(part, own.rate, layout=own.layout))


def extend(
    model: VideoModel,
    clip: Clip,
    seconds: float,
    make: Callable[[Job, int, int], Pixels],
    *,
    forward: bool = True,
    context: int = 9,
) -> Clip:
    """A clip carried on after its end, or before its beginning; its own frames stay bit-exact.

    `make` gets the shot and its number of how many: a long extension is made of several, each of
    which sees `context` frames of what is there. New frames are silent.
    """
    wanted = frames_in(Fraction(str(seconds)), clip.rate)
    if wanted < 1:
        raise UsageError(
            f"{seconds:g} s is less than a frame",
            where="seconds",
            mend=f"Extend it by {float(1 / clip.rate):.2g} s or more.",
        )
    slow = conform_rate(clip, model.rate)
    most = min(context, model.longest - model.time, slow.frame_count)
    seen = 1 + (most - 1) // model.time * model.time
    needed = ceil(wanted * model.rate / clip.rate)
    known = list(_frames(slow, slow.frame_count - seen if forward else 0, seen))
    made: list[Pixels] = []
    shots = ceil(Fraction(needed, model.longest - seen))
    for number in range(shots):
        left = needed - len(made)
        frames = min(model.longest, _legal(model, seen + left))
        held = _as_clip(known[-seen:] if forward else known[:seen], model.rate)
        conditions = (Condition(Keyframe(held, 0 if forward else -1)),)
        fresh = min(frames - seen, left)
        begin = len(made) if forward else left - fresh
        first = len(made) - seen if forward else left - (frames - seen)
        counted = Counted(first, range(begin, begin + fresh), needed)
        job = Job(clip.width, clip.height, frames, conditions, counted=counted)
        pixels = make(job, number, shots)
        new = list(pixels[seen:][:fresh] if forward else pixels[: frames - seen][-fresh:])
        made = [*made, *new] if forward else [*new, *made]
        known = [*known, *new] if forward else [*new, *known]
    step = model.rate / clip.rate
    if forward:
        places = [_middle(number, step) for number in range(wanted)]
    else:
        places = [len(made) - 1 - _middle(wanted - 1 - n, step) for n in range(wanted)]
    places = [min(max(place, 0), len(made) - 1) for place in places]
    new_clip = Clip.from_array(np.stack(made)[places], clip.rate)
    whole = _around(clip, new_clip, forward=forward)
    before = 0 if forward else wanted
    return replace(whole, sound=lengthened(clip, clip.sound, before, whole.frame_count))


def loop(model: VideoModel, clip: Clip, seconds: float, make: Make) -> Clip:
    """A clip whose end runs on into its beginning: the frames around that seam are made anew.

    It keeps its length; `seconds` is how much is made anew, half of it at either end.
    """
    half = max(1, frames_in(Fraction(str(seconds)) / 2, clip.rate))
    if 2 * half >= clip.frame_count:
        raise UsageError(
            f"{2 * half} frames are made anew of a clip of {clip.frame_count}",
            where="seconds",
            mend="Make less of it anew." if clip.frame_count > 2 else "Use a longer clip.",
        )
    middle = clip.frame_count // 2
    turned = joined([trim(clip, middle), trim(clip, 0, middle)])
    seam = clip.frame_count - middle
    made = retake(model, turned, seam - half, seam + half, make)
    back = joined([trim(made, seam), trim(made, 0, seam)])
    return replace(back, sound=clip.sound, start=clip.start, name=clip.name)


def inpaint(model: VideoModel, clip: Clip, mask: Image | Clip, make: Make) -> Clip:
    """A clip made anew where a mask is white; where it is black the picture stays.

    Grey of the mask mixes both. Raises UsageError when the mask does not fit, or when the clip is
    longer than a shot.
    """
    window, frames = _one_shot(model, clip)
    black = mask if isinstance(mask, Image) else _padded_mask(mask, clip, model, frames)
    region = Region(window, black)
    pixels = make(Job(clip.width, clip.height, frames, (Condition(region),)))
    return _mixed(model, clip, mask, pixels)


def outpaint(model: VideoModel, clip: Clip, margins: tuple[int, int, int, int], make: Make) -> Clip:
    """A clip on a larger picture: `margins` left, top, right and bottom, in pixels, made anew."""
    left, top, right, bottom = margins
    if min(margins) < 0 or not any(margins):
        raise UsageError("an outpainted clip needs a margin", where="left", mend="Give one.")
    edges = ((top, bottom), (left, right), (0, 0))
    shown = [np.pad(pixels[..., :3], edges, mode="edge") for pixels in clip.arrays()]
    wide = Clip.from_array(np.stack(shown), clip.rate, sound=clip.sound, name=clip.name)
    inside = np.zeros((clip.height, clip.width, 3), np.uint8)
    mask = Image.from_array(np.pad(inside, edges, constant_values=255))
    return inpaint(model, wide, mask, make)


def restyle(model: VideoModel, clip: Clip, change: float, make: Make) -> Clip:
    """A clip made anew from itself with `change` of it made noise: little keeps much of it."""
    window, frames = _one_shot(model, clip)
    start = Condition(Start(window, change))
    pixels = make(Job(clip.width, clip.height, frames, (start,)))
    step = model.rate / clip.rate
    places = [min(_middle(number, step), frames - 1) for number in range(clip.frame_count)]
    made = Clip.from_array(pixels[places], clip.rate, name=clip.name)
    return replace(made, sound=clip.sound, start=clip.start)


def rolled(clip: Clip, first: int) -> Clip:
    """The clip from frame `first` to its end, then what came before, with its sound."""
    turned = joined([trim(clip, first), trim(clip, 0, first)]) if first else clip
    return replace(turned, sound=rolled_sound(clip, first))


def _kept(window: Sequence[Pixels], known: Sequence[int], model: VideoModel) -> list[Keyframe]:
    """Keyframes of the runs of whole latent frames among those known."""
    latents = 1 + (len(window) - 1) // model.time
    there = set(known)
    runs: list[list[int]] = []
    for index in range(latents):
        span = frames_of_latent(index, model.time)
        if not there.issuperset(span):
            continue
        if runs and runs[-1][-1] == span.start - 1:
            runs[-1] += span
        else:
            runs.append(list(span))
    return [Keyframe(_as_clip([window[n] for n in run], model.rate), run[0]) for run in runs]


def _window(model: VideoModel, low: int, high: int, frames: int, there: int) -> int:
    """Where a window of `frames` begins that holds the span with most around it.

    The span begins at a latent frame's first where that can be, so that little is lost before it.
    """
    begin = low - (frames - (high - low + 1)) // 2
    begin -= (low - begin - 1) % model.time if low else 0
    last = max(0, there - frames)
    begin = min(max(0, begin), last)
    while begin + frames <= high and begin < last:
        begin += 1
    return begin


def _one_shot(model: VideoModel, clip: Clip) -> tuple[Clip, int]:
    """A clip at the model's rate, its last frame held up to a legal length. Raises UsageError."""
    slow = conform_rate(clip, model.rate)
    if slow.frame_count > model.longest:
        legal = legal_counts(model, slow.frame_count)
        raise UsageError(
            f"the clip has {slow.frame_count} frames at {float(model.rate):g} a second",
            where="clip",
            mend=f"Trim it to {legal[-1]} at most: {float(model.longest / model.rate):.3g} s.",
        )
    frames = _legal(model, slow.frame_count)
    return _as_clip(_frames(slow, 0, frames), model.rate), frames


def _padded_mask(mask: Clip, clip: Clip, model: VideoModel, frames: int) -> Clip:
    if mask.frame_count != clip.frame_count or mask.rate != clip.rate:
        raise UsageError(
            f"the mask has {mask.frame_count} frames at {float(mask.rate):g} a second, "
            f"the clip {clip.frame_count} at {float(clip.rate):g}",
            where="mask",
            mend="Give the mask the length of the clip, or use one picture for all frames.",
        )
    return _as_clip(_frames(conform_rate(mask, model.rate), 0, frames), model.rate)


def _mixed(model: VideoModel, clip: Clip, mask: Image | Clip, pixels: Pixels) -> Clip:
    """The clip with what was made laid over it by the mask, lazily."""
    step = model.rate / clip.rate
    still = grey(mask.array()) if isinstance(mask, Image) else None

    def frames(start: int, stop: int) -> Iterator[Pixels]:
        masks = mask.arrays(start, stop) if isinstance(mask, Clip) else None
        for number, own in enumerate(clip.arrays(start, stop), start):
            new = pixels[min(_middle(number, step), len(pixels) - 1)]
            share = grey(next(masks)) if masks is not None else still
            assert share is not None
            part = share[..., None]
            blend = own[..., :3] * (1 - part) + new * part
            yield np.rint(blend).astype(np.uint8)

    return Clip.from_arrays(
        frames,
        rate=clip.rate,
        width=clip.width,
        height=clip.height,
        frame_count=clip.frame_count,
        sound=clip.sound,
        start=clip.start,
        name=clip.name,
    )


def _around(clip: Clip, new: Clip, *, forward: bool) -> Clip:
    """New frames after a clip or before it, stored as the clip's are."""
    if forward:
        return joined([clip, new])
    turned = joined([clip, new])
    back = joined([trim(turned, clip.frame_count), trim(turned, 0, clip.frame_count)])
    return replace(back, start=clip.start - new.frame_count, name=clip.name)


def _frames(clip: Clip, first: int, count: int) -> list[Pixels]:
    """Frames of a clip from `first` on; its last is held where it ends."""
    shown = [pixels[..., :3] for pixels in clip.arrays(first, first + count)]
    return shown + [shown[-1]] * (count - len(shown))


def _as_clip(frames: Sequence[Pixels], rate: Fraction) -> Clip:
    return Clip.from_array(np.stack(list(frames)), rate)


def _legal(model: VideoModel, frames: int) -> int:
    """The legal length that is not shorter."""
    return 1 + -(-(frames - 1) // model.time) * model.time


def _middle(number: int, step: Fraction) -> int:
    """The model's frame that is on screen at the middle of a frame of the clip."""
    place = (number + Fraction(1, 2)) * step
    return place.numerator // place.denominator


def _shown(number: int, step: Fraction, slow: Clip) -> int:
    return min(_middle(number, step), slow.frame_count - 1)
