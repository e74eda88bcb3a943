"""The conditions of a question as SQL over ``run r``, its model ``m`` and that model's stage ``s``.

What a run recorded counts; only where it recorded nothing, what its script says.
"""

from __future__ import annotations

import apsw

from modelsearch import vocabulary
from modelsearch.answer.run_notes import SCRIPTED, STEPS_PLANNED
from modelsearch.answer.run_results import of_result
from modelsearch.query.names.recorded_names import RecordedNames
from modelsearch.query.names.recorded_results import RecordedResults, is_number
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import Filter, Node, Not
from modelsearch.records.structs import replace
from modelsearch.search.compile import Sql, compile_model
from modelsearch.search.sources.comparisons import comparison, names_below
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import FIELDS, by_name
from modelsearch.vocabulary.runs import ENDED_EARLY, IS_TRIAL, columns

#: But not where the run recorded settings and only others of its model this one: it had none.
_OR_SCRIPT = (
    "coalesce(r.{0}, CASE WHEN NOT (EXISTS (SELECT 1 FROM run_setting x WHERE x.run = r.id) AND "
    "EXISTS (SELECT 1 FROM run y WHERE y.model = r.model AND y.{0} IS NOT NULL)) THEN s.{0} END)"
)
#: Columns of a run that a question's fields mean. The epochs of a run are those that it was set to
#: go, else those that it went.
_COLUMNS = {
    **{name: (_OR_SCRIPT.format(name), kind) for name, kind in SCRIPTED.items()},
    "epochs": (f"coalesce(r.epochs, r.epochs_done, {_OR_SCRIPT.format('epochs')})", "number"),
    "steps": (f"coalesce(r.steps_done, {STEPS_PLANNED})", "number"),
    "created": ("coalesce(r.started_at, r.ended_at)", "date"),
    "modified": ("coalesce(r.ended_at, r.started_at)", "date"),
    "devices": ("r.devices", "number"),
    "seed": ("r.seed", "number"),
    **{
        field.name: (f"r.{field.column}", field.kind)
        for field in FIELDS
        if field.source in ("run", "run date")
    },
}
#: What a script plans today says nothing of its older runs where one of them went further; of steps
#: that the run's own output counts to, the last tenth may be missing in a log that is kept now and
#: then.
_UNFINISHED = (
    f"(coalesce(r.status IN {ENDED_EARLY} OR r.epochs_done < r.epochs OR (r.status IS NULL AND ("
    f"(r.epochs_done < {_OR_SCRIPT.format('epochs')} AND NOT EXISTS (SELECT 1 FROM run y WHERE "
    "y.model = r.model AND y.epochs_done > s.epochs)) "
    f"OR r.steps_done < 0.9 * {STEPS_PLANNED})), 0))"
)
#: Fields of names that are columns of runs.
_NAMES = frozenset({"optimizer", "dataset"})
_TEXTS_SQL = (
    "SELECT DISTINCT text FROM run_setting WHERE text IS NOT NULL "
    "AND name IN (SELECT value FROM json_each(?))"
)
#: Makers of GPUs and others that are none of CUDA's, as the names of devices have them.
_OTHER_MAKERS = ("apple", "amd", "radeon", "intel", "tpu", "ascend", "gaudi")
#: Results that say which way is better: by these a run is judged.
_RESULTS = (
    "EXISTS (SELECT 1 FROM run_result x WHERE x.run = r.id AND x.higher_is_better IS NOT NULL)"
)


