"""Formats for machines, the same for every command; and what was meant by a mistake."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from modelsearch.cli.commands import COMMANDS
from modelsearch.cli.options import declared
from modelsearch.render.output import FORMATS
from tests.conftest import ROOT, Indexed, run

#: What each command that prints data is given here.
GIVEN = {
    "query": ("GANs",),
    "show": ("CycleGAN_v1_train",),
    "images": ("CycleGAN_v1_train",),
    "runs": (),
    "compare": ("CycleGAN_v1_train", "CycleGAN_v2_train"),
    "list": ("datasets",),
    "sql": ("SELECT model_id, epochs FROM models ORDER BY 1 LIMIT 3",),
    "similar-images": (str(ROOT / "fixtures/models/CycleGAN/v1/samples/epoch_50_samples.png"),),
    "info": (),
    "remarks": (),
    "fields": (),
}
#: Commands that say in a line what they did, those that never end, and the session, whose format
#: is a setting.
SAYING = {
    "looks",
    "embed",
    "relocate",
    "forget",
    "tag",
    "note",
    "set",
    "unset",
    "own",
    "undo",
    "mcp",
    "serve",
    "watch",
    "datasette-metadata",
    "repl",
}
MACHINE = [one for one in FORMATS if one != "table"]


def test_every_command_that_prints_data_has_the_formats() -> None:
    assert {name for name, command in COMMANDS.items() if command.quick} <= set(GIVEN)
    for name in set(COMMANDS) - SAYING:
        options = set(declared(COMMANDS[name].options_class))
        assert {"format", "no_header", "plain", "no_pager", "raw_cells"} <= options


@pytest.mark.parametrize("format", MACHINE)
@pytest.mark.parametrize("command", GIVEN)
def test_every_format_of_every_command(indexed: Indexed, command: str, format: str) -> None:
    asked = (command, *GIVEN[command], "--format", format)
    found = run(*asked) if command == "fields" else indexed.run(*asked)
    assert found.exit_code == 0, found.output
    text = found.stdout
    if format == "json":
        json.loads(text)
    elif format == "jsonl":
        assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
    elif format in ("csv", "tsv"):
        heading, *rows = csv.reader(io.StringIO(text), delimiter="\t" if format == "tsv" else ",")
        assert all(len(row) == len(heading) for row in rows)
    elif format == "markdown" and text:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines()}) == 1
    elif format == "latex" and text:
        assert_compiles(text)


def test_what_was_written_in_every_format(indexed: Indexed, tmp_path: Path) -> None:
    part, joined, anew = (str(tmp_path / name) for name in ("part.db", "joined.db", "anew.db"))
    for format in MACHINE:
        target = str(tmp_path / f"{format}.db")
        assert indexed.run("export", target, "GANs", "--format", format).exit_code == 0
    script = str(indexed.folder / "CycleGAN/v1/train.py")
    made = run("index", script, "--db", anew, "--encoder", "none", "--format", "json")
    assert json.loads(made.stdout)["models"] == 1
    again = run("index", script, "--db", anew, "--encoder", "none", "--format", "jsonl")
    assert json.loads(again.stdout)["unchanged"] == 1
    exported = json.loads(indexed.run("export", part, "GANs", "--format", "json").stdout)
    assert exported["counts"]["models"] == 10
    merged = run("merge", f"a={part}", f"b={anew}", "-o", joined, "--format", "json")
    found = json.loads(merged.stdout)
    assert [(one["owner"], one["models"]) for one in found["files"]] == [("a", 10), ("b", 1)]
    rows = list(
        csv.DictReader(
            run(
                "merge", f"a={part}", f"b={anew}", "-o", joined, "--format", "csv"
            ).stdout.splitlines()
        )
    )
    assert [one["unchanged"] for one in rows] == ["true", "true"]


ODD = "SELECT 'a\\b{c}$d&e#f%g_h^i~j|k<l>m\"n' AS x, '[x]' AS y, '…→×≤≥–—“”’‘é' AS z, NULL AS n"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX here")
def test_latex_compiles(indexed: Indexed, tmp_path: Path) -> None:
    tables = [run("fields", "--format", "latex").stdout]
    for command, given in [*GIVEN.items(), ("sql", (ODD,)), ("query", ("compare the GANs",))]:
        if command != "fields":
            tables.append(indexed.run(command, *given, "--format", "latex").stdout)
    body = "\n\n\\newpage\n".join(tables)
    text = f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (tmp_path / "tables.tex").write_text(text, encoding="utf-8")
    made = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert made.returncode == 0, made.stdout[-2000:]


def assert_compiles(text: str) -> None:
    """Hold what LaTeX needs: balanced braces and groups, as many cells a row as columns."""
    plain = re.sub(r"\\[{}&%$#_\\]", "", text)
    assert plain.count("{") == plain.count("}")
    assert text.startswith("\\begin{tabular}") and text.rstrip().endswith("\\end{tabular}")
    shape = re.match(r"\\begin\{tabular\}\{((?:p\{[^}]*\}|[lr])*)\}", text)
    assert shape is not None
    columns = len(re.findall(r"p\{[^}]*\}|[lr]", shape.group(1)))
    rows = [line for line in text.splitlines() if line.endswith("\\\\")]
    assert rows and all(len(re.findall(r"(?<!\\)&", row)) == columns - 1 for row in rows)


def test_a_row_a_line_and_the_same_notes_beside(indexed: Indexed) -> None:
    whole = indexed.json("query", "GANs")
    lines = indexed.run("query", "GANs", "--format", "jsonl")
    assert [json.loads(one)["model_id"] for one in lines.stdout.splitlines()] == [
        row["model_id"] for row in whole["results"]
    ]
    assert all(note.split()[0] in lines.stderr for note in whole["notes"])


def test_chosen_columns_in_every_format(indexed: Indexed) -> None:
    chosen = ("query", "GANs", "--columns", "lr,epochs", "--sort", "epochs:desc")
    text = indexed.run(*chosen, "--format", "csv").stdout.splitlines()
    assert text[0] == "model_id,learning_rate,epochs"
    epochs = [int(line.rpartition(",")[2]) for line in text[1:]]
    assert epochs == sorted(epochs, reverse=True)
    bare = indexed.run(*chosen, "--format", "csv", "--no-header").stdout.splitlines()
    assert bare == text[1:]
    markdown = indexed.run(*chosen, "--format", "markdown").stdout.splitlines()[0]
    assert markdown.count("|") == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "dcgna"), "did you mean Generative-MNIST_gan_dcgan_tf?"),
        (("show", "flowr_v2"), "did you mean Generative-Oxford-102-Flower_v2 or "),
        (("tag", "CycleGAN_v1_tarin", "x"), "did you mean CycleGAN_v1_train"),
        (("query", "optimzer:Adam"), "did you mean optimizer:Adam?"),
        (("query", "epohcs:>10"), "did you mean epochs:>10?"),
        (("sql", "SELECT * FROM modles"), "did you mean models"),
        (("sql", "SELECT epocs FROM models"), "did you mean epochs"),
        (("list", "optimzers"), "did you mean optimizers"),
        (("query", "GANs", "--columns", "acuracy"), "did you mean accuracy"),
        (("query", "GANs", "--sort", "epocs"), "did you mean epoch"),
        (("query", "GANs", "--sort", "epochs:down"), "FIELD:desc"),
    ],
)
def test_what_was_meant_is_said(indexed: Indexed, arguments: tuple[str, ...], message: str) -> None:
    found = indexed.run(*arguments)
    assert found.exit_code != 0
    assert message in str(found.exception)


def test_a_command_that_there_is_not(indexed: Indexed) -> None:
    assert "query" in run("qery", "x").output


def test_all_models_are_listed_with_what_says_most(indexed: Indexed) -> None:
    rows = indexed.json("list", "models")
    assert len(rows) == len(indexed.json("query", "models", "--limit", "0")["results"])
    found = next(row for row in rows if row["model_id"] == "CIFAR-Classifiers_resnet18")
    assert found["dataset"] == ["CIFAR-10"]
    assert found["result"] == "accuracy 0.952"
    table = indexed.run("list", "models", "--limit", "4").stdout.splitlines()
    assert table[0] == f"{len(rows)} models, 4 shown (--limit 0 for all)."
    assert len(table) == 7


def test_fields_as_rows() -> None:
    rows = json.loads(run("fields", "--format", "json").stdout)
    assert {"name", "about", "example"} <= set(rows[0])


def test_a_text_in_csv_keeps_its_accents_tabs_and_lines_but_no_escapes(indexed: Indexed) -> None:
    """Each character was escaped by itself: an accent lost its letter, and 35 MB took 6 s."""
    statement = "SELECT 'cafe' || char(769) || char(9) || 'b' || char(10) || char(27) || 'c' AS x"
    done = run("sql", statement, "--format", "csv", "--db", str(indexed.db))
    assert done.stdout == 'x\n"cafe\u0301\tb\n\\x1bc"\n'
