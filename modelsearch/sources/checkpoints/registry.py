"""Which files may be saved weights, and what they say of themselves."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from types import ModuleType

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.checkpoints import (
    archives,
    folders,
    gguf,
    hdf5,
    onnx,
    safetensors,
    torch,
    trees,
)
from modelsearch.sources.runs.opening import Folder

#: Readers by suffix; those of one suffix are asked in this order.
_READERS: tuple[ModuleType, ...] = (safetensors, onnx, gguf, hdf5, archives, folders, torch, trees)
_BY_SUFFIX: dict[str, list[ModuleType]] = {}
for _reader in _READERS:
    for _suffix in _reader.SUFFIXES:
        _BY_SUFFIX.setdefault(_suffix, []).append(_reader)
#: Suffixes that say little: a name must say more.
_VAGUE = frozenset({".bin", ".tar", ".zip", ".json", ".txt", ".model", ".pkl", ".pickle"})
_TELLING = re.compile(
    r"(?i)(model|weights|checkpoint|ckpt|best|last|final|adapter|lora|classifier|regressor|"
    r"pipeline|estimator|forest|xgb|svm|booster|lgb|gbm|agent|policy|ppo|dqn|a2c|sac|td3|ddpg|trpo|"
    r"net|epoch|training_args|encoder|decoder|generator|discriminator|scaler|vectorizer)"
)
_NEVER = re.compile(
    r"(?i)(optimizer|scheduler|rng_state|tokenizer|vocab|\.index\.json$|"
    r"config|card|_info)"
)
#: What is saved weights and is not read, by suffix.
UNREAD = {
    ".tflite": "TensorFlow Lite",
    ".mlmodel": "Core ML",
    ".engine": "TensorRT",
    ".msgpack": "Flax",
    ".orbax": "Orbax",
    ".nemo": "NeMo",
    ".mar": "TorchServe",
    ".caffemodel": "Caffe",
    ".params": "MXNet",
    ".pdparams": "Paddle",
}
_NUMBER = re.compile(
    r"(?i)(?:^|[^a-z])(?P<kind>epochs?|ep|steps?|iters?|iteration|checkpoint|ckpt)[-_=. ]?0*"
    r"(?P<number>\d{1,9})(?P<k>k)?(?!\d)"
)
_SHARD = re.compile(r"-\d{5}-of-\d{5}(?=\.)")
_POINTER = b"version https://git-lfs"


def recognise(path: str) -> bool:
    """Return whether a file may be saved weights, by its name."""
    pure = place_of(path)
    suffix = pure.suffix.lower()
    if suffix in UNREAD or pure.name in folders.NAMES:
        return True
    if suffix == ".pb" or suffix not in _BY_SUFFIX or _NEVER.search(pure.name):
        return False
    if suffix in (".json", ".txt", ".model"):
        return trees.may_be(path)
    return suffix not in _VAGUE or bool(_TELLING.search(pure.name))


def shard_of(path: str) -> str:
    """Return the path that all shards of a model share."""
    return _SHARD.sub("", path)


def read(folder: Folder, path: str, size: int) -> CheckpointRecord | None:
    """Return what a checkpoint says of itself; None where it is no weights. Raises ReadingError."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in UNREAD:
        raise ReadingError(f"{UNREAD[suffix]} is not read")
    head = folder.head(path, 24)
    if head.startswith(_POINTER):
        return _pointer(folder, path)
    for reader in _BY_SUFFIX[suffix]:
        record: CheckpointRecord | None = reader.read(folder, path, size)
        if record is not None:
            _name(record)
            return record
    return None


def _pointer(folder: Folder, path: str) -> CheckpointRecord:
    """A Git LFS pointer states the size and the hash of what it stands for."""
    text = folder.head(path, 500).decode("utf-8", "replace")
    known = dict(line.partition(" ")[::2] for line in text.splitlines() if " " in line)
    size = known.get("size", "")
    suffix = PurePosixPath(path).suffix.lower()
    kinds = {
        ".safetensors": "safetensors",
        ".onnx": "ONNX",
        ".gguf": "GGUF",
        ".keras": "Keras",
        ".h5": "Keras",
    }
    record = CheckpointRecord(
        path, kinds.get(suffix, "torch"), int(size) if size.isdigit() else 0, is_pointer=True
    )
    digest = known.get("oid", "").partition("sha256:")[2]
    record.add("sha256", digest or None, Evidence(path, "output", None, "oid"))
    _name(record)
    return record


def _name(record: CheckpointRecord) -> None:
    """What the name tells: its epoch or step, whether it is the best or the last."""
    pure = PurePosixPath(record.path)
    where = Evidence(record.path, "name")
    for match in _NUMBER.finditer(pure.stem):
        kind = match["kind"].lower()
        number = int(match["number"]) * (1000 if match["k"] else 1)
        record.add("epoch" if kind.startswith("ep") else "step", number, where)
    folder = re.fullmatch(r"checkpoint-(\d{1,9})", pure.parent.name)
    if folder is not None:
        record.add("step", int(folder[1]), where)
    words = set(re.split(r"[\W_]+", pure.stem.lower()))
    if "best" in words:
        record.add("is_best", True, where)
    if words & {"last", "latest"}:
        record.add("is_last", True, where)
