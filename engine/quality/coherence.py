"""Whether sound belongs to picture: events at one time, lips that speak, words of the script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from engine.audio import find_rhythm
from engine.faces.curves import lip_gap
from engine.media import Clip, Sound, Transcript
from engine.models.ears.script import WordErrors, word_errors
from engine.quality.coherence_sight import Sight, look_at
from engine.quality.report import Finding, Span

if TYPE_CHECKING:
    from engine.faces import FaceCurves

_FARTHEST = 0.4  # seconds by which sound and picture may be apart and still be of one event
_TOGETHER = 0.75  # frames within which two events are one
_LATE = 1.5  # frames of lag that a viewer notices
_FEWEST = 2  # events in common that say anything
_CHANCE = 0.01  # at most: how likely unrelated events are to meet as often
_AS_WELL = 0.9  # of the best agreement: a smaller lag that explains the lips as well is taken
_SPEECH = 10.0 ** (-30.0 / 20.0)  # of the loudest: below, nobody speaks
_POINTS = 100  # points a second of the curve of loudness


@dataclass(frozen=True)
class ShotCoherence:
    """What was found in one shot. Lags in frames: above 0 the sound is late.

    events: things that happen in the picture and in the sound at one distance in time; lag: that
    distance, None where there are too few of them. lips: the part of the shot's spoken frames in
    which the lips move; still: of its silent frames, that in which they rest; lip_lag: how late
    the lips are; all None without a face. words: script against what is heard, None without.
    """

    first_frame: int
    end_frame: int
    seen: int
    heard: int
    events: int
    lag: float | None
    lips: float | None = None
    still: float | None = None
    lip_lag: float | None = None
    words: WordErrors | None = None

    def __str__(self) -> str:
        """Its figures in words."""
        parts = []
        if self.lag is not None:
            parts.append(f"lag {self.lag:+.1f} fr ({self.events} events)")
        if self.lips is not None:
            parts.append(f"lips {self.lips:.0%}")
        if self.lip_lag is not None:
            parts.append(f"lip lag {self.lip_lag:+.0f} fr")
        if self.words is not None:
            parts.append(f"{len(self.words.errors)} of {self.words.words} words differ")
        return ", ".join(parts) or "no events in common"


@dataclass(frozen=True, eq=False)
class Coherence:
    """The shots of a film, and the curves that they were judged by, a value a frame.

    motion: how much of a picture the ones before do not foretell; level: loudness, 0 to 1; lips:
    how far they are apart, None without a face. onsets: seconds at which a sound begins.
    """

    rate: Fraction
    shots: tuple[ShotCoherence, ...]
    motion: NDArray[np.float32]
    level: NDArray[np.float32]
    onsets: tuple[float, ...]
    picture_events: tuple[int, ...]
    lips: NDArray[np.float32] | None = None
    transcript: Transcript | None = None

    def text(self) -> str:
        """The findings and every shot in figures, one a line."""
        shots = [f"frames {shot.first_frame}-{shot.end_frame - 1}: {shot}" for shot in self.shots]
        return "\n".join([*(str(finding) for finding in self.findings()), *shots])

    def findings(self) -> list[Finding]:
        """What is wrong, by shot; one finding when nothing is, or when nothing can be told."""
        found: list[Finding] = []
        for shot in self.shots:
            span = Span.of_frames(shot.first_frame, shot.end_frame, self.rate)
            found += [Finding("coherence", "warning", text, span) for text in _faults(shot)]
        judged = [shot for shot in self.shots if shot.lag is not None or shot.lips is not None]
        if not judged and not found:
            text = "no shot has enough events in common to tell whether sound and picture are apart"
            found.append(Finding("coherence", "ok", text))
        elif not found:
            lags = [abs(shot.lag) for shot in judged if shot.lag is not None]
            worst = f", at most {max(lags):.1f} frames apart" if lags else ""
            text = f"sound and picture belong together in {len(judged)} shots{worst}"
            found.append(Finding("coherence", "ok", text))
        return found


def coherence(
    clip: Clip,
    *,
    face: FaceCurves | None = None,
    script: str = "",
    transcript: Transcript | None = None,
    cuts: Sequence[int] | None = None,
    on_progress: Callable[[float, float], None] | None = None,
) -> Coherence:
    """Compare a clip's sound with its picture, shot by shot.

    face: the curves that its face was drawn from. script with transcript: the words that should
    be heard and those that are; a script alone is compared with nothing. cuts: first frames of
    shots, found in the picture when None. The frames are read once, in constant memory.
    A silent clip has no lags. Raises MediaError when the clip cannot be read.
    """
    sight = look_at(clip, on_progress)
    starts = sorted({0, *(sight.cuts if cuts is None else cuts)})
    bounds = [start for start in starts if start < clip.frame_count] + [clip.frame_count]
    sound = clip.sound or Sound.silent(48000, 48000)
    onsets = find_rhythm(sound).onsets
    level = _level(sound, clip)
    gap = _gap(face, clip) if face is not None else None
    errors = _words_by_shot(script, transcript, bounds, clip.rate)
    shots = tuple(
        _judge(sight, onsets, level, gap, span, clip.rate, words)
        for span, words in zip(pairwise(bounds), errors, strict=True)
    )
    return Coherence(clip.rate, shots, sight.surprise, level, onsets, sight.events, gap, transcript)


def _judge(
    sight: Sight,
    onsets: Sequence[float],
    level: NDArray[np.float32],
    gap: NDArray[np.float32] | None,
    span: tuple[int, int],
    rate: Fraction,
    words: WordErrors | None,
) -> ShotCoherence:
    first, end = span
    seen = [float(at) for at in sight.events if first <= at < end]
    heard = [at * float(rate) for at in onsets if first <= at * float(rate) < end]
    lag, events = _common_lag(seen, heard, _FARTHEST * float(rate), end - first)
    lips = still = lip_lag = None
    if gap is not None:
        lips, still, lip_lag = _lips(level[first:end], gap[first:end], float(rate))
    return ShotCoherence(
        first, end, len(seen), len(heard), events, lag, lips, still, lip_lag, words
    )


def _common_lag(
    seen: Sequence[float], heard: Sequence[float], farthest: float, frames: int
) -> tuple[float | None, int]:
    """The distance in frames at which most events of picture and sound meet, and how many do.

    Every event has one partner at most. None when they are too few, less than half, or no more
    than meet by chance somewhere in a shot of so many frames.
    """
    pairs = [h - s for s in seen for h in heard if abs(h - s) <= farthest]
    best, count = None, 0
    for middle in sorted(pairs, key=abs):
        near = [pair for pair in pairs if abs(pair - middle) <= _TOGETHER]
        met = sum(any(abs(h - s - middle) <= _TOGETHER for h in heard) for s in seen)
        if met > count:
            best, count = float(np.mean(near)), met
    fewest = max(_FEWEST, -(-min(len(seen), len(heard)) // 2))
    if best is None or count < fewest:
        return None, count
    return (best if _by_chance(count, seen, heard, farthest, frames) <= _CHANCE else None), count


def _by_chance(
    count: int, seen: Sequence[float], heard: Sequence[float], farthest: float, frames: int
) -> float:
    """How likely it is that so many meet at some distance, were the sounds anywhere in the shot.

    Binomial over what is seen, times the distances that do not overlap (Bonferroni): speech has so
    many onsets that at some distance a few always meet blinks and captions.
    """
    window = 2 * _TOGETHER
    one = 1.0 - (1.0 - min(1.0, window / frames)) ** len(heard)
    return float(bdtrc(count - 1, len(seen), one)) * (2 * farthest / window + 1)


def _lips(
    level: NDArray[np.float32], gap: NDArray[np.float32], rate: float
) -> tuple[float | None, float | None, float | None]:
    """Lips that move while speech is heard, that rest while none is, and how late they are."""
    speaks = _widened(level > _SPEECH, max(1, round(rate / 8)))
    moves = _widened(np.abs(np.gradient(gap)) > 0.004, max(1, round(rate / 8)))
    lips = float(moves[speaks].mean()) if speaks.any() else None
    still = float((~moves[~speaks]).mean()) if (~speaks).any() else None
    if speaks.sum() < 8 or not moves.any():
        return lips, still, None
    reach = max(1, round(rate / 4))
    a, b = level - level.mean(), gap - gap.mean()
    scores = np.array([np.dot(_shifted(a, lag), b) for lag in range(-reach, reach + 1)])
    if scores.max() <= 0:
        return lips, still, None  # lips that open when nobody speaks are not late
    as_well = np.flatnonzero(scores >= _AS_WELL * scores.max()) - reach
    return lips, still, float(as_well[np.abs(as_well).argmin()])


def _shifted(values: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """Values later by `by` frames, silence where there are none."""
    moved = np.zeros_like(values)
    if by >= 0:
        moved[by:] = values[: len(values) - by]
    else:
        moved[:by] = values[-by:]
    return moved


def _widened(flags: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """True within `by` frames of what is true."""
    return np.convolve(flags, np.ones(2 * by + 1), "same")[: len(flags)] > 0.5


def _level(sound: Sound, clip: Clip) -> NDArray[np.float32]:
    """How loud every frame is, of the loudest: the root of the mean square of its samples."""
    step = max(1, sound.rate // _POINTS)
    sums: list[NDArray[np.float64]] = []
    for block in sound.blocks(size=step * 512):
        mono = np.nan_to_num(block).mean(axis=1).astype(np.float64)
        padded = np.pad(mono, (0, -len(mono) % step))
        sums.append(np.square(padded).reshape(-1, step).mean(axis=1))
    power = np.concatenate(sums) if sums else np.zeros(1)
    edges = np.arange(clip.frame_count + 1) / float(clip.rate) * sound.rate / step
    total = np.concatenate([[0.0], np.cumsum(power)])
    at = np.interp(edges, np.arange(len(total)), total)
    level = np.sqrt(np.maximum(np.diff(at), 0.0))
    return np.asarray(level / max(float(level.max(initial=0.0)), 1e-9), np.float32)


def _gap(face: FaceCurves, clip: Clip) -> NDArray[np.float32]:
    """How far the lips are apart in every frame of the clip."""
    gap = lip_gap(face.shapes)
    at = np.arange(clip.frame_count) * float(face.rate / clip.rate)
    return np.asarray(np.interp(at, np.arange(len(gap)), gap, right=0.0), np.float32)


def _words_by_shot(
    script: str, transcript: Transcript | None, bounds: Sequence[int], rate: Fraction
) -> list[WordErrors | None]:
    """Differences from the script, each in the shot where it is heard."""
    spans = list(pairwise(bounds))
    if not script.strip() or transcript is None:
        return [None] * len(spans)
    whole = word_errors(script, transcript)
    found: list[WordErrors | None] = []
    for first, end in spans:
        last = end == bounds[-1]
        inside = [
            error
            for error in whole.errors
            if first / rate <= error.start and (last or error.start < end / rate)
        ]
        count = len(transcript.part(first / rate, end / rate).words)
        lacking = sum(not error.heard for error in inside)
        added = sum(not error.wanted for error in inside)
        found.append(WordErrors(tuple(inside), max(count + lacking - added, 0)))
    return found


def _faults(shot: ShotCoherence) -> list[str]:
    texts = []
    if shot.lag is not None and abs(shot.lag) > _LATE:
        side = "after" if shot.lag > 0 else "before"
        texts.append(f"sounds come {abs(shot.lag):.1f} frames {side} what is seen")
    if shot.lip_lag is not None and abs(shot.lip_lag) > _LATE:
        side = "late" if shot.lip_lag > 0 else "early"
        texts.append(f"the lips are {abs(shot.lip_lag):.0f} frames {side}")
    if shot.lips is not None and shot.lips < 0.6:
        texts.append(f"the lips rest during {1 - shot.lips:.0%} of the speech")
    if shot.still is not None and shot.still < 0.5:
        texts.append(f"the lips move during {1 - shot.still:.0%} of the silence")
    if shot.words is not None and shot.words.words and shot.words.rate > 0.1:
        texts.append(f"{len(shot.words.errors)} words differ from the script")
    return texts
