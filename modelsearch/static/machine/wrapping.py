"""Values without what is wrapped around them, and the layers that a container holds."""

from __future__ import annotations

from modelsearch.static.machine.values import Abstract, Attr, Call, Map, Seq, first
from modelsearch.vocabulary.wrappers import role

_VALUE = role("value")
_CONTAINER = role("container")


def unwrap(value: Abstract | None) -> Abstract:
    """Return the first alternative of a value without wrappers (``DataParallel(model)``)."""
    head = first(value)
    for _ in range(8):
        if isinstance(head, Call) and head.last in _VALUE and head.args:
            head = first(head.args[0])
        elif isinstance(head, Attr) and head.name == "module":
            head = first(head.base)
        else:
            break
    return head


def layers(value: Abstract) -> list[Abstract]:
    """Return the layers in a library container (``Sequential``, ``ModuleList``); else nothing."""
    if not isinstance(value, Call) or not _CONTAINER.ends(value.last):
        return []
    if len(value.args) == 1:
        inner = first(value.args[0])
        if isinstance(inner, Seq):
            return inner.items
        if isinstance(inner, Map):
            return list(inner.items.values())
    return value.args
