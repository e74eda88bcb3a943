"""The counts that the page shows beside all models, which are kept between two requests."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from modelsearch.api.page.reading import Reader
from tests.conftest import Indexed


def _counts(reader: Reader, **asked: list[str]) -> dict[str, dict[str, int]]:
    facets = reader.search(asked).values["facets"]
    return {name: {value: count for value, count, _ in values} for name, values in facets}


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
