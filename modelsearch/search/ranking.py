"""What the rankers share: a ranked list of models, and the candidates that filters left."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType

import apsw

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import Sort
from modelsearch.records.structs import field, frozen, mutable
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.store.database import fetch_all, fetch_value

if TYPE_CHECKING:
    from modelsearch.records.question import Node

#: The order of models where a question asks for none.
NEWEST = Sort("created", descending=True)
#: Models that each ranker hands to fusion when nothing filters, in catalogues of every size: those
#: beyond it changed no figure (docs/ranking.md), and each costs its share of an answer.
DEPTH = 300
#: Name of the temporary table that holds the models which satisfy the filters.
CANDIDATES = "temp.candidate"
_SCORE = attrgetter("score")


if TYPE_CHECKING:
    from typing import NamedTuple, Protocol

    class Sets(Protocol):
        """The sets of a large catalogue (:class:`modelsearch.search.large.members.Members`)."""

        def matching(self, node: Node) -> int:
            """Return the set of models that satisfy a condition."""

        def everything(self) -> int:
            """Return the set of all models."""

    class _Hit(NamedTuple):
        model: int
        score: float
        passage: int | None = None
else:
    _Hit = namedtuple("_Hit", ("model", "score", "passage"), defaults=(None,))


class Hit(_Hit):
    """One model in a ranking: its row id and the ranker's own score, and what matched best.

    Scores of different rankers do not compare: FTS5 gives negative numbers (smaller is better),
    vectors a cosine distance from 0 to 2, BM25 a positive number.
    """

    __slots__ = ()


_NOTHING: Mapping[str, Any] = MappingProxyType({})


@mutable
class Ranked:
    """A model's place in the answer. For --explain ``ranks`` and ``scores`` are by ranker and
    ``weights`` say what a place in each counts; only the places that may be shown have them.
    """

    model: int
    score: float | None = None
    distance: float | None = None
    ranks: Mapping[str, int] = _NOTHING
    scores: Mapping[str, float] = _NOTHING
    weights: Mapping[str, float] = _NOTHING

    def __init__(self, model: int, score: float | None = None, **more: Any) -> None:
        self.model, self.score = model, score
        if more:
            self.__dict__.update(more)

    @property
    def shares(self) -> dict[str, float]:
        """How much of the score each ranking gave; nothing where scores were added."""
        from modelsearch.search.fusion import shares_of_ranks

        return shares_of_ranks(self.ranks, self.weights)


def _always(_word: str) -> bool:
    return True


#: Gives the vector (int8 components) of a text, or None where there is no encoder.
Vectoriser = Callable[[str], bytes | None]


@frozen
class SqlFilter:
    """A compiled filter: a query for ``m.id`` and its bound parameters, and what it was made of."""

    sql: str
    parameters: tuple[object, ...]
    node: Node | None = None


@frozen
class Request:
    """What a ranking is asked for.

    ``text`` ranks; ``sentence`` is what the encoder reads instead of it, where it is given: whole
    sentences lie nearer to what they mean than their bare words. ``order_by`` orders what no words
    rank: one of the program's own SQL orders, never a user's text; ``sort`` says the same as a
    field. A large catalogue gives no more than ``limit`` places, with 0 only the set of models.
    ``by_rank`` fuses by reciprocal ranks, else by scores. ``knows`` says whether the encoder has a
    word as a whole. ``sets`` are those of a large catalogue that are read already.
    """

    text: str
    vectorise: Vectoriser
    sentence: str = ""
    order_by: str = "m.created_at DESC, m.model_id"
    sort: Sort = NEWEST
    limit: int | None = None
    by_rank: bool = True
    knows: Callable[[str], bool] = _always
    sets: Sets | None = None

    @property
    def meaning(self) -> str:
        """The text whose vector is compared."""
        return self.sentence or self.text


@mutable
class Ranking:
    """The models of the answer, best first, and which rankers took part.

    Where so many were asked for ``places`` holds no more, and ``count`` says how many there are:
    all of them are ``ids`` of a small catalogue, and of a large one the set ``members``.
    """

    places: list[Ranked]
    rankers: list[str] = field(default_factory=list)
    count: int | None = None
    members: int | None = None
    ids: list[int] | None = None

    @property
    def total(self) -> int:
        """How many models the answer holds."""
        return len(self.places) if self.count is None else self.count

    def everyone(self) -> list[int]:
        """Return the row ids of all models of the answer."""
        if self.members is not None:
            from modelsearch.search.large import bitsets

            return list(bitsets.ids_of(self.members))
        return [place.model for place in self.places] if self.ids is None else self.ids


def in_order_of_score(connection: apsw.Connection, hits: Sequence[Hit]) -> list[Hit]:
    """Order hits by score, smallest first; those with the same one by model id."""
    ordered = sorted(hits, key=_SCORE)
    names = names_of_tied(connection, ordered)
    return (
        sorted(ordered, key=lambda hit: (hit.score, names.get(hit.model, ""))) if names else ordered
    )


def names_of_tied(
    connection: apsw.Connection, ordered: Sequence[tuple[Any, ...]]
) -> dict[int, str]:
    """Return the ids of the models that have the score of a neighbour, of those in order of score;
    each begins with the model's row id and its score.
    """
    if len({one[1] for one in ordered}) == len(ordered):  # the usual case, at a fifth of the cost
        return {}
    tied = {
        model
        for one, other in pairwise(ordered)
        if one[1] == other[1]
        for model in (one[0], other[0])
    }
    sql = "SELECT m.id, m.model_id FROM json_each(?) j CROSS JOIN model m ON m.id = j.value"
    return dict(fetch_all(connection, sql, (numbers_json(tied),)))


def keep_models(connection: apsw.Connection, models: Sequence[int]) -> int:
    """Fill the temporary candidate table with model row ids; return how many."""
    return keep_candidates(connection, "SELECT value FROM json_each(?)", (numbers_json(models),))


def keep_candidates(connection: apsw.Connection, sql: str, parameters: tuple[object, ...]) -> int:
    """Fill the temporary candidate table from a query for model row ids; return how many.

    It lives in memory on this connection, so that a read-only database will do.
    """
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS candidate (model INTEGER PRIMARY KEY) WITHOUT ROWID"
    )
    connection.execute(f"DELETE FROM {CANDIDATES}")
    fetch_all(connection, f"INSERT INTO {CANDIDATES} {sql}", parameters)
    return int(fetch_value(connection, f"SELECT count(*) FROM {CANDIDATES}"))
