"""Saved weights: what their headers say, whose they are, and that nothing in them ever runs."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.checkpoints import registry
from modelsearch.sources.checkpoints.pickles import Call, Name, read_pickle
from modelsearch.sources.runs import registry as runs
from modelsearch.sources.runs.opening import Folder
from tests.test_runs import SCRIPT, Lab, lab

__all__ = ["lab"]


def read(folder: Path, name: str, data: bytes) -> CheckpointRecord | None:
    (folder / name).write_bytes(data)
    return registry.read(Folder(folder), name, len(data))


def facts(record: CheckpointRecord | None) -> dict[str, Any]:
    assert record is not None
    return {name: fact.value for name, fact in {**record.facts, **record.more}.items()}


def safetensors(**metadata: str) -> bytes:
    header = {
        "__metadata__": metadata,
        "a.weight": {"dtype": "F16", "shape": [3, 4], "data_offsets": [0, 24]},
        "a.bias": {"dtype": "F16", "shape": [4], "data_offsets": [24, 32]},
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"\0" * 32


class _Torch(pickle._Pickler):  # the one in Python, whose opcodes can be written by hand
    def save_tensor(self, shape: tuple[int, ...]) -> None:
        self.write(b"ctorch._utils\n_rebuild_tensor_v2\n(")
        self.write(b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000")
        self.write(b"X\x03\x00\x00\x00cpuK\x01tQK\x00")
        self.write(b"(" + b"".join(b"J" + struct.pack("<i", one) for one in shape) + b"t")
        self.write(b"(K\x01t\x89NtR")


def torch_zip(**state: Any) -> bytes:
    """An archive as torch.save writes it; ``state_dict`` are names and shapes."""
    stream = io.BytesIO()
    pickler = _Torch(stream, 2)
    stream.write(b"\x80\x02}(")
    for name, value in state.items():
        pickler.save(name)
        if name == "state_dict":
            stream.write(b"}(")
            for tensor, shape in value.items():
                pickler.save(tensor)
                pickler.save_tensor(shape)
            stream.write(b"u")
        else:
            pickler.save(value)
    stream.write(b"u.")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("archive/data.pkl", stream.getvalue())
        file.writestr("archive/data/0", b"\0" * 64)
    return archive.getvalue()


def test_safetensors_say_their_tensors_and_metadata(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        "lora_epoch_12.safetensors",
        safetensors(ss_sd_model_name="sd15.safetensors", ss_network_dim="8", modelspec="x"),
    )
    found = facts(record)
    assert (found["parameters"], found["tensors"], found["dtype"]) == (16, 2, "float16")
    assert (found["base_model"], found["network_dim"], found["epoch"]) == (
        "sd15.safetensors",
        8,
        12,
    )


def test_a_checkpoint_of_torch_is_read_without_its_tensors(tmp_path: Path) -> None:
    data = torch_zip(
        epoch=7,
        global_step=900,
        best_acc=0.91,
        lr=0.1,
        state_dict={"conv.weight": (8, 3, 3, 3), "conv.bias": (8,)},
        hyper_parameters={"lr": 0.001, "width": 64},
    )
    found = facts(read(tmp_path, "best.pt", data))
    assert (found["epoch"], found["step"], found["parameters"]) == (7, 900, 224)
    assert (found["monitored"], found["monitored_value"], found["is_best"]) == (
        "best_acc",
        0.91,
        True,
    )
    assert found["setting width"] == 64 and found["dtype"] == "float32"


class _Weight:
    """Stands for a parameter of a module, by its shape."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape


class _Module:
    """Has the parameters and the modules inside it where torch's modules have them."""

    def __init__(self, parameters: dict[str, _Weight], **modules: _Module) -> None:
        self.training = False
        self._parameters = OrderedDict(parameters)
        self._buffers = OrderedDict(running=_Weight(500))
        self._modules = OrderedDict(modules)


class _WholeModules(_Torch):
    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if not isinstance(obj, _Weight):
            super().save(obj, save_persistent_id)
            return
        if id(obj) in self.memo:
            self.write(self.get(self.memo[id(obj)][0]))
            return
        self.write(b"ctorch._utils\n_rebuild_parameter\n(")
        self.save_tensor(obj.shape)
        self.write(b"\x88")
        self.save(OrderedDict())
        self.write(b"tR")
        self.memoize(obj)


@pytest.mark.parametrize("archived", [True, False], ids=["in an archive", "a pickle alone"])
def test_parameters_of_a_whole_module_are_counted_with_those_inside_it(
    tmp_path: Path, archived: bool
) -> None:
    part = _Module({"weight": _Weight(8, 3), "bias": _Weight(8)})
    deep = _Module({}, first=part, second=_Module({"weight": _Weight(5, 8)}))
    net = _Module({"scale": _Weight(7)}, body=deep, head=_Module({"weight": _Weight(2, 5)}))
    stream = io.BytesIO()
    _WholeModules(stream, 2).dump(net)
    data = stream.getvalue()
    if archived:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("archive/data.pkl", data)
        data = packed.getvalue()
    found = facts(read(tmp_path, "model.pt", data))
    assert (found["parameters"], found["tensors"]) == (24 + 8 + 40 + 7 + 10, 5)
    assert found["dtype"] == "float32"


