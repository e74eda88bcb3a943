"""The quick reading of a plain question against the full command line."""

import os
import subprocess
import sys

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelsearch.cli import app
from modelsearch.cli.commands import COMMANDS
from modelsearch.cli.options import declared
from modelsearch.cli.query import Asked
from modelsearch.cli.quick import answer_quickly, plainly_written
from modelsearch.render import grid
from modelsearch.render.grid import Column


@pytest.fixture(autouse=True)
def no_database_above(tmp_path, monkeypatch):
    """A database that somebody has in a folder above is not meant here."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def full_command(name):
    return typer.main.get_command(app.app).commands[name]


def command_options(name):
    return [
        one
        for one in full_command(name).params
        if one.param_type_name == "option" and one.name != "help"
    ]


QUICK = [name for name, command in COMMANDS.items() if command.quick]


def test_the_commands_that_only_read_are_read_quickly():
    assert QUICK == ["query", "show", "runs", "images", "compare", "list", "sql"]


def test_the_full_command_line_has_every_command_of_the_table():
    assert list(typer.main.get_command(app.app).commands) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_full_command_line_reads_every_option_of_the_table(name):
    options = declared(COMMANDS[name].options_class)
    known = {one.name: one for one in command_options(name)}
    assert set(known) == set(options)
    for field, option in options.items():
        flags = [flag for flag in option.flags for flag in flag.split("/")]
        assert [*known[field].opts, *known[field].secondary_opts] == flags
        default = known[field].default
        assert (str(default) if option.takes == "path" and default else default) == option.default
        assert getattr(COMMANDS[name].options_class(), field) == option.default


@pytest.mark.parametrize("name", [name for name in COMMANDS if COMMANDS[name].words])
def test_as_many_words_as_the_command_takes(name):
    (argument,) = [one for one in full_command(name).params if one.param_type_name == "argument"]
    words = COMMANDS[name].words
    assert (words.most is None) is (argument.nargs == -1)
    assert (words.least > 0) is argument.required


@pytest.mark.parametrize(
    ("arguments", "words", "expected"),
    [
        (["a", "b"], ["a", "b"], Asked()),
        (["unet", "--limit", "3", "-w"], ["unet"], Asked(limit=3, wide=True)),
        (["--format=json", "x y"], ["x y"], Asked(format="json")),
        (["x", "-d", "a.db", "--today", "2025-01-01"], ["x"], Asked(db="a.db", today="2025-01-01")),
        (
            ["x", "--details=0", "--facets", "--explain"],
            ["x"],
            Asked(details=0, facets=True, explain=True),
        ),
        (["x", "--encoder", "none"], ["x"], Asked(encoder="none")),
        (["-framework:keras", "x"], ["-framework:keras", "x"], Asked()),
        (["-GAN on MNIST"], ["-GAN on MNIST"], Asked()),
        (["x", "--fusion", "rrf"], ["x"], Asked(fusion="rrf")),
    ],
)
def test_plain_questions_are_read(monkeypatch, arguments, words, expected):
    monkeypatch.delenv("MODELSEARCH_DB", raising=False)
    read = plainly_written(COMMANDS["query"], arguments)
    assert (read[0], Asked(**read[1])) == (words, expected)


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
        ["x", "--", "y"],
        ["x", "-"],
    ],
)
def test_anything_else_is_left_to_the_full_command_line(arguments):
    assert plainly_written(COMMANDS["query"], arguments) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "-"],
        ["compare", "a", "b", "--html", "a.html"],
        ["compare", "--cohort", "vaes", "--cohort", "gans"],
        ["list", "datasets", "models"],
        ["index", "folder"],
        ["--version"],
        [],
    ],
)
def test_what_is_not_plain_is_not_answered(arguments):
    assert not answer_quickly(arguments)


def test_the_database_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("MODELSEARCH_DB", "lab.db")
    assert plainly_written(COMMANDS["query"], ["x"]) == (["x"], {"db": "lab.db"})
    assert plainly_written(COMMANDS["query"], ["x", "--db", "a.db"]) == (["x"], {"db": "a.db"})


def process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "modelsearch", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize(
    "asked",
    [
        ("query", "unet models", "--limit", "4"),
        ("show", "Generative-MNIST_gan_gan"),
        ("compare", "Generative-MNIST_gan_gan", "Generative-MNIST_vae_vae", "--all"),
        ("images", "images of CycleGAN v1", "--limit", "3"),
        ("list", "datasets", "--format", "csv"),
        ("sql", "SELECT model_id, epochs FROM models ORDER BY 1"),
    ],
    ids=lambda asked: asked[0],
)
def test_both_ways_print_the_same(indexed, asked):
    command, *rest = asked
    quick = process(*asked, "--db", str(indexed.db), COLUMNS="100")
    full = process(command, "--db", str(indexed.db), *options_first(rest), COLUMNS="100")
    assert quick.returncode == full.returncode == 0
    assert quick.stdout == full.stdout != b""
    assert quick.stderr == full.stderr


def options_first(arguments):
    """The same arguments with ``--`` between options and words, which only the full one reads."""
    first = next((i for i, one in enumerate(arguments) if one.startswith("-")), len(arguments))
    return [*arguments[first:], "--", *arguments[:first]]


def test_failures_are_one_line(tmp_path):
    found = process("query", "x", "--db", str(tmp_path / "none.db"))
    assert found.returncode == 1
    assert found.stderr.startswith(b"modelsearch: there is no database at")
    found = process("query", "x", "--db", str(tmp_path / "none.db"), "--limit", "many")
    assert found.returncode == 2
    assert b"Traceback" not in found.stderr


def imported_by(*arguments, among):
    """Which of some modules a command imports when it is read quickly."""
    code = (
        f"import sys; before = set(sys.modules); from modelsearch.cli.quick import answer_quickly;"
        f"answer_quickly({arguments!r});"
        f"sys.stderr.write(repr([m for m in {among!r} if m in set(sys.modules) - before]))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return found.stderr[found.stderr.rindex("[") :]


HEAVY = ("typer", "numpy", "onnxruntime", "prettytable", "wcwidth", "dateparser", "rank_bm25")
SLOW = ("typing", "dataclasses", "inspect", "pathlib", "importlib.resources", "difflib",
        "statistics")  # fmt: skip
PARSING = ("re", "enum", "json")  #: what no command needs whose words are all plain
#: Modules of this package that a command may import, each of which costs every process 0.2 ms.
#: Whoever needs more imports them where they are needed, or raises the number and says why (132:
#: names of runs may stand in any question; a plain one takes no ``re``, worth twenty of these).
MOST_MODULES = {"query": 132, "show": 50, "compare": 76, "list": 58, "images": 40}


@pytest.mark.parametrize("format", ["table", "json"])
@pytest.mark.parametrize(
    "question",
    [
        "unet models created in March 2025",
        "diffusion models trained on CIFAR-10",
        "how many models were trained on Fashion-MNIST?",
        "which U-Net models use Adam",
        "how many GANs are there",
        "models with epochs above 10",
        "latest 10 models",
        "models on MNIST without attention",
    ],
)
def test_a_plain_question_needs_neither_the_command_line_nor_numpy(indexed, format, question):
    asked = ("query", question, "--db", str(indexed.db), "--format", format)
    among = (*HEAVY, *SLOW, *PARSING, "modelsearch.answer.compare.models")
    assert imported_by(*asked, among=among) == "[]"


@pytest.mark.parametrize(
    "asked",
    [
        ("show", "Generative-MNIST_gan_gan"),
        ("compare", "Generative-MNIST_gan_gan", "Generative-MNIST_vae_vae"),
        ("list", "datasets"),
        ("images", "Generative-MNIST_gan_gan"),
    ],
    ids=lambda asked: asked[0],
)
def test_neither_do_the_other_commands_that_only_read(indexed, asked):
    left = ("difflib", "re", "enum") if asked[0] == "compare" else ()
    among = tuple(name for name in (*HEAVY, *SLOW, *PARSING) if name not in left)
    assert imported_by(*asked, "--db", str(indexed.db), among=among) == "[]"


@pytest.mark.parametrize(
    "asked",
    [
        ("query", "unet models created in March 2025"),
        ("show", "Generative-MNIST_gan_gan"),
        ("compare", "Generative-MNIST_gan_gan", "Generative-MNIST_vae_vae"),
        ("list", "datasets"),
        ("images", "Generative-MNIST_gan_gan"),
    ],
    ids=lambda asked: asked[0],
)
def test_a_command_imports_no_more_modules_than_it_needs(indexed, asked):
    code = (
        f"import sys; from modelsearch.cli.quick import answer_quickly;"
        f"answer_quickly({(*asked, '--db', str(indexed.db))!r});"
        f"sys.stderr.write(' '.join(m for m in sys.modules if m.startswith('modelsearch')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    ours = found.stderr.splitlines()[-1].split()
    assert len(ours) <= MOST_MODULES[asked[0]], sorted(ours)


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
        Column(
            data.draw(cells),
            data.draw(st.lists(cells, min_size=height, max_size=height)),
            data.draw(st.sampled_from("lcr")),
            least=data.draw(st.integers(1, 8)),
        )
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    planned = grid.plan(columns, limit)
    after = data.draw(st.sets(st.integers(0, 4)))
    plain = grid.draw(planned, rules=rules, after=after)
    with pytest.MonkeyPatch.context() as patch:
        wrapped = grid._wrapped
        patch.setattr(grid, "_wrapped", lambda one, room: [_Foreign(t) for t in wrapped(one, room)])
        assert plain == grid.draw(planned, rules=rules, after=after)


def test_words_that_rank_what_filters_left_need_no_numpy(indexed):
    question = "unet on flowers that predicts noise"
    asked = ("query", question, "--encoder", "none", "--db", str(indexed.db))
    assert imported_by(*asked, among=("numpy", "rank_bm25", "multiprocessing")) == "[]"
