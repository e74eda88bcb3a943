"""Fields that are terms of the vocabulary, linked to models: families, data, libraries, devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import apsw

from modelsearch import vocabulary
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import Filter
from modelsearch.search.ranking import CANDIDATES
from modelsearch.search.sources.base import Posting, Source, ValueCount, folded, separated
from modelsearch.search.sources.comparisons import (
    Sql,
    literal,
    literals,
    models_in,
    names_below,
    text_of,
)
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field

#: Techniques that a main stage also states in a column of its own.
STATED_IN_STAGES: dict[str, str] = {
    "weight decay": "weight_decay > 0",
    "EMA": "ema IS NOT NULL",
    "mixed precision": "mixed_precision IS NOT NULL",
    "gradient accumulation": "gradient_accumulation > 1",
    "learning rate schedule": "scheduler IS NOT NULL",
}
_BELOW = (
    "SELECT x.model, t.name AS value FROM term t JOIN term_ancestor a ON a.ancestor = t.id "
    "CROSS JOIN model_term x ON x.term = a.term WHERE t.kind = {kind}"
)
_TRAIN = "x.role = 'train'"
#: Of a row of model_term ``x``: code bears it out.
SHOWN_BY_CODE = "x.strength = 'code'"


class Term(Source):
    """A term and everything narrower; of data what the model is trained on."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value): links, with broader terms, and what counts beside."""
        return " UNION ALL ".join([self.linked(field), *self.beyond(field)])

    def linked(self, field: Field, *, strict: bool = False, join: str = "JOIN") -> str:
        """Return the query for (model, value) of links; ``strict``: of those that code shows.

        With ``join`` CROSS JOIN the terms are read before their links, which is right where most
        links are wanted. Left to itself SQLite may read all links and try every term for each.
        """
        role = f" AND {_TRAIN}" if field.vocabulary == "dataset" else ""
        shown = f" AND {SHOWN_BY_CODE}" if strict else ""
        return _BELOW.format(kind=literal(field.vocabulary), join=join) + role + shown

    def every_row(self, field: Field) -> str:
        """Return :meth:`rows` for reading most of them, not those of a few models."""
        return self.linked(field, join="CROSS JOIN")

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition on ``model m`` that it has a term."""
        wanted = self.value_test("value", field, one)
        rows = self.linked(field, strict=True) if one.strict else self.rows(field)
        return models_in(f"SELECT model FROM ({rows}) WHERE {wanted.text}", wanted.params)

    def known(self, field: Field) -> Sql:
        """Return the condition that it has a term."""
        return Sql(f"(m.id IN (SELECT model FROM ({self.every_row(field)})))")

    def value_test(self, expression: str, field: Field, one: Filter) -> Sql:
        """Return the condition on a name; narrower terms stand in the rows."""
        return Sql(f"{expression} = ? COLLATE NOCASE", (text_of(one),))

    def order(self, field: Field, best: str) -> str:
        """Return the first term of the model's own, as it is shown."""
        role = f" AND {_TRAIN}" if field.vocabulary == "dataset" else ""
        return (
            "(SELECT t.name FROM model_term x JOIN term t ON t.id = x.term WHERE x.model = m.id "
            f"AND t.kind = {literal(field.vocabulary)}{role} ORDER BY x.position LIMIT 1)"
        )

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have each term or a narrower one.

        Links of terms that are related are read once and counted for all their broader terms here:
        SQLite would sort a row for each of these, which takes several times as long.
        """
        broader = _broader_names(connection, field)
        beyond = self.beyond(field)
        alone = {} if beyond else _alone(broader)
        counts = [
            (alone[term], count)
            for term, count in self._links(connection, field, alone, "count(*)", "GROUP BY x.term")
        ]
        found: dict[str, set[int]] = {}
        related = [term for term in broader if term not in alone]
        for term, model in self._links(connection, field, related, "x.model"):
            for name in broader[term]:
                found.setdefault(name, set()).add(model)
        for query in beyond:
            sql = f"SELECT v.value, c.model FROM ({query}) v CROSS JOIN {CANDIDATES} c "
            for name, model in fetch_all(connection, f"{sql} ON c.model = v.model"):
                found.setdefault(name, set()).add(model)
        return [*counts, *_in_any_case(found)]

    def _links(
        self,
        connection: apsw.Connection,
        field: Field,
        terms: Iterable[int],
        value: str,
        grouped: str = "",
    ) -> list[tuple[int, int]]:
        """Return (term, value) of the candidate models' links to some terms."""
        role = f" AND {_TRAIN}" if field.vocabulary == "dataset" else ""
        return fetch_all(
            connection,
            f"SELECT x.term, {value} FROM json_each(?) j CROSS JOIN model_term x "
            f"ON x.term = j.value CROSS JOIN {CANDIDATES} c ON c.model = x.model{role} {grouped}",
            (numbers_json(terms),),
        )

    def beyond(self, field: Field) -> list[str]:
        """Return queries for (model, value) of what counts beside the links."""
        return []

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets by term; those of narrower terms are joined when they are read."""
        kind = literal(field.vocabulary)
        role = f" AND {_TRAIN}" if field.vocabulary == "dataset" else ""
        return (
            Posting(
                "terms",
                "SELECT x.term, x.model FROM model_term x JOIN term t ON t.id = x.term "
                f"WHERE x.model {{inside}} AND t.kind = {kind}{role}",
                chosen="SELECT a.term FROM term t JOIN term_ancestor a ON a.ancestor = t.id "
                f"WHERE t.kind = {kind} AND t.name IN (SELECT value FROM json_each(?))",
                listed="SELECT t.name, a.term FROM term t JOIN term_ancestor a "
                f"ON a.ancestor = t.id WHERE t.kind = {kind}",
                own=f"SELECT name, id FROM term WHERE kind = {kind}",
            ),
        )


class Framework(Term):
    """Libraries; the framework that a model is trained with counts, linked or not."""

    def beyond(self, field: Field) -> list[str]:
        """Return the query for the framework that a model is trained with."""
        return ["SELECT id AS model, framework AS value FROM model WHERE framework <> ''"]

    def every_row(self, field: Field) -> str:
        """Return the same query: a union is read as it is written."""
        return self.rows(field)

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition on ``model m`` that it is written with a library: its own one is
        looked at first, as a list of those that are linked to one is half of all models.
        """
        linked = f"SELECT model FROM ({self.linked(field)}) WHERE value = ? COLLATE NOCASE"
        own = "framework = ? COLLATE NOCASE"
        return Sql(
            f"(coalesce(m.{own}, 0) OR m.id IN ({linked}))",
            (text_of(one), text_of(one)),
            f"{linked} UNION ALL SELECT id FROM model WHERE {own}",
        )

    def order(self, field: Field, best: str) -> str:
        """Return the framework that is shown."""
        return "m.framework"

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets by term and by the model's own framework."""
        own = "SELECT framework, id FROM model WHERE id {inside} AND framework <> ''"
        return (*super().posting(field), Posting("names", own))


