"""Finds what the engine says to users: the messages in its source, as templates with fields.

A message is what an error, a problem, a finding, a warning or a step of progress is given. It is
followed through variables, functions that make sentences, and their pieces: of

    raise UsageError(f"no {device} device is present", mend=_mend(device))

come "no {device} device is present" and every text that `_mend` returns. Nothing is imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

OUTSIDE = ("cli", "training", "doctor.py")
"""Parts of the engine whose texts are for a terminal or for developers."""

_SPEAKERS = {"Problem", "Finding", "RefusedEdit", "Cancelled"}
_FOR_DEVELOPERS = {
    "AttributeError", "AssertionError", "RuntimeError", "KeyError", "IndexError", "ImportError",
    "NotImplementedError", "OSError", "DatabaseError", "ValidationError", "ZipImportError",
}  # fmt: skip
_NOT_SHOWN = {*_FOR_DEVELOPERS, "ValueError", "TypeError", "EditError", "Verdict"}
_TOLD = {"message", "mend", "note", "too_low", "too_high"}
_SPEAKS = re.compile(
    r"(?:Error|Edit|VideoRow|Problem|Finding|Cancelled|PromptFeatures|warn|on_note|tell|progress)\("
    r"|\.off\[|__str__|def ease"
)
_SAYING = ("__str__", "ease")
"""Methods whose results are shown: an error's text, and what was given up for want of memory."""

