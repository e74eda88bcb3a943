"""The queries of docs/sql.md, and what Datasette is told."""

import json
import re
import runpy
import sqlite3

import pytest

from modelsearch.api.datasette import sql_queries
from tests.conftest import ROOT, Indexed, run

PAGE = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?);\n```", PAGE, re.DOTALL)
#: The fixtures' models have no runs, no remarks, and no pictures with prompts or without owners.
EMPTY = {
    "prompts",
    "pictures_of_nobody",
    "best_run_by_model",
    "what_sweeps_varied",
    "unfinished_runs",
    "largest_checkpoints",
    "remarks_made",
}


def test_the_page_has_the_queries_of_the_program():
    documented = runpy.run_path(str(ROOT / "scripts" / "document_fields.py"))["documented"]
    assert documented(PAGE) == PAGE, "run: python scripts/document_fields.py"
    assert len(QUERIES) == 20


@pytest.mark.parametrize("query", sql_queries(), ids=lambda one: one["name"])
def test_each_query_of_the_page_answers_in_a_plain_shell(indexed: Indexed, query):
    with sqlite3.connect(f"file:{indexed.db}?mode=ro", uri=True) as connection:
        plain = connection.execute(query["sql"]).fetchall()
    assert bool(plain) != (query["name"] in EMPTY)
    ours = indexed.json("sql", query["sql"])
    assert [list(row.values()) for row in ours] == [list(row) for row in plain]


def test_queries_about_runs_find_those_of_a_folder(tmp_path):
    db = tmp_path / "runs.db"
    done = run("index", str(ROOT / "fixtures" / "runs"), "--db", str(db), "--encoder", "none")
    assert done.exit_code == 0
    with sqlite3.connect(db) as connection:
        found = {one["name"]: connection.execute(one["sql"]).fetchall() for one in sql_queries()}
    best = [row for row in found["best_run_by_model"] if row[2] == "accuracy"]
    assert ("first-leaf", 0.83) in [(row[1], row[4]) for row in best]
    assert found["what_sweeps_varied"]
    assert {"failed", "pruned"} >= {row[3] for row in found["unfinished_runs"]} != set()
    assert found["largest_checkpoints"][0][1] == "weights/classifier.joblib"


def test_datasette_hides_what_only_the_program_reads(indexed: Indexed):
    told = json.loads(indexed.run("datasette-metadata").stdout)["databases"]["models"]
    with sqlite3.connect(indexed.db) as connection:
        rows = connection.execute("SELECT type, name FROM sqlite_schema").fetchall()
    tables = told["tables"]
    assert all(tables[name].get("hidden") for kind, name in rows if kind == "table")
    views = {name for kind, name in rows if kind == "view"}
    assert views == {name for name, one in tables.items() if not one.get("hidden")}
    with sqlite3.connect(indexed.db) as connection:
        for view in views:
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({view})")}
            assert set(tables[view]["facets"]) <= columns
            assert "model_id" in columns or view == "facets"
    assert len(told["queries"]) == 20
