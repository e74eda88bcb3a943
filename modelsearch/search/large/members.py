"""Which models satisfy a tree of filters, as a set of row ids.

In a small catalogue that is the compiled SQL itself. In a large one each filter becomes a set, read
from the stored ones where there are such (:mod:`modelsearch.search.large.postings`) and from SQL
otherwise, and the tree joins sets. Both give the same answer: where a value is unknown, a number or
date satisfies neither a comparison nor its negation, so negation is pushed down to the filters.
Models that changed since the sets were written are asked by SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import apsw

from modelsearch.records.jsontext import numbers_json, texts_json
from modelsearch.records.question import And, Filter, Node, Not, Or, Sort
from modelsearch.records.structs import replace
from modelsearch.search import memory
from modelsearch.search.compile import (
    NUMBERS_EQUAL_WITHIN,
    Sql,
    compile_filter,
    matching,
    named_together,
    sorted_by,
    sorted_value,
)
from modelsearch.search.large import bitsets
from modelsearch.search.large.lookup import Postings
from modelsearch.search.large.passages import models_by_passage, models_of
from modelsearch.search.large.postings import BLOCK, sortable, union
from modelsearch.search.sources import source_of
from modelsearch.search.sources.base import LISTED, Posting, folded
from modelsearch.search.sources.comparisons import names_below
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import Field, by_name

_PARTS = frozenset({"contains", "phrase"})
_BY_NAME = frozenset({"terms", "names"})
_CERTAIN = frozenset({"exists", "stored"})  #: hold or do not hold, whatever is not known
_COMPARISONS = frozenset({"=", "<", "<=", ">", ">=", "between"})


class Members:
    """Evaluates filters over one open database."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._postings = Postings(connection)
        self.large = self._postings.usable
        self._dirty = self._postings.changed() if self.large else []
        self._leaves: dict[object, int] = {}

    def everything(self) -> int:
        """Return the set of all models."""
        if not self.large:
            return self._by_sql("1", ())
        return self._current(self._all(), "1", ())

    def matching(self, node: Node) -> int:
        """Return the set of models that satisfy ``node``."""
        if not self.large:
            sql = compile_filter(node)
            return self._by_sql(sql.text, sql.params)
        members = self._evaluate(node, negated=False)
        if not self._dirty:
            return members
        sql = compile_filter(node)
        return self._current(members, sql.text, sql.params)

    def any_matching(self, node: Node) -> bool:
        """Return whether any model satisfies ``node``: of a name that has lists without a look at
        what stands in them.
        """
        plain = isinstance(node, Filter) and node.op == "=" and not (node.by or node.strict)
        if isinstance(node, Filter) and plain and self.large and not self._dirty:
            field = by_name().get(node.field)
            stored = source_of(field).posting(field) if field is not None else ()
            by_name_alone = all(one.kind in _BY_NAME and not one.asked for one in stored)
            if field is not None and stored and by_name_alone:
                lists = (self._lists_of(node, field, one) for one in stored)
                return any(map(self._postings.any_of, lists))
        return self.matching(node) > 0

    def _current(self, members: int, condition: str, parameters: tuple[object, ...]) -> int:
        """Ask SQL about the models that changed since the sets were written."""
        if not self._dirty:
            return members
        fresh = self._by_sql_among(self._dirty, condition, parameters)
        return members & ~bitsets.from_ids(self._dirty) | fresh

    def _by_sql(self, condition: str, parameters: tuple[object, ...]) -> int:
        rows = fetch_all(self._connection, matching(condition), parameters)
        return bitsets.from_ids(row[0] for row in rows)

    def _by_sql_among(
        self, models: Sequence[int], condition: str, parameters: Sequence[object]
    ) -> int:
        """Ask SQL about some models only."""
        if not models:
            return 0  # which SQL may take its time to find out
        return self._by_sql(
            f"{condition} AND m.id IN (SELECT value FROM json_each(?))",
            (*parameters, numbers_json(models)),
        )

    def _all(self) -> int:
        return self._postings.members(["all"])

    def _evaluate(self, node: Node, *, negated: bool) -> int:
        if isinstance(node, Not):
            return self._evaluate(node.part, negated=not negated)
        if isinstance(node, Filter):
            if node.by is not None:
                return self._evaluate(node.by, negated=negated)
            return self._leaf(node, negated=negated)
        parts = self._of_parts(node, negated=negated)
        if isinstance(node, And) != negated:
            members = parts[0]
            for part in parts[1:]:
                members &= part
            return members
        return union(parts)

    def _of_parts(self, node: And | Or, *, negated: bool) -> list[int]:
        """Return the sets of the parts of a node; models named by their ids are one of them."""
        ids, others = (None, node.parts) if negated else named_together(node)
        together = [] if ids is None else [self._by_sql(ids.text, ids.params)]
        return [*together, *(self._evaluate(part, negated=negated) for part in others)]

    def _leaf(self, one: Filter, *, negated: bool) -> int:
        """Return the set of one filter, evaluated once: questions ask of it again and again."""
        key = (*one.key, one.strict, one.split, negated)
        if key not in self._leaves:
            self._leaves[key] = self._evaluated(one, negated=negated)
        return self._leaves[key]

    def _evaluated(self, one: Filter, *, negated: bool) -> int:
        field = by_name().get(one.field)
        found = self._stored(one, field) if field is not None else None
        if found is None and negated and one.op in _CERTAIN:
            return self._all() & ~self._leaf(one, negated=False)  # most models, as a rule
        if found is None:
            return self._asked(compile_filter(Not(one) if negated else one))
        members, known = found
        return known() & ~members if negated else members

    def _asked(self, sql: Sql) -> int:
        """Ask SQL about all models; a server keeps the last answers, which may take a second, and
        those that it asked ahead.
        """
        together = memory.shared(self._connection)
        ahead = None if together is None else together.known(_name_of(sql))
        if ahead is not None:
            return int(ahead)
        return memory.latest(self._connection, "answers of SQL", sql, lambda: self._found(sql))

    def _found(self, sql: Sql) -> int:
        """Return the models that SQL finds, by the shortest of its ways."""
        models = models_by_passage(self._connection) if sql.passages else None
        if models is not None:
            return models_of(models, self._connection.execute(sql.passages, sql.params))
        if not sql.rows:
            return self._by_sql(sql.text, sql.params)
        rows = fetch_all(self._connection, sql.rows, sql.params)
        return bitsets.from_ids(row[0] for row in rows if row[0] is not None)

    def _stored(self, one: Filter, field: Field) -> tuple[int, Callable[[], int]] | None:
        """Return the models that satisfy a filter and those where it can be said, if stored."""
        stored = source_of(field).posting(field)
        if not stored or one.strict:
            return None
        if stored[0].kind == "parts":
            parts = self._with_part(one, field, stored[0]) if one.op in _PARTS else None
            return None if parts is None else (parts, self._all)
        known: Callable[[], int] = self._all
        if one.op == "exists":
            found = self._has(field.name) if stored[0].rows else None
        elif stored[0].kind == "days":
            found = self._days(one, field)
            known = self._all if one.value == (None, None) else lambda: self._has(field.name)
        elif stored[0].kind == "numbers":
            found, known = self._numbers(one, field, stored[0]), lambda: self._has(field.name)
        elif one.op == "=" and isinstance(one.value, str) and stored[0].kind != "known":
            found = union(self._named(one, field, posting) for posting in stored)
        else:
            found = None
        return None if found is None else (found, known)

    def _with_part(self, one: Filter, field: Field, posting: Posting) -> int | None:
        """Return the models whose text has a part; None where texts are not packed."""
        behind = bool(posting.behind)
        blocks = self._postings.texts(by_name()[posting.behind or field.name])
        if not blocks:
            return None
        part = folded(str(one.value))
        return memory.latest(
            self._connection,
            "models with a part",
            (field.name, part),
            lambda: union(
                bitsets.from_ids(texts.places_with(part, behind=behind)) << block * BLOCK
                for block, texts in blocks
            ),
        )

    def _has(self, what: str) -> int:
        return self._postings.members([f"has {what}"])

    def _named(self, one: Filter, field: Field, posting: Posting) -> int:
        """Return the models that have a name or a narrower one."""
        members = self._postings.members(self._lists_of(one, field, posting))
        if not posting.asked:
            return members
        wanted = (texts_json(_names_of(one, posting)),)
        asked = [row[0] for row in fetch_all(self._connection, posting.asked, wanted)]
        sql = compile_filter(one)
        fitting = self._by_sql_among(asked, sql.text, sql.params)
        return members & ~bitsets.from_ids(asked) | fitting

    def _lists_of(self, one: Filter, field: Field, posting: Posting) -> set[str]:
        """Return the lists that have the models with a name or a narrower one."""
        names = _names_of(one, posting)
        if posting.kind == "names":
            return {f"{field.name} {folded(each)}" for each in names}
        terms = fetch_all(self._connection, posting.chosen, (texts_json(names),))
        return {f"term {row[0]}" for row in terms}

    def _days(self, one: Filter, field: Field) -> int | None:
        if one.op != "in" or not isinstance(one.value, tuple) or len(one.value) != 2:
            return None
        start, end = (None if bound is None else str(bound) for bound in one.value)
        if start is None and end is None:
            return self._has(field.name)
        if (start or end or "").startswith("--"):
            return self._months_of_any_year(start or "--01-01", end or "--13-01", field.name)
        try:
            first = date.fromisoformat(start) if start else date.min
            last = date.fromisoformat(end) if end else date.max
        except ValueError:  # a time of day, or a day of any year
            return None
        return union(
            self._postings.between(f"{field.name} {unit} {low}", f"{field.name} {unit} {high}")
            for unit, low, high in calendar_pieces(first, last)
        )

    def _months_of_any_year(self, start: str, end: str, name: str) -> int | None:
        """Return the models of whole months, whatever the year."""
        if start[-3:] != "-01" or end[-3:] != "-01" or start >= end:
            return None
        prefix = f"{name} month "
        months = self._postings.names(prefix, prefix[:-1] + "!")
        return self._postings.members(m for m in months if start[2:4] <= m[-2:] < end[2:4])

    def _numbers(self, one: Filter, field: Field, posting: Posting) -> int | None:
        bounds = _bounds(one)
        if bounds is None:
            return None
        low, high, with_low, with_high = bounds
        name = field.name
        if low > high:
            return 0
        first, last = sortable(low), sortable(high)
        exact = self._postings.between(
            f"{name} ={first}" + ("" if with_low else "\0"),
            f"{name} ={last}" + ("\0" if with_high else ""),
        )
        inner = self._postings.between(f"{name} ~{first[:4]}\0", f"{name} ~{last[:4]}")
        edges = self._postings.members({f"{name} ~{first[:4]}", f"{name} ~{last[:4]}"})
        return exact | inner | self._checked(edges, posting, bounds)

    def _checked(
        self, members: int, posting: Posting, bounds: tuple[float, float, bool, bool]
    ) -> int:
        """Ask the rows whose numbers lie in a range that a bound cuts."""
        low, high, with_low, with_high = bounds
        models = numbers_json(bitsets.ids_of(members))
        rows = self._connection.execute(posting.within(LISTED), (models,))
        return bitsets.from_ids(
            model
            for value, model in rows
            if (low <= value if with_low else low < value)
            and (value <= high if with_high else value < high)
        )


