"""The edit whose files are kept in `tests/data/editorial`; run this module to write them anew.

python -m tests.engine.timeline.golden
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from engine.timeline import (
    AudioTrack,
    Marker,
    SequenceItem,
    SoundClip,
    Timeline,
    Transition,
    VideoTrack,
    build_sequence,
    build_timeline,
    write_edl,
    write_fcpxml,
    write_otio,
)
from engine.timeline.export_media import media_files, relinked
from tests.engine.timeline.footage import Footage, Voice

FOLDER = Path(__file__).parents[2] / "data" / "editorial"
RATE = Fraction(30000, 1001)


def golden_timeline() -> Timeline:
    """Two picture tracks, two sounds, every kind of transition, speeds and markers, 29.97 DF."""
    clips = [
        Footage(RATE, 300, 107892, name="Colline à l'aube", sound=Voice()),
        Footage(RATE, 200, name="Sea & <sky>"),
        Footage(RATE, 150, name="映画"),
    ]
    main = build_sequence(
        clips,
        [
            SequenceItem(0, 30, 120, transition=Transition("dissolve", 24)),
            SequenceItem(1, 40, 110, transition=Transition("wipe", 20, code=1)),
            SequenceItem(2, 30, 90, speed=Fraction(1, 2), transition=Transition("dip", 16)),
            SequenceItem(gap=30, transition=Transition("dissolve", 10)),
            SequenceItem(0, 200, 280, speed=Fraction(-1), transition=Transition("push", 12)),
            SequenceItem(1, 60, 120, name="last", enabled=False),
        ],
        rate=RATE,
        name="Main",
    )
    over = build_sequence([clips[2]], [SequenceItem(0, 10, 70)], rate=RATE, name="Over")
    return build_timeline(
        [main, over],
        [Voice(48000 * 12), Voice(48000 * 3)],
        rate=RATE,
        video=[VideoTrack(0), VideoTrack(1, at=100, opacity=0.8, scale=0.4, position=(0.25, -0.2))],
        audio=[
            AudioTrack((SoundClip(0, gain=-12, fade_in=30, fade_out=60),), "Wind", "effects"),
            AudioTrack((SoundClip(1, at=45, pan=-0.25),), "Narrator", "dialogue"),
        ],
        markers=[Marker(60, name="turn"), Marker(200, 10, "fix", "BLUE", "grade this")],
        start=107892,
        drop_frame=True,
        size=(1920, 1080),
        name="Premier film",
    )


def write_golden(folder: Path) -> list[Path]:
    """Write the edit in every format into a folder."""
    timeline = golden_timeline()
    linked = relinked(timeline, media_files(timeline, preset="prores_422"))
    files = [*write_otio(linked, folder / "film.otio").files]
    files += write_fcpxml(linked, folder / "film.fcpxml").files
    return [*files, *write_edl(linked, folder / "film.edl").files]


if __name__ == "__main__":
    write_golden(FOLDER)
