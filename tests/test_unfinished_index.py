"""An index run that goes on, or was ended, is said: what it has not read is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelsearch.index.indexing import IndexOptions, index
from modelsearch.store.database import open_for_writing
from tests.conftest import run

_SCRIPT = """\
import torch

model = torch.nn.Linear(4, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    loss = model(torch.rand(8, 4)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


class _Ended(Exception):
    pass


def _ended(*_: object) -> None:
    raise _Ended


def test_an_answer_says_that_an_index_run_did_not_end(tmp_path: Path) -> None:
    folder, db = tmp_path / "lab", tmp_path / "lab.db"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.py").write_text(_SCRIPT)
    options = IndexOptions(jobs=1)
    connection = open_for_writing(db)
    with pytest.raises(_Ended):
        index(connection, [folder], None, options, _ended)
    connection.close()
    asked = run("query", "how many models use SGD?", "--db", str(db))
    said = " ".join(asked.output.split())
    assert f"an index run of {folder}" in said and "run `modelsearch index` again" in said
    assert "did not end" in " ".join(run("info", "--db", str(db)).output.split())

    connection = open_for_writing(db)
    index(connection, [folder], None, options)
    connection.close()
    asked = run("query", "how many models use SGD?", "--db", str(db))
    assert asked.output.startswith("2 models") and "an index run" not in asked.output
    assert "did not end" not in run("info", "--db", str(db)).output
