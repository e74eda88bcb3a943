"""The labelled questions are consistent: split by hash, answers that follow from the facts."""

from __future__ import annotations

from typing import Any

import pytest

from bench.questions import facts
from bench.questions.evaluate import read_labels, split_of

LABELS = {split: list(read_labels(split)) for split in ("dev", "heldout")}


def test_there_are_enough_and_a_third_is_kept_aside() -> None:
    total = sum(len(labels) for labels in LABELS.values())
    assert total >= 400
    assert 0.28 < len(LABELS["heldout"]) / total < 0.39


@pytest.mark.parametrize("split", sorted(LABELS))
def test_the_split_follows_from_the_question(split: str) -> None:
    assert {split_of(label["question"]) for label in LABELS[split]} == {split}


def test_no_question_is_asked_twice() -> None:
    questions = [label["question"] for labels in LABELS.values() for label in labels]
    assert len(questions) == len(set(questions))


@pytest.mark.parametrize("split", sorted(LABELS))
def test_answers_follow_from_the_facts(split: str) -> None:
    for label in LABELS[split]:
        for cohort in label.get("cohorts", ()):
            assert cohort["ids"] == facts.answers(cohort["filters"], cohort.get("logic"))[0]
        if "ids" in label and "cohorts" not in label:
            assert derived(label) == (label["ids"], label.get("images")), label["question"]


def derived(label: dict[str, Any]) -> tuple[list[str], list[str] | None]:
    ids, optional = facts.answers(label["filters"], label.get("logic"))
    if "sort" in label:
        sort = label["sort"]
        ids, _ = facts.best(ids, sort["field"], sort["descending"], label.get("limit", 10**6))
    if "images" not in label:
        return ids, None
    shown = facts.pictures(sorted({*ids, *optional}), label.get("image", {}))
    owners = [one for one in ids if set(facts.facts()[one].get("image_paths", ())) & set(shown)]
    return owners, shown
