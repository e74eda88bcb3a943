"""What stands in the cells of a model in every table."""

from __future__ import annotations

from modelsearch.records.text import UNKNOWN, listed, one_line
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from modelsearch.store.rows import ModelRow


def framework_name(row: ModelRow) -> str:
    """Return the framework with its version where that is known: ``PyTorch 2.7``."""
    if row.framework is None:
        return UNKNOWN
    return one_line(f"{row.framework} {row.framework_version or ''}")


def architecture_name(row: ModelRow) -> str:
    """Return the trained class, else the families."""
    return one_line(row.architecture) if row.architecture else listed(row.families)
