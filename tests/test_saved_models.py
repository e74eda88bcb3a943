"""Estimators that joblib saved, and models that are folders."""

from __future__ import annotations

import gzip
import json
import pickle
import sys
import types
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest

from modelsearch.records.errors import ReadingError
from modelsearch.records.runs import CheckpointRecord
from modelsearch.sources.checkpoints import registry
from modelsearch.sources.runs.opening import Folder


def record_of(folder: Path, name: str) -> CheckpointRecord:
    assert registry.recognise(name)
    found = registry.read(Folder(folder), name, (folder / name).stat().st_size)
    assert found is not None
    return found


def facts(record: CheckpointRecord) -> dict[str, object]:
    return {name: fact.value for name, fact in {**record.facts, **record.more}.items()}


# ---- joblib --------------------------------------------------------------------------------------


class Array:
    """Stands for an array: its wrapper is pickled, its bytes follow."""

    def __init__(self, kind: str, content: bytes, count: int) -> None:
        self.kind, self.content, self.count = kind, content, count


class _Pickler(pickle._Pickler):  # type: ignore[name-defined,misc]
    """Writes arrays as joblib does: a wrapper, padding, and the bytes between the opcodes."""

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if not isinstance(obj, Array):
            super().save(obj, save_persistent_id)
            return
        wrapper = sys.modules["joblib.numpy_pickle"].NumpyArrayWrapper()
        wrapper.__dict__.update(
            shape=(obj.count,), dtype=_Dtype(obj.kind), numpy_array_alignment_bytes=16
        )
        super().save(wrapper)
        self.write((b"" if obj.kind == "O8" else b"\x03\xff\xff\xff") + obj.content)


