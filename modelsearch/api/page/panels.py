"""Parts of a model's page that other installed packages add: titled lines of plain text."""

from __future__ import annotations

from functools import cache
from typing import Any

from modelsearch.records import plugins
from modelsearch.records.text import plain
from modelsearch.store.rows import Detail, EvidenceRow

_MOST = 200  #: lines of a panel

#: A title, and its lines: a label, a text, and where it was read, which is not known here.
_Lines = list[tuple[str, str, EvidenceRow | None]]
Section = tuple[str, _Lines]


def panels(detail: Detail) -> list[Section]:
    """Return what packages say of a model. One that fails says so in its place."""
    found: list[Section] = []
    for name, panel, reason in _loaded():
        if panel is None:
            found.append((name, [("not shown", reason, None)]))
            continue
        lines: _Lines
        try:
            lines = [
                (str(label), plain(value), None) for label, value in panel.lines(detail.as_json())
            ]
        except Exception as error:
            lines = [("not shown", f"{type(error).__name__}: {error}", None)]
        if lines:
            found.append((panel.TITLE, lines[:_MOST]))
    return found


def is_panel(named: Any) -> bool:
    """Return whether an object has what a panel has."""
    return isinstance(getattr(named, "TITLE", None), str) and callable(
        getattr(named, "lines", None)
    )


@cache
def _loaded() -> tuple[tuple[str, Any, str], ...]:
    found = plugins.found(plugins.PANELS)
    return tuple((entry.name, *plugins.load(entry, is_panel)) for entry in found)
