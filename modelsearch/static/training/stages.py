"""Training stages: one per optimisation loop, and which of them is the main one."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace

from modelsearch.records.artefacts import Fact, TrainingStage
from modelsearch.static.libraries.library import Fit, Optimizer
from modelsearch.static.libraries.rates import rates_set
from modelsearch.static.machine.evaluator import Evaluator
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.naming_lines import name_place
from modelsearch.static.machine.scopes import CallRecord, Loop
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Instance,
    Place,
    number,
    options,
)  # fmt: skip
from modelsearch.static.source.nodes import walk
from modelsearch.static.training import drawn_batches, loop_batches, loops, stage_settings
from modelsearch.static.training.by_hand import HandStage, stages_by_hand
from modelsearch.static.training.facts import fact, number_fact, text_fact
from modelsearch.static.training.fits import find_fits
from modelsearch.static.training.lengths import epochs_of
from modelsearch.static.training.stage_batch import only_batch_size, only_stated, stage_batch_size
from modelsearch.static.training.trained_models import class_of, together
from modelsearch.static.training.updates import (
    Group,
    Update,
    find_updates,
    group,
    without_others,
)  # fmt: skip

_GENERATOR = re.compile(
    r"gen(erator|_|$)|(^|_)net_?g($|_)|(^|_)g($|_|[a-z]2[a-z])|opt(im(izer)?)?_?g($|_)|"
    r"^g_|_g$|^G$|combined?($|_)|^gan$|adversarial_model|actor|policy|denois|unet|diffusion",
    re.I,
)
_CRITIC = re.compile(
    r"dis(c|criminator)|critic|(^|_)net_?d($|_)|(^|_)d($|_)|opt(im(izer)?)?_?d($|_)|"
    r"^d_|_d$|^D$|value|(^|_)qf?\d?($|_)|(^|_)alpha|entropy|^a_opt",
    re.I,
)


@dataclass(eq=False, slots=True)
class StageInfo:
    """A stage with the values behind it. ``models`` are those whose weights are updated, the
    principal one first; ``losses`` the loss calls in the loop.
    """

    record: TrainingStage
    models: list[Abstract] = field(default_factory=list)
    losses: list[Call] = field(default_factory=list)
    optimizers: list[Optimizer] = field(default_factory=list)
    main: bool = False
    order: int = 0
    loops: tuple[Loop, ...] = ()
    fitted: bool = False
    by_hand: bool = False


def read_stages(evaluator: Evaluator) -> list[StageInfo]:
    """List the stages of a program in order of execution, the main one marked."""
    machine = evaluator.machine
    records = machine.records
    position = {id(record): i for i, record in enumerate(records)}
    updates = find_updates(records)
    fits = [fit for fit in find_fits(records) if not _covered(fit, updates)]
    fitted = {id(o.value) for fit in fits for o in fit.optimizers}
    groups = [g for g in group(updates) if not _all_in(g, fitted)]
    found = [_from_group(machine, g, records) for g in groups]
    for stage, each in zip(found, groups, strict=True):
        stage.order = position.get(id(each.updates[0].record), 0)
    for fit in _grouped_fits(fits):
        stage = _from_fit(machine, fit, records)
        stage.order = position.get(id(fit[0].record), 0)
        found.append(stage)
    if not found:
        found = [_from_hand(each) for each in stages_by_hand(machine)]
    if not found:
        found = _without_optimizer(machine, records, position)
    found.sort(key=lambda stage: stage.order)
    return _mark_main(found)


def _covered(fit: Fit, updates: list[Update]) -> bool:
    """Return whether a ``fit`` runs a training step of the project's own that was seen."""
    return any(loop.call is fit.record for update in updates for loop in update.loops) and not (
        isinstance(fit.record.result, Call) and "optimizers" in fit.record.result.attrs
    )


def _all_in(each: Group, fitted: set[int]) -> bool:
    return all(id(optimizer.value) in fitted for optimizer in each.optimizers)


# ---- loops with updates --------------------------------------------------------------------------


