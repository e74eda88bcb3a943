"""Configuration files that a script loads from a literal path: YAML, JSON, TOML, Hydra, Python.

Only files inside the indexed root are read, and only small ones. Values remember file and line.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelsearch.records.files import locate, path_text, read_bytes
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

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine

MAX_BYTES = 200_000
MAX_NODES = 20_000
_FLOAT = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+$")
_ENVIRONMENT = re.compile(r"\$\{oc\.env:\w+,\s*([^}]*)\}$")
_REFERENCE = re.compile(r"\$\{([\w.]+)\}$")


def find_file(m: Machine, name: str, importer: str | None = None) -> Path | None:
    """Find a file that the script names: beside it, or in a folder above it within the root."""
    if not name or len(name) > 300 or "\0" in name:
        return None
    root = m.program.root.resolve()
    start = locate(m.program.root, importer or m.program.main.path).parent.resolve()
    places = [start, *start.parents]
    for place in places:
        if place != root and root not in place.parents:
            break
        try:
            file = (place / name).resolve()
            if root in file.parents and file.is_file() and file.stat().st_size <= MAX_BYTES:
                return file
        except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
            return None
    return None


def read_config(m: Machine, file: Path) -> tuple[str, str | None]:
    """Return a configuration file's path within the root and its text (None: not text), and
    remember that it was used.
    """
    path = path_text(file.relative_to(m.program.root.resolve()).as_posix())
    m.spend(200)
    try:
        content = read_bytes(file, MAX_BYTES, m.program.root).decode("utf-8")
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError):
        return path, None
    if path not in m.used_files:
        m.used_files.append(path)
    return path, content


def load_file(m: Machine, file: Path) -> Abstract:
    """Read a configuration file by its suffix; unknown when it is broken."""
    path, content = read_config(m, file)
    return UNKNOWN if content is None else parse_text(content, file.suffix.lower(), path)


def merge_file(m: Machine, head: Map, record: CallRecord) -> Abstract | None:
    """``cfg.merge_from_file("solver.yaml")`` of yacs."""
    found = _load_path(m, record)
    if isinstance(found, Map):
        merge_into(head, found, 0)
    else:
        head.open = True
    return Const(None)


def parse_text(content: str, suffix: str, path: str | None) -> Abstract:
    """Parse configuration text (``.json``, ``.toml``, else YAML)."""
    try:
        if suffix == ".json":
            return _Plain(content, path, _JSON_KEY).lift(json.loads(content))
        if suffix == ".toml":
            import tomllib

            return _Plain(content, path, _TOML_KEY).lift(tomllib.loads(content))
        return _yaml(content, path)
    except (ValueError, RecursionError, TypeError):
        return UNKNOWN


_JSON_KEY = r'"{}"\s*:'
_TOML_KEY = r'(?<![\w-])"?{0}"?\s*=|\[[\w."\s-]*?(?<![\w-])"?{0}"?\s*\]'


class _Plain:
    """Lifts parsed JSON or TOML; the line of a value is where its key stands. Keys are looked up in
    the order of the document, so that a name that stands in several tables has a line in each.
    """

    def __init__(self, content: str, path: str | None, key: str) -> None:
        self.content = content
        self.starts = [0, *(found.end() for found in re.finditer("\n", content))]
        self.path = path
        self.key = key
        self.at = 0
        self.line: int | None = None
        self.left = MAX_NODES

    def lift(self, value: Any, key: str = "") -> Abstract:
        self.left -= 1
        if self.left < 0:
            return UNKNOWN
        if isinstance(value, dict):
            items: dict[Any, Abstract] = {}
            for name, inner in value.items():
                self._pass(self.key.format(re.escape(str(name))))
                items[name] = self.lift(inner, f"{key}.{name}".strip("."))
            return Map(items, namespace=True)
        if isinstance(value, list):
            return Seq([self._element(each, key) for each in value])
        if not isinstance(value, str | int | float | bool) and value is not None:
            return UNKNOWN
        place = Place(None, None, value, self.path, self.line, key)
        return Const(value, place, (place,))

    def _element(self, value: Any, key: str) -> Abstract:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            self._pass(re.escape(json.dumps(value, ensure_ascii=False)), anywhere=False)
        return self.lift(value, key)

    def _pass(self, pattern: str, *, anywhere: bool = True) -> None:
        """Go on to where something stands next; what is out of order stands where it is first."""
        expression = re.compile(pattern)
        found = expression.search(self.content, self.at)
        if found is not None:
            self.at = found.end()
        elif anywhere:
            found = expression.search(self.content)
            self.line = None
        if found is not None:
            self.line = bisect_right(self.starts, found.start())


def _yaml(content: str, path: str | None) -> Abstract:
    import yaml

    try:
        node = yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return UNKNOWN
    if node is None:
        return Map({}, namespace=True)
    lifter = _Yaml(path)
    found = lifter.lift(node, "")
    if isinstance(found, Map):
        interpolate(found, found, 0)
    return found


class _Yaml:
    """Lifts YAML nodes; an anchored node is lifted once, so that aliases cannot explode."""

    def __init__(self, path: str | None) -> None:
        self.path = path
        self.done: dict[int, Abstract] = {}

    def lift(self, node: Any, key: str) -> Abstract:
        import yaml

        if id(node) in self.done:
            return self.done[id(node)]
        if len(self.done) > MAX_NODES:
            return UNKNOWN
        self.done[id(node)] = UNKNOWN
        if isinstance(node, yaml.MappingNode):
            result: Abstract = self._mapping(node, key)
        elif isinstance(node, yaml.SequenceNode):
            result = Seq([self.lift(each, key) for each in node.value])
        else:
            result = self._scalar(node, key)
        self.done[id(node)] = result
        return result

    def _mapping(self, node: Any, key: str) -> Map:
        items: dict[Any, Abstract] = {}
        for name, value in node.value:
            if name.tag.endswith(":merge"):
                inner = self.lift(value, key)
                if isinstance(inner, Map):
                    items = {**inner.items, **items}
                continue
            label = name.value if isinstance(name.value, str) else None
            if label is not None:
                items[label] = self.lift(value, f"{key}.{label}".strip("."))
        return Map(items, namespace=True)

    def _scalar(self, node: Any, key: str) -> Abstract:
        import yaml

        value: Any
        try:
            value = yaml.SafeLoader("").construct_object(node)
        except (yaml.YAMLError, ValueError):
            value = str(node.value)
        if isinstance(value, str) and node.style is None and _FLOAT.match(value):
            value = float(value)
        if not isinstance(value, str | int | float | bool) and value is not None:
            value = str(node.value)
        place = Place(None, None, value, self.path, node.start_mark.line + 1, key)
        return Const(value, place, (place,))


def interpolate(node: Map, top: Map, depth: int) -> None:
    """Resolve ``${a.b}`` references of OmegaConf."""
    if depth > 12:
        return
    for key, value in list(node.items.items()):
        if isinstance(value, Map):
            interpolate(value, top, depth + 1)
        elif isinstance(value, Const) and isinstance(value.value, str):
            found = _referred(value, top)
            if found is not None:
                node.items[key] = found


def _referred(value: Const, top: Map) -> Abstract | None:
    """What ``${a.b}`` or ``${oc.env:NAME,default}`` stands for; None while that is not known."""
    default = _ENVIRONMENT.match(value.value)
    if default is not None:
        import yaml

        try:
            return Const(yaml.safe_load(default[1]), value.at, value.places)
        except yaml.YAMLError:
            return None
    match = _REFERENCE.match(value.value)
    if match is None:
        return None
    found: Abstract = top
    for part in match[1].split("."):
        if not isinstance(found, Map) or part not in found.items:
            return None
        found = found.items[part]
    return found


# ---- calls -----------------------------------------------------------------------------------


def _source(m: Machine, record: CallRecord) -> Abstract | None:
    """What a ``load`` is given: a path, an open file, or what ``read`` returned."""
    value = first(record.args[0]) if record.args else UNKNOWN
    for _ in range(3):
        if isinstance(value, Call) and value.method in ("read", "read_text", "open"):
            value = first(value.receiver)
        elif isinstance(value, Call) and value.last in ("open", "GFile", "Open") and value.args:
            value = first(value.args[0])
    return value


def _load_path(m: Machine, record: CallRecord) -> Abstract | None:
    name = text(_source(m, record))
    if name is None:
        return None
    file = find_file(m, name, record.module.path) or find_file(m, name)
    return load_file(m, file) if file else None


def _load_text(m: Machine, record: CallRecord) -> Abstract | None:
    content = text(record.args[0]) if record.args else None
    if (content is not None and "{" in content) or (content is not None and "\n" in content):
        return parse_text(content, ".yaml", None)
    return _load_path(m, record)


def _create(m: Machine, record: CallRecord) -> Abstract | None:
    from modelsearch.static.libraries.calls import make_namespace

    value = first(record.args[0]) if record.args else Map({})
    if isinstance(value, Map):
        return make_namespace([value], {}, value.open)
    if isinstance(value, ClassValue):
        from modelsearch.static.machine import invoking

        return invoking.construct(m, value, [], {}, False, record.place)
    return value if value is not UNKNOWN else None


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


def merge_into(target: Map, source: Map, depth: int) -> None:
    """Merge one mapping into another, nested ones entry by entry."""
    for key, value in source.items.items():
        old = target.items.get(key)
        if isinstance(old, Map) and isinstance(value, Map) and depth < 10:
            copy = Map(dict(old.items), True, old.open)
            merge_into(copy, value, depth + 1)
            target.items[key] = copy
        else:
            target.items[key] = value


def _instantiate(m: Machine, record: CallRecord) -> Abstract | None:
    """``hydra.utils.instantiate(config, …)``: call what ``_target_`` names."""
    config = first(record.args[0]) if record.args else UNKNOWN
    if not isinstance(config, Map):
        return None
    target = text(config.items.get("_target_"))
    given = first(config.items.get("params"))
    if not target and isinstance(given, Map):  # as Hydra had it before 1.0
        target, config = text(config.items.get("class") or config.items.get("cls")), given
    return make_target(m, target, config, record) if target else None


def make_target(m: Machine, target: str, config: Map, record: CallRecord) -> Abstract:
    """Call the class or function with a dotted name, with the entries of a configuration."""
    from modelsearch.static.libraries import calls
    from modelsearch.static.machine import invoking

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
            return invoking.call_value(m, found, inner, scope)
    result = calls.call(m, target, inner, scope, False)
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
    return make_target(m, target, inner, bare)


def _partial(
    m: Machine, target: str, kwargs: dict[str, Abstract], place: Place, record: CallRecord
) -> Abstract:
    """``_partial_: true``: the class or function with some of its arguments."""
    head, _, last = target.rpartition(".")
    module = m.program.module_for(head, m.program.main)
    found = m.run_module(module).names.get(last) if module is not None else None
    callee = found if isinstance(found, ClassValue | Function) else Dotted(target, place)
    return Call("functools.partial", [callee], kwargs, record.place)


def method(m: Machine, head: Abstract, name: str, record: CallRecord) -> Abstract | None:
    """Methods of configuration objects beyond those of dictionaries: Hydra's ``ConfigStore``."""
    if name == "store" and isinstance(head, Call) and "ConfigStore" in (head.name or ""):
        key, node = text(record.argument(1, "name")), record.argument(3, "node")
        if key and node is not None:
            m.flags["<hydra>", key.removesuffix(".yaml")] = node
        return Const(None)
    return None


Loader = Callable[["Machine", "CallRecord"], Abstract | None]
LOADERS: dict[str, Loader] = {
    "yaml.safe_load": _load_text,
    "yaml.load": _load_text,
    "yaml.full_load": _load_text,
    "yaml.unsafe_load": _load_text,
    "json.load": _load_path,
    "json.loads": _load_text,
    "toml.load": _load_path,
    "tomllib.load": _load_path,
    "omegaconf.OmegaConf.load": _load_path,
    "omegaconf.OmegaConf.create": _create,
    "omegaconf.OmegaConf.structured": _create,
    "omegaconf.OmegaConf.merge": _merge,
    "omegaconf.OmegaConf.from_cli": lambda m, r: Map({}, namespace=True),
    "omegaconf.OmegaConf.to_container": lambda m, r: r.args[0] if r.args else None,
    "omegaconf.OmegaConf.from_dotlist": lambda m, r: Map({}, namespace=True),
    "hydra.utils.instantiate": _instantiate,
    "hydra.utils.call": _instantiate,
}
LOADERS_BY_LAST: dict[str, Loader] = {"instantiate": _instantiate}
