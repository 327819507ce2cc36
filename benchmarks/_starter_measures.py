"""What is measured of the starter model: how it keeps to prompts, pictures, spans and sounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks._judge import JUDGED, Judge, judge
from benchmarks._starter_shots import Studio
from benchmarks._thuds import heard_thuds, matched, seen_landings
from engine.media import Clip
from engine.models.shdt.lexicon import IDENTITY, caption
from engine.models.shdt.upsampler import bilinear
from engine.runtime.files import atomic_path
from engine.runtime.folders import resources_dir
from engine.training import world
from engine.training.autoencoder import psnr, to_picture
from engine.training.clips import scenarios
from engine.training.world_sound import make_beds, render_sound

Seen = Callable[[np.ndarray], dict[str, str]]


@dataclass
class Shares:
    """How often each of several things is right."""

    count: int = 0
    right: dict[str, int] = field(default_factory=dict)

    def add(self, **right: bool) -> None:
        """Note one more case."""
        self.count += 1
        for name, value in right.items():
            self.right[name] = self.right.get(name, 0) + bool(value)

    def of(self, name: str) -> float:
        """The share (0..1) of cases that were right."""
        return self.right.get(name, 0) / max(1, self.count)


def prompts(studio: Studio, ruler: Judge, count: int) -> dict[str, float]:
    """How often each facet of held-out prompts is seen; flicker and time beside."""
    shares, flickers, began = Shares(), [], time.monotonic()
    spent = 0.0
    for number, scenario in enumerate(scenarios(count, 501, held=True)):
        start = time.monotonic()
        pixels = studio.shot(caption(scenario.concepts), number)
        spent += time.monotonic() - start
        seen = judge(ruler, to_picture(pixels[None])).concepts
        shares.add(**{facet: seen[facet] == scenario.concepts[facet] for facet in JUDGED})
        flickers.append((flicker(pixels), flicker(world.render(scenario, 256, 144))))
    made, real = np.mean(flickers, 0)
    figures = {facet: shares.of(facet) for facet in JUDGED}
    figures |= {"flicker_ratio": float(made / real), "seconds_a_clip": spent / count}
    return figures | {"minutes": (time.monotonic() - began) / 60}


def flicker(pixels: np.ndarray) -> float:
    """How much brightness jumps back and forth: the mean second difference over time, in 0..255.

    What moves or changes evenly does not count.
    """
    grey = pixels.astype(np.float32).mean(-1)
    return float(np.abs(grey[2:] - 2 * grey[1:-1] + grey[:-2]).mean())


def keyframes(studio: Studio, count: int) -> dict[str, float]:
    """PSNR in dB at the frame at which a picture of a held-out render is held."""
    values = []
    for number, scenario in enumerate(scenarios(count, 504, held=True)):
        at = (0, 8, 16)[number % 3]
        picture = world.render(scenario, 256, 144)[at]
        pixels = studio.keyed(caption(scenario.concepts), number, picture, at)
        values.append(psnr(to_picture(pixels[None, at : at + 1]), to_picture(picture[None, None])))
    return {"keyframe_psnr": float(np.mean(values)), "keyframe_psnr_worst": min(values)}


def identity(studio: Studio, ruler: Judge, count: int) -> dict[str, float]:
    """How often a reference's colour, shape, size and surface are all kept in another scene.

    The prompt says only where the thing is and what it does.
    """
    shares = Shares()
    for number, scenario in enumerate(scenarios(count, 505, held=True)):
        shown = {**scenario.concepts, "motion": "still", "camera": "fixed"}
        others = [name for name in world.SKIES if name != shown["scene"]]
        there = others[number % len(others)]
        still = world.Scenario(**{**vars(scenario), "concepts": shown})
        words = caption({"motion": scenario.concepts["motion"], "scene": there})
        pixels = studio.alike(words, number, world.render(still, 256, 144)[8])
        seen = judge(ruler, to_picture(pixels[None])).concepts
        kept = {f"identity_{facet}": seen[facet] == shown[facet] for facet in IDENTITY}
        shares.add(**kept, identity=all(kept.values()), identity_scene=seen["scene"] == there)
    return {name: shares.of(name) for name in shares.right}


def retakes(studio: Studio, count: int) -> dict[str, float]:
    """How often frames outside a retaken span are those of before, bit for bit."""
    shares = Shares()
    for number, scenario in enumerate(scenarios(count, 506, held=True)):
        before = world.render(scenario, 256, 144)
        clip = Clip.from_array(before, Fraction(world.RATE))
        clip = studio.retaken(caption(scenario.concepts), number, clip, 6, 11)
        after = np.stack([frame[..., :3] for frame in clip.arrays(0, clip.frame_count)])
        outside = [n for n in range(len(before)) if not 6 <= n < 11]
        inside = not np.array_equal(before[6:11], after[6:11])
        shares.add(exact=inside and np.array_equal(before[outside], after[outside]))
    return {"retake_exact": shares.of("exact")}


def autoencoder(studio: Studio, count: int) -> dict[str, float]:
    """PSNR in dB over held-out clips at full size; and that of doubled latents, two ways."""
    model, whole, learned, plain = studio.model, [], [], []
    for scenario in scenarios(count, 502, held=True):
        picture = to_picture(world.render(scenario, 256, 144)[None])
        whole.append(psnr(model.decode(model.encode(picture)).cpu(), picture))
        small = model.encode(to_picture(world.render(scenario, 128, 72)[None]))
        learned.append(psnr(model.decode(model.upsample(small)).cpu(), picture))
        larger = bilinear(small[0].transpose(0, 1)).transpose(0, 1)[None]
        plain.append(psnr(model.decode(larger).cpu(), picture))
    return {
        "vae_psnr": float(np.mean(whole)),
        "vae_psnr_worst": min(whole),
        "upsampler_psnr": float(np.mean(learned)),
        "bilinear_psnr": float(np.mean(plain)),
        "upsampler_gain": float(np.mean(learned) - np.mean(plain)),
    }


def bounces(studio: Studio, ruler: Judge, count: int) -> dict[str, float | None]:
    """How many landings of bouncing shapes have their thud within a frame; None without sound."""
    right = total = 0
    for number, scenario in enumerate(bouncing(count, 507)):
        pixels, sound = studio.heard(caption(scenario.concepts), number)
        if sound is None:
            return {"bounce_in_time": None}
        track = judge(ruler, to_picture(pixels[None])).track.numpy()
        thuds = heard_thuds(sound.array().mean(1), sound.rate)
        good, of = matched(seen_landings(track), thuds, seconds=len(pixels) / world.RATE)
        right, total = right + good, total + of
    return {"bounce_in_time": right / max(1, total)}


def bounces_of_renders(ruler: Judge, count: int) -> float:
    """The same of renders with their own sound: how well landings are seen and heard at all."""
    beds = make_beds(20)
    right = total = 0
    for scenario in bouncing(count, 508):
        track = judge(ruler, to_picture(world.render(scenario, 256, 144)[None])).track.numpy()
        thuds = heard_thuds(render_sound(scenario, beds), 16000)
        good, of = matched(seen_landings(track), thuds, seconds=world.FRAMES / world.RATE)
        right, total = right + good, total + of
    return right / max(1, total)


def bouncing(count: int, seed: int) -> Iterator[world.Scenario]:
    """Held-out scenarios in which something bounces."""
    number = 0
    for scenario in scenarios(100 * count, seed, held=True):
        if scenario.concepts["motion"] == "bounces":
            yield scenario
            number += 1
            if number == count:
                return


def speeds(studio: Studio, fast: Studio | None) -> dict[str, float | None]:
    """Seconds of a shot of 2 s: full and with few steps at 256x144, in two stages at 512x288."""

    def timed(made: Studio | None, size: tuple[int, int]) -> float | None:
        if made is None:
            return None
        made.shot("a red ball", 1)  # what is slow only once
        began = time.monotonic()
        made.shot("a large red ball bounces in a meadow", 2, size=size)
        return time.monotonic() - began

    return {
        "seconds_full": timed(studio, (256, 144)),
        "seconds_fast": timed(fast, (256, 144)),
        "seconds_two_stages": timed(studio, (512, 288)),
    }


def shipped_megabytes() -> float:
    """Megabytes of all weights that come with the program."""
    files = (resources_dir() / "models").glob("*.safetensors")
    return sum(path.stat().st_size for path in files) / 1e6


def sheet(studio: Studio, path: Path, count: int = 32) -> None:
    """Draw the middle frames of the first held-out prompts, in rows of four with their captions."""
    from PIL import ImageDraw, ImageFont

    across, wide, high, strip = 4, 256, 144, 34
    rows = -(-count // across)
    whole = Image.new("RGB", (across * wide, rows * (high + strip)), (24, 24, 26))
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(10)
    for number, scenario in enumerate(scenarios(count, 501, held=True)):
        words = caption(scenario.concepts)
        left, top = number % across * wide, number // across * (high + strip)
        whole.paste(Image.fromarray(studio.shot(words, number)[8]), (left, top))
        for line, text in enumerate(_lines(words, font, wide - 8)):
            draw.text((left + 4, top + high + 3 + 14 * line), text, (222, 222, 222), font)
    with atomic_path(path) as temporary:
        whole.save(temporary)


def _lines(text: str, font: object, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        fits = font.getlength(longer) <= width  # type: ignore[attr-defined]
        lines = [*lines[:-1], longer] if fits else [*lines, word]
    return lines