def _from_group(machine: Machine, each: Group, records: list[CallRecord]) -> StageInfo:
    optimizers = _ranked(machine, each.optimizers)
    lead = optimizers[0]
    own = next((u for u in each.updates if u.optimizer.value is lead.value), each.updates[0])
    counted = loops.read_loops(own.loops or each.loops)
    if counted.epochs is None and counted.steps is None and counted.episodes is None:
        counted = replace(counted, epochs=epochs_of(machine, own.loops or each.loops))
    batch = stage_batch_size(machine, records, own, counted.loader)
    stage = _optimizer_fields(machine, optimizers, records)
    inner = own.loops[-1] if own.loops else None
    around = own.loops[0] if own.loops else None
    terms, calls = stage_settings.losses(without_others(records, each, own), around)
    if not terms and own.graph is not None:
        terms = stage_settings.losses_of(own.graph)
    where = own.record.place
    stage = replace(
        stage,
        name=_stage_name(lead, own.record),
        batch_size=number_fact(batch, where, whole=True),
        epochs=number_fact(counted.epochs, _loop_place(own.loops), whole=True),
        steps=number_fact(counted.steps, _loop_place(own.loops), whole=True),
        episodes=number_fact(counted.episodes, _loop_place(own.loops), whole=True),
        loss=tuple(terms),
        gradient_accumulation=stage_settings.accumulation(machine, records, inner),
    )
    for optimizer in optimizers:
        optimizer.models = together(machine, optimizer.models)
    models = [model for optimizer in optimizers for model in optimizer.models]
    models = models or _owners(machine, records)
    if len(optimizers) > 1 and (whole := _called_whole(machine, models)) is not None:
        models = [whole, *models]
        stage = replace(stage, name=f"training {whole.name}", model_class=_model_class([whole]))
    return StageInfo(stage, models, calls, optimizers, loops=own.loops)


def _called_whole(machine: Machine, models: list[Abstract]) -> Instance | None:
    """The network that is called as a whole, where each of its parts has an optimizer of its own;
    none where parts judge one another.
    """
    labels = [name for each in models for name in (machine.label(each), class_of(each) or "")]
    if any(_CRITIC.search(name) or _GENERATOR.search(name) for name in labels):
        return None
    joined = together(machine, models)
    whole = joined[0] if len(joined) == 1 < len(models) else None
    called = any(key == id(whole) for _, key in machine.object_calls)
    return whole if isinstance(whole, Instance) and called else None


_MINIMISES = ("minimize", "compute_gradients", "optimize_loss")


def _owners(machine: Machine, records: list[CallRecord]) -> list[Abstract]:
    """The object whose loss is minimised where no weights are named: ``minimize(cnn.loss)``."""
    for record in records:
        if record.last in _MINIMISES and record.node.args:
            loss = record.node.args[0]
            held = machine.seen.get(loss.value, []) if isinstance(loss, ast.Attribute) else []
            found = [option for value in held for option in options(value)]
            owners: list[Abstract] = [each for each in found if isinstance(each, Instance)]
            if owners:
                return owners
    return []


def _loop_place(around: tuple[Loop, ...]) -> Place | None:
    return Place(around[0].module, around[0].node) if around else None


def _ranked(machine: Machine, optimizers: list[Optimizer]) -> list[Optimizer]:
    """The principal optimizer first: a generator's, an actor's; a critic's last."""

    def rank(optimizer: Optimizer) -> int:
        label = machine.label(optimizer.value)
        if _GENERATOR.search(label) and not _CRITIC.search(label):
            return 0
        names = [label]
        for model in optimizer.models:
            names += [machine.label(model), class_of(model) or ""]
        if any(_CRITIC.search(name) for name in names):
            return 2
        return 0 if any(_GENERATOR.search(name) for name in names) else 1

    return sorted(optimizers, key=rank)


def _optimizer_fields(
    machine: Machine, optimizers: list[Optimizer], records: list[CallRecord]
) -> TrainingStage:
    """What the optimizers themselves state."""
    if not optimizers:
        return TrainingStage("training")
    lead = optimizers[0]
    others = []
    for other in optimizers[1:]:
        name = _optimizer_fact(other)
        if name is not None:
            others.append((name, number_fact(other.rate, other.place)))
    return TrainingStage(
        "training",
        model_class=_model_class(lead.models),
        optimizer=_optimizer_fact(lead),
        learning_rate=_learning_rate(machine, lead, records),
        weight_decay=number_fact(lead.weight_decay, lead.place, low=-1),
        betas=text_fact(lead.betas, lead.place),
        momentum=number_fact(lead.momentum, lead.place, low=-1),
        scheduler=stage_settings.scheduler(records, optimizers),
        mixed_precision=stage_settings.mixed_precision(records),
        ema=stage_settings.moving_average(records),
        others=tuple(others),
    )


