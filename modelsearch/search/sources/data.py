"""Fields of the data that a model is trained on: what it shows, its kind, the part kept."""

from __future__ import annotations

import apsw

from modelsearch import vocabulary
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import Filter
from modelsearch.search.ranking import CANDIDATES
from modelsearch.search.sources.base import Posting, Source, ValueCount, count_by_asking, separated
from modelsearch.search.sources.comparisons import Sql, models_in, names_below, text_of
from modelsearch.search.sources.terms import SHOWN_BY_CODE
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field


def _trained_on(one: Filter) -> str:
    """Return the condition on a row of model_term ``x`` that it is training data, as strictly as
    asked.
    """
    return "x.role = 'train'" + (f" AND {SHOWN_BY_CODE}" if one.strict else "")


class Subject(Source):
    """What the training data shows. A part of a dataset shows what its classes are: the ships of
    CIFAR-10 are no animals.
    """

    def rows(self, field: Field) -> str:
        """Return a query for (model, value), without broader subjects."""
        return (
            "SELECT x.model, u.subject AS value FROM model_term x "
            "JOIN term_subject u ON u.term = x.term WHERE x.role = 'train'"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that the data, or the part of it that was kept, shows a subject."""
        wanted, spellings, others = subject_parameters(text_of(one))
        part = (
            "EXISTS (SELECT 1 FROM json_each(?) j "
            "WHERE instr(', ' || lower(x.subset) || ',', ', ' || j.value || ','))"
        )
        return models_in(
            # In this order; else SQLite makes an index of all links first.
            "SELECT x.model FROM term_subject u CROSS JOIN model_term x ON x.term = u.term "
            f"WHERE u.subject IN (SELECT value FROM json_each(?)) AND {_trained_on(one)} "
            f"AND (x.subset IS NULL OR {part} OR NOT {part})",
            (wanted, spellings, others),
        )

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models have data that shows each subject."""
        rows = fetch_all(
            connection,
            f"SELECT DISTINCT v.value FROM {CANDIDATES} c "
            f"JOIN ({self.rows(field)}) v ON v.model = c.model",
        )
        found: dict[str, None] = {}
        for (subject,) in rows:
            broader = [name for name, _ in vocabulary.ancestors("subject", subject)]
            found.update(dict.fromkeys((subject, *broader)))
        return count_by_asking(connection, self, field, found)

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets of the terms that show it; models that kept a part are asked."""
        showing = "SELECT term FROM term_subject WHERE subject IN (SELECT value FROM json_each(?))"
        parts = f"SELECT model FROM model_term WHERE subset IS NOT NULL AND term IN ({showing})"
        own = "SELECT subject, term FROM term_subject"
        return (
            Posting("terms", vocabulary=field.vocabulary, chosen=showing, asked=parts, own=own),
        )


class Modality(Source):
    """Kinds of training data: image, text, audio."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return (
            "SELECT x.model, t.modality AS value FROM term t JOIN model_term x ON x.term = t.id "
            "WHERE t.kind = 'dataset' AND t.modality IS NOT NULL AND x.role = 'train'"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that the training data is of a kind."""
        wanted = self.value_test("value", field, one)
        strict = f" AND {SHOWN_BY_CODE}" if one.strict else ""
        return Sql(
            f"(m.id IN (SELECT model FROM ({self.rows(field)}{strict}) WHERE {wanted.text}))",
            wanted.params,
        )

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the sets of the terms of that kind of data."""
        chosen = (
            "SELECT t.id FROM json_each(?) j JOIN term t "
            "ON t.kind = 'dataset' AND t.modality = j.value COLLATE NOCASE"
        )
        listed = "SELECT modality, id FROM term WHERE kind = 'dataset' AND modality IS NOT NULL"
        return (Posting("terms", chosen=chosen, listed=listed, own=listed),)


class Subset(Source):
    """Parts of data that were kept; a cell holds class names joined by commas."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value), a row for each class."""
        return (
            f"SELECT x.model, p.value AS value FROM model_term x, {separated('x.subset')} p "
            "WHERE x.subset IS NOT NULL"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that a class was kept; its name counts whole."""
        return super().condition(field, Filter(one.field, "=", text_of(one)))


@vocabulary.remembered
def subject_parameters(subject: str) -> tuple[str, str, str]:
    """Return, as JSON: the subject and narrower ones, their spellings, all other spellings."""
    wanted = names_below("subject", subject)
    spellings: list[str] = []
    others: list[str] = []
    for term in vocabulary.terms("subject"):
        chosen = spellings if term.name in wanted else others
        chosen.extend(spelling.lower() for spelling in term.spellings)
    if not spellings:
        spellings.append(subject.lower())
    others = [spelling for spelling in others if spelling not in spellings]
    return texts_json(wanted), texts_json(spellings), texts_json(others)