_DEEPEST = 5  # variables and calls that a message is followed through

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One source file: its functions and constants by name, and what it takes from others."""

    place: str
    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, place: str) -> Module:
        """Read a source file."""
        made = cls(place, ast.parse(path.read_text(encoding="utf-8")))
        for item in ast.walk(made.tree):
            if isinstance(item, Function):
                made.functions.setdefault(item.name, item)
            elif isinstance(item, ast.ImportFrom) and item.module:
                for alias in item.names:
                    made.imports[alias.asname or alias.name] = (item.module, alias.name)
        for item in made.tree.body:
            for name, value in _assigned(item):
                made.constants[name] = value
        return made


class Engine:
    """The source of the engine below the folder `top`."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._module = cache(self._read)

    def messages(self) -> Iterator[tuple[str, str]]:
        """Every template with the place where it is said, some more than once."""
        for path in (*self._files("engine"), *self._files("app")):
            within = path.relative_to(self._top).parts
            module = self._module(".".join(within)[:-3])
            if within[1] not in OUTSIDE and module is not None:
                yield from self._of_module(module)

    def _files(self, folder: str) -> list[Path]:
        """The files in which something may be said."""
        return [
            path
            for path in sorted((self._top / folder).rglob("*.py"))
            if _SPEAKS.search(path.read_text(encoding="utf-8"))
        ]

    def _read(self, name: str) -> Module | None:
        folder = self._top.joinpath(*name.split("."))
        for path in (folder.with_suffix(".py"), folder / "__init__.py"):
            if path.is_file():
                return Module.read(path, path.relative_to(self._top).as_posix())
        return None

    def _of_module(self, module: Module) -> Iterator[tuple[str, str]]:
        ours = module.place.startswith("engine/")
        for function, call in _calls(module.tree, None):
            for said in _spoken(call, _FOR_DEVELOPERS if ours else _NOT_SHOWN):
                for text in self._texts(said, function, module, _DEEPEST):
                    yield text, f"{module.place}:{call.lineno}"
        for item in ast.walk(module.tree):
            if isinstance(item, ast.Assign) and _says_why(item.targets[0]):
                for text in self._texts(item.value, None, module, 1):
                    yield text, f"{module.place}:{item.lineno}"
        for name in _SAYING:
            for text in self._of_function(name, module, _DEEPEST):
                yield text, f"{module.place}:{module.functions[name].lineno}"

    def _texts(
        self, said: ast.expr, inside: Function | None, module: Module, depth: int
    ) -> Iterator[str]:
        """The templates that an expression can be, and those of its fields."""
        if not depth:
            return
        match said:
            case ast.Constant(value=str(text)):
                yield from _whole(text)
            case ast.JoinedStr():
                yield from _whole(template(said))
                for part in said.values:
                    if isinstance(part, ast.FormattedValue):
                        yield from self._texts(part.value, inside, module, depth - 1)
            case ast.IfExp():
                yield from self._texts(said.body, inside, module, depth)
                yield from self._texts(said.orelse, inside, module, depth)
            case ast.BoolOp():
                for part in said.values:
                    yield from self._texts(part, inside, module, depth)
            case ast.BinOp(op=ast.Add()):
                yield from _whole("".join(_pieces(said)))
                for part in _operands(said):
                    if not isinstance(part, ast.Constant | ast.JoinedStr):
                        yield from self._texts(part, inside, module, depth - 1)
            case ast.Tuple():
                for part in said.elts:
                    yield from self._texts(part, inside, module, depth)
            case ast.Lambda():
                yield from self._texts(said.body, inside, module, depth)
            case ast.Subscript(value=ast.Name() as name):
                yield from self._of_table(name.id, module)
            case ast.Name():
                yield from self._of_name(said.id, inside, module, depth - 1)
            case ast.Call(func=ast.Name() as function):
                yield from self._of_function(function.id, module, depth - 1)
                if function.id in ("str", "sorted", "list", "tuple") and said.args:
                    yield from self._texts(said.args[0], inside, module, depth)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=method)):
                yield from self._of_function(method, module, depth - 1)
            case ast.Call(func=ast.Attribute(attr="join"), args=[given]):
                if isinstance(given, ast.GeneratorExp | ast.ListComp):
                    yield from self._texts(given.elt, inside, module, depth)

    def _of_name(
        self, name: str, inside: Function | None, module: Module, depth: int
    ) -> Iterator[str]:
        """What a variable of the function, or a constant of the module, can hold."""
        found = False
        for item in ast.walk(inside) if inside is not None else ():
            for target, value in _assigned(item):
                if target == name:
                    found = True
                    yield from self._texts(value, inside, module, depth)
        if not found and name in module.constants:
            yield from self._texts(module.constants[name], None, module, depth)
        elif not found and name in module.imports:
            other = self._module(module.imports[name][0])
            if other is not None:
                yield from self._of_name(module.imports[name][1], None, other, depth - 1)

    def _of_function(self, name: str, module: Module, depth: int) -> Iterator[str]:
        """What a function of the engine returns."""
        if name in module.functions:
            function = module.functions[name]
            for item in ast.walk(function):
                if isinstance(item, ast.Return | ast.Yield) and item.value is not None:
                    yield from self._texts(item.value, function, module, depth)
        elif name in module.imports:
            other = self._module(module.imports[name][0])
            if other is not None and depth:
                yield from self._of_function(module.imports[name][1], other, depth - 1)

    def _of_table(self, name: str, module: Module) -> Iterator[str]:
        table = module.constants.get(name)
        for value in table.values if isinstance(table, ast.Dict) else ():
            if isinstance(value, ast.Constant | ast.JoinedStr):
                yield from self._texts(value, None, module, 1)


def messages(top: Path) -> dict[str, list[str]]:
    """What the engine below `top` says: templates with the places where they are said."""
    found: dict[str, list[str]] = {}
    for text, place in Engine(top).messages():
        places = found.setdefault(text, [])
        if place not in places:
            places.append(place)
    return found


def template(text: ast.JoinedStr) -> str:
    """An f-string as a template: each field has a name that says what stands there."""
    made, taken = "", set[str]()
    for part in text.values:
        if isinstance(part, ast.FormattedValue):
            name = stem = _field_name(part.value)
            number = 2
            while name in taken:
                name, number = f"{stem}{number}", number + 1
            taken.add(name)
            made += f"{{{name}}}"
        elif isinstance(part, ast.Constant):
            made += str(part.value).replace("{", "{{").replace("}", "}}")
    return made


