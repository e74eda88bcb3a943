"""Every fact of every fixture script, as labelled by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apsw
import pytest

from modelsearch import vocabulary
from modelsearch.store.loading import load_images, load_rows
from modelsearch.store.rows import ModelRow
from tests.conftest import Indexed

FACTS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fixtures_facts.json").read_text(encoding="utf-8")
)
MODELS = sorted(path for path, facts in FACTS.items() if facts["is_model"])
OTHERS = sorted(path for path, facts in FACTS.items() if not facts["is_model"])


def row_of(database: apsw.Connection, path: str) -> ModelRow | None:
    found = database.execute("SELECT id FROM model WHERE path = ?", (path,)).fetchone()
    return load_rows(database, [found[0]])[0] if found else None


def normal(values: list[str]) -> set[str]:
    return {value.casefold() for value in values}


def canonical(values: list[str]) -> set[str]:
    """Data sets by the vocabulary's spelling: ``Facades`` and ``CMP Facades`` are the same."""
    terms = [(vocabulary.find("dataset", value), value) for value in values]
    return normal([term.name if term else value for term, value in terms])


@pytest.mark.parametrize("path", MODELS)
def test_a_model_is_read_as_labelled(database: apsw.Connection, path: str) -> None:
    facts, row = FACTS[path], row_of(database, path)
    assert row is not None, "not found as a model"
    read = {
        "model_id": row.model_id,
        "framework": row.framework,
        "datasets": normal(row.datasets),
        "optimizer": row.optimizer,
        "learning_rate": row.learning_rate,
        "batch_size": row.batch_size,
        "epochs": row.epochs,
        "hardware": [name.casefold() for name in row.hardware],
        "architecture": row.architecture,
        "families": normal(row.families),
        "created": (row.created_at or "")[:10],
        "modified": (row.modified_at or "")[:10],
    }
    expected = {key: facts[key] for key in read}
    expected["datasets"] = canonical(facts["datasets"])
    expected["families"] = normal(facts["families"])
    expected["hardware"] = [{"gpu": "cuda"}.get(name, name) for name in facts["hardware"]]
    assert read == expected


@pytest.mark.parametrize("path", OTHERS)
def test_what_is_no_model_is_not_indexed_as_one(database: apsw.Connection, path: str) -> None:
    assert row_of(database, path) is None


PICTURED = [path for path in MODELS if FACTS[path].get("image_paths")]


@pytest.mark.parametrize("path", PICTURED)
def test_pictures_belong_to_the_labelled_model(database: apsw.Connection, path: str) -> None:
    found = load_images(database, "m.path = ?", [path])
    assert sorted(image.path for image in found) == sorted(FACTS[path]["image_paths"])


def test_every_file_is_accounted_for(indexed: Indexed) -> None:
    summary = indexed.summary
    assert summary.models == len(MODELS)
    failed = {path for path, _ in summary.failed}
    assert sum(summary.skipped.values()) + len(failed & set(FACTS)) == len(OTHERS)
