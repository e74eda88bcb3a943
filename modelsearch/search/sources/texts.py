"""Fields that are found in texts: words in a model's texts, a model by its id or path."""

from __future__ import annotations

import apsw

from modelsearch.records.question import Filter
from modelsearch.search.sources.base import Posting, Source, ValueCount
from modelsearch.search.sources.columns import Model
from modelsearch.search.sources.comparisons import Sql, models_in, text_of, with_ids
from modelsearch.search.wordforms import forms, is_eastern
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields.field import Field

_PASSAGES = "SELECT rowid FROM passage_fts WHERE passage_fts MATCH ?"
_MODELS = (
    "SELECT p.model FROM passage_fts JOIN passage p ON p.id = passage_fts.rowid "
    "WHERE passage_fts MATCH ?"
)


class Text(Source):
    """Words of the texts that are kept of a model; they can be looked for, not listed."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return "SELECT model, text AS value FROM passage"

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that a passage has the words, in this order."""
        words = text_of(one).replace('"', '""').replace("\0", " ")
        if not normalise(words):
            return Sql("(1)")  # only signs: nothing to look for
        if is_eastern(words):
            return models_in(
                "SELECT p.model FROM passage p WHERE instr(p.text, ?) > 0 OR instr(p.title, ?) > 0",
                (text_of(one), text_of(one)),
            )
        match = " OR ".join(f'"{form}"' for form in forms(words))
        if one.op != "word":
            return models_in(_MODELS, (match,), _PASSAGES)
        # As spelled, but for an s at its end: no other form of the word.
        spelled = "instr(lower(p.title || ' ' || p.text), ?) > 0"
        return models_in(
            f"{_MODELS} AND {spelled}", (match, text_of(one).lower().removesuffix("s"))
        )

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return nothing: texts are no values."""
        return []


class Reference(Model):
    """A model by its id, or by a part of its id or path."""

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that this is the model, or one of several, or that its id or path
        has the part.
        """
        if one.op == "=":
            return Sql("(m.model_id = ?)", (text_of(one),))
        if one.op == "among" and isinstance(one.value, tuple):
            return with_ids(one.value)
        if one.op == "like":
            # The whole id, or what follows one of its parts: scripts are called without the folder.
            pattern = text_of(one)
            return Sql(
                "(m.model_id LIKE ? ESCAPE '\\' OR m.model_id LIKE ? ESCAPE '\\')",
                (pattern, f"%\\_{pattern}"),
            )
        return Sql(
            "(instr(lower(m.model_id), lower(?)) > 0 OR instr(lower(m.path), lower(?)) > 0)",
            (text_of(one), text_of(one)),
        )

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the texts: id and path, a zero between them."""
        both = "lower(model_id) || char(0) || lower(path)"
        return (Posting("parts", f"SELECT {both}, id FROM model WHERE id {{inside}}"),)


class Path(Model):
    """A model's path, relative to the folder that was indexed."""

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return where the paths stand: behind the ids of the field ``model``."""
        return (Posting("parts", behind="model"),)


class Contradiction(Source):
    """The fields of which a text beside the code says something else than the code."""

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return "SELECT model, field AS value FROM evidence WHERE agrees = 0 AND kind <> 'code'"