class _Dtype:
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        return numpy.dtype, (self.kind, False, True)


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A forest as joblib saves it, with numbers, objects, and its version behind them."""
    for module, name in (
        ("joblib.numpy_pickle", "NumpyArrayWrapper"),
        ("sklearn.ensemble._forest", "RandomForestClassifier"),
    ):
        made = types.ModuleType(module)
        setattr(made, name, type(name, (), {"__module__": module, "__qualname__": name}))
        monkeypatch.setitem(sys.modules, module, made)
        parent = module.partition(".")[0]
        monkeypatch.setitem(sys.modules, parent, types.ModuleType(parent))
    forest = sys.modules["sklearn.ensemble._forest"].RandomForestClassifier()
    forest.n_estimators = 7
    forest.weights = Array("f8", b"." * 24, 3)
    forest.names = Array("O8", pickle.dumps(["a", "b"], 3), 2)
    forest.criterion = "gini"
    forest._sklearn_version = "1.5.0"
    target = BytesIO()
    _Pickler(target, 3).dump(forest)
    return target.getvalue()


@pytest.mark.parametrize("packed", [bytes, zlib.compress, gzip.compress])
@pytest.mark.parametrize("name", ["model.joblib", "forest.pkl", "anything.sav"])
def test_what_stands_behind_the_arrays_of_joblib(
    tmp_path: Path, saved: bytes, packed: Any, name: str
) -> None:
    (tmp_path / name).write_bytes(packed(saved))
    found = facts(record_of(tmp_path, name))
    assert found["class"] == "RandomForestClassifier"
    assert found["framework_version"] == "1.5.0"
    assert (found["setting n_estimators"], found["setting criterion"]) == (7, "gini")


def test_an_estimator_that_broke_off_says_what_was_read(tmp_path: Path, saved: bytes) -> None:
    (tmp_path / "model.joblib").write_bytes(saved[: saved.index(b".......")])
    record = record_of(tmp_path, "model.joblib")
    assert facts(record)["setting n_estimators"] == 7
    assert record.note == "not read to its end"


# ---- folders -------------------------------------------------------------------------------------


def field(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def variable(*sizes: int, trained: int = 1) -> bytes:
    shape = b"".join(field(2, field(1, size)) for size in sizes)
    return field(1, field(7, field(1, 1) + field(2, shape) + field(3, trained)))


def test_a_saved_model(tmp_path: Path) -> None:
    signature = field(1, field(1, "image")) + field(2, field(1, "label"))
    graph = (
        field(1, field(5, "2.15.0"))
        + field(5, field(1, "serving_default") + field(2, signature))
        + field(
            7, variable(3, 4) + variable(5) + variable(100, trained=0) + field(1, field(4, b""))
        )
    )
    (tmp_path / "saved_model.pb").write_bytes(field(1, 1) + field(2, graph))
    (tmp_path / "variables").mkdir()
    (tmp_path / "variables" / "variables.data-00000-of-00001").write_bytes(b"." * 1000)
    record = record_of(tmp_path, "saved_model.pb")
    assert record.format == "SavedModel" and record.size_bytes > 1000 and record.files == 2
    assert facts(record) == {
        "framework_version": "2.15.0",
        "tensors": 2,
        "parameters": 17,
        "inputs": "image",
        "outputs": "label",
    }


def test_a_pipeline_of_diffusers(tmp_path: Path) -> None:
    index = {
        "_class_name": "DDPMPipeline",
        "_diffusers_version": "0.11.1",
        "unet": ["diffusers", "UNet2DModel"],
        "safety_checker": [None, None],
    }
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    (tmp_path / "scheduler").mkdir()
    scheduler = {"_class_name": "DDPMScheduler", "num_train_timesteps": 1000}
    (tmp_path / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler))
    record = record_of(tmp_path, "model_index.json")
    assert facts(record) == {
        "class": "DDPMPipeline",
        "framework_version": "0.11.1",
        "parts": "unet: UNet2DModel",
        "setting scheduler.num_train_timesteps": 1000,
    }
    told = record.more["setting scheduler.num_train_timesteps"].evidence
    assert (told.path, told.key) == ("scheduler/scheduler_config.json", "num_train_timesteps")


def test_other_files_of_these_names_are_nothing(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"a": 1}')
    assert registry.read(Folder(tmp_path), "model_index.json", 8) is None


# ---- XGBoost's binary form -----------------------------------------------------------------------


def ubjson(value: Any) -> bytes:
    if isinstance(value, str):
        return b"S" + _long(len(value)) + value.encode()
    if isinstance(value, dict):
        inside = b"".join(
            _long(len(name)) + name.encode() + ubjson(one) for name, one in value.items()
        )
        return b"{" + inside + b"}"
    if isinstance(value, bytes):  # numbers of one byte
        return b"[$U#" + _long(len(value)) + value
    if isinstance(value, list):
        return b"[#" + _long(len(value)) + b"".join(map(ubjson, value))
    return _long(value)


def _long(number: int) -> bytes:
    return b"L" + number.to_bytes(8, "big")


BOOSTER = {
    "learner": {
        "objective": {"name": "binary:logistic"},
        "gradient_booster": {
            "name": "gbtree",
            "model": {"gbtree_model_param": {"num_trees": "12"}, "trees": [{"left": b"123456"}]},
        },
        "learner_model_param": {"num_feature": "4"},
        "attributes": {"best_iteration": "7"},
    },
    "version": [2, 1, 0],
}


def test_the_binary_form_of_xgboost_says_what_its_json_does(tmp_path: Path) -> None:
    (tmp_path / "model.ubj").write_bytes(ubjson(BOOSTER))
    text = json.dumps(BOOSTER, default=list)
    (tmp_path / "xgb_model.json").write_text(text)
    found = facts(record_of(tmp_path, "model.ubj"))
    assert found == facts(record_of(tmp_path, "xgb_model.json"))
    assert (found["objective"], found["trees"], found["framework_version"]) == (
        "binary:logistic",
        12,
        "2.1.0",
    )


@pytest.mark.parametrize("end", [1, 40, 200, 260])
def test_a_binary_model_that_was_cut_off_is_said(tmp_path: Path, end: int) -> None:
    (tmp_path / "model.ubj").write_bytes(ubjson(BOOSTER)[:end])
    try:
        assert registry.read(Folder(tmp_path), "model.ubj", end) is None
    except ReadingError as error:
        assert str(error) in ("cut off", "damaged, or not UBJSON")


def test_a_nest_of_arrays_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.ubj").write_bytes(b"{" + _long(7) + b"learner" + b"[" * 100_000)
    with pytest.raises(ReadingError):
        registry.read(Folder(tmp_path), "model.ubj", 100_000)
