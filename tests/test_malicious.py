"""Artefacts made to run code when they are read: none does. Each is written as a tool would write
it, with a payload where that tool's own loader would run it.
"""

from __future__ import annotations

import base64
import io
import json
import marshal
import os
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.test_runs import Lab

WORDS = "touch {trace}"


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (WORDS.format(trace=self.trace),)


def archive(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
    return written.getvalue()


def npz(trace: Path) -> bytes:
    """An array of objects, as ``numpy.save`` pickles it."""
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    return archive({"timesteps.npy": start + pickle.dumps([Evil(trace)]),
                    "results.npy": start + pickle.dumps([Evil(trace)])})  # fmt: skip


def layers(trace: Path) -> dict[str, Any]:
    """A network with a Lambda layer, whose code Keras would run."""
    code = compile(f"__import__('os').system('{WORDS.format(trace=trace)}')", "x", "exec")
    function = [base64.b64encode(marshal.dumps(code)).decode(), None, None]
    lambda_layer = {"class_name": "Lambda", "config": {"function": function, "name": "l"}}
    dense = {"class_name": "Dense", "config": {"units": 3, "name": "d"}}
    return {"class_name": "Sequential", "config": {"layers": [dense, lambda_layer]}}


def keras(trace: Path) -> bytes:
    return archive({"config.json": json.dumps(layers(trace)).encode(),
                    "metadata.json": b'{"keras_version": "3.0.0"}',
                    "../../trace": b"out of the archive", f"{trace}": b"absolute"})  # fmt: skip


def agent(trace: Path) -> bytes:
    serialized = base64.b64encode(pickle.dumps(Evil(trace))).decode()
    data = {"policy_class": {":type:": "x", ":serialized:": serialized}, "gamma": 0.9,
            "num_timesteps": 100, "learning_rate": 0.1}  # fmt: skip
    return archive({"data": json.dumps(data).encode(), "policy.pth": pickle.dumps(Evil(trace)),
                    "_stable_baselines3_version": b"2.0.0"})  # fmt: skip


def skops(trace: Path) -> bytes:
    schema = {"__class__": "system", "__module__": "os", "__loader__": "FunctionNode",
              "content": {"args": [WORDS.format(trace=trace)]}}  # fmt: skip
    return archive({"schema.json": json.dumps(schema).encode()})


def packed(trace: Path) -> bytes:
    return zlib.compress(pickle.dumps(Evil(trace)))


def field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2, *varint(len(data))]) + data


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def event(trace: Path) -> bytes:
    """An event file whose hyperparameters are a pickle."""
    value = field(1, b"_hparams_/experiment") + field(
        9, field(1, field(1, b"hparams") + field(2, pickle.dumps(Evil(trace))))
    )
    message = field(5, field(1, value))
    return struct.pack("<Q", len(message)) + bytes(4) + message + bytes(4)


def onnx(trace: Path) -> bytes:
    """A model whose tensor lies in a file outside."""
    entry = field(1, b"location") + field(2, str(trace).encode())
    tensor = b"\x08\x04\x10\x01" + field(8, b"w") + field(13, entry) + b"\x70\x01"
    return b"\x08\x08" + field(7, field(2, b"g") + field(5, tensor))


def wandb_log(trace: Path) -> bytes:
    item = field(1, b"loss") + field(16, f"!!python/object/apply:os.system ['{trace}']".encode())
    record = field(2, field(1, item)) + field(3, pickle.dumps(Evil(trace)))
    piece = bytes(4) + struct.pack("<H", len(record)) + b"\x01" + record
    return b":W&B" + b"\xbe\xe1\x00" + piece


FILES: dict[str, Callable[[Path], bytes]] = {
    "logs/evaluations.npz": npz,
    "best_params.pkl": lambda trace: pickle.dumps({"lr": Evil(trace)}),
    "model.keras": keras,
    "best_model.zip": agent,
    "model.skops": skops,
    "model.joblib": packed,
    "runs/events.out.tfevents.1.host": event,
    "model.onnx": onnx,
    "wandb/run-20240101_000000-abcd/run-abcd.wandb": wandb_log,
}


@pytest.mark.parametrize("path", FILES)
def test_nothing_in_an_artefact_is_run(tmp_path: Path, path: str) -> None:
    lab = Lab(tmp_path)
    trace = tmp_path / "trace"
    lab.write(path, FILES[path](trace))
    lab.index()
    lab.index()
    assert not trace.exists()
    assert not (lab.folder / "trace").exists()
    assert not (tmp_path.parent / "trace").exists()


YAML = (
    "!!python/object/apply:os.system ['{words}']",
    "!!python/object/new:os.system ['{words}']",
    "!!python/object/apply:subprocess.check_output [['touch', '{trace}']]",
    "!!python/module:antigravity x",
    "!!python/name:os.system x",
)
CONFIGURATIONS = (
    "mlruns/0/meta.yaml", "mlruns/0/abc/meta.yaml",
    "wandb/run-20240101_000000-abcd/files/config.yaml",
    "out/.hydra/config.yaml", "runs/train/args.yaml", "lightning_logs/version_0/hparams.yaml",
    "dvc.lock", "dvclive/params.yaml", "README.md",
)  # fmt: skip


@pytest.mark.parametrize("path", CONFIGURATIONS)
def test_no_tag_of_yaml_makes_an_object(tmp_path: Path, path: str) -> None:
    lab = Lab(tmp_path)
    trace = tmp_path / "trace"
    lines = [f"a{n}: {one.format(words=WORDS.format(trace=trace), trace=trace)}"
             for n, one in enumerate(YAML)]  # fmt: skip
    text = "\n".join(["lr: 0.1", *lines]) + "\n"
    lab.write(path, f"---\n{text}---\n" if path.endswith(".md") else text)
    lab.index()
    assert not trace.exists()


def test_no_object_of_an_hdf5_file_is_made(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    lab = Lab(tmp_path)
    trace = tmp_path / "trace"
    with h5py.File(lab.folder / "model.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(layers(trace))
        file.attrs["training_config"] = base64.b64encode(pickle.dumps(Evil(trace))).decode()
        file["outside"] = h5py.ExternalLink("/etc/passwd", "/")
        file["model_weights/w"] = [1.0, 2.0]
    lab.index()
    assert not trace.exists()
