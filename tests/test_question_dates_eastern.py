"""Dates in Chinese and Japanese, beside other words without a space."""

from __future__ import annotations

from datetime import date

import pytest

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse

Bounds = tuple[str | None, str | None]


@pytest.mark.parametrize(
    ("question", "bounds"),
    [
        ("2025年3月", ("2025-03-01", "2025-04-01")),
        ("2025年3月训练的模型", ("2025-03-01", "2025-04-01")),
        ("2025年3月に作成されたモデル", ("2025-03-01", "2025-04-01")),
        ("2025年三月训练的模型", ("2025-03-01", "2025-04-01")),
        ("2024年训练的模型", ("2024-01-01", "2025-01-01")),
        ("三月训练的模型", ("--03-01", "--04-01")),
        ("3月のモデル", ("--03-01", "--04-01")),
        ("十二月", ("--12-01", "--01-01")),
        ("三月十四日", ("--03-14", "--03-15")),
        ("2025年二月二十八日", ("2025-02-28", "2025-03-01")),
        ("2025年3月以降のモデル", ("2025-03-01", None)),
        ("2025年3月之前的模型", (None, "2025-03-01")),
        ("2025年3月之后的模型", ("2025-04-01", None)),
        ("2025年3月まで", (None, "2025-04-01")),
        ("去年训练的模型", ("2024-01-01", "2025-01-01")),
        ("昨日作成されたモデル", ("2025-06-14", "2025-06-15")),
        ("上个月的模型", ("2025-05-01", "2025-06-01")),
        ("2025年3月起", ("2025-03-01", None)),
    ],
)
def test_dates_beside_other_words(question: str, bounds: Bounds) -> None:
    parsed = parse(question, Lexicon(), today=date(2025, 6, 15))
    assert [tuple(one["value"]) for one in parsed.filters] == [bounds]
    assert parsed.text == ""
