"""By which of their own numbers a question orders checkpoints: "the highest epoch", "the most
parameters", "largest step first".
"""

from __future__ import annotations

from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns

_COLUMNS = {
    "epoch": "epoch",
    "epochs": "epoch",
    "step": "step",
    "steps": "step",
    "parameters": "parameters",
    "params": "parameters",
    "weights": "parameters",
    "size": "size_bytes",
    "tensors": "tensors",
}
_UPWARD = frozenset({"lowest", "smallest", "fewest", "least", "minimum", "min", "earliest"})
_ORDER = lazy(
    r"(?i)\b(?:(?:has|have|had|with|from|of|at|by)\s+)?(?:the\s+)?"
    r"(?P<word>highest|largest|biggest|most|latest|maximum|max|lowest|smallest|fewest|least|"
    rf"minimum|min|earliest)\s+(?:number of\s+)?(?P<name>{'|'.join(_COLUMNS)})\b"
)


def read_own_order(text: str, asked: AskedRuns) -> str:
    """Read the number of theirs that checkpoints are ordered by; return the words that are left."""
    found = _ORDER.search(text) if asked.thing == "checkpoints" else None
    if found is None:
        return text
    column = _COLUMNS[found["name"].lower()]
    asked.first = f"-{column}" if found["word"].lower() in _UPWARD else column
    return f"{text[: found.start()]} {text[found.end() :]}"
