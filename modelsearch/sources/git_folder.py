"""A git repository's objects, read without its settings.

A repository is a program: its configuration, attributes and hooks name commands that git runs. So
git never sees an indexed repository. It is shown a folder of our own, made for one reading, whose
configuration is ours and which holds the newest commit's name and links to the plain files of the
objects, nothing else: no configuration, hooks, attributes, index, replaced objects, alternates,
commit graph, promised objects or working tree of anybody else's.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from modelsearch.records.files import LEADS_OUT, leads_out, open_regular, read_bytes

TIME_LIMIT_S = 180.0  #: of time that passes, for one question to git
MAX_OUTPUT = 400_000_000  #: bytes of one answer
_MAX_MEMORY = 3 << 30
_MAX_REFS = 64_000_000
_HASH = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_OBJECTS = re.compile(r"[0-9a-f]{2}|pack")
_REF = re.compile(r"ref: (refs/[^\s\0]{1,500})")
_MOST_STEPS = 5  #: of symbolic names that lead to a commit

_SETTINGS = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    "core.quotePath=false",
    "core.packedGitWindowSize=32m",
    "core.packedGitLimit=512m",
    "core.bigFileThreshold=16m",
    "log.showSignature=false",
    "log.mailmap=false",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "color.ui=false",
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A working tree's top folder, the folder of its own state, and that of the objects (another
    one in a linked working tree).
    """

    top: Path
    own: Path
    common: Path


class Refused(Exception):
    """A ``.git`` is there, but is not what it should be; the text says what it is instead."""


def repository_at(folder: Path, root: Path) -> Repository | None:
    """Return the repository whose working tree begins at ``folder``, None where none does.

    Only a real folder named ``.git`` counts, or a ``.git`` file of a submodule or a linked working
    tree whose repository lies in the same root. Raises Refused for anything else named so.
    """
    place = folder / ".git"
    try:
        mode = place.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISDIR(mode):
        own = common = place
    elif stat.S_ISREG(mode):
        own = _pointed_at(place, root)
        common = _common(own, root)
    else:
        raise Refused("its .git is neither a folder nor a file")
    if not _is_folder(common / "objects") or not (own / "HEAD").is_file():
        raise Refused("its .git is no repository")
    return Repository(folder, own, common)


def newest_commit(repository: Repository) -> str | None:
    """Return the hash of the commit that is checked out, None before the first. Raises Refused
    where it is written in a way that is not read here.
    """
    text = _small(repository.own / "HEAD", repository.own)
    for _ in range(_MOST_STEPS):
        if _HASH.fullmatch(text):
            return text
        named = _REF.fullmatch(text)
        if named is None or ".." in named[1]:
            raise Refused("its HEAD names no commit")
        if named[1] == "refs/heads/.invalid":
            raise Refused("its references are in a form that is not read (reftable)")
        found = _reference(repository, named[1])
        if found is None:
            return None
        text = found
    raise Refused("its HEAD leads in a circle")


def shallow_commits(repository: Repository) -> set[str]:
    """Return the commits at which a shallow clone's history ends."""
    try:
        text = read_bytes(repository.common / "shallow", _MAX_REFS, repository.common)
    except OSError:
        return set()
    return set(_HASH.findall(text.decode("ascii", "replace")))


