"""Sequences, transitions and timelines as OpenTimelineIO values; OTIO, FCPXML, EDL in and out."""
