"""Results that a notebook printed, where the text is unmistakable: ``val_accuracy: 0.93``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, Metric
from modelsearch.static.source.program import Module

#: Words for the parts of data that a result is of.
SPLITS = {
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "train": "train",
    "training": "train",
}
_RESULT = re.compile(
    r"(?P<split>\b(?:val|valid|validation|dev|test|testing|train|training)[ _.\-]+)?"
    r"(?<![A-Za-z])(?P<name>accuracy|acc|f1(?:[ _-]score)?|precision|recall|auc|loss|perplexity|ppl"
    r"|bleu|rouge-?[12l]|mse|mae|rmse|r2|fid|iou|dice|psnr|ssim)(?![A-Za-z])"
    r"(?P<more>[^:=\n%|,;]{0,60}?)[ \t]*(?:[:=]|\bis\b)[ \t]*"
    r"(?P<value>-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?![\d.]*[/:])[ \t]*(?P<percent>%)?",
    re.IGNORECASE,
)
#: A number about some samples that were picked is no result on the data set.
_FEW = re.compile(
    r"(?i)\b(these|those|few|random|first|last|single|one)\b.*"
    r"\b(sample|image|example|row|picture|digit|point)|"
    r"\b\d{1,3} (random |test |training )?(sample|image|example|picture|digit)s?\b"
)
_EPOCH = re.compile(r"\bepoch[:= \t#\[]*(\d+)", re.IGNORECASE)
#: Shares: what is above one was meant in percent.
SHARES = frozenset({"accuracy", "F1", "precision", "recall", "AUC", "IoU", "Dice score"})
_MAX_TEXT = 20_000
_MAX_LINE = 600


def read_outputs(main: Module) -> list[Metric]:
    """Return the last value of each metric that the cells' outputs state.

    Shares in percent are given as fractions; ``step`` is the epoch that the line, or the one
    before it, names.
    """
    if main.notebook is None:
        return []
    found: dict[tuple[str, str | None], Metric] = {}
    for output in main.notebook.outputs:
        where = Evidence(main.path, "output", None, f"cell {output.cell} output")
        epoch: int | None = None
        for line in re.split(r"[\r\n]+", output.text[-_MAX_TEXT:]):
            named = _EPOCH.search(line[:_MAX_LINE])
            epoch = int(named[1][:9]) if named else epoch
            for metric in _line(line[-_MAX_LINE:], epoch, where):
                found[metric.name, metric.split] = metric
    return list(found.values())


def _line(line: str, epoch: int | None, where: Evidence) -> Iterator[Metric]:
    for match in _RESULT.finditer(line):
        if _FEW.search(match["more"]):
            continue
        term = vocabulary.find("metric", match["name"])
        name = term.name if term else match["name"].lower()
        value = float(match["value"])
        if match["percent"] or (name in SHARES and 1 < value <= 100):
            value = round(value / 100, 10)
        better = term.higher_is_better if term else None
        yield Metric(name, value, where, None, _split(match), epoch, better)


def _split(match: re.Match[str]) -> str | None:
    """Return the part of the data, before the metric's name or after it (``accuracy on test
    images``).
    """
    words = re.findall(r"[a-z]+", f"{match['split'] or ''} {match['more']}".lower())
    return next((SPLITS[word] for word in words if word in SPLITS), None)
