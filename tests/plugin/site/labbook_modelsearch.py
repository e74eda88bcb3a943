"""An example of a package that adds an output format and a part of a model's page.

`modelsearch query "GAN models" --format labbook` writes an entry of a lab's notebook for each row;
the page of a model shows the same under a title of its own. The entry points stand in the
dist-info folder beside this file; with a real package they stand in pyproject.toml:

    [project.entry-points."modelsearch.formats"]
    labbook = "labbook_modelsearch:write"

    [project.entry-points."modelsearch.panels"]
    labbook = "labbook_modelsearch"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TextIO

TITLE = "Lab book"


def write(rows: Sequence[Mapping[str, object]], columns: Sequence[str], stream: TextIO) -> None:
    """Write each row as an entry: its first column as the heading, the others indented below."""
    first, *others = columns
    for row in rows:
        stream.write(f"# {row.get(first)}\n")
        for name in others:
            if row.get(name) not in (None, [], ""):
                stream.write(f"    {name.replace('_', ' ')}: {row[name]}\n")


def lines(model: Mapping[str, Any]) -> Sequence[tuple[str, object]]:
    """Return the lines of a model's part of the page: labels and plain values."""
    return [
        ("entry", model["model_id"]),
        ("to check", [one["field"] for one in model["disagreements"]]),
    ]
