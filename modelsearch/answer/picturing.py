"""Pictures that a question asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer, Count, ValueCount
from modelsearch.answer.wording import listed
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import ParsedQuery
from modelsearch.records.structs import replace
from modelsearch.search import memory
from modelsearch.search.compile import MATCHING, compile_filter, compile_images
from modelsearch.store.rows import ImageRow

#: A picture's row id, its model's, and the model's name.
_Placed = tuple[int, int | None, str | None]
_SAID = 10  #: models whose number of pictures the sentence has


def images(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Fill the answer with the pictures that fit."""
    where = "1"
    parameters: tuple[Any, ...] = ()
    if parsed.where is not None:
        sql = compile_filter(parsed.where)
        where = f"i.model IN ({MATCHING}{sql.text})"
        parameters = tuple(sql.params)
    if parsed.image is not None and parsed.image.where is not None:
        sql = compile_images(parsed.image.where)
        where, parameters = f"{where} AND {sql.text}", (*parameters, *sql.params)
    pictures, found.images = _chosen(finder, parsed, where, parameters)
    found.total = len(pictures)
    names = {model: name for _, model, name in pictures if model is not None and name is not None}
    models = list(names.values())
    found.results = finder.numbered(list(names)[: finder.options.limit or None])
    if not pictures:
        _no_pictures(finder, parsed, found)
    noun = "picture" if found.total == 1 else "pictures"
    whose = f" of {listed(models)}" if models else ""
    found.summary = f"{found.total} {noun}{whose}." if pictures else ""
    if not pictures:
        found.summary = "No pictures match."
    elif parsed.group_by:
        counted = Counter(name or "no model" for *_, name in pictures)
        groups = tuple(ValueCount(model, count) for model, count in counted.most_common())
        found.answer = Count(found.total, parsed.group_by, groups)
        shown = [f"{one.value} {one.count}" for one in groups[:_SAID]]
        more = f" and {len(groups) - _SAID} models more" if len(groups) > _SAID else ""
        found.summary = f"{found.total} {noun}: {', '.join(shown)}{more}."


def _chosen(
    finder: Finder, parsed: ParsedQuery, where: str, parameters: tuple[Any, ...]
) -> tuple[Sequence[_Placed], list[ImageRow]]:
    """Return all pictures that fit as (row id, model's row id, its name), and those that are shown
    in full. Only where their own values decide which they are, all are read in full.
    """
    from modelsearch.answer.asked_values import chosen_images
    from modelsearch.store.loading import load_images, placed_images

    connection, part = finder.connection, parsed.image
    limit = finder.options.limit or None
    placed = memory.latest(
        connection,
        "pictures",
        (where, parameters),
        lambda: placed_images(connection, where, parameters),
    )
    if part is None or not (part.epochs or part.sort):
        placed = placed[: (part and part.limit) or None]
        wanted = (numbers_json(one for one, *_ in placed[:limit]),)
        shown = "i.id IN (SELECT value FROM json_each(?))"
        return placed, load_images(connection, shown, wanted)
    pictures = chosen_images(load_images(connection, where, parameters), part)
    of = {one[0]: one for one in placed}
    return [of[one.rowid] for one in pictures], pictures[:limit]


def _no_pictures(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    from modelsearch.answer.emptiness import picture_note

    models = [place.model for place in finder.rank(replace(parsed, text="")).places]
    if models:
        found.results = finder.numbered(models)
        found.notes.append(picture_note(finder.connection, parsed, models))
    else:
        finder.nothing_found(parsed, found)
