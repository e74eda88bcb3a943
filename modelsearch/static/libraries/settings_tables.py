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
    EasyDict edict AttrDict CfgNode HParams Munch ConfigDict FrozenConfigDict DotMap
""")


LIBRARY = Library(
    name="tables of settings",
    calls_by_last={
        **dict.fromkeys(_TABLES, _namespace),
        "placeholder": lambda m, record: None,
    },
    methods={Map: _method},
)
