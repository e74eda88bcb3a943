"""How a parse and an answer differ from a label."""

from __future__ import annotations

from typing import Any

from bench.questions import facts
from bench.questions.meaning import canonical_name, meaning_of_label, meaning_of_tree, same_meaning
from modelsearch.records.question import And, Filter, Node, Not, ParsedQuery, Sort

Label = dict[str, Any]


def judge_parse(label: Label, parsed: ParsedQuery) -> str | None:
    """Return what differs from the label, None where nothing does."""
    mode = label.get("judge", "all")
    if mode == "answer":
        return ""
    if mode == "no dates":
        dates = [one for one in parsed.filters if one["field"] in ("created", "modified")]
        return f"dates {dates}" if dates else None
    for check in (
        _check_intent,
        _check_filters,
        _check_order,
        _check_asked,
        _check_cohorts,
        _check_pictures,
        _check_text,
    ):
        problem = check(label, parsed)
        if problem:
            return problem
    return None


def _check_intent(label: Label, parsed: ParsedQuery) -> str | None:
    right = (label["intent"], *label.get("intent_any", ()))
    return None if parsed.intent in right else f"intent {parsed.intent}"


def _check_filters(label: Label, parsed: ParsedQuery) -> str | None:
    if "cohorts" in label:
        return None
    found = meaning_of_tree(parsed.where)
    choices = [label, *label.get("also_right", ())]
    if any(same_meaning(meaning_of_label(c["filters"], c.get("logic")), found) for c in choices):
        return None
    shown = [
        f"{'not ' if one['negated'] else ''}{one['field']} {one['op']} {one['value']}"
        for one in parsed.filters
    ]
    return f"filters {shown or 'none'}, text {parsed.text!r}"


def _check_order(label: Label, parsed: ParsedQuery) -> str | None:
    wanted = [label.get("sort"), *label.get("sort_any", ())]
    found = _sort(parsed.sort)
    if found not in [_named_sort(one) for one in wanted]:
        return f"sort {found}"
    if parsed.limit != label.get("limit"):
        return f"limit {parsed.limit}"
    return None


def _sort(sort: Sort | None) -> tuple[str, bool] | None:
    return None if sort is None else (sort.field.casefold(), sort.descending)


def _named_sort(wanted: dict[str, Any] | None) -> tuple[str, bool] | None:
    return None if wanted is None else (wanted["field"].casefold(), wanted["descending"])


def _check_asked(label: Label, parsed: ParsedQuery) -> str | None:
    if "asked" in label:
        right = [set(label["asked"]), *(set(one) for one in label.get("asked_any", ()))]
        if set(parsed.asked) not in right:
            return f"asked for {parsed.asked}"
    if "group_by" in label and parsed.group_by != label["group_by"]:
        return f"grouped by {parsed.group_by}"
    return None


def _check_cohorts(label: Label, parsed: ParsedQuery) -> str | None:
    if "cohorts" not in label:
        return None
    wanted = [meaning_of_label(c["filters"], c.get("logic")) for c in label["cohorts"]]
    if all(
        len(c["filters"]) == 1 and c["filters"][0]["field"] == "model" for c in label["cohorts"]
    ):
        named = sorted(c["filters"][0]["value"] for c in label["cohorts"])
        if sorted(parsed.references) == named:
            return None
    found = [meaning_of_tree(cohort.where) for cohort in parsed.cohorts]
    fits = len(found) == len(wanted) and all(
        same_meaning(a, b) for a, b in zip(wanted, found, strict=True)
    )
    return None if fits else f"cohorts {[cohort.filters for cohort in parsed.cohorts]}"


