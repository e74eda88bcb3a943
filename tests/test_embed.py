"""Vectors added later, taken over and resumed; and questions one after the other."""

import json
import subprocess
import sys

import numpy as np
import pytest

from modelsearch.index.embedding import embed_missing, missing
from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing
from tests.conftest import run

SCRIPT = '''"""{doc}"""
import torch
from torch import nn, optim

model = nn.Linear(8, 2)
optimizer = optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    loss = nn.functional.mse_loss(model(torch.rand(4, 8)), torch.rand(4, 2))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
'''


class Counting:
    """An encoder of two numbers that counts what it is given, and may break off."""

    name, dimension, fingerprint = "counting", 2, "00"

    def __init__(self, breaks_after=None):
        self.texts = []
        self.calls = []
        self.breaks_after = breaks_after

    def encode(self, texts):
        if self.breaks_after is not None and len(self.calls) >= self.breaks_after:
            raise KeyboardInterrupt
        self.calls.append([len(text) for text in texts])
        self.texts += texts
        rows = np.array([[len(text), 1.0] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def folder(tmp_path):
    for number in range(6):
        file = tmp_path / "models" / f"m{number}" / "train.py"
        file.parent.mkdir(parents=True)
        file.write_text(SCRIPT.format(doc=f"Paints number {number}. " * (number + 1)))
    return tmp_path / "models"


@pytest.fixture
def db(folder, tmp_path):
    path = tmp_path / "lab.db"
    connection = open_for_writing(path)
    index(connection, [folder], None, IndexOptions(jobs=1))
    close_after_writing(connection)
    return path


def counted(db, sql):
    connection = open_for_reading(db)
    (value,) = connection.execute(sql).fetchone()
    connection.close()
    return value


def test_vectors_are_added_to_a_database_made_for_keywords(db):
    assert counted(db, "SELECT count(*) FROM embedding") == 0
    first = run("embed", "--db", str(db))
    assert first.exit_code == 0, first.output
    assert "passages have vectors now" in first.stderr
    wanted = counted(db, "SELECT count(*) FROM passage WHERE embed = 1")
    assert counted(db, "SELECT count(*) FROM embedding") == wanted
    assert counted(db, "SELECT value FROM meta WHERE key = 'encoder'") == "all-MiniLM-L6-v2"
    again = run("embed", "--db", str(db))
    assert "every passage has its vector already" in again.stderr


def test_a_run_cut_short_keeps_what_it_did_and_goes_on(db, monkeypatch):
    monkeypatch.setattr("modelsearch.index.embedding._BATCH", 3)
    connection = open_for_writing(db)
    total = missing(connection)
    with pytest.raises(KeyboardInterrupt):
        embed_missing(connection, Counting(breaks_after=2))
    assert missing(connection) == total - 6
    rest = Counting()
    seen = []
    assert embed_missing(connection, rest, seen.append) == total - 6 == sum(seen)
    assert missing(connection) == 0
    close_after_writing(connection)


def test_batches_hold_texts_of_like_length(db, monkeypatch):
    monkeypatch.setattr("modelsearch.index.embedding._BATCH", 4)
    connection = open_for_writing(db)
    encoder = Counting()
    embed_missing(connection, encoder)
    close_after_writing(connection)
    lengths = [length for call in encoder.calls for length in call]
    assert lengths == sorted(lengths, reverse=True)


def test_a_passage_that_is_known_is_not_encoded_again(folder, db):
    connection = open_for_writing(db)
    index(connection, [folder], Counting(), IndexOptions(jobs=1))
    copied = folder.parent / "elsewhere" / "m1" / "train.py"
    copied.parent.mkdir(parents=True)
    copied.write_text((folder / "m1" / "train.py").read_text())
    encoder = Counting()
    summary = index(connection, [folder.parent / "elsewhere"], encoder, IndexOptions(jobs=1))
    assert summary.added == 1
    assert len(encoder.texts) == summary.encoded == 1  # its profile: the model's id is another
    assert missing(connection) == 0
    close_after_writing(connection)


def test_a_change_of_one_model_encodes_that_one(folder, db):
    connection = open_for_writing(db)
    index(connection, [folder], Counting(), IndexOptions(jobs=1))
    file = folder / "m2" / "train.py"
    file.write_text(file.read_text().replace("Paints", "Draws"))
    encoder = Counting()
    index(connection, [folder], encoder, IndexOptions(jobs=1))
    assert encoder.texts
    assert all("Draws" in text for text in encoder.texts)
    close_after_writing(connection)


def test_embedding_without_an_encoder_or_a_database_is_one_line(db, tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "modelsearch", "embed", "--db", str(db), "--encoder", "none"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    result = subprocess.run(
        [sys.executable, "-m", "modelsearch", "embed", "--db", str(tmp_path / "no.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "no.db").exists()


def test_an_encoder_that_is_not_here_leaves_the_keywords(folder, db):
    connection = open_for_writing(db)
    index(connection, [folder], Counting(), IndexOptions(jobs=1))
    close_after_writing(connection)
    result = run("query", "paints number 3", "--db", str(db), "--format", "json")
    assert result.exit_code == 0
    assert "ranked by keywords alone" in result.stdout
    assert '"total": 6' in result.stdout


def lines(db, *typed):
    return subprocess.run(
        [sys.executable, "-m", "modelsearch", "repl", "--db", str(db), "--format", "jsonl"],
        input="\n".join(typed) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )


def test_a_session_answers_line_by_line(db):
    session = lines(
        db, "paints number 3", "", ".limit 2", "dataset:mnist lr:<oops", "adam models", ".quit", "x"
    )
    answers = session.stdout.splitlines()
    ranks = [json.loads(line)["rank"] for line in answers]
    assert ranks == [1, 2, 3, 4, 5, 6, 1, 2]  # all six, then at most two
    assert session.stderr.count("modelsearch: ") == 1  # the malformed qualifier, and no end to it


def test_a_session_explains(db):
    session = lines(db, ".explain paints number 3", ".explain", "adam models", ".nonsense")
    assert session.stderr.count("intent: search") == 2
    assert "keywords #1" in session.stderr
    assert "there is no .nonsense; .help lists" in session.stderr
