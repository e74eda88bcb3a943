"""The lines of a file in which a value was read, shown only below folders indexed here."""

from __future__ import annotations

from pathlib import Path

from modelsearch.api.catalogue import Catalogue
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.files import read_text
from modelsearch.records.structs import frozen
from modelsearch.records.text import escape
from modelsearch.store.known_roots import FilePlaces
from modelsearch.store.rows import Detail
from modelsearch.store.secrets.masking import Masker

_MOST_BYTES = 4 << 20
_MOST_LINES = 400  #: on one page
_BEFORE = 100  #: lines before the one that is asked for
_LONGEST = 500  #: characters of a line


@frozen
class Excerpt:
    """Some lines of a file, each with its number; ``more`` is the first line after them."""

    lines: list[tuple[int, str]]
    first: int
    more: int | None
    said: str = ""


def excerpt(
    catalogue: Catalogue, detail: Detail, path: str, line: int, files: Path | None
) -> Excerpt:
    """Return the lines around ``line`` of a file in which a value of the model was read. Secrets
    are masked.

    Where the file may not be read here, the stored statements are returned instead. Raises
    ModelsearchError for any other file.
    """
    if path not in {detail.row.path, *(entry.path for entry in detail.evidence)}:
        raise ModelsearchError("no value of this model was read in that file")
    found = FilePlaces(files).find(detail.row.root, path)
    if found is not None and found.suffix != ".ipynb":
        try:
            text = read_text(found, _MOST_BYTES)
        except OSError as error:
            raise ModelsearchError(f"cannot read {path}: {error.strerror or error}") from error
        masked = Masker().text(text, lambda _text, _at: path)
        return _around(list(enumerate(masked.splitlines(), 1)), line, "")
    stored = catalogue.code(detail.row.model_id) if path == detail.row.path else ""
    if not stored:
        raise ModelsearchError(
            f"{path} is not here, or its folder was not indexed on this machine; "
            "modelsearch serve --files FOLDER says where the files are"
        )
    return _around(list(_stored_lines(stored)), line, "statements as the database holds them")


def _stored_lines(stored: str) -> list[tuple[int, str]]:
    lines = []
    for number, one in enumerate(stored.splitlines(), 1):
        place, _, text = one.partition("\t")
        last = place.rpartition(":")[2]
        lines.append((int(last) if last.isdecimal() else number, text))
    return lines


def _around(lines: list[tuple[int, str]], line: int, said: str) -> Excerpt:
    start = next((at for at, (number, _) in enumerate(lines) if number >= line - _BEFORE), 0)
    shown = lines[start : start + _MOST_LINES]
    after = lines[start + _MOST_LINES : start + _MOST_LINES + 1]
    return Excerpt(
        [
            (number, escape(text[:_LONGEST]) + ("…" if len(text) > _LONGEST else ""))
            for number, text in shown
        ],
        shown[0][0] if shown else 1,
        after[0][0] + _BEFORE if after else None,
        said,
    )
