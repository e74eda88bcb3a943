"""Answering questions about checkpoints: which there are, how large, and which is the best."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.answer.shapes import Answer, Listing
from modelsearch.query.names.recorded_names import RecordedNames
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import AskedRuns, Filter, Node, ParsedQuery, conjuncts
from modelsearch.records.text import number
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.records.wordlists import word_tuple
from modelsearch.search.compile import Sql, compile_model, compile_over
from modelsearch.search.sources.comparisons import comparison
from modelsearch.store.database import fetch_all, fetch_value

if TYPE_CHECKING:
    from modelsearch.answer.finder import Finder

_FIELDS = word_tuple("""
    path model_id run_id format size_bytes epoch step parameters tensors dtype class base_model
    monitored monitored_value is_best is_last saved_at framework_version sha256 is_pointer
    owner_from note
""")
_SELECT = ", ".join(
    {"model_id": "m.model_id", "run_id": "r.run_id"}.get(name, f"k.{name}") for name in _FIELDS
)
_FROM = (
    "checkpoint k LEFT JOIN model m ON m.id = k.model LEFT JOIN run r ON r.id = k.run "
    "LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"
)
_MOST_SAID = 3  #: runs whose checkpoint is explained
_NUMBERS = {
    "size": "k.size_bytes",
    "size_bytes": "k.size_bytes",
    "parameters": "k.parameters",
    "epochs": "k.epoch",
    "epoch": "k.epoch",
    "steps": "k.step",
}


def checkpoints(finder: Finder, parsed: ParsedQuery, asked: AskedRuns, found: Answer) -> None:
    """Answer a question about checkpoints."""
    rows = _listed(finder.connection, parsed.where, asked)
    words = parsed.text.casefold().split()
    rows = [row for row in rows if all(word in _names(row) for word in words)]
    said: list[str] = []
    if asked.metric:
        rows, said = _by_result(finder.connection, rows, asked)
    elif asked.best and asked.descending is not None:
        rows = sorted(rows, key=lambda row: row["size_bytes"], reverse=asked.descending)
    elif asked.best:
        rows = [row for row in rows if row["is_best"]] or rows
    elif asked.first in ("started_at", "-started_at"):
        rows = sorted(
            rows,
            key=lambda row: (row["epoch"] or -1, row["step"] or -1, row["saved_at"] or ""),
            reverse=asked.first == "started_at",
        )
    elif asked.first:
        rows, said = _by_own(rows, asked.first)
    found.total = len(rows)
    single = (asked.best or asked.first) and not asked.limit
    limit = asked.limit or parsed.limit or (1 if single else finder.options.limit)
    shown = rows[: limit or None]
    columns = word_tuple("""
        path model_id run_id format size_bytes epoch step parameters class base_model monitored
        monitored_value value saved_at
    """)
    kept = tuple(
        name
        for name in columns
        if name in ("path", "model_id", "size_bytes")
        or any(row.get(name) is not None for row in shown)
    )
    plain = tuple({name: value for name, value in row.items() if name != "run"} for row in shown)
    found.answer = Listing("checkpoints", plain, kept, tuple(said))
    matching = "1 checkpoint matches." if len(rows) == 1 else f"{len(rows):,} checkpoints match."
    found.summary = matching if rows else "No checkpoints match."
    if not rows:
        found.notes += _emptied_by(finder.connection, parsed, asked)


def _by_own(rows: list[dict[str, Any]], column: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return checkpoints by a number of their own, those that state none last, and say how many
    these are. Of several at one epoch, the later step comes first, and the other way round.
    """
    name, downward = column.removeprefix("-"), not column.startswith("-")
    known = [row for row in rows if row.get(name) is not None]
    known.sort(key=lambda row: (row[name], row["step"] or 0), reverse=downward)
    unknown = [row for row in rows if row.get(name) is None]
    verb = "says" if len(unknown) == 1 else "say"
    said = [f"{len(unknown):,} {verb} no {name} and come last."] if unknown else []
    return known + unknown, said


def _emptied_by(connection: apsw.Connection, parsed: ParsedQuery, asked: AskedRuns) -> list[str]:
    """Say which condition no checkpoint satisfies, or that it is all of them together."""
    from modelsearch.answer.emptiness import describe
    from modelsearch.answer.run_selection import conditions_told

    recorded = RecordedNames(connection, "checkpoints")

    def condition(one: Filter) -> Sql:
        return _condition(one, recorded)

    def count(sql: Sql) -> int:
        counted = f"SELECT count(*) FROM {_FROM} WHERE {sql.text}"
        return int(fetch_value(connection, counted, sql.params))

    told = [(describe(part), compile_over(part, condition)) for part in conjuncts(parsed.where)]
    told += [(f'"{one.text or one.field}"', condition(one)) for one in asked.where]
    said = conditions_told(told, count, "checkpoint")
    if not said and parsed.text:
        said = [f"no checkpoint, run or model goes by {parsed.text!r}"]
    return said


def _names(row: dict[str, Any]) -> str:
    return " ".join(
        str(row[name] or "")
        for name in ("path", "model_id", "run_id", "format", "class", "base_model")
    ).casefold()


