"""The commands as a user types them: what they print and how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.main import COMMANDS
from tests.engine.cli.conftest import Home


def test_help_names_every_command_and_the_exit_statuses(home: Home) -> None:
    ended = home.run("--help")
    assert ended.status == 0
    assert all(command in ended.out for command in COMMANDS)
    assert "130 interrupted" in ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(home: Home, command: str) -> None:
    ended = home.call(command, "--help")
    assert ended.status == 0
    assert f"aiprod-engine {command}" in ended.out


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Python keeps compiled modules, as it does for users but not in all test runs."""
    return tmp_path_factory.mktemp("compiled")


@pytest.mark.parametrize("words", [["--help"], ["nodes"], ["validate", "ball.aiprod"]])
def test_quick_commands_start_quickly_and_load_no_heavy_package(
    home: Home, ball: Path, compiled: Path, words: list[str]
) -> None:
    code = (
        "import sys, time; start = time.process_time()\n"
        "from engine.cli import main\n"
        f"status = main({words!r})\n"
        "print(time.process_time() - start, [n for n in ('torch', 'av') if n in sys.modules],"
        " status, file=sys.stderr)"
    )
    environment = {
        **home.environment,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "PYTHONPYCACHEPREFIX": str(compiled),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in ("compile", "measure"):
        ended = subprocess.run(
            [sys.executable, "-c", code],
            cwd=home.work,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    seconds, rest = ended.stderr.splitlines()[-1].split(" ", 1)
    assert rest == "[] 0"
    assert float(seconds) < 0.5


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["rendre"],
        ["render"],
        ["render", "ball.aiprod", "--device", "abacus"],
        ["render", "ball.aiprod", "--seed", "-1"],
        ["render", "ball.aiprod", "--seed", "x"],
        ["render", "no_such.aiprod"],
        ["render", "ball.aiprod", "--node", "nobody"],
        ["jobs", "show", "99"],
        ["jobs", "resume", "99"],
    ],
)
def test_bad_usage_ends_with_2_and_a_word_of_help(home: Home, ball: Path, words: list[str]) -> None:
    ended = home.call(*words)
    assert ended.status == 2
    assert ended.err.strip()
    assert "Traceback" not in ended.err


def test_render_lists_the_delivered_files(home: Home, ball: Path) -> None:
    ended = home.run("render", ball, "-o", "films")
    assert ended.status == 0
    assert ended.out == f"{home.work / 'films' / 'text.txt'}\n"
    assert (home.work / "films" / "text.txt").read_text() == "a red ball"
    assert "made     Write text" in ended.err


def test_the_output_folder_is_named_after_the_project(home: Home, ball: Path) -> None:
    home.call("render", ball)
    assert (home.work / "out" / "ball" / "text.txt").is_file()


def test_render_tells_programs_one_event_a_line(home: Home, ball: Path) -> None:
    events = home.call("render", ball, "--json").events
    kinds = [event["event"] for event in events]
    assert kinds[:2] == ["JobStarted", "RunPlanned"]
    assert kinds[-1] == "RenderFinished"
    assert events[-1]["files"] == [str(home.work / "out" / "ball" / "text.txt")]


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("line.words=a blue box", "a blue box"),
        ("line.words=a=b", "a=b"),
        ("line.repeat=2", "a red ball a red ball"),
        ("line.loud=yes", "A RED BALL"),
        ("First line.words=titled", "titled"),
    ],
)
def test_set_changes_a_parameter_for_one_render(
    home: Home, ball: Path, setting: str, text: str
) -> None:
    document = json.loads(ball.read_text())
    document["nodes"]["line"]["title"] = "First line"
    ball.write_text(json.dumps(document))
    before = ball.read_bytes()
    assert home.call("render", ball, "-o", "films", "--set", setting).status == 0
    assert (home.work / "films" / "text.txt").read_text() == text
    assert ball.read_bytes() == before


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("line", "--set: 'line' is not of the form NODE.PARAM=VALUE"),
        ("words=x", "'words' is not of the form NODE.PARAM"),
        ("lime.words=x", "the project has no node 'lime'. Its nodes: file, line."),
        ("line.wrds=x", "line.wrds: the node 'line' has no parameter 'wrds'"),
        ("line.wrds=x", "It has: words, repeat, loud."),
        ("line.repeat=many", "line.repeat: 'many' is not a whole number"),
        ("line.repeat=99", "line.repeat: 99 is out of range: it must be between 1 and 9"),
        ("line.loud=perhaps", "line.loud: 'perhaps' is neither true nor false"),
        ("file.name=../../etc/passwd", "file.name: "),
    ],
)
def test_a_wrong_set_names_node_and_field_and_what_is_legal(
    home: Home, ball: Path, setting: str, message: str
) -> None:
    ended = home.call("render", ball, "--set", setting)
    assert ended.status == 2
    assert message in ended.err


