"""Final metrics that a notebook's outputs show: ``val_accuracy: 0.93``, ``Test loss = 0.12``."""

from __future__ import annotations

import re

from modelsearch import vocabulary
from modelsearch.records import Evidence, Metric
from modelsearch.static.program import Module

_PAIR = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9_@\-]*(?:[ \-][A-Za-z0-9_@]+){0,3})\s*(?:\([^)]{0,12}\)\s*)?"
    r"(?:[:=]|\bis\b|\bof\b)\s*(?P<value>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?P<percent>\s*%)?"
)
_SPLITS = {
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "train": "train",
    "training": "train",
}
_FILLER = frozenset({"final", "best", "avg", "average", "mean", "the", "model", "total", "score"})
_EPOCH = re.compile(r"^\s*Epoch[: ]+\[?(\d+)", re.I)


def read_metrics(module: Module) -> list[Metric]:
    """The last value of each metric that the outputs of a notebook print."""
    if module.notebook is None:
        return []
    found: dict[tuple[str, str | None], Metric] = {}
    for output in module.notebook.outputs:
        epoch: int | None = None
        for line in output.text.replace("\r", "\n").split("\n"):
            match = _EPOCH.match(line)
            if match:
                epoch = int(match.group(1))
            evidence = Evidence(module.path, "output", None, f"cell {output.cell}")
            for metric in _line(line[-600:], epoch, evidence):
                found[metric.name, metric.split] = metric
    return list(found.values())[:40]


def _line(line: str, epoch: int | None, evidence: Evidence) -> list[Metric]:
    metrics = []
    for match in _PAIR.finditer(line):
        named = _metric_name(match.group("name"))
        if named is None:
            continue
        name, split, better = named
        try:
            value = float(match.group("value"))
        except (ValueError, OverflowError):
            continue
        metrics.append(Metric(name, value, evidence, None, split, epoch, better))
    return metrics


def _metric_name(text: str) -> tuple[str, str | None, bool | None] | None:
    """Split ``val_accuracy`` into the metric and the part of the data."""
    words = [word for word in re.split(r"[ _\-]+", text.lower()) if word]
    split = next((_SPLITS[word] for word in words if word in _SPLITS), None)
    kept = [word for word in words if word not in _SPLITS and word not in _FILLER]
    for start in range(len(kept)):
        term = vocabulary.find("metric", " ".join(kept[start:]))
        if term is not None:
            return term.name, split, term.higher_is_better
    return ("loss", split, False) if kept and kept[-1] == "loss" else None
