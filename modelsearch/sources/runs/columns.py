"""What the names of columns, tags and settings mean: results, parts of the data, counters."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from modelsearch import vocabulary
from modelsearch.static.outputs import SHARES, SPLITS

#: What counts the entries of a log, finest last.
FOLDS = frozenset({"fold", "folds", "cv fold", "k fold", "validation index", "split index"})
EPOCHS = frozenset({"epoch", "epochs", "current epoch", "ep", "epoche", "epoc", "epoch num"})
STEPS = frozenset(
    {
        "step",
        "steps",
        "global step",
        "iteration",
        "iterations",
        "iter",
        "iters",
        "it",
        "timesteps",
        "total timesteps",
        "time total timesteps",
        "update",
        "updates",
        "num updates",
        "num steps",
        "total steps",
        "trainer global step",
        "n iter",
        "round",
        "rounds",
        "batch",
        "train step",
        "global steps",
        "env steps",
        "frame",
        "frames",
        "episode",
        "episodes",
    }
)
_SPLITS = {
    **SPLITS,
    "eval": "validation",
    "evaluation": "validation",
    "evaluate": "validation",
    "tr": "train",
    "learn": "train",
    "tst": "test",
    "holdout": "validation",
}
_DULL = frozenset(
    {
        "epoch",
        "step",
        "metrics",
        "metric",
        "mean",
        "avg",
        "average",
        "running",
        "rollout",
        "b",
        "m",
        "p",
        "final",
        "best",
        "score",
        "overall",
        "total",
        "perf",
        "phase",
        "summary",
        "stats",
        "log",
        "history",
        "0",
        "1",
        "dataset",
        "set",
        "of",
        "on",
        "the",
    }
)
#: Results that depend on the machine: facts of the run, not of the model.
MACHINE_RESULTS = frozenset({"throughput", "training time"})
_AT_IOU = re.compile(r"(?i)\bm?ap[ _@/]*\(?(0?\.?\d+)(?:[ _:\-]+(0?\.\d+|\d+))?\)?")
#: YOLO validates on these; what it trains on stands below ``train/``.
_OF_DETECTION = re.compile(r"(?i)metrics/(precision|recall)$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SUFFIX = re.compile(r"\((B|M|P|O)\)\s*$")
_PERCENT = re.compile(r"(?i)[\[(]?(%|percent|pct)[\])]?")


@dataclass(frozen=True, slots=True)
class Result:
    """What a column is of: the result's name, the part of the data, whether higher is better.

    ``known`` is false for columns that are no result of a model: rates, memory, gradients.
    """

    name: str
    split: str | None
    higher: bool | None
    known: bool


def plain(name: str) -> str:
    """Return a name in lower case with single spaces for all other signs."""
    return " ".join(re.split(r"[\W_]+", name.strip().lower())).strip()


def split_of(words: str) -> str | None:
    """Return the part of the data that the last word for one names: ``Epoch 3 - Validation``."""
    return next((_SPLITS[one] for one in reversed(plain(words).split()) if one in _SPLITS), None)


def number(value: object) -> float | None:
    """Return a finite number as a float, also where it is written as text; else None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def any_number(value: object) -> float | None:
    """Return a number, NaN and infinity included, as a float; else None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def result(column: str) -> Result:
    """Say what a column or tag is of: ``val_accuracy``, ``metrics/mAP50(B)``, ``eval/loss``."""
    bare = _PERCENT.sub(" ", _SUFFIX.sub("", column.strip()))
    words = plain(_CAMEL.sub(" ", bare)).split()
    split = next((_SPLITS[word] for word in words if word in _SPLITS), None)
    rest = [word for word in words if word not in _SPLITS and word not in _DULL]
    if split is None and _OF_DETECTION.match(bare):
        split = "validation"
    at_iou = _detection(bare)
    if at_iou is not None:
        return Result(at_iou, split or "validation", True, True)
    last = re.split(r"[/.]", bare)[-1]
    joined = " ".join(rest)
    for spelling in (last, joined, joined.replace(" ", "")):
        term = vocabulary.find("metric", spelling) if spelling else None
        if term is not None and term.name not in MACHINE_RESULTS:
            return Result(term.name, split, term.higher_is_better, True)
    if rest and rest[-1] == "loss" and len(rest) <= 4:
        return Result(joined, split, False, True)
    if len(rest) == 2 and rest[0] in ("loss", "losses"):  # loss/total, losses/bbox
        return Result(f"{rest[1]} loss", split, False, True)
    return Result(joined or plain(column) or column.strip(), split, None, False)


def _detection(text: str) -> str | None:
    """``mAP50(B)``, ``mAP_0.5:0.95``, ``AP@.75`` as the vocabulary names them."""
    found = _AT_IOU.search(text.replace("mAP-", "mAP"))
    if found is None:
        return None
    low = _share(found[1])
    high = _share(found[2]) if found[2] else None
    if low is None:
        return None
    name = f"mAP{low}" + (f"-{high}" if high is not None else "")
    term = vocabulary.find("metric", name)
    return term.name if term else name


def _share(text: str) -> int | None:
    """50 for ``50``, ``0.5``, ``.5``, ``5`` after a point that was lost."""
    try:
        value = float(text)
    except ValueError:
        return None
    percent = value * 100 if value <= 1 else value
    return round(percent) if 10 <= percent <= 100 else None


def in_percent(name: str, highest: float) -> bool:
    """Return whether values of a share are written in percent."""
    return (name in SHARES or name.startswith("mAP")) and 1 < highest <= 100


#: Which settings fill a column of ``run``, by their plain names, the surest first.
#: What a configuration calls the part of it that is about one thing.
_GROUPS = ("settings", "config", "cfg", "params", "parameters", "args", "kwargs", "options")
_SETTING_COLUMNS: dict[str, tuple[str, ...]] = {
    "learning_rate": (
        "learning rate",
        "lr",
        "lr0",
        "base lr",
        "init lr",
        "initial lr",
        "max lr",
        "learning rate init",
        "eta",
        "optimizer lr",
        "optim lr",
        "training learning rate",
        "train lr",
        "opt lr",
        "adam lr",
    ),
    "batch_size": (
        "batch size",
        "bs",
        "train batch size",
        "per device train batch size",
        "batch",
        "batchsize",
        "training batch size",
        "training batch size",
        "data batch size",
        "dataset batch size",
        "n batch",
        "samples per gpu",
        "mini batch size",
        "train bs",
        "trn batch size",
    ),
    "epochs": (
        "epochs",
        "num epochs",
        "n epochs",
        "max epochs",
        "num train epochs",
        "epoch",
        "total epochs",
        "nb epochs",
        "training epochs",
        "trainer max epochs",
        "train epochs",
        "nepochs",
        "max epoch",
    ),
    "optimizer": (
        "optimizer",
        "optim",
        "optimizer name",
        "opt",
        "optimiser",
        "optmzr",
        "optimizer target",
        "optim name",
        "optim type",
        "optimizer type",
        "optimizer method",
        "optimizer class",
        "optimizer kind",
        "optim method",
        "optim class",
        "training optimizer",
    ),
    "seed": ("seed", "random seed", "random state", "rng seed", "manual seed"),
    "dataset": (
        "dataset",
        "dataset name",
        "data set",
        "data name",
        "dataset path",
        "data dataset",
        *(f"{data} {group} name" for data in ("dataset", "data") for group in _GROUPS),
        "task name",
        "env",
        "env id",
        "env name",
    ),
}
#: What a library's own name of an optimizer ends with: who implements it, and how.
_VARIANT = re.compile(r"(?i)([_-](torch|fused|xla|npu|apex|hf|bnb|paged|\d+bit|foreach))+$")
_INTEGERS = frozenset({"batch_size", "epochs", "seed"})
#: Names that are as clear inside a group of settings.
_INNER = frozenset(
    {"learning rate", "lr", "batch size", "bs", "train batch size", "epochs", "num epochs",
     "max epochs", "n epochs", "seed"}
)  # fmt: skip


def run_columns(settings: Mapping[str, object]) -> dict[str, tuple[str, object]]:
    """Return, for each column of ``run`` that the settings fill, the setting and its value.

    A setting inside a group counts by its own name where no other group has another value of that
    name: ``model_settings.batch_size``.
    """
    by_plain: dict[str, str] = {}
    for name in settings:
        by_plain.setdefault(plain(name), name)
    inner: dict[str, set[str]] = defaultdict(set)
    for name, value in settings.items():
        if "." in name:
            inner[plain(name.rpartition(".")[2])].add(str(value))
    for name in settings:
        last = plain(name.rpartition(".")[2])
        if last in _INNER and len(inner[last]) == 1:
            by_plain.setdefault(last, name)
    found: dict[str, tuple[str, object]] = {}
    for column, names in _SETTING_COLUMNS.items():
        for name in (by_plain[one] for one in names if one in by_plain):
            value = fitting(column, settings[name])
            if value is not None:
                found[column] = (name, value)
                break
    return found


def fitting(column: str, value: object) -> object | None:
    """Return a setting's value in the type of its column, None where it does not fit."""
    if column in ("optimizer", "dataset"):
        return _name_of(column, value)
    found = number(value)
    if found is None or (column != "seed" and found <= 0):
        return None
    if column in _INTEGERS:
        return int(found) if found == int(found) and abs(found) < 2**62 else None
    return found


def _name_of(column: str, value: object) -> str | None:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        return None
    if value.strip().lower() in ("auto", "none", "null", "default"):
        return None
    last = value.strip().rpartition("." if column == "optimizer" else "\0")[2]
    if column == "dataset":
        last = re.sub(r"\.ya?ml$", "", value.strip().rstrip("/").rpartition("/")[2])
    term = vocabulary.find(column, last) or vocabulary.find(column, value.strip())
    if term is None and column == "optimizer":  # adam_torch, adamw_bnb_8bit
        term = vocabulary.find(column, _VARIANT.sub("", last))
    return term.name if term else last
