"""What must hold for comparisons of any models."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from modelsearch.answer.compare.cohort_summaries import summarise_cohorts
from modelsearch.answer.compare.cohorts import compare_cohorts
from modelsearch.answer.compare.models import compare_models
from modelsearch.answer.compare.rankings import gap
from modelsearch.answer.compare.summaries import joined, summarise_comparison
from modelsearch.records.text import display_width
from modelsearch.render.comparison import comparison_text
from tests.database_rows import empty

finite = st.floats(-1e6, 1e6, allow_nan=False)
names = st.sampled_from(["CNN", "GAN", "VAE", "LSTM"])
words = st.text(min_size=1, max_size=30)

models = st.fixed_dictionaries(
    {
        "families": st.lists(names, max_size=3, unique=True).map(tuple),
        "datasets": st.lists(st.sampled_from(["MNIST", "CIFAR-10"]), max_size=2, unique=True).map(
            tuple
        ),
        "architecture": st.none() | words,
        "parameters": st.none() | st.integers(1, 10**9),
        "training": st.none()
        | st.fixed_dictionaries(
            {
                "epochs": st.none() | st.integers(0, 3),
                "batch_size": st.none() | st.sampled_from([32, 64]),
                "learning_rate": st.none() | st.sampled_from([1e-3, 1e-4]),
            }
        ),
        "settings": st.dictionaries(st.sampled_from(["beta", "gamma"]), st.integers(0, 2) | words),
    }
)
metrics = st.lists(
    st.tuples(
        st.sampled_from(["accuracy", "FID"]),
        finite,
        st.sampled_from([None, "MNIST"]),
        st.sampled_from([None, 1, 2]),
    ),
    max_size=3,
)
collections = st.lists(st.tuples(models, metrics), min_size=2, max_size=5)


def stored(entries):
    rows = empty()
    ids = []
    for number, (columns, values) in enumerate(entries):
        ids.append(rows.model(f"model_{number}", **columns))
        for name, value, dataset, step in values:
            rows.metric(
                ids[-1],
                name,
                value,
                dataset=dataset,
                step=step,
                higher_is_better=int(name == "accuracy"),
            )
    return rows.connection, ids


@given(finite, finite)
def test_a_gap_is_antisymmetric(one, other):
    assert gap(one, other).absolute == -gap(other, one).absolute
    there, back = gap(one, other).relative, gap(other, one).relative
    if there is not None and back is not None and min(abs(there), abs(back)) > 0:
        assert (there > 0) != (back > 0)


@settings(max_examples=50, deadline=None)
@given(collections)
def test_rankings_are_permutations_of_the_models_with_a_value(entries):
    connection, ids = stored(entries)
    comparison = compare_models(connection, ids)
    for ranking in comparison.rankings:
        field = next(e for e in comparison.fields if e.field == ranking.label)
        with_value = {
            row.model_id
            for row, value in zip(comparison.models, field.values, strict=True)
            if value is not None
        }
        ranked = [standing.model_id for standing in ranking.standings]
        assert sorted(ranked) == sorted(with_value)
        values = [standing.value for standing in ranking.standings]
        assert values == sorted(values, reverse=bool(ranking.higher_is_better))
        assert len(ranking.gaps) == len(ranked) * (len(ranked) - 1) // 2
        assert set(ranking.pareto) <= set(ranked)


@settings(max_examples=50, deadline=None)
@given(collections)
def test_adding_a_model_never_changes_the_numbers_of_others(entries):
    connection, ids = stored(entries)
    fewer, more = compare_models(connection, ids[:-1]), compare_models(connection, ids)
    values = {(e.group, e.field): e.values for e in more.fields}
    for entry in fewer.fields:
        assert values[entry.group, entry.field][:-1] == entry.values
    after = {r.label: r for r in more.rankings}
    for ranking in fewer.rankings:
        assert set(ranking.standings) <= set(after[ranking.label].standings)
        assert set(ranking.gaps) <= set(after[ranking.label].gaps)


@settings(max_examples=50, deadline=None)
@given(collections)
def test_a_field_is_in_one_list_and_equal_fields_never_differ(entries):
    connection, ids = stored(entries)
    comparison = compare_models(connection, ids)
    lists = [comparison.differences, comparison.shared, comparison.partly_known]
    assert sum(map(len, lists)) == len(comparison.fields)
    for entry in comparison.differences:
        assert (
            len(
                {
                    str(sorted(v) if isinstance(v, tuple) and not entry.ordered else v)
                    for v in entry.known
                }
            )
            > 1
        )
    for entry in comparison.shared:
        assert entry.unknown == 0


@settings(max_examples=30, deadline=None)
@given(models, metrics, st.integers(1, 3))
def test_a_model_compared_with_itself_is_empty(columns, values, times):
    connection, ids = stored([(columns, values)])
    comparison = compare_models(connection, ids * times)
    assert comparison.differences == ()
    assert comparison.rankings == ()
    assert comparison_text(comparison).startswith("No known value differs.")


@settings(max_examples=60, deadline=None)
@given(collections, st.integers(40, 250), st.booleans())
def test_comparisons_fit_any_width_and_are_safe(entries, width, everything):
    connection, ids = stored(entries)
    for comparison in (
        compare_models(connection, ids),
        compare_cohorts(connection, [("one\x1b[1m", ids[:1]), ("the others", ids[1:])]),
    ):
        text = comparison_text(comparison, width=width, everything=everything)
        assert all(display_width(line) <= width for line in text.split("\n"))
        assert not any(one in text for one in "\x1b\x07\x9b\u202e\r")


@settings(max_examples=50, deadline=None)
@given(collections)
def test_sentences_never_speak_of_the_unknown(entries):
    connection, ids = stored(entries)
    comparison = compare_models(connection, ids)
    said = joined(summarise_comparison(comparison))
    both = said + joined(
        summarise_cohorts(compare_cohorts(connection, [("a", ids[:1]), ("b", ids[1:])]))
    )
    assert "None" not in both.replace("None", "", len(re.findall("'[^']*None[^']*'", str(entries))))
    for sentence in summarise_comparison(comparison):
        for cell in sentence.cells:
            field = next(e for e in comparison.fields if e.field == cell.field)
            index = [row.model_id for row in comparison.models].index(cell.model_id)
            assert field.values[index] is not None
