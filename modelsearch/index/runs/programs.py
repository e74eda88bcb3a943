"""The programs that runs recorded: the script of a command line, and which of several it is."""

from __future__ import annotations

from pathlib import PurePosixPath

from modelsearch.records.wordlists import word_set

#: What starts the programs of notebooks and shells, and names none.
_NO_PROGRAMS = word_set("""
    ipykernel_launcher colab_kernel_launcher python python3 __main__ runpy <stdin> torchrun
    launch
""")


def program_of(command: str | None) -> str | None:
    """Return the script of a command line: ``python -m torch.distributed.run src/train.py``."""
    for word in (command or "").split():
        if word.endswith((".py", ".ipynb")):
            return word
    return None


def unnamed(program: str) -> bool:
    """Return whether a program is only what starts scripts, and names none."""
    return PurePosixPath(program.replace("\\", "/")).stem.lower() in _NO_PROGRAMS


def shared_tail(one: PurePosixPath, other: PurePosixPath) -> int:
    """Return how many folders two files share, counted from the files upwards."""
    pairs = zip(reversed(one.parts[:-1]), reversed(other.parts[:-1]), strict=False)
    count = 0
    for mine, its in pairs:
        if mine != its:
            break
        count += 1
    return count


def shared_head(one: PurePosixPath, other: PurePosixPath) -> int:
    """Return how many folders two paths share, counted from the top."""
    count = 0
    for mine, its in zip(one.parts[:-1], other.parts, strict=False):
        if mine != its:
            break
        count += 1
    return count
