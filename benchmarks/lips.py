"""Measures lips beside exact phone times: are bilabials closed, are vowels open, is it in time?

    python benchmarks/lips.py [--sentences N] [--peer DIR] [--json FILE]

Voices of flite with exact phone times (awb was never heard in training), and voices of every family
that is here with the times of the aligner; then recordings as they are imported: telephone, noise,
a room, other pitches and rates. "sound" knows nothing but the sound, "times" the phones as well;
"loudness" is a jaw that opens with the level, as simple programs do it; with `--peer DIR`,
"pocketsphinx" is its phone recogniser (`pip install --target DIR pocketsphinx`) and our shapes.

closed: bilabials (p, b, m) in which the lips touch on a frame at 24 frames a second, in %; open:
open vowels of at least 80 ms in which they part; shut: those in whose middle they touch; lag:
frames by which the mouth follows the ideal curve where both agree best, the mean over sentences
(positive: late). The exit status is 1 when one voice has less than 90 % closed or a lag of more
than a frame, by sound or with times.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray

from engine.faces import CLOSED, lip_gap
from engine.faces.curves import curves_of
from engine.media.conforming import conform_sound
from engine.media.sound import Sound
from engine.models.lipsync import SpokenPhone, follow
from engine.models.lipsync.moving import sampled
from engine.models.lipsync.network import OUTPUTS
from engine.models.lipsync.phones import of_ipa
from engine.training.articulation import articulate, segments
from engine.training.flite import VOICES, sentences, speak
from engine.training.lips_lessons import in_a_room, known_phones, with_pauses

RATE = Fraction(24)
LEAST_CLOSED, MOST_LAG = 90.0, 1.0
SEED = 4711
_OPEN_VOWELS = {"aa", "ae", "ao", "ah", "eh"}
_DENSE = 100


@dataclass(frozen=True, eq=False)
class Said:
    """A sentence, its phones, and the voice or recording that it belongs to."""

    group: str
    sound: Sound
    phones: list[SpokenPhone]


@dataclass(frozen=True)
class Tally:
    """Counts over the sentences of a group."""

    bilabials: int = 0
    closed: int = 0
    vowels: int = 0
    open: int = 0
    shut: int = 0
    lags: tuple[float, ...] = ()
    likeness: tuple[float, ...] = ()

    def figures(self) -> dict[str, Any]:
        """As the JSON has them."""
        return {
            "bilabials": self.bilabials,
            "closed_percent": round(100 * self.closed / max(1, self.bilabials), 1),
            "open_percent": round(100 * self.open / max(1, self.vowels), 1),
            "wrongly_shut_percent": round(100 * self.shut / max(1, self.vowels), 1),
            "lag_frames": round(float(np.mean(self.lags)), 2),
            "lag_frames_absolute": round(float(np.mean(np.abs(self.lags))), 2),
            "likeness": round(float(np.mean(self.likeness)), 3),
        }


Method = Callable[[Said], NDArray[np.float32]]


def main() -> None:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=25, help="of each voice")
    parser.add_argument("--peer", type=Path, help="the folder that pocketsphinx was installed to")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    methods: dict[str, Method] = {"sound": _by_sound, "times": _by_times, "loudness": _by_loudness}
    if options.peer:
        methods["pocketsphinx"] = _recogniser(options.peer)
    tallies: dict[str, dict[str, Tally]] = {}
    begun, seconds = time.process_time(), 0.0
    for said in everything(options.sentences):
        seconds += float(said.sound.duration)
        for name, method in methods.items():
            group = tallies.setdefault(said.group, {})
            group[name] = counted(group.get(name, Tally()), said, method(said))
    found = {
        group: {name: tally.figures() for name, tally in by_method.items()}
        for group, by_method in tallies.items()
    }
    ours = [by_method[name] for by_method in found.values() for name in ("sound", "times")]
    kept = all(
        item["closed_percent"] >= LEAST_CLOSED and abs(item["lag_frames"]) <= MOST_LAG
        for item in ours
    )
    figures = {
        "groups": found,
        "limits": {"closed_percent": LEAST_CLOSED, "lag_frames": MOST_LAG},
        "kept": kept,
        "speech_seconds": round(seconds),
        "cpu_seconds": round(time.process_time() - begun),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    sys.exit(0 if kept else 1)


def everything(count: int) -> Iterator[Said]:
    """All voices, then imported recordings of the two that differ most from the taught ones."""
    for voice in VOICES:
        yield from flite_voice(voice, count)
    others = [said for name in voices_here() for said in placed_voice(name, count)]
    yield from others
    for number, said in enumerate([*flite_voice("awb", count), *_every_voice(others, count)]):
        yield from imported(said, number)


def _every_voice(said: list[Said], count: int) -> list[Said]:
    """`count` sentences that are spread over all voices."""
    return [said[round(at)] for at in np.linspace(0, len(said) - 1, min(count, len(said)))]


def flite_voice(voice: str, count: int) -> Iterator[Said]:
    """Held-out sentences at many paces and pitches, with exact times."""
    random = np.random.default_rng([SEED, *voice.encode()])
    for text in sentences(count, SEED, held_out=True):
        stretch, pitch = random.uniform(0.8, 1.25), random.uniform(85, 220)
        spoken = speak(text, voice, stretch=stretch, pitch=pitch)
        sound = Sound.from_array(spoken.samples, spoken.rate)
        yield Said(f"flite {voice}", sound, known_phones(spoken))


def voices_here() -> list[str]:
    """Of every family whose files are here, one voice of each English or French, woman and man."""
    from engine.models.speech.voices import is_here, voices

    found: dict[tuple[str, str, str], str] = {}
    for voice in voices().values():
        if voice.language.startswith(("en", "fr")) and is_here(voice):
            found.setdefault((voice.family, voice.language, voice.sex), voice.name)
    return list(found.values())


def placed_voice(name: str, count: int) -> Iterator[Said]:
    """Held-out sentences by one of our voices, its phones placed by the aligner."""
    from engine.models.speech import speak as say
    from engine.models.speech.align import align
    from engine.models.speech.voices import voice

    french = voice(name).language.startswith("fr")
    for text in FRENCH[:count] if french else sentences(count, SEED, held_out=True):
        spoken = say(text, name)
        words = [word.phones for word in spoken.script.words]
        placed = align(spoken.samples, spoken.rate, words)
        phones = [SpokenPhone(p.phone, p.start, p.end) for word in placed for p in word.phones]
        family = voice(name).family
        sound = Sound.from_array(spoken.samples, spoken.rate)
        yield Said(f"{family} {name}", sound, with_pauses(phones, float(sound.duration)))


def imported(said: Said, number: int) -> Iterator[Said]:
    """A recording as others make it."""
    random = np.random.default_rng([SEED, number])
    wave = conform_sound(said.sound, rate=16000, layout="mono").array()[:, 0]
    noisy = in_a_room(wave, random)
    group = "imported awb" if said.group == "flite awb" else "imported, our voices"
    yield replace(said, group=f"{group}: room and noise", sound=Sound.from_array(noisy, 16000))
    yield replace(said, group=f"{group}: telephone", sound=conform_sound(said.sound, rate=8000))
    stereo = conform_sound(said.sound, rate=44100, layout="stereo")
    yield replace(said, group=f"{group}: 44.1 kHz stereo", sound=stereo)
    for name, factor in (("higher", 1.19), ("lower", 0.84)):
        phones = [SpokenPhone(p.phone, p.start / factor, p.end / factor) for p in said.phones]
        turned = replace(said.sound, rate=round(said.sound.rate * factor))
        yield Said(f"{group}: {name}", conform_sound(turned, rate=16000), phones)


def counted(tally: Tally, said: Said, shapes: NDArray[np.float32]) -> Tally:
    """The counts with one more sentence, whose shapes (frames, 52) are at RATE."""
    gap = lip_gap(shapes)
    times = (np.arange(len(gap)) + 0.5) / float(RATE)
    half = 0.5 / float(RATE)
    closed = bilabials = vowels = opened = shut = 0
    for phone in said.phones:
        seen = gap[(times >= phone.start - half) & (times <= phone.end + half)]
        if not len(seen):
            continue
        cls = of_ipa(phone.phone)[0]
        if cls == "p":
            bilabials += 1
            closed += bool(seen.min() <= CLOSED)
        elif cls in _OPEN_VOWELS and phone.end - phone.start >= 0.08:
            vowels += 1
            opened += bool(seen.max() > 3 * CLOSED)
            middle = int(np.argmin(np.abs(times - (phone.start + phone.end) / 2)))
            shut += bool(gap[middle] <= CLOSED)
    lag, likeness = lag_of(gap, ideal_gap(said, len(gap)))
    return Tally(
        tally.bilabials + bilabials,
        tally.closed + closed,
        tally.vowels + vowels,
        tally.open + opened,
        tally.shut + shut,
        (*tally.lags, lag),
        (*tally.likeness, likeness),
    )


def ideal_gap(said: Said, count: int) -> NDArray[np.float32]:
    """The lip gap (frames,) that the phones ask for."""
    dense = articulate(segments(said.phones), round(float(said.sound.duration) * _DENSE) + 1)
    shapes = curves_of({name: dense[:, at] for at, name in enumerate(OUTPUTS)}, len(dense))
    places = (np.arange(count) + 0.5) / float(RATE) * _DENSE
    return lip_gap(sampled(shapes, places, float(_DENSE / RATE)))


def lag_of(found: NDArray[np.float32], ideal: NDArray[np.float32]) -> tuple[float, float]:
    """Frames by which `found` is later where the two agree best, and how well they do there."""
    reach, fine = 6, 8
    grid = np.arange(len(found) * fine) / fine
    a = np.interp(grid, np.arange(len(found)), found)
    b = np.interp(grid, np.arange(len(ideal)), ideal)
    a, b = a - a.mean(), b - b.mean()
    shifts = range(-reach * fine, reach * fine + 1)
    scores = [float((a * np.roll(b, shift)).sum()) for shift in shifts]
    best = int(np.argmax(scores))
    scale = float(np.sqrt((a**2).sum() * (b**2).sum())) + 1e-9
    return shifts[best] / fine, scores[best] / scale


def _by_sound(said: Said) -> NDArray[np.float32]:
    return follow(said.sound, RATE).shapes


def _by_times(said: Said) -> NDArray[np.float32]:
    return follow(said.sound, RATE, said.phones).shapes


def _by_loudness(said: Said) -> NDArray[np.float32]:
    wave = conform_sound(said.sound, rate=16000, layout="mono").array()[:, 0]
    count = round(float(said.sound.duration) * RATE)
    edges = np.linspace(0, len(wave), count + 1).astype(int)
    level = np.array([np.sqrt((wave[a:b] ** 2).mean()) for a, b in itertools.pairwise(edges)])
    return curves_of({"jawOpen": (level / np.quantile(level, 0.95)).astype(np.float32)}, count)


def _recogniser(folder: Path) -> Method:
    """Phones that pocketsphinx hears, with our shapes for them."""
    sys.path.insert(0, str(folder))
    import pocketsphinx

    from engine.training.spoken import ARPABET

    model = Path(pocketsphinx.get_model_path()) / "en-us"
    decoder = pocketsphinx.Decoder(
        hmm=str(model / "en-us"), allphone=str(model / "en-us-phone.lm.bin"), lw=2.0, pip=0.3,
        beam=1e-20, pbeam=1e-20, loglevel="FATAL",
    )  # fmt: skip

    def heard(said: Said) -> NDArray[np.float32]:
        wave = conform_sound(said.sound, rate=16000, layout="mono").array()[:, 0]
        decoder.start_utt()
        loud = wave / max(1e-3, float(np.abs(wave).max())) * 0.8
        decoder.process_raw((loud * 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        phones = [
            SpokenPhone(ARPABET.get(s.word.lower(), ""), s.start_frame / 100,
                        (s.end_frame + 1) / 100)
            for s in decoder.seg()
        ]  # fmt: skip
        recognised = replace(said, phones=phones)
        dense = articulate(segments(phones), round(float(said.sound.duration) * _DENSE) + 1)
        shapes = curves_of({name: dense[:, at] for at, name in enumerate(OUTPUTS)}, len(dense))
        count = round(float(recognised.sound.duration) * RATE)
        places = (np.arange(count) + 0.5) / float(RATE) * _DENSE
        return sampled(shapes, places, float(_DENSE / RATE))

    return heard


FRENCH = (
    "Le petit chat boit un bol de lait près de la porte.",
    "Maman prépare une bonne soupe pour le repas du soir.",
    "Bonjour, je m'appelle Paul et j'habite à Bordeaux.",
    "La pomme rouge est tombée dans le panier de bambou.",
    "Mon père a acheté un beau bateau blanc au port.",
    "Il pleut beaucoup depuis ce matin sur la montagne.",
    "Tu peux poser le plateau sur la table de la chambre.",
    "Un homme aimable nous a montré le chemin du pont.",
)

if __name__ == "__main__":
    main()
