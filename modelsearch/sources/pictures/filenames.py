"""What a picture's name and folders say: epoch, step, kind, and the words that are left.

Precision comes first: ``epoch_256x256`` is a size, ``v2_epoch`` a version, ``runs_epochs100_lr0.1``
the settings of a whole run. A number that no word explains stays unexplained here; the script that
wrote the picture may know more (see :mod:`modelsearch.sources.pictures.templates`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from modelsearch.records.datafiles import read_text

#: A place where a word may begin: at an edge, after a non-letter, or a capital after a small one.
_EDGE = r"(?:(?<![A-Za-z])|(?<=[a-z])(?=E))"
#: What may not follow a number: more of it, a size (256x256), a decimal point.
_END = r"(?![\d.]|[xX×]\d)"
_EPOCH = re.compile(_EDGE + r"(?:[Ee]poch|EPOCH|[Ee]p|EP)[ _=#-]*\(?0*(\d{1,7})" + _END)
_EPOCHS = re.compile(_EDGE + r"(?:[Ee]pochs|EPOCHS|[Ee]ps)[ _=#-]*0*(\d{1,7})" + _END)
_SHORT_EPOCH = re.compile(r"(?:^|[_\W])e0*(\d{1,6})(?=$|[_\W])(?!\.\d)", re.IGNORECASE)
#: ``25_epochs``; not the version v2_epoch, the rate 0.01_epoch, cifar-10_epoch, size28_epoch.
_ORDINAL_EPOCH = re.compile(
    r"(?<![\dA-Za-z.×])(?<!cifar[ _-])0*(\d{1,7})(?:st|nd|rd|th)?[ _-]*(?:epochs?|ep)(?![a-z])",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(?<![a-z])(?:(?:global[ _-]?)?steps?|iterations?|iters?|itr|batch(?:es)?(?![ _-]?size))"
    r"[ _=#-]*0*(\d{1,9})(?:(k)(?![a-z]))?" + _END + r"|(?<![a-z])checkpoint-(\d{2,9})(?![\d.])",
    re.IGNORECASE,
)
#: Media of W&B: the name, the step at which it was logged, the beginning of a hash.
_LOGGED = re.compile(r"(?:^|/)media/images/(?:.*/)?[^/]*_(\d{1,9})_[0-9a-f]{8,64}\.\w+$")
#: Ultralytics draws the first batches of a run; their numbers count no steps.
_FIRST_BATCHES = re.compile(r"(?:train|val|test)_batch\d+(?:_labels|_pred)?", re.IGNORECASE)
#: ``samples_00010``: a counter written with leading zeros is the author's count of steps.
_PADDED_STEP = re.compile(r"(?:samples?|fakes?|generated)[ _-]*(0\d{4,8})$", re.IGNORECASE)
#: Words of a folder that is named after the settings of a run, whose numbers are totals.
_SETTINGS = re.compile(
    r"(?<![a-z])(?:lr|bs|batch|batch[ _-]?size|dims?|beta|gamma|wd|dropout|latent|hidden|seed)"
    r"[ _=-]*\d",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")
_NEGATIONS = frozenset({"not", "no", "non", "without"})
_DULL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "the",
        "to",
        "with",
        "epoch",
        "epochs",
        "ep",
        "eps",
        "step",
        "steps",
        "iter",
        "iters",
        "iteration",
        "iterations",
        "batch",
        "batches",
        "image",
        "images",
        "img",
        "imgs",
        "picture",
        "pictures",
        "pic",
        "pics",
        "fig",
        "figure",
        "figures",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "out",
        "output",
        "outputs",
        "result",
        "results",
        "sample",
        "samples",
        "sampled",
        "generated",
        "generate",
        "gen",
        "fake",
        "fakes",
        "grid",
        "grids",
        "final",
        "latest",
        "last",
        "best",
        "test",
        "train",
        "training",
        "val",
        "validation",
        "plot",
        "plots",
        "x",
        "v",
        "e",
        "s",
        "assets",
        "media",
        "docs",
        "log",
        "logs",
        "run",
        "runs",
        "lr",
        "bs",
        "px",
    ]
)


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a picture's name and folder say. ``words`` are class or subject words in order, a
    negated one joined to its negation: ``not-smiling``. ``epoch_from`` says which name told.
    """

    epoch: int | None
    step: int | None
    kind: str | None
    words: tuple[str, ...] = ()
    epoch_from: str | None = None


def read_name(path: str) -> NameFacts:
    """Read epoch, step, kind and words from a path relative to the root.

    The file name speaks before its folders, nearest first, at most two of these.
    """
    pure = PurePosixPath(path)
    folders = [*reversed(pure.parts[:-1])][:2]
    epoch, epoch_from = _epoch_of_file(pure.stem), "file name"
    if epoch is None:
        epoch = _first(_EPOCH, [name for name in folders if not _SETTINGS.search(name)])
        epoch_from = "folder name"
    step = _step(path, pure.stem, folders)
    if step is None and epoch is None:
        step = _first(_PADDED_STEP, [pure.stem])
    kind = _kind([pure.stem, *folders[:1]])
    return NameFacts(epoch, step, kind, _words(pure), epoch_from if epoch is not None else None)


def _epoch_of_file(stem: str) -> int | None:
    patterns = [_EPOCH, _EPOCHS, _ORDINAL_EPOCH, _SHORT_EPOCH]
    if _SETTINGS.search(_STEP.sub("", stem)):
        patterns = [_EPOCH]  # epochs100_lr0.1: how long the run was, not when this was drawn
    for pattern in patterns:
        found = _first(pattern, [stem])
        if found is not None:
            return found
    return None


def _step(path: str, stem: str, folders: list[str]) -> int | None:
    logged = _LOGGED.search(path)
    if logged is not None:
        return int(logged[1])
    names = folders if _FIRST_BATCHES.fullmatch(stem) else [stem, *folders]
    for name in names:
        match = _STEP.search(name)
        if match is not None:
            return int(match[1] or match[3]) * (1000 if match[2] else 1)
    return None


def _first(pattern: re.Pattern[str], names: list[str]) -> int | None:
    for name in names:
        match = pattern.search(name)
        if match:
            return int(match.group(1))
    return None


def _kind(names: list[str]) -> str | None:
    for name in names:
        for kind, pattern in _kinds():
            if pattern.search(name):
                return kind
    return None


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds by words in the name or folder; the first that fits wins."""
    text = read_text(__file__, "kinds.json")
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in json.loads(text))


def _words(pure: PurePosixPath) -> tuple[str, ...]:
    """Return the telling words of the file name and its folder, each once, negations joined."""
    words: dict[str, None] = {}
    for name in (pure.stem, pure.parent.name):
        negation = ""
        for word in (one.lower() for one in _WORD.findall(name)):
            if word in _NEGATIONS:
                negation = "not-"
                continue
            if len(word) > 1 and word not in _DULL:
                words[negation + word] = None
            negation = ""
    return tuple(words)
