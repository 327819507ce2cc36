"""From the shape of a value to the editor for it."""

from __future__ import annotations

from widgets.editors.angles import AngleEditor, VectorEditor
from widgets.editors.choices import ChoiceEditor, ToggleEditor
from widgets.editors.colors import ColorEditor
from widgets.editors.editor import Editor
from widgets.editors.files import FileEditor
from widgets.editors.frames import FramesEditor, RatioEditor
from widgets.editors.keyframes import PointsEditor
from widgets.editors.lists import ListEditor, RecordEditor, TableEditor
from widgets.editors.numbers import NumberEditor
from widgets.editors.optional import OptionalEditor
from widgets.editors.prompts import PromptEditor
from widgets.editors.rows import FieldRow, is_wide, scrubs
from widgets.editors.seeds import SeedEditor
from widgets.editors.shapes import (
    ChoiceShape,
    ColorShape,
    CurveShape,
    FileShape,
    FramesShape,
    KeyframesShape,
    ListShape,
    NumberShape,
    OptionalShape,
    RatioShape,
    RecordShape,
    SeedShape,
    Shape,
    TableShape,
    TextShape,
    ToggleShape,
    VectorShape,
)
from widgets.editors.texts import AreaEditor, RawEditor, TextEditor


def make_editor(shape: Shape) -> Editor:
    """The editor for values of this shape."""
    match shape:
        case NumberShape(angle=True):
            return AngleEditor(shape)
        case NumberShape():
            return NumberEditor(shape)
        case FramesShape():
            return FramesEditor(shape)
        case RatioShape():
            return RatioEditor(shape)
        case ToggleShape():
            return ToggleEditor()
        case ChoiceShape():
            return ChoiceEditor(shape)
        case TextShape(vocabulary=vocabulary) if vocabulary is not None:
            return PromptEditor(shape)
        case TextShape(multiline=True):
            return AreaEditor(shape)
        case TextShape():
            return TextEditor(shape)
        case SeedShape():
            return SeedEditor(shape)
        case FileShape():
            return FileEditor(shape)
        case ColorShape():
            return ColorEditor(shape)
        case VectorShape():
            return VectorEditor(shape)
        case RecordShape():
            return RecordEditor(shape, make_editor)
        case ListShape():
            return ListEditor(shape, make_editor)
        case TableShape():
            return TableEditor(shape, make_editor)
        case KeyframesShape() | CurveShape():
            return PointsEditor(shape)
        case OptionalShape(inner=inner):
            return OptionalEditor(shape, lambda: make_editor(inner))
        case _:
            return RawEditor()


def make_row(label: str, shape: Shape) -> FieldRow:
    """A field with its label for values of this shape."""
    return FieldRow(label, make_editor(shape), wide=is_wide(shape), scrub=scrubs(shape))
