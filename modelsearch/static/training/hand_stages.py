"""Training stages of loops that move weights by hand: what the loop counts, its rate and batch."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelsearch.records.artefacts import TrainingStage
from modelsearch.static.machine.scopes import Loop
from modelsearch.static.machine.values import Abstract, Const, Instance, Place, Seq, Varying
from modelsearch.static.naming_lines import name_place
from modelsearch.static.training import loop_batches
from modelsearch.static.training.facts import fact, number_fact
from modelsearch.static.training.hand_steps import HandChange, optimizer_name_of
from modelsearch.static.training.loops import core, read_loops
from modelsearch.static.training.stage_batch import only_batch_size

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine

_MAX_STAGES = 8


@dataclass(frozen=True, slots=True)
class HandStage:
    """A stage with the model that it trains and the loops around it."""

    record: TrainingStage
    model: Instance | None
    loops: tuple[Loop, ...]


def stages_by_hand(m: Machine) -> list[HandStage]:
    """The stages of the loops that move weights by hand, in order, each loop once."""
    found: dict[ast.AST, HandStage] = {}
    for change in m.by_hand:
        top = change.loops[0].node
        if top not in found and len(found) < _MAX_STAGES:
            found[top] = _stage(m, change)
    return list(found.values())


def _stage(m: Machine, change: HandChange) -> HandStage:
    owner = change.owner if isinstance(change.owner, Instance) else None
    optimizer = optimizer_name_of(owner)
    model = _held_model(owner) if optimizer else owner
    loops = _of_training(change.loops)
    counted = read_loops(loops)
    where = Place(loops[0].module, loops[0].node)
    at = Place(change.module, change.node)
    record = TrainingStage(
        f"training {model.name}" if model else "training",
        model_class=fact(model.name, name_place(model)) if model else None,
        optimizer=fact(optimizer, name_place(owner)) if optimizer else None,
        learning_rate=number_fact(_stated(change.rate), at),
        batch_size=number_fact(_batch(m, loops, counted.loader), where, whole=True),
        epochs=number_fact(counted.epochs, where, whole=True),
        steps=number_fact(counted.steps, where, whole=True),
        episodes=number_fact(counted.episodes, where, whole=True),
    )
    return HandStage(record, model, loops)


def _stated(rate: Abstract) -> Abstract | None:
    """A rate that is written somewhere; not what the first round of a formula makes of it."""
    found = rate.initial if isinstance(rate, Varying) else rate
    if isinstance(found, Const) and found.value in [place.literal for place in found.places]:
        return rate
    return None if isinstance(rate, Varying) else found


def _held_model(optimizer: Instance | None) -> Instance | None:
    """The network that an optimizer was made for."""
    given = [*optimizer.args, *optimizer.kwargs.values()] if optimizer is not None else []
    return next((each for each in given if isinstance(each, Instance)), None)


def _of_training(loops: tuple[Loop, ...]) -> tuple[Loop, ...]:
    """The loops without those around the training that go through listed settings."""
    for depth, loop in enumerate(loops[:-1]):
        if not isinstance(core(loop.iterable), Seq):
            return loops[depth:]
    return loops[-1:]


def _batch(m: Machine, loops: tuple[Loop, ...], loader: Abstract | None) -> Abstract | None:
    """How many examples one step takes: of what is looped over, of what is drawn or cut."""
    traced, size = loop_batches.trace(loader) if loader is not None else (False, None)
    if traced or size is not None:
        return size
    for depth in range(len(loops), 0, -1):
        size = loop_batches.by_hand(m.records, loops[:depth])
        if size is not None:
            return size
    nodes: list[ast.AST] = [loop.node for loop in reversed(loops)]
    for node in nodes:
        size = loop_batches.by_name(node, m.seen)
        if size is not None:
            return size
    return only_batch_size(m)
