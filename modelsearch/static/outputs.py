"""Final results that a notebook printed, where the text is unmistakable."""

from __future__ import annotations

import re

from modelsearch import vocabulary
from modelsearch.records import Evidence, Metric
from modelsearch.static.program import Module

_RESULT = re.compile(
    r"(?P<split>\b(?:val|valid|validation|test|train|training)[ _])?"
    r"(?P<name>accuracy|acc|f1(?:[ _]score)?|auc|loss|perplexity|mse|mae|rmse|r2|fid|iou)"
    r"\s*[:=]\s*(?P<value>\d+(?:\.\d+)?(?:e-?\d+)?)\s*(?P<percent>%)?",
    re.IGNORECASE,
)
_SPLITS = {"val": "validation", "valid": "validation", "training": "train"}


def read_outputs(main: Module) -> list[Metric]:
    """Return the last value of each metric that the cells' outputs state (``accuracy: 0.93``)."""
    if main.notebook is None:
        return []
    found: dict[tuple[str, str | None], Metric] = {}
    for output in main.notebook.outputs:
        for match in _RESULT.finditer(output.text[-20_000:]):
            term = vocabulary.find("metric", match["name"])
            value = float(match["value"]) / (100 if match["percent"] else 1)
            split = (match["split"] or "").strip(" _").lower() or None
            split = _SPLITS.get(split, split) if split else None
            name = term.name if term else match["name"].lower()
            where = Evidence(main.path, "output", None, f"cell {output.cell} output")
            better = term.higher_is_better if term else None
            found[name, split] = Metric(name, value, where, None, split, None, better)
    return list(found.values())
