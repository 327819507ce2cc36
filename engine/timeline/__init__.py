"""Sequences, transitions and timelines as OpenTimelineIO values; OTIO, FCPXML, EDL in and out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.timeline.build import build_sequence as build_sequence
    from engine.timeline.build import build_timeline as build_timeline
    from engine.timeline.build import with_marker as with_marker
    from engine.timeline.captioning import captions_on as captions_on
    from engine.timeline.captioning import with_captions as with_captions
    from engine.timeline.contact import contact_sheet as contact_sheet
    from engine.timeline.edl_read import read_edl as read_edl
    from engine.timeline.edl_write import write_edl as write_edl
    from engine.timeline.export import export_edit as export_edit
    from engine.timeline.export import export_film as export_film
    from engine.timeline.export_media import load_media as load_media
    from engine.timeline.fcpxml_read import read_fcpxml as read_fcpxml
    from engine.timeline.fcpxml_write import write_fcpxml as write_fcpxml
    from engine.timeline.importing import import_edit as import_edit
    from engine.timeline.items import AudioTrack as AudioTrack
    from engine.timeline.items import Marker as Marker
    from engine.timeline.items import SequenceItem as SequenceItem
    from engine.timeline.items import SoundClip as SoundClip
    from engine.timeline.items import VideoTrack as VideoTrack
    from engine.timeline.layout import Layout as Layout
    from engine.timeline.layout import cuts as cuts
    from engine.timeline.layout import lay_out as lay_out
    from engine.timeline.otio_file import read_otio as read_otio
    from engine.timeline.otio_file import write_otio as write_otio
    from engine.timeline.picture import render_video as render_video
    from engine.timeline.report import ExportReport as ExportReport
    from engine.timeline.report import Loss as Loss
    from engine.timeline.soundtrack import render_audio as render_audio
    from engine.timeline.transitions import WIPE_NAMES as WIPE_NAMES
    from engine.timeline.transitions import Transition as Transition
    from engine.timeline.values import Sequence as Sequence
    from engine.timeline.values import Timeline as Timeline

_HOME = {
    "build": ("build_sequence", "build_timeline", "with_marker"),
    "captioning": ("captions_on", "with_captions"),
    "contact": ("contact_sheet",),
    "edl_read": ("read_edl",),
    "edl_write": ("write_edl",),
    "export": ("export_edit", "export_film"),
    "export_media": ("load_media",),
    "fcpxml_read": ("read_fcpxml",),
    "fcpxml_write": ("write_fcpxml",),
    "importing": ("import_edit",),
    "items": ("AudioTrack", "Marker", "SequenceItem", "SoundClip", "VideoTrack"),
    "layout": ("Layout", "cuts", "lay_out"),
    "otio_file": ("read_otio", "write_otio"),
    "picture": ("render_video",),
    "report": ("ExportReport", "Loss"),
    "soundtrack": ("render_audio",),
    "transitions": ("WIPE_NAMES", "Transition"),
    "values": ("Sequence", "Timeline"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
