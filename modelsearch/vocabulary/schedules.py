"""Schedules of learning rates by the short names that settings have for them: ``linear``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from modelsearch import vocabulary
from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json


@cache
def named_schedules() -> Mapping[str, tuple[str, str]]:
    """Return the vocabulary's names of schedules by their short names: alone, and where a warm-up
    is given beside it.
    """
    loaded: dict[str, list[str]] = shipped_json(read_text(__file__, "schedules.json"))
    return {name: (alone, warmed) for name, (alone, warmed) in loaded.items()}


def schedule_meant(written: str) -> str:
    """Return the vocabulary's name of the schedule that a setting's text means, the text itself
    where it means none: ``cosine``, ``torch.optim.lr_scheduler.StepLR``.
    """
    short = named_schedules().get(written.lower())
    if short is not None:
        return short[0]
    term = vocabulary.find("scheduler", written.rpartition(".")[2])
    term = term or vocabulary.find_constructor("scheduler", written)
    return term.name if term is not None else written
