"""The quick reading of a plain question against the full command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelsearch import cli
from modelsearch.commands.asking import Asked, Fusion
from modelsearch.output import Format
from modelsearch.quick import NAMES, plain_question
from modelsearch.render import grid
from modelsearch.render.grid import Column
from modelsearch.structs import names


def command_options():
    command = typer.main.get_command(cli.app).commands["query"]
    return [one for one in command.params if one.param_type_name == "option" and one.name != "help"]


def test_every_option_of_the_command_is_known_and_no_other():
    names = {text for option in command_options() for text in option.opts}
    assert names == set(NAMES)


def test_defaults_are_those_of_the_command():
    defaults = {option.name: option.default for option in command_options()}
    assert set(defaults) == set(names(Asked))
    for name, value in defaults.items():
        assert getattr(Asked(), name) == value


@pytest.mark.parametrize(
    ("arguments", "question", "expected"),
    [
        (["a", "b"], "a b", Asked()),
        (["unet", "--limit", "3", "-w"], "unet", Asked(limit=3, wide=True)),
        (["--format=json", "x y"], "x y", Asked(format=Format.json)),
        (["x", "-d", "a.db", "--today", "2025-01-01"], "x",
         Asked(db=Path("a.db"), today="2025-01-01")),
        (["x", "--details=0", "--facets", "--explain"], "x",
         Asked(details=0, facets=True, explain=True)),
        (["x", "--encoder", "none"], "x", Asked(encoder="none")),
        (["x", "--fusion", "rrf"], "x", Asked(fusion=Fusion.rrf)),
    ],
)  # fmt: skip
def test_plain_questions_are_read(monkeypatch, arguments, question, expected):
    monkeypatch.delenv("MODELSEARCH_DB", raising=False)
    assert plain_question(arguments) == (question, expected)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--limit", "3"],
        ["x", "--help"],
        ["x", "-h"],
        ["x", "--limit"],
        ["x", "--limit", "many"],
        ["x", "--limit", "-3"],
        ["x", "--format", "xml"],
        ["x", "--formats", "json"],
        ["x", "--fusion", "votes"],
        ["x", "-wn3"],
        ["x", "-n=3"],
        ["x", "--wide=yes"],
        ["x", "-framework:tensorflow"],
        ["x", "--", "y"],
        ["x", "-"],
    ],
)
def test_anything_else_is_left_to_the_full_command_line(arguments):
    assert plain_question(arguments) is None


def test_the_database_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("MODELSEARCH_DB", "lab.db")
    assert plain_question(["x"]) == ("x", Asked(db=Path("lab.db")))
    assert plain_question(["x", "--db", "a.db"]) == ("x", Asked(db=Path("a.db")))


def process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "modelsearch", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_both_ways_print_the_same(indexed):
    asked = ("query", "unet models", "--db", str(indexed.db), "--limit", "4")
    quick = process(*asked, COLUMNS="100")
    full = process(*asked, "--", COLUMNS="100")
    assert quick.returncode == full.returncode == 0
    assert quick.stdout == full.stdout != b""
    assert quick.stderr == full.stderr


def test_failures_are_one_line(tmp_path):
    found = process("query", "x", "--db", str(tmp_path / "none.db"))
    assert found.returncode == 1
    assert found.stderr.startswith(b"modelsearch: there is no database at")
    found = process("query", "x", "--db", str(tmp_path / "none.db"), "--limit", "many")
    assert found.returncode == 2
    assert b"Traceback" not in found.stderr


def test_a_plain_question_needs_neither_the_command_line_nor_numpy(indexed):
    code = (
        "import sys; from modelsearch.quick import answer_quickly;"
        f"answer_quickly(['query', 'unet models created in 2025', '--db', {str(indexed.db)!r}]);"
        "sys.stderr.write(repr([m for m in ('typer', 'numpy', 'onnxruntime', 'prettytable', "
        "'wcwidth', 'dateparser', 'rank_bm25', 'modelsearch.compare') if m in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stderr.endswith("[]")


class _Foreign(str):
    """Text that does not say it is plain, so that prettytable draws it."""

    __slots__ = ()

    def isascii(self):
        return False


cells = st.text("ab C/-", max_size=25)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.data(),
    st.integers(0, 4),
    st.sampled_from([None, 30, 60]),
    st.sampled_from([None, False, True]),
)
def test_plain_tables_are_drawn_as_prettytable_does(data, height, limit, rules):
    columns = [
        Column(data.draw(cells), data.draw(st.lists(cells, min_size=height, max_size=height)),
               data.draw(st.sampled_from("lcr")), least=data.draw(st.integers(1, 8)))
        for _ in range(data.draw(st.integers(1, 4)))
    ]  # fmt: skip
    planned = grid.plan(columns, limit)
    after = data.draw(st.sets(st.integers(0, 4)))
    plain = grid.draw(planned, rules=rules, after=after)
    with pytest.MonkeyPatch.context() as patch:
        wrapped = grid._wrapped
        patch.setattr(grid, "_wrapped", lambda one, room: [_Foreign(t) for t in wrapped(one, room)])
        assert plain == grid.draw(planned, rules=rules, after=after)
