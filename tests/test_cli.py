"""The command line: formats, exit codes, names, and bad input with one clear line."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Indexed

FLOWER = "Generative-Oxford-102-Flower_v2"


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in its own process."""
    return subprocess.run(
        [sys.executable, "-m", "modelsearch", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_query_json_has_the_promised_keys(indexed: Indexed) -> None:
    found = indexed.json("query", "diffusion models on Oxford flowers", "--limit", "0")
    assert {
        "query",
        "intent",
        "filters",
        "text",
        "total",
        "results",
        "nearest",
        "images",
        "answer",
        "comparison",
        "summary",
        "notes",
    } <= set(found)
    assert found["total"] == len(found["results"]) > 0
    assert found["results"][0]["rank"] == 1


@pytest.mark.parametrize(
    "name", [FLOWER, "Generative-Oxford-102-Flower/v2.py", "flower_v2", "Flower/v2"]
)
def test_show_accepts_ids_paths_and_fragments(indexed: Indexed, name: str) -> None:
    assert indexed.json("show", name)["model_id"] == FLOWER


def test_show_names_the_place_of_each_value(indexed: Indexed) -> None:
    detail = indexed.json("show", FLOWER)
    source = (indexed.folder / detail["path"]).read_text(encoding="utf-8").splitlines()
    entries = [e for e in detail["evidence"] if e["field"] == "optimizer"]
    assert entries and all(e["value"] in source[e["line"] - 1] for e in entries)


def test_flat_formats(indexed: Indexed) -> None:
    text = indexed.run("query", "models on MNIST", "--format", "csv", "--limit", "0").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and all("MNIST" in row["datasets"] for row in rows)
    lines = indexed.run("list", "datasets", "--format", "jsonl").stdout.splitlines()
    assert all(set(json.loads(line)) == {"value", "count"} for line in lines)


def test_pictures_that_a_question_asks_for_are_counted_once(indexed: Indexed) -> None:
    found = indexed.run("images", "pictures of epoch 100")
    assert found.output.count(" pictures") == 1, found.output
    # What a picture shows is known of few; then those of the models on such data are shown.
    found = indexed.run("images", "pictures of flowers")
    assert found.exit_code == 0
    assert re.match(r"[1-9]\d* pictures of Generative-Oxford-102-Flower", found.stdout), (
        found.output
    )
    assert indexed.run("images", "nosuchmodel9").exit_code == 1


def test_sql_reads_and_never_writes(indexed: Indexed) -> None:
    rows = indexed.json("sql", "SELECT model_id FROM models ORDER BY 1 LIMIT 2")
    assert len(rows) == 2
    for statement in ("DELETE FROM model", "ATTACH 'x.db' AS x", "VACUUM INTO 'x.db'"):
        done = process("sql", statement, "--db", str(indexed.db))
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1 and "only reads" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("query", "x", "--db", "{no}"), 1, "modelsearch index"),
        (("index", "{missing}", "--db", "{new}"), 1, "does not exist"),
        (("index", "{folder}", "--db", "{text}"), 1, "not an SQLite database"),
        (("query", "x", "--db", "{text}"), 1, "not an SQLite database"),
        (("show", "no_such_model", "--db", "{db}"), 1, "no model is called"),
        (("images", "Generative-MNIST_gan_gna", "--db", "{db}"), 1, "did you mean"),
        (("show", "v1", "--db", "{db}"), 1, "fits several models"),
        (("list", "cheeses", "--db", "{db}"), 2, "modelsearch fields"),
        (("query", "batch_size:many", "--db", "{db}"), 2, "number"),
        (("query", "x", "--today", "soon", "--db", "{db}"), 2, "--today"),
        (("compare", "{flower}", "--db", "{db}"), 2, "two or more"),
        (("sql", "SELEC 1", "--db", "{db}"), 1, "SQL"),
    ],
)
def test_bad_input_gets_one_clear_line(
    indexed: Indexed, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    text = tmp_path / "notes.db"
    text.write_text("not a database " * 100)
    places = {
        "no": tmp_path / "none.db",
        "missing": tmp_path / "missing",
        "new": tmp_path / "new.db",
        "folder": tmp_path,
        "text": text,
        "db": indexed.db,
        "flower": FLOWER,
    }
    done = process(*(argument.format(**places) for argument in arguments))
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert says in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "what?",
        'AND OR NOT "',
        '"unclosed (quote',
        "NEAR/3 *",
        "lr: batch-",
        "'; DROP TABLE",
        "x " * 5_000,
        "\u202e\x00\x1b[31m",
        "(" * 500,
        "émoji 🦊 モデル",
    ],
)
def test_any_question_gets_an_honest_answer(indexed: Indexed, question: str) -> None:
    done = indexed.run("query", question, "--format", "json")
    assert done.exit_code in (0, 2), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit) or done.exit_code == 2


def test_explain_shows_tokens_and_sql(indexed: Indexed) -> None:
    done = process("query", "GANs on CelebA", "--explain", "--db", str(indexed.db))
    assert "family = GAN" in done.stderr and "SQL:" in done.stderr


def test_a_question_may_begin_with_what_is_left_out(indexed: Indexed) -> None:
    expected = indexed.json("query", "epochs:>100 -framework:keras", "--limit", "0")["results"]
    assert expected
    for asked in (
        ("-framework:keras epochs:>100", "--limit", "0"),
        ("--limit", "0", "-framework:keras", "epochs:>100"),
        ("-framework:keras", "epochs:>100", "-n", "0", "--no-pager"),
    ):
        found = indexed.json("query", *asked)["results"]
        assert {row["model_id"] for row in found} == {row["model_id"] for row in expected}
        done = process("query", *asked, "--format", "ids", "--db", str(indexed.db))
        assert set(done.stdout.split()) == {row["model_id"] for row in expected}, done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--format", "xml"), "it takes one of table, json, jsonl"),
        (("--limit", "-3"), "it takes a whole number, 0 or more"),
        (("--limit", "ten"), "it takes a whole number, 0 or more"),
    ],
)
def test_a_wrong_value_is_told_what_the_option_takes(
    indexed: Indexed, arguments: tuple[str, str], says: str
) -> None:
    found = indexed.run("query", "GANs", *arguments)
    assert found.exit_code == 2
    assert says in found.output and arguments[0] in found.output
    assert "Input should" not in found.output and "Value error" not in found.output


def test_nothing_is_cut_where_there_is_no_screen(indexed: Indexed) -> None:
    models = indexed.json("list", "models")
    assert len(models) > 40
    assert process("list", "models", "--db", str(indexed.db)).stdout.startswith(
        f"{len(models)} models.\n"
    )
    pictures = indexed.json("images")["images"]
    assert process("images", "--db", str(indexed.db)).stdout.startswith(
        f"{len(pictures)} pictures.\n"
    )
