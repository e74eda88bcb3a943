"""Fields of pictures. Asked of models: of at least one of a model's pictures."""

from __future__ import annotations

import apsw

from modelsearch.records.question import Filter
from modelsearch.search.ranking import CANDIDATES
from modelsearch.search.sources.base import (
    Posting,
    Source,
    ValueCount,
    count_by_asking,
    separated,
)
from modelsearch.search.sources.comparisons import (
    Sql,
    comparison,
    literal,
    number_satisfies,
    number_test,
    text_of,
)
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields.field import Field
from modelsearch.vocabulary.picture_words import COLOURS, word_forms

_SETTING = "setting "


class Image(Source):
    """A column of a picture."""

    def pictures(self, field: Field) -> str:
        """Return a query for (image, value), a row for each value that a picture has."""
        value = field.picture
        return f"SELECT i.id AS image, {value} AS value FROM image i WHERE {value} IS NOT NULL"

    def rows(self, field: Field) -> str:
        """Return a query for (model, value)."""
        return (
            f"SELECT o.model, v.value FROM ({self.pictures(field)}) v "
            "JOIN image o ON o.id = v.image WHERE o.model IS NOT NULL"
        )

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that one of the model's pictures satisfies a filter."""
        inner = self.of_picture(field, one)
        of_one = f"SELECT i.model FROM image i WHERE i.model IS NOT NULL AND {inner.text}"
        return Sql(f"(m.id IN ({of_one}))", inner.params)

    def of_picture(self, field: Field, one: Filter) -> Sql:
        """Return the condition on ``image i`` itself."""
        return of_column(field, one)


class Setting(Image):
    """A setting that a generator wrote into a picture; a text holds several names, by commas."""

    def pictures(self, field: Field) -> str:
        """Return a query for (image, value)."""
        named = f"name = {literal(field.column)}"
        if field.kind == "number":
            return (
                f"SELECT image, number AS value FROM image_setting WHERE {named} "
                "AND number IS NOT NULL"
            )
        return (
            "SELECT DISTINCT s.image, trim(p.value) AS value FROM image_setting s, "
            f"{separated('s.text')} p WHERE s.{named} AND trim(p.value) <> ''"
        )

    def of_picture(self, field: Field, one: Filter) -> Sql:
        """Return the condition that the picture has the setting, or such a value of it."""
        wanted = Sql("1") if one.op == "exists" else self.value_test("value", field, one)
        inside = f"SELECT image FROM ({self.pictures(field)}) WHERE {wanted.text}"
        return Sql(f"(i.id IN ({inside}))", wanted.params)


class Colour(Image):
    """Colours that dominate a picture."""

    def pictures(self, field: Field) -> str:
        """Return a query for (image, value)."""
        return "SELECT image, colour AS value FROM image_colour"

    def of_picture(self, field: Field, one: Filter) -> Sql:
        """Return the condition that the colour is one of the picture's."""
        if one.op == "exists":
            return Sql("(i.id IN (SELECT image FROM image_colour))")
        colour = COLOURS.get(text_of(one).lower(), text_of(one))
        return Sql("(i.id IN (SELECT image FROM image_colour WHERE colour = ?))", (colour,))


class _Words(Image):
    """Words, which are found in other forms, too; so each value is counted by asking for it."""

    def count(self, connection: apsw.Connection, field: Field) -> list[ValueCount]:
        """Return how many of the candidate models each value finds."""
        rows = fetch_all(
            connection,
            f"SELECT DISTINCT v.value FROM {CANDIDATES} c "
            f"JOIN ({self.rows(field)}) v ON v.model = c.model",
        )
        return count_by_asking(connection, self, field, [value for (value,) in rows])


class Word(_Words):
    """Words of a picture's name or prompt; names of models count as names of their pictures."""

    def pictures(self, field: Field) -> str:
        """Return a query for (image, value)."""
        return "SELECT image, word AS value FROM image_word"

    def known(self, field: Field) -> Sql:
        """Return the condition that there are pictures: each has a name."""
        return Sql("(m.id IN (SELECT model FROM image WHERE model IS NOT NULL))")

    def of_picture(self, field: Field, one: Filter) -> Sql:
        """Return the condition that the word, in any form, is the picture's."""
        forms = word_forms(text_of(one).lower())
        return Sql(
            "(i.id IN (SELECT image FROM image_word WHERE word IN (SELECT value FROM json_each(?)))"
            " OR coalesce(i.model IN "
            "(SELECT n.id FROM model n, json_each(?) j WHERE instr(' ' || replace(replace(replace("
            "lower(n.model_id), '_', ' '), '-', ' '), '/', ' ') || ' ', ' ' || j.value || ' ')), "
            "0))",
            (forms, forms),
        )


