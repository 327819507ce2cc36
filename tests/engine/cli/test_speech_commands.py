"""Speech from the command line: a sound, its times, a length that is met, and the voices."""

from __future__ import annotations

import json

import pytest

from engine.media import open_sound, probe
from engine.models.speech import fingerprints
from tests.engine.cli.conftest import Home


def test_speak_meets_a_length_and_tells_when_words_are_heard(home: Home) -> None:
    text = "Dr. Smith pays twenty dollars."
    ended = home.call(
        *("speak", text, "-o", "line.wav", "--fit", "2.5s", "--times", "line.json", "--json")
    )
    assert ended.status == 0, ended.err
    assert json.loads(ended.out)["seconds"] == 2.5
    assert open_sound(home.work / "line.wav").sample_count == 60000
    (passage,) = json.loads((home.work / "line.json").read_text())["passages"]
    words = passage["words"]
    assert [word["text"] for word in words] == ["Dr.", "Smith", "pays", "twenty", "dollars"]
    assert 0 <= words[0]["start"] < words[-1]["phones"][-1]["end"] <= 2.5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("speak", "", "-o", "a.wav"), "there is no text to speak"),
        (("speak", "Hello.", "-o", "a.txt"), "a.txt"),
        (("speak", "Hello.", "-o", "a.wav", "--voice", "hart"), "Did you mean heart"),
        (("speak", "Hello.", "-o", "a.wav", "--voice", "ff_siwis"), "kokoro-v1.0.int8.onnx"),
        (("speak", "Hello.", "-o", "a.wav", "--fit", "soon"), "is not a length such as 3.2s"),
        (("speak", "Hello.", "-o", "a.wav", "--fit", "60"), "at its slowest it takes"),
        (("speak", "Hello.", "--file", "none.txt"), "the text is given twice"),
    ],
)
def test_a_call_that_cannot_be_spoken_says_why(
    home: Home, words: tuple[str, ...], told: str
) -> None:
    ended = home.call(*words)
    assert ended.status in (1, 2)
    assert told in ended.err
    assert not list(home.work.glob("a.*"))


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_spoken_files_say_what_made_them(home: Home, suffix: str) -> None:
    def spoken(*more: str) -> dict[str, str]:
        call = ("speak", "Hello.", "-o", f"a.{suffix}", "--seed", "4", *more)
        assert home.call(*call).status == 0
        return dict(probe(home.work / f"a.{suffix}").metadata)

    told = spoken()
    details = json.loads(told["aiprod_details"])
    assert told["title"] == "a"
    assert details["seeds"] == {"speech": 4}
    assert details["fingerprints"]["speech"] == fingerprints("heart", ["Hello."], anything=False)
    assert details["environment"]["aiprod"]
    assert spoken()["aiprod_job"] == told["aiprod_job"] != spoken("--rate", "1.1")["aiprod_job"]


def test_voices_lists_what_is_here_and_what_needs_files(home: Home) -> None:
    table = home.call("voices").out.splitlines()
    assert table[0].split()[:4] == ["VOICE", "FAMILY", "LANGUAGE", "SEX"]
    assert any("ff_siwis" in line and "needs files" in line for line in table)
    rows = [json.loads(line) for line in home.call("voices", "--here", "--json").out.splitlines()]
    heart = next(row for row in rows if row["name"] == "heart")
    assert (heart["licence"], heart["language"], heart["here"]) == ("Apache-2.0", "en-US", True)
    assert heart["sample"]
