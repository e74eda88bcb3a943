"""The profile passage: what is known of a model, in words, for keyword and vector search."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from modelsearch.records.artefacts import ModelRecord, Passage, TrainingStage
from modelsearch.records.text import split_words

_MAX_DESCRIPTION = 600


def profile_passage(record: ModelRecord) -> Passage:
    """Write the profile of a model: its name as the title, one sentence per kind of fact."""
    reading = record.reading
    main = main_stage(reading.stages)
    sentences = [
        _sentence("", [_text(fact.value) for fact in reading.families], " model"),
        _sentence("trained on ", [dataset.name for dataset in reading.datasets]),
        _sentence("task: ", [_text(f.value) for f in (reading.task, reading.application) if f]),
        _sentence(
            "class ",
            [_with_words(_text(reading.architecture.value))] if reading.architecture else [],
        ),
        _sentence("framework ", [_text(fact.value) for fact in reading.frameworks]),
        _sentence("techniques: ", [_text(fact.value) for fact in reading.techniques]),
        _sentence("optimizer ", _stage_words(main)),
        (_text(reading.description.value)[:_MAX_DESCRIPTION] if reading.description else ""),
    ]
    title = split_words(str(PurePosixPath(record.path).parent / PurePosixPath(record.path).stem))
    text = ". ".join(sentence for sentence in sentences if sentence)
    return Passage("profile", text or title, f"{record.model_id} {title}", record.path, 1)


def main_stage(stages: Iterable[TrainingStage]) -> TrainingStage | None:
    """Return the main stage, else the last one, else None."""
    last = None
    for stage in stages:
        if stage.main:
            return stage
        last = stage
    return last


def _stage_words(stage: TrainingStage | None) -> list[str]:
    if stage is None:
        return []
    facts = (stage.optimizer, stage.scheduler, *stage.loss)
    return [_text(fact.value) for fact in facts if fact is not None]


def _with_words(name: str) -> str:
    words = split_words(name)
    return name if words == name else f"{name} ({words})"


def _sentence(before: str, values: list[str], after: str = "") -> str:
    return f"{before}{', '.join(dict.fromkeys(values))}{after}" if values else ""


def _text(value: object) -> str:
    return str(value)