class Git:
    """Asks git about the objects of one repository, by way of a folder of our own."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is what :func:`quarantined` made."""
        self._folder = folder

    def ask(self, *arguments: str) -> bytes | None:
        """Return the output of a reading command; None when git is missing, refuses, takes too
        long or says too much.
        """
        program = _program()
        if program is None:
            return None
        command = [
            program,
            "--no-pager",
            f"--git-dir={self._folder / 'git'}",
            f"--work-tree={self._folder / 'empty'}",
        ]
        for setting in _SETTINGS:
            command += ["-c", setting]
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(
                    [*command, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.DEVNULL,
                    cwd=self._folder / "empty",
                    env=self._environment(),
                )
            except OSError:
                return None
            _bound(process.pid)
            if not _ends_well(process):
                return None
            output.seek(0)
            return output.read()

    def _environment(self) -> dict[str, str]:
        """Return an environment of our own: no setting of the reader's or of anybody's."""
        home = str(self._folder / "empty")
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR") if name in os.environ}
        return kept | {
            "PATH": os.defpath,
            "HOME": home,
            "XDG_CONFIG_HOME": home,
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_COUNT": "0",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self._folder),
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_PAGER": "",
        }


@contextmanager
def quarantined(repository: Repository, commit: str) -> Iterator[Git]:
    """Give a :class:`Git` for one commit of a repository and what came before it. Raises Refused
    where the folder cannot be made, as where the system has no links.
    """
    with tempfile.TemporaryDirectory(prefix="modelsearch-git-") as name:
        folder = Path(name)
        try:
            _furnish(folder, repository, commit)
        except OSError as error:
            raise Refused(f"its objects cannot be shown to git ({error.strerror})") from error
        yield Git(folder)


def _furnish(folder: Path, repository: Repository, commit: str) -> None:
    git = folder / "git"
    for made in (
        folder / "empty",
        git / "refs",
        git / "objects" / "pack",
        git / "objects" / "info",
    ):
        made.mkdir(parents=True)
    wide = len(commit) == 64
    settings = f"[core]\nrepositoryformatversion = {int(wide)}\nbare = false\n"
    settings += "[extensions]\nobjectformat = sha256\n" if wide else ""
    (git / "config").write_text(settings, encoding="ascii")
    (git / "HEAD").write_text(f"{commit}\n", encoding="ascii")
    ends = shallow_commits(repository)
    if ends:
        (git / "shallow").write_text("".join(f"{one}\n" for one in sorted(ends)), encoding="ascii")
    objects = repository.common / "objects"
    for name in _objects(objects):
        (git / "objects" / name).symlink_to(objects.absolute() / name)


def _objects(folder: Path) -> Iterator[str]:
    """Yield the names of the packs, and of the folders of loose objects that hold plain files
    alone: git would wait for ever on a pipe.
    """
    for entry in os.scandir(folder):
        if not entry.is_dir(follow_symlinks=False):
            continue
        inside = list(os.scandir(entry)) if _OBJECTS.fullmatch(entry.name) else []
        if entry.name == "pack":
            yield from (f"pack/{one.name}" for one in inside if _is_pack(one))
        elif inside and all(one.is_file(follow_symlinks=False) for one in inside):
            yield entry.name


def _is_pack(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith((".pack", ".idx")) and entry.is_file(follow_symlinks=False)


def _pointed_at(file: Path, root: Path) -> Path:
    """Return the folder that a ``.git`` file names, if it is one that git itself would make."""
    text = _small(file, file.parent)
    if not text.startswith("gitdir: ") or "\0" in text:
        raise Refused("its .git file names no folder")
    place = Path(os.path.normpath(file.parent / text.removeprefix("gitdir: ").strip()))
    if leads_out(place, root):
        raise Refused("its .git file leads out of the indexed folder")
    parts = place.parts
    made_by_git = any(
        parts[at] == ".git" and parts[at + 1] in ("modules", "worktrees")
        for at in range(len(parts) - 2)
    )
    if not made_by_git or os.path.realpath(place) != str(place):
        raise Refused("its .git file leads to no submodule or working tree")
    return place


def _common(own: Path, root: Path) -> Path:
    """Return where the objects of a linked working tree are: in the repository it belongs to."""
    if own.parent.name != "worktrees":
        return own
    place = Path(os.path.normpath(own / _small(own / "commondir", own)))
    if place != own.parent.parent or leads_out(place, root):
        raise Refused("its repository is not the one that its .git file lies in")
    return place


def _reference(repository: Repository, name: str) -> str | None:
    """Return what a reference holds: a hash or another name; None where it is not there."""
    for folder in (repository.own, repository.common):
        try:
            return _small(folder / name, folder)
        except Refused:
            continue
    return _packed(repository.common, name)


def _packed(folder: Path, name: str) -> str | None:
    try:
        with open_regular(folder / "packed-refs", folder) as opened:
            left = _MAX_REFS
            rest = b""
            while left > 0 and (chunk := opened.read(1 << 20)):
                left -= len(chunk)
                *lines, rest = (rest + chunk).split(b"\n")
                rest = rest[-4096:]
                for line in lines:
                    digest, _, written = line.partition(b" ")
                    if written.strip() == name.encode("utf-8", "surrogateescape"):
                        return digest.decode("ascii", "replace")
    except OSError:
        pass
    return None


def _small(file: Path, within: Path) -> str:
    """Return the text of one of git's small files. Raises Refused."""
    try:
        content = read_bytes(file, 4096, within)
    except OSError as error:
        what = "a link" if error.strerror == LEADS_OUT else error.strerror or "cannot be read"
        raise Refused(f"its {file.name} cannot be read ({what})") from error
    return content.decode("utf-8", "surrogateescape").strip()


def _is_folder(place: Path) -> bool:
    try:
        return stat.S_ISDIR(place.lstat().st_mode)
    except OSError:
        return False


@cache
def _program() -> str | None:
    """Return git by its whole path. Places that depend on the working folder are not searched."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        for name in ("git", "git.exe"):
            file = Path(folder) / name
            if file.is_absolute() and file.is_file() and os.access(file, os.X_OK):
                return str(file)
    return None


def _bound(process: int) -> None:
    """Bound the memory and the output of a process, where the system can (Linux)."""
    try:
        import resource

        limit = resource.prlimit  # not on every system
        limit(process, resource.RLIMIT_DATA, (_MAX_MEMORY, _MAX_MEMORY))
        limit(process, resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
        limit(process, resource.RLIMIT_CORE, (0, 0))
    except (ImportError, AttributeError, OSError, ValueError):
        pass


def _ends_well(process: subprocess.Popen[bytes]) -> bool:
    try:
        return process.wait(TIME_LIMIT_S) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
