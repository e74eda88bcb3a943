"""Pictures that a question asks for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer, Count, ValueCount
from modelsearch.answer.wording import listed
from modelsearch.records.question import ParsedQuery
from modelsearch.records.structs import replace
from modelsearch.search.compile import MATCHING, compile_filter, compile_images

_SAID = 10  #: models whose number of pictures the sentence has


def images(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Fill the answer with the pictures that fit."""
    from modelsearch.answer.asked_values import chosen_images
    from modelsearch.store.loading import load_images

    where = "1"
    parameters: tuple[Any, ...] = ()
    if parsed.where is not None:
        sql = compile_filter(parsed.where)
        where = f"i.model IN ({MATCHING}{sql.text})"
        parameters = tuple(sql.params)
    if parsed.image is not None and parsed.image.where is not None:
        sql = compile_images(parsed.image.where)
        where, parameters = f"{where} AND {sql.text}", (*parameters, *sql.params)
    pictures = chosen_images(load_images(finder.connection, where, parameters), parsed.image)
    found.total = len(pictures)
    found.images = pictures[: finder.options.limit] if finder.options.limit else pictures
    models = list(dict.fromkeys(p.model_id for p in pictures if p.model_id is not None))
    found.results = finder.numbered(finder.rowids(models))
    if not pictures:
        _no_pictures(finder, parsed, found)
    noun = "picture" if found.total == 1 else "pictures"
    whose = f" of {listed(models)}" if models else ""
    found.summary = f"{found.total} {noun}{whose}." if pictures else ""
    if not pictures:
        found.summary = "No pictures match."
    elif parsed.group_by:
        counted = Counter(picture.model_id or "no model" for picture in pictures)
        groups = tuple(ValueCount(model, count) for model, count in counted.most_common())
        found.answer = Count(found.total, parsed.group_by, groups)
        shown = [f"{one.value} {one.count}" for one in groups[:_SAID]]
        more = f" and {len(groups) - _SAID} models more" if len(groups) > _SAID else ""
        found.summary = f"{found.total} {noun}: {', '.join(shown)}{more}."


def _no_pictures(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    from modelsearch.answer.emptiness import picture_note

    models = [place.model for place in finder.rank(replace(parsed, text="")).places]
    if models:
        found.results = finder.numbered(models)
        found.notes.append(picture_note(finder.connection, parsed, models))
    else:
        finder.nothing_found(parsed, found)
