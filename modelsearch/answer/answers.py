"""From a question to an answer: parse, filter, rank, and what the intent asks for beyond that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import apsw

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.question import And, Node, ParsedQuery
from modelsearch.records.structs import field, frozen, mutable, replace
from modelsearch.search.compile import MATCHING, compile_filter, compile_images, order_by
from modelsearch.search.large.ordering import NEWEST
from modelsearch.search.pipeline import rank
from modelsearch.search.ranking import Ranked, Ranking, SqlFilter
from modelsearch.store.database import fetch_all, fetch_value, read_meta, transaction
from modelsearch.store.rows import ImageRow, ModelRow, load_rows

if TYPE_CHECKING:
    from modelsearch.answer.compare.cohorts import CohortComparison
    from modelsearch.answer.compare.models import Comparison
    from modelsearch.search.encoders import Encoder

_TIES = 20  #: models that are looked at for the same value as a superlative's
_NEWEST = "m.created_at DESC, m.model_id"


@frozen
class QueryOptions:
    """How to answer: ``limit`` 0 gives all; ``today`` fixes relative dates; ``encoder`` 'none'
    ranks by keywords only; ``by_rank`` fuses rankers by reciprocal ranks, not by scores.
    """

    limit: int = 20
    today: date | None = None
    encoder: str | None = None
    explain: bool = False
    facets: bool = False
    by_rank: bool = False


@mutable
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
    places: dict[int, Ranked] = field(default_factory=dict)

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

    All of it is read from one state of the database, whatever an index run writes meanwhile.
    Raises UsageError for a malformed qualifier.
    """
    with transaction(connection):
        lexicon = Lexicon(connection)
        parsed = parse(question, lexicon, today=options.today or date.today())
        return _Answerer(connection, options).answer(parsed)


def compare_cohort_questions(
    connection: apsw.Connection, questions: Sequence[str], today: date | None = None
) -> CohortComparison:
    """Compare the groups of models that some questions name.

    Words of theirs that are no name and no field restrict nothing: the comparison's notes say so.
    """
    from modelsearch.answer.compare.cohorts import compare_cohorts

    lexicon = Lexicon(connection)
    answerer = _Answerer(connection, QueryOptions(limit=0, today=today))
    cohorts = [parse(question, lexicon, today=today or date.today()) for question in questions]
    groups = [(part.question, answerer.matching(part)) for part in cohorts]
    notes = [note for part in cohorts for note in part.notes]
    notes += [
        f"in {part.question!r} the words {part.text!r} are no name or field here; "
        "they restrict nothing"
        for part in cohorts
        if part.text and part.where is not None
    ]
    found = compare_cohorts(connection, groups, [part.where for part in cohorts])
    return replace(found, notes=tuple(dict.fromkeys(notes)))


