"""Node specs, read from typed functions: sockets, parameters, outputs and help."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, getdoc, signature
from typing import Any, Literal, TypeAlias, TypeVar, get_args, get_origin

from engine.errors import Problem
from engine.graph.annotations import Angle, File, Label, Multiline, Range, Seed
from engine.graph.checks import Check, ParamError, make_check, to_json
from engine.graph.signatures import Reading, evaluate, read
from engine.graph.situation import Situation

NodeFunction: TypeAlias = Callable[..., Any]
Fingerprint: TypeAlias = Callable[[Situation], Iterable[str]]
"""Gives the fingerprints of what a node reads besides its inputs and the files it names."""
Inspection: TypeAlias = Callable[[Situation], Iterable[Problem]]
"""Gives the mistakes in a node's parameters that no single parameter shows, with their fields."""

_Function = TypeVar("_Function", bound=NodeFunction)
_INNER = {"check", "jsonify", "default_value"}
_DECLARATION = "__aiprod_node__"
_JSON_KINDS = {"bool", "int", "float", "text", "color"}  # whose Python values are JSON
_PROMOTED = {"text": "Text", "int": "Number", "float": "Number", "bool": "Flag", "choice": "Text"}


@dataclass(frozen=True)
class Input:
    """A socket that takes a value: one, none when `optional`, any number when `many`.

    A list of type `list[X | None]` has `gaps`: None stands where a link brings nothing because it
    or its source is muted, so that what speaks of the others by number still means them.
    """

    name: str
    type: str
    label: str
    optional: bool = False
    many: bool = False
    gaps: bool = False


@dataclass(frozen=True)
class Output:
    """A socket that gives a value; `many` outputs give a list of values."""

    name: str
    type: str
    label: str
    many: bool = False


@dataclass(frozen=True)
class Param:
    """A control: its kind (see `engine.graph.checks.make_check`), default and limits.

    `default` is a JSON value and `default_value` what the function gets for it; `check` turns
    the one into the other or raises ParamError, `jsonify` turns them back. `socket` is the socket
    type that the parameter becomes when a link feeds it; None when it cannot.
    """

    name: str
    kind: str
    label: str
    default: Any
    required: bool
    optional: bool
    check: Check = field(compare=False, repr=False)
    jsonify: Check = field(compare=False, repr=False)
    default_value: Any = field(compare=False, repr=False)
    range: Range | None = None
    choices: tuple[Any, ...] = ()
    multiline: bool = False
    angle: bool = False
    file: File | None = None
    seed: bool = False
    socket: str | None = None


@dataclass(frozen=True)
class NodeSpec:
    """A node type: everything that the interface, validation and execution know of it."""

    id: str
    title: str
    category: str
    version: int
    inputs: tuple[Input, ...]
    params: tuple[Param, ...]
    outputs: tuple[Output, ...]
    doc: str
    function: NodeFunction = field(compare=False, repr=False)
    cache: bool = True
    sink: bool = False
    device: bool = False
    takes_context: bool = False
    seeded: bool = False
    reads_settings: bool = False
    fingerprint: Fingerprint | None = field(default=None, compare=False, repr=False)
    inspect: Inspection | None = field(default=None, compare=False, repr=False)
    input_named: Mapping[str, Input] = field(init=False, compare=False, repr=False)
    param_named: Mapping[str, Param] = field(init=False, compare=False, repr=False)
    output_named: Mapping[str, Output] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "input_named", {item.name: item for item in self.inputs})
        object.__setattr__(self, "param_named", {item.name: item for item in self.params})
        object.__setattr__(self, "output_named", {item.name: item for item in self.outputs})

    def as_dict(self) -> dict[str, Any]:
        """The spec as JSON values, for `aiprod-engine nodes --json` and the node reference."""
        return {
            "id": self.id,
            "title": self.title,
            "category": self.category,
            "version": self.version,
            "doc": self.doc,
            "sink": self.sink,
            "inputs": [_facts(item) for item in self.inputs],
            "params": [_facts(item) for item in self.params],
            "outputs": [_facts(item) for item in self.outputs],
        }


@dataclass(frozen=True)
class Declaration:
    """What `@node(...)` was given; the spec is read from it and the function when needed."""

    title: str
    category: str
    version: int
    cache: bool
    sink: bool
    device: bool
    id: str | None
    seeded: bool
    reads_settings: bool
    fingerprint: Fingerprint | None
    inspect: Inspection | None


def node(
    title: str,
    *,
    category: str,
    version: int = 1,
    cache: bool = True,
    sink: bool = False,
    device: bool = False,
    id: str | None = None,  # noqa: A002
    seeded: bool = True,
    reads_settings: bool = True,
    fingerprint: Fingerprint | None = None,
    inspect: Inspection | None = None,
) -> Callable[[_Function], _Function]:
    """Make a typed function a node; the function itself stays as it is.

    cache: keep results on disk. Say False for nodes whose lazy result costs nothing to make.
    sink: the node writes files and returns `Artifact` or `list[Artifact]`.
    device: the node uses a neural network; such nodes run one at a time.
    seeded, reads_settings: what the node reads from its context besides its parameters; a node
    that says False may not use `ctx.seed` and generators, or `ctx.settings`, and keeps its result
    when they change.
    fingerprint: names of further things that go into the key, such as model weights.
    inspect: finds mistakes in how parameters go together, before anything runs.
    """
    declaration = Declaration(
        *(title, category, version, cache, sink, device, id, seeded, reads_settings),
        *(fingerprint, inspect),
    )

    def declare(function: _Function) -> _Function:
        setattr(function, _DECLARATION, declaration)
        return function

    return declare


