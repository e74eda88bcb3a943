"""An unknown number satisfies neither a comparison nor its negation, wherever it is stored."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.store.database import open_for_reading
from tests.conftest import index_folder

_SCRIPT = """\
import torch
from torch import nn
{setting}
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(5):
    loss = model(torch.randn(2, 4)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
_SETTINGS = {
    "eight": "latent_dim = 8\nwarmup_rounds = 3",
    "nine": "latent_dim = 9\nwarmup_rounds = 4",
    "none": "",
}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> apsw.Connection:
    folder = tmp_path_factory.mktemp("three")
    for name, setting in _SETTINGS.items():
        (folder / name).mkdir()
        (folder / name / "train.py").write_text(_SCRIPT.format(setting=setting))
    (folder / "eight" / "README.md").write_text("# Eight\n\nTest accuracy: 91.5 %\n")
    (folder / "nine" / "README.md").write_text("# Nine\n\nTest accuracy: 84.0 %\n")
    return open_for_reading(index_folder(folder, folder / "models.db").db)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("latent_dim = 8", {"eight"}),
        ("latent_dim != 8", {"nine"}),
        ("not latent dim 8", {"nine"}),
        ("accuracy over 90", {"eight"}),
        ("accuracy not over 90", {"nine"}),
        ("accuracy != 84", {"eight"}),
        ("batch_size != 64", set()),
    ],
)
def test_what_is_unknown_is_in_neither(
    three: apsw.Connection, question: str, names: set[str]
) -> None:
    found = answer(three, question, QueryOptions(limit=0))
    assert {Path(row.path).parts[0] for row in found.results} == names
