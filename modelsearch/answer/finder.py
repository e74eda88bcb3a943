"""From a parsed question to the models that fit: filtered, ranked, counted, loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import apsw

from modelsearch.answer.shapes import Answer, ManyCounts, ValueCount
from modelsearch.records.question import And, Node, ParsedQuery, Sort
from modelsearch.records.structs import frozen, made, replace
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search.compile import MATCHING, compile_filter, order_by
from modelsearch.search.large.kept import kept
from modelsearch.search.pipeline import rank
from modelsearch.search.ranking import NEWEST, Ranking, Request, SqlFilter
from modelsearch.search.sources import field_called
from modelsearch.store.database import fetch_all, fetch_value, read_meta
from modelsearch.store.loading import load_rows
from modelsearch.store.rows import ModelRow

if TYPE_CHECKING:
    from modelsearch.search.encoders import Encoder
    from modelsearch.search.large.members import Members

TIES = 20  #: models that are looked at for the same value as a superlative's
_NO_PLACES = -1
_NEWEST = "m.created_at DESC, m.model_id"


@frozen
class QueryOptions:
    """How to answer: ``limit`` 0 gives all, and of these ``offset`` are left out at the beginning;
    ``today`` fixes relative dates; ``encoder`` 'none' ranks by keywords only; ``by_rank`` fuses
    rankers by reciprocal ranks, else by scores; ``details`` of so many results are loaded;
    ``lenient`` answers without what was not read; ``columns`` are the fields to show, ``sort`` is
    a field to order by, ``field`` or ``field:desc``.
    """

    limit: int = 20
    offset: int = 0
    today: date | None = None
    encoder: str | None = None
    lenient: bool = False
    explain: bool = False
    facets: bool = False
    by_rank: bool = True
    strict: bool = False
    details: int = 0
    columns: str = ""
    sort: str = ""


class Finder:
    """Finds the models of parsed questions over one connection."""

    def __init__(self, connection: apsw.Connection, options: QueryOptions) -> None:
        self.connection = connection
        self.options = options
        self.sets: Members | None = None  #: what reading the question found out of a large one
        self.without_vectors = ""  #: why vectors could not rank, if they could not

    def matching(self, parsed: ParsedQuery) -> list[int]:
        """Return the row ids of the models of an answer, best first."""
        return [place.model for place in self.rank(parsed, limit=0).places]

    @property
    def has_sets(self) -> bool:
        """Whether the catalogue is so large that it keeps sets of models."""
        return kept(self.connection)

    def everyone(self, parsed: ParsedQuery) -> int:
        """Return the models of a question without words as a set, in a catalogue that has sets."""
        return self.rank(parsed, _NO_PLACES).members or 0

    def unordered(self, parsed: ParsedQuery, where: Node) -> Ranking:
        """Return the models of a question that also satisfy a condition; nobody asks for their
        order, so that there need not be any places.
        """
        both = where if parsed.where is None else And((parsed.where, where))
        return self.rank(replace(parsed, where=both, text="", sort=None), _NO_PLACES)

    def rank(self, parsed: ParsedQuery, limit: int | None = None) -> Ranking:
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
        # Models of a very name come first, wherever the order has them.
        whole = parsed.first_named and not self.has_sets
        asked = Request(
            text,
            self._vectorise,
            sentence,
            order,
            parsed.sort or NEWEST,
            None if whole else self._needed(parsed, limit),
            self.options.by_rank,
            self._known_to_encoder,
            self.sets,
        )
        ranking = rank(self.connection, where, asked)
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
        needed = self._needed(parsed, limit)
        asked = Request(text, lambda _: vector, limit=needed, by_rank=self.options.by_rank)
        ranking = rank(self.connection, where, asked)
        return without(ranking, model)

    def _needed(self, parsed: ParsedQuery, limit: int | None) -> int | None:
        """Return how many places are shown or looked at (``limit`` as in _rank), None for all."""
        if limit is not None:
            return 0 if limit == _NO_PLACES else limit or None
        limits = [limit for limit in (parsed.limit, self.options.limit) if limit]
        return min(limits) + self.ties if limits and self.ties else None

    @property
    def ties(self) -> int:
        """How many models beside the last one are looked at for the same value; 0: all."""
        return 0 if self.options.limit == 0 else TIES

    def _named(self, words: Sequence[str]) -> set[int]:
        """Return the models that have one of the words in their id or path."""
        wanted = " OR ".join(f'"{word}"' for word in words if word.isalnum())
        sql = (
            "SELECT p.model FROM passage_fts JOIN passage p ON p.id = passage_fts.rowid "
            "WHERE passage_fts MATCH ? AND p.kind = 'profile'"
        )
        return {row[0] for row in fetch_all(self.connection, sql, (f"title : ({wanted})",))}

    def fill(self, parsed: ParsedQuery, found: Answer, ranking: Ranking) -> None:
        """Put the first places of a ranking into an answer, as rows."""
        limits = [limit for limit in (parsed.limit, self.options.limit) if limit]
        skipped = self.options.offset
        shown = ranking.places[skipped : min(limits) if limits else None]
        found.total = ranking.total
        found.places = {place.model: place for place in shown}
        rows = load_rows(self.connection, [place.model for place in shown])
        found.results = [
            row.ranked(number, found.places[row.rowid].score, found.places[row.rowid].distance)
            for number, row in enumerate(rows, skipped + 1)
        ]

    def nothing_found(self, parsed: ParsedQuery, found: Answer) -> None:
        """Say which filter leaves nothing, and offer the nearest, marked as such."""
        from modelsearch.answer.emptiness import explain_empty

        empty = explain_empty(self.connection, parsed)
        found.notes += empty.notes
        found.elsewhere = "; ".join(empty.elsewhere)
        found.nearest = self.numbered(empty.nearest)

    def numbered(self, rowids: Sequence[int]) -> list[ModelRow]:
        """Return rows ranked in the order given."""
        rows = load_rows(self.connection, rowids)
        return [row.ranked(number) for number, row in enumerate(rows, 1)]

    def rowids(self, names: Sequence[str]) -> list[int]:
        """Return the row ids of model ids, those that are gone left out."""
        sql = "SELECT id FROM model WHERE model_id = ?"
        found = [fetch_value(self.connection, sql, (name,)) for name in names]
        return [rowid for rowid in found if rowid is not None]

    def values_of(self, ranking: Ranking, name: str) -> Sequence[ValueCount]:
        """Return the values that the models of a ranking have in a field, or their best results on
        a split ("test accuracy"), frequent first.
        """
        from modelsearch.answer.field_values import result_on_split
        from modelsearch.search.facets import values_among

        sort = result_on_split(name)
        if sort is not None:
            return self._results_of(ranking, sort)
        counted = values_among(self.connection, ranking, [field_called(name)])[0]
        if not isinstance(counted, list):
            return ManyCounts(counted)
        return tuple(made(ValueCount, counted))

    def _results_of(self, ranking: Ranking, sort: Sort) -> tuple[ValueCount, ...]:
        """Return the values by which an order places the models of a ranking, frequent first."""
        from collections import Counter

        from modelsearch.answer.field_values import ordering_values

        if ranking.members is None:
            models = ranking.everyone()
        else:
            from modelsearch.search.large import bitsets
            from modelsearch.search.large.members import having_value

            having = having_value(self.connection, sort)
            models = list(bitsets.ids_of(ranking.members & having))
        values = ordering_values(self.connection, sort, models).values()
        counted = Counter(value for value in values if value is not None)
        return tuple(ValueCount(value, count) for value, count in counted.most_common())

    def _vectorise(self, text: str) -> bytes | None:
        """Encode a question with the encoder that the database was made with, if it is here."""
        encoder = self._encoder()
        return encoder.encode_question(text) if encoder else None

    def _known_to_encoder(self, word: str) -> bool:
        encoder = self._encoder()
        return encoder is not None and encoder.knows(word)

    def _encoder(self) -> Encoder | None:
        known = read_meta(self.connection, "encoder")
        if self.options.encoder == "none" or known in (None, "none"):
            return None
        from modelsearch.search.encoders import EncoderError

        try:
            return _query_encoder(known)
        except EncoderError as error:
            self.without_vectors = f"ranked by keywords alone: {error}"
            return None


@lru_cache(maxsize=1)
def _query_encoder(name: str | None) -> Encoder | None:
    """Return the encoder for questions; a process that answers many loads it once."""
    from modelsearch.search.encoders import load_encoder

    return load_encoder(name, for_query=True)


def _as_filter(node: Node) -> SqlFilter:
    sql = compile_filter(node)
    return SqlFilter(MATCHING + sql.text, tuple(sql.params), node)
