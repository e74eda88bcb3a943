"""Configurations composed from several files: Hydra, and Python files that make one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from modelsearch.static.libraries.configs import (
    find_file,
    interpolate,
    load_file,
    merge_into,
    read_config,
)
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Function,
    Map,
    Seq,
    text,
)

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine


def hydra(m: Machine, made: Call) -> Abstract:
    """Compose the configuration of ``@hydra.main(config_path=…, config_name=…)``."""
    folder = text(made.kwargs.get("config_path")) or "."
    name = text(made.kwargs.get("config_name"))
    flat = name is None and folder.endswith((".yaml", ".yml"))
    if flat:  # Hydra before 1.0 named the file, and no group had a package of its own
        folder, _, name = folder.rpartition("/")
    if not name:
        return UNKNOWN
    folder, name = folder or ".", name.removesuffix(".yaml")
    stored = m.flags.get(("<hydra>", name))
    if isinstance(stored, ClassValue):
        from modelsearch.static.machine import invoking

        return invoking.construct(m, stored, [], {}, False, made.at)
    if stored is not None:
        return stored
    importer = made.at.module.path if made.at.module else None
    composer = _Composer(m, folder, importer, flat=flat)
    top = composer.compose("", name, 0)
    if composer.overrides:  # they hold for what was composed before them, too
        composer = _Composer(m, folder, importer, composer.overrides, flat=flat)
        top = composer.compose("", name, 0)
    if isinstance(top, Map):
        interpolate(top, top, 0)
    return top


_PACKAGE = re.compile(r"^#\s*@package\s+(\S+)", re.MULTILINE)


@dataclass(slots=True)
class _Composer:
    """Follows defaults lists within one folder of configurations."""

    machine: Machine
    folder: str
    importer: str | None
    overrides: dict[str, str] = field(default_factory=dict)
    top: Map = field(default_factory=lambda: Map({}, namespace=True))
    flat: bool = False

    def compose(self, group: str, name: str, depth: int) -> Abstract:
        """Compose ``group/name.yaml`` with what its defaults list names, as one mapping."""
        place = f"{group}/{name}" if group else name
        file = find_file(self.machine, f"{self.folder}/{place}.yaml", self.importer)
        if file is None or depth > 6:
            return UNKNOWN
        own = load_file(self.machine, file)
        if not isinstance(own, Map):
            return own
        result = Map({}, namespace=True)
        listed = own.items.pop("defaults", None)
        entries = [_entry(each) for each in (listed.items if isinstance(listed, Seq) else [])]
        self._note_overrides(entries)
        if not any(inner == "_self_" for each in entries for _, inner in each):
            entries.append([("", "_self_")])
        for inner_group, chosen in (pair for each in entries for pair in each):
            if chosen == "_self_":
                merge_into(result, own, 0)
            elif not inner_group.startswith("override "):
                self._place(result, group, inner_group, chosen, depth)
        if depth == 0:
            merge_into(result, self.top, 0)
        return result

    def _note_overrides(self, entries: list[list[tuple[str, str]]]) -> None:
        """Remember ``override /model: large`` for the group that it is about."""
        for group, chosen in (pair for each in entries for pair in each):
            if group.startswith("override "):
                self.overrides[group.removeprefix("override ").lstrip("/")] = chosen

    def _place(self, result: Map, group: str, inner: str, chosen: str, depth: int) -> None:
        """Merge one entry of a defaults list where it belongs."""
        name, _, package = inner.partition("@")
        path = name.lstrip("/") if name.startswith("/") or not group else f"{group}/{name}"
        found = self.compose(path.strip("/"), self.overrides.get(path, chosen), depth + 1)
        if not isinstance(found, Map):
            return
        key = package or name.strip("/")
        if self._is_global(path, self.overrides.get(path, chosen)) or key == "_global_":
            merge_into(self.top, found, 0)
            return
        for part in reversed(
            [part for part in key.replace("/", ".").split(".") if part != "_here_"]
        ):
            found = Map({part: found}, namespace=True) if part else found
        target = self.top if name.startswith("/") and not package else result
        merge_into(target, found, 0)

    def _is_global(self, group: str, name: str) -> bool:
        """Whether a file says that its entries belong at the top: ``# @package _global_``."""
        place = f"{self.folder}/{group}/{name}.yaml" if group else f"{self.folder}/{name}.yaml"
        file = find_file(self.machine, place, self.importer)
        if file is None or self.flat:
            return self.flat
        written = _PACKAGE.search(read_config(self.machine, file)[1] or "")
        return written is not None and written[1] == "_global_"


def _entry(entry: Abstract) -> list[tuple[str, str]]:
    """One line of a defaults list: a file, or a group with its choice."""
    name = text(entry)
    if name:
        group, _, chosen = name.rpartition("/")
        return [(group, chosen)]
    if not isinstance(entry, Map):
        return []
    found = []
    for key, item in entry.items.items():
        label = str(key).removeprefix("optional ")
        value = text(item)
        if value and "hydra/" not in label and label != "hydra":
            found.append((label, value.removesuffix(".yaml")))
    return found


def python_config(m: Machine, record: CallRecord) -> Abstract:
    """``DEFINE_config_file``: what ``get_config()`` of the default configuration returns."""
    from modelsearch.static.machine import invoking

    path = text(record.argument(1, "default")) or "configs/default.py"
    dotted = path.partition(":")[0].removesuffix(".py").strip("./").replace("/", ".")
    while dotted:
        module = m.program.module_for(dotted, record.module)
        if module is not None:
            found = m.run_module(module).names.get("get_config")
            if isinstance(found, Function):
                return invoking.call_function(m, found, [], {})
            return UNKNOWN
        dotted = dotted.partition(".")[2]
    return UNKNOWN
