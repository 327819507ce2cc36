"""Writes the sentences beside it anew with the program flite: sound (FLAC) and phone times (JSON).

`python -m tests.data.known_times.make`. Words and the voice awb were never in a training.
"""

from __future__ import annotations

import json
from pathlib import Path

import soundfile

from benchmarks.aligner import held_out

FOLDER = Path(__file__).parent


def main() -> None:
    """Two sentences of a voice that the aligner learnt from, two of one that it did not."""
    for voice in ("rms", "awb"):
        for number, sentence in enumerate(held_out(voice, 2)):
            name = f"{voice}{number}"
            soundfile.write(FOLDER / f"{name}.flac", sentence.samples, sentence.rate, "PCM_16")
            facts = {
                "text": sentence.text,
                "phones": sentence.phones,
                "times": [[[p.start, p.end] for p in word] for word in sentence.words],
            }
            text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
            (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