def test_what_modules_share_is_counted_once_and_one_may_hold_itself(tmp_path: Path) -> None:
    tied = _Weight(2, 3)
    net = _Module({"weight": tied}, head=_Module({"weight": tied}))
    net._modules["again"] = net
    stream = io.BytesIO()
    _WholeModules(stream, 2).dump(net)
    found = facts(read(tmp_path, "model.pt", stream.getvalue()))
    assert found["parameters"] == 6


def test_a_pointer_of_git_lfs_says_what_it_stands_for(tmp_path: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "ab" * 32 + "\nsize 4400\n"
    record = read(tmp_path, "model.safetensors", text.encode())
    assert record is not None and record.is_pointer and record.size_bytes == 4400
    assert facts(record)["sha256"] == "ab" * 32


def test_gguf_says_its_keys(tmp_path: Path) -> None:
    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    words = struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    data = b"GGUF" + struct.pack("<IQQ", 3, 1, 2)
    data += text("general.architecture") + struct.pack("<I", 8) + text("llama")
    data += text("tokenizer.tokens") + words
    data += text("w") + struct.pack("<IQQIQ", 2, 4, 5, 0, 0)
    found = facts(read(tmp_path, "model.gguf", data))
    assert (found["class"], found["parameters"], found["tensors"]) == ("llama", 20, 1)


def test_keras_and_agents_are_archives_of_json(tmp_path: Path) -> None:
    def archive(**files: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as file:
            for name, text in files.items():
                file.writestr(name.replace("__", "."), text)
        return stream.getvalue()

    keras = archive(
        metadata__json='{"keras_version": "3.1", "date_saved": "2025-03-01@10:00:00"}',
        config__json=json.dumps(
            {
                "class_name": "Sequential",
                "config": {"layers": [{"class_name": "Dense"}]},
                "compile_config": {
                    "optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.00025}}
                },
            }
        ),
    )
    found = facts(read(tmp_path, "m.keras", keras))
    assert (found["saved_at"], found["optimizer"]) == ("2025-03-01T10:00:00", "Adam")
    assert found["learning rate at saving"] == 0.00025 and "learning_rate" not in found
    agent = archive(
        data='{"num_timesteps": 5000, "learning_rate": 0.0003, "gamma": 0.99}',
        _stable_baselines3_version="2.3.2",
    )
    found = facts(read(tmp_path, "ppo_model.zip", agent))
    assert (found["step"], found["setting gamma"]) == (5000, 0.99)


def test_trees_say_their_objective(tmp_path: Path) -> None:
    xgboost = json.dumps(
        {
            "learner": {
                "objective": {"name": "binary:logistic"},
                "gradient_booster": {
                    "name": "gbtree",
                    "model": {"gbtree_model_param": {"num_trees": "40"}},
                },
            },
            "version": [2, 0, 1],
        }
    )
    found = facts(read(tmp_path, "xgb_model.json", xgboost.encode()))
    assert (found["objective"], found["trees"], found["framework_version"]) == (
        "binary:logistic",
        40,
        "2.0.1",
    )
    lightgbm = (
        "tree\nversion=v4\nnum_class=1\nobjective=binary\nmax_feature_idx=3\n"
        "tree_sizes=10 12\n\nTree=0\nend of trees\n\nparameters:\n[learning_rate: 0.05]\n"
        "end of parameters\n"
    )
    found = facts(read(tmp_path, "lgb_model.txt", lightgbm.encode()))
    assert (found["trees"], found["num_feature"], found["setting learning_rate"]) == (2, 4, 0.05)


def test_a_list_of_words_is_no_checkpoint(tmp_path: Path) -> None:
    assert read(tmp_path, "model_words.txt", b"a\nb\n") is None
    assert read(tmp_path, "model_data.pkl", pickle.dumps([1, 2, 3])) is None


# ---- nothing runs --------------------------------------------------------------------------------


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.trace}",)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "name", ["model.pkl", "model.pt", "model.ckpt", "model.joblib", "training_args.bin"]
)
def test_a_malicious_pickle_leaves_no_trace(lab: Lab, protocol: int, name: str) -> None:
    trace = lab.folder / "trace"
    data = pickle.dumps({"state_dict": Evil(trace), "epoch": 3}, protocol)
    lab.write(name, data)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("archive/data.pkl", data)
    lab.write(f"zip_{name}", archive.getvalue())
    lab.index()
    assert not trace.exists()
    content = read_pickle(data)
    assert isinstance(content.data["state_dict"], Call)
    assert content.data["state_dict"].name in (Name("posix", "system"), Name("nt", "system"))


