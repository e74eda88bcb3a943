"""From a question to an answer: parse, filter, rank, and what the intent asks for beyond that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import apsw

from modelsearch.database import fetch_value, read_meta
from modelsearch.query.compile import compile_filter, compile_images, order_by
from modelsearch.query.fields import by_name
from modelsearch.query.lexicon import Lexicon
from modelsearch.query.model import And, Node, ParsedQuery, conjuncts, leaves
from modelsearch.query.parser import parse
from modelsearch.rows import ImageRow, ModelRow, load_rows
from modelsearch.search import bitsets
from modelsearch.search.members import Members
from modelsearch.search.ordering import NEWEST
from modelsearch.search.pipeline import Filter, Place, Ranking, rank

if TYPE_CHECKING:
    from modelsearch.cohorts import CohortComparison
    from modelsearch.compare import Comparison
    from modelsearch.encoders import Encoder

_NEAREST = 5
_NEWEST = "m.created_at DESC, m.model_id"


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How to answer: ``limit`` 0 gives all; ``today`` fixes relative dates; ``encoder`` 'none'
    ranks by keywords only.
    """

    limit: int = 20
    today: date | None = None
    encoder: str | None = None
    explain: bool = False
    facets: bool = False


@dataclass(slots=True)
class Answer:
    """What was found. ``results`` are ranked rows, ``total`` counts all that satisfy the filters,
    ``nearest`` are marked as such and only there when nothing does.
    """

    parsed: ParsedQuery
    total: int = 0
    results: list[ModelRow] = field(default_factory=list)
    nearest: list[ModelRow] = field(default_factory=list)
    images: list[ImageRow] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    comparison: Comparison | CohortComparison | None = None
    summary: str = ""
    notes: list[str] = field(default_factory=list)
    facets: dict[str, list[tuple[Any, int]]] | None = None
    places: dict[int, Place] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `query --format json` prints."""
        answer: dict[str, Any] = {
            "query": self.parsed.question,
            "intent": self.parsed.intent,
            "filters": self.parsed.filters,
            "text": self.parsed.text,
            "total": self.total,
            "results": [row.as_json() for row in self.results],
            "nearest": [row.as_json() for row in self.nearest],
            "images": [image.as_json() for image in self.images],
            "answer": self.answer,
            "comparison": self.comparison.as_json() if self.comparison else None,
            "summary": self.summary,
            "notes": self.notes,
        }
        if self.facets is not None:
            answer["facets"] = {
                name: [{"value": value, "count": count} for value, count in values]
                for name, values in self.facets.items()
            }
        return answer


def answer(connection: apsw.Connection, question: str, options: QueryOptions) -> Answer:
    """Answer a question in plain words from an open database.

    Raises UsageError for a malformed qualifier.
    """
    lexicon = Lexicon(connection)
    parsed = parse(question, lexicon, today=options.today or date.today())
    return _Answerer(connection, options).answer(parsed)


def compare_cohort_questions(
    connection: apsw.Connection, questions: Sequence[str], today: date | None = None
) -> CohortComparison:
    """Compare the groups of models that some questions name."""
    from modelsearch.cohorts import compare_cohorts

    lexicon = Lexicon(connection)
    answerer = _Answerer(connection, QueryOptions(limit=0, today=today))
    groups = []
    for question in questions:
        parsed = parse(question, lexicon, today=today or date.today())
        groups.append((question, answerer.matching(parsed)))
    return compare_cohorts(connection, groups)


class _Answerer:
    """Answers parsed questions over one connection."""

    def __init__(self, connection: apsw.Connection, options: QueryOptions) -> None:
        self.connection = connection
        self.options = options

    def answer(self, parsed: ParsedQuery) -> Answer:
        """Dispatch on the intent."""
        found = Answer(parsed, notes=list(parsed.notes))
        handlers = {
            "compare": self._compare,
            "images": self._images,
            "count": self._count,
            "values": self._values,
            "details": self._details,
        }
        handlers.get(parsed.intent, self._search)(parsed, found)
        return found

    def matching(self, parsed: ParsedQuery) -> list[int]:
        """Return the row ids of the models of an answer, best first."""
        return [place.model for place in self._rank(parsed, limit=None).places]

    # Each intent fills what it is asked for.

    def _search(self, parsed: ParsedQuery, found: Answer) -> None:
        from modelsearch.summaries import joined, summarise_results

        ranking = self._rank(parsed)
        self._fill(parsed, found, ranking)
        if not ranking.places:
            self._nothing_found(parsed, found)
        elif not parsed.understood:
            found.notes.append(
                "no field or name was recognised, so these are the closest in words and meaning; "
                "`modelsearch fields` lists what can be asked for"
            )
        found.summary = joined(summarise_results(found.results, found.total))
        if self.options.facets and ranking.places:
            from modelsearch.facets import guiding_facets

            found.facets = guiding_facets(self.connection, ranking)

    def _details(self, parsed: ParsedQuery, found: Answer) -> None:
        self._search(parsed, found)
        if not parsed.asked or not found.results:
            return
        from modelsearch.asked import asked_values
        from modelsearch.rows import load_details

        details = load_details(self.connection, [row.rowid for row in found.results])
        found.answer = {
            "models": [
                {"model_id": detail.row.model_id, "values": asked_values(detail, parsed.asked)}
                for detail in details
            ]
        }

    def _compare(self, parsed: ParsedQuery, found: Answer) -> None:
        from modelsearch.cohorts import compare_cohorts
        from modelsearch.compare import compare_models
        from modelsearch.summaries import joined, summarise_cohorts, summarise_comparison

        groups = [(part.question, self.matching(part)) for part in parsed.cohorts]
        for label, members in groups:
            if not members:
                found.notes.append(f"no model matches {label!r}")
        single = [members[0] for _, members in groups if len(members) == 1]
        if parsed.references and len(parsed.references) > 1:
            rowids = self._rowids(parsed.references)
        elif groups and len(single) == len(groups):
            rowids = single
        elif groups:
            everyone = [model for _, members in groups for model in members]
            found.results = self._numbered(list(dict.fromkeys(everyone)))
            found.total = len(found.results)
            cohorts = compare_cohorts(self.connection, groups)
            found.comparison = cohorts
            found.summary = joined(summarise_cohorts(cohorts))
            return
        elif parsed.references:
            rowids = self._rowids(parsed.references)
        else:
            rowids = self.matching(parsed) if parsed.where is not None else []
        if len(rowids) < 2:
            found.notes.append("a comparison needs two models or two groups; name them by id")
        found.results = self._numbered(rowids)
        found.total = len(found.results)
        comparison = compare_models(self.connection, rowids)
        if parsed.asked:
            comparison = comparison.selected(comparison_names(parsed.asked))
        found.comparison = comparison
        found.summary = joined(summarise_comparison(comparison))

    def _images(self, parsed: ParsedQuery, found: Answer) -> None:
        from modelsearch.asked import chosen_images
        from modelsearch.rows import load_images

        where = "1"
        parameters: tuple[Any, ...] = ()
        if parsed.where is not None:
            sql = compile_filter(parsed.where)
            where = (
                "i.model IN (SELECT m.id FROM model m LEFT JOIN training_stage s "
                f"ON s.model = m.id AND s.main = 1 WHERE {sql.text})"
            )
            parameters = tuple(sql.params)
        if parsed.image is not None and parsed.image.where is not None:
            sql = compile_images(parsed.image.where)
            where, parameters = f"{where} AND {sql.text}", (*parameters, *sql.params)
        pictures = chosen_images(load_images(self.connection, where, parameters), parsed.image)
        found.total = len(pictures)
        found.images = pictures[: self.options.limit] if self.options.limit else pictures
        models = list(dict.fromkeys(picture.model_id for picture in pictures))
        found.results = self._numbered(self._rowids(models))
        if not pictures and parsed.where is not None:
            ranking = self._rank(replace(parsed, text=""))
            found.results = self._numbered([place.model for place in ranking.places])
            if not ranking.places:
                self._nothing_found(parsed, found)
        noun = "picture" if found.total == 1 else "pictures"
        found.summary = f"{found.total} {noun} of {_listed(models)}." if pictures else ""
        if not pictures:
            found.summary = "No pictures match."

    def _count(self, parsed: ParsedQuery, found: Answer) -> None:
        ranking = self._rank(parsed)
        self._fill(parsed, found, ranking)
        found.answer = {"count": ranking.total}
        noun = "model" if ranking.total == 1 else "models"
        found.summary = f"{ranking.total} {noun}."
        if parsed.group_by:
            found.answer["group_by"] = parsed.group_by
            found.answer["groups"] = self._values_of(ranking, parsed.group_by)
        if not ranking.places:
            self._nothing_found(parsed, found)

    def _values(self, parsed: ParsedQuery, found: Answer) -> None:
        ranking = self._rank(parsed)
        self._fill(parsed, found, ranking)
        asked = parsed.asked or ["family"]
        fields: list[dict[str, Any]] = [
            {"field": name, "values": self._values_of(ranking, name)} for name in asked
        ]
        found.answer = {"fields": fields, **fields[0]}
        found.summary = "; ".join(
            f"{one['field'].replace('_', ' ')}: "
            + (", ".join(f"{v['value']} ({v['count']})" for v in one["values"]) or "not known")
            for one in fields
        )
        if not ranking.places:
            self._nothing_found(parsed, found)

    # What they share.

    def _rank(self, parsed: ParsedQuery, limit: int | None = -1) -> Ranking:
        """Rank; no more than ``limit`` places are needed (-1: as many as are shown)."""
        where = None
        order = _NEWEST
        if limit == -1:
            limits = [one for one in (parsed.limit, self.options.limit) if one]
            limit = min(limits) if limits else None
        if parsed.where is not None:
            where = _as_filter(parsed.where)
        if parsed.sort is not None:
            order, known = order_by(parsed.sort)
            where = _as_filter(known if parsed.where is None else And((parsed.where, known)))
        # A superlative decides the order; words would only disturb it.
        text = "" if parsed.sort is not None else parsed.text
        return rank(
            self.connection, where, text, self._vectorise, order,
            limit=limit, sort=parsed.sort or NEWEST,
        )  # fmt: skip

    def _fill(self, parsed: ParsedQuery, found: Answer, ranking: Ranking) -> None:
        limits = [limit for limit in (parsed.limit, self.options.limit) if limit]
        shown = ranking.places[: min(limits)] if limits else ranking.places
        found.total = ranking.total
        found.places = {place.model: place for place in shown}
        rows = load_rows(self.connection, [place.model for place in shown])
        found.results = [
            row.ranked(number, found.places[row.rowid].score, found.places[row.rowid].distance)
            for number, row in enumerate(rows, 1)
        ]

    def _nothing_found(self, parsed: ParsedQuery, found: Answer) -> None:
        """Say which filter leaves nothing, and offer what satisfies most of the others."""
        parts = conjuncts(parsed.where)
        known = Members(self.connection)
        sets = [known.matching(part) for part in parts]
        counted = [(part, members.bit_count()) for part, members in zip(parts, sets, strict=True)]
        for part, count in counted:
            if count == 0:
                found.notes.append(f"no model here satisfies {describe(part)}")
        if parts and all(count for _, count in counted):
            culprits = [describe(part) for place, part in enumerate(parts) if _all_but(sets, place)]
            if len(parts) > 1 and culprits:
                found.notes.append(
                    "no model satisfies all of these at once; without "
                    + " or without ".join(culprits)
                    + " there would be some"
                )
        best = _satisfying_most(sets, _NEAREST)
        if len(parts) > 1:
            found.nearest = self._numbered(best)

    def _numbered(self, rowids: Sequence[int]) -> list[ModelRow]:
        rows = load_rows(self.connection, rowids)
        return [row.ranked(number) for number, row in enumerate(rows, 1)]

    def _rowids(self, names: Sequence[str]) -> list[int]:
        sql = "SELECT id FROM model WHERE model_id = ?"
        found = [fetch_value(self.connection, sql, (name,)) for name in names]
        return [rowid for rowid in found if rowid is not None]

    def _values_of(self, ranking: Ranking, name: str) -> list[dict[str, Any]]:
        from modelsearch.facets import values_among

        asked = by_name().get(name)
        counted = values_among(self.connection, ranking, [asked])[0] if asked else []
        return [{"value": value, "count": count} for value, count in counted]

    def _vectorise(self, text: str) -> bytes | None:
        """Encode a question with the encoder that the database was made with, if it is here."""
        known = read_meta(self.connection, "encoder")
        if self.options.encoder == "none" or known in (None, "none"):
            return None
        from modelsearch.encoders import to_int8

        encoder = _query_encoder(known)
        if encoder is None:
            return None
        return to_int8(encoder.encode([text]))[0]


@lru_cache(maxsize=1)
def _query_encoder(name: str | None) -> Encoder | None:
    """Return the encoder for questions; a process that answers many loads it once."""
    from modelsearch.encoders import load_encoder

    return load_encoder(name, for_query=True)


def describe(node: Node) -> str:
    """Say a part of a filter in the words of the question, or as a qualifier."""
    words = [
        ("not " if negated else "") + (f'"{leaf.text}"' if leaf.text else f"{leaf.field}")
        for leaf, negated in leaves(node)
    ]
    return " or ".join(dict.fromkeys(words))


def comparison_names(asked: Sequence[str]) -> list[str]:
    """Return the groups and fields of a comparison that some asked fields stand for."""
    return [name for field_name in asked for name in _COMPARED.get(field_name, (field_name,))]


#: Fields of a question whose comparison is a whole group, or stands under another name.
_COMPARED: dict[str, tuple[str, ...]] = {
    "family": ("architecture",),
    "architecture": ("architecture",),
    "dataset": ("data",),
    "hyperparameter": ("training",),
    "metric": ("metrics",),
    "created": ("created_at",),
    "modified": ("modified_at",),
    "size": ("size_bytes",),
    "lines": ("lines_of_code",),
    "framework": ("framework",),
    "technique": ("techniques",),
}
_MATCHING = (
    "SELECT m.id FROM model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 WHERE "
)


def _as_filter(node: Node) -> Filter:
    sql = compile_filter(node)
    return Filter(_MATCHING + sql.text, tuple(sql.params), node)


def _all_but(sets: Sequence[int], dropped: int) -> bool:
    """Whether some model is in all sets but one (true where that is the only set)."""
    left = [members for place, members in enumerate(sets) if place != dropped]
    return not left or reduce(and_, left) != 0


def _satisfying_most(sets: Sequence[int], count: int) -> list[int]:
    """Return the models that are in most of the sets, in at least one; ties by row id."""
    at_least = [0] * (len(sets) + 1)  # models in so many sets or more
    for members in sets:
        for number in range(len(sets), 1, -1):
            at_least[number] |= at_least[number - 1] & members
        at_least[1] |= members
    best: list[int] = []
    taken = 0
    for members in reversed(at_least[1:]):
        best += bitsets.first_ids(members & ~taken, count - len(best))
        taken |= members
    return best


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