def _optimizer_fact(lead: Optimizer) -> Fact | None:
    """The optimizer's name; none where an option without a default chooses among several."""
    if not lead.name or lead.alternatives > 2:
        return None
    return fact(lead.name, lead.named or lead.place)


_RATE = re.compile(r"^(base_?|init(ial)?_?|peak_?|max_?)?(lr|learning_?rate)$", re.I)


def _learning_rate(machine: Machine, lead: Optimizer, records: list[CallRecord]) -> Fact | None:
    """The optimizer's own rate; else the one stated where each step writes another into it."""
    found = number_fact(lead.rate, lead.place, note=_one_cycle(lead, records))
    if found is None and (rates_set(machine) or lead.schedule is not None):
        rate = only_stated(machine, _RATE, lambda value: 0 < (number(value) or 0) < 10)
        note = "set by a schedule at each step" if rates_set(machine) else "changed by a schedule"
        return number_fact(rate, lead.place, note=note)
    return found


def _one_cycle(lead: Optimizer, records: list[CallRecord]) -> str | None:
    for record in records:
        if record.last == "OneCycleLR":
            peak = number(record.argument(1, "max_lr"))
            return f"replaced by OneCycleLR(max_lr={peak})" if peak else "replaced by OneCycleLR"
    return None


def _model_class(models: list[Abstract]) -> Fact | None:
    for model in models:
        name = class_of(model)
        if name:
            return fact(name, name_place(model))
    return None


def _stage_name(lead: Optimizer, record: CallRecord) -> str:
    for model in lead.models:
        name = class_of(model)
        if name:
            return f"training {name}"
    if record.function is not None and record.function.name not in ("main", "<lambda>"):
        return record.function.name
    return "training"


# ---- one call ------------------------------------------------------------------------------------


def _grouped_fits(fits: list[Fit]) -> list[list[Fit]]:
    """Join the ``train_on_batch`` calls of one loop (a GAN's two models)."""
    groups: list[list[Fit]] = []
    for fit in fits:
        loop = fit.record.loops[0] if fit.record.loops else None
        for other in groups:
            same = other[0].record.loops[:1] == ((loop,) if loop else ())
            if loop is not None and same and fit.record.method == "train_on_batch":
                other.append(fit)
                break
        else:
            groups.append([fit])
    return groups


def _from_fit(machine: Machine, fits: list[Fit], records: list[CallRecord]) -> StageInfo:
    optimizers = [o for fit in fits for o in fit.optimizers]
    unique = [o for i, o in enumerate(optimizers) if not _seen(optimizers[:i], o)]
    lead = _lead_fit(machine, fits)
    if len(unique) > 1:
        unique = _ranked(machine, unique) if len(fits) == 1 else _lead_first(lead, unique)
    stage = _optimizer_fields(machine, unique, records)
    where = lead.record.place
    batch = lead.batch
    if batch is None and lead.record.method == "train_on_batch" and lead.record.loops:
        batch = drawn_batches.by_hand(records, lead.record.loops)
        batch = batch or drawn_batches.by_name(lead.record.loops[-1].node, machine.seen)
        batch = batch or only_batch_size(machine)
    name = lead.estimator or class_of(lead.model)
    note = "what the call makes" if lead.estimator == "Booster" else None
    model = fact(lead.estimator, name_place(lead.model) or where, note) if lead.estimator else None
    stage = replace(
        stage,
        name=f"training {name}" if name else "training",
        model_class=model or _model_class([lead.model]) or stage.model_class,
        learning_rate=number_fact(lead.rate, where) or stage.learning_rate,
        weight_decay=number_fact(lead.weight_decay, where, low=-1) or stage.weight_decay,
        batch_size=number_fact(batch, where, whole=True),
        epochs=number_fact(lead.epochs, where, whole=True),
        steps=number_fact(lead.steps, where, whole=True),
        episodes=number_fact(lead.episodes, where, whole=True),
        loss=tuple(lead.loss) or stage.loss,
        scheduler=lead.schedule or stage.scheduler,
        gradient_accumulation=number_fact(lead.accumulation, where, whole=True, low=1),
    )
    if not stage.loss:
        loop = lead.record.loops[0] if lead.record.loops else None
        stage = replace(stage, loss=tuple(stage_settings.losses(records, loop)[0]))
    models = [lead.model, *[fit.model for fit in fits if fit is not lead]]
    return StageInfo(stage, models, [], unique, loops=lead.record.loops, fitted=True)


