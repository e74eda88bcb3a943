"""Trackers of experiments whose configuration the script reads back: wandb, ClearML."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Dotted, Instance, Map, first


def _config(m: Machine) -> Map:
    """Return what ``wandb.config`` holds."""
    return m.memory("wandb", lambda: Map({}, namespace=True, open=True))


def _start(m: Machine, record: CallRecord, result: Call) -> None:
    """``wandb.init(config=…)`` fills ``wandb.config``."""
    config = first(record.kwargs.get("config"))
    if isinstance(config, Map):
        for key, value in config.items.items():
            m.put(_config(m).items, key, value)
    elif isinstance(config, Instance):
        _config(m).items.update(config.attrs)


def _of_package(m: Machine, base: Dotted, name: str) -> Abstract | None:
    """``wandb.config``."""
    return _config(m) if name == "config" and base.name == "wandb" else None


def _of_run(m: Machine, base: Call, name: str) -> Abstract | None:
    """``config`` of the run that ``wandb.init`` returned."""
    return _config(m) if name == "config" and base.name == "wandb.init" else None


def _connect(m: Machine, head: Abstract, name: str, record: CallRecord) -> Abstract | None:
    """``task.connect(settings)`` of ClearML gives back what it is given."""
    if name not in ("connect", "connect_configuration") or not record.args:
        return None
    return record.args[0] if isinstance(first(record.args[0]), Map | Instance) else None


LIBRARY = Library(
    name="trackers",
    methods={Abstract: _connect},
    effects={"wandb.init": _start},
    attributes={Dotted: _of_package, Call: _of_run},
)
