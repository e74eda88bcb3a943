"""PyTorch, and the containers of layers that most libraries have."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    Const,
    Instance,
    Seq,
    first,
    options,
    text,
)
from modelsearch.static.machine.wrapping import layers
from modelsearch.vocabulary.roles import role

_GROWING = role("growing container")
_ADDS = frozenset({"append", "add", "add_module", "extend"})


def _read_item(m: Machine, record: CallRecord, result: Call) -> None:
    """A data loader takes items of its dataset and gives them to ``collate_fn``."""
    dataset = first(record.argument(0, "dataset"))
    if isinstance(dataset, Instance):
        m.run_method(dataset, "__getitem__", [UNKNOWN])
    m.run_callbacks(record)


def _layer_list(m: Machine, head: Call, method: str, record: CallRecord) -> Abstract | None:
    """``model.add(layer)``, ``layers.append(layer)``: keep the layer in the first argument."""
    if method not in _ADDS or not _GROWING.ends(head.last):
        return None
    if not head.args or not isinstance(head.args[0], Seq):
        head.args[:] = [Seq(list(head.args))]
    holder = head.args[0]
    assert isinstance(holder, Seq)
    added = first(record.args[-1]) if record.args else UNKNOWN
    if method == "extend" and isinstance(added, Seq):
        holder.items.extend(added.items[:200])
    else:
        holder.items.append(added)
    return Const(None)


def _add_module(m: Machine, head: Instance, method: str, record: CallRecord) -> Abstract | None:
    """``self.add_module("name", layer)`` is an attribute of that name."""
    name = text(record.args[0]) if method == "add_module" and len(record.args) == 2 else None
    if name:
        m.put(head.attrs, name, record.args[1])
    return None


def _call_container(
    m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope
) -> bool:
    _call_layers(m, head, record, set())
    return True


def _call_layers(m: Machine, head: Abstract, record: CallRecord, entered: set[int]) -> None:
    """Calling a library container of layers calls the project's layers in it; a container that
    stands in several others is entered once.
    """
    if not isinstance(head, Call) or len(m.stack) > 12 or id(head) in entered:
        return
    entered.add(id(head))
    for layer in layers(head)[:40]:
        for each in options(layer)[:2]:
            if isinstance(each, Instance):
                copy = CallRecord(None, record.node, record.module, [UNKNOWN], {}, record.function)
                m.call_object(each, copy)
            elif isinstance(each, Call):
                _call_layers(m, each, record, entered)


def _inner_module(m: Machine, base: Attr, name: str) -> Abstract | None:
    """``.module`` of what may be a ``DataParallel``."""
    return base if name == "module" else None


LIBRARY = Library(
    name="PyTorch",
    calls={
        "torch.nn.DataParallel": lambda m, record: record.args[0] if record.args else None,
    },
    methods={Call: _layer_list, Instance: _add_module},
    effects_by_last={"DataLoader": _read_item},
    method_effects={"__call__": _call_container},
    attributes={Attr: _inner_module},
    usual={"optim": "torch.optim", "nn": "torch.nn", "F": "torch.nn.functional"},
)
