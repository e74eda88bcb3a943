"""Values without what is wrapped around them, and the layers that a container holds."""

from __future__ import annotations

from collections.abc import Callable

from modelsearch.static.machine.values import Abstract, Attr, Call, Instance, Item, Map, Seq, first
from modelsearch.vocabulary.roles import role

_VALUE = role("value")
_SAME = role("same")
_MODEL = role("model")
_LEARNER = role("learner")
_SEARCH = role("search")
_PIPELINE = role("pipeline")
_CONTAINER = role("container")

#: Returns what a value passes on; None when it is no wrapper.
_Step = Callable[[Abstract], Abstract | None]


def unwrap(value: Abstract | None, purpose: str = "value") -> Abstract:
    """Return the first alternative of a value without wrappers (``DataParallel(model)``).

    ``purpose`` says what is looked for, and so what counts as a wrapper: a *value*, the *model*
    that is trained, the *estimator* inside a search or at the end of a pipeline, a *learner*.
    """
    head = first(value)
    for _ in range(8):
        inner = next((i for step in _STEPS[purpose] if (i := step(head)) is not None), None)
        if inner is None:
            break
        head = inner
    return head


def _given_back(value: Abstract) -> Abstract | None:
    """``DataParallel(model)``, ``model.module``."""
    if isinstance(value, Call) and value.last in _VALUE:
        given = value.argument(0, "module", "model")
        return first(given) if given is not None else None
    return first(value.base) if isinstance(value, Attr) and value.name == "module" else None


def _object(value: Abstract | None) -> Abstract | None:
    """An object; None for everything else, which may be no model."""
    inner = first(value)
    return inner if isinstance(inner, Call | Instance) else None


def _held(value: Abstract) -> Abstract | None:
    """``model.backbone``, ``models[0]``."""
    return _object(value.base) if isinstance(value, Attr | Item) else None


def _model(value: Abstract) -> Abstract | None:
    """``get_peft_model(model)``, ``model.to(device)``."""
    if not isinstance(value, Call):
        return None
    if value.last in _VALUE or value.last in _MODEL or value.name in _MODEL:
        return _object(value.argument(0, "module", "model", "net", "network"))
    return _object(value.receiver) if value.method in _SAME else None


def _searched(value: Abstract) -> Abstract | None:
    """``GridSearchCV(estimator, …)``."""
    if isinstance(value, Call) and _SEARCH.ends(value.last):
        return _object(value.argument(0, "estimator"))
    return None


def _last_step(value: Abstract) -> Abstract | None:
    """Return the estimator that a pipeline ends with."""
    if not isinstance(value, Call) or value.last not in _PIPELINE:
        return None
    steps = first(value.argument(None, "steps", "stages"))
    listed = steps if isinstance(steps, Seq) else first(value.args[-1] if value.args else None)
    last = first(listed.items[-1]) if isinstance(listed, Seq) and listed.items else listed
    return _object(last.items[-1] if isinstance(last, Seq) and last.items else last)


def _learner(value: Abstract) -> Abstract | None:
    """``learner.to_fp16()``."""
    if isinstance(value, Call) and value.method in _LEARNER:
        return first(value.receiver)
    return None


_STEPS: dict[str, tuple[_Step, ...]] = {
    "value": (_given_back,),
    "model": (_held, _model, _searched, _last_step),
    "estimator": (_given_back, _searched, _last_step),
    "learner": (_learner,),
}


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
