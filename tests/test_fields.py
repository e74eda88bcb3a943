"""For every field of the table: what is counted, filtered, sorted and listed is the same.

Asked of the indexed fixtures and of random catalogues, as small ones by SQL and as large ones by
their stored sets.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from modelsearch.records.question import Filter, Node, Not, Sort
from modelsearch.search.compile import MATCHING, compile_filter, order_by, value_expression
from modelsearch.search.facets import in_group, values_among, values_anywhere
from modelsearch.search.large import postings
from modelsearch.search.large.members import Members
from modelsearch.search.large.tallies import tally
from modelsearch.search.memory import Shared, share
from modelsearch.search.ranking import Ranked, Ranking
from modelsearch.search.sources import CLASSES, source_of
from modelsearch.vocabulary.fields import FIELDS, Field, find_listed
from modelsearch.vocabulary.fields.field import plural_of
from tests.conftest import Indexed
from tests.database_rows import Rows, empty

#: Every picture has a name, but not every name has a word that is kept.
_NAMED_BY_ALL = {"image_word"}
LISTED = [field for field in FIELDS if field.name != "text"]


def named(field: Field) -> str:
    return field.name


def matching(connection: apsw.Connection, node: Node) -> set[int]:
    sql = compile_filter(node)
    return {row[0] for row in connection.execute(MATCHING + sql.text, sql.params)}


def agree(connection: apsw.Connection, field: Field) -> None:
    """Count, filter, order and "is it known" of one field, by SQL."""
    counted = values_anywhere(connection, field) or []
    found: set[int] = set()
    for value, count in counted:
        models = matching(connection, in_group(field.name, value))
        assert len(models) == count, (field.name, value)
        found |= models
    having = matching(connection, Filter(field.name, "exists"))
    everyone = {row[0] for row in connection.execute("SELECT id FROM model")}
    assert matching(connection, Not(Filter(field.name, "exists"))) == everyone - having
    known = having
    if source_of(field).everyone:  # a model without any has 0 of them
        known = matching(connection, Filter(field.name, ">=", 0.0))
        assert everyone == known
        assert matching(connection, Filter(field.name, ">", 0.0)) == having
    assert found == known or (field.name in _NAMED_BY_ALL and found <= known), field.name
    for descending in (False, True):
        ordered(connection, field, known, descending=descending)


def ordered(
    connection: apsw.Connection, field: Field, known: set[int], *, descending: bool
) -> None:
    order, condition = order_by(Sort(field.name, descending))
    if condition.op == "stored":
        return  # a result of that name is what has an order
    assert matching(connection, condition) == known
    value = value_expression(field.name)
    sql = MATCHING.replace("m.id", f"m.id, {value}", 1) + f"1 ORDER BY {order}"
    rows = list(connection.execute(sql))
    has_value = {model for model, one in rows if one is not None}
    assert has_value <= known
    if not field.many and field.source != "stage text":  # words have no place among numbers
        assert has_value == known, field.name
        values = [
            one.casefold() if isinstance(one, str) else one for _, one in rows if one is not None
        ]
        assert values == sorted(values, reverse=descending)
        assert [one for _, one in rows[len(values) :]] == [None] * (len(rows) - len(values))


@pytest.mark.parametrize("field", LISTED, ids=named)
def test_fixtures_count_filter_and_sort_the_same(database: apsw.Connection, field: Field) -> None:
    agree(database, field)


@pytest.mark.parametrize("field", LISTED, ids=named)
def test_list_and_an_answer_give_the_same_counts(
    indexed: Indexed, database: apsw.Connection, field: Field
) -> None:
    rows = indexed.json("list", field.plural)
    if field.name == "model":  # models are listed with what says most of each
        rows = [{"value": row["model_id"], "count": 1} for row in rows]
    listed = [(one["value"], one["count"]) for one in rows]
    everyone = [Ranked(row[0]) for row in database.execute("SELECT id FROM model")]
    assert values_among(database, Ranking(everyone), [field]) == [listed]


@pytest.mark.parametrize(
    ("what", "question"),
    [
        ("losses", "which losses did I use"),
        ("optimizers", "which optimizers did I use"),
        ("architectures", "which architectures did I use"),
        ("betas", "which betas did I use"),
        ("techniques", "which techniques did I use"),
        ("datasets", "which datasets did I use"),
        ("batch sizes", "which batch sizes did I use"),
        ("schedulers", "what schedulers did I use"),
        ("hardware", "which hardware did I use"),
        ("tasks", "which tasks are there"),
    ],
)
def test_list_and_a_question_in_words_give_the_same_counts(
    indexed: Indexed, what: str, question: str
) -> None:
    asked = indexed.json("query", question, "--encoder", "none")["answer"]
    assert asked["values"] == indexed.json("list", what)


_POOLS: dict[str, tuple[Any, ...]] = {
    "framework": ("PyTorch", "pytorch", "JAX", "Flax"),
    "framework_version": ("2.1", "2.1.3", "2.10.0", "2.9+cu118", "0.4"),
    "architecture": ("Net", "net", "UNet"),
    "task": ("image classification", "classification", "regression", "own task"),
    "application": ("a game", "game"),
    "description": ("Flowers.", "100% flowers_of"),
    "parameters": (0, 1000, 5_000_000),
    "lines_of_code": (1, 20, 300),
    "commits": (1, 2, 30),
    "date_source": ("git", "file"),
    "readme": ("README.md", "a/README.md"),
    "created_at": ("2024-12-31T23:00:00+01:00", "2025-01-01T00:00:00+00:00", "2025-03-05T10:00:00"),
    "modified_at": ("2024-12-31T23:00:00+01:00", "2025-03-05T10:00:00+00:00"),
    "kind": ("script", "notebook"),
}
_STAGES: dict[str, tuple[Any, ...]] = {
    "optimizer": ("Adam", "FusedAdam", "AdamW", "own optimizer"),
    "scheduler": ("CosineAnnealingLR", "CosineAnnealingWarmRestarts", "StepLR"),
    "loss": ("MSE", "L1, MSE", 'own "loss", L1', "least-squares GAN loss", "gradient penalty"),
    "learning_rate": (0.1, 0.001, 3e-4),
    "batch_size": (1, 64, 128),
    "epochs": (1, 100),
    "steps": (10, 100_000),
    "episodes": (5, 500),
    "weight_decay": (0.0, 0.01),
    "betas": ("0.9, 0.999", "0.5, 0.999", "0, 0.9"),
    "momentum": (0.9,),
    "gradient_accumulation": (1, 4),
    "mixed_precision": ("fp16", "bf16", "FP16"),
    "ema": ("0.999", "ModelEMA"),
    "model_class": ("Net", "Critic"),
}
_TERMS: dict[str, tuple[str, ...]] = {
    "family": ("RNN", "LSTM", "GAN"),
    "framework": ("PyTorch", "Keras"),
    "technique": ("attention", "weight decay", "EMA"),
    "hardware": ("CUDA", "CPU"),
}
_DATA = (
    ("CIFAR-10", "image", ("animal", "vehicle")),
    ("MNIST", "image", ("handwritten digit",)),
    ("IMDb", "text", ("movie review",)),
)
_PARTS = {"CIFAR-10": (None, "cat, dog", "ship", "truck, cat")}
_SIZES = {
    "image_size": (32, 64, "3, 32, 32"),
    "z_dim": (100, 128),
    "img_size": (64,),
    "num_heads": (8,),
    "gamma": (0.9, "auto"),
}


def catalogue(seed: int, size: int) -> Rows:
    """Return a database of random models, with something unknown of each."""
    chance = random.Random(seed)

    def some(pools: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
        return {name: chance.choice(pool) for name, pool in pools.items() if chance.random() < 0.6}

    rows = empty()
    lstm, rnn = (rows.insert("term", kind="family", name=name) for name in ("LSTM", "RNN"))
    rows.insert("term_ancestor", term=lstm, ancestor=rnn, distance=1)
    for name, modality, subjects in _DATA:
        term = rows.insert("term", kind="dataset", name=name, modality=modality)
        for subject in subjects:
            rows.insert("term_subject", term=term, subject=subject)
    for number in range(size):
        columns = {"kind": "script", **some(_POOLS)}
        data = [
            (name, chance.choice(_PARTS.get(name, (None,))))
            for name, _, _ in _DATA
            if chance.random() < 0.4
        ]
        model = rows.model(
            f"m{number:03}",
            datasets=tuple(data),
            layers=some(_SIZES),
            settings=some(_SIZES),
            **columns,
        )
        for kind, pool in _TERMS.items():
            for position, name in enumerate(chance.sample(pool, chance.randrange(len(pool)))):
                rows.term(model, kind, name, position)
        main = chance.randrange(3)
        for position in range(chance.randrange(3)):
            rows.stage(
                model,
                position=position,
                name=chance.choice(("D", "G", "train")),
                main=int(position == main),
                **some(_STAGES),
            )
        if chance.random() < 0.5:
            rows.metric(model, chance.choice(("accuracy", "own metric")), 0.5)
        for run in range(chance.randrange(3)):
            recorded(rows, model, f"{model}/run{run}", chance)
        for image in range(chance.randrange(3)):
            pictures(rows, model, f"{model}/{image}", chance)
    if chance.random() < 0.5:  # whose these are is not known
        recorded(rows, None, "nobody/run", chance)
        pictures(rows, None, "nobody/0", chance)
    return rows


def recorded(rows: Rows, model: int | None, path: str, chance: random.Random) -> None:
    place = {"root": rows.root, "path": path}
    source = rows.insert("run_source", kind="run", status="read", **place)
    columns = {
        "status": ("failed", "finished"),
        "started_at": ("2025-03-05T10:00:00+00:00",),
        "duration_s": (1.5, 3600.0),
        "hardware": ("NVIDIA A100", "a100"),
        "devices": (1, 8),
        "epochs_done": (3, 10),
        "steps_done": (500,),
    }
    chosen = {name: chance.choice(pool) for name, pool in columns.items() if chance.random() < 0.6}
    tool = chance.choice(("MLflow", "Lightning"))
    run = rows.insert("run", run_id=path, model=model, source=source, tool=tool, **place, **chosen)
    for name in chance.sample(("loss", "accuracy"), chance.randrange(3)):
        rows.insert(
            "curve",
            run=run,
            name=name,
            tag=name,
            counter="epoch",
            points=chance.choice((3, 10)),
            data=b"",
        )
    if chance.random() < 0.5:
        rows.insert("checkpoint", model=model, source=source, format="torch", size_bytes=1, **place)


def pictures(rows: Rows, model: int | None, name: str, chance: random.Random) -> None:
    columns = {
        "epoch": 1,
        "step": 10,
        "kind": "samples",
        "format": "PNG",
        "width": 64,
        "height": 32,
        "frames": 2,
        "program": "ComfyUI",
        "prompt": "a castle",
    }
    chosen = {key: value for key, value in columns.items() if chance.random() < 0.6}
    image = rows.image(model, f"{name}.png", **chosen)
    for word in chance.sample(("rose", "roses", "castle"), chance.randrange(3)):
        rows.insert("image_word", image=image, word=word, source="name")
    for position, colour in enumerate(chance.sample(("red", "green"), chance.randrange(3))):
        rows.insert("image_colour", image=image, position=position, colour=colour, share=0.5)


_RANDOM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_RANDOM
@given(st.integers(0, 10**6), st.integers(1, 15))
@example(1, 15)
def test_random_catalogues_count_filter_and_sort_the_same(seed: int, size: int) -> None:
    connection = catalogue(seed, size).connection
    for field in LISTED:
        agree(connection, field)


@_RANDOM
@given(st.integers(0, 10**6), st.integers(1, 15), st.sampled_from((2, 32)), st.booleans())
@example(1, 15, 32, True)
def test_sets_say_what_sql_says(seed: int, size: int, frequent: int, stored: bool) -> None:
    """Those that a large catalogue stores, and those that a server makes of a small one."""
    connection = catalogue(seed, size).connection
    by_sql = {field.name: dict(values_anywhere(connection, field) or ()) for field in LISTED}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("modelsearch.search.large.postings._FREQUENT", frequent)
        if stored:
            postings.refresh(connection, smallest=0)
        else:
            share(connection, Shared())
        _agree_with(connection, by_sql)


def _agree_with(connection: apsw.Connection, by_sql: dict[str, dict[Any, int]]) -> None:
    known = Members(connection)
    assert known.large
    for field in LISTED:
        for value in by_sql[field.name]:
            for node in (one := in_group(field.name, value), Not(one)):
                found = known.matching(node)
                assert found == sum(1 << model for model in matching(connection, node)), node
        exists = Filter(field.name, "exists")
        assert known.matching(exists).bit_count() == len(matching(connection, exists))
        counted = tally(connection, known.everything(), field)
        if counted is not None:
            assert _folded(counted) == _folded(by_sql[field.name].items()), field.name


def _folded(counted: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    return {v.casefold() if isinstance(v, str) else v: n for v, n in counted}


@pytest.mark.parametrize("field", FIELDS, ids=named)
def test_every_field_has_a_source_and_headings(field: Field) -> None:
    assert field.source in CLASSES and source_of(field)
    assert field.label and field.plural and field.key
    if field.name != "text":
        assert find_listed(field.plural) is not None


def test_no_two_fields_share_a_heading() -> None:
    plurals = [field.plural for field in FIELDS]
    assert len(plurals) == len(set(plurals))


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("Loss", "Losses"),
        ("Class", "Classes"),
        ("Family", "Families"),
        ("Key", "Keys"),
        ("Batch size", "Batch sizes"),
        ("Dataset", "Datasets"),
    ],
)
def test_plurals_are_english(one: str, several: str) -> None:
    assert plural_of(one) == several


@pytest.mark.parametrize(
    ("what", "heading"),
    [
        ("losses", "Losses"),
        ("loss", "Losses"),
        ("classes", "Classes"),
        ("architectures", "Families"),
        ("months", "Months of creation"),
        ("batch sizes", "Batch sizes"),
        ("bs", "Batch sizes"),
        ("betas", "Betas"),
        ("mixed_precision", "Mixed precision"),
    ],
)
def test_list_takes_any_name_of_a_field(indexed: Indexed, what: str, heading: str) -> None:
    assert heading in indexed.run("list", what).output


def test_a_loss_made_of_two_terms_counts_under_each() -> None:
    rows = empty()
    for number, loss in enumerate(("MSE, L1", "L1, MSE", "MSE")):
        rows.model(f"m{number}", training={"loss": loss})
    field = find_listed("losses")
    assert field is not None
    assert values_anywhere(rows.connection, field) == [("MSE", 3), ("L1", 2)]
