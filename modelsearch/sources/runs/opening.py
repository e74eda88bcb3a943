"""Opening the files of runs, up to a size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import entries, locate, open_regular, path_text
from modelsearch.records.runs import RunPart, RunReading

MAX_TEXT = 16_000_000  #: bytes of a text file that are read


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of an indexed folder; links that leave it are not followed."""

    root: Path

    def open(self, path: str) -> BinaryIO:
        """Open a regular file for reading bytes. Raises ReadingError."""
        try:
            return open_regular(locate(self.root, path), self.root)
        except OSError as error:
            raise ReadingError(error.strerror or "cannot be read") from error

    def data(self, path: str, most: int) -> bytes:
        """Return a file's bytes. Raises ReadingError where it is larger than ``most``."""
        with self.open(path) as file:
            found = file.read(most + 1)
        if len(found) > most:
            raise ReadingError(f"larger than {most // 1_000_000} MB")
        return found

    def head(self, path: str, most: int) -> bytes:
        """Return the beginning of a file."""
        with self.open(path) as file:
            return file.read(most)

    def text(self, path: str, most: int = MAX_TEXT) -> str:
        """Return a file's text. Raises ReadingError where it is too large or no text."""
        found = self.data(path, most)
        if found[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return found.decode("utf-16", "replace")
        if b"\0" in found:
            raise ReadingError("no text")
        return found.decode("utf-8-sig", "replace")

    def size(self, path: str) -> int:
        """Return a file's size in bytes, 0 where it is gone."""
        try:
            return locate(self.root, path).lstat().st_size
        except OSError:
            return 0

    def listing(self, path: str, most: int = 10_000) -> list[str]:
        """Return the names of the regular files of a folder, sorted; none where there is none."""
        try:
            with entries(locate(self.root, path), self.root) as inside:
                names = [one.name for one in inside if one.is_file(follow_symlinks=False)]
        except OSError:
            return []
        return [path_text(name) for name in names[:most]]


def each_alone(
    paths: Sequence[str], read: Callable[[str], Iterable[RunPart]], other: str
) -> RunReading:
    """Return what files tell of which each may be a run of its own, with a note for each that
    cannot be read; of one of ``other`` content, as its error says, nothing is said.
    """
    reading = RunReading()
    for path in paths:
        try:
            reading.parts += read(path)
        except ReadingError as error:
            if str(error) != other:
                reading.notes.append(f"{path}: {error}")
    return reading
