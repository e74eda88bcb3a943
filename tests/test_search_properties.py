"""Answers over random catalogues against brute force: filters lose nothing and let nothing in.

Every catalogue is asked three ways: as a small one, and with the stored sets, word counts and
cells of large ones forced on, fresh and with changes made since by a plain connection.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.records.question import And, Filter, Node, Not, Or
from modelsearch.search.large import bitsets, cells, frequent, postings, probing, rankers
from modelsearch.search.large.kept import kept
from modelsearch.search.large.members import Members, calendar_pieces
from modelsearch.search.large.ordering import in_order
from modelsearch.search.large.tallies import tally
from modelsearch.search.lexical import match_expression
from modelsearch.search.memory import Shared, share
from modelsearch.search.pipeline import rank
from modelsearch.search.ranking import Request, SqlFilter
from modelsearch.store.database import (
    Opened,
    load_vector_functions,
    open_for_writing,
    write_meta,
)
from modelsearch.vocabulary.fields import by_name
from tests.conftest import Indexed
from tests.database_rows import SCHEMA, Rows

DIMENSION = 16
FAMILIES = ("GAN", "CNN", "RNN", "LSTM")
NARROWER = {"RNN": {"RNN", "LSTM"}}
DATASETS = ("MNIST", "CIFAR-10")
OPTIMIZERS = ("Adam", "SGD", None)
NUMBERS = (None, 1, 16, 64, 64, 64, 100, 128, 1000)
DATES = (None, "2020-02-29", "2024-12-31", "2025-01-01", "2025-03-05", "2025-03-31", "2025-04-01")
WORDS = ("flower", "gradient", "teacher", "latent")


@dataclass
class Model:
    families: frozenset[str]
    datasets: frozenset[str]
    optimizer: str | None
    batch_size: int | None
    created: str | None
    words: frozenset[str]
    loss: str | None = None
    vector: bytes = b""
    name: str = ""
    rowid: int = 0
    passages: list[int] = field(default_factory=list)


models = st.builds(
    Model,
    families=st.frozensets(st.sampled_from(FAMILIES), max_size=2),
    datasets=st.frozensets(st.sampled_from(DATASETS), max_size=2),
    optimizer=st.sampled_from(OPTIMIZERS),
    batch_size=st.sampled_from(NUMBERS),
    created=st.sampled_from(DATES),
    words=st.frozensets(st.sampled_from(WORDS), max_size=2),
    loss=st.sampled_from((None, "MSE", "L1, MSE", "KL divergence")),
)
leaves = st.one_of(
    st.builds(lambda v: Filter("family", "=", v), st.sampled_from(FAMILIES)),
    st.builds(lambda v: Filter("dataset", "=", v), st.sampled_from(DATASETS)),
    st.builds(lambda v: Filter("loss", "=", v), st.sampled_from(("MSE", "L1", "hinge"))),
    st.builds(lambda v: Filter("optimizer", "=", v), st.sampled_from(("Adam", "SGD"))),
    st.builds(
        lambda op, v: Filter("batch_size", op, v),
        st.sampled_from(("=", "<", "<=", ">", ">=")),
        st.sampled_from((1, 16, 63, 64, 64.0, 65, 100.5, 1000)),
    ),
    st.builds(
        lambda a, b: Filter("batch_size", "between", (a, b)),
        st.sampled_from((0, 16, 64)),
        st.sampled_from((16, 64, 2000)),
    ),
    st.builds(
        lambda a, b: Filter("created", "in", (a, b)),
        st.sampled_from((None, "2020-02-29", "2025-01-01", "2025-03-05", "--03-01")),
        st.sampled_from((None, "2025-03-31", "2025-04-01", "2026-01-01")),
    ).filter(lambda f: not str(f.value[0]).startswith("--") or f.value[1] is None),
    st.builds(
        lambda field, part: Filter(field, "contains", part),
        st.sampled_from(("model", "path")),
        st.sampled_from((".P", "1.py", "M", "0", "00", "2", "m01", "900", "nowhere", "0m")),
    ),
    st.builds(
        lambda op, word: Filter("text", op, word),
        st.sampled_from(("word", "phrase")),
        st.sampled_from(WORDS),
    ),
    st.builds(
        lambda name: Filter(name, "exists"),
        st.sampled_from(("created", "batch_size", "optimizer", "dataset", "images", "readme")),
    ),
)
trees = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.builds(lambda a, b: And((a, b)), parts, parts),
        st.builds(lambda a, b: Or((a, b)), parts, parts),
        st.builds(Not, parts),
    ),
    max_leaves=5,
)


def satisfies(model: Model, node: Node) -> bool | None:
    """The meaning of filters, three-valued: a number or date that is unknown is neither."""
    if isinstance(node, Not):
        inner = satisfies(model, node.part)
        return None if inner is None else not inner
    if isinstance(node, And | Or):
        parts = [satisfies(model, part) for part in node.parts]
        decisive = isinstance(node, Or)
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    return _leaf(model, node)


def _leaf(model: Model, one: Filter) -> bool | None:
    known = {
        "created": model.created,
        "batch_size": model.batch_size,
        "optimizer": model.optimizer,
        "dataset": model.datasets or None,
    }
    if one.op == "exists":
        return known.get(one.field) is not None
    if one.field in ("model", "path"):
        return str(one.value).lower() in f"{model.name}.py"
    if one.field == "family":
        return bool(NARROWER.get(str(one.value), {one.value}) & model.families)
    if one.field == "loss":
        return one.value in (model.loss or "").split(", ")
    if one.field in ("dataset", "text"):
        return one.value in model.datasets | model.words
    if one.field == "optimizer":
        return model.optimizer == one.value
    value = known[one.field]
    if value is None:
        return None if one.field == "batch_size" or one.value != (None, None) else False
    if one.op == "in":
        start, end = one.value  # type: ignore[misc]
        if start is not None and str(start).startswith("--"):
            return str(value)[5:] >= str(start)[2:]
        return (start is None or value >= start) and (end is None or value < end)
    if one.op == "between":
        return one.value[0] <= value <= one.value[1]  # type: ignore[index]
    return {
        "=": value == one.value,
        "<": value < one.value,
        "<=": value <= one.value,
        ">": value > one.value,
        ">=": value >= one.value,
    }[one.op]


class Catalogue:
    """Random models in a database."""

    def __init__(self, chosen: list[Model], seed: int) -> None:
        self.connection = Opened(":memory:")
        self.connection.execute(SCHEMA.read_text())
        load_vector_functions(self.connection)
        write_meta(self.connection, "encoder", "none")
        self.rows = Rows(self.connection)
        self.random = random.Random(seed)
        self.models: list[Model] = []
        broad, narrow = (self.rows.insert("term", kind="family", name=n) for n in ("RNN", "LSTM"))
        self.rows.insert("term_ancestor", term=narrow, ancestor=broad, distance=1)
        for number, model in enumerate(chosen):
            self.add(number, model)

    def add(self, number: int, model: Model) -> None:
        columns = {"created_at": model.created and model.created + "T10:00:00+00:00"}
        training = {
            "optimizer": model.optimizer,
            "batch_size": model.batch_size,
            "loss": model.loss,
        }
        model.name = f"m{number:03}"
        model.rowid = self.rows.model(
            model.name,
            families=tuple(model.families),
            datasets=tuple(model.datasets),
            training=training,
            **columns,
        )
        model.vector = bytes(self.random.randrange(1, 256) for _ in range(DIMENSION))
        passage = self.rows.insert(
            "passage",
            model=model.rowid,
            kind="profile",
            text=" ".join(sorted(model.words)),
            hash=number,
        )
        self.rows.insert("embedding", passage=passage, model=model.rowid, vector=model.vector)
        model.passages = [passage]
        self.models.append(model)

    def make_large(self) -> None:
        frequent.refresh(self.connection, smallest=0)
        cells.refresh(self.connection, smallest=0)
        postings.refresh(self.connection, smallest=0)
        assert kept(self.connection)

    @contextmanager
    def served(self) -> Iterator[None]:
        """Ask as the local page does, which keeps sets of one state of the file in memory."""
        share(self.connection, Shared())
        yield
        share(self.connection, None)

    def expected(self, node: Node) -> set[int]:
        return {model.rowid for model in self.models if satisfies(model, node) is True}

    def change(self) -> None:
        """What someone with a plain shell may do."""
        gone = self.models.pop(0)
        self.connection.execute("DELETE FROM model WHERE id = ?", (gone.rowid,))
        if self.models:
            self.models[0].optimizer = "SGD"
            self.models[0].batch_size = 17
            sql = "UPDATE training_stage SET optimizer = 'SGD', batch_size = 17 WHERE model = ?"
            self.connection.execute(sql, (self.models[0].rowid,))
        self.add(900, Model(frozenset({"GAN"}), frozenset(), None, 64, "2025-03-05", frozenset()))


def ranked(catalogue: Catalogue, node: Node, text: str, limit: int | None = None) -> list[int]:
    asked = bytes(range(1, DIMENSION + 1))
    from modelsearch.search.compile import compile_filter

    sql = compile_filter(node)
    query = (
        "SELECT m.id FROM model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 "
        f"WHERE {sql.text}"
    )
    where = SqlFilter(query, tuple(sql.params), node)
    found = rank(catalogue.connection, where, Request(text, lambda _text: asked, limit=limit))
    if limit is None:
        assert found.total == len(found.places)
    return [place.model for place in found.places]


_STEPS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_STEPS
@given(
    st.lists(models, min_size=1, max_size=25),
    trees,
    st.sampled_from(("", "flower", "the latent")),
    st.integers(0, 99),
)
def test_filtered_answers_are_those_of_brute_force(chosen, node, text, seed):
    catalogue = Catalogue(chosen, seed)
    small = ranked(catalogue, node, text)
    assert len(small) == len(set(small))
    assert set(small) == catalogue.expected(node)
    with catalogue.served():
        assert ranked(catalogue, node, text) == small
        assert ranked(catalogue, node, text, limit=3)[:3] == small[:3]
    catalogue.make_large()
    found = ranked(catalogue, node, text)
    assert len(found) == len(set(found))
    assert set(found) == catalogue.expected(node)
    if not text:
        assert found == small
        assert ranked(catalogue, node, text, limit=3) == small[:3]
    with catalogue.served():
        assert ranked(catalogue, node, text) == found
    catalogue.change()
    assert set(ranked(catalogue, node, text)) == catalogue.expected(node)
    with catalogue.served():
        assert set(ranked(catalogue, node, text)) == catalogue.expected(node)
    catalogue.make_large()
    members = Members(catalogue.connection).matching(node)
    assert Members(catalogue.connection).any_matching(node) == (members > 0)
    assert members == bitsets.from_ids(catalogue.expected(node))
    sizes = Counter(m.batch_size for m in catalogue.models if members >> m.rowid & 1)
    del sizes[None]
    counted = tally(catalogue.connection, members, by_name()["batch_size"])
    assert counted is not None and dict(counted) == sizes


@pytest.mark.parametrize("walked", [False, True])
@_STEPS
@given(
    st.lists(models, min_size=1, max_size=25),
    st.integers(1, 30),
    st.sampled_from(
        (
            "created",
            "batch_size",
            "optimizer",
            "family",
            "dataset",
            "loss",
            "repository",
            "modality",
            "subject",
            "images",
            "stages",
            "classes",
        )
    ),
    st.booleans(),
    st.booleans(),
)
def test_the_first_of_a_large_set_are_those_of_sorting_all(
    walked, chosen, limit, by, down, everyone
):
    from modelsearch.records.question import Sort
    from modelsearch.search.compile import order_by

    catalogue = Catalogue(chosen, 0)
    catalogue.make_large()
    sort = Sort(by, down)
    order, known = order_by(sort)
    found = Members(catalogue.connection)
    members = found.everything() if everyone else found.matching(known)
    with pytest.MonkeyPatch.context() as patch:
        wanted = in_order(catalogue.connection, members, order, None, sort)[:limit]
        if walked:
            patch.setattr("modelsearch.search.large.ordering.SORTABLE", 0)
            patch.setattr("modelsearch.search.large.postings._FREQUENT", 2)
            write_meta(catalogue.connection, "postings", "none")  # write all blocks anew
            postings.refresh(catalogue.connection, smallest=0)
        assert in_order(catalogue.connection, members, order, limit, sort) == wanted


def test_the_only_match_is_found_though_its_vector_is_the_farthest():
    asked = bytes(range(1, DIMENSION + 1))
    opposite = bytes(256 - one for one in asked)
    chosen = [
        Model(frozenset({"CNN"}), frozenset(), None, None, None, frozenset()) for _ in range(400)
    ]
    chosen[37] = Model(frozenset({"GAN"}), frozenset(), None, None, None, frozenset())
    catalogue = Catalogue(chosen, 1)
    far = catalogue.models[37]
    catalogue.connection.execute(
        "UPDATE embedding SET vector = ? WHERE model = ?", (opposite, far.rowid)
    )
    catalogue.make_large()
    assert ranked(catalogue, Filter("family", "=", "GAN"), "flower") == [far.rowid]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("modelsearch.search.large.rankers.FEW", 0)  # through the cells, too
        hits = rankers.vector_hits(catalogue.connection, asked, 10, 1 << far.rowid)
        assert [hit.model for hit in hits] == [far.rowid]
        assert hits[0].score == pytest.approx(2.0, abs=0.02)


def test_cells_find_what_comparing_all_finds():
    catalogue = Catalogue(
        [Model(frozenset(), frozenset(), None, None, None, frozenset()) for _ in range(600)], 2
    )
    exact = rankers.vector_hits(catalogue.connection, b"\x05" * DIMENSION, 20, (1 << 700) - 1)
    catalogue.make_large()
    near = probing.nearest(catalogue.connection, b"\x05" * DIMENSION, 20)
    assert len({hit.model for hit in near} & {hit.model for hit in exact}) >= 18
    assert near[0].score == exact[0].score


@settings(max_examples=50, deadline=None)
@given(st.dates(date(2019, 10, 1), date(2022, 3, 1)), st.integers(0, 900))
def test_calendar_pieces_hold_each_day_once(first, days):
    last = date.fromordinal(first.toordinal() + days)
    found: list[str] = []
    for unit, low, high in calendar_pieces(first, last):
        length = {"year": 4, "month": 7, "day": 10}[unit]
        day = date(2019, 1, 1)
        while day.year < 2026:
            text = day.isoformat()
            if low <= text[:length] < high:
                found.append(text)
            day = date.fromordinal(day.toordinal() + 1)
    assert sorted(found) == [
        date.fromordinal(n).isoformat() for n in range(first.toordinal(), last.toordinal())
    ]


@given(st.lists(st.floats(allow_nan=False), min_size=2))
def test_sortable_numbers_sort_like_numbers(numbers):
    assert [postings.sortable(n) for n in sorted(numbers)] == sorted(
        postings.sortable(n) for n in numbers
    )


@given(st.frozensets(st.integers(0, 300_000), max_size=50))
def test_a_set_gives_back_its_ids(ids):
    members = bitsets.from_ids(ids)
    assert set(bitsets.ids_of(members)) == ids
    assert members.bit_count() == len(ids)
    assert all(one in bitsets.Membership(members) for one in ids)


def test_answers_of_a_large_catalogue_say_the_same_as_of_a_small_one():
    chosen = [
        Model(
            frozenset({FAMILIES[n % 4]}),
            frozenset({DATASETS[n % 2]}),
            OPTIMIZERS[n % 3],
            NUMBERS[n % 9],
            DATES[n % 7],
            frozenset({WORDS[n % 4]}),
        )
        for n in range(60)
    ]
    catalogue = Catalogue(chosen, 3)
    asked = (
        "GAN models on MNIST",
        "how many models use Adam",
        "models created in March 2025",
        "RNN models not on CIFAR-10",
        "LSTM models on CIFAR-10 created in 1999",
        "models with the largest batch size",
        "how many models per dataset",
    )
    options = QueryOptions(encoder="none")
    before = [answer(catalogue.connection, question, options).as_json() for question in asked]
    with catalogue.served():
        served = [answer(catalogue.connection, question, options).as_json() for question in asked]
    assert served == before
    catalogue.make_large()
    after = [answer(catalogue.connection, question, options).as_json() for question in asked]
    assert after == before


def test_cells_of_scattered_passages(tmp_path):
    """After many deletions row ids lie far apart: sampling by id would find too few vectors."""
    connection = open_for_writing(tmp_path / "models.db")
    connection.execute("INSERT INTO root (id, path) VALUES (1, '/')")
    connection.execute(
        "INSERT INTO model (id, model_id, name, kind, root, path, size_bytes) "
        "VALUES (1, 'm', 'm', 'script', 1, 'm.py', 0)"
    )
    rows = range(1, 200_001, 2_000)
    connection.executemany(
        "INSERT INTO passage (id, model, kind, text, hash) VALUES (?, 1, 'profile', 'x', ?)",
        ((row, row) for row in rows),
    )
    connection.executemany(
        "INSERT INTO embedding (passage, model, vector) VALUES (?, 1, ?)",
        ((row, bytes((row * step) % 127 for step in range(1, 385))) for row in rows),
    )
    assert cells.refresh(connection, smallest=1) == "made"
    assert connection.execute("SELECT sum(members) FROM cell").fetchone() == (len(rows),)
    connection.close()


@pytest.mark.parametrize("subject", ["animal", "cat", "vehicle", "handwritten digit", "clothes"])
def test_subjects_from_sets_are_those_of_sql(indexed: Indexed, tmp_path: Path, subject: str):
    """Also where a model keeps just some classes: the cats and dogs of CIFAR-10 are no vehicles."""
    copy = tmp_path / "models.db"
    copy.write_bytes(indexed.db.read_bytes())
    connection = open_for_writing(copy)
    filter_ = Filter("subject", "=", subject)
    by_sql = Members(connection).matching(filter_)
    postings.refresh(connection, smallest=0)
    by_sets = Members(connection)
    assert by_sets.large and by_sets.matching(filter_) == by_sql != 0
    assert by_sets.matching(Not(filter_)) == by_sets.everything() & ~by_sql
    connection.close()


@_STEPS
@given(st.lists(models, min_size=1, max_size=25), st.frozensets(st.sampled_from(WORDS), min_size=1))
def test_words_that_one_passage_alone_has_order_as_scores_do(chosen, words):
    """Where one passage has all words, rare and frequent, nothing is scored by all of them."""
    catalogue = Catalogue(chosen, 0)
    catalogue.make_large()
    text = " ".join(sorted(words))

    def scored(connection, words, _telling, few):
        expression = match_expression(words, "AND", connection)
        return list(rankers._by_bm25(connection, expression, few))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rankers, "MOST_PLACES", 5)
        found = rankers.keyword_hits(catalogue.connection, text, 50, None)
        patch.setattr(rankers, "_with_all", scored)
        expected = rankers.keyword_hits(catalogue.connection, text, 50, None)
    assert [hit.model for hit in found] == [hit.model for hit in expected]
