"""The folders that a script makes for what a training leaves, also put together from values that it
states: ``LOG_DIR = f"results_{NAME}_seed{SEED}/logs"`` for ``os.makedirs(LOG_DIR)``. A number in
such a name may have been another one when the run was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from modelsearch.index.runs.signs import speaking_name
from modelsearch.index.runs.spelling import UNKNOWN, folders_in
from modelsearch.index.runs.writing import savers, writers

_WORD = re.compile(r"[A-Za-z]{3,}")
#: Words of folders that are put together, which any script may use.
_COMMON = frozenset({"seed", "fold", "version", "trial", "epoch", "step", "save", "saved", "tmp"})


def maker_of_folder(texts: Mapping[str, str], path: str, top: str) -> str | None:
    """Return the one script that makes a folder in which a path lies, from the top folder of the
    project or from its own; none where another names that folder, too. A folder whose name is
    stated as it is comes before one with a part that may vary.
    """
    for vary in (False, True):
        found = {script: _longest(script, text, path, top, vary) for script, text in texts.items()}
        most = max(map(len, found.values()), default=0)
        best = [script for script, fixed in found.items() if most and len(fixed) == most]
        if len(best) == 1:
            piece = found[best[0]]
            shared = any(piece in text for script, text in texts.items() if script != best[0])
            return None if shared else best[0]
        if best:
            return None
    return None


def _longest(script: str, text: str, path: str, top: str, vary: bool) -> str:
    """What is fixed of the name of a folder above a path that a script makes; nothing where it
    makes none.
    """
    if not any(word in text for word in _WORD.findall(path)):
        return ""
    found = ""
    for made in folders_in(text, vary=vary):
        for anchor in {top, str(PurePosixPath(script).parent)}:
            for fixed in _above(made, PurePosixPath(path), PurePosixPath(anchor)):
                found = max(found, fixed, key=len)
    return found


def _above(made: tuple[str, ...], path: PurePosixPath, anchor: PurePosixPath) -> Iterator[str]:
    """Yield the longest fixed piece of each way in which the parts of a made folder, or the last of
    them where the first are another machine's, are the first of a path.
    """
    if anchor != PurePosixPath(".") and anchor not in path.parents:
        return
    inner = path.relative_to(anchor).parts
    for first in range(len(made)):
        parts = made[first:]
        if len(parts) <= len(inner) and all(map(_fits, parts, inner)):
            pieces = [piece for part in parts for piece in part.split(UNKNOWN)]
            telling = [piece for piece in pieces if _tells(piece)]
            if telling:
                yield max(telling, key=len)
        if made[0] not in ("/", UNKNOWN):
            return


@lru_cache(maxsize=4096)
def _pattern(part: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, part.split(UNKNOWN))))


def _fits(part: str, name: str) -> bool:
    return _pattern(part).fullmatch(name) is not None


def _tells(piece: str) -> bool:
    words = [word for word in _WORD.findall(piece.lower()) if word not in _COMMON]
    return len(piece) > 5 and speaking_name("_".join(words) + ".x")


def inside(path: str, folder: PurePosixPath) -> bool:
    """Return whether a path lies below a folder."""
    return folder in PurePosixPath(path).parents


def called(folder: PurePosixPath) -> str:
    """Return what a folder is called to people."""
    return "the top folder" if folder == PurePosixPath(".") else f"{folder}/"


def kept_by(texts: Mapping[str, str], run: PurePosixPath) -> Iterator[tuple[str, str]]:
    """Yield the only script that writes or saves a file of just this name, with that rule."""
    if run.suffix and speaking_name(run.name):
        for named in (writers(texts, run.name, surely=True), savers(texts, run.name)):
            if len(named) == 1:
                yield named[0], f"writes {run.name}"
