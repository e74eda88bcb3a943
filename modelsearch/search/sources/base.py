"""What every source of fields does, over one relation of models and values.

A source says in :meth:`Source.rows` where its values stand: a query for (model, value). Filter,
count, order and "is it known" are made from that query here, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import apsw

from modelsearch import vocabulary
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import Filter
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any
from modelsearch.search.ranking import CANDIDATES
from modelsearch.search.sources.comparisons import Sql, comparison, models_in, names_below
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field

#: A value and how many models have it.
ValueCount = tuple[Any, int]


#: Takes the models whose ids lie between two bounds, or those of a JSON list.
BETWEEN, LISTED = "BETWEEN ?1 AND ?2", "IN (SELECT value FROM json_each(?))"


@frozen
class Posting:
    """The stored sets that a large catalogue keeps of a field (``search.large.postings``).

    ``kind`` is ``names`` (a set for each value), ``terms`` (for each linked term), ``numbers`` (for
    frequent numbers and for ranges of the others), ``days`` (for years, months and days), ``known``
    (only for having a value), or ``parts`` (no sets: the texts themselves, in lower case, for
    finding a part of one). ``rows`` is a query for (value, model) without unknown
    values, ``{inside}`` standing behind the model; none where other fields' sets are read.
    ``many`` says that a value joins several by commas. A name finds the sets of narrower names of
    ``vocabulary``, too.

    Sets of terms are chosen by ``chosen``, a query for terms by a JSON list of names; ``asked`` is
    one for the models of which those sets do not tell, ``listed`` one for (name, term) of all,
    ``own`` the same without broader names.
    Texts without ``rows`` stand in those of another field, ``behind`` what is its own.
    """

    kind: str
    rows: str = ""
    many: bool = False
    vocabulary: str = ""
    chosen: str = ""
    asked: str = ""
    listed: str = ""
    own: str = ""
    behind: str = ""

    def within(self, inside: str) -> str:
        """Return the query for (value, model) of some models: :data:`BETWEEN`, :data:`LISTED`."""
        return self.rows.format(inside=inside)


class Source:
    """A place where values of fields stand.

    The five methods are what the rest of the program asks: :meth:`condition`, :meth:`known`,
    :meth:`order`, :meth:`count` and :meth:`posting`. A new source needs :meth:`rows`; it overrides
    the others where its values can be had more directly, or where a filter finds more than the
    values themselves. ``everyone`` says that each model has a value, 0 where nothing is recorded.
    """

    everyone = False

    def rows(self, field: Field) -> str:
        """Return a query for (model, value), a row for each value that a model has."""
        raise NotImplementedError

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition on ``model m`` that its value satisfies a filter."""
        wanted = self.value_test("value", field, one)
        return models_in(
            f"SELECT model FROM ({self.rows(field)}) WHERE {wanted.text}", wanted.params
        )

    def known(self, field: Field) -> Sql:
        """Return the condition on ``model m`` that it has a value."""
        return Sql(f"(m.id IN (SELECT model FROM ({self.rows(field)})))")

    def order(self, field: Field, best: str) -> str:
        """Return an expression of the value that ``model m`` is sorted by, without parameters.

        ``best`` is ``max`` or ``min``: which of several values comes first.
        """
        return f"(SELECT {best}(value) FROM ({self.rows(field)}) WHERE model = m.id)"

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have each value, as a filter would find them."""
        rows = fetch_all(
            connection,
            f"SELECT DISTINCT v.value, c.model FROM {CANDIDATES} c "
            f"JOIN ({self.rows(field)}) v ON v.model = c.model",
        )
        return counted(rows, field)

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets that a large catalogue keeps of the field; none: SQL is asked."""
        return ()

    def value_test(self, expression: str, field: Field, one: Filter) -> Sql:
        """Return the condition that an expression of a value satisfies a filter."""
        if field.vocabulary and one.op == "=":
            names = texts_json(names_below(field.vocabulary, str(one.value)))
            among = "(SELECT value FROM json_each(?))"
            return Sql(f"{expression} COLLATE NOCASE IN {among}", (names,))
        return comparison(expression, field.kind, one)


def counted(rows: Iterable[tuple[Any, int]], field: Field) -> list[ValueCount]:
    """Return how many models each value has, from (value, model).

    Names that differ in case alone are one, spelt as most models have it; a name of the vocabulary
    counts for broader names, too.
    """
    spellings: dict[object, dict[Any, int]] = {}
    models: dict[object, set[int]] = {}
    for value, model in rows:
        key = folded(value) if isinstance(value, str) else value
        seen = spellings.setdefault(key, {})
        seen[value] = seen.get(value, 0) + 1
        models.setdefault(key, set()).add(model)
    named = {
        key: max(seen.items(), key=lambda one: (one[1], str(one[0])))[0]
        for key, seen in spellings.items()
    }
    if field.vocabulary:
        for key, value in list(named.items()):
            for broader, _ in vocabulary.ancestors(field.vocabulary, str(value)):
                above = folded(broader)
                named.setdefault(above, broader)
                models[above] = models.get(above, set()) | models[key]
    return [(named[key], len(found)) for key, found in models.items()]


def count_by_asking(
    connection: apsw.Connection, source: Source, field: Field, values: Iterable[Any]
) -> list[ValueCount]:
    """Return how many candidate models each value's filter finds; for sources whose filters find
    more than equal values.
    """
    found = []
    for value in values:
        sql = source.condition(field, Filter(field.name, "=", value))
        rows = fetch_all(
            connection,
            f"SELECT count(*) FROM {CANDIDATES} c CROSS JOIN model m ON m.id = c.model "
            f"WHERE {sql.text}",
            sql.params,
        )
        found.append((value, int(rows[0][0])))
    return [(value, count) for value, count in found if count]


@cache
def folded(text: str) -> str:
    """Return a text in lower case as SQLite's lower() and NOCASE know it: the letters of ASCII."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def separated(expression: str) -> str:
    """Return SQL for a table of what commas separate in a text."""
    escaped = f"replace(replace({expression}, '\\', '\\\\'), '\"', '\\\"')"
    return f"json_each('[\"' || replace({escaped}, ', ', '\",\"') || '\"]')"
