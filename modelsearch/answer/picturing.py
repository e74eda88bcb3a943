"""Pictures that a question asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelsearch.answer.finder import Finder
from modelsearch.answer.shapes import Answer, Count, FieldValues, ValueCount, Values
from modelsearch.answer.wording import listed
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import ImagePart, ParsedQuery
from modelsearch.records.structs import replace
from modelsearch.records.typed import Any
from modelsearch.search import memory
from modelsearch.search.compile import MATCHING, compile_filter, compile_images
from modelsearch.store.database import fetch_all
from modelsearch.store.rows import ImageRow, ModelRow

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
    limit = finder.options.limit or None
    if _only_listed(parsed):
        owners, pictures = _first(finder, parsed.image, where, parameters)
    else:
        from modelsearch.store.loading import load_images

        pictures = _chosen(finder, load_images(finder.connection, where, parameters), parsed.image)
        owners = [picture.model_id for picture in pictures]
    found.total = len(owners)
    found.images = pictures[:limit]
    models = list(dict.fromkeys(name for name in owners if name is not None))
    found.results = finder.numbered(finder.rowids(models[:limit]))
    if not pictures:
        _no_pictures(finder, parsed, found)
        found.summary = "No pictures match."
        return
    noun = "picture" if found.total == 1 else "pictures"
    found.summary = f"{found.total} {noun}{_whose(owners, models)}."
    _say_settings(finder, parsed, found, pictures)
    if parsed.group_by:
        groups = _groups(finder, parsed.group_by, pictures)
        found.answer = Count(found.total, parsed.group_by, groups)
        shown = [f"{one.value} {one.count}" for one in groups[:_SAID]]
        more = f" and {len(groups) - _SAID} more" if len(groups) > _SAID else ""
        found.summary = f"{found.total} {noun}: {', '.join(shown)}{more}."


def _whose(owners: Sequence[str | None], models: Sequence[str]) -> str:
    """Say which models pictures are of; those of no model are counted apart, not given to these."""
    unowned = owners.count(None)
    if not models:
        return ""
    if not unowned:
        return f" of {listed(models)}"
    return f": {len(owners) - unowned} of {listed(models)}, {unowned} of no model"


def _only_listed(parsed: ParsedQuery) -> bool:
    """Return whether pictures are listed in their stored order and nothing is said of those that
    are not shown, so that these need not be read.
    """
    part = parsed.image
    plain = part is None or not (part.epochs or part.sort or part.compare)
    return plain and not parsed.asked and not parsed.group_by


def _first(
    finder: Finder, part: ImagePart | None, where: str, parameters: tuple[Any, ...]
) -> tuple[Sequence[str | None], list[ImageRow]]:
    """Return the model's name of every picture that fits, and the pictures that are shown."""
    from modelsearch.store.loading import load_images, picture_owners

    ids, owners = memory.latest(
        finder.connection,
        "pictures",
        (where, parameters),
        lambda: picture_owners(finder.connection, where, parameters),
    )
    limits = [limit for limit in (part and part.limit, finder.options.limit) if limit]
    shown = (numbers_json(ids[: min(limits, default=None)]),)
    listed_ids = "i.id IN (SELECT value FROM json_each(?))"
    return owners[: (part and part.limit) or None], load_images(
        finder.connection, listed_ids, shown
    )


def _chosen(finder: Finder, pictures: Sequence[ImageRow], part: ImagePart | None) -> list[ImageRow]:
    """Apply what a question says of the pictures' order and number."""
    from modelsearch.answer.asked_values import chosen_images

    sort = part.sort if part is not None else None
    if sort is None or not sort.field.startswith("image_"):
        return chosen_images(pictures, part)
    from modelsearch.answer.picture_values import values_of

    values = values_of(finder.connection, sort.field, pictures)
    known = [pair for pair in zip(values, pictures, strict=True) if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=sort.descending)
    unknown = [row for value, row in zip(values, pictures, strict=True) if value is None]
    ordered = [row for _, row in known] + unknown
    return ordered[: part.limit] if part is not None and part.limit else ordered


def _groups(finder: Finder, name: str, pictures: Sequence[ImageRow]) -> tuple[ValueCount, ...]:
    """Count pictures by their model or by a setting, with a row for those that state none."""
    if name == "model":
        counts = Counter(picture.model_id or "no model" for picture in pictures)
        return tuple(ValueCount(model, count) for model, count in counts.most_common())
    from modelsearch.answer.picture_values import counted, without

    unknown = without(finder.connection, name, pictures)
    rest = (ValueCount("unknown", unknown),) if unknown else ()
    return (*counted(finder.connection, name, pictures), *rest)


def _say_settings(
    finder: Finder, parsed: ParsedQuery, found: Answer, pictures: Sequence[ImageRow]
) -> None:
    """Fill the columns that the question is about; say what it asks of settings."""
    part = parsed.image
    if not parsed.asked and (part is None or (part.where is None and part.sort is None)):
        return
    from modelsearch.answer.picture_values import (
        asked_columns,
        counted,
        differences,
        label,
        said_of_one,
    )

    found.picture_columns = asked_columns(finder.connection, parsed, found.images)
    if not parsed.asked or parsed.group_by:
        return
    if part is not None and part.compare:
        found.summary = differences(found.images, found.picture_columns)
    elif found.total == 1:
        every = "settings" in parsed.asked
        asked = [one for one in found.picture_columns if every or one.field in parsed.asked]
        found.summary = said_of_one(found.images[0], asked, 0)
    else:
        names = [name for name in parsed.asked if name != "settings"]
        fields = tuple(
            FieldValues.of(name, counted(finder.connection, name, pictures)) for name in names
        )
        if not fields:
            return
        found.answer = Values(fields, statistic=parsed.statistic)
        found.summary = "; ".join(
            f"{label(one.field)}: " + (_listed(one) or "not stated") for one in fields
        )


def _listed(one: FieldValues) -> str:
    shown = ", ".join(f"{value.value} ({value.count})" for value in one.values[:_SAID])
    more = f" and {one.distinct - _SAID} more" if one.distinct > _SAID else ""
    mean = f"; mean {one.mean:g}" if one.mean is not None and one.distinct > 1 else ""
    return f"{shown}{more}{mean}"


def _recorded_curves(finder: Finder, rows: Sequence[ModelRow]) -> list[str]:
    """Say where to see the curves that runs recorded, where some of these models have any."""
    ids = numbers_json(row.rowid for row in rows)
    found = fetch_all(
        finder.connection,
        "SELECT DISTINCT m.model_id FROM curve c JOIN run r ON r.id = c.run "
        "JOIN model m ON m.id = r.model WHERE m.id IN (SELECT value FROM json_each(?)) LIMIT 5",
        (ids,),
    )
    return [
        f"runs of {model} recorded curves: `modelsearch show {model}` draws them"
        for (model,) in found
    ]


def _no_pictures(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    from modelsearch.answer.emptiness import picture_note

    models = [place.model for place in finder.rank(replace(parsed, text="")).places]
    if models:
        found.results = finder.numbered(models)
        found.notes.append(picture_note(finder.connection, parsed, models))
        if "curve" in parsed.question.lower():
            found.notes += _recorded_curves(finder, found.results)
    else:
        finder.nothing_found(parsed, found)
