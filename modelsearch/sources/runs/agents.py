"""What trainings of agents leave: evaluations of Stable-Baselines3 (``evaluations.npz``) and
episodes of a Monitor (``monitor.csv``).
"""

from __future__ import annotations

import ast
import csv
import json
import struct
import zipfile
from collections.abc import Sequence

from modelsearch.records.artefacts import Evidence
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import Curve, RunPart, RunReading, Setting
from modelsearch.sources.runs.columns import any_number
from modelsearch.sources.runs.opening import Folder

KIND = "agent"
_MAX_BYTES = 64_000_000
_MAX_CSV = 32_000_000
_FORMATS = {"<f8": "d", "<f4": "f", "<i8": "q", "<i4": "i"}


def recognise(path: str) -> str | None:
    """Return the folder of the run."""
    place = place_of(path)
    known = place.name == "evaluations.npz" or place.name.endswith("monitor.csv")
    return place.folder if known else None


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return the mean reward of each evaluation, and the rewards of the episodes."""
    reading = RunReading()
    for path in paths:
        try:
            if path.endswith(".npz"):
                reading.parts.append(_evaluations(folder, run, path))
            else:
                reading.parts.append(_monitor(folder, run, path))
        except (ReadingError, zipfile.BadZipFile, ValueError, KeyError, csv.Error) as error:
            reading.notes.append(f"{path}: {error}")
    return reading


def _evaluations(folder: Folder, run: str, path: str) -> RunPart:
    part = RunPart(run, "Stable-Baselines3", 3)
    if folder.size(path) > _MAX_BYTES:
        raise ReadingError(f"larger than {_MAX_BYTES // 1_000_000} MB")
    with folder.open(path) as file, zipfile.ZipFile(file) as archive:
        steps, _ = _array(archive, "timesteps.npy")
        for name, tag in (("results", "eval/mean_reward"), ("ep_lengths", "eval/mean_ep_length")):
            if f"{name}.npy" not in archive.namelist():
                continue
            values, shape = _array(archive, f"{name}.npy")
            width = shape[1] if len(shape) > 1 else 1
            means = (
                [sum(values[at : at + width]) / width for at in range(0, len(values), width)]
                if width
                else []
            )
            where = Evidence(path, "output", None, name)
            if len(means) == len(steps) and means:
                part.curves.append(Curve(tag, "step", [int(one) for one in steps], means, where))
    return part


def _array(archive: zipfile.ZipFile, name: str) -> tuple[list[float], tuple[int, ...]]:
    """Return the numbers and the shape of a saved array; arrays of objects are refused."""
    if archive.getinfo(name).file_size > _MAX_BYTES:
        raise ReadingError(f"{name} is larger than {_MAX_BYTES // 1_000_000} MB")
    with archive.open(name) as file:
        data = file.read(_MAX_BYTES)
    if data[:6] != b"\x93NUMPY":
        raise ReadingError(f"{name} is not an array")
    size = 2 if data[6] == 1 else 4
    length = int.from_bytes(data[8 : 8 + size], "little")
    header = ast.literal_eval(data[8 + size : 8 + size + length].decode("latin-1"))
    form = _FORMATS.get(str(header["descr"]))
    if form is None or header.get("fortran_order"):
        raise ReadingError(f"{name} holds {header['descr']}")
    body = data[8 + size + length :]
    count = len(body) // struct.calcsize(form)
    shape = tuple(int(one) for one in header["shape"])
    return list(struct.unpack(f"<{count}{form}", body[: count * struct.calcsize(form)])), shape


def _monitor(folder: Folder, run: str, path: str) -> RunPart:
    """Rows of reward, length and time; the first line says which environment it is."""
    part = RunPart(run, "Stable-Baselines3", 4)
    text = folder.text(path, _MAX_CSV)
    head, _, rest = text.partition("\n")
    if not head.startswith("#"):
        return part
    meta = json.loads(head[1:])
    environment = meta.get("env_id")
    if isinstance(environment, str) and environment not in ("None", ""):
        where = Evidence(path, "output", 1, "env_id")
        part.add("dataset", environment, where)
        part.settings.append(Setting("env_id", environment, where))
    rewards: list[float] = []
    seconds = None
    for row in csv.DictReader(rest.splitlines()):
        value = any_number(row.get("r"))
        if value is not None:
            rewards.append(value)
            seconds = any_number(row.get("t")) or seconds
    if rewards:
        where = Evidence(path, "output", 3, "r")
        part.curves.append(
            Curve(
                "rollout/episode_reward",
                "episode",
                list(range(1, len(rewards) + 1)),
                rewards,
                where,
            )
        )
        part.add("duration_s", seconds, Evidence(path, "output", None, "t"))
    return part
