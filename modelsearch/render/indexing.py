"""The closing words of an index run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch import __version__
from modelsearch.records.text import escape

if TYPE_CHECKING:
    from modelsearch.index.looks import LooksSummary
    from modelsearch.index.runs.stage import RunSummary
    from modelsearch.index.summary import IndexSummary

_SHOWN_FAILURES = 10
_SHOWN_NAMES = 4


def index_text(summary: IndexSummary, db: Path, *, verbose: bool = False) -> str:
    """Return the summary of a run: models, pictures, what was skipped and why, seconds."""
    lines = [
        f"{_count(summary.models, 'model')} in {db} "
        f"({summary.added} new, {summary.updated} changed, {summary.unchanged} unchanged, "
        f"{summary.removed} removed)",
        f"{_count(summary.images + summary.images_unchanged, 'picture')} "
        f"({summary.images} read, {summary.images_unowned} that belong to no model)",
        *_waiting(summary.images_waiting),
    ]
    if summary.runs.total:
        lines.append(_runs(summary.runs))
    if summary.runs.models:
        count = _count(summary.runs.models, "further model")
        lines.append(f"{count}: runs and checkpoints without a script, kind run or checkpoint")
    if summary.runs.formats:
        weights = summary.runs.formats
        kinds = ", ".join(f"{count:,} {escape(kind)}" for kind, count in weights.most_common(8))
        lines.append(f"{_count(sum(weights.values()), 'checkpoint')} ({kinds})")
    if summary.runs.unread:
        told = summary.runs.unread
        reasons = "; ".join(f"{count:,} {escape(why)}" for why, count in told.most_common(6))
        rest = len(told) - 6
        more = f"; {rest} other reasons" if rest > 0 else ""
        lines.append(
            f"{_count(sum(told.values()), 'checkpoint')} found and not read: {reasons}{more}"
        )
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
    lines += _ignored(summary.ignored)
    if summary.failed:
        lines.append(f"{_count(len(summary.failed), 'file')} could not be read:")
        shown = summary.failed if verbose else summary.failed[:_SHOWN_FAILURES]
        lines += [f"  {escape(path)}: {escape(reason)}" for path, reason in shown]
        if len(shown) < len(summary.failed):
            lines.append(f"  and {len(summary.failed) - len(shown)} more (--verbose)")
    lines += _untouched(summary)
    lines += _masked(summary.masked, verbose=verbose)
    if summary.faults:
        count = _count(len(summary.faults), "file")
        lines.append(
            f"{count} met a fault in modelsearch {__version__} itself; please report these lines, "
            "with the file if it may be shared (docs/reading.md):"
        )
        lines += [f"  {escape(path)}: {escape(reason)}" for path, reason in summary.faults]
    lines += [escape(note) for note in summary.notes]
    encoded = f", {_count(summary.encoded, 'passage')} encoded" if summary.encoded else ""
    lines.append(f"{summary.seconds:.1f} s{encoded}")
    return "\n".join(lines)


def looks_text(summary: LooksSummary, waiting: int) -> str:
    """Return what `modelsearch looks` did."""
    lines = [f"{_count(summary.seen, 'picture')} looked at"]
    if summary.failed:
        lines.append(f"{_count(len(summary.failed), 'file')} could not be read:")
        shown = summary.failed[:_SHOWN_FAILURES]
        lines += [f"  {escape(path)}: {escape(reason)}" for path, reason in shown]
        if len(shown) < len(summary.failed):
            lines.append(f"  and {len(summary.failed) - len(shown)} more")
    return "\n".join(lines + _waiting(waiting))


def _ignored(reasons: Counter[str]) -> list[str]:
    told = ", ".join(f"{count:,} by {why}" for why, count in reasons.most_common())
    return [f"{reasons.total():,} files and folders ignored: {told}"] if told else []


def _waiting(pictures: int) -> list[str]:
    count = _count(pictures, "picture")
    told = f"{count} not looked at yet (colours, likeness, plots): modelsearch looks"
    return [told] if pictures else []


def _untouched(summary: IndexSummary) -> list[str]:
    """What was left alone because it leads out of the folder or is not what it seems."""
    lines: list[str] = []
    if summary.cut_short:
        lines.append("read only in part, being more than can be followed: "
                     f"{_some(summary.cut_short)}")  # fmt: skip
    if summary.links:
        what = _count(len(summary.links), "link")
        leads = "leads" if len(summary.links) == 1 else "lead"
        was = "was" if len(summary.links) == 1 else "were"
        lines.append(f"{what} that {leads} out of the folder {was} not followed: "
                     f"{_some(summary.links)}")  # fmt: skip
    if summary.specials:
        lines.append("not opened, being pipes, sockets or devices: " + _some(summary.specials))
    if summary.histories:
        shown = [f"{place} ({reason})" for place, reason in summary.histories]
        lines.append("git history not read, dates are those of the files: " + _some(shown))
    return lines


def _some(names: list[str]) -> str:
    rest = len(names) - _SHOWN_NAMES
    shown = ", ".join(escape(name) for name in names[:_SHOWN_NAMES])
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _masked(places: list[str], *, verbose: bool) -> list[str]:
    """``3 secrets masked: a.py:12, a.py:14, README.md:3``."""
    if not places:
        return []
    shown = places if verbose else places[:_SHOWN_FAILURES]
    rest = len(places) - len(shown)
    more = f" and {rest:,} more (--verbose)" if rest else ""
    return [f"{_count(len(places), 'secret')} masked: {', '.join(map(escape, shown))}{more}"]


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
