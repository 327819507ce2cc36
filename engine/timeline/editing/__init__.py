"""Edits of sequences, sounds and markers as pure functions: old values in, new values out.

Each takes the items of a sequence (or the clips of an audio track, or markers) with the length of
each clip's media, and gives new ones, or raises RefusedEdit with the reason.
"""

from __future__ import annotations

from engine.timeline.editing.cuts import blade as blade
from engine.timeline.editing.cuts import blade_all as blade_all
from engine.timeline.editing.cuts import join as join
from engine.timeline.editing.joins import clear_transition as clear_transition
from engine.timeline.editing.joins import longest_transition as longest_transition
from engine.timeline.editing.joins import missing as missing
from engine.timeline.editing.joins import move_transition as move_transition
from engine.timeline.editing.joins import resize_transition as resize_transition
from engine.timeline.editing.joins import set_transition as set_transition
from engine.timeline.editing.marks import add_marker as add_marker
from engine.timeline.editing.marks import change_marker as change_marker
from engine.timeline.editing.marks import move_marker as move_marker
from engine.timeline.editing.marks import next_marker as next_marker
from engine.timeline.editing.marks import previous_marker as previous_marker
from engine.timeline.editing.marks import remove_markers as remove_markers
from engine.timeline.editing.marks import shift_markers as shift_markers
from engine.timeline.editing.measure import Items as Items
from engine.timeline.editing.measure import Lengths as Lengths
from engine.timeline.editing.measure import Span as Span
from engine.timeline.editing.measure import find as find
from engine.timeline.editing.measure import frames_of as frames_of
from engine.timeline.editing.measure import span_of as span_of
from engine.timeline.editing.measure import starts_of as starts_of
from engine.timeline.editing.measure import title as title
from engine.timeline.editing.measure import total as total
from engine.timeline.editing.placing import Placed as Placed
from engine.timeline.editing.placing import add_gap as add_gap
from engine.timeline.editing.placing import close_gap as close_gap
from engine.timeline.editing.placing import extract as extract
from engine.timeline.editing.placing import extract_range as extract_range
from engine.timeline.editing.placing import insert as insert
from engine.timeline.editing.placing import lift as lift
from engine.timeline.editing.placing import lift_range as lift_range
from engine.timeline.editing.placing import move as move
from engine.timeline.editing.placing import overwrite as overwrite
from engine.timeline.editing.placing import place as place
from engine.timeline.editing.placing import reorder as reorder
from engine.timeline.editing.placing import shift_from as shift_from
from engine.timeline.editing.placing import take as take
from engine.timeline.editing.placing import three_point as three_point
from engine.timeline.editing.placing import tidy as tidy
from engine.timeline.editing.refusal import RefusedEdit as RefusedEdit
from engine.timeline.editing.shots import rename as rename
from engine.timeline.editing.shots import renumbered as renumbered
from engine.timeline.editing.shots import replace_clip as replace_clip
from engine.timeline.editing.shots import set_enabled as set_enabled
from engine.timeline.editing.shots import set_gain as set_gain
from engine.timeline.editing.shots import set_sound as set_sound
from engine.timeline.editing.shots import set_speed as set_speed
from engine.timeline.editing.shots import unused_clips as unused_clips
from engine.timeline.editing.shots import without_gaps as without_gaps
from engine.timeline.editing.sounds import add_sounds as add_sounds
from engine.timeline.editing.sounds import blade_sound as blade_sound
from engine.timeline.editing.sounds import change_sounds as change_sounds
from engine.timeline.editing.sounds import clear_range as clear_range
from engine.timeline.editing.sounds import extract_sounds as extract_sounds
from engine.timeline.editing.sounds import in_full as in_full
from engine.timeline.editing.sounds import join_sounds as join_sounds
from engine.timeline.editing.sounds import move_sounds as move_sounds
from engine.timeline.editing.sounds import overwrite_sounds as overwrite_sounds
from engine.timeline.editing.sounds import relink as relink
from engine.timeline.editing.sounds import remove_sounds as remove_sounds
from engine.timeline.editing.sounds import set_fades as set_fades
from engine.timeline.editing.sounds import shift_sounds as shift_sounds
from engine.timeline.editing.sounds import slip_sound as slip_sound
from engine.timeline.editing.sounds import sound_frames as sound_frames
from engine.timeline.editing.sounds import trim_sound as trim_sound
from engine.timeline.editing.sounds import unlink as unlink
from engine.timeline.editing.trims import ripple as ripple
from engine.timeline.editing.trims import roll as roll
from engine.timeline.editing.trims import slide as slide
from engine.timeline.editing.trims import slip as slip
from engine.timeline.editing.trims import trim as trim
from engine.timeline.editing.trims import trim_to as trim_to
