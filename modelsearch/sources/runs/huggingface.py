"""Folders of Hugging Face's Trainer: the trainer's state, its results, and what it started from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.artefacts import Evidence, Fact
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading
from modelsearch.sources.checkpoints import torch
from modelsearch.sources.runs.columns import number
from modelsearch.sources.runs.configs import add_settings, flat, read_json
from modelsearch.sources.runs.logs import flat_results, listed
from modelsearch.sources.runs.opening import Folder
from modelsearch.sources.runs.series import curves

KIND = "huggingface"
_MAX_BYTES = 64_000_000
_RESULTS = frozenset(
    {
        "all_results.json",
        "train_results.json",
        "eval_results.json",
        "test_results.json",
        "predict_results.json",
    }
)
_CONFIGURED = ("adapter_config.json", "training_args.bin")
_CHECKPOINT = re.compile(r"^checkpoint-\d+$")
_LIMITS = {"num_train_epochs": "epochs", "train_batch_size": "batch_size"}


def recognise(path: str) -> str | None:
    """Return the folder of the run that a file belongs to: above its ``checkpoint-500``."""
    place = place_of(path)
    if place.name not in (*_RESULTS, *_CONFIGURED, "trainer_state.json"):
        return None
    above = place_of(place.folder)
    if _CHECKPOINT.match(above.name):
        return above.folder if place.name not in _RESULTS else None
    return place.folder


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return the run that a folder of the Trainer tells of."""
    part = RunPart(run, "Hugging Face", 2)
    reading = RunReading([part])
    states = [path for path in paths if path.endswith("trainer_state.json")]
    if states:
        _state(part, folder, max(states, key=_latest), reading)
    for path in _latest_of_each(paths):
        name = PurePosixPath(path).name
        try:
            if name in _RESULTS:
                _results(part, folder.text(path, 1_000_000), path)
            elif name == "adapter_config.json":
                _adapter(part, folder.text(path, 1_000_000), path)
            elif name == "training_args.bin":
                _arguments(part, folder, path)
        except (ReadingError, ValueError) as error:
            reading.notes.append(f"{path}: {error}")
    if not (part.curves or part.results or part.settings or part.facts):
        reading.parts.clear()
    return reading


def _latest(path: str) -> tuple[bool, int]:
    """The state beside the checkpoints says more than those in them, of which the last
    does.
    """
    inner = PurePosixPath(path).parent.name
    return not _CHECKPOINT.match(inner), int(inner.rpartition("-")[2] or 0) if "-" in inner and (
        inner.rpartition("-")[2].isdigit()
    ) else 0


def _latest_of_each(paths: Sequence[str]) -> list[str]:
    """Return the paths of the files that say most, one of each name."""
    by_name: dict[str, list[str]] = {}
    for path in paths:
        by_name.setdefault(PurePosixPath(path).name, []).append(path)
    return [max(its, key=_latest) for its in by_name.values()]


def _state(part: RunPart, folder: Folder, path: str, reading: RunReading) -> None:
    try:
        text = folder.text(path, _MAX_BYTES)
        data = read_json(text)
    except ReadingError as error:
        reading.notes.append(f"{path}: {error}")
        return
    if not isinstance(data, dict):
        return
    history = data.get("log_history")
    lines = text.split("\n")
    if isinstance(history, list):
        part.curves += curves(listed(history, lines), path)
        _summed(part, history, path)

    def where(key: str) -> Evidence:
        line = next((n for n, one in enumerate(lines, 1) if json.dumps(key) in one), None)
        return Evidence(path, "output", line, key)

    for key, column in _LIMITS.items():
        value = number(data.get(key))
        if value is not None and value > 0 and value.is_integer():
            part.add(column, int(value), where(key))
    done = number(data.get("epoch"))
    if done is not None and done.is_integer():
        part.add("epochs_done", int(done), where("epoch"))
    steps, most = number(data.get("global_step")), number(data.get("max_steps"))
    part.add("steps_done", int(steps) if steps is not None else None, where("global_step"))
    if steps and most and steps >= most:
        part.add("status", "finished", where("max_steps"))
    settings: dict[str, Any] = {
        key: data[key]
        for key in (
            "max_steps",
            "best_metric",
            "best_model_checkpoint",
            "logging_steps",
            "eval_steps",
            "save_steps",
        )
        if isinstance(data.get(key), int | float | str)
    }
    add_settings(part, settings, path)


def _summed(part: RunPart, history: list[Any], path: str) -> None:
    """The entry that sums the training up."""
    for entry in history:
        if isinstance(entry, dict) and number(entry.get("train_runtime")) is not None:
            where = Evidence(path, "output", None, "train_runtime")
            part.add("duration_s", number(entry["train_runtime"]), where)


def _results(part: RunPart, text: str, path: str) -> None:
    data = read_json(text)
    if not isinstance(data, dict):
        return
    part.results += flat_results(data, text.split("\n"), path)
    where = Evidence(path, "output", None, "train_runtime")
    part.add("duration_s", number(data.get("train_runtime")), where)


def _arguments(part: RunPart, folder: Folder, path: str) -> None:
    """The Trainer's arguments, which are pickled: read by their opcodes."""
    record = torch.read(folder, path, folder.size(path))
    settings = {
        name.removeprefix("setting "): fact.value
        for name, fact in (record.more if record else {}).items()
        if name.startswith("setting ")
    }
    add_settings(part, settings, path)


def _adapter(part: RunPart, text: str, path: str) -> None:
    data = read_json(text)
    if not isinstance(data, dict):
        return
    base = data.get("base_model_name_or_path")
    if isinstance(base, str) and base:
        part.base_model = Fact(base, Evidence(path, "config", None, "base_model_name_or_path"))
    kept = (
        "r",
        "lora_alpha",
        "lora_dropout",
        "peft_type",
        "task_type",
        "bias",
        "use_dora",
        "target_modules",
    )
    add_settings(part, flat({f"adapter.{key}": data[key] for key in kept if key in data}), path)