def test_a_failed_render_ends_with_1_and_names_the_node(home: Home) -> None:
    project = home.save(
        {"line": ("line", {}), "reel": ("break_down", {}), "file": ("write_text", {})},
        *("line.out>reel.text", "reel.out>file.text"),
    )
    ended = home.call("render", project)
    assert ended.status == 1
    assert "Break (reel): the reel broke. Splice it." in ended.err
    assert not (home.work / "out").exists()

    events = home.call("render", project, "--json").events
    assert events[-1]["event"] == "Error"
    assert events[-1]["where"] == "Break (reel)"
    shown = home.call("jobs", "show", "2").out
    assert "failed" in shown
    assert "the reel broke" in shown


def test_validate_lists_every_mistake(home: Home) -> None:
    project = home.save({"line": ("line", {"repeat": 0, "wrds": ""}), "file": ("write_text", {})})
    ended = home.call("validate", project)
    assert ended.status == 2
    assert len(ended.out.splitlines()) == 3
    assert "line.repeat: 0 is out of range" in ended.out
    assert "file.text: the input is needed" in ended.out
    assert {event["field"] for event in home.call("validate", project, "--json").events} == {
        *("repeat", "wrds", "text")
    }


def test_validate_is_content_with_a_sound_project(home: Home, ball: Path) -> None:
    ended = home.call("validate", ball)
    assert ended.status == 0
    assert "2 nodes, no mistakes" in ended.err


def test_a_file_that_is_no_project_is_a_clear_error(home: Home) -> None:
    (home.work / "bad.aiprod").write_text("{" * 5000)
    for command in ("validate", "render"):
        ended = home.call(command, "bad.aiprod")
        assert ended.status == 2
        assert "bad.aiprod" in ended.err
        assert "Traceback" not in ended.err


def test_nodes_lists_plugins_and_names_a_broken_one(home: Home) -> None:
    (home.path / "data" / "aiprod" / "plugins" / "broken.py").write_text("import nothing_at_all")
    ended = home.call("nodes")
    assert ended.status == 0
    assert "plugin.reel.write_text" in ended.out
    assert "plugin broken" in ended.err
    assert "nothing_at_all" in ended.err


def test_nodes_as_json_are_full_specs(home: Home) -> None:
    specs = {spec["id"]: spec for spec in home.call("nodes", "--json").events}
    assert [param["name"] for param in specs["plugin.reel.line"]["params"]] == [
        *("words", "repeat", "loud")
    ]


def test_jobs_are_listed_newest_first_with_their_state(home: Home, ball: Path) -> None:
    assert "no jobs yet" in home.call("jobs", "list").err
    home.call("render", ball)
    home.call("render", ball, "-o", "again")
    lines = home.call("jobs", "list").out.splitlines()
    assert lines[0].split() == ["ID", "STATE", "DONE", "CHANGED", "NAME", "OUTPUT"]
    assert lines[1].startswith("2   delivered  100%")
    assert lines[1].endswith(str(home.work / "again"))


def test_a_job_is_shown_with_its_history_and_provenance(home: Home, ball: Path) -> None:
    home.call("render", ball, "--seed", "11")
    shown = json.loads(home.call("jobs", "show", "1", "--json").out)
    assert shown["state"] == "delivered"
    assert shown["files"] == ["text.txt"]
    assert shown["provenance"]["seeds"] == {"project": 11}
    assert shown["history"][-1]["state"] == "delivered"


def test_a_delivered_job_can_be_rendered_again(home: Home, ball: Path) -> None:
    home.call("render", ball)
    (home.work / "out" / "ball" / "text.txt").unlink()
    assert home.call("jobs", "resume", "1").status == 0
    assert (home.work / "out" / "ball" / "text.txt").is_file()


def test_a_reader_that_leaves_early_is_no_error(home: Home, ball: Path) -> None:
    render = home.start("nodes", "--json")
    assert render.stdout is not None
    render.stdout.readline()
    render.stdout.close()
    assert render.wait(timeout=30) in (0, 1)
    assert render.stderr is not None
    assert "Traceback" not in render.stderr.read()
    render.stderr.close()


def test_a_damaged_job_history_is_a_clear_error(home: Home, ball: Path) -> None:
    (home.path / "data" / "aiprod" / "jobs.sqlite").write_bytes(b"nonsense" * 999)
    ended = home.call("render", ball)
    assert ended.status == 1
    assert "jobs.sqlite: the job history is damaged" in ended.err
