"""Which batch size a stage trains with: the surest way first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from modelsearch.static.libraries.library import KNOWN
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Map, first, number
from modelsearch.static.training import batch_sizes, drawn_batches, loop_batches
from modelsearch.static.training.updates import Update


def stage_batch_size(
    machine: Machine, records: list[CallRecord], own: Update, loader: Abstract | None
) -> Abstract | None:
    """Return the batch size of the loader that is iterated, else of batches made in the loop.

    ``loader`` is what the loops run over. None when nothing states the size, and when a loader is
    known but its size is not: no other number is taken then.
    """
    given = _given_to_fit(own)
    if given is not None:
        return given
    found, size = loop_batches.trace(loader) if loader is not None else (False, None)
    if found or size is not None:
        return size
    for way in (_given_to_step, _fed_to_step, _drawn_by_hand, _fed_to_model, _named_in_loop):
        size = way(machine, records, own)
        if size is not None:
            return size
    return only_batch_size(machine)


def _given_to_fit(own: Update) -> Abstract | None:
    """``fit(x, batch_size=…)`` of a model with a training step of its own."""
    for loop in own.loops:
        given = loop.call.argument(2, "batch_size") if loop.kind == "fit" and loop.call else None
        if batch_sizes.is_batch_size(given):
            return given
    return None


def _given_to_step(machine: Machine, records: list[CallRecord], own: Update) -> Abstract | None:
    """``trainer.step(batch_size)`` of Gluon."""
    given = own.record.args[0] if own.record.last == "step" and own.record.args else None
    return given if batch_sizes.is_batch_size(given) else None


def _fed_to_step(machine: Machine, records: list[CallRecord], own: Update) -> Abstract | None:
    """``state = update(state, next(batches))``: what the loop gives to the function that steps."""
    if not own.loops:
        return None
    inside = {id(info.node) for info in own.record.stack}
    for record in records:
        node = getattr(record.target, "node", None)
        if record.loops != own.loops or id(node) not in inside or record.stack == own.record.stack:
            continue
        for given in [*record.args, *record.kwargs.values()]:
            head = first(given)
            if isinstance(head, Call) and head.last == "next":
                return loop_batches.trace(head.args[0] if head.args else head.receiver)[1]
    return None


def _drawn_by_hand(machine: Machine, records: list[CallRecord], own: Update) -> Abstract | None:
    for depth in range(len(own.loops), 0, -1):
        size = drawn_batches.by_hand(records, own.loops[:depth])
        if size is not None:
            return size
    return None


def _fed_to_model(machine: Machine, records: list[CallRecord], own: Update) -> Abstract | None:
    return drawn_batches.by_model(records, own.loops, own.optimizer.models) if own.loops else None


def _named_in_loop(machine: Machine, records: list[CallRecord], own: Update) -> Abstract | None:
    """A ``batch_size`` that is read inside the loops, or in the function that makes the step."""
    nodes = [loop.node for loop in reversed(own.loops)]
    if nodes and own.record.function is not None:
        nodes.append(own.record.function.node)
    for node in nodes:
        size = drawn_batches.by_name(node, machine.seen)
        if size is not None:
            return size
    return None


def only_batch_size(machine: Machine) -> Abstract | None:
    """Return the one ``batch_size`` that the script sets, for batches that cannot be followed."""
    return only_stated(machine, batch_sizes.SIZE_NAME, batch_sizes.is_batch_size)


def only_stated(
    machine: Machine, named: re.Pattern[str], accepted: Callable[[Abstract], bool]
) -> Abstract | None:
    """Return the one value that the script's own names and options of a kind hold; None for
    several.
    """
    scope = machine.globals.get(machine.program.main.path)
    tables: list[Mapping[Any, Abstract]] = [scope.names] if scope else []
    tables += machine.outer_scopes
    inner = [first(value) for table in tables for value in table.values()]
    tables += [value.items for value in inner if isinstance(value, Map) and value.namespace]
    tables += [options(machine) for options in KNOWN.options]
    found: dict[float, Abstract] = {}
    for table in tables:
        for name, value in table.items():
            size = number(value)
            if isinstance(name, str) and size is not None and named.match(name) and accepted(value):
                found.setdefault(size, value)
    return next(iter(found.values())) if len(found) == 1 else None
