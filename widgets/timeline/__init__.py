"""The timeline as a widget: it draws tracks of clips and tells what the user asks of them."""

from __future__ import annotations

from widgets.timeline.gestures.starting import TOOLS as TOOLS
from widgets.timeline.gestures.starting import Tool as Tool
from widgets.timeline.intents import Blade as Blade
from widgets.timeline.intents import Drop as Drop
from widgets.timeline.intents import DropPlan as DropPlan
from widgets.timeline.intents import Fade as Fade
from widgets.timeline.intents import Gain as Gain
from widgets.timeline.intents import Intent as Intent
from widgets.timeline.intents import Move as Move
from widgets.timeline.intents import MoveMarker as MoveMarker
from widgets.timeline.intents import MoveTransition as MoveTransition
from widgets.timeline.intents import ResizeTransition as ResizeTransition
from widgets.timeline.intents import Roll as Roll
from widgets.timeline.intents import Slide as Slide
from widgets.timeline.intents import Slip as Slip
from widgets.timeline.intents import Spot as Spot
from widgets.timeline.intents import Trim as Trim
from widgets.timeline.intents import Verdict as Verdict
from widgets.timeline.values import WAVE_TILE as WAVE_TILE
from widgets.timeline.values import ClipView as ClipView
from widgets.timeline.values import MarkerView as MarkerView
from widgets.timeline.values import Pictures as Pictures
from widgets.timeline.values import TrackView as TrackView
from widgets.timeline.values import TransitionView as TransitionView
from widgets.timeline.view import TimelineView as TimelineView
