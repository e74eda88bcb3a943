"""JSON on the way of a question. Its parser takes as long to import as ten modules of this package,
so it is imported by the first text that needs it: commands that only print rows never do.
"""

from __future__ import annotations

from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def from_json(text: str) -> Any:
    """Return what a text in JSON says."""
    import json

    return json.loads(text)


def to_json(value: Any) -> str:
    """Return a value as JSON, letters of every script as they are."""
    import json

    return json.dumps(value, ensure_ascii=False)


def numbers_json(numbers: Iterable[int]) -> str:
    """Return whole numbers as a list in JSON, which a statement takes apart by ``json_each``."""
    return f"[{','.join(map(str, map(int, numbers)))}]"