def _check_pictures(label: Label, parsed: ParsedQuery) -> str | None:
    if "image" not in label:
        return None
    wanted = label["image"]
    part = parsed.image
    found = meaning_of_tree(part.where if part else None)
    # A kind may admit pictures of unknown kind: that is a choice of answering, not of reading.
    known = {key for key in found.leaves if key[1] != "exists"}
    right = set(meaning_of_label(wanted["filters"], None).leaves)
    if known != right:
        return f"pictures {sorted(known, key=repr)}"
    if "sort" in wanted and (part is None or _sort(part.sort) != _named_sort(wanted["sort"])):
        return f"picture order {part.sort if part else None}"
    if "limit" in wanted and (part is None or part.limit != wanted["limit"]):
        return f"picture limit {part.limit if part else None}"
    return None


def _check_text(label: Label, parsed: ParsedQuery) -> str | None:
    missing = set(label.get("text", "").casefold().split()) - set(parsed.text.casefold().split())
    return f"text {parsed.text!r}" if missing else None


def judge_meant(label: Label, parsed: ParsedQuery) -> str | None:
    """Return how the models that the parse means by the facts differ from the label's."""
    if "ids" not in label or "images" in label or "cohorts" in label:
        return ""
    filters: list[dict[str, Any]] = []

    def write(node: Node) -> str:
        if isinstance(node, Filter):
            value = list(node.value) if isinstance(node.value, tuple) else node.value
            name = canonical_name(node.field, value)
            filters.append({"field": node.field, "op": node.op, "value": name})
            return str(len(filters) - 1)
        if isinstance(node, Not):
            return f"not ({write(node.part)})"
        joiner = " and " if isinstance(node, And) else " or "
        return "(" + joiner.join(write(part) for part in node.parts) + ")"

    logic = write(parsed.where) if parsed.where is not None else "True"
    try:
        sure, optional = facts.answers(filters, logic)
    except KeyError as problem:
        return f"{problem} is not among the facts"
    if parsed.sort is not None:
        most = parsed.limit or len(facts.facts())
        sure, tied = facts.best(sure, parsed.sort.field, parsed.sort.descending, most)
        optional = [*optional, *tied]
    wanted = set(label["ids"])
    either = set(label.get("optional", ())) | set(optional)
    return _difference(set(sure) | (set(optional) & wanted), wanted, either)


def judge_answer(label: Label, found: dict[str, Any]) -> str | None:
    """Return how the answer differs from the label's, None where it does not."""
    if "cohorts" in label:
        return _judge_cohorts(label, found)
    if "images" in label:
        got = {f"{one['path']}" for one in found.get("images", ())}
        return _difference(got, set(label["images"]), set())
    if "ids" not in label:
        return ""
    got = {row["model_id"] for row in found["results"]}
    problem = _difference(got, set(label["ids"]), set(label.get("optional", ())))
    listed = len(label["ids"]) + len(label.get("optional", ()))
    if problem is None and len(got) < min(label.get("limit") or 0, listed):
        return f"{len(got)} models"
    if problem is None and label["intent"] == "count" and not label.get("optional"):
        count = (found.get("answer") or {}).get("count")
        return None if count == len(label["ids"]) else f"counted {count}"
    return problem


def _judge_cohorts(label: Label, found: dict[str, Any]) -> str | None:
    comparison = found.get("comparison") or {}
    got = [set(one["models"]) for one in comparison.get("cohorts", ())]
    if not got:
        got = [{row["model_id"]} for row in found["results"]]
        got.sort(key=sorted)
    wanted = [(set(c["ids"]), set(c.get("optional", ()))) for c in label["cohorts"]]
    if not comparison.get("cohorts"):
        wanted.sort(key=lambda pair: sorted(pair[0]))
    if len(got) != len(wanted):
        return f"{len(got)} cohorts"
    for models, (ids, optional) in zip(got, wanted, strict=True):
        problem = _difference(models, ids, optional)
        if problem:
            return problem
    return None


def _difference(got: set[str], wanted: set[str], optional: set[str]) -> str | None:
    missing, more = sorted(wanted - got), sorted(got - wanted - optional)
    if not missing and not more:
        return None
    return f"missing {missing[:6]}, too many {more[:6]}"
