"""Hydra and OmegaConf: configurations composed from several files, and what they instantiate."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from modelsearch.static.libraries.configs import (
    find_file,
    interpolate,
    load_file,
    load_path,
    merge_into,
    read_config,
)
from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.entering import make_namespace
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Const,
    Dotted,
    Function,
    Map,
    Place,
    Seq,
    constant,
    first,
    text,
)


def _stored(m: Machine) -> dict[str, Abstract]:
    """What the script put into Hydra's ``ConfigStore``, by name."""
    return m.memory("hydra", dict)


def _composed(m: Machine, made: Call) -> Abstract:
    """Compose the configuration of ``@hydra.main(config_path=…, config_name=…)``."""
    folder = text(made.kwargs.get("config_path")) or "."
    name = text(made.kwargs.get("config_name"))
    flat = name is None and folder.endswith((".yaml", ".yml"))
    if flat:  # Hydra before 1.0 named the file, and no group had a package of its own
        folder, _, name = folder.rpartition("/")
    if not name:
        return UNKNOWN
    folder, name = folder or ".", name.removesuffix(".yaml")
    stored = _stored(m).get(name)
    if isinstance(stored, ClassValue):
        return m.construct(stored, [], {}, False, made.at)
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


#: The choice of another group within a choice: ``model: ${dataset}_small``.
_CHOICE = re.compile(r"\$\{(\w+)\}")


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
        choices = dict(pair for each in entries for pair in each) | self.overrides
        for inner_group, said in (pair for each in entries for pair in each):
            chosen = _CHOICE.sub(lambda found: choices.get(found[1], found[0]), said)
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
        """Return whether a file's entries belong at the top (``# @package _global_``)."""
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


def _create(m: Machine, record: CallRecord) -> Abstract | None:
    value = first(record.args[0]) if record.args else Map({})
    if isinstance(value, Map):
        return make_namespace([value], {}, value.open)
    if isinstance(value, ClassValue):
        return m.construct(value, [], {}, False, record.place)
    return value if value is not UNKNOWN else None


def _from_dotlist(m: Machine, record: CallRecord) -> Abstract | None:
    """``["a.b=1", "c=x"]`` as nested settings; what is not written out stays open."""
    result = Map({}, namespace=True)
    given = first(record.args[0]) if record.args else UNKNOWN
    result.open = not isinstance(given, Seq)
    for each in given.items if isinstance(given, Seq) else ():
        path, _, value = (text(each) or "").partition("=")
        if not path or not value:
            result.open = True
            continue
        *above, last = path.split(".")
        place = result
        for part in above:
            inner = first(place.items.setdefault(part, Map({}, namespace=True)))
            if not isinstance(inner, Map):
                break
            place = inner
        place.items[last] = _said(value, first(each))
    return result


def _said(value: str, whole: Abstract) -> Abstract:
    """What a value in an override means: a number or a word, where the text stands."""
    try:
        plain: object = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        plain = {"true": True, "false": False, "null": None}.get(value.lower(), value)
    at = whole.at if isinstance(whole, Const) else None
    if not isinstance(plain, str | int | float | bool):
        return UNKNOWN
    return Const(plain, at) if at else Const(plain)


def _selected(m: Machine, record: CallRecord) -> Abstract | None:
    """``OmegaConf.select(config, "train.lr", default=…)``."""
    found = first(record.argument(0, "cfg"))
    path = text(record.argument(1, "key"))
    for part in (path or "").split(".") if path else ():
        inner = found.items.get(part) if isinstance(found, Map) else None
        if inner is None:
            return record.argument(None, "default")
        found = first(inner)
    return found if path else None


def _updated(m: Machine, record: CallRecord) -> Abstract | None:
    """``OmegaConf.update(config, "train.lr", 0.1)``."""
    place = first(record.argument(0, "cfg"))
    path, value = text(record.argument(1, "key")), record.argument(2, "value")
    if not path or value is None:
        return None
    *above, last = path.split(".")
    for part in above:
        inner = place.items.get(part) if isinstance(place, Map) else None
        place = first(inner)
    if isinstance(place, Map):
        m.put(place.items, last, value)
    return Const(None)


def _folder(m: Machine) -> dict[str, Abstract]:
    """Where ``initialize`` said that configurations are, under ``folder``."""
    return m.memory("hydra folder", dict)


def _initialized(m: Machine, record: CallRecord) -> Abstract | None:
    """``initialize(config_path=…)``: where the next ``compose`` finds its files."""
    folder = record.argument(0, "config_path", "config_dir")
    m.put(_folder(m), "folder", folder or Const("."))
    return None


def _composed_by_call(m: Machine, record: CallRecord) -> Abstract | None:
    """``compose(config_name=…, overrides=["a.b=1"])``."""
    folder = _folder(m).get("folder")
    name = record.argument(0, "config_name")
    if folder is None or name is None:
        return None
    made = Call("hydra.main", [], {"config_path": folder, "config_name": name}, record.place)
    found = _composed(m, made)
    given = record.argument(1, "overrides")
    if not isinstance(found, Map) or given is None:
        return found
    inner = CallRecord(None, record.node, record.module, [given], {}, record.function)
    said = _from_dotlist(m, inner)
    if isinstance(said, Map):
        merge_into(found, said, 0)
        found.open = found.open or said.open
    return found


def _merge(m: Machine, record: CallRecord) -> Abstract | None:
    result = Map({}, namespace=True)
    for each in record.args:
        value = first(each)
        if isinstance(value, Map):
            merge_into(result, value, 0)
            result.open = result.open or value.open
        elif not isinstance(value, Call):
            attrs = getattr(value, "attrs", None)
            if attrs:
                result.items.update(attrs)
    return result


