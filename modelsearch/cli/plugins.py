"""What `modelsearch plugins` does: list what installed packages add, and whether it can be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelsearch.cli.options import FORMAT, options, output_of


@options
class Installed:
    """The options of `modelsearch plugins`."""

    format: str = FORMAT


def list_plugins(_words: Sequence[str], options: Installed) -> None:
    """Print a row for each entry point on stdout."""
    from modelsearch.records.plugins import GROUPS, found, load

    rows = []
    for group in GROUPS:
        for entry in found(group):
            _, reason = load(entry, _check_of(group))
            package = entry.dist
            rows.append(
                {
                    "kind": group.partition(".")[2],
                    "name": entry.name,
                    "package": package.name if package else None,
                    "version": package.version if package else None,
                    "object": entry.value,
                    "problem": reason or None,
                }
            )
    columns = ["kind", "name", "package", "version", "object", "problem"]
    with output_of(options) as output:
        if output.is_table and not rows:
            output.text(f"no installed package adds anything; the groups are {', '.join(GROUPS)}")
        else:
            output.rows(rows, columns)


def _check_of(group: str) -> Callable[[Any], bool]:
    """Return what an object of a group must be, as the room that uses it says."""
    from modelsearch.api.page.panels import is_panel
    from modelsearch.index.own_names import is_text
    from modelsearch.records.plugins import FORMATS, LIBRARIES, PANELS, RUNS
    from modelsearch.render.added import is_writer
    from modelsearch.sources.runs.added import is_reader
    from modelsearch.static.libraries.known import is_library

    checks: dict[str, Callable[[Any], bool]] = {
        LIBRARIES: is_library, RUNS: is_reader, FORMATS: is_writer, PANELS: is_panel,
    }  # fmt: skip
    return checks.get(group, is_text)
