"""Values of another type than their column's: the file is blamed, whatever prints them."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path

import apsw
import pytest

from modelsearch import Catalogue
from modelsearch.records.errors import DatabaseError, ModelsearchError
from modelsearch.store.curves import unpack
from tests.conftest import Indexed, run

MODEL = "CycleGAN_v1_train"


def with_value(path: Path, table: str, assignment: str) -> Path:
    """Write a value that a STRICT table refuses, and leave the schema as it was."""
    connection = apsw.Connection(str(path))
    ((sql,),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,))
    connection.execute("PRAGMA writable_schema = ON")
    for text, change in ((_loosened(sql), f"UPDATE OR IGNORE {table} SET {assignment}"), (sql, "")):
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (text, table))
        connection.execute("PRAGMA writable_schema = RESET; PRAGMA writable_schema = ON")
        connection.execute(change)
    connection.close()
    return path


def _loosened(sql: str) -> str:
    """Return the definition of a table that takes any value in any column."""
    return sql.replace(" TEXT", " ANY").replace(" NOT NULL", "")


COLUMNS = {
    "evidence": "value",
    "term": "name",
    "model": "description",
    "hyperparameter": "name",
    "model_term": "subset",
    "training_stage": "name",
    "metric": "name",
}
COMMANDS = {
    "show": ("show", MODEL),
    "compare": ("compare", MODEL, "CycleGAN_v2_train"),
    "page": ("compare", MODEL, "CycleGAN_v2_train", "--html", "page.html"),
    "list": ("list", "datasets"),
    "query": ("query", "models trained on images"),
}


@pytest.mark.parametrize("value", ["7", "NULL", "x'ff00'"])
@pytest.mark.parametrize("table", COLUMNS)
def test_a_value_of_another_type(
    indexed: Indexed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    value: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = with_value(Path(shutil.copy(indexed.db, "odd.db")), table, f"{COLUMNS[table]} = {value}")
    for name, words in COMMANDS.items():
        done = run(*words, "--db", str(path))
        error = done.exception
        assert error is None or isinstance(error, SystemExit | ModelsearchError), (name, error)
        if error is not None and not isinstance(error, SystemExit):
            assert "damaged" in str(error) and "\n" not in str(error), name


def test_code_that_was_cut_is_blamed_on_the_file(indexed: Indexed, tmp_path: Path) -> None:
    path = Path(shutil.copy(indexed.db, tmp_path / "odd.db"))
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE code SET text = substr(text, 1, length(text) / 2)")
    connection.close()
    with Catalogue(path) as catalogue, pytest.raises(DatabaseError, match="damaged"):
        catalogue.code(MODEL)


@pytest.mark.parametrize("points", [3, 4, 5, 2**40])
@pytest.mark.parametrize("plain", [b"", b"\x02", b"\xff" * 60, b"\x02\x02\x02" + bytes(11)])
def test_a_curve_that_holds_less_than_it_says(plain: bytes, points: int) -> None:
    with pytest.raises(DatabaseError, match="a curve in the database is damaged"):
        unpack(zlib.compress(plain), points)
