"""What holds for every question: no failure, bound SQL, narrowing filters, not A is the rest."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.query.explain import explain
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.errors import UsageError
from modelsearch.records.question import Filter, Node, Not, ParsedQuery, join_and, leaves
from modelsearch.search.compile import compile_filter, compile_images, order_by
from modelsearch.store.database import open_for_reading
from tests.conftest import Indexed

TODAY = date(2025, 6, 15)
#: Pieces that questions are made of; random words of them reach more rules than random letters.
_WORDS = (
    "models trained on using with without not except or and but the my all which what how many "
    "GAN GANs VAE diffusion U-Net transformer LSTM MNIST CIFAR-10 CelebA Fashion-MNIST flowers "
    "animals images pictures samples PyTorch Keras JAX Adam AdamW SGD attention dropout CUDA CPU "
    "batch size learning rate epochs epoch parameters accuracy loss heads layers 64 1e-3 100 5M "
    "20 MB 90% 64x64 between over under at least most than more fewer latest best largest top 5 "
    "compare vs difference images of per by each March 2025 since before last week 2048 v1 v2 "
    "CycleGAN agent model id README missing unknown only README metrics has: dataset: lr:<1e-3 "
    "created:2025-03 -framework:keras ( ) \" ' , . ? - / : = < > >= * % ~ _ ² № İ ß é 日本 😀 \0 \n"
)
PIECES = tuple(_WORDS.split(" "))
questions = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=14).map(" ".join),
)
#: Questions that are one condition each, of which every model is known to satisfy it or not.
KNOWN = (
    "family:gan", "family:cnn", "dataset:mnist", "dataset:cifar-10", "framework:pytorch",
    "technique:attention", "hardware:cuda", "optimizer:adam", "loss:mse", "has:metrics",
    "has:images", "missing:readme", "kind:script", "subject:animal", "modality:image",
    "GANs", "VAEs", "models on MNIST", "models using Adam", "models with attention",
    "models that run on CUDA", "models missing a README", "animal images", "notebooks",
)  # fmt: skip
#: Conditions on values that may be unknown: a negation must not claim those.
PARTLY_KNOWN = (
    "batch size over 64",
    "lr:<1e-3",
    "epochs:10..50",
    "more than 1M parameters",
    "learning rate of 1e-3",
    "batch size 64 or 128",
)

lively = partial(
    settings, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def connection(indexed: Indexed) -> apsw.Connection:
    return open_for_reading(indexed.db)


def read(connection: apsw.Connection, question: str) -> ParsedQuery | None:
    try:
        return parse(question, Lexicon(connection), today=TODAY)
    except UsageError as error:
        assert "\n" not in str(error)
        return None


def matching(connection: apsw.Connection, node: Node | None) -> set[int]:
    sql = compile_filter(node) if node is not None else None
    rows = connection.execute(
        "SELECT m.id FROM model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 "
        f"WHERE {sql.text if sql else '1'}",
        sql.params if sql else (),
    )
    return {row[0] for row in rows}


def sql_of(parsed: ParsedQuery) -> list[str]:
    texts = [compile_filter(parsed.where).text] if parsed.where is not None else []
    if parsed.image is not None and parsed.image.where is not None:
        texts.append(compile_images(parsed.image.where).text)
    if parsed.sort is not None:
        texts.append(order_by(parsed.sort)[0])
    return texts + [text for cohort in parsed.cohorts for text in sql_of(cohort)]


@lively(max_examples=250)
@given(question=questions)
def test_no_question_raises_and_every_token_has_a_use(
    connection: apsw.Connection, question: str
) -> None:
    parsed = read(connection, question)
    if parsed is None:
        return
    uses = {"filter", "sort", "limit", "intent", "reference", "logic", "stop", "text"}
    assert {token.use for token in parsed.tokens} <= uses
    assert explain(parsed)


@lively(max_examples=100)
@given(question=questions)
def test_every_question_is_answered(connection: apsw.Connection, question: str) -> None:
    options = QueryOptions(limit=3, today=TODAY, encoder="none")
    try:
        found = answer(connection, question, options)
    except UsageError:
        return
    assert found.total >= len(found.results) or found.parsed.intent in ("images", "compare")


@lively(max_examples=200)
@given(
    question=questions,
    marker=st.text("abcdefghijkxyz';\"-)(% ", min_size=3, max_size=20).map(lambda s: "Zq" + s),
)
def test_sql_holds_no_word_of_the_question(
    connection: apsw.Connection, question: str, marker: str
) -> None:
    for asked in (
        f"{question} {marker}",
        f'"{marker}" {question}',
        f"not {marker} {question}",
        f"dataset:{marker} {question}",
        f"path:'{marker}'",
    ):
        parsed = read(connection, asked)
        for text in sql_of(parsed) if parsed is not None else ():
            assert "zq" not in text.lower()
            literals = set(text.split("'")[1::2])
            assert all(literal not in question or len(literal) < 12 for literal in literals)
            assert text.count("?") == 0 or parsed is not None


@lively(max_examples=60)
@given(question=questions)
def test_parameters_fit_the_question_marks(connection: apsw.Connection, question: str) -> None:
    parsed = read(connection, question)
    if parsed is not None and parsed.where is not None:
        sql = compile_filter(parsed.where)
        quoted = "".join(sql.text.split("'")[::2])  # outside of literals
        assert quoted.count("?") == len(sql.params)


@lively(max_examples=80)
@given(first=st.sampled_from(KNOWN + PARTLY_KNOWN), second=st.sampled_from(KNOWN + PARTLY_KNOWN))
def test_another_filter_never_adds_results(
    connection: apsw.Connection, first: str, second: str
) -> None:
    one, both = read(connection, first), read(connection, second)
    assert one is not None and both is not None and one.where and both.where
    joined = join_and([one.where, both.where])
    assert matching(connection, joined) <= matching(connection, one.where)


@lively(max_examples=60)
@given(
    words=st.sampled_from(KNOWN),
    exact=st.sampled_from(
        ("lr:<1e-3", "batch_size:>32", "epochs:10..100", "has:images", "-dataset:mnist")
    ),
)
def test_a_qualifier_after_words_narrows(
    connection: apsw.Connection, words: str, exact: str
) -> None:
    alone, narrowed = read(connection, words), read(connection, f"{words} {exact}")
    assert alone is not None and narrowed is not None
    assert matching(connection, narrowed.where) <= matching(connection, alone.where)


@pytest.mark.parametrize("question", KNOWN)
def test_not_a_is_the_rest(connection: apsw.Connection, question: str) -> None:
    parsed = read(connection, question)
    assert parsed is not None and parsed.where is not None
    has, lacks = matching(connection, parsed.where), matching(connection, Not(parsed.where))
    assert has | lacks == matching(connection, None)
    assert not has & lacks


@pytest.mark.parametrize("question", PARTLY_KNOWN)
def test_not_a_is_the_rest_of_what_is_known(connection: apsw.Connection, question: str) -> None:
    parsed = read(connection, question)
    assert parsed is not None and parsed.where is not None
    field = next(leaf.field for leaf, _ in leaves(parsed.where))
    known = matching(connection, Filter(field, "exists"))
    has, lacks = matching(connection, parsed.where), matching(connection, Not(parsed.where))
    assert has | lacks == known
    assert not has & lacks


def work_of(connection: apsw.Connection, question: str) -> int:
    """Count what a parse does: calls of functions, and statements of SQL."""
    count = 0

    def call(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    lexicon = Lexicon(connection)
    sys.setprofile(call)
    try:
        parse(question, lexicon, today=TODAY)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "models trained on MNIST with batch size over 64 and ",
        "x",
        "( ",
        "not ",
        "- ",
        "1 ",
        "dataset:mnist ",
        "mnsit ",
        "a_b/c ",
        '"',
        "qwzrtp ",
        "March 2025 ",
        "日本 ",
        "compare v1 and ",
    ],
)
def test_a_long_question_takes_bounded_work(connection: apsw.Connection, piece: str) -> None:
    """Calls are counted, not time: ten times the length may not take a hundred times the work."""
    parse(piece, Lexicon(connection), today=TODAY)  # fills the caches
    short, long = (work_of(connection, (piece * n)[:n]) for n in (1_000, 10_000))
    assert long <= 20 * short