def _instantiate(m: Machine, record: CallRecord) -> Abstract | None:
    """``hydra.utils.instantiate(config, …)``: call what ``_target_`` names."""
    config = first(record.args[0]) if record.args else UNKNOWN
    if not isinstance(config, Map):
        return None
    target = text(config.items.get("_target_"))
    given = first(config.items.get("params"))
    if not target and isinstance(given, Map):  # as Hydra had it before 1.0
        target, config = text(config.items.get("class") or config.items.get("cls")), given
    return _make_target(m, target, config, record) if target else None


def _make_target(m: Machine, target: str, config: Map, record: CallRecord) -> Abstract:
    """Call the class or function with a dotted name, with the entries of a configuration."""
    kwargs = {k: v for k, v in config.items.items() if isinstance(k, str) and k[:1] != "_"}
    if constant(config.items.get("_recursive_")) is not False:
        kwargs = {key: _made_inside(m, value, record) for key, value in kwargs.items()}
    kwargs.update(record.kwargs)
    head, _, last = target.rpartition(".")
    said = first(config.items.get("_target_") or UNKNOWN)
    place = (said.at if isinstance(said, Const) else None) or record.place
    if constant(config.items.get("_partial_")) is True:
        return _partial(m, target, kwargs, place, record)
    inner = CallRecord(target, record.node, record.module, record.args[1:], kwargs, record.function)
    inner.loops, inner.stack = record.loops, record.stack
    module = m.program.module_for(head, m.program.main)
    scope = Scope(record.module, {})
    if module is not None:
        found = m.run_module(module).names.get(last)
        if isinstance(found, ClassValue | Function):
            return m.call_value(found, inner, scope)
    result = m.call_library(target, inner, scope, False)
    if isinstance(result, Call) and result.named is None:
        result.named = place
    inner.result = result
    m.record(inner)
    return result


def _made_inside(m: Machine, value: Abstract, record: CallRecord) -> Abstract:
    """An entry that names a target of its own is made before what holds it."""
    inner = first(value)
    target = text(inner.items.get("_target_")) if isinstance(inner, Map) else None
    if not isinstance(inner, Map) or not target or len(inner.items) > 200:
        return value
    bare = CallRecord(None, record.node, record.module, [UNKNOWN], {}, record.function)
    m.spend(20)
    return _make_target(m, target, inner, bare)


def _partial(
    m: Machine, target: str, kwargs: dict[str, Abstract], place: Place, record: CallRecord
) -> Abstract:
    """``_partial_: true``: the class or function with some of its arguments."""
    head, _, last = target.rpartition(".")
    module = m.program.module_for(head, m.program.main)
    found = m.run_module(module).names.get(last) if module is not None else None
    callee = found if isinstance(found, ClassValue | Function) else Dotted(target, place)
    return Call("functools.partial", [callee], kwargs, record.place)


def _store(m: Machine, head: Call, name: str, record: CallRecord) -> Abstract | None:
    """``ConfigStore.instance().store(name=…, node=…)``."""
    if name != "store" or "ConfigStore" not in (head.name or ""):
        return None
    key, node = text(record.argument(1, "name")), record.argument(3, "node")
    if key and node is not None:
        m.put(_stored(m), key.removesuffix(".yaml"), node)
    return Const(None)


def _main(
    m: Machine, node: ast.expr, scope: Scope, made: Abstract, value: Abstract, function: Function
) -> Abstract | None:
    """``@hydra.main(config_path=…)`` makes a call of the function that it decorates."""
    if isinstance(made, Call) and made.last == "main" and "hydra" in (made.name or ""):
        return Call("hydra.main", [value], made.kwargs, made.at)
    return None


def _started(m: Machine, head: Call, name: str, record: CallRecord) -> Abstract | None:
    """Calling what ``@hydra.main`` made runs the function with the composed configuration."""
    if name != "__call__":
        return _store(m, head, name, record)
    if head.name != "hydra.main" or not head.args or not isinstance(head.args[0], Function):
        return None
    config = record.args[0] if record.args else _composed(m, head)
    return m.call_function(head.args[0], [config], {})


LIBRARY = Library(
    name="Hydra",
    calls={
        "omegaconf.OmegaConf.load": load_path,
        "omegaconf.OmegaConf.create": _create,
        "omegaconf.OmegaConf.structured": _create,
        "omegaconf.OmegaConf.merge": _merge,
        "omegaconf.OmegaConf.unsafe_merge": _merge,
        "omegaconf.OmegaConf.select": _selected,
        "omegaconf.OmegaConf.update": _updated,
        "hydra.initialize": _initialized,
        "hydra.initialize_config_dir": _initialized,
        "hydra.experimental.initialize": _initialized,
        "hydra.compose": _composed_by_call,
        "hydra.experimental.compose": _composed_by_call,
        "omegaconf.OmegaConf.from_cli": lambda m, r: Map({}, namespace=True),
        "omegaconf.OmegaConf.to_container": lambda m, r: r.args[0] if r.args else None,
        "omegaconf.OmegaConf.to_object": lambda m, r: r.args[0] if r.args else None,
        "omegaconf.OmegaConf.from_dotlist": _from_dotlist,
        "hydra.utils.instantiate": _instantiate,
        "hydra.utils.call": _instantiate,
    },
    calls_by_last={"instantiate": _instantiate},
    methods={Call: _started},
    decorators=(_main,),
)