def declaration_of(function: object) -> Declaration | None:
    """What a node function was declared with; None for other objects."""
    found = getattr(function, "__dict__", {}).get(_DECLARATION)
    return found if isinstance(found, Declaration) else None


def default_id(function: NodeFunction) -> str:
    """`module.name`, without the package of the built-in nodes."""
    return f"{function.__module__.removeprefix('engine.nodes.')}.{function.__name__}"


def read_spec(function: NodeFunction, *, type_id: str | None = None) -> NodeSpec:
    """The spec of a function that `@node` declared; `type_id` overrides its own id.

    Raises TypeError when the signature has a type that nodes cannot have.
    """
    declaration = declaration_of(function)
    if declaration is None:
        raise TypeError(f"{function!r} is not declared with @node")
    if declaration.sink and not declaration.cache:
        raise TypeError(f"{function.__name__}: a sink's files are kept in the cache")
    namespace = vars(sys.modules[function.__module__])
    inputs: list[Input] = []
    params: list[Param] = []
    takes_context = False
    for name, parameter in signature(function).parameters.items():
        if name == "ctx":
            takes_context = True
            continue
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"{function.__name__}: a node cannot take *{name}")
        try:
            item = _read_parameter(parameter, namespace)
        except (TypeError, NameError) as error:
            raise TypeError(f"{function.__name__}: {name}: {error}") from None
        if isinstance(item, Input):
            inputs.append(item)
        else:
            params.append(item)
    return NodeSpec(
        id=type_id or declaration.id or default_id(function),
        title=declaration.title,
        category=declaration.category,
        version=declaration.version,
        inputs=tuple(inputs),
        params=tuple(params),
        outputs=_read_outputs(function, namespace),
        doc=getdoc(function) or "",
        function=function,
        cache=declaration.cache,
        sink=declaration.sink,
        device=declaration.device,
        takes_context=takes_context,
        seeded=takes_context and declaration.seeded,
        reads_settings=takes_context and declaration.reads_settings,
        fingerprint=declaration.fingerprint,
        inspect=declaration.inspect,
    )


def _read_parameter(parameter: Parameter, namespace: Mapping[str, Any]) -> Input | Param:
    if parameter.annotation is parameter.empty:
        raise TypeError("it has no type")
    reading = read(parameter.annotation, namespace)
    label = (reading.note(Label) or Label(_label(parameter.name))).text
    has_default = parameter.default is not parameter.empty
    item = _list_item(reading)
    if item is not None and item.socket:
        optional = has_default or reading.optional
        gaps = item.optional
        return Input(parameter.name, item.socket, label, optional=optional, many=True, gaps=gaps)
    if reading.socket:
        optional = has_default or reading.optional
        return Input(parameter.name, reading.socket, label, optional=optional)
    return _read_param(parameter, reading, label)


def _read_param(parameter: Parameter, reading: Reading, label: str) -> Param:
    kind, check = make_check(reading)
    has_default = parameter.default is not parameter.empty
    default = to_json(parameter.default) if has_default else None
    default_value = None
    if has_default:
        try:
            default_value = check(default)
        except ParamError as error:
            raise TypeError(f"its default does not fit: {error}") from None
    return Param(
        name=parameter.name,
        kind=kind,
        label=label,
        default=default,
        required=not has_default,
        optional=reading.optional,
        check=check,
        jsonify=_same if kind in _JSON_KINDS else to_json,
        default_value=default_value,
        range=reading.note(Range),
        choices=_choices(reading.type) if kind == "choice" else (),
        multiline=reading.note(Multiline) is not None,
        angle=reading.note(Angle) is not None,
        file=(reading.note(File) or File()) if kind == "path" else None,
        seed=reading.note(Seed) is not None,
        socket=_PROMOTED.get(kind),
    )


def _read_outputs(function: NodeFunction, namespace: Mapping[str, Any]) -> tuple[Output, ...]:
    result = evaluate(function.__annotations__.get("return"), namespace)
    if result is None or result is type(None):
        return ()
    fields = getattr(result, "_fields", None)
    if fields is None:
        return (_read_output("out", result, namespace, function),)
    inner = vars(sys.modules[result.__module__])
    annotations = result.__annotations__
    return tuple(_read_output(name, annotations[name], inner, function) for name in fields)


def _read_output(
    name: str, annotation: object, namespace: Mapping[str, Any], function: NodeFunction
) -> Output:
    try:
        reading = read(annotation, namespace)
    except NameError as error:
        raise TypeError(f"{function.__name__}: {name}: {error}") from None
    item = _list_item(reading)
    kind = (item or reading).socket or _plain_output((item or reading).type)
    if kind is None:
        raise TypeError(f"{function.__name__}: its result {name!r} has no socket type")
    return Output(name, kind, _label(name), many=item is not None)


def _same(value: Any) -> Any:
    return value


def _plain_output(kind: object) -> str | None:
    if not isinstance(kind, type):
        return None
    return {str: "Text", float: "Number", int: "Number", bool: "Flag"}.get(kind)


def _list_item(reading: Reading) -> Reading | None:
    if get_origin(reading.type) is list:
        return read(get_args(reading.type)[0], {})
    return None


def _choices(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(member.value for member in kind)


def _label(name: str) -> str:
    words = name.strip("_").replace("_", " ")
    return words[:1].upper() + words[1:]


def _facts(item: Input | Output | Param) -> dict[str, Any]:
    facts = {name: value for name, value in vars(item).items() if name not in _INNER}
    for name in ("range", "file"):
        if facts.get(name) is not None:
            part = facts[name]
            facts[name] = {slot: to_json(getattr(part, slot)) for slot in part.__slots__}
    return facts
