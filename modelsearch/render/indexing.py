"""The closing words of an index run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.records.text import escape

if TYPE_CHECKING:
    from modelsearch.index.indexing import IndexSummary
    from modelsearch.index.runs.stage import RunSummary

_SHOWN_FAILURES = 10


def index_text(summary: IndexSummary, db: Path, *, verbose: bool = False) -> str:
    """Return the summary of a run: models, pictures, what was skipped and why, seconds."""
    lines = [
        f"{_count(summary.models, 'model')} in {db} "
        f"({summary.added} new, {summary.updated} changed, {summary.unchanged} unchanged, "
        f"{summary.removed} removed)",
        f"{_count(summary.images + summary.images_unchanged, 'picture')} "
        f"({summary.images} read, {summary.images_unowned} that belong to no model)",
    ]
    if summary.runs.total:
        lines.append(_runs(summary.runs))
    if summary.images_mislabelled:
        lies = summary.images_mislabelled
        lines.append(f"{_count(lies, 'picture')} named as another format than the bytes are")
    skipped = sum(summary.skipped.values())
    if skipped:
        reasons = ", ".join(
            f"{count} {escape(reason)}" for reason, count in summary.skipped.most_common(6)
        )
        rest = len(summary.skipped) - 6
        more = f", {rest} other reasons" if rest > 0 else ""
        lines.append(f"{_count(skipped, 'script')} skipped: {reasons}{more}")
    if summary.failed:
        lines.append(f"{_count(len(summary.failed), 'file')} could not be read:")
        shown = summary.failed if verbose else summary.failed[:_SHOWN_FAILURES]
        lines += [f"  {escape(path)}: {escape(reason)}" for path, reason in shown]
        if len(shown) < len(summary.failed):
            lines.append(f"  and {len(summary.failed) - len(shown)} more (--verbose)")
    if summary.masked:
        places = summary.masked if verbose else summary.masked[:_SHOWN_FAILURES]
        rest = len(summary.masked) - len(places)
        listed = ", ".join(escape(place) for place in places)
        more = f" and {rest:,} more (--verbose)" if rest else ""
        lines.append(f"{_count(len(summary.masked), 'secret')} masked: {listed}{more}")
    lines += [escape(note) for note in summary.notes]
    encoded = f", {_count(summary.encoded, 'passage')} encoded" if summary.encoded else ""
    lines.append(f"{summary.seconds:.1f} s{encoded}")
    return "\n".join(lines)


def _runs(runs: RunSummary) -> str:
    """``12 runs (9 MLflow, 3 TensorBoard; 2 without a script, 1 that several may own)``."""
    parts = ", ".join(f"{count:,} {escape(tool)}" for tool, count in runs.tools.most_common(6))
    rest = len(runs.tools) - 6
    parts += f", {rest} other kinds" if rest > 0 else ""
    owners = []
    if runs.alone:
        owners.append(f"{runs.alone:,} without a script")
    if runs.contested:
        owners.append(f"{runs.contested:,} that several scripts may own, given to none")
    if runs.bare:
        owners.append(f"{runs.bare:,} with settings alone and no script")
    told = "; ".join([parts, *([", ".join(owners)] if owners else [])])
    return f"{_count(runs.total, 'run')} ({told})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
