"""Checks of real files: each fault is found, where it is, and nothing else."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.audio import Sound, gain, mix, place, tone
from engine.errors import Cancelled, MediaError
from engine.media import Image, encode_sound, write_image
from engine.quality import Finding, Limits, Report, check
from tests.engine.media.films import damage
from tests.engine.quality.conftest import MakeFilm, black, good_sound, moving


def faults(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.level != "ok"]


def only_fault(report: Report) -> Finding:
    found = faults(report)
    assert len(found) == 1, [str(finding) for finding in found]
    return found[0]


def frames(finding: Finding) -> tuple[int | None, int | None]:
    assert finding.span is not None
    return finding.span.first_frame, finding.span.end_frame


@pytest.mark.parametrize(
    ("name", "preset"),
    [("film.mp4", "h264"), ("film.mov", "prores_422"), ("film.webm", "vp9"), ("film.mkv", "h265")],
)
def test_a_faultless_film_has_no_faults(film: MakeFilm, name: str, preset: str) -> None:
    report = check(film(name=name, preset=preset))
    assert faults(report) == []
    assert report.level == "ok"
    assert {finding.check for finding in report.findings} == {
        *("container", "streams", "durations", "colour", "black", "frozen"),
        *("silence", "clipping", "loudness", "true peak"),
    }
    assert report.loudness is not None
    assert report.loudness.integrated == pytest.approx(-16.0, abs=0.5)


def test_a_black_stretch_is_found_to_the_frame(film: MakeFilm) -> None:
    path = film(lambda n: black(n) if 20 <= n < 50 else moving(n))
    fault = only_fault(check(path))
    assert (fault.check, fault.level) == ("black", "warning")
    assert frames(fault) == (20, 50)
    assert fault.span is not None
    assert (fault.span.start, fault.span.end) == (Fraction(4, 5), Fraction(2))


def test_a_black_film_is_an_error_and_not_called_frozen(film: MakeFilm) -> None:
    fault = only_fault(check(film(black)))
    assert (fault.check, fault.level) == ("black", "error")
    assert frames(fault) == (0, 75)


def test_a_flash_of_black_between_pictures_is_found(film: MakeFilm) -> None:
    fault = only_fault(check(film(lambda n: black(n) if n == 30 else moving(n))))
    assert fault.message == "1 black frame between two pictures"
    assert frames(fault) == (30, 31)


def test_a_fade_through_black_is_no_flash(film: MakeFilm) -> None:
    def faded(n: int) -> np.ndarray:
        return (moving(n) * min(1.0, abs(n - 40) / 12)).astype(np.uint8)

    assert faults(check(film(faded))) == []


@pytest.mark.parametrize(
    ("name", "preset", "late"),
    [("film.mov", "prores_422", 0), ("film.mp4", "h264", 4)],  # h264 refines a still for a while
)
def test_a_frozen_stretch_is_found(film: MakeFilm, name: str, preset: str, late: int) -> None:
    path = film(lambda n: moving(min(n, 15)), name=name, preset=preset)
    fault = only_fault(check(path))
    assert (fault.check, fault.level) == ("frozen", "warning")
    first, end = frames(fault)
    assert first in range(15, 16 + late)
    assert end == 75


def test_slow_motion_is_not_frozen(film: MakeFilm) -> None:
    assert faults(check(film(lambda n: moving(n // 3)))) == []


def test_a_dark_picture_is_not_black(film: MakeFilm) -> None:
    assert faults(check(film(lambda n: (moving(n) * 0.3).astype(np.uint8)))) == []


def test_a_silent_track_is_an_error(film: MakeFilm) -> None:
    fault = only_fault(check(film(sound=Sound.silent(48000 * 3, 48000))))
    assert (fault.check, fault.level) == ("silence", "error")
    assert fault.mend is not None


def test_a_silent_stretch_is_found_in_seconds_and_frames(film: MakeFilm) -> None:
    sound = mix([good_sound(1.0), good_sound(1.0)], starts=[0.0, 3.5])
    fault = only_fault(check(film(frames=112, sound=sound, name="a.mov", preset="prores_422")))
    assert (fault.check, fault.level) == ("silence", "warning")
    assert fault.span is not None
    assert float(fault.span.start) == pytest.approx(1.0, abs=0.02)
    assert float(fault.span.end) == pytest.approx(3.5, abs=0.02)
    assert frames(fault) in {(24, 88), (24, 89), (25, 88)}


def test_a_dead_channel_is_named(film: MakeFilm) -> None:
    samples = good_sound(3.0).array().copy()
    samples[:, 1] = 0.0
    fault = only_fault(check(film(sound=Sound.from_array(samples, 48000))))
    assert fault.message == "the right channel is silent"


def test_clipping_is_found_where_it_is(tmp_path: Path) -> None:
    wave = 0.2 * np.sin(np.arange(48000 * 3) / 20)
    wave[72000:73000] *= 50.0
    path = encode_sound(Sound.from_array(np.clip(wave, -1, 1), 48000), tmp_path / "a.wav")
    found = {finding.check: finding for finding in faults(check(path))}
    clipping = found["clipping"]
    assert clipping.level == "error"
    assert clipping.span is not None
    assert clipping.span.first_frame is None
    assert float(clipping.span.start) == pytest.approx(1.5, abs=0.01)
    assert float(clipping.span.end) == pytest.approx(1.5 + 1000 / 48000, abs=0.01)
    assert "true peak" in found


def test_clipping_over_the_edge_of_a_block_is_one_run(tmp_path: Path) -> None:
    wave = np.zeros(48000 * 3)
    wave[65530:65545] = 1.0
    path = encode_sound(Sound.from_array(wave, 48000), tmp_path / "a.wav")
    clipping = next(f for f in check(path).findings if f.check == "clipping")
    assert clipping.message == "clipped once"
    assert clipping.span is not None
    assert (clipping.span.start * 48000, clipping.span.end * 48000) == (65530, 65545)


def test_a_full_scale_peak_alone_is_no_clipping(tmp_path: Path) -> None:
    path = encode_sound(tone(997.0, 3.0, level=0.0), tmp_path / "a.wav")
    assert "clipping" not in {f.check for f in faults(check(path))}


@pytest.mark.parametrize(
    ("change", "message"), [(-20.0, "softer than other"), (6.0, "louder than most")]
)
def test_loudness_outside_of_what_is_usual_is_told(
    tmp_path: Path, change: float, message: str
) -> None:
    path = encode_sound(gain(good_sound(3.0), change), tmp_path / "a.flac")
    loudness = next(f for f in check(path).findings if f.check == "loudness")
    assert loudness.level == "warning"
    assert message in loudness.message


def test_an_offset_is_told(tmp_path: Path) -> None:
    samples = 0.3 * good_sound(3.0).array() + 0.05
    path = encode_sound(Sound.from_array(samples, 48000), tmp_path / "a.wav")
    assert [f.message for f in faults(check(path)) if f.check == "offset"] == [
        "the sound lies 5.0% off the middle"
    ]


def write_plain(
    path: Path, *, picture_frames: int = 75, sound_seconds: float | None = None, tags: bool = True
) -> Path:
    """A film by FFmpeg's own defaults: index at the end, and tags only when asked for."""
    with av.open(str(path), "w") as file:
        picture = file.add_stream("libx264", rate=25, options={"crf": "20"})
        picture.width, picture.height, picture.pix_fmt = 128, 72, "yuv420p"
        if tags:
            picture.codec_context.color_primaries = 1
            picture.codec_context.color_trc = 1
            picture.codec_context.colorspace = 1
        track = file.add_stream("pcm_s16le" if path.suffix != ".mp4" else "aac", rate=48000)
        for n in range(picture_frames):
            frame = av.VideoFrame.from_ndarray(moving(n), "rgb24")
            file.mux(picture.encode(frame.reformat(format="yuv420p")))
        file.mux(picture.encode())
        samples = good_sound(sound_seconds or picture_frames / 25).array()
        packed = np.ascontiguousarray(samples * 32767, dtype=np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="stereo")
        frame.sample_rate = 48000
        resampled = av.AudioResampler(track.format, track.layout, 48000).resample(frame)
        for part in resampled:
            file.mux(track.encode(part))
        file.mux(track.encode())
    return path


