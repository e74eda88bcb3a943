"""Answering questions about runs and checkpoints.

A run is judged by the result that was asked for, else by its main one: of the test data, else of
data that is not named, else of the validation data, else of the training data; among those a
result that is better when higher before a loss. All other results are those *at the point* of the
best one. What a run recorded counts for it; only where it recorded nothing, what its script says.
"""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from modelsearch.answer.finder import Finder
from modelsearch.answer.run_facts import (
    differences_said,
    durations_said,
    fact_said,
    first_said,
    firsts_said,
    groups_said,
    reached_said,
    statistic_said,
)
from modelsearch.answer.run_notes import (
    SCRIPTED,
    by_script,
    matching_said,
    of_recorded,
    rule,
    ties,
    unfinished_said,
)
from modelsearch.answer.run_orders import ordered, sorted_by
from modelsearch.answer.run_points import points_said, put_at
from modelsearch.answer.run_results import splits_said
from modelsearch.answer.run_selection import emptied_by, loaded, matching
from modelsearch.answer.run_settings import add_settings, settings_asked
from modelsearch.answer.run_verdicts import VERDICTS, put_verdicts, whether_any
from modelsearch.answer.shapes import Answer, Listing
from modelsearch.answer.weights import checkpoints
from modelsearch.query.names.recorded_results import RecordedResults
from modelsearch.records.jsontext import numbers_json
from modelsearch.records.question import AskedRuns, Filter, ParsedQuery, Sort, leaves
from modelsearch.records.splits import place
from modelsearch.records.structs import replace
from modelsearch.records.typed import Any
from modelsearch.records.wordlists import word_tuple
from modelsearch.store.curves import plain32, unpack
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.runs import columns

_MOST_OTHERS = 6


