"""How long the headers of a gigabyte of checkpoints take, and how much memory.

``python -m bench.artefacts.headers --work FOLDER [--megabytes 1000]``

Writes checkpoints of five formats by hand (safetensors, PyTorch's zip, GGUF, ONNX, HDF5 where
``h5py`` is installed), 50 MB each, reads what they say of themselves, and prints seconds, processor
seconds and the peak of the memory that Python took in reading.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

from modelsearch.sources.checkpoints import registry
from modelsearch.sources.runs.opening import Folder

_EACH = 50_000_000
_TENSORS = 50
_SIZE = _EACH // _TENSORS // 4


def write_safetensors(file: Path) -> None:
    """Write a header and its tensors."""
    entries = {
        f"layers.{n}.weight": {
            "dtype": "F32", "shape": [_SIZE], "data_offsets": [n * _SIZE * 4, (n + 1) * _SIZE * 4],
        }
        for n in range(_TENSORS)
    }  # fmt: skip
    header = json.dumps(entries).encode()
    with file.open("wb") as opened:
        opened.write(struct.pack("<Q", len(header)) + header + bytes(_TENSORS * _SIZE * 4))


def write_torch(file: Path) -> None:
    """Write an archive as ``torch.save`` does: a pickle of tensors that stand beside it."""
    stream = b"\x80\x02}q\x00(" + b"".join(map(_tensor, range(_TENSORS))) + b"u."
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", stream)
        for n in range(_TENSORS):
            archive.writestr(f"archive/data/{n}", bytes(_SIZE * 4))
        archive.writestr("archive/version", "3\n")


def _tensor(n: int) -> bytes:
    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    size = b"J" + struct.pack("<i", _SIZE)
    storage = (b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(str(n)) + text("cpu")
               + size + b"tQ")  # fmt: skip
    shape = size + b"\x85" + b"K\x01\x85"
    rest = b"\x89ccollections\nOrderedDict\n)RtR"
    return (text(f"layers.{n}.weight") + b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage
            + b"K\x00" + shape + rest)  # fmt: skip


def write_gguf(file: Path) -> None:
    """Write key-values, the list of tensors, and the tensors."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    head = b"GGUF" + struct.pack("<IQQ", 3, _TENSORS, 1)
    head += text("general.architecture") + struct.pack("<I", 8) + text("llama")
    for n in range(_TENSORS):
        head += text(f"blk.{n}.weight") + struct.pack("<IQIQ", 1, _SIZE, 0, n * _SIZE * 4)
    file.write_bytes(head + bytes(_TENSORS * _SIZE * 4))


def write_onnx(file: Path) -> None:
    """Write a model of nodes and initialisers."""

    def field(number: int, data: bytes) -> bytes:
        return _varint(number << 3 | 2) + _varint(len(data)) + data

    tensors = b"".join(
        field(5, b"\x08" + _varint(_SIZE) + b"\x10\x01" + field(8, f"w{n}".encode())
              + field(9, bytes(_SIZE * 4)))
        for n in range(_TENSORS)
    )  # fmt: skip
    graph = field(2, b"graph") + tensors
    file.write_bytes(b"\x08\x08" + field(2, b"pytorch") + field(7, graph))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def write_hdf5(file: Path) -> None:
    """Write a file of data sets; nothing where h5py is not installed."""
    try:
        import h5py
        import numpy as np
    except ImportError:
        return
    with h5py.File(file, "w") as opened:
        opened.attrs["keras_version"] = "2.15.0"
        for n in range(_TENSORS):
            opened[f"model_weights/layer{n}/kernel"] = np.zeros(_SIZE, "f4")


WRITERS: dict[str, Callable[[Path], None]] = {
    ".safetensors": write_safetensors, ".pt": write_torch, ".gguf": write_gguf,
    ".onnx": write_onnx, ".h5": write_hdf5,
}  # fmt: skip


def main() -> None:
    """Write the files that are missing, and read all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/headers"))
    parser.add_argument("--megabytes", type=int, default=1000)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    count = max(options.megabytes * 1_000_000 // _EACH // len(WRITERS), 1)
    names = [f"model_{n}{suffix}" for suffix in WRITERS for n in range(count)]
    for name in names:
        file = options.work / name
        if not file.exists():
            WRITERS[file.suffix](file)
    folder = Folder(options.work)
    present = [(name, (options.work / name).stat().st_size) for name in names
               if (options.work / name).exists()]  # fmt: skip
    for trace in (False, True):
        if trace:
            tracemalloc.start()
        started, before = time.perf_counter(), os.times()
        by_kind: dict[str, float] = {}
        read = 0
        for name, size in present:
            at = time.process_time()
            read += registry.read(folder, name, size) is not None
            kind = Path(name).suffix
            by_kind[kind] = by_kind.get(kind, 0.0) + time.process_time() - at
        after = os.times()
        wall = time.perf_counter() - started
        busy = sum(after[:4]) - sum(before[:4])
        if not trace:
            total = sum(size for _, size in present) / 1e9
            told = ", ".join(f"{kind} {spent:.3f}" for kind, spent in by_kind.items())
            print(f"{read} of {len(present)} checkpoints, {total:.2f} GB: {wall:.2f} s, "
                  f"{busy:.2f} processor s ({told})")  # fmt: skip
    print(f"peak of the memory in reading: {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
