"""A catalogue that stays open keeps its vectors in memory, and answers the same to the last bit."""

from __future__ import annotations

import random
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelsearch.search import matrix, memory
from modelsearch.search.pipeline import rank
from modelsearch.search.ranking import Ranking, Request, SqlFilter
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing

COMPONENTS = 24
WORDS = ["noise", "image", "word", "graph", "sound", "digit", "road", "film", "chair", "poem"]


def vector(chance: random.Random) -> bytes:
    """Return a vector of a few directions only, so that many lie equally near."""
    return (
        bytes(chance.choice((0, 1, 3, 120, 127, 129, 255)) for _ in range(COMPONENTS - 1)) + b"\1"
    )


def add(connection: apsw.Connection, model: int, chance: random.Random) -> None:
    connection.execute(
        "INSERT INTO model (id, model_id, name, kind, root, path, size_bytes, content_hash) "
        "VALUES (?, ?, 'm', 'script', 1, ?, 0, ?)",
        (model, f"m{model:03}", f"m{model}", str(model).encode()),
    )
    for passage in range(model * 10, model * 10 + chance.randint(1, 3)):
        text = " ".join(chance.choices(WORDS, k=4))
        connection.execute(
            "INSERT INTO passage (id, model, kind, title, text, hash) "
            "VALUES (?, ?, 'profile', ?, ?, ?)",
            (passage, model, chance.choice(WORDS), text, passage),
        )
        if chance.random() < 0.9:
            connection.execute(
                "INSERT INTO embedding (passage, model, vector) VALUES (?, ?, ?)",
                (passage, model, vector(chance)),
            )


def made(path: Path, chance: random.Random, models: int) -> Path:
    path.unlink(missing_ok=True)
    connection = open_for_writing(path)
    with connection:
        connection.execute("INSERT INTO root (id, path) VALUES (1, '/')")
        for model in range(1, models + 1):
            add(connection, model, chance)
    close_after_writing(connection)
    return path


def told(ranking: Ranking) -> list[tuple[object, ...]]:
    return [(p.model, p.score, p.distance, p.ranks, p.scores) for p in ranking.places]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.booleans())
def test_later_questions_are_answered_as_the_first(
    tmp_path_factory: pytest.TempPathFactory, seed: int, filtered: bool, by_rank: bool
) -> None:
    chance = random.Random(seed)
    path = made(tmp_path_factory.getbasetemp() / "kept.db", chance, 30)
    asked = Request(" ".join(chance.choices(WORDS, k=3)), lambda _: near, by_rank=by_rank)
    near = vector(chance)
    where = SqlFilter("SELECT id FROM model WHERE id % 2", ()) if filtered else None
    connection = open_for_reading(path)
    answers = [told(rank(connection, where, asked)) for _ in range(memory.PATIENCE + 2)]
    assert matrix.kept(connection, near) is not None
    assert all(answer == answers[0] for answer in answers)
    connection.close()


def test_what_was_written_meanwhile_is_found(tmp_path: Path) -> None:
    chance = random.Random(1)
    path = made(tmp_path / "models.db", chance, 5)
    near = vector(chance)
    asked = Request("noise", lambda _: near)
    connection = open_for_reading(path)
    for _ in range(memory.PATIENCE + 1):
        rank(connection, None, asked)
    writer = open_for_writing(path)
    with writer:
        add(writer, 6, chance)
        writer.execute("DELETE FROM embedding WHERE model = 6")
        writer.execute("INSERT INTO embedding (passage, model, vector) VALUES (60, 6, ?)", (near,))
        writer.execute("DELETE FROM model WHERE id = 1")
    writer.close()
    places = rank(connection, None, asked).places
    found = {place.model: place.distance for place in places}
    assert found[6] == pytest.approx(0.0, abs=1e-6)
    assert 1 not in found
    connection.close()


def test_a_catalogue_that_is_written_to_keeps_nothing(tmp_path: Path) -> None:
    path = made(tmp_path / "models.db", random.Random(2), 3)
    connection = open_for_writing(path)
    kept = [matrix.kept(connection, bytes(COMPONENTS)) for _ in range(memory.PATIENCE + 2)]
    assert kept == [None] * len(kept)
    close_after_writing(connection)