def runs(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Answer a question about runs or checkpoints."""
    asked = parsed.runs or AskedRuns()
    if asked.thing == "checkpoints":
        checkpoints(finder, parsed, asked, found)
        return
    ids = matching(finder.connection, parsed.where, asked)
    compared = RecordedResults(finder.connection).asked_in(parsed.where)
    settings = settings_asked(finder.connection, parsed.where, asked, parsed.sort)
    found.notes += splits_said(finder.connection, compared, ids)
    if ids and not settings and _in_stored_order(parsed, asked):
        limit = asked.limit or parsed.limit or finder.options.limit or None
        rows = loaded(finder.connection, ids[:limit])
        _judge(finder.connection, rows, _judged_by(asked, compared))
        _tell(found, len(ids), rows, asked)
        return
    judged = _judged_by(_sorted_by(asked, parsed.sort, finder.connection), compared)
    rows = _read(finder, parsed, judged, ids, found)
    add_settings(finder.connection, rows, settings)
    if asked.ask in VERDICTS:
        rows, said = put_verdicts(finder.connection, rows, asked)
    else:
        said = _ask(finder.connection, rows, asked)
    found.total = len(rows)
    rows = ordered(rows, asked) if parsed.sort is None else sorted_by(rows, parsed.sort)
    if not rows:
        found.notes += emptied_by(finder.connection, parsed.where, asked)
    if asked.ask == "sweep":
        found.answer = Listing("runs", (), ("run_id",), tuple(said))
        found.summary = f"{found.total:,} runs."
    elif asked.ask == "groups" and rows:
        found.summary, groups = groups_said(rows, asked.fact)
        found.answer = Listing("groups", tuple(groups), ("value", "count"))
    else:
        _list(finder, parsed, found, rows, said)


def _read(
    finder: Finder, parsed: ParsedQuery, asked: AskedRuns, ids: Sequence[int], found: Answer
) -> list[dict[str, Any]]:
    """Return the runs of some ids that the words of a question name, each with what it reached."""
    rows = loaded(finder.connection, ids)
    if parsed.text and asked.named:
        found.notes.append(f"{parsed.text!r} was not read; all of what it names is shown")
    elif parsed.text:
        rows, kept = _named(rows, parsed.text), rows
        if not rows and kept:
            found.notes.append(f"no run or model goes by {parsed.text!r}")
    _judge(finder.connection, rows, asked)
    return rows


def _judged_by(asked: AskedRuns, compared: Sequence[tuple[str, Filter]]) -> AskedRuns:
    """Return what is asked with the result that conditions compare, where no other decides: it is
    what the rows show.
    """
    if asked.metric or asked.best or asked.first == "worst" or not compared:
        return asked
    name, one = compared[0]
    return replace(asked, metric=name, split=one.split or None)


def _sorted_by(asked: AskedRuns, order: Sort | None, connection: apsw.Connection) -> AskedRuns:
    """Return what is asked with the result that an order is by, where it is one."""
    names = RecordedResults(connection).names(order.field) if order is not None else ()
    return replace(asked, metric=names[0]) if names and not asked.metric else asked


def _list(
    finder: Finder,
    parsed: ParsedQuery,
    found: Answer,
    rows: Sequence[dict[str, Any]],
    said: Sequence[str],
) -> None:
    """List the runs that were found, as many as are wanted, with what is said of them."""
    asked = parsed.runs or AskedRuns()
    limit = asked.limit or parsed.limit or (1 if asked.best and asked.limit is None else None)
    shown = rows[: limit or finder.options.limit or None]
    if asked.best and shown:
        said = [*ties(rows, shown), *said]
    said = [*rule(shown, asked), *said, *by_script(parsed.where, rows), *of_recorded(asked)]
    if _of_unfinished(asked):
        said = [*said, *unfinished_said(rows)]
    _tell(found, len(rows), shown, asked, said)
    found.summary = _first_line(found.summary, rows, parsed, asked)


def _first_line(
    summary: str, rows: Sequence[dict[str, Any]], parsed: ParsedQuery, asked: AskedRuns
) -> str:
    """Return what is said first, where it is more than how many runs match."""
    if not rows:
        return summary
    if asked.ask in ("mean", "median"):
        return statistic_said(rows, asked)
    if asked.ask == "fact" and not asked.best:
        return fact_said(rows, asked)
    if asked.ask == "duration" and sum(row["duration_s"] is not None for row in rows) > 1:
        return durations_said(rows)
    if asked.ask == "point":
        return points_said(rows, asked.fact)
    if asked.ask in VERDICTS and not asked.only and len(rows) > 1:
        return whether_any(rows, asked.ask)
    if asked.named or asked.ask or asked.best:
        return summary
    if asked.first not in ("", "all"):
        return first_said(rows, asked.first)
    return matching_said(parsed.where, rows)


def _tell(
    found: Answer,
    total: int,
    shown: Sequence[dict[str, Any]],
    asked: AskedRuns,
    said: Sequence[str] = (),
) -> None:
    found.total = total
    found.answer = Listing("runs", tuple(map(_told, shown)), _columns(shown, asked), tuple(said))
    found.summary = _headline(total, shown, asked)


def _in_stored_order(parsed: ParsedQuery, asked: AskedRuns) -> bool:
    """Return whether nothing but the runs that are shown need to be read: no result or word
    decides which these are, and nothing is said of the others.
    """
    decided = parsed.text or parsed.sort or asked.ask or asked.best or asked.first or asked.named
    told = of_recorded(asked) or _of_unfinished(asked)
    return not (decided or told) and not any(
        leaf.field in SCRIPTED for leaf, _ in leaves(parsed.where)
    )


def _of_unfinished(asked: AskedRuns) -> bool:
    return any(one.field == "status" and one.value == "unfinished" for one in asked.where)


def _named(rows: Sequence[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Return the runs whose own name, experiment or model is in words that are no field."""
    words = text.casefold().split()

    def fits(row: dict[str, Any]) -> bool:
        names = " ".join(
            str(row[name] or "")
            for name in ("run_id", "model_id", "experiment", "name", "tool", "path")
        ).casefold()
        return all(word in names for word in words)

    return [row for row in rows if fits(row)]


# ---- what a run reached --------------------------------------------------------------------------


def _judge(connection: apsw.Connection, rows: Sequence[dict[str, Any]], asked: AskedRuns) -> None:
    """Give each run its result, the point where it stands, and the other results at that point."""
    wanted = numbers_json(row["id"] for row in rows)
    curves: dict[int, list[tuple[Any, ...]]] = {}
    for run, *curve in fetch_all(
        connection,
        "SELECT c.run, c.name, c.split, c.higher_is_better, c.best, c.best_at, c.counter, c.last, "
        "c.points, c.data FROM curve c WHERE c.run IN (SELECT value FROM json_each(?1)) AND EXISTS "
        "(SELECT 1 FROM run_result x WHERE x.run = c.run AND x.name = c.name) OR c.run IN (SELECT "
        "value FROM json_each(?1)) AND c.name = ?2 ORDER BY c.id",
        (wanted, asked.metric),
    ):
        curves.setdefault(run, []).append(tuple(curve))
    finals: dict[int, list[tuple[Any, ...]]] = {}
    for run, *final in fetch_all(
        connection,
        "SELECT run, name, split, higher_is_better, value FROM run_result "
        "WHERE reported_at = 'final' AND run IN (SELECT value FROM json_each(?)) ORDER BY id",
        (wanted,),
    ):
        finals.setdefault(run, []).append((*final, None, None, None, 0, b""))
    for row in rows:
        _judged(row, [*finals.get(row["id"], ()), *curves.get(row["id"], ())], asked)


def _judged(row: dict[str, Any], told: Sequence[tuple[Any, ...]], asked: AskedRuns) -> None:
    named = [one for one in told if not asked.metric or one[0].lower() == asked.metric.lower()]
    if asked.split is not None:
        named = [one for one in named if one[1] == asked.split]
    known = [one for one in named if one[3] is not None]
    row.update(metric=None, split=None, value=None, at=None, counter=None, last=None, others={})
    if not known:
        _ended(row, named)
        return
    best = min(
        known,
        key=lambda one: (
            place(one[1]),
            one[0].lower().endswith("loss"),
            one[4] is not None,
        ),
    )
    row.update(
        metric=best[0],
        split=best[1],
        value=best[3],
        at=best[4],
        counter=best[5],
        last=best[6],
        higher=best[2],
    )
    if best[4] is None:
        return
    for name, split, _, _, _, counter, _, points, data in told:
        if counter != best[5] or (name, split) == (best[0], best[1]) or not points:
            continue
        if len(row["others"]) >= _MOST_OTHERS:
            break
        steps, values = unpack(data, points)
        if best[4] in steps:
            row["others"][f"{split} {name}" if split else name] = plain32(
                values[steps.index(best[4])]
            )


def _ended(row: dict[str, Any], named: Sequence[tuple[Any, ...]]) -> None:
    """Give a run the last value of what has no better and no worse."""
    for name, split, _, best, _, counter, last, *_ in named:
        if row["value"] is None and (last is not None or best is not None):
            value = best if last is None else last
            row.update(metric=name, split=split, value=value, counter=counter, higher=None)


def _headline(total: int, shown: Sequence[dict[str, Any]], asked: AskedRuns) -> str:
    """Say the answer in a sentence: the best run by name, else how many there are."""
    if not total:
        return "No runs match."
    if asked.ask == "fact":
        return fact_said(shown, asked)
    if total == 1 and asked.named:
        return reached_said(shown[0])
    if asked.best and len(shown) == 1 and shown[0]["value"] is not None:
        return reached_said({**shown[0], "last": None})
    if asked.best and all(row["value"] is not None for row in shown):
        return firsts_said(total, shown, worst=asked.first == "worst")
    return f"{total:,} {'run matches' if total == 1 else 'runs match'}."


# ---- what is asked beyond a list -----------------------------------------------------------------


def _ask(connection: apsw.Connection, rows: list[dict[str, Any]], asked: AskedRuns) -> list[str]:
    if asked.ask == "sweep":
        return _swept(connection, rows)
    if asked.ask == "point":
        put_at(connection, rows, asked.fact)
    if asked.ask == "compare":
        return differences_said(connection, rows)
    if asked.ask == "duration":
        known = [row for row in rows if row["duration_s"] is not None]
        if rows and not known:
            return ["No file says how long it took."]
    return []


def _swept(connection: apsw.Connection, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the settings that were varied, model by model: marked as such, else those that
    differ.
    """
    said = []
    for model in dict.fromkeys(row["model_id"] for row in rows):
        its = [row["id"] for row in rows if row["model_id"] == model]
        varied = _varied(connection, its) if len(its) > 1 else {}
        for name, values in sorted(varied.items()):
            said.append(f"{model or 'nobody'}: {name}: {_some(values)}")
    return said or (["No setting differs between these runs."] if rows else [])


def _varied(connection: apsw.Connection, runs: Sequence[int]) -> dict[str, list[str]]:
    values: dict[str, dict[str, None]] = {}
    marked: set[str] = set()
    found = fetch_all(
        connection,
        "SELECT name, coalesce(text, number), swept FROM run_setting "
        "WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run",
        (numbers_json(runs),),
    )
    for name, value, swept in found:
        values.setdefault(name, {})[_short(value)] = None
        if swept:
            marked.add(name)
    differing = [name for name, its in values.items() if len(its) > 1]
    names = [name for name in differing if name in marked] or differing
    return {name: list(values[name]) for name in names}


def _some(values: Sequence[str]) -> str:
    more = f" … ({len(values)} values)" if len(values) > 8 else ""
    return ", ".join(values[:8]) + more


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON gives it: the result under its own name, without what only sorting needed."""
    inner = ("id", "higher", "planned", "steps_planned", "settings", "ends")
    told = {name: value for name, value in row.items() if name not in inner}
    return {**row.get("settings", {}), **told}


def _columns(rows: Sequence[dict[str, Any]], asked: AskedRuns) -> tuple[str, ...]:
    """Return the columns in which any run says something; of settings those that differ, too."""
    wanted = list(
        word_tuple("""
        run_id model_id metric split value at status started_at duration_s learning_rate
        batch_size optimizer epochs epochs_done seed dataset base_model tool
    """)
    )
    settings = [
        name for name in (rows[0].get("settings", {}) if rows else ()) if name not in wanted
    ]
    told = columns().get(asked.fact) if asked.ask == "fact" else None
    settings += [told.column] if told is not None and told.column not in wanted else []
    wanted[5:5] = settings
    if asked.ask in VERDICTS:
        wanted.insert(2, "verdict")
    return tuple(
        name
        for name in wanted
        if name in ("run_id", "model_id", "tool", *settings)
        or any(row.get(name) is not None for row in rows)
    )