def _names_of(one: Filter, posting: Posting) -> Sequence[str]:
    """Return the name that a filter asks for with its narrower ones, where there are some."""
    name = str(one.value)
    return names_below(posting.vocabulary, name) if posting.vocabulary else (name,)


def ask_ahead(connection: apsw.Connection, node: Node) -> None:
    """Let a server keep the answer of SQL to a filter for good."""
    sql = compile_filter(node)
    memory.kept(connection, _name_of(sql), lambda _: Members(connection).matching(node))


def _name_of(sql: Sql) -> str:
    return f"models of {sql.text} {sql.params}"


def having_value(connection: apsw.Connection, sort: Sort) -> int:
    """Return the models that may have a value to sort by; where each has a number, without those
    that have 0.
    """
    _, known = sorted_value(sort)
    if source_of(sorted_by(sort.field)).everyone:
        known = replace(known, op="exists", value=None)
    return Members(connection).matching(known)


def calendar_pieces(first: date, last: date) -> list[tuple[str, str, str]]:
    """Cut the days from ``first`` up to ``last`` (left out) into years, months and days.

    Each piece is a unit and the range of that unit's names, the end left out.
    """
    pieces: list[tuple[str, str, str]] = []
    if first >= last:
        return pieces
    month_from, month_to = _month_up(first), date(last.year, last.month, 1)
    if month_from is None or month_from > month_to:
        return [("day", first.isoformat(), last.isoformat())]
    pieces.append(("day", first.isoformat(), month_from.isoformat()))
    year_from = date(month_from.year + (month_from.month > 1), 1, 1)
    year_to = date(month_to.year, 1, 1)
    if year_from <= year_to:
        pieces.append(("month", month_from.isoformat()[:7], year_from.isoformat()[:7]))
        pieces.append(("year", f"{year_from.year:04}", f"{year_to.year:04}"))
        pieces.append(("month", year_to.isoformat()[:7], month_to.isoformat()[:7]))
    else:
        pieces.append(("month", month_from.isoformat()[:7], month_to.isoformat()[:7]))
    pieces.append(("day", month_to.isoformat(), last.isoformat()))
    return [piece for piece in pieces if piece[1] < piece[2]]


def _month_up(day: date) -> date | None:
    """Return the first of a month on or after ``day``."""
    if day.day == 1:
        return day
    if (day.year, day.month) >= (9999, 12):
        return None
    return (date(day.year, day.month, 1) + timedelta(days=32)).replace(day=1)


def _bounds(one: Filter) -> tuple[float, float, bool, bool] | None:
    """Return low and high bound of a comparison, and whether each belongs to it."""
    infinity = float("inf")
    if one.op == "between" and isinstance(one.value, tuple):
        low, high = one.value
        if not _is_number(low) or not _is_number(high):
            return None
        return float(low), float(high), True, True  # type: ignore[arg-type]
    if one.op not in _COMPARISONS or not _is_number(one.value):
        return None
    value = float(one.value)  # type: ignore[arg-type]
    if one.op == "=":
        gap = abs(value) * NUMBERS_EQUAL_WITHIN if isinstance(one.value, float) else 0.0
        return value - gap, value + gap, True, True
    if one.op[0] == "<":
        return -infinity, value, True, one.op == "<="
    return value, infinity, one.op == ">=", True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53
