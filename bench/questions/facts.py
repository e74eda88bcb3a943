"""Which fixture models satisfy a label's filters, by the hand-written facts alone.

Nothing of modelsearch's parser, reader or database takes part: the truth is
``tests/fixtures_facts.json`` and, for what those leave out, ``readings.json`` beside this file.
A condition has one of SQL's three outcomes for each model (an unknown number is neither above nor
below anything), or several where an honest reader may decide either way; those models become
``optional`` and count neither for nor against.
"""

from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
Outcomes = frozenset[bool | None]

_YES: Outcomes = frozenset({True})
_NO: Outcomes = frozenset({False})
_UNKNOWN: Outcomes = frozenset({None})
_EITHER: Outcomes = frozenset({True, False})

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
#: Fields of a fact by the name of the filter field.
_SETS = {"family": "families", "dataset": "datasets", "hardware": "hardware"}
_NUMBERS = frozenset({"learning_rate", "batch_size", "epochs"})
#: Scripts whose principal framework is another but that import this one too.
_ALSO = {
    "PyTorch": ("Diffusers", "Hugging Face Transformers"),
    "Keras": ("TensorFlow",),
    "TensorFlow": ("Keras",),
    "Diffusers": (),
}


@cache
def facts() -> dict[str, dict[str, Any]]:
    """Return the facts of every fixture that is a model, by model id, with its path."""
    stated = json.loads((ROOT / "tests" / "fixtures_facts.json").read_text(encoding="utf-8"))
    return {
        one["model_id"]: {**one, "path": path} for path, one in stated.items() if one["is_model"]
    }


@cache
def readings() -> dict[str, Any]:
    """Return what reading the fixtures adds to the facts."""
    found: dict[str, Any] = json.loads(
        (Path(__file__).parent / "readings.json").read_text(encoding="utf-8")
    )
    return found


def answers(filters: list[dict[str, Any]], logic: str | None = None) -> tuple[list[str], list[str]]:
    """Return the ids that satisfy the filters, and those that may or may not be in the answer.

    ``logic`` joins the filters by their index ("0 and (1 or not 2)"); without it all must hold,
    negated ones under a not.
    """
    tree = ast.parse(logic or default_logic(filters), mode="eval").body
    sure, optional = [], []
    for model_id in sorted(facts()):
        outcomes = _evaluate(tree, filters, model_id)
        if outcomes == _YES:
            sure.append(model_id)
        elif True in outcomes:
            optional.append(model_id)
    return sure, optional


def default_logic(filters: list[dict[str, Any]]) -> str:
    """Return the conjunction of all filters, each negated one under a not."""
    terms = [
        f"not {index}" if one.get("negated") else f"{index}" for index, one in enumerate(filters)
    ]
    return " and ".join(terms) or "True"


