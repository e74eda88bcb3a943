"""Tables of settings whose entries are attributes: yacs, EasyDict, Munch, ml_collections."""

from __future__ import annotations

from collections.abc import Callable

from modelsearch.records.wordlists import word_tuple
from modelsearch.static.libraries.builtin_types import map_update
from modelsearch.static.libraries.configs import load_path, merge_into
from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.entering import make_namespace
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Const, Map


def _namespace(m: Machine, record: CallRecord) -> Abstract | None:
    return make_namespace(record.args, record.kwargs, False)


def _from_file(m: Machine, record: CallRecord) -> Abstract | None:
    """``Box.from_yaml(filename="config.yaml")`` and what it is called elsewhere."""
    given = record.argument(None, "filename", "stream", "path")
    if given is not None:
        record = CallRecord(None, record.node, record.module, [given], {}, record.function)
    found = load_path(m, record)
    return make_namespace([found], {}, False) if isinstance(found, Map) else None


def _merge_file(m: Machine, head: Map, record: CallRecord) -> Abstract | None:
    """``cfg.merge_from_file("solver.yaml")`` of yacs."""
    found = load_path(m, record)
    if isinstance(found, Map):
        merge_into(head, found, 0)
    else:
        head.open = True
    return Const(None)


_METHODS: dict[str, Callable[[Machine, Map, CallRecord], Abstract | None]] = {
    "copy_and_resolve_references": lambda m, head, r: head,
    "clone": lambda m, head, r: head,
    "lock": lambda m, head, r: head,
    "unlocked": lambda m, head, r: head,
    "merge_from_file": _merge_file,
    "merge_from_list": lambda m, head, r: Const(None),
    "merge_from_other_cfg": map_update,
    "freeze": lambda m, head, r: Const(None),
    "defrost": lambda m, head, r: Const(None),
    "to_dict": lambda m, head, r: head,
}


def _method(m: Machine, head: Map, name: str, record: CallRecord) -> Abstract | None:
    handler = _METHODS.get(name)
    return handler(m, head, record) if handler else None


_TABLES = word_tuple("""
    EasyDict edict AttrDict AttrMap CfgNode HParams Munch DefaultMunch ConfigDict
    FrozenConfigDict DotMap Box ConfigBox DefaultBox DottedDict dotdict munchify
""")

#: Classes of tables and what they are made by from a mapping, and from a file.
_CLASSES = word_tuple("Box ConfigBox DefaultBox Munch DefaultMunch EasyDict DotMap Prodict")
_FROM_MAPPING = word_tuple("fromDict from_dict")
_FROM_FILE = word_tuple("from_yaml from_json from_toml fromYAML fromJSON")


LIBRARY = Library(
    name="tables of settings",
    calls={"addict.Dict": _namespace},
    calls_by_tail={
        **{f"{table}.{name}": _namespace for table in _CLASSES for name in _FROM_MAPPING},
        **{f"{table}.{name}": _from_file for table in _CLASSES for name in _FROM_FILE},
    },
    calls_by_last={
        **dict.fromkeys(_TABLES, _namespace),
        "placeholder": lambda m, record: None,
    },
    methods={Map: _method},
)
