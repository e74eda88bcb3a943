"""Classes of settings made of a mapping: pydantic, dacite, marshmallow, cattrs, msgspec."""

from __future__ import annotations

from modelsearch.static.libraries.configs import load_path
from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Attr, Call, ClassValue, Map, first

#: Methods that a library's base class or decorator gives to a project class.
_FROM_MAPPING = ("model_validate", "parse_obj", "validate", "from_dict")
_FROM_FILE = ("parse_file", "from_yaml", "from_json")
#: Methods of a schema that was made of a class, or of what stands for it.
_BY_SCHEMA = ("load", "validate_python")
_SCHEMAS = ("class_schema", "TypeAdapter", "schema", "Schema")


def _make(m: Machine, kind: Abstract | None, given: Abstract | None, at: CallRecord) -> Abstract:
    """Make an object of a class whose fields are entries of a mapping; else what was given."""
    klass, entries = first(kind), first(given)
    if not isinstance(klass, ClassValue) or not isinstance(entries, Map):
        return entries
    named = {key: value for key, value in entries.items.items() if isinstance(key, str)}
    return m.construct(klass, [], named, entries.open, at.place)


def _class_first(m: Machine, record: CallRecord) -> Abstract | None:
    """``dacite.from_dict(Config, entries)``."""
    return _make(m, record.argument(0, "data_class"), record.argument(1, "data"), record)


def _class_second(m: Machine, record: CallRecord) -> Abstract | None:
    """``cattrs.structure(entries, Config)``."""
    return _make(m, record.argument(1, "cl", "type"), record.argument(0, "obj"), record)


def _class_method(m: Machine, head: Abstract, name: str, record: CallRecord) -> Abstract | None:
    """``Config.model_validate(entries)``, ``Config.parse_file("config.json")`` and the like."""
    if not isinstance(head, ClassValue):
        return None
    if name in _FROM_MAPPING and record.args:
        return _make(m, head, record.args[0], record)
    found = load_path(m, record) if name in _FROM_FILE else None
    return _make(m, head, found, record) if isinstance(found, Map) else None


def _schema_method(m: Machine, head: Call, name: str, record: CallRecord) -> Abstract | None:
    """``class_schema(Config)().load(entries)``, ``TypeAdapter(C).validate_python(entries)``."""
    if name not in _BY_SCHEMA or not record.args:
        return None
    kind = _schema_of(head)
    return _make(m, kind, record.args[0], record) if kind is not None else None


def _schema_of(made: Abstract | None) -> Abstract | None:
    """Return the class that a schema was made of; None for what is no schema."""
    for _ in range(3):
        if not isinstance(made, Call):
            return None
        if made.last in _SCHEMAS:
            owner = made.receiver if made.method else None
            given = made.args[0] if made.args else owner
            return given.base if isinstance(given, Attr) else given
        made = first(made.receiver)
    return None


LIBRARY = Library(
    name="classes of settings",
    calls={
        "dacite.from_dict": _class_first,
        "cattr.structure": _class_second,
        "cattrs.structure": _class_second,
        "msgspec.convert": _class_second,
    },
    methods={ClassValue: _class_method, Call: _schema_method},
)
