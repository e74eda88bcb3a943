"""Names that very many paths carry: all of their models are found, and counted as they are."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.store.database import open_for_reading
from tests.conftest import index_folder

MANY = 230  #: more than the two hundred that were taken at most
_SCRIPT = """\
from sklearn.svm import SVC
model = SVC(C={c})
model.fit([[0], [1]], [0, 1])
"""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> apsw.Connection:
    folder = tmp_path_factory.mktemp("crowd")
    for number in range(MANY):
        place = folder / f"team{number:03d}" / "radam_run"
        place.mkdir(parents=True)
        (place / "fit.py").write_text(_SCRIPT.format(c=number + 1))
    for number in range(12):
        place = folder / (f"other{number}" if number else "aradamb")  # has the letters alone
        place.mkdir()
        (place / "fit.py").write_text(_SCRIPT.format(c=0.5))
    return open_for_reading(index_folder(folder, folder / "models.db").db)


@pytest.mark.parametrize("limit", [0, 20])
def test_all_models_that_carry_a_name_are_found(crowd: apsw.Connection, limit: int) -> None:
    found = answer(crowd, "RAdam models", QueryOptions(limit=limit))
    assert found.total == MANY
    assert len(found.results) == (limit or MANY)
    counted = answer(crowd, "how many RAdam models", QueryOptions(limit=limit))
    assert counted.total == MANY


def test_so_they_are_among_many_models(
    crowd: apsw.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelsearch.query.names.named_here._LOOKED_THROUGH", 10)
    found = answer(crowd, "RAdam models", QueryOptions(limit=3))
    assert found.total == MANY
    assert any(f"{MANY} carry the name in their path" in note for note in found.notes)


def test_a_count_by_group_of_no_more_than_are_shown_is_of_all(crowd: apsw.Connection) -> None:
    found = answer(crowd, "how many models per framework", QueryOptions(limit=3))
    assert found.total == MANY + 12
    assert [(one.value, one.count) for one in found.answer.groups] == [("scikit-learn", MANY + 12)]


def test_the_filters_name_a_crowd_as_one(crowd: apsw.Connection) -> None:
    found = answer(crowd, "RAdam models", QueryOptions(limit=3))
    assert found.total == MANY
    assert len(found.parsed.filters) == 1


def test_the_path_is_told_from_the_rest(crowd: apsw.Connection, tmp_path: Path) -> None:
    found = answer(crowd, "not RAdam models", QueryOptions(limit=3))
    assert found.total == 12