class _Answerer:
    """Answers parsed questions over one connection."""

    def __init__(self, connection: apsw.Connection, options: QueryOptions) -> None:
        self.connection = connection
        self.options = options
        self._without_vectors = ""

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
        if self._without_vectors:
            found.notes.append(self._without_vectors)
        return found

    def matching(self, parsed: ParsedQuery) -> list[int]:
        """Return the row ids of the models of an answer, best first."""
        return [place.model for place in self._rank(parsed, limit=0).places]

    # Each intent fills what it is asked for.

    def _search(self, parsed: ParsedQuery, found: Answer) -> None:
        from modelsearch.answer.compare.sentences import joined
        from modelsearch.answer.result_summaries import summarise_results

        ranking = self._rank(parsed)
        self._fill(parsed, found, ranking)
        if not ranking.places:
            self._nothing_found(parsed, found)
        elif parsed.sort is not None and parsed.limit:
            found.answer = self._asked_of(found.results, [parsed.sort.field])
            self._note_ties(parsed, found, ranking)
        elif not parsed.understood:
            from modelsearch.search.guidance import guidance

            found.notes += guidance(self.connection, parsed)
        found.summary = joined(summarise_results(found.results, found.total))
        self._name_copies(found)
        if self.options.facets and ranking.places:
            from modelsearch.search.facets import guiding_facets

            found.facets = guiding_facets(self.connection, ranking)

    def _note_ties(self, parsed: ParsedQuery, found: Answer, ranking: Ranking) -> None:
        """Say how many models have the same value as the last one shown of a superlative."""
        shown = len(found.results)
        following = [place.model for place in ranking.places[shown : shown + _TIES]]
        if not following or found.answer is None or parsed.sort is None:
            return
        last = found.answer["models"][-1]["values"][0]["value"]
        rest = self._asked_of(load_rows(self.connection, following), [parsed.sort.field])
        values = [model["values"][0]["value"] for model in rest["models"]]
        same = next((i for i, value in enumerate(values) if value != last), len(values))
        if same and last is not None:
            others = [model["model_id"] for model in rest["models"][:same]]
            noun = "other has" if same == 1 else "others have"
            count = f"{same} or more" if same == _TIES else str(same)
            found.notes.append(f"{count} {noun} the same {_spaced(parsed.sort.field)}: "
                               f"{_listed(others)}")  # fmt: skip

    def _details(self, parsed: ParsedQuery, found: Answer) -> None:
        self._search(parsed, found)
        if found.total > 1:
            found.notes.append(
                f"{found.total} models fit; name one by its id for its details alone"
            )
        if parsed.asked and found.results:
            found.answer = self._asked_of(found.results, parsed.asked)

    def _asked_of(self, rows: Sequence[ModelRow], names: Sequence[str]) -> dict[str, Any]:
        from modelsearch.answer.asked_values import asked_values
        from modelsearch.store.rows import load_details

        details = load_details(self.connection, [row.rowid for row in rows])
        return {
            "models": [
                {"model_id": detail.row.model_id, "values": asked_values(detail, names)}
                for detail in details
            ]
        }

    def _compare(self, parsed: ParsedQuery, found: Answer) -> None:
        from modelsearch.answer.compare.models import compare_models
        from modelsearch.answer.compare.summaries import joined, summarise_comparison

        groups = [(part.question, self.matching(part)[: part.limit]) for part in parsed.cohorts]
        for label, members in groups:
            if not members:
                found.notes.append(f"no model matches {label!r}")
        single = [members[0] for _, members in groups if len(members) == 1]
        if parsed.references and len(parsed.references) > 1:
            rowids = self._rowids(parsed.references)
        elif groups and len(single) == len(groups):
            rowids = single
        elif groups:
            self._compare_groups(parsed, found, groups)
            return
        elif parsed.references:
            rowids = self._rowids(parsed.references)
        else:
            asked = parsed.where is not None or parsed.sort is not None
            rowids = self.matching(parsed)[: parsed.limit] if asked else []
        if len(rowids) < 2:
            unknown = f"; {parsed.text!r} names none here" if parsed.text else ""
            found.notes.append(
                f"a comparison needs two models or two groups; name them by id{unknown}"
            )
        found.results = self._numbered(rowids)
        found.total = len(found.results)
        comparison = compare_models(self.connection, rowids)
        if parsed.asked:
            from modelsearch.answer.asked_values import comparison_names

            comparison = comparison.selected(comparison_names(parsed.asked))
        found.comparison = comparison
        found.summary = joined(summarise_comparison(comparison))

    def _compare_groups(
        self, parsed: ParsedQuery, found: Answer, groups: list[tuple[str, list[int]]]
    ) -> None:
        from modelsearch.answer.compare.cohorts import compare_cohorts
        from modelsearch.answer.compare.summaries import joined, summarise_cohorts

        if len({frozenset(members) for _, members in groups}) == 1:
            labels = " and ".join(repr(label) for label, _ in groups)
            found.notes.append(f"{labels} name the same models here; name two by their ids")
        everyone = [model for _, members in groups for model in members]
        found.results = self._numbered(list(dict.fromkeys(everyone)))
        found.total = len(found.results)
        cohorts = compare_cohorts(self.connection, groups, [part.where for part in parsed.cohorts])
        if parsed.asked:
            from modelsearch.answer.asked_values import comparison_names

            cohorts = cohorts.selected(comparison_names(parsed.asked))
        found.comparison = cohorts
        found.summary = joined(summarise_cohorts(cohorts))

    def _images(self, parsed: ParsedQuery, found: Answer) -> None:
        from modelsearch.answer.asked_values import chosen_images
        from modelsearch.store.rows import load_images

        where = "1"
        parameters: tuple[Any, ...] = ()
        if parsed.where is not None:
            sql = compile_filter(parsed.where)
            where = f"i.model IN ({MATCHING}{sql.text})"
            parameters = tuple(sql.params)
        if parsed.image is not None and parsed.image.where is not None:
            sql = compile_images(parsed.image.where)
            where, parameters = f"{where} AND {sql.text}", (*parameters, *sql.params)
        pictures = chosen_images(load_images(self.connection, where, parameters), parsed.image)
        found.total = len(pictures)
        found.images = pictures[: self.options.limit] if self.options.limit else pictures
        models = list(dict.fromkeys(p.model_id for p in pictures if p.model_id is not None))
        found.results = self._numbered(self._rowids(models))
        if not pictures:
            self._no_pictures(parsed, found)
        noun = "picture" if found.total == 1 else "pictures"
        whose = f" of {_listed(models)}" if models else ""
        found.summary = f"{found.total} {noun}{whose}." if pictures else ""
        if not pictures:
            found.summary = "No pictures match."

    def _no_pictures(self, parsed: ParsedQuery, found: Answer) -> None:
        from modelsearch.answer.emptiness import picture_note

        models = [place.model for place in self._rank(replace(parsed, text="")).places]
        if models:
            found.results = self._numbered(models)
            found.notes.append(picture_note(self.connection, parsed, models))
        else:
            self._nothing_found(parsed, found)

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
        from modelsearch.search.facets import spread

        asked = parsed.asked or ["family"]
        fields: list[dict[str, Any]] = [
            {"field": name, **spread(values := self._values_of(ranking, name)), "values": values}
            for name in asked
        ]
        found.answer = {"fields": fields, **fields[0]}
        if parsed.group_by:
            found.answer["group_by"] = parsed.group_by
            found.answer["groups"] = self._grouped(parsed, ranking, asked)
        found.summary = "; ".join(
            f"{one['field'].replace('_', ' ')}: "
            + (", ".join(f"{v['value']} ({v['count']})" for v in one["values"]) or "not known")
            for one in fields
        )
        if not ranking.places:
            self._nothing_found(parsed, found)

    def _grouped(
        self, parsed: ParsedQuery, ranking: Ranking, asked: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Return the asked values of each group: its value, how many models, and their values."""
        from modelsearch.search.facets import in_group, spread

        name = parsed.group_by or ""
        groups = []
        for group in self._values_of(ranking, name):
            one = in_group(name, group["value"])
            both = one if parsed.where is None else And((parsed.where, one))
            inside = self._rank(replace(parsed, where=both, text="", sort=None), limit=1)
            for field_name in asked:
                values = self._values_of(inside, field_name)
                of_one = {"value": group["value"], "count": inside.total, "field": field_name}
                groups.append({**of_one, **spread(values), "values": values})
        return groups

    # What they share.

    def _rank(self, parsed: ParsedQuery, limit: int | None = None) -> Ranking:
        """Rank; no more than ``limit`` places are needed (0: all, None: those that are shown)."""
        if parsed.similar_to is not None:
            return self._near(parsed, limit)
        where = None
        order = _NEWEST
        if parsed.where is not None:
            where = _as_filter(parsed.where)
        if parsed.sort is not None:
            order, known = order_by(parsed.sort)
        if parsed.sort is not None and not parsed.sort.all:
            where = _as_filter(known if parsed.where is None else And((parsed.where, known)))
        # A superlative decides the order; words would only disturb it.
        text = "" if parsed.sort is not None else parsed.text
        sentence = parsed.question if parsed.where is None else text
        ranking = rank(
            self.connection, where, text, self._vectorise, order, sentence,
            limit=self._needed(parsed, limit),
            sort=parsed.sort or NEWEST, by_rank=self.options.by_rank,
        )  # fmt: skip
        if parsed.first_named and parsed.sort is None and not text:
            named = self._named(parsed.first_named)
            ranking.places.sort(key=lambda place: place.model not in named)
        return ranking

    def _near(self, parsed: ParsedQuery, limit: int | None) -> Ranking:
        """Rank by likeness to a model, which is left out itself."""
        from modelsearch.search.near_models import profile_of, without

        profile = profile_of(self.connection, parsed.similar_to or "")
        if profile is None:
            return Ranking([])
        model, text, vector = profile
        where = None if parsed.where is None else _as_filter(parsed.where)
        ranking = rank(
            self.connection, where, text, lambda _: vector, _NEWEST,
            limit=self._needed(parsed, limit), by_rank=self.options.by_rank,
        )  # fmt: skip
        return without(ranking, model)

    def _needed(self, parsed: ParsedQuery, limit: int | None) -> int | None:
        """Return how many places are shown or looked at (``limit`` as in _rank), None for all."""
        if limit is not None:
            return limit or None
        limits = [limit for limit in (parsed.limit, self.options.limit) if limit]
        return min(limits) + _TIES if limits else None

    def _named(self, words: Sequence[str]) -> set[int]:
        """Return the models that have one of the words in their id or path."""
        wanted = " OR ".join(f'"{word}"' for word in words if word.isalnum())
        sql = (
            "SELECT p.model FROM passage_fts JOIN passage p ON p.id = passage_fts.rowid "
            "WHERE passage_fts MATCH ? AND p.kind = 'profile'"
        )
        return {row[0] for row in fetch_all(self.connection, sql, (f"title : ({wanted})",))}

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

    def _name_copies(self, found: Answer) -> None:
        """Say which of the models shown are the same file byte for byte."""
        from modelsearch.search.variety import copies

        for group in copies(self.connection, [row.rowid for row in found.results]):
            found.notes.append(f"{_listed(group[1:])}: the same file, byte for byte, as {group[0]}")

    def _nothing_found(self, parsed: ParsedQuery, found: Answer) -> None:
        """Say which filter leaves nothing, and offer the nearest, marked as such."""
        from modelsearch.answer.emptiness import explain_empty

        empty = explain_empty(self.connection, parsed)
        found.notes += empty.notes
        found.nearest = self._numbered(empty.nearest)

    def _numbered(self, rowids: Sequence[int]) -> list[ModelRow]:
        rows = load_rows(self.connection, rowids)
        return [row.ranked(number) for number, row in enumerate(rows, 1)]

    def _rowids(self, names: Sequence[str]) -> list[int]:
        sql = "SELECT id FROM model WHERE model_id = ?"
        found = [fetch_value(self.connection, sql, (name,)) for name in names]
        return [rowid for rowid in found if rowid is not None]

    def _values_of(self, ranking: Ranking, name: str) -> list[dict[str, Any]]:
        from modelsearch.search.facets import values_among
        from modelsearch.search.sources import field_called

        counted = values_among(self.connection, ranking, [field_called(name)])[0]
        return [{"value": value, "count": count} for value, count in counted]

    def _vectorise(self, text: str) -> bytes | None:
        """Encode a question with the encoder that the database was made with, if it is here."""
        known = read_meta(self.connection, "encoder")
        if self.options.encoder == "none" or known in (None, "none"):
            return None
        from modelsearch.search.encoders import EncoderError

        try:
            encoder = _query_encoder(known)
        except EncoderError as error:
            self._without_vectors = f"ranked by keywords alone: {error}"
            return None
        return encoder.encode_question(text) if encoder else None


@lru_cache(maxsize=1)
def _query_encoder(name: str | None) -> Encoder | None:
    """Return the encoder for questions; a process that answers many loads it once."""
    from modelsearch.search.encoders import load_encoder

    return load_encoder(name, for_query=True)


def _as_filter(node: Node) -> SqlFilter:
    sql = compile_filter(node)
    return SqlFilter(MATCHING + sql.text, tuple(sql.params), node)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
