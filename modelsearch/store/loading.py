"""Reading rows about models and pictures from the database, many at once.

Reading many models takes two statements, however many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain

from modelsearch.records.jsontext import numbers_json
from modelsearch.records.structs import made, names
from modelsearch.records.typed import TYPE_CHECKING, Any, TypeVar
from modelsearch.store.rows import (
    TERM_LISTS,
    Detail,
    EvidenceRow,
    ImageRow,
    MetricRow,
    ModelRow,
    NamedValue,
    RemarkRow,
    StageRow,
    TermRow,
)

if TYPE_CHECKING:
    from array import array

    import apsw

T = TypeVar("T")


def load_rows(connection: apsw.Connection, ids: Sequence[int]) -> list[ModelRow]:
    """Read models by ``model.id``, in the order of ``ids``; ids that are gone are left out."""
    found = _rows(connection, ids)
    rows: Any = connection.execute(_ROW_TERMS_SQL, (numbers_json(ids),)) if ids else ()
    for model, *term in rows:
        if model in found:
            _add_term(found[model], *term)
    return [found[one] for one in ids if one in found]


def _rows(connection: apsw.Connection, ids: Sequence[int]) -> dict[int, ModelRow]:
    """Return the rows of models by ``model.id``, their lists of terms still empty."""
    plain = connection.execute(_ROWS_SQL, (numbers_json(ids),)) if ids else ()
    found = made(ModelRow, ((*row[:-1], *_nothing_else(row[-1])) for row in plain))
    return {row.rowid: row for row in found}


def _nothing_else(weaker: str | None) -> tuple[Any, ...]:
    """Return what a row holds behind its columns before it is known: no terms, no place. Of
    ``weaker``, a task that code does not bear out, it is noted how far it stands.
    """
    noted = dict([weaker.rsplit("\n", 1)]) if weaker is not None else {}
    return (*([] for _ in TERM_LISTS), noted, None, None, None)


def _add_term(row: ModelRow, kind: str, name: str, strength: str, role: str | None) -> None:
    """Put a term into its list of a row; of data only what the model is trained on."""
    if kind not in TERM_LISTS or (kind == "dataset" and role != "train"):
        return
    getattr(row, TERM_LISTS[kind]).append(name)
    if strength != "code":
        row.weaker[name] = strength


def load_details(connection: apsw.Connection, ids: Sequence[int]) -> list[Detail]:
    """Read everything about several models, in the order of ``ids``."""
    by_id = _rows(connection, ids)
    rows = [by_id[one] for one in ids if one in by_id]
    from modelsearch.store.run_rows import Recorded, load_recorded

    wanted = numbers_json(sorted(by_id))
    of = {name: _by_model(connection, name, wanted) for name in _DETAIL_SQL}
    for model, terms in of["terms"].items():
        for term in terms:
            _add_term(by_id[model], term.kind, term.name, term.strength, term.role)
    recorded = {model for (model,) in connection.execute(_RECORDED_SQL, (wanted,))}
    points = {model: [*chain(*curves)] for model, curves in of["curves"].items()}
    results = _together(of["metrics"], of["run_results"], points)
    evidence = _together(of["evidence"], of["run_evidence"])
    return made(
        Detail,
        (
            (
                row,
                of["stages"].get(row.rowid, []),
                of["hyperparameters"].get(row.rowid, []),
                results.get(row.rowid, []),
                of["layer_facts"].get(row.rowid, []),
                of["terms"].get(row.rowid, []),
                evidence.get(row.rowid, []),
                sum(of["images"].get(row.rowid, ())),
                of["remarks"].get(row.rowid, []),
                load_recorded(connection, row.rowid) if row.rowid in recorded else Recorded(),
            )
            for row in rows
        ),
    )


def _together(*tables: dict[int, list[T]]) -> dict[int, list[T]]:
    """Return the values of some tables by model, those of the first table first."""
    found: dict[int, list[T]] = {}
    for table in tables:
        for model, values in table.items():
            found.setdefault(model, []).extend(values)
    return found


def load_detail(connection: apsw.Connection, model_rowid: int) -> Detail:
    """Read everything about one model. Raises KeyError when there is no such row."""
    details = load_details(connection, [model_rowid])
    if not details:
        raise KeyError(model_rowid)
    return details[0]


def load_images(
    connection: apsw.Connection,
    where_sql: str = "1",
    params: Sequence[Any] | Mapping[str, Any] = (),
    limit: int | None = None,
) -> list[ImageRow]:
    """Read pictures by a condition over ``image i`` (with ``model m`` and ``root r`` joined).

    ``where_sql`` is trusted text with bound parameters. In order of model, epoch (unknown last),
    step and path. ``limit`` of None reads them all.
    """
    tail = "" if limit is None else f" LIMIT {int(limit):d}"
    # The condition is compiled by this program; what the user wrote is bound.
    sql = f"{_IMAGES_SQL} WHERE {where_sql} {_IMAGES_ORDER}{tail}"
    return [ImageRow(*values) for values in connection.execute(sql, params)]


def picture_owners(
    connection: apsw.Connection, where_sql: str, params: Sequence[Any]
) -> tuple[array[int], list[str | None]]:
    """Return the row ids and the models' names of the pictures that :func:`load_images` reads, in
    the same order.
    """
    from array import array

    sql = (
        "SELECT i.id, m.model_id FROM image i LEFT JOIN model m ON m.id = i.model "
        f"JOIN root r ON r.id = i.root WHERE {where_sql} {_IMAGES_ORDER}"
    )
    ids, names, once = array("q"), [], dict[str, str]()
    for one, name in connection.execute(sql, params):
        ids.append(one)
        names.append(name and once.setdefault(name, name))  # a model has many pictures
    return ids, names


def _by_model(connection: apsw.Connection, name: str, wanted: str) -> dict[int, list[Any]]:
    """Return what is made of the rows of a table's query, by the model that a row begins with."""
    rows: Any = connection.execute(f"{_WANTED}\n{_DETAIL_SQL[name]}", (wanted,)).fetchall()
    groups: dict[int, list[Any]] = {}
    for row, value in zip(rows, _MAKE[name](row[1:] for row in rows), strict=True):
        groups.setdefault(row[0], []).append(value)
    return groups


