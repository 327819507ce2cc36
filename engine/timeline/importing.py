"""Brings an edit of another program in: reads its file, finds its media, opens them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import opentimelineio as otio

from engine.errors import MediaError, UsageError
from engine.media import Clip, Sound, open_clip, open_sound
from engine.media.sequence import is_sequence, sequence_files
from engine.timeline.edl_read import read_edl
from engine.timeline.export_media import adopt, file_of_url
from engine.timeline.fcpxml_read import read_fcpxml
from engine.timeline.otio_file import read_otio
from engine.timeline.values import MEDIA_SCHEME, Timeline, facts, media_url

EDIT_SUFFIXES = (".otio", ".fcpxml", ".edl")
_SHOWN = 5  # names in a message
_FURTHER = r"(?:_part\d+|_[AV]\d+(?:_part\d+)?)\.edl"


@dataclass(frozen=True)
class Reference:
    """A piece of media that an edit refers to: by a path or name, and for a shot."""

    url: str
    name: str
    heard: bool
    path: Path | None = None


@dataclass(frozen=True)
class ImportedEdit:
    """A timeline with its media opened, what was not found, and notes for the user."""

    timeline: Timeline
    missing: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()


def read_edit(path: Path, rate: Fraction) -> Timeline:
    """The timeline of an OTIO, FCPXML or EDL file, by its ending.

    `rate` is for an EDL, which does not say its own; its further tracks are read from the EDLs
    beside it that are named as an export names them. Raises AiprodError.
    """
    suffix = path.suffix.lower()
    if suffix == ".edl":
        return read_edl(edit_files(path), rate=rate)
    if suffix in EDIT_SUFFIXES:
        return read_otio(path) if suffix == ".otio" else read_fcpxml(path)
    raise UsageError(
        f"{path.name} is no edit that can be read",
        mend=f"Give a file that ends in {' or '.join(EDIT_SUFFIXES)}.",
    )


def edit_files(path: Path) -> list[Path]:
    """The file of an edit and, for an EDL, those of its further tracks and parts beside it."""
    if path.suffix.lower() != ".edl" or not path.parent.is_dir():
        return [path]
    named = re.compile(re.escape(path.stem) + _FURTHER, re.IGNORECASE)
    further = [item for item in path.parent.iterdir() if named.fullmatch(item.name)]
    return [path, *sorted(further, key=lambda item: _order(item.stem[len(path.stem) :]))]


def references(path: Path, rate: Fraction, media: Path | None) -> list[Reference]:
    """Every piece of media that an edit refers to, once, with its file where it is found.

    A file is looked for where the edit says, then by its path's end, then by its name or its
    reel's, anywhere in the folder `media`.
    """
    files = edit_files(path)
    seen = tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return _located(_read_once(path, rate, seen), _Search(path.parent, media))


@dataclass(frozen=True)
class Shape:
    """What an edit looks and sounds like where its file does not say; `forced` counts anyway."""

    width: int = 1920
    height: int = 1080
    sample_rate: int = 48000
    forced: tuple[int | None, int | None] = (None, None)


def import_edit(
    path: Path,
    rate: Fraction,
    *,
    media: Path | None = None,
    leave_gaps: bool = False,
    shape: Shape | None = None,
) -> ImportedEdit:
    """An edit with its media opened, as if it had been built here.

    What is missing is an error that names it; with `leave_gaps` its shots are there but off, so
    that they show what lies below and keep their places. Raises AiprodError.
    """
    edit = read_edit(path, rate)
    _give_shape(edit, shape or Shape(), says=path.suffix.lower() != ".edl")
    found = _located(edit, _Search(path.parent, media))
    missing = tuple(item for item in found if item.path is None)
    if missing and not leave_gaps:
        raise MediaError(missing_text(missing), mend=MISSING_MEND)
    notes = [str(note) for note in facts(edit.otio).get("not_read", ())]
    notes = [f"was not understood: {note}" for note in notes]
    pool = _Pool({_identity(item): item for item in found}, edit.rate)
    for clip, heard in _clips(edit):
        pool.link(clip, _reference(clip, heard=heard))
    notes += [f"{', '.join(pool.short)}: the media is shorter than the edit"] if pool.short else []
    return ImportedEdit(Timeline(edit.otio, pool.media), missing, tuple(notes))


MISSING_MEND = (
    "Put them where the edit says, name the media folder that they are in, or leave gaps for them."
)


def missing_text(missing: tuple[Reference, ...] | list[Reference]) -> str:
    """The names of what is missing, in a sentence."""
    names = list(dict.fromkeys(_file_name(item) for item in missing))
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"media of the edit is missing: {shown}{more}"


@dataclass
class _Search:
    """Looks for media beside the edit and in a folder."""

    edit_folder: Path
    media: Path | None

    def path(self, url: str, name: str) -> Path | None:
        """The file that a reference means, or None."""
        said = file_of_url(url, self.edit_folder) if url else None
        if said is not None and _is_there(said):
            return said
        if self.media is None:
            return None
        parts = [p for p in PurePosixPath(unquote(url).replace("\\", "/")).parts if p != "/"]
        for first in range(len(parts)):
            ended = self.media.joinpath(*parts[first:])
            if ".." not in parts and _is_there(ended):
                return ended
        for wanted in (parts[-1] if parts else "", name):
            known = self._by_name.get(wanted.lower()) or self._by_stem.get(wanted.lower())
            if wanted and known is not None:
                return known
        return None

    @cached_property
    def _files(self) -> list[Path]:
        if self.media is None or not self.media.is_dir():
            return []
        return sorted(path for path in self.media.rglob("*") if path.is_file())

    @cached_property
    def _by_name(self) -> dict[str, Path]:
        return {path.name.lower(): path for path in reversed(self._files)}

    @cached_property
    def _by_stem(self) -> dict[str, Path]:
        return {path.stem.lower(): path for path in reversed(self._files)}


class _Pool:
    """Opens each file once and lets the clips of a timeline refer to it."""

    def __init__(self, found: dict[tuple[str, str, bool], Reference], rate: Fraction) -> None:
        self._found = found
        self._rate = rate
        self._keys: dict[Path, str] = {}
        self.media: dict[str, Clip | Sound] = {}
        self.short: list[str] = []

    def link(self, clip: otio.schema.Clip, wanted: Reference) -> None:
        """Let a clip refer to its opened media, or switch it off when there is none."""
        item = self._found[_identity(wanted)]
        if item.path is None:
            clip.enabled = False
            return
        key = self._opened(item, clip)
        old = clip.media_reference
        clip.media_reference = otio.schema.ExternalReference(
            target_url=MEDIA_SCHEME + key,
            available_range=old.available_range,
            metadata=dict(old.metadata),
        )
        if not adopt(clip.media_reference, clip.source_range, self.media[key], self._rate):
            self.short.append(str(clip.name) or key)

    def _opened(self, item: Reference, clip: otio.schema.Clip) -> str:
        assert item.path is not None
        key = self._keys.get(item.path)
        if key is None:
            key = f"{'sound' if item.heard else 'shot'}_{len(self._keys) + 1:02}"
            try:
                only_sound = item.heard and not facts(clip.media_reference).get("has_video")
                self.media[key] = (
                    open_sound(item.path) if only_sound else open_clip(item.path, rate=self._rate)
                )
            except MediaError as error:
                raise MediaError(str(error), where=item.name or _file_name(item)) from error
            self._keys[item.path] = key
        return key


@lru_cache(maxsize=8)
def _read_once(path: Path, rate: Fraction, seen: tuple[Any, ...]) -> Timeline:
    """The timeline of an edit, read anew when one of its files, `seen`, has changed."""
    del seen
    return read_edit(path, rate)


def _located(edit: Timeline, search: _Search) -> list[Reference]:
    found: dict[tuple[str, str, bool], Reference] = {}
    for clip, heard in _clips(edit):
        item = _reference(clip, heard=heard)
        if _identity(item) not in found:
            found[_identity(item)] = replace(item, path=search.path(item.url, item.name))
    return list(found.values())


def _clips(edit: Timeline) -> Iterator[tuple[otio.schema.Clip, bool]]:
    """The clips of an edit, pictures first, and whether each is only heard."""
    for track in edit.video_tracks:
        yield from ((clip, False) for clip in track.find_clips())
    for track in edit.audio_tracks:
        yield from ((clip, True) for clip in track.find_clips())


def _reference(clip: otio.schema.Clip, *, heard: bool) -> Reference:
    reference = clip.media_reference
    if isinstance(reference, otio.schema.ImageSequenceReference):
        number = f"%0{reference.frame_zero_padding}d"
        name = f"{reference.name_prefix}{number}{reference.name_suffix}"
        base = str(reference.target_url_base or "").rstrip("/")
        return Reference(f"{base}/{name}" if base else name, str(clip.name), heard)
    return Reference(media_url(clip) or "", str(clip.name), heard)


def _give_shape(edit: Timeline, shape: Shape, *, says: bool) -> None:
    kept = facts(edit.otio)
    said = kept if says else {}
    kept["width"] = shape.forced[0] or said.get("width", shape.width)
    kept["height"] = shape.forced[1] or said.get("height", shape.height)
    kept["sample_rate"] = said.get("sample_rate", shape.sample_rate)
    edit.otio.metadata["aiprod"] = kept


def _identity(item: Reference) -> tuple[str, str, bool]:
    return item.url, "" if item.url and "." in item.url else item.name, item.heard


def _file_name(item: Reference) -> str:
    return PurePosixPath(unquote(item.url)).name or item.name or "a shot without media"


def _order(label: str) -> tuple[bool, list[str | int]]:
    """Parts of the first track come before further tracks, and numbers count: "_part2", "_A10"."""
    pieces = re.split(r"(\d+)", label)
    return not label.startswith("_part"), [int(p) if p.isdecimal() else p for p in pieces]


def _is_there(path: Path) -> bool:
    try:
        return bool(sequence_files(path)) if is_sequence(path) else path.is_file()
    except (OSError, MediaError):
        return False
