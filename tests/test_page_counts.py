"""The counts that the page shows beside all models, which are kept between two requests."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import apsw
import pytest

import modelsearch
from modelsearch.api.page.catalogue import FileMemory
from modelsearch.api.page.reading import Reader
from modelsearch.records.question import Sort
from modelsearch.search.compile import MATCHING, compile_filter, order_by
from modelsearch.search.large.orders import known_order
from modelsearch.search.large.preparing import preparations
from modelsearch.vocabulary.fields import FIELDS
from tests.conftest import Indexed, run


def _counts(reader: Reader, **asked: list[str]) -> dict[str, dict[str, int]]:
    facets = reader.search(asked).values["facets"]
    return {name: {value: count for value, count, _ in values} for name, values in facets}


def test_pages_of_runs_hold_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number in range(7):
        folder = tmp_path / "lab" / f"exp{number % 3}" / "runs" / f"r{number}"
        folder.mkdir(parents=True)
        (folder / "metrics.csv").write_text(f"epoch,loss\n1,0.9\n2,0.{number}\n")
    db = tmp_path / "lab.db"
    assert run("index", str(tmp_path / "lab"), "--db", str(db), "--encoder", "none").exit_code == 0
    with closing(apsw.Connection(str(db))) as connection:
        connection.execute("UPDATE run SET model = NULL WHERE run_id IN ('r1', 'r5')")
    reader = Reader(db, None, "none")
    whole = reader.runs({}).values
    assert whole["total"] == len(whole["rows"]) == 7
    monkeypatch.setattr("modelsearch.api.page.reading.RUNS", 2)
    pages = [reader.runs({"page": [str(page)]}).values["rows"] for page in (1, 2, 3, 4, 5)]
    assert [len(page) for page in pages] == [2, 2, 2, 1, 0]
    assert [row for page in pages for row in page] == whole["rows"]


def test_tables_of_runs_are_written_for_people(tmp_path: Path):
    folder = tmp_path / "lab" / "runs" / "one"
    folder.mkdir(parents=True)
    (folder / "metrics.csv").write_text("epoch,loss\n1,0.9\n2,0.5\n")
    db = tmp_path / "lab.db"
    assert run("index", str(tmp_path / "lab"), "--db", str(db), "--encoder", "none").exit_code == 0
    with closing(apsw.Connection(str(db))) as connection:
        connection.execute(
            "UPDATE run SET status = 'failed', started_at = '2025-03-01T10:20:30+00:00', "
            "duration_s = 3723.4, learning_rate = 0.00154989551983"
        )
    reader = Reader(db, None, "none")
    runs = reader.runs({}).values
    shown = dict(zip(runs["heads"], runs["rows"][0][1], strict=True))
    (grid,) = reader.search({"q": ["failed runs"]}).values["grids"]
    asked = dict(zip(grid.head, grid.rows[0], strict=True))
    assert shown["started at"] == asked["started"] == "2025-03-01 10:20"
    assert shown["duration"] == asked["took"] and "." not in asked["took"]
    assert shown["learning rate"] == asked["lr"] and len(asked["lr"]) < 12
    (name,) = {row[0] for row in reader.runs({}).values["rows"]}
    assert f'<a href="/model?id={name}">' in asked["model"]
    assert "seed" not in shown  # which no run has


def test_numbers_by_group_are_a_table_of_groups(indexed: Indexed):
    found = Reader(indexed.db, None, "none").search({"q": ["average learning rate by optimizer"]})
    (grid,) = found.values["grids"]
    assert [*grid.head][:3] == ["optimizer", "models", "known"] and "mean" in grid.head
    rates = {row[0]: row[grid.head.index("mean")] for row in grid.rows}
    assert 0 < float(rates["AdamW"]) < 0.1


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_a_server_orders_models_as_a_single_question_does(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch, direction: str
):
    monkeypatch.setattr("modelsearch.search.large.ordering.SORTABLE", 0)
    reader = Reader(indexed.db, None, "none")
    with modelsearch.open(indexed.db) as catalogue:
        for field in FIELDS:
            if field.kind in ("number", "date", "count", "term", "thing", "text"):
                sort = f"{field.name}:{direction}"
                shown = reader.search({"sort": [sort]}).values["rows"]
                alone = catalogue.query("", limit=50, sort=sort, encoder="none").results
                assert [name for name, _ in shown] == [row.model_id for row in alone], sort


def test_a_server_makes_orders_ahead_that_sorting_by_hand_confirms(indexed: Indexed):
    with FileMemory(indexed.db).open() as catalogue:
        for make in preparations(catalogue.connection):
            make()
        for field in FIELDS:
            sort = Sort(field.name, descending=True)
            order = known_order(catalogue.connection, sort)
            if order is not None:
                by, known = order_by(sort)
                where = compile_filter(known)
                sql = f"{MATCHING}{where.text} ORDER BY {by}"
                rows = catalogue.connection.execute(sql, where.params).fetchall()
                told = order.of(order.known, descending=True)
                assert told == [row for (row,) in rows][: len(told)], field.name
        made = [
            field.name
            for field in FIELDS
            if known_order(catalogue.connection, Sort(field.name, descending=True))
        ]
    assert {"architecture", "repository", "stages", "loss_count", "run_duration"} <= {*made}
    assert "batch_size" not in made  # whose ranges are walked


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_counts_of_all_models_follow_the_file(indexed: Indexed, tmp_path: Path, journal: str):
    db = tmp_path / "own.db"
    shutil.copy(indexed.db, db)
    reader = Reader(db, None, "none")
    before = _counts(reader)
    assert before["family"]["GAN"] > 1
    assert _counts(reader, sort=["epochs:desc"]) == _counts(reader) == before
    with closing(apsw.Connection(str(db))) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("DELETE FROM model WHERE model_id = 'Generative-MNIST_gan_gan'")
        after = _counts(reader)
    assert after["family"]["GAN"] == before["family"]["GAN"] - 1
    assert _counts(Reader(db, None, "none")) == after


def test_pictures_of_no_model_come_last(indexed: Indexed):
    names = [model for model, _ in Reader(indexed.db).pictures({}).values["groups"]]
    assert len(names) > 1
    assert "" not in names[:-1]