def _listed(
    connection: apsw.Connection, where: Node | None, asked: AskedRuns
) -> list[dict[str, Any]]:
    recorded = RecordedNames(connection, "checkpoints")

    def condition(one: Filter) -> Sql:
        return _condition(one, recorded)

    conditions = [] if where is None else [compile_over(where, condition)]
    conditions += [condition(one) for one in asked.where]
    text = " AND ".join(one.text for one in conditions) or "1"
    rows = fetch_all(
        connection,
        f"SELECT {_SELECT}, k.run FROM {_FROM} WHERE {text} ORDER BY m.model_id, k.path",
        tuple(value for one in conditions for value in one.params),
    )
    return [dict(zip((*_FIELDS, "run"), row, strict=True)) for row in rows]


def _condition(one: Filter, recorded: RecordedNames) -> Sql:
    column = _NUMBERS.get(one.field)
    if column is not None and one.op not in ("exists", "stored"):
        test = comparison(column, "number", one)
        return Sql(f"(coalesce({test.text}, 0))", test.params)
    if one.field in ("created", "modified"):
        test = comparison("k.saved_at", "date", one)
        return Sql(f"(coalesce({test.text}, 0))", test.params)
    names = recorded.names(one.field)
    if names and one.op not in ("exists", "stored"):
        return _of_setting(names, one)
    return compile_model(one)


def _of_setting(names: tuple[str, ...], one: Filter) -> Sql:
    """Return the condition that a checkpoint holds a setting under one of its names, or that its
    run recorded it.
    """
    listed = texts_json(names)
    kind = "text" if isinstance(one.value, str) else "number"
    test = comparison(f"x.{kind}", kind, one)
    known = "x.name IN (SELECT value FROM json_each(?))"
    return Sql(
        "(EXISTS (SELECT 1 FROM checkpoint_fact x WHERE x.checkpoint = k.id AND x.name IN "
        f"(SELECT 'setting ' || value FROM json_each(?)) AND {test.text}) OR EXISTS "
        f"(SELECT 1 FROM run_setting x WHERE x.run = k.run AND {known} AND {test.text}))",
        (listed, *test.params, listed, *test.params),
    )


def _by_result(
    connection: apsw.Connection, rows: Sequence[dict[str, Any]], asked: AskedRuns
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the checkpoint at the best point of each run's curve, else the nearest before it;
    where no curve is known, by the value that the checkpoint itself states.
    """
    split = " AND c.split IS ?" if asked.split is not None else ""
    found: list[dict[str, Any]] = []
    said: list[str] = []
    higher = True
    for run in dict.fromkeys(row["run"] for row in rows if row["run"] is not None):
        curves = fetch_all(
            connection,
            "SELECT c.best, c.best_at, c.counter, c.higher_is_better, c.split FROM curve c "
            f"WHERE c.run = ? AND c.name = ? AND c.best IS NOT NULL{split} ORDER BY CASE c.split "
            "WHEN 'test' THEN 0 WHEN 'validation' THEN 1 WHEN 'train' THEN 3 ELSE 2 END LIMIT 1",
            (run, asked.metric, *([asked.split] if asked.split is not None else [])),
        )
        its = [row for row in rows if row["run"] == run]
        if curves:
            best, best_at, counter, better, of = curves[0]
            higher = bool(better)
            chosen = _at(its, best_at, counter)
            if chosen is not None:
                row, how = chosen
                label = f"{of} {asked.metric}" if of else asked.metric
                said.append(
                    f"{row['run_id']}: {label} is best at {counter} {best_at} "
                    f"({number(best)}); {how}."
                )
                found.append({**row, "value": best})
    for row in rows:
        stated = str(row["monitored"] or "").lower().replace("_", " ")
        if (
            row["monitored_value"] is not None
            and asked.metric.lower().split()[-1] in stated
            and (row not in found)
        ):
            found.append({**row, "value": row["monitored_value"]})
            higher = not stated.endswith("loss")
    descending = higher if asked.descending is None else asked.descending
    ordered = sorted(found, key=lambda row: row["value"], reverse=descending)
    first = [row["run_id"] for row in ordered[:_MOST_SAID]]
    return ordered, [one for one in said if one.partition(": ")[0] in first][:_MOST_SAID]


def _at(
    rows: Sequence[dict[str, Any]], best_at: int, counter: str
) -> tuple[dict[str, Any], str] | None:
    """Return the checkpoint of a point, else the nearest before it, and which of both it is. A step
    is counted when it is done or when it begins: one more or less is the same.
    """
    name = "epoch" if counter == "epoch" else "step"
    counted = [row for row in rows if row[name] is not None]
    near = (0, 1) if name == "step" else (0,)
    exact = [row for row in counted if row[name] - best_at in near]
    if exact:
        return exact[0], f"saved there: {exact[0]['path']}"
    before = [row for row in counted if row[name] < best_at]
    if before:
        nearest = max(before, key=lambda row: row[name])
        return nearest, f"the nearest saved before is {nearest['path']}"
    marked = [row for row in rows if row["is_best"]]
    return (marked[0], f"{marked[0]['path']} is marked as the best") if marked else None