def test_yaml_with_a_constructor_leaves_no_trace(lab: Lab) -> None:
    trace = lab.folder / "trace"
    lab.write(
        "version_0/hparams.yaml", f"lr: 0.1\nx: !!python/object/apply:os.system ['touch {trace}']\n"
    )
    lab.write("version_0/metrics.csv", "epoch,val_loss\n0,1\n1,0.5\n")
    lab.index()
    assert not trace.exists()
    assert lab.rows("SELECT learning_rate FROM run") == [(0.1,)]


def bomb() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", b"\x80\x02" + b"\0" * 60_000_000)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("model.safetensors", struct.pack("<Q", 2**62) + b"{}"),
        ("model.safetensors", struct.pack("<Q", 200) + b"[" * 200),
        ("model.gguf", b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60)),
        ("model.onnx", b"\x3a" + b"\xff" * 9 + b"\x01"),
        ("model.onnx", b"\x3a\x7f" * 50),
        ("model.pt", b"PK\x03\x04" + b"\0" * 100),
        ("model.pkl", b"\x80\x04\x8c"),
        ("model.pkl", b"\x80\x04" + b"]" * 1000 + b"e" * 1000),
        ("model.pkl", b"\x80\x02\x8b" + struct.pack("<i", 1000) + b"\xff" * 1000 + b"."),
        ("model.keras", b"PK\x03\x04" + b"\xff" * 200),
        ("model.txt", b"tree\n" + b"\xff" * 200),
        ("xgb.json", b'{"learner": {"objective": 3}}'),
    ],
)
def test_damaged_files_are_refused_or_empty(tmp_path: Path, name: str, data: bytes) -> None:
    try:
        read(tmp_path, name, data)
    except ReadingError as error:
        assert str(error)


def test_what_would_unpack_to_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="larger than 50 MB"):
        read(tmp_path, "model.pt", bomb())


@pytest.mark.parametrize(
    "name",
    [
        "events.out.tfevents.1740819600.h",
        "a/run-20250101_000000-x/run-x.wandb",
        "mlflow.db",
        "catboost_training.json",
        "evaluations.npz",
        "run.json",
        "dvc.lock",
        "train.log",
        "trainer_state.json",
        "monitor.csv",
    ],
)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 40,
        b"\xff" * 5000,
        b"{" * 5000,
        b"SQLite format 3\0",
        b":W&B" + b"\xff" * 70_000,
        b"PK\x03\x04",
        b"a: &a [*a, *a]",
    ],
)
def test_damaged_logs_never_fail_a_run(lab: Lab, name: str, data: bytes) -> None:
    lab.write(name, data)
    assert runs.recognise(name) is not None
    lab.index()


# ---- whose they are ------------------------------------------------------------------------------


def test_a_checkpoint_in_a_run_is_that_runs(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("runs/a/log.csv", "epoch,val_loss\n0,1\n1,0.5\n")
    lab.write("runs/a/weights/best.pt", torch_zip(epoch=1, state_dict={"w": (2, 2)}))
    lab.index()
    assert lab.rows("SELECT model_id, run_id, epoch, owner_from FROM checkpoints") == [
        ("lab_train", "a", 1, "the run's folder")
    ]


def test_a_checkpoint_beside_a_script_that_saves_nothing_is_not_its(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write("old.pt", torch_zip(epoch=1, state_dict={"w": (2, 2)}))
    lab.index()
    assert lab.rows("SELECT kind FROM checkpoints c JOIN model USING (model_id)") == [
        ("checkpoint",)
    ]
    lab.write("train.py", SCRIPT + "\nimport torch\ntorch.save(net, 'old.pt')\n")
    lab.index()
    assert lab.rows("SELECT kind FROM checkpoints c JOIN model USING (model_id)") == [("script",)]
    assert lab.rows("SELECT count(*) FROM model") == [(1,)]


def test_checkpoints_of_one_series_are_one_model(lab: Lab) -> None:
    for epoch in (1, 2, 10):
        lab.write(f"w/net_epoch_{epoch}.pt", torch_zip(epoch=epoch, state_dict={"w": (2, 2)}))
    lab.write("w/other.safetensors", safetensors())
    lab.index()
    assert lab.rows("SELECT kind, parameters FROM model ORDER BY parameters") == [
        ("checkpoint", 4),
        ("checkpoint", 16),
    ]


def test_what_is_not_read_is_said_with_its_count(lab: Lab) -> None:
    lab.write("a.tflite", b"x")
    lab.write("b.tflite", b"x")
    lab.write("c.safetensors", b"too short")
    unread = lab.index().runs.unread
    assert unread == {"TensorFlow Lite is not read": 2, "not a safetensors header": 1}


def test_settings_that_a_script_saved_beside_the_best_epoch(tmp_path: Path) -> None:
    settings = {"lr": 0.01, "batch_size": 64}
    data = torch_zip(best_params=settings, best_epoch=4, state_dict={"a": (2,)})
    known = facts(read(tmp_path, "training.pth", data))
    assert known["epoch"] == 4
    assert (known["setting lr"], known["setting batch_size"]) == (0.01, 64)