def _seen(known: list[Optimizer], one: Optimizer) -> bool:
    return any(one.value is other.value for other in known)


def _lead_fit(machine: Machine, fits: list[Fit]) -> Fit:
    def rank(fit: Fit) -> int:
        names = [machine.label(fit.model), class_of(fit.model) or ""]
        if any(_CRITIC.search(name) for name in names):
            return 2
        return 0 if any(_GENERATOR.search(name) for name in names) else 1

    return min(fits, key=rank)


def _lead_first(lead: Fit, optimizers: list[Optimizer]) -> list[Optimizer]:
    own = [o for o in optimizers if any(o.value is mine.value for mine in lead.optimizers)]
    return [*own, *[o for o in optimizers if o not in own]]


def _from_hand(each: HandStage) -> StageInfo:
    models: list[Abstract] = [each.model] if each.model is not None else []
    return StageInfo(each.record, models, loops=each.loops, by_hand=True)


# ---- training without an optimizer object --------------------------------------------------------


def _without_optimizer(
    machine: Machine, records: list[CallRecord], position: dict[int, int]
) -> list[StageInfo]:
    """Loops that call ``backward`` (or JAX's ``grad``) and change the weights by hand."""
    found: list[StageInfo] = []
    for record in records:
        by_grad = isinstance(record.receiver, Call) and record.receiver.last.endswith("grad")
        if not (record.method == "backward" or by_grad) or not record.loops:
            continue
        counted = loops.read_loops(record.loops)
        size = loop_batches.trace(counted.loader)[1] if counted.loader is not None else None
        size = size or drawn_batches.by_hand(records, record.loops)
        rate = _rate_by_name(machine, record.loops[0])
        terms, calls = stage_settings.losses(records, record.loops[0])
        where = _loop_place(record.loops)
        stage = TrainingStage(
            "training",
            learning_rate=number_fact(rate, where),
            batch_size=number_fact(size, where, whole=True),
            epochs=number_fact(counted.epochs, where, whole=True),
            steps=number_fact(counted.steps, where, whole=True),
            episodes=number_fact(counted.episodes, where, whole=True),
            loss=tuple(terms),
        )
        found.append(StageInfo(stage, [], calls, order=position[id(record)], loops=record.loops))
        break
    return found


def _rate_by_name(machine: Machine, loop: Loop) -> Abstract | None:
    nodes = [loop.node, *[info.node for info in machine.entered(loop)]]
    for top in nodes:
        for node in walk(top):
            label = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            if label and re.match(r"^(learning_?rate|lr|step_size|alpha)$", label, re.I):
                for value in machine.seen.get(node, []):
                    if 0 < (number(value) or 0) < 10:
                        return value
    return None


# ---- the main stage ------------------------------------------------------------------------------


def _mark_main(found: list[StageInfo]) -> list[StageInfo]:
    """Mark the stage of the last model that is trained; stages that state more win over scraps."""
    if not found:
        return found
    chosen = found[-1]
    rule = "the only training loop" if len(found) == 1 else "the last training loop"
    useful = [s for s in found if s.record.optimizer or s.record.learning_rate]
    if useful and chosen not in useful:
        chosen, rule = useful[-1], "the last training loop with an optimizer"
    known = [s for s in useful if s.record.model_class]
    if known and not chosen.models and not chosen.record.model_class:
        chosen, rule = known[-1], "the last training loop whose model is known"
    for stage in found:
        stage.main = stage is chosen
        stage.record = replace(
            stage.record, main=stage.main, main_rule=rule if stage.main else None
        )
    return found
