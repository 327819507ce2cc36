"""The viewer's widgets: they draw what they are given and tell what the user did."""

from __future__ import annotations

from widgets.viewer.mask import Mask, mask_array, mask_image
from widgets.viewer.picture_view import PictureView
from widgets.viewer.state_card import CardState, StateCard
from widgets.viewer.time_strip import TimeStrip
from widgets.viewer.timecode_field import TimecodeField
from widgets.viewer.transport_bar import TransportBar
from widgets.viewer.values import Compare, Counting, Guide, Mark, Overlays, Placement, Skin
from widgets.viewer.viewer import Viewer

__all__ = [
    "CardState",
    "Compare",
    "Counting",
    "Guide",
    "Mark",
    "Mask",
    "Overlays",
    "PictureView",
    "Placement",
    "Skin",
    "StateCard",
    "TimeStrip",
    "TimecodeField",
    "TransportBar",
    "Viewer",
    "mask_array",
    "mask_image",
]
