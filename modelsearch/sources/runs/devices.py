"""On which devices a run trained, as its settings say: ``device: cuda:0``, ``gpu_ids: 0,1``,
``trainer.accelerator: gpu`` with ``trainer.devices: 2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from modelsearch.records.artefacts import Fact
from modelsearch.records.runs import Setting
from modelsearch.sources.runs.columns import plain
from modelsearch.static.device_names import device_named

#: Settings that name a kind of device, or devices by their numbers.
_KINDS = ("device", "accelerator", "device type", "device name", "torch device")
#: Settings that say whether there is one, and which devices or how many.
_SWITCHES = {"cuda": "CUDA", "use cuda": "CUDA", "use gpu": "CUDA", "gpu": "CUDA", "use mps": "MPS"}
_OF_GPUS = ("gpus", "gpu ids", "gpu id", "num gpus", "n gpus", "n gpu", "ngpu", "num gpu", "ngpus")
_COUNTS = ("devices", "num devices", "n devices", "world size")
_NUMBERS = re.compile(r"\s*\[?\s*(?:cuda:)?\d+(?:\s*,\s*(?:cuda:)?\d+)*\s*,?\s*\]?\s*")
_MOST = 100_000  #: devices; a larger number is none of devices


def devices_of(settings: Iterable[Setting]) -> dict[str, Fact]:
    """Return the kind of device (``hardware``) and how many there were (``devices``) as far as the
    settings of a run say it.
    """
    by_name: dict[str, Setting] = {}
    for setting in settings:
        by_name.setdefault(plain(setting.name.rpartition(".")[2]), setting)
    found: dict[str, Fact] = {}
    for name in _COUNTS:
        _add(found, "devices", _count(by_name.get(name)), by_name.get(name))
    for name in _KINDS:
        _add(found, "hardware", _kind(by_name.get(name)), by_name.get(name))
        _add(found, "devices", _listed(by_name.get(name)), by_name.get(name))
    for name in _OF_GPUS:
        count = _listed(by_name.get(name)) if name.startswith("gpu id") else None
        count = count or _count(by_name.get(name))
        _add(found, "devices", count, by_name.get(name))
        _add(found, "hardware", "CUDA" if count else None, by_name.get(name))
    for name, kind in _SWITCHES.items():
        switch = by_name.get(name)
        on = switch is not None and switch.value is True
        _add(found, "hardware", kind if on else None, switch)
    return found


def _add(
    found: dict[str, Fact], field: str, value: str | int | None, setting: Setting | None
) -> None:
    if value and setting is not None:
        found.setdefault(field, Fact(value, setting.evidence))


def _kind(setting: Setting | None) -> str | None:
    """The kind of device that a setting names; a number alone is that of a GPU."""
    if setting is None or isinstance(setting.value, bool):
        return None
    written = str(setting.value)
    return "CUDA" if _NUMBERS.fullmatch(written) else device_named(written)


def _count(setting: Setting | None) -> int | None:
    """How many devices a setting says: a number, or a list of their numbers."""
    value = setting.value if setting is not None else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if 0 < value < _MOST and value == int(value) else None
    return _listed(setting) if isinstance(value, str) and "," in value else None


def _listed(setting: Setting | None) -> int | None:
    """How many devices are listed by their numbers: ``0,1``."""
    if setting is None or isinstance(setting.value, bool):
        return None
    written = str(setting.value)
    return (
        len(re.findall(r"\d+", written.replace("cuda:", "")))
        if _NUMBERS.fullmatch(written)
        else None
    )
