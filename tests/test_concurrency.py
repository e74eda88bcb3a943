"""Readers ask while an index run writes: no error, and no answer of two states at once."""

import threading

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing

SCRIPT = '''"""Trains a linear model, version {version}."""
import torch
from torch import nn, optim

model = nn.Linear({version}, 2)
optimizer = optim.Adam(model.parameters(), lr=1e-3)
for epoch in range({version}):
    loss = nn.functional.mse_loss(model(torch.rand(4, {version})), torch.rand(4, 2))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
'''
QUESTIONS = ("adam models", "linear version", "how many models use Adam", "epochs:>0 linear")


def write_scripts(folder, version, count=24):
    for number in range(count):
        file = folder / f"m{number}" / "train.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(SCRIPT.format(version=version))


def run_index(db, folder):
    connection = open_for_writing(db)
    try:
        index(connection, [folder], None, IndexOptions(jobs=1))
    finally:
        close_after_writing(connection)


class Reader(threading.Thread):
    """Asks until told to stop; keeps what went wrong."""

    def __init__(self, db, stop):
        super().__init__()
        self.db, self.stop = db, stop
        self.failures, self.answers = [], 0

    def run(self):
        connection = open_for_reading(self.db)
        try:
            while not self.stop.is_set() or self.answers < len(QUESTIONS):
                self.ask(connection, QUESTIONS[self.answers % len(QUESTIONS)])
                self.answers += 1
        except Exception as error:
            self.failures.append(repr(error))
        finally:
            connection.close()

    def ask(self, connection, question):
        found = answer(connection, question, QueryOptions(limit=0))
        if found.total != len(found.results):
            self.failures.append(f"{found.total} are {len(found.results)}")
        # Version n trains for n epochs: the script's own text and its figure are of one state.
        for row in found.results:
            if f"version {row.epochs}." not in (row.description or ""):
                self.failures.append(f"{row.epochs} epochs in {row.description!r}")


def test_four_readers_while_an_index_run_writes(tmp_path):
    folder, db = tmp_path / "models", tmp_path / "lab.db"
    write_scripts(folder, 3)
    run_index(db, folder)
    stop = threading.Event()
    readers = [Reader(db, stop) for _ in range(4)]
    for reader in readers:
        reader.start()
    for version in (4, 5, 6):
        write_scripts(folder, version, count=24 + version)
        run_index(db, folder)
    stop.set()
    for reader in readers:
        reader.join()
    assert [failure for reader in readers for failure in reader.failures] == []
    assert all(reader.answers for reader in readers)