class Technique(Term):
    """Techniques; some are also stated by a column of the main stage, or are losses."""

    def beyond(self, field: Field) -> list[str]:
        """Return the queries for the techniques that columns and losses state."""
        return [*_stated([term.name for term in vocabulary.terms(field.vocabulary)])]

    def every_row(self, field: Field) -> str:
        """Return the same query: a union is read as it is written."""
        return self.rows(field)

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition; it asks only where this technique may be stated."""
        rows = self._rows_of(field, [text_of(one)], strict=one.strict)
        return Sql(
            f"(m.id IN (SELECT model FROM ({rows}) WHERE value = ? COLLATE NOCASE))",
            (text_of(one),),
        )

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets by term and by what stages state."""
        rows = [
            f"SELECT value, model FROM ({one}) WHERE model {{inside}}" for one in self.beyond(field)
        ]
        stated = (Posting("names", one) for one in rows)
        return (*super().posting(field), *stated)

    def _rows_of(self, field: Field, names: Iterable[str], *, strict: bool = False) -> str:
        return " UNION ALL ".join([self.linked(field, strict=strict), *_stated(names)])


def _broader_names(connection: apsw.Connection, field: Field) -> dict[int, list[str]]:
    """Return of each term of a kind its name and those of broader ones, nearest first."""
    found: dict[int, list[str]] = {}
    for term, name in fetch_all(
        connection,
        "SELECT a.term, t.name FROM term t JOIN term_ancestor a ON a.ancestor = t.id "
        f"WHERE t.kind = {literal(field.vocabulary)} ORDER BY a.distance",
    ):
        found.setdefault(term, []).append(name)
    return found


def _alone(broader: dict[int, list[str]]) -> dict[int, str]:
    """Return the terms, with their names, that have none broader and none narrower."""
    above = {name for names in broader.values() for name in names[1:]}
    return {
        term: names[0]
        for term, names in broader.items()
        if len(names) == 1 and names[0] not in above
    }


def _in_any_case(found: dict[str, set[int]]) -> list[ValueCount]:
    """Return how many models each name has; names that differ in case alone are one."""
    joined: dict[str, tuple[str, set[int]]] = {}
    for name, models in found.items():
        joined.setdefault(folded(name), (name, set()))[1].update(models)
    return [(name, len(models)) for name, models in joined.values()]


def _stated(names: Iterable[str]) -> Iterator[str]:
    """Yield queries for (model, value) of the techniques that stages state."""
    for name in names:
        said = literal(name)
        if name in STATED_IN_STAGES:
            yield (
                f"SELECT model, {said} AS value FROM training_stage "
                f"WHERE main = 1 AND {STATED_IN_STAGES[name]}"
            )
        if vocabulary.find("loss", name):
            among, parts = literals(names_below("loss", name)), separated("g.loss")
            yield (
                f"SELECT g.model, {said} AS value FROM training_stage g, {parts} p "
                f"WHERE g.loss <> '' AND p.value COLLATE NOCASE IN ({among})"
            )
