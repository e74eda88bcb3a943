"""What a superlative or an order measures: a number field, a metric, a stored setting."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.logic import build_tree
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.records.wordlists import word_set
from modelsearch.search.compile import Sql, compile_filter
from modelsearch.vocabulary.fields import by_name, spellings

if TYPE_CHECKING:
    import apsw

#: Words between a superlative and what it measures.
SKIPPED = word_set("""
    the my our number of amount a training reported test validation final overall mean average
    total possible recorded stated in terms last
""")
_REACH = 5
_LAST = frozenset({"final", "last"})


def measured(reading: Reading, index: int, *, counting: bool = False) -> tuple[str, int] | None:
    """Return the number field, metric or stored setting that is named within a few words, and its
    last token; ``counting`` takes names for their number, too: "most losses". A technique of the
    same words gives way: "highest weight decay" asks for a number.
    """
    for at in range(index, min(index + _REACH, len(reading.tokens))):
        for last, joined in reversed(reading.grams(at, 4)):
            inside = [
                m
                for m in reading.mentions
                if m.field == "technique" and at <= m.first and m.last <= last
            ]
            covered = {i for m in inside for i in range(m.first, m.last + 1)}
            if any(reading.uses[i] and i not in covered for i in range(at, last + 1)):
                continue
            name = _number_named(reading, joined, counting=counting)
            if name is not None:
                _say_which_value(reading, index, at, name)
                for mention in inside:
                    reading.release(mention)
                return name, last
        if reading.lower(at) not in SKIPPED and reading.lower(at) != "-":
            return None
    return None


def _say_which_value(reading: Reading, first: int, last: int, name: str) -> None:
    """Say that results are ordered by their best value where the last one was asked for."""
    said = next((reading.lower(i) for i in range(first, last) if reading.lower(i) in _LAST), "")
    if said and vocabulary.find("metric", name) is not None:
        reading.note(
            f"{said!r} was not read: models are ordered by the best {name} recorded of each; "
            f"ask for 'final {name} of' a model for the last one."
        )


def _number_named(reading: Reading, joined: str, *, counting: bool) -> str | None:
    field = spellings().get(joined)
    if counting and field is not None and joined.endswith("s"):
        count = by_name().get(f"{field.name}_count")
        if count is not None:
            return count.name
    if field is not None and field.kind in ("number", "count") and field.source != "image":
        return field.name
    metric = vocabulary.index("metric").get(joined)
    if metric is not None:
        return metric.name
    if len(joined) < 3 or joined in words("model_words"):
        return None  # "best models" names no setting, though a script may have one called model
    stored = reading.lexicon.lookup([joined]).get(joined, ())
    kinds = ("metric", "hyperparameter", "layer_fact")
    return next((one.value for one in stored if one.kind in kinds), None)


def is_result(connection: apsw.Connection | None, name: str) -> bool:
    """Return whether a name is that of a result: of the vocabulary, or one that was recorded."""
    if vocabulary.find("metric", name) is not None:
        return True
    if connection is None or name in by_name():
        return False
    sql = "SELECT 1 FROM metric WHERE name = ? LIMIT 1"
    return connection.execute(sql, (name,)).fetchone() is not None


def higher_is_better(reading: Reading, name: str) -> bool | None:
    """Return whether a result is the better the higher it is, as the vocabulary or those that
    recorded it say; None where nobody does.
    """
    term = vocabulary.find("metric", name)
    if term is not None:
        return term.higher_is_better
    connection = reading.lexicon.connection
    if connection is None:
        return None
    sql = "SELECT higher_is_better FROM metric WHERE name = ? AND higher_is_better IS NOT NULL"
    row = connection.execute(f"{sql} LIMIT 1", (name,)).fetchone()
    return None if row is None else bool(row[0])


def usual_metric(reading: Reading) -> str:
    """Return the metric that "best" means: the commonest of the models that the question is about
    (accuracy before others), else of all.
    """
    connection = reading.lexicon.connection
    if connection is None:
        return "accuracy"
    tree = build_tree(reading)
    condition = compile_filter(tree) if tree is not None else Sql("1")
    for one in (condition, Sql("1")):
        row = connection.execute(
            "SELECT name FROM metric WHERE higher_is_better IS NOT NULL AND model IN (SELECT m.id "
            "FROM model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 "
            f"WHERE {one.text}) GROUP BY name "
            "ORDER BY name = 'accuracy' DESC, name LIKE '%loss', count(DISTINCT model) DESC, name "
            "LIMIT 1",
            one.params,
        ).fetchone()
        if row is not None:
            return str(row[0])
    return "accuracy"