def _metric(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values of a :class:`MetricRow`, which direction is better as a truth."""
    *others, higher = values
    return (*others, None if higher is None else bool(higher))


def _points(
    name: str, split: str | None, points: int, higher: int | None, data: bytes, *exact: Any
) -> list[MetricRow]:
    """Return the points of a curve as results, thinned where they are many; ``exact`` are the steps
    and values that are stored in full.
    """
    from modelsearch.store.curves import plain32, thinned, unpack

    steps, values = unpack(data, points)
    better = None if higher is None else bool(higher)
    full = {exact[0]: exact[1], exact[2]: exact[3]}
    return [
        MetricRow(name, full.get(steps[at]) or plain32(values[at]), None, split, steps[at], better)
        for at in thinned(values, better)
    ]


def _named(name: str, number: float | None, text: str | None) -> tuple[str, Any]:
    """Return the values of a :class:`NamedValue`. Numbers are stored as REAL; a whole one is given
    back as the integer it was.
    """
    if number is None:
        return name, text
    whole = abs(number) < 2**53 and number == int(number)
    return name, int(number) if whole else number


#: The columns of a :class:`ModelRow` that do not stand in ``model m``.
_ELSEWHERE = {
    "rowid": "m.id",
    "root": "r.path",
    **{name: f"s.{name}" for name in ("batch_size", "learning_rate", "optimizer", "epochs")},
}

_WANTED = "WITH wanted (id) AS (SELECT DISTINCT value FROM json_each(?))"
#: The columns of a :class:`ModelRow` in its order, up to the lists of terms.
_ROW_COLUMNS = names(ModelRow)[: names(ModelRow).index("families")]
_ROWS_SQL = f"""{_WANTED}
SELECT {", ".join(_ELSEWHERE.get(name, f"m.{name}") for name in _ROW_COLUMNS)},
  CASE WHEN m.task_strength <> 'code' THEN m.task || char(10) || m.task_strength END
FROM wanted w JOIN model m ON m.id = w.id JOIN root r ON r.id = m.root
LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"""
_ROW_TERMS_SQL = f"""{_WANTED}
SELECT x.model, t.kind, t.name, x.strength, x.role
FROM wanted w JOIN model_term x ON x.model = w.id JOIN term t ON t.id = x.term
WHERE t.kind IN ({", ".join(f"'{kind}'" for kind in TERM_LISTS)})
ORDER BY x.model, t.kind, x.position, t.name"""


def _of_model(table: str, columns: Iterable[str], order: str) -> str:
    chosen = ", ".join(f"x.{name}" for name in columns)
    return f"SELECT x.model, {chosen} FROM wanted w JOIN {table} x ON x.model = w.id {order}"


#: The path of a row of run_evidence, run_setting or curve, whose alias is put in.
BELOW = (
    "CASE WHEN {0}.path IS NULL THEN r.path WHEN {0}.path LIKE './%' "
    "THEN r.path || substr({0}.path, 2) ELSE {0}.path END"
)


def ends_with(path: str) -> str:
    """Return the SQL condition that a path is the first parameter, in any case, or ends with it
    behind a slash.
    """
    return (
        f"(lower({path}) = lower(?1) OR substr(lower({path}), -length(?1) - 1) = '/' || lower(?1))"
    )


_EVIDENCE_COLUMNS = [
    "coalesce(x.path, m.path)" if name == "path" else f"x.{name}" for name in names(EvidenceRow)
]
_DETAIL_SQL = {
    "stages": _of_model("training_stage", names(StageRow), "ORDER BY x.model, x.position"),
    "hyperparameters": _of_model("hyperparameter", ("name", "number", "text"), "ORDER BY x.id"),
    "metrics": _of_model("metric", names(MetricRow), "WHERE x.run IS NULL ORDER BY x.id"),
    "run_results": f"""SELECT r.model, {", ".join(f"x.{name}" for name in names(MetricRow))}
FROM wanted w JOIN run r ON r.model = w.id AND r.stands = 1
JOIN run_result x ON x.run = r.id AND x.reported_at = 'final' ORDER BY x.id""",
    "curves": """SELECT r.model, c.name, c.split, c.points, c.higher_is_better, c.data,
  c.best_at, c.best, c.last_at, c.last
FROM wanted w JOIN run r ON r.model = w.id AND r.stands = 1 JOIN curve c ON c.run = r.id
WHERE EXISTS (SELECT 1 FROM run_result x WHERE x.run = c.run AND x.name = c.name) ORDER BY c.id""",
    "run_evidence": f"""SELECT r.model, e.field, e.value, {BELOW.format("e")}, e.line, e.key,
  'output', e.note, e.agrees
FROM wanted w JOIN run r ON r.model = w.id AND r.stands = 1
JOIN run_evidence e ON e.run = r.id AND e.field LIKE 'metric %' ORDER BY e.position""",
    "layer_facts": _of_model("layer_fact", ("name", "number", "text"), "ORDER BY x.id"),
    "evidence": f"""SELECT x.model, {", ".join(_EVIDENCE_COLUMNS)}
FROM wanted w JOIN model m ON m.id = w.id JOIN evidence x ON x.model = w.id
ORDER BY x.model, x.position""",
    "terms": """SELECT x.model, t.kind, t.name, x.role, x.subset, x.note, x.strength, t.axis
FROM wanted w JOIN model_term x ON x.model = w.id JOIN term t ON t.id = x.term
ORDER BY x.model, t.kind, x.position, t.name""",
    "remarks": """SELECT x.model, x.kind, x.value, x.author, x.made_at
FROM wanted w JOIN remark x ON x.model = w.id
WHERE x.kind IN ('tag', 'note') AND x.undone_at IS NULL ORDER BY x.model, x.id""",
    "images": """SELECT x.model, count(*) FROM wanted w JOIN image x ON x.model = w.id
GROUP BY x.model""",
}
#: What is made of the rows of each table, a value for each row.
_MAKE: dict[str, Callable[[Iterable[tuple[Any, ...]]], Iterable[Any]]] = {
    "stages": lambda rows: made(StageRow, ((*v[:2], bool(v[2]), *v[3:]) for v in rows)),
    "hyperparameters": lambda rows: made(NamedValue, (_named(*v) for v in rows)),
    "metrics": lambda rows: made(MetricRow, map(_metric, rows)),
    "run_results": lambda rows: made(MetricRow, map(_metric, rows)),
    "curves": lambda rows: (_points(*values) for values in rows),
    "layer_facts": lambda rows: made(NamedValue, (_named(*v) for v in rows)),
    "terms": partial(made, TermRow),
    "evidence": lambda rows: made(EvidenceRow, ((*v[:-1], bool(v[-1])) for v in rows)),
    "run_evidence": lambda rows: made(EvidenceRow, ((*v[:-1], bool(v[-1])) for v in rows)),
    "remarks": partial(made, RemarkRow),
    "images": lambda rows: (count for (count,) in rows),
}

#: The models that have a run or a checkpoint.
_RECORDED_SQL = f"""{_WANTED}
SELECT w.id FROM wanted w WHERE EXISTS (SELECT 1 FROM run x WHERE x.model = w.id)
  OR EXISTS (SELECT 1 FROM checkpoint x WHERE x.model = w.id)"""

_IMAGES_SQL = """SELECT i.image_id, m.model_id, r.path, i.path, i.epoch, i.step, i.kind,
  i.created_at, i.modified_at, i.format, i.width, i.height, i.frames, i.size_bytes,
  i.id, i.sha256, i.perceptual_hash, i.prompt, i.seconds
FROM image i LEFT JOIN model m ON m.id = i.model JOIN root r ON r.id = i.root"""
_IMAGES_ORDER = """ORDER BY m.model_id IS NULL, m.model_id, i.epoch IS NULL, i.epoch,
  i.step IS NULL, i.step, i.path"""
