"""Questions about the fixtures and the exact models that answer them, checked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Indexed

QUESTIONS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fixtures_questions.json").read_text(encoding="utf-8")
)


def ask(indexed: Indexed, question: str) -> dict[str, Any]:
    found = indexed.json("query", question, "--limit", "0", "--today", "2025-06-15")
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("entry", QUESTIONS, ids=lambda entry: entry["question"][:60])
def test_a_question_has_exactly_its_answers(indexed: Indexed, entry: dict[str, Any]) -> None:
    found = ask(indexed, entry["question"])
    if entry["intent"] == "images":
        models = {image["model_id"] for image in found["images"]}
    elif "cohorts" in entry:
        cohorts = found["comparison"]["cohorts"]
        assert [set(c["models"]) for c in cohorts] == [set(c) for c in entry["cohorts"]]
        return
    else:
        models = {row["model_id"] for row in found["results"]}
    assert models == set(entry["ids"])


def test_the_same_question_gives_the_same_bytes(indexed: Indexed) -> None:
    for entry in QUESTIONS[:12]:
        first, second = (indexed.run("query", entry["question"]).stdout for _ in range(2))
        assert first == second