def _operands(sum_: ast.expr) -> Iterator[ast.expr]:
    if isinstance(sum_, ast.BinOp) and isinstance(sum_.op, ast.Add):
        yield from _operands(sum_.left)
        yield from _operands(sum_.right)
    else:
        yield sum_


def _pieces(sum_: ast.expr) -> Iterator[str]:
    """What a sum of texts is as one template; what is no literal is its `rest`."""
    for part in _operands(sum_):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        else:
            yield template(part) if isinstance(part, ast.JoinedStr) else "{rest}"


def _says_why(target: ast.expr) -> bool:
    """Whether it is a place such as `flat.off[path]`, which says why a node is off."""
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.value, ast.Attribute)
        and target.value.attr == "off"
    )


def _field_name(value: ast.expr) -> str:
    """The last name in an expression that is no builtin: `len(self.clips)` is "clips"."""
    names = [
        part.id if isinstance(part, ast.Name) else part.attr
        for part in ast.walk(value)
        if isinstance(part, ast.Name | ast.Attribute)
    ]
    builtin = {"len", "str", "map", "sorted", "float", "int", "max", "min", "abs", "list", "tuple"}
    plain = [n.strip("_").lower() for n in names if n not in {*builtin, "join", "self", "type"}]
    return next((name for name in plain if name.isidentifier()), "value")


def _whole(text: str) -> Iterator[str]:
    """The text when there are words in it to translate."""
    text = text.strip()
    words = re.sub(r"\{[^{}]*\}|https?:\S+", "", text)
    is_name = re.fullmatch(r"[\w.{}-]*[_.][\w.{}-]*", text)  # of a tensor or a file, not a word
    if re.search(r"[A-Za-z]{2}|^an? ", words) and not is_name:
        yield text


def _spoken(call: ast.Call, silent: set[str]) -> Iterator[ast.expr]:
    """The arguments of a call that are shown to users; errors in `silent` are not."""
    named = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    name = call.func.id if isinstance(call.func, ast.Name) else named
    if (name.endswith("Error") or name in _SPEAKERS) and name not in silent:
        finding = name == "Finding"  # check, level, message, span, mend
        yield from (*call.args[:1], *call.args[2:3], *call.args[4:5]) if finding else call.args[:1]
        yield from (item.value for item in call.keywords if item.arg in _TOLD)
    elif name == "VideoRow":  # of the timeline: why it cannot be edited
        yield from (item.value for item in call.keywords if item.arg == "note")
    elif named in ("warn", "on_note") or name in ("on_note", "tell"):
        yield from call.args[:1]
    elif named == "progress" or name == "PromptFeatures":  # with the notes on a prompt
        yield from call.args[2:3]
    elif name == "check_between":
        yield from call.args[3:]


def _calls(item: ast.AST, inside: Function | None) -> Iterator[tuple[Function | None, ast.Call]]:
    """Every call with the function that it is in."""
    for child in ast.iter_child_nodes(item):
        if isinstance(child, ast.Call):
            yield inside, child
        yield from _calls(child, child if isinstance(child, Function) else inside)


def _assigned(item: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    if isinstance(item, ast.Assign):
        for target in item.targets:
            if isinstance(target, ast.Name):
                yield target.id, item.value
            elif isinstance(target, ast.Tuple) and isinstance(item.value, ast.Tuple):
                pairs = zip(target.elts, item.value.elts, strict=False)
                yield from ((t.id, v) for t, v in pairs if isinstance(t, ast.Name))
            elif isinstance(target, ast.Tuple) and isinstance(item.value, ast.IfExp):
                for part in (item.value.body, item.value.orelse):
                    if isinstance(part, ast.Tuple):
                        pairs = zip(target.elts, part.elts, strict=False)
                        yield from ((t.id, v) for t, v in pairs if isinstance(t, ast.Name))
    elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value:
        yield item.target.id, item.value
