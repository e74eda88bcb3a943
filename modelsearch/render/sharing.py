"""What is in a file, and what was exported or merged, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modelsearch.records.text import escape, human_size
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.render.output import Output

if TYPE_CHECKING:
    from modelsearch.index.sharing.merge import Merged


def contents_text(found: Mapping[str, Any]) -> str:
    """Return what a file holds, for a person: one line of totals, then its parts and roots."""
    counts, sizes = found["counts"], found["sizes"]
    first = (
        f"{escape(found['file'])}: {_count(counts['models'], 'model')}, "
        f"{_count(counts['pictures'], 'picture')}, {_count(counts['runs'], 'run')}, "
        f"{_count(counts['checkpoints'], 'checkpoint')} in {human_size(found['size_bytes'])}"
    )
    lines = [first]
    parts = [
        f"{counts[name]:,} {name} {human_size(size)}"
        if name == "thumbnails"
        else f"{name} {human_size(size)}"
        for name, size in sizes.items()
        if size
    ]
    if parts:
        lines.append("inside: " + ", ".join(parts))
    without = [name for name, size in sizes.items() if not size and name in ("code", "thumbnails")]
    left_out = [*found["left_out"], *(name for name in without if name not in found["left_out"])]
    if left_out:
        of = " (of all parts)" if found["merged"] > 1 else ""
        lines.append(f"not inside{of}: " + ", ".join(left_out))
    lines.append(f"encoder {found['encoder'] or 'none'}, schema version {found['schema_version']}")
    lines += [
        f"  {escape(root['path'])}: {_count(root['models'], 'model')}, "
        f"{_count(root['pictures'], 'picture')}, indexed {(root['indexed_at'] or 'never')[:10]}"
        for root in found["roots"]
    ]
    if found["unfinished"]:
        lines.append(f"note: {escape(found['unfinished'])}")
    return "\n".join(lines)


def write_contents(found: Mapping[str, Any], output: Output) -> None:
    """Print what a file holds: all of it, or in flat formats a row for each indexed folder."""
    if output.is_table:
        output.text(contents_text(found))
    elif output.format == "json":
        output.document(found)
    else:
        output.rows(found["roots"], ["path", "indexed_at", "models", "pictures"])


def write_merged(done: Sequence[Merged], total: int, output: Output) -> None:
    """Print what a merge did as rows, one for each file."""
    columns = ("owner", "models", "unchanged", "twins", "renamed", "without_vectors", "left_out")
    rows = [{name: getattr(one, name) for name in columns} for one in done]
    if output.format == "json":
        output.document({"models": total, "files": rows})
    else:
        output.rows(rows, columns)


def merged_text(done: Sequence[Merged], total: int) -> str:
    """Return what a merge did: a line for each file, then the total."""
    lines = []
    for one in done:
        said = [_count(one.models, "model")]
        if one.unchanged:
            said.append("nothing new")
        if one.twins:
            said.append(f"{one.twins:,} that others have byte by byte")
        if one.left_out:
            said.append(f"exported without {', '.join(one.left_out)}")
        if one.renamed:
            old, new = one.renamed[0]
            more = f" and {len(one.renamed) - 1:,} more" if len(one.renamed) > 1 else ""
            said.append(f"renamed {escape(old)} to {escape(new)}{more}")
        if one.without_vectors:
            said.append("its vectors are of another encoder and were left out")
        lines.append(f"  {escape(one.owner)}: " + ", ".join(said))
    return "\n".join([f"{_count(total, 'model')} of {_count(len(done), 'file')}", *lines])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
