"""Comparison questions about the fixtures, with answers worked out by hand from their facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Indexed, run

QUESTIONS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "comparison_questions.json").read_text(encoding="utf-8")
)


def marked(entries: list[dict[str, Any]]) -> list[Any]:
    """Those that fail because a fixture is read wrongly today say so."""
    return [
        pytest.param(
            entry,
            marks=[pytest.mark.xfail(reason=entry["known_gap"])] if "known_gap" in entry else [],
            id=entry["question"][:60],
        )
        for entry in entries
    ]


def asked(indexed: Indexed, question: str) -> dict[str, Any]:
    found = indexed.json("query", question, "--limit", "0", "--today", "2025-06-15")
    assert found["intent"] == "compare"
    assert isinstance(found, dict)
    return found


def values(entries: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {entry["field"]: entry["values"] for entry in entries}


def plain(value: Any) -> Any:
    """Lists of names have no order here."""
    return sorted(value) if isinstance(value, list) else value


@pytest.mark.parametrize("entry", marked([one for one in QUESTIONS if "models" in one]))
def test_models_side_by_side(indexed: Indexed, entry: dict[str, Any]) -> None:
    found = asked(indexed, entry["question"])
    comparison = found["comparison"]
    assert comparison["kind"] == "models"
    assert comparison["models"] == entry["models"]
    differences, shared, partly = (
        values(comparison[name]) for name in ("differences", "shared", "partly_known")
    )
    for field, expected in entry["differs"].items():
        assert [plain(v) for v in differences[field]] == [plain(v) for v in expected]
    for field, expected in entry.get("shared", {}).items():
        assert {str(plain(v)) for v in shared[field]} == {str(plain(expected))}
    for field in entry.get("unequal_knowledge", ()):
        assert field in partly
    for field in entry.get("nowhere", ()):
        assert field not in {**differences, **shared, **partly}
    if "only" in entry:
        assert set(differences) == set(entry["only"])
    for sentence in entry.get("says", ()):
        assert sentence in found["summary"]


@pytest.mark.parametrize("entry", marked([one for one in QUESTIONS if "cohorts" in one]))
def test_groups_side_by_side(indexed: Indexed, entry: dict[str, Any]) -> None:
    comparison = asked(indexed, entry["question"])["comparison"]
    assert comparison["kind"] == "cohorts"
    assert [sorted(c["models"]) for c in comparison["cohorts"]] == entry["cohorts"]
    numbers = {one["field"]: one["summaries"] for one in comparison["numbers"]}
    for field, expected in entry["numbers"].items():
        found = [[one["median"], one["minimum"], one["maximum"]] for one in numbers[field]]
        assert found == [pytest.approx(one) for one in expected]
    categories = {one["field"]: one for one in comparison["categories"]}
    for field, shares in entry.get("shares", {}).items():
        counted = {one["value"]: one["counts"] for one in categories[field]["values"]}
        known = categories[field]["known"]
        for value, expected in shares.items():
            assert [list(pair) for pair in zip(counted[value], known, strict=True)] == expected
    if "small" in entry:
        assert [cohort["small"] for cohort in comparison["cohorts"]] == entry["small"]


def test_groups_too_large_to_be_compared_are_said_to_be(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelsearch.answer.compare.cohorts.MOST", 10)
    found = indexed.json("query", "compare diffusion models and GANs")
    assert found["comparison"] is None and found["total"] > 10
    (note,) = [one for one in found["notes"] if "groups of up to 10 models" in one]
    assert "models and" in note
    refused = run(
        "compare", "--cohort", "diffusion models", "--cohort", "GANs", "--db", str(indexed.db)
    )
    assert refused.exit_code != 0 and "groups of up to 10" in str(refused.exception)