def best(
    ids: Iterable[str], field: str, descending: bool, limit: int
) -> tuple[list[str], list[str]]:
    """Return the first ``limit`` ids by a field, and those that tie with the last of them.

    Unknown values are left out.
    """
    known = [(value, one) for one in ids if (value := value_of(one, field)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    if len(known) <= limit:
        return sorted(one for _, one in known), []
    edge = known[limit - 1][0]
    tied = [one for value, one in known if value == edge]
    if known[limit][0] != edge:
        return sorted(one for _, one in known[:limit]), []
    return sorted(one for value, one in known[:limit] if value != edge), sorted(tied)


def value_of(model_id: str, field: str) -> Any:
    """Return the number or date of a model, None where the facts do not say."""
    fact = facts()[model_id]
    if field in ("created", "modified"):
        return fact[field]
    if field in _NUMBERS:
        return fact[field]
    if field == "images":
        return fact["images"]
    if field == "size":
        return (ROOT / "fixtures" / "models" / fact["path"]).stat().st_size
    return readings()["numbers"].get(field, {}).get(model_id)


def _evaluate(node: ast.expr, filters: list[dict[str, Any]], model_id: str) -> Outcomes:
    if isinstance(node, ast.Constant):
        return _YES if node.value is True else _leaf(filters[int(str(node.value))], model_id)
    if isinstance(node, ast.UnaryOp):
        inner = _evaluate(node.operand, filters, model_id)
        return frozenset(None if one is None else not one for one in inner)
    if not isinstance(node, ast.BoolOp):
        raise ValueError(f"logic holds {ast.dump(node)}; write indices, and, or, not")
    join = _and if isinstance(node.op, ast.And) else _or
    total = _evaluate(node.values[0], filters, model_id)
    for part in node.values[1:]:
        right = _evaluate(part, filters, model_id)
        total = frozenset(join(a, b) for a in total for b in right)
    return total


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def _leaf(one: dict[str, Any], model_id: str) -> Outcomes:
    field, op, value = one["field"], one["op"], one["value"]
    if field in ("created", "modified") and op == "in":
        return _YES if _inside(facts()[model_id][field], value) else _NO
    rule = _RULES.get(field)
    if rule is not None:
        return rule(model_id, value)
    if op == "exists":
        return _exists(model_id, field)
    return _number(value_of(model_id, field), op, value)


def _exists(model_id: str, field: str) -> Outcomes:
    if field == "images":
        return _YES if facts()[model_id]["images"] else _NO
    if field == "readme":
        return _EITHER
    value = facts()[model_id].get(_SETS.get(field, field), value_of(model_id, field))
    return _YES if value not in (None, []) else _NO


def _number(value: Any, op: str, wanted: Any) -> Outcomes:
    if value is None:
        return _UNKNOWN
    if op == "between":
        return _YES if wanted[0] <= value <= wanted[1] else _NO
    return _YES if _COMPARE[op](value, wanted) else _NO


def _inside(day: str, interval: list[str | None]) -> bool:
    start, end = interval
    if (start or end or "").startswith("--"):
        start, end = (start or "--01-01")[2:], (end or "--12-32")[2:]
        day = day[5:]
        return start <= day < end if start < end else day >= start or day < end
    return (start is None or day >= start) and (end is None or day < end)


def upwards(name: str) -> set[str]:
    """Return a name with everything that it is a kind of."""
    found = {name}
    for parent in readings()["parents"].get(name, ()):
        found |= upwards(parent)
    return found


def _stated(kind: str, model_id: str, value: str) -> Outcomes:
    """What ``readings.json`` says of a term: sure, undecided, or not."""
    outcome = _NO
    for name, entry in readings()[kind].items():
        if value in upwards(name):
            if model_id in entry["yes"]:
                return _YES
            if model_id in entry.get("maybe", ()):
                outcome = _EITHER
    return outcome


def _family(model_id: str, value: str) -> Outcomes:
    if any(value in upwards(name) for name in facts()[model_id]["families"]):
        return _YES
    return _stated("families", model_id, value)


def _dataset(model_id: str, value: str) -> Outcomes:
    return _YES if any(value in upwards(n) for n in facts()[model_id]["datasets"]) else _NO


def _subject(model_id: str, value: str) -> Outcomes:
    kept = readings()["subset_subjects"].get(model_id)
    if kept is None:
        data = facts()[model_id]["datasets"]
        kept = [one for name in data for one in readings()["subjects"].get(name, ())]
    return _YES if value in kept else _NO


def _subset(model_id: str, value: str) -> Outcomes:
    return _YES if value in facts()[model_id].get("classes", ()) else _NO


def _modality(model_id: str, value: str) -> Outcomes:
    data = readings()["modality"].get(value, ())
    return _YES if any(name in data for name in facts()[model_id]["datasets"]) else _NO


def _framework(model_id: str, value: str) -> Outcomes:
    own = facts()[model_id]["framework"]
    if value in upwards(own) or value in facts()[model_id].get("also", ()):
        return _YES
    also = own in _ALSO.get(value, ()) or (value == "PyTorch" and own == "Diffusers")
    return _EITHER if also else _NO


def _hardware(model_id: str, value: str) -> Outcomes:
    stated = [name.upper() for name in facts()[model_id]["hardware"]]
    if value in stated:
        return _YES
    return _EITHER if value == "CUDA" and "GPU" in stated else _NO


def _technique(model_id: str, value: str) -> Outcomes:
    if value == "attention":
        return _YES if value in facts()[model_id]["techniques"] else _NO
    return _stated("techniques", model_id, value)


def _same(field: str) -> Callable[[str, str], Outcomes]:
    def rule(model_id: str, value: str) -> Outcomes:
        stated = facts()[model_id][field]
        return _YES if (stated or "").casefold() == value.casefold() else _NO

    return rule


def _kind(model_id: str, value: str) -> Outcomes:
    notebook = facts()[model_id]["path"].endswith(".ipynb")
    return _YES if (value == "notebook") == notebook else _NO


def _path(model_id: str, value: str) -> Outcomes:
    return _YES if value.casefold() in facts()[model_id]["path"].casefold() else _NO


def _model(model_id: str, value: str) -> Outcomes:
    return _YES if model_id == value else _NO


def _listed(kind: str) -> Callable[[str, str], Outcomes]:
    return lambda model_id, value: _stated(kind, model_id, value)


_RULES: dict[str, Callable[[str, str], Outcomes]] = {
    "family": lambda model_id, value: _value_or_known("family", model_id, value),
    "dataset": lambda model_id, value: _value_or_known("dataset", model_id, value),
    "hardware": lambda model_id, value: _value_or_known("hardware", model_id, value),
    "optimizer": lambda model_id, value: _value_or_known("optimizer", model_id, value),
    "subject": _subject,
    "subset": _subset,
    "modality": _modality,
    "framework": _framework,
    "technique": _technique,
    "architecture": _same("architecture"),
    "scheduler": _listed("scheduler"),
    "task": _listed("task"),
    "loss": _listed("loss"),
    "kind": _kind,
    "path": _path,
    "model": _model,
}


def _value_or_known(field: str, model_id: str, value: str | None) -> Outcomes:
    """A term of a field, or, without a value, that anything is stated."""
    if value is None:
        return _exists(model_id, field)
    rules = {
        "family": _family,
        "dataset": _dataset,
        "hardware": _hardware,
        "optimizer": _same("optimizer"),
    }
    return rules[field](model_id, value)


def pictures(ids: Iterable[str], asked: dict[str, Any]) -> list[str]:
    """Return the pictures of some models that an images question asks for, by their file names."""
    found = [(one, path) for one in ids for path in facts()[one].get("image_paths", ())]
    chosen = [
        path
        for _, path in found
        if all(_picture_fits(path, one) for one in asked.get("filters", ()))
    ]
    sort = asked.get("sort")
    if sort is not None:
        chosen = [path for path in chosen if counter(path, sort["field"]) is not None]
        chosen.sort(
            key=lambda path: (counter(path, sort["field"]), path), reverse=sort["descending"]
        )
    return sorted(chosen[: asked.get("limit")])


def counter(path: str, field: str) -> int | None:
    """Return the epoch or step in a picture's file name."""
    word = "step" if field == "step" else r"(?:epoch|ep|images|reconstruction)"
    match = re.search(rf"(?<![a-z]){word}[_-]?(\d+)", path.rsplit("/", 1)[-1])
    return int(match[1]) if match else None


def picture_kind(path: str) -> str:
    """Return what a picture shows, by its file name."""
    name = path.rsplit("/", 1)[-1]
    for sign, kind in (
        ("reconstruction", "reconstruction"),
        ("curve", "loss curve"),
        (".gif", "animation"),
        ("heatmap", "attention map"),
    ):
        if sign in name:
            return kind
    return "samples"


def _picture_fits(path: str, one: dict[str, Any]) -> bool:
    if one["field"] == "image_kind":
        return picture_kind(path) == one["value"]
    return _number(counter(path, one["field"]), one["op"], one["value"]) == _YES