@pytest.mark.parametrize(
    ("seconds", "level"), [(2.7, "warning"), (1.0, "error"), (3.3, "warning"), (5.0, "error")]
)
def test_sound_that_ends_before_or_after_the_picture_is_found(
    tmp_path: Path, seconds: float, level: str
) -> None:
    path = write_plain(tmp_path / "a.mkv", sound_seconds=seconds)
    fault = next(f for f in faults(check(path)) if f.check == "durations")
    assert fault.level == level
    assert "ends" in fault.message
    assert ("before" in fault.message) == (seconds < 3)
    assert frames(fault) == (int(min(seconds, 3) * 25), -(-max(seconds, 3) * 25 // 1))


def test_missing_colour_tags_are_named(tmp_path: Path) -> None:
    fault = only_fault(check(write_plain(tmp_path / "a.mkv", tags=False)))
    assert fault.check == "colour"
    assert "colour primaries, transfer curve and colour matrix" in fault.message


def test_an_index_at_the_end_is_told(tmp_path: Path) -> None:
    fault = only_fault(check(write_plain(tmp_path / "a.mp4")))
    assert fault.check == "container"
    assert "faststart" in str(fault)


@pytest.mark.parametrize("content", [b"", b"this is no film" * 100])
def test_a_file_that_is_no_film_is_an_error_in_the_report(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    report = check(path)
    assert report.level == "error"
    assert report.info is None
    assert only_fault(report).check == "container"


def test_a_film_cut_short_is_an_error(film: MakeFilm) -> None:
    path = film()
    path.write_bytes(path.read_bytes()[:-4000])
    assert check(path).level == "error"


def test_a_film_damaged_inside_gives_a_report(film: MakeFilm) -> None:
    path = film()
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(range(250)) * 12
    path.write_bytes(bytes(data))
    assert check(path).level in {"warning", "error"}


def test_a_sound_that_cannot_be_decoded_is_an_error_and_the_picture_is_checked(
    film: MakeFilm,
) -> None:
    path = film(lambda n: black(n) if n < 30 else moving(n))
    damage(path)
    black_one, sound = faults(check(path))
    assert frames(black_one) == (0, 30)
    assert (sound.check, sound.level) == ("sound", "error")
    assert "FFmpeg: " in sound.message


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_an_error_and_the_rest_is_measured(
    wrong: float, tmp_path: Path
) -> None:
    samples = good_sound(3.0).array().copy()
    whole = encode_sound(Sound.from_array(samples, 48000), tmp_path / "a.wav", audio="pcm_float")
    plain = check(whole).loudness
    content = bytearray(whole.read_bytes())
    frame = samples.shape[1] * 4
    begin = content.index(b"data") + 8
    for sample in (48000, 48010):
        content[begin + sample * frame : begin + sample * frame + 4] = np.float32(wrong).tobytes()
    whole.write_bytes(content)
    report = check(whole)
    fault = only_fault(report)
    assert (fault.check, fault.level) == ("sound", "error")
    assert fault.message == "2 samples are no numbers (NaN or infinite)"
    assert fault.span is not None
    assert fault.span.start == 1
    assert plain is not None
    assert report.loudness is not None
    assert report.loudness.integrated == pytest.approx(plain.integrated, abs=0.1)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="not there"):
        check(tmp_path / "none.mp4")


def test_sounds_and_pictures_alone_are_checked(tmp_path: Path) -> None:
    sound = check(encode_sound(good_sound(3.0), tmp_path / "a.flac"))
    assert faults(sound) == []
    assert "black" not in {finding.check for finding in sound.findings}
    write_image(Image.from_array(moving(0)), tmp_path / "a.png")
    still = check(tmp_path / "a.png")
    assert still.loudness is None
    assert "silence" not in {finding.check for finding in still.findings}
    assert still.level != "error"


def test_limits_can_be_set(film: MakeFilm) -> None:
    path = film(lambda n: black(n) if 20 <= n < 32 else moving(n), frames=50)
    short = Limits(black_seconds=Fraction(2, 5))
    assert [f.check for f in faults(check(path, limits=short))] == ["black"]
    assert frames(only_fault(check(path, limits=short))) == (20, 32)


def test_a_report_is_json_with_every_figure(film: MakeFilm) -> None:
    report = check(film(lambda n: black(n) if n < 30 else moving(n)))
    facts = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert facts["file"] == "film.mp4"
    assert facts["level"] == "warning"
    assert facts["info"]["video"]["color"]["matrix"] == "bt709"
    assert facts["loudness"]["integrated"] == pytest.approx(-16.0, abs=0.5)
    assert facts["findings"][-1].keys() == {"check", "level", "message", "span", "mend"}
    black_one = next(f for f in facts["findings"] if f["level"] == "warning")
    assert black_one["span"] == {"start": 0.0, "end": 1.2, "first_frame": 0, "end_frame": 30}


def test_loudness_of_silence_is_null_in_json(tmp_path: Path) -> None:
    path = encode_sound(Sound.silent(48000, 48000), tmp_path / "a.wav")
    facts = json.loads(json.dumps(check(path).as_dict(), allow_nan=False))
    assert facts["loudness"]["integrated"] is None


def test_progress_is_told_and_can_stop_the_check(film: MakeFilm) -> None:
    told: list[tuple[float, float]] = []
    path = film()
    check(path, on_progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == pytest.approx(told[-1][1])

    def stop(done: float, total: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        check(path, on_progress=stop)


def test_a_late_voice_is_no_silence_when_ambience_lies_under_it(film: MakeFilm) -> None:
    sound = mix([gain(good_sound(4.0), -6.0), place(tone(300.0, 0.5), 3.0)])
    assert "silence" not in {f.check for f in faults(check(film(frames=100, sound=sound)))}