class Prompt(_Words):
    """Words of the prompt that a generator wrote into a picture."""

    def pictures(self, field: Field) -> str:
        """Return a query for (image, value)."""
        return "SELECT id AS image, prompt AS value FROM image WHERE prompt IS NOT NULL"

    def of_picture(self, field: Field, one: Filter) -> Sql:
        """Return the condition that the prompt has the words."""
        if one.op == "exists":
            return Sql("(i.prompt IS NOT NULL)")
        return Sql(
            "(i.id IN (SELECT image FROM image_word WHERE source = 'prompt' "
            "AND word IN (SELECT value FROM json_each(?))) "
            "OR coalesce(instr(lower(i.prompt), lower(?)) > 0, 0))",
            (word_forms(text_of(one).lower()), text_of(one)),
        )


class Rows(Source):
    """How many rows of a table a model has: pictures, runs, stages. A model without any has 0, for
    filters, lists and orders alike; whether it has any is asked by ``has:images``.
    """

    everyone = True
    #: What is counted of a model's rows.
    number = "count(*)"

    def rows(self, field: Field) -> str:
        """Return a query for (model, value), a row for every model."""
        # By the table's index on models, so that of some models no others are counted.
        number = f"(SELECT {self.number} FROM {field.column} WHERE model = o.id)"
        return f"SELECT o.id AS model, {number} AS value FROM model o"

    def condition(self, field: Field, one: Filter) -> Sql:
        """Return the condition that the number satisfies a filter. Those that have a row are
        counted once for all; the others are asked for where 0 satisfies it.
        """
        some = self.value_test(self.number, field, one)
        having = f"SELECT model FROM {field.column} WHERE model IS NOT NULL"
        counted = f"m.id IN ({having} GROUP BY model HAVING {some.text})"
        without = f" OR m.id NOT IN ({having})" if number_satisfies(0, one) else ""
        return Sql(f"({counted}{without})", some.params)

    def value_test(self, expression: str, field: Field, one: Filter) -> Sql:
        """Return the condition on the number."""
        return number_test(expression, one)

    def known(self, field: Field) -> Sql:
        """Return the condition that there is a row."""
        return Sql(f"(m.id IN (SELECT model FROM {field.column} WHERE model IS NOT NULL))")

    def order(self, field: Field, best: str) -> str:
        """Return the number of rows."""
        return f"(SELECT {self.number} FROM {field.column} WHERE model = m.id)"

    def posting(self, field: Field) -> tuple[Posting, ...]:
        """Return the set of the models that have one."""
        return (Posting("known", f"SELECT 1, model FROM {field.column} WHERE model {{inside}}"),)


class DifferentRows(Rows):
    """How many different values the rows of a model have, as the column ``value`` of a subquery."""

    number = "count(DISTINCT value)"


def of_column(field: Field, one: Filter) -> Sql:
    """Return the condition on ``image i`` of a field that has a column there."""
    if one.op == "exists":
        return Sql(f"({field.picture} IS NOT NULL)")
    wanted = comparison(field.picture, field.kind, one)
    known_only = field.kind in ("number", "date")
    return wanted if known_only else Sql(f"(coalesce({wanted.text}, 0))", wanted.params)


def of_setting(one: Filter) -> Sql | None:
    """Return the condition on ``image i`` of a generation setting (``setting seed``), else None."""
    if not one.field.startswith(_SETTING):
        return None
    value = (
        Sql("text = ? COLLATE NOCASE", (one.value,))
        if isinstance(one.value, str)
        else number_test("number", one)
    )
    return Sql(
        f"(i.id IN (SELECT image FROM image_setting WHERE name = ? AND {value.text}))",
        (one.field.removeprefix(_SETTING), *value.params),
    )
