"""Whatever a project holds is loaded as it was saved; a broken file says so, and no worse."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.graph import Graph, Group, Link, Node, Port
from engine.project import Project, ProjectSettings, dumps, loads

IDS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,9}", fullmatch=True)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True)
TYPES = st.from_regex(r"[a-z]{1,5}\.[a-z_]{1,9}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
EXTRA_NAMES = st.from_regex(r"x_[a-z]{1,8}", fullmatch=True)
EXTRA = st.dictionaries(EXTRA_NAMES, VALUES, max_size=2)
POSITIONS = st.floats(-1e8, 1e8)


@st.composite
def nodes(draw: st.DrawFn) -> dict[str, Node]:
    made = {}
    for name in draw(st.lists(IDS, max_size=4, unique=True)):
        made[name] = Node(
            name,
            draw(TYPES),
            draw(st.integers(1, 1000)),
            draw(st.dictionaries(NAMES, VALUES, max_size=3)),
            draw(TEXT),
            (draw(POSITIONS), draw(POSITIONS)),
            muted=draw(st.booleans()),
            bypassed=draw(st.booleans()),
            disabled=draw(st.booleans()),
            promoted=tuple(draw(st.lists(NAMES, max_size=2))),
            extra=draw(EXTRA),
        )
    return made


LINKS = st.builds(Link, IDS, NAMES, IDS, NAMES, st.integers(0, 2**31), muted=st.booleans())
PORTS = st.lists(st.builds(Port, NAMES, IDS, NAMES), max_size=2).map(tuple)
GROUPS = st.builds(
    Group,
    TEXT,
    nodes(),
    st.lists(LINKS, max_size=2).map(tuple),
    PORTS,
    PORTS,
    PORTS,
    EXTRA,
)
SETTINGS = st.builds(
    ProjectSettings,
    st.builds(Fraction, st.integers(1, 120_000), st.sampled_from([1, 1001, 1000])).filter(
        lambda rate: rate <= 1000
    ),
    st.integers(16, 16384),
    st.integers(16, 16384),
    st.integers(8000, 384_000),
    st.integers(0, 2**63 - 1),
    TEXT,
)
PROJECTS = st.builds(
    Project,
    st.builds(
        Graph, nodes(), st.lists(LINKS, max_size=4), st.dictionaries(IDS, GROUPS, max_size=2)
    ),
    SETTINGS,
    EXTRA,
)
QUIET = settings(
    max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@QUIET
@given(PROJECTS)
def test_what_is_dumped_is_loaded(project: Project) -> None:
    text = dumps(project)
    loaded = loads(text)
    assert loaded == project
    assert dumps(loaded) == text


SAMPLE = dumps(
    Project(
        Graph(
            {
                "a": Node("a", "x.y", 2, {"text": "é", "n": [1, 2.5, {"z": None}]}, "A", (1, 2)),
                "b": Node("b", "group.g", muted=True, promoted=("p",), extra={"more": True}),
            },
            [Link("a", "out", "b", "clips", 3)],
            {"g": Group("G", {"i": Node("i", "x.z")}, inputs=(Port("p", "i", "q"),))},
        ),
        ProjectSettings(Fraction(24000, 1001)),
        {"view": {"zoom": 1.5}},
    )
).encode()


@QUIET
@given(st.integers(0, len(SAMPLE) - 1))
def test_a_truncated_file_fails_cleanly(length: int) -> None:
    try:
        loads(SAMPLE[:length])
    except ProjectError:
        return
    assert SAMPLE[length:].isspace()


@settings(QUIET, max_examples=300)
@given(st.integers(0, len(SAMPLE) * 8 - 1), st.integers(0, len(SAMPLE) * 8 - 1))
def test_a_file_with_flipped_bits_loads_or_fails_cleanly(one: int, two: int) -> None:
    data = bytearray(SAMPLE)
    data[one // 8] ^= 1 << one % 8
    data[two // 8] ^= 1 << two % 8
    try:
        project = loads(bytes(data))
    except ProjectError:
        return
    assert loads(dumps(project)) == project


@QUIET
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_junk_fails_cleanly(junk: bytes | str) -> None:
    try:
        loads(junk)
    except ProjectError:
        return
    raise AssertionError("junk was loaded as a project")
