"""The closing words of an index run: one line that says it, then a line for each thing to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from modelsearch.records.text import escape, paragraph
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.records.version import __version__
from modelsearch.render.output import Output

if TYPE_CHECKING:
    from modelsearch.index.looks import LooksSummary
    from modelsearch.index.runs.stage import RunSummary
    from modelsearch.index.summary import IndexSummary

_SHOWN_FAILURES = 10
_SHOWN_NAMES = 4
_SHOWN_REASONS = 6
_LISTS = ("cut_short", "links", "specials", "masked", "notes")
_LABELS = 12  #: cells of what a line is about

#: What a line is about, and its lines; the first of them stands beside it.
_Line = tuple[str, Sequence[str]]


def index_text(summary: IndexSummary, db: Path, *, verbose: bool = False, width: int = 100) -> str:
    """Return the summary of a run: models, pictures, what was skipped and why, seconds."""
    found = [_count(summary.models, "model")]
    if pictures := summary.images + summary.images_unchanged:
        found.append(_count(pictures, "picture"))
    if summary.runs.total:
        found.append(_count(summary.runs.total, "run"))
    lines = [
        *_read(summary),
        *_runs(summary.runs),
        *_left(summary),
        *_untouched(summary),
        ("not read", _failures(summary.failed, verbose=verbose)),
        ("of runs", _failures(_told(summary.runs.notes), "note", verbose=verbose)),
        ("masked", _masked(summary.masked, verbose=verbose)),
        ("faults", _faults(summary.faults)),
        *(("note", [escape(note)]) for note in summary.notes),
    ]
    heading = f"{_together(found)} in {escape(str(db))}, {summary.seconds:.1f} s."
    return "\n".join([heading, *(_drawn(*line, width) for line in lines if line[1])])


def write_summary(summary: IndexSummary, db: Path, output: Output) -> None:
    """Print what a run did for machines: all of it, or in flat formats a row of counts."""
    counts = {
        "file": str(db),
        "models": summary.models,
        "new": summary.added,
        "moved": summary.moved,
        "changed": summary.updated,
        "unchanged": summary.unchanged,
        "removed": summary.removed,
        "pictures": summary.images + summary.images_unchanged,
        "runs": summary.runs.total,
        "encoded": summary.encoded,
        "seconds": round(summary.seconds, 1),
    }
    if output.format != "json":
        output.rows([counts], list(counts))
        return
    lists = {name: list(getattr(summary, name)) for name in _LISTS}
    files = {
        name: [{"path": path, "reason": why} for path, why in getattr(summary, name)]
        for name in ("failed", "faults", "histories")
    }
    ways = [{"models": count, "from": old, "to": new} for count, old, new in summary.ways]
    lists["ways"] = ways
    reasons = {"skipped": dict(summary.skipped), "ignored": dict(summary.ignored)}
    output.document(counts | reasons | files | lists)


def looks_text(summary: LooksSummary, waiting: int, width: int = 100) -> str:
    """Return what `modelsearch looks` did."""
    lines: list[_Line] = [("not read", _failures(summary.failed)), ("waiting", _waiting(waiting))]
    heading = f"{_count(summary.seen, 'picture')} looked at."
    return "\n".join([heading, *(_drawn(*line, width) for line in lines if line[1])])


def _drawn(label: str, lines: Sequence[str], width: int) -> str:
    """What a line is about, then its words, wrapped beside it."""
    labels = [f"  {label}".ljust(_LABELS), *[" " * _LABELS] * (len(lines) - 1)]
    return "\n".join(
        paragraph(line, width, first=before, rest=" " * _LABELS + "  ")
        for before, line in zip(labels, lines, strict=True)
    )


def _read(summary: IndexSummary) -> list[_Line]:
    """What was read anew, and what stayed as it was."""
    models = [
        (summary.added, "new"),
        (summary.moved, "moved"),
        (summary.updated, "changed"),
        (summary.unchanged, "unchanged"),
        (summary.removed, "removed"),
    ]
    pictures = [
        (summary.images, "read"),
        (summary.images_unchanged, "unchanged"),
        (summary.images_unowned, "of no model"),
        (summary.images_mislabelled, "misnamed"),
    ]
    encoded = [_count(summary.encoded, "passage") + " encoded"] if summary.encoded else []
    ways = [
        f"{_count(count, 'model')} from {escape(old)} to {escape(new)}"
        for count, old, new in summary.ways
    ]
    return [
        ("models", _parts(models)),
        ("moved", [*ways[:_SHOWN_FAILURES], *_more(len(ways) - _SHOWN_FAILURES)]),
        ("pictures", _parts(pictures)),
        ("waiting", _waiting(summary.images_waiting)),
        ("vectors", encoded),
    ]


def _parts(counted: Sequence[tuple[int, str]]) -> list[str]:
    said = ", ".join(f"{count:,} {what}" for count, what in counted if count)
    return [said] if said else []


def _more(rest: int) -> list[str]:
    return [f"and {rest:,} more"] if rest > 0 else []


def _left(summary: IndexSummary) -> list[_Line]:
    """What was found and is no model."""
    lines: list[_Line] = []
    for label, noun, reasons in (
        ("skipped", "script", summary.skipped),
        ("ignored", "entry", summary.ignored),
    ):
        if total := reasons.total():
            lines.append((label, [f"{_count(total, noun)}: {_reasons(reasons)}"]))
    return lines


def _reasons(reasons: Counter[str]) -> str:
    """``no machine-learning library (3), a test (1)``."""
    said = [f"{escape(why)} ({count:,})" for why, count in reasons.most_common(_SHOWN_REASONS)]
    rest = len(reasons) - len(said)
    return ", ".join([*said, *([f"{rest} other reasons"] if rest else [])])


def _told(notes: Sequence[str]) -> list[tuple[str, str]]:
    """Take notes of readers of runs apart: the file, and what of it was not read."""
    return [(path, why) for path, _, why in (note.partition(": ") for note in notes)]


def _failures(
    failed: Sequence[tuple[str, str]], noun: str = "file", *, verbose: bool = False
) -> list[str]:
    if not failed:
        return []
    shown = failed if verbose else failed[:_SHOWN_FAILURES]
    lines = [_count(len(failed), noun), *(f"{escape(p)}: {escape(why)}" for p, why in shown)]
    if len(shown) < len(failed):
        lines.append(f"and {len(failed) - len(shown)} more (--verbose)")
    return lines


def _faults(faults: Sequence[tuple[str, str]]) -> list[str]:
    if not faults:
        return []
    count = _count(len(faults), "file")
    told = (
        f"{count} met a fault in modelsearch {__version__} itself; please report these lines, "
        "with the file if it may be shared (docs/reading.md):"
    )
    return [told, *(f"{escape(path)}: {escape(reason)}" for path, reason in faults)]


def _waiting(pictures: int) -> list[str]:
    count = _count(pictures, "picture")
    told = f"{count} not looked at yet (colours, likeness, plots): modelsearch looks"
    return [told] if pictures else []


def _untouched(summary: IndexSummary) -> list[_Line]:
    """What was left alone because it leads out of the folder or is not what it seems."""
    lines: list[_Line] = []
    if summary.cut_short:
        some = _some(summary.cut_short)
        lines.append(("in part", [f"read only in part, because they are too complex: {some}"]))
    if summary.links:
        what = _count(len(summary.links), "link")
        leads = "leads" if len(summary.links) == 1 else "lead"
        was = "was" if len(summary.links) == 1 else "were"
        said = f"{what} that {leads} out of the folder {was} not followed: {_some(summary.links)}"
        lines.append(("links", [said]))
    if summary.specials:
        lines.append(
            ("special", [f"not opened (pipes, sockets or devices): {_some(summary.specials)}"])
        )
    if summary.histories:
        shown = list(dict.fromkeys(f"{place} ({why})" for place, why in summary.histories))
        lines.append(
            ("dates", [f"git history not read, dates are those of the files: {_some(shown)}"])
        )
    return lines


def _some(names: list[str]) -> str:
    rest = len(names) - _SHOWN_NAMES
    shown = ", ".join(escape(name) for name in names[:_SHOWN_NAMES])
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _masked(places: list[str], *, verbose: bool) -> list[str]:
    """``3 secrets: a.py:12, a.py:14, README.md:3``."""
    if not places:
        return []
    shown = places if verbose else places[:_SHOWN_FAILURES]
    rest = len(places) - len(shown)
    more = f" and {rest:,} more (--verbose)" if rest else ""
    return [f"{_count(len(places), 'secret')}: {', '.join(map(escape, shown))}{more}"]


def _runs(runs: RunSummary) -> list[_Line]:
    """Runs by what recorded them, models without a script, checkpoints by their format."""
    lines: list[_Line] = []
    if runs.total:
        owners = [
            (runs.alone, "without a script"),
            (runs.contested, "that could belong to several scripts, so to none"),
            (runs.bare, "with settings only and no script"),
        ]
        lines.append(("runs", ["; ".join([_tools(runs.tools), *_parts(owners)])]))
    if runs.left_out:
        count = _count(runs.left_out.total(), "run")
        lines.append(("" if lines else "runs", [f"{count} left out: {_reasons(runs.left_out)}"]))
    if runs.models:
        count = _count(runs.models, "further model")
        lines.append(("", [f"{count}, made from runs or checkpoints without a script"]))
    if runs.formats:
        lines.append(("weights", [_tools(runs.formats)]))
    if runs.unread:
        count = _count(runs.unread.total(), "checkpoint")
        lines.append(("", [f"{count} found and not read: {_reasons(runs.unread)}"]))
    if runs.silent:
        count = _count(runs.silent.total(), "file")
        told = _tools(runs.silent)
        lines.append(("", [f"{count} named like logs told nothing of a training: {told}"]))
    return lines


def _tools(tools: Counter[str]) -> str:
    """``9 MLflow, 3 TensorBoard``."""
    said = [f"{count:,} {escape(tool)}" for tool, count in tools.most_common(_SHOWN_REASONS)]
    rest = len(tools) - len(said)
    return ", ".join([*said, *([f"{rest} other kinds"] if rest else [])])


def _together(parts: Sequence[str]) -> str:
    """``3 models, 2 pictures and 1 run``."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _count(number: int, noun: str) -> str:
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else many}"