class RunConditions:
    """Turns filters into conditions on the runs of one database."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._recorded = RecordedNames(connection, "runs")
        self._results = RecordedResults(connection)

    def meant(self, node: Node) -> Node:
        """Return a tree in which a name that runs recorded is asked of what they recorded, not of
        the models whose texts or paths have it.
        """
        if isinstance(node, Not):
            return Not(self.meant(node.part))
        if not isinstance(node, Filter):
            return type(node)(tuple(map(self.meant, node.parts)))
        named = node.by is not None and node.op == "=" and node.field in _NAMES
        return replace(node, by=None) if named and self._any_recorded(node) else node

    def _any_recorded(self, one: Filter) -> bool:
        sql = f"SELECT 1 FROM run WHERE {one.field} = ? COLLATE NOCASE LIMIT 1"
        return bool(fetch_all(self._connection, sql, (str(one.value),)))

    def of(self, one: Filter) -> Sql:
        """Return the condition on ``run r`` that a filter states; what speaks of models is asked
        of ``m``.
        """
        if one.op in ("exists", "missing") and one.field != "results":
            return self._recorded_at_all(one)
        named = _NAMED.get(one.field)
        if named is not None:
            return named(one)
        if one.field in _COLUMNS and one.op != "stored":
            column, kind = _COLUMNS[one.field]
            test = comparison(column, kind, one)
            return Sql(f"(coalesce({test.text}, 0))", test.params)
        if one.field == "scheduler" and isinstance(one.value, str):
            return self._scheduler(one)
        if one.field == "dataset" and isinstance(one.value, str):
            model = compile_model(one)
            return Sql(
                f"(coalesce(r.dataset = ? COLLATE NOCASE, {model.text}))",
                (one.value, *model.params),
            )
        results = self._results.names(one.field) if is_number(one) else ()
        if results:
            return of_result(results, one)
        field = by_name().get(one.field)
        of_models = field is not None and field.kind in (
            "term",
            "text",
        )  # a setting "model" is none
        names = () if of_models else self._recorded.names(one.field)
        if names and isinstance(one.value, int | float | tuple | str):
            return _of_setting(names, one)
        curves = self._results.names(one.field, "curves") if is_number(one) else ()
        if curves:
            return of_result(curves, one)
        if is_number(one) and vocabulary.find("metric", one.field) is not None:
            return Sql("0")  # a result that no run recorded is none of theirs
        return compile_model(one)

    def _scheduler(self, one: Filter) -> Sql:
        """Return the condition that a run's setting means a schedule or a narrower one; of a run
        that recorded none, what its script says counts.
        """
        from modelsearch.vocabulary.schedules import schedule_meant

        wanted = {name.casefold() for name in names_below("scheduler", str(one.value))}
        names = texts_json(self._recorded.names("scheduler"))
        recorded = (
            "SELECT 1 FROM run_setting x WHERE x.run = r.id AND x.text IS NOT NULL "
            "AND x.name IN (SELECT value FROM json_each(?))"
        )
        texts = fetch_all(self._connection, _TEXTS_SQL, (names,))
        meant = [text for (text,) in texts if schedule_meant(text).casefold() in wanted]
        model = compile_model(one)
        return Sql(
            f"(EXISTS ({recorded} AND x.text IN (SELECT value FROM json_each(?))) "
            f"OR (NOT EXISTS ({recorded}) AND {model.text}))",
            (names, texts_json(meant), names, *model.params),
        )

    def _recorded_at_all(self, one: Filter) -> Sql:
        """Return the condition that a run recorded something, whatever it was, or did not: what
        its script says is not asked here.
        """
        field = by_name().get(one.field)
        column = columns().get(one.field)
        if field is not None and field.source in ("run", "run date"):
            name = field.column
        elif column is not None:
            name = column.column
        elif names := self._recorded.names(one.field):
            return _of_recorded(names, one)
        elif field is not None and field.kind == "number":
            return Sql("0" if one.op == "exists" else "1")
        else:
            return compile_model(one)
        where = "m" if name == "model_id" else "r"
        return Sql(f"({where}.{name} IS {'NOT ' if one.op == 'exists' else ''}NULL)")


def _of_status(one: Filter) -> Sql:
    denied = "NOT " if one.op == "!=" else ""
    if one.value == "unfinished":
        return Sql(f"({denied}{_UNFINISHED})")
    return Sql(f"({denied}coalesce(r.status = ?, 0))", (str(one.value),))


def _of_results(one: Filter) -> Sql:
    return Sql(f"(NOT {_RESULTS})" if one.op == "missing" else f"({_RESULTS})")


def _of_experiment(one: Filter) -> Sql:
    return Sql("(coalesce(r.experiment = ? COLLATE NOCASE, 0))", (str(one.value),))


def _of_hardware(one: Filter) -> Sql:
    """Return the condition on what a run trained on: a product by its own name (``A100``), a kind
    of device by its name or, for CUDA, by that of any GPU that no other maker is named in.
    """
    kind = str(one.value)
    product = next((word for word in one.text.split() if any(sign.isdigit() for sign in word)), "")
    if product:
        return Sql("(coalesce(instr(lower(r.hardware), lower(?)) > 0, 0))", (product,))
    others = [term.name for term in vocabulary.terms("hardware") if term.name != kind]
    made_elsewhere = " AND ".join(f"lower(r.hardware) NOT LIKE '%{one}%'" for one in _OTHER_MAKERS)
    by_name = f"{int(kind == 'CUDA')} AND {made_elsewhere}"
    return Sql(
        "(coalesce(r.hardware = ? COLLATE NOCASE OR (r.hardware COLLATE NOCASE NOT IN "
        f"(SELECT value FROM json_each(?)) AND {by_name}), 0))",
        (kind, texts_json(others)),
    )


def _of_name(one: Filter) -> Sql:
    """Return the condition that a run has one of some names, each on a line of the value."""
    names = texts_json(str(one.value).split("\n"))
    return Sql("(r.run_id IN (SELECT value FROM json_each(?)))", (names,))


def _of_base(one: Filter) -> Sql:
    recorded = "SELECT 1 FROM run_evidence e WHERE e.run = r.id AND e.field = 'base_model'"
    return Sql(
        f"(EXISTS ({recorded} AND instr(lower(e.value), lower(?)) > 0) OR EXISTS (SELECT 1 FROM "
        "checkpoint k WHERE k.run = r.id AND instr(lower(k.base_model), lower(?)) > 0) OR "
        f"(NOT EXISTS ({recorded}) AND EXISTS (SELECT 1 FROM hyperparameter h WHERE "
        "h.model = r.model AND h.name = 'base_model' AND instr(lower(h.text), lower(?)) > 0)))",
        (str(one.value),) * 3,
    )


def _of_trial(_one: Filter) -> Sql:
    """Return the condition that a run is a trial of a search, which are called so."""
    return Sql(f"({IS_TRIAL})")


_NAMED = {
    "status": _of_status,
    "results": _of_results,
    "experiment": _of_experiment,
    "hardware": _of_hardware,
    "run": _of_name,
    "base_model": _of_base,
    "trial": _of_trial,
}


def _of_recorded(names: tuple[str, ...], one: Filter) -> Sql:
    recorded = (
        "EXISTS (SELECT 1 FROM run_setting x WHERE x.run = r.id "
        "AND x.name IN (SELECT value FROM json_each(?)))"
    )
    denied = "" if one.op == "exists" else "NOT "
    return Sql(f"({denied}{recorded})", (texts_json(names),))


def _of_setting(names: tuple[str, ...], one: Filter) -> Sql:
    """Return the condition that a run recorded a setting under one of its names, a number or a
    text; of a run that recorded none at all, what its script says counts.
    """
    recorded = "SELECT 1 FROM run_setting x WHERE x.run = r.id"
    if isinstance(one.value, str):
        test = Sql("x.text = ? COLLATE NOCASE", (one.value,))
    else:
        test = comparison("x.number", "number", one)
    listed = texts_json(names)
    model = compile_model(one)
    return Sql(
        f"(EXISTS ({recorded} AND x.name IN (SELECT value FROM json_each(?)) AND {test.text}) "
        f"OR (NOT EXISTS ({recorded}) AND {model.text}))",
        (listed, *test.params, *model.params),
    )
