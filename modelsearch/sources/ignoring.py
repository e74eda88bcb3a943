"""What of a folder is left alone because its owner says so: ``.modelsearchignore``, ``.gitignore``
and patterns that are given with a run. The patterns are those of git, matched by pathspec.

``.gitignore`` counts for scripts and notebooks alone: what git does not keep is other people's
code, but just as well the runs, the checkpoints and the pictures that a catalogue is for. As in
git, it says nothing of files that were committed all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from modelsearch.records.errors import ModelsearchError
from modelsearch.records.files import leads_out, locate, read_text
from modelsearch.sources.git_changes import read_index
from modelsearch.sources.ignorepatterns import spec_of

OWN_FILE = ".modelsearchignore"
GIT_FILE = ".gitignore"
OPTION = "--exclude"
_GIT = ".git"
_HASH_BYTES = 20  #: of the hashes in git's index
#: Folders of code that was copied from elsewhere.
VENDORED = frozenset({"vendor", "vendored", "_vendor", "third_party", "thirdparty", "third-party"})
_MAX_BYTES = 200_000
_MAX_LINES = 2_000


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """What a run is told: patterns, and whether ``.gitignore`` counts."""

    exclude: tuple[str, ...] = ()
    gitignore: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no pattern."""
        for pattern in self.exclude:
            _spec([pattern], f"{OPTION} {pattern}")


@dataclass(slots=True)
class Ignoring:
    """The patterns that hold in the folders walked so far; paths are relative to ``root``."""

    root: Path
    rules: IgnoreRules = field(default_factory=IgnoreRules)
    _specs: dict[tuple[str, str], GitIgnoreSpec] = field(default_factory=dict)
    _given: GitIgnoreSpec | None = None
    _tracked: dict[str, frozenset[str] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Parse the patterns of the run."""
        if self.rules.exclude:
            self._given = _spec(self.rules.exclude, OPTION)

    def enter(self, folder: str, names: Collection[str]) -> None:
        """Read the files of patterns that a folder holds."""
        for name in (OWN_FILE, GIT_FILE):
            if name in names and (name != GIT_FILE or self.rules.gitignore):
                self._read(folder, name)
        if _GIT in names:
            self._tracked.setdefault(folder, None)

    def enter_above(self, folder: str) -> None:
        """Read the files of patterns in all folders above one."""
        parts = folder.split("/") if folder else []
        for count in range(len(parts)):
            self.enter("/".join(parts[:count]), (OWN_FILE, GIT_FILE, _GIT))

    def reason(self, path: str, *, is_folder: bool = False, is_code: bool = False) -> str | None:
        """Return what says that a path is left alone; None when nothing does."""
        name = path.rpartition("/")[2]
        if is_folder and name in VENDORED:
            return "a name of copied code (vendor, third_party)"
        shown = f"{path}/" if is_folder else path
        if self._given is not None and self._given.match_file(shown):
            return OPTION
        if self._says(OWN_FILE, shown):
            return OWN_FILE
        told = is_code and self._says(GIT_FILE, shown) and not self._is_tracked(path)
        return GIT_FILE if told else None

    def _is_tracked(self, path: str) -> bool:
        """Return whether the nearest repository's index has a file."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._tracked:
                names = self._tracked[folder]
                if names is None:
                    names = self._tracked[folder] = self._index(folder)
                if names:
                    return (path[len(folder) + 1 :] if folder else path) in names
        return False

    def _index(self, folder: str) -> frozenset[str]:
        place = locate(self.root, folder) / _GIT
        if leads_out(place, self.root):
            return frozenset()
        return frozenset(read_index(place / "index", _HASH_BYTES)[0])

    def _read(self, folder: str, name: str) -> None:
        place = f"{folder}/{name}" if folder else name
        try:
            text = read_text(locate(self.root, place), _MAX_BYTES, self.root)
        except OSError:
            return
        lines = [line.rstrip("\r") for line in text.split("\n")[:_MAX_LINES]]
        self._specs[name, folder] = _spec(lines, place, strict=False)

    def _says(self, name: str, path: str) -> bool:
        """Return what the nearest file with a word on a path says of it."""
        if not self._specs:
            return False
        folder = path.rstrip("/")
        while folder:
            folder = folder.rpartition("/")[0]
            spec = self._specs.get((name, folder))
            inside = path[len(folder) + 1 :] if folder else path
            verdict = spec.check_file(inside).include if spec is not None else None
            if verdict is not None:
                return verdict
        return False


def _spec(patterns: Sequence[str], place: str, *, strict: bool = True) -> GitIgnoreSpec:
    """Parse patterns; of a file that lies in the folder only those that are right count."""
    try:
        return spec_of(patterns)
    except ValueError as error:
        if strict:
            raise ModelsearchError(f"{place} is not a valid pattern: {error}") from error
    right = [pattern for pattern in patterns if _is_right(pattern)]
    return spec_of(right)


def _is_right(pattern: str) -> bool:
    try:
        spec_of([pattern])
    except ValueError:
        return False
    return True
