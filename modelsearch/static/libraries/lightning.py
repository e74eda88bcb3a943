"""PyTorch Lightning: the project code that ``Trainer.fit`` and ``LightningCLI`` run.

Hooks are entered with the loop of the library around them, so that a step taken inside is seen
with its epochs and its loader.
"""

from __future__ import annotations

import ast
from functools import partial

from modelsearch.static.libraries.library import Fit, Library, Trainable, Training, named
from modelsearch.static.machine import elements
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord, Loop, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Const,
    Instance,
    Map,
    Place,
    Seq,
    constant,
    first,
    number,
    options,
)
from modelsearch.static.machine.wrapping import unwrap


def _run_cli(m: Machine, record: CallRecord, result: Call) -> None:
    """``LightningCLI(Model, Data, trainer_defaults=…)``: objects with their defaults, fitted."""
    for position, name in enumerate(("model", "datamodule")):
        kind = first(record.argument(position, f"{name}_class"))
        if isinstance(kind, ClassValue):
            result.attrs[name] = m.construct(kind, [], {}, False, record.place)
    settings = first(record.argument(None, "trainer_defaults"))
    kwargs = dict(settings.items) if isinstance(settings, Map) else {}
    trainer = Call("lightning.pytorch.Trainer", [], kwargs, record.place)
    result.attrs["trainer"] = trainer
    if constant(record.argument(None, "run")) is False or "model" not in result.attrs:
        return
    given = [result.attrs[name] for name in ("model", "datamodule") if name in result.attrs]
    fit = CallRecord(None, record.node, record.module, given, {}, record.function)
    fit.calls_method(trainer, "fit")
    fit.loops, fit.stack = record.loops, record.stack
    fit.result = made = Call(None, given, {}, record.place, trainer, "fit")
    m.record(fit)
    _run_hooks(m, trainer, fit, made)


def _fit_module(m: Machine, made: Instance) -> None:
    """What ``Trainer().fit(module)`` would do."""
    info = made.klass.info
    place = Place(info.module, info.node)
    trainer = Call("lightning.pytorch.Trainer", [], {}, place)
    call = ast.copy_location(ast.Call(ast.Name("fit", ast.Load()), [], []), info.node)
    record = CallRecord(None, call, info.module, [made], {}, receiver=trainer, method="fit")
    record.result = result = Call(None, [made], {}, place, trainer, "fit")
    m.record(record)
    _run_hooks(m, trainer, record, result)


def _is_trainer(head: Abstract) -> bool:
    """Return whether a value is a Lightning trainer."""
    name = head.name if isinstance(head, Call) else None
    if not name or not name.endswith(("Trainer", "Trainer.from_argparse_args")):
        return isinstance(head, Instance) and head.is_a("lightning.Trainer", "pl.Trainer")
    return "lightning" in name or name.startswith(("pl.", "L."))


def _fit(m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope) -> bool:
    if not _is_trainer(head):
        return False
    _run_hooks(m, head, record, result)
    return True


def _run_hooks(m: Machine, head: Abstract, record: CallRecord, result: Call) -> None:
    """``trainer.fit(module, loader or data module)``: the hooks of both."""
    model = unwrap(record.argument(0, "model"))
    loader = record.argument(1, "train_dataloaders", "train_dataloader", "datamodule")
    data = first(record.kwargs.get("datamodule") or loader)
    if isinstance(data, Instance):
        m.run_method(data, "prepare_data")
        m.run_method(data, "setup", [Const("fit")])
        loader = m.run_method(data, "train_dataloader") or loader
    if not isinstance(model, Instance):
        result.attrs.setdefault("optimizers", UNKNOWN)
        return
    m.put(model.attrs, "trainer", head)
    m.run_method(model, "prepare_data")
    m.run_method(model, "setup", [Const("fit")])
    m.run_method(model, "configure_model")
    if loader is None:
        loader = m.run_method(model, "train_dataloader")
    result.attrs["optimizers"] = m.run_method(model, "configure_optimizers") or UNKNOWN
    result.attrs["loader"] = loader or UNKNOWN
    trainer = head if isinstance(head, Call) else None
    loop = Loop("fit", record.node, record.module, record.function, call=record)
    if trainer is not None:
        loop.epochs = trainer.argument(None, "max_epochs", "num_epochs")
    loop.loader = loader
    m.put(model.attrs, "<optimizers>", result.attrs["optimizers"])
    item = elements.element(m, loader or UNKNOWN)
    names = ("on_train_epoch_start", "training_step", "on_train_epoch_end", "validation_step")
    for name in names:
        given = [item, UNKNOWN, UNKNOWN] if name.endswith("_step") else []
        m.run_loop(loop, partial(m.run_method, model, name, given))


def _save_hyperparameters(
    m: Machine, head: Abstract, record: CallRecord, result: Call, scope: Scope
) -> bool:
    """Lightning's ``self.hparams``: the arguments of the constructor."""
    if not isinstance(head, Instance):
        return False
    items = {name: value for name, value in scope.names.items() if name != "self"}
    if set(items) == {"hparams"} or set(items) == {"args"} or set(items) == {"config"}:
        inner = first(next(iter(items.values())))
        if isinstance(inner, Map):
            items = {str(key): value for key, value in inner.items.items()}
    found = head.attrs.get("hparams")
    merged = {**(found.items if isinstance(found, Map) else {}), **items}
    m.put(head.attrs, "hparams", Map(merged, namespace=True, open=True))
    return True


@named("fit")
def _read_fit(training: Training, record: CallRecord) -> Fit | None:
    result = record.result
    if record.method != "fit" or not isinstance(result, Call) or "optimizers" not in result.attrs:
        return None
    model = unwrap(record.argument(0, "model"))
    fit = Fit(record, model, rule="the module given to Trainer.fit")
    _configured(training, result.attrs["optimizers"], fit, 0)
    trainer = first(record.receiver)
    if isinstance(trainer, Call):
        fit.epochs = trainer.argument(None, "max_epochs", "num_epochs")
        fit.steps = trainer.argument(None, "max_steps")
    fit.batch = training.batch_of(result.attrs.get("loader"))
    if number(fit.batch) is None and isinstance(model, Instance):
        fit.batch = None
    if isinstance(model, Call):  # a library's module, made with its settings
        fit.rate = model.argument(None, "learning_rate", "lr")
        loader = record.argument(1, "train_dataloaders", "train_dataloader")
        fit.batch = fit.batch or (training.batch_of(loader) if loader is not None else None)
    return fit


def _configured(training: Training, value: Abstract, fit: Fit, depth: int) -> None:
    """What ``configure_optimizers`` returned: one, several, with or without schedulers."""
    for option in options(value):
        if isinstance(option, Seq) and depth < 3:
            for each in option.items:
                _configured(training, each, fit, depth + 1)
        elif isinstance(option, Map):
            _configured(training, option.items.get("optimizer", Const(None)), fit, depth + 1)
        else:
            found = training.optimizer(option)
            known = [each.value for each in fit.optimizers]
            scheduler = isinstance(option, Call) and "scheduler" in (option.name or "")
            if found is not None and not scheduler and not any(found.value is k for k in known):
                fit.optimizers.append(found)


LIBRARY = Library(
    name="Lightning",
    effects_by_last={"LightningCLI": _run_cli},
    method_effects={"fit": _fit, "save_hyperparameters": _save_hyperparameters},
    trains_by=(_read_fit,),
    trainables=(
        Trainable(bases=("LightningModule",), method="configure_optimizers", fit=_fit_module),
    ),
)
