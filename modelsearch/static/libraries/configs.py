"""Configuration files that a script loads from a literal path: YAML, JSON, TOML.

Only files inside the indexed root are read, and only small ones. Values remember file and line.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from modelsearch.records import tomltext
from modelsearch.records.files import locate, path_text
from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    Const,
    Map,
    Place,
    Seq,
    first,
    text,
)
from modelsearch.static.source.keyplaces import KeyPlaces, of_json, of_toml

MAX_BYTES = 200_000
MAX_NODES = 20_000
_LETTERS = 50  #: of a configuration that cost as much as one step of the script
_FLOAT = re.compile(r"[-+]?(\d++(\.\d*+)?|\.\d+)[eE][-+]?\d+$")
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
        content = m.program.tree.content(path, MAX_BYTES).decode("utf-8")
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError):
        return path, None
    if path not in m.used_files:
        m.used_files.append(path)
    return path, content


def load_file(m: Machine, file: Path) -> Abstract:
    """Read a configuration file by its suffix; unknown when it is broken."""
    path, content = read_config(m, file)
    if content is None:
        return UNKNOWN
    m.spend(len(content) // _LETTERS)
    return parse_text(content, file.suffix.lower(), path)


def parse_text(content: str, suffix: str, path: str | None) -> Abstract:
    """Parse configuration text (``.json``, ``.toml``, else YAML)."""
    try:
        if suffix == ".json":
            return _Plain(of_json(content), path).lift(json.loads(content))
        if suffix == ".toml":
            document = tomltext.parse(content)
            return _Plain(of_toml(content), path).lift(document)
        return _yaml(content, path)
    except (ValueError, RecursionError, TypeError):
        return UNKNOWN


class _Plain:
    """Lifts parsed JSON or TOML; the line of a value is where its key stands. Keys are looked up in
    the order of the document, so that a name that stands in several tables has a line in each.
    """

    def __init__(self, places: KeyPlaces, path: str | None) -> None:
        self.places = places
        self.path = path
        self.left = MAX_NODES

    def lift(self, value: Any, key: str = "") -> Abstract:
        self.left -= 1
        if self.left < 0:
            return UNKNOWN
        if isinstance(value, dict):
            items: dict[Any, Abstract] = {}
            for name, inner in value.items():
                self.places.pass_key(str(name))
                items[name] = self.lift(inner, f"{key}.{name}".strip("."))
            return Map(items, namespace=True)
        if isinstance(value, list):
            return Seq([self._listed(each, key) for each in value])
        if not isinstance(value, str | int | float | bool) and value is not None:
            return UNKNOWN
        place = Place(None, None, value, self.path, self.places.line, key)
        return Const(value, place, (place,))

    def _listed(self, value: Any, key: str) -> Abstract:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            self.places.pass_value(json.dumps(value, ensure_ascii=False))
        return self.lift(value, key)


def _yaml_loader() -> Any:
    """Return the safe loader; the one in C, where it is built, refuses what is nested without end
    before it costs anything.
    """
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _yaml(content: str, path: str | None) -> Abstract:
    import yaml

    try:
        node = yaml.compose(content, Loader=_yaml_loader())
    except yaml.YAMLError:
        return UNKNOWN
    if node is None:
        return Map({}, namespace=True)
    lifter = _Yaml(path)
    found = lifter.lift(node, "")
    if isinstance(found, Map):
        interpolate(found, found)
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
        if isinstance(value, str) and not node.style and _FLOAT.match(value):
            value = float(value)
        if not isinstance(value, str | int | float | bool) and value is not None:
            value = str(node.value)
        place = Place(None, None, value, self.path, node.start_mark.line + 1, key)
        return Const(value, place, (place,))


def interpolate(node: Map, top: Map, depth: int = 0, seen: set[int] | None = None) -> None:
    """Resolve ``${a.b}`` references of OmegaConf, once in what several aliases name."""
    seen = set() if seen is None else seen
    if depth > 12 or id(node) in seen:
        return
    seen.add(id(node))
    for key, value in list(node.items.items()):
        if isinstance(value, Map):
            interpolate(value, top, depth + 1, seen)
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
            stated = yaml.load(default[1], Loader=_yaml_loader())  # noqa: S506 - a safe one
            return Const(stated, value.at, value.places)
        except (yaml.YAMLError, ValueError, RecursionError, TypeError):
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


def _source(m: Machine, record: CallRecord) -> Abstract | None:
    """What a ``load`` is given: a path, an open file, or what ``read`` returned."""
    value = first(record.args[0]) if record.args else UNKNOWN
    for _ in range(3):
        if isinstance(value, Call) and value.method in ("read", "read_text", "open"):
            value = first(value.receiver)
        elif isinstance(value, Call) and value.last in ("open", "GFile", "Open") and value.args:
            value = first(value.args[0])
    return value


def load_path(m: Machine, record: CallRecord) -> Abstract | None:
    """Read the file that a ``load`` is given."""
    name = text(_source(m, record))
    if name is None:
        return None
    file = find_file(m, name, record.module.path) or find_file(m, name)
    return load_file(m, file) if file else None


def _load_text(m: Machine, record: CallRecord) -> Abstract | None:
    content = text(record.args[0]) if record.args else None
    if (content is not None and "{" in content) or (content is not None and "\n" in content):
        return parse_text(content, ".yaml", None)
    return load_path(m, record)


def _load_toml(m: Machine, record: CallRecord) -> Abstract | None:
    content = text(record.args[0]) if record.args else None
    if content is not None and "\n" in content:
        return parse_text(content, ".toml", None)
    return load_path(m, record)


def _loaded(m: Machine, head: Call, name: str, record: CallRecord) -> Abstract | None:
    """``YAML(typ="safe").load(file)`` of ruamel.yaml."""
    if name != "load" or head.last != "YAML" or not (head.name or "").startswith("ruamel"):
        return None
    return _load_text(m, record)


_Merged = dict[tuple[int, int], tuple[Map, Map, Map]]


def merge_into(target: Map, source: Map, depth: int = 0, merged: _Merged | None = None) -> None:
    """Merge one mapping into another, nested ones entry by entry, and once where several aliases
    name the same two.
    """
    merged = {} if merged is None else merged
    for key, value in source.items.items():
        old = target.items.get(key)
        if isinstance(old, Map) and isinstance(value, Map) and depth < 10:
            known = merged.get((id(old), id(value)))
            if known is None:
                copy = Map(dict(old.items), True, old.open)
                known = merged[id(old), id(value)] = old, value, copy  # kept, so that ids stand
                merge_into(copy, value, depth + 1, merged)
            target.items[key] = known[2]
        else:
            target.items[key] = value


LIBRARY = Library(
    name="configuration files",
    calls={
        **{
            f"{package}.{name}": _load_text
            for package in ("yaml", "oyaml", "ruamel.yaml", "ruamel_yaml")
            for name in ("safe_load", "load", "full_load", "unsafe_load", "round_trip_load")
        },
        **{
            f"{package}.{name}": _load_text
            for package in (
                "json",
                "json5",
                "simplejson",
                "ujson",
                "orjson",
                "commentjson",
                "hjson",
            )
            for name in ("load", "loads")
        },
        **{
            f"{package}.{name}": _load_toml
            for package in ("toml", "tomllib", "tomli", "tomlkit", "rtoml", "pytoml")
            for name in ("load", "loads", "parse")
        },
    },
    methods={Call: _loaded},
)
