"""Project code that a library runs: what ``Trainer.fit``, ``spawn`` or a data loader will call.

Hooks are entered with the loop of the library around them, so that a step taken inside is seen
with its epochs and its loader.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from modelsearch.static.libraries import command_lines, declared
from modelsearch.static.machine import attributes
from modelsearch.static.machine.scopes import CallRecord, Loop, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Const,
    Function,
    Instance,
    Map,
    Seq,
    Span,
    Varying,
    constant,
    first,
    options,
    text,
)

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine


def constructed(m: Machine, made: Instance) -> None:
    """After an object was made: Flax modules are set up."""
    if made.is_a("linen.Module"):
        run_method(m, made, "setup")


def run_method(
    m: Machine, owner: Instance, name: str, args: list[Abstract] | None = None
) -> Abstract | None:
    """Enter a method that the project defines; None when it does not."""
    from modelsearch.static.machine import invoking

    found = attributes.class_attribute(owner.klass, name)
    if not isinstance(found, Function):
        return None
    bound = attributes.bind(m, found, owner)
    if not isinstance(bound, Function):
        return bound
    return invoking.call_function(m, bound, args or [], {})


def library_call(m: Machine, record: CallRecord, result: Call, scope: Scope) -> None:
    """React to a call of a library function or class."""
    from modelsearch.static.machine import invoking

    if command_lines.define_flag(m, record):
        flag = m.flags.get(text(record.argument(0, "name", "flag_name")))
        if flag is not None:
            result.attrs["value"] = flag
        return
    last = record.last
    reaction = _REACTIONS.get(record.name or "") or _REACTIONS_BY_LAST.get(last)
    if reaction is not None:
        reaction(m, record, result)
    elif last not in invoking.DEFERRED and last not in _KEPT:
        if last == "DataLoader":
            _read_item(m, record)
        invoking.run_callbacks(m, record)


def _wandb(m: Machine, record: CallRecord, result: Call) -> None:
    """``wandb.init(config=…)`` fills ``wandb.config``."""
    config = first(record.kwargs.get("config"))
    if isinstance(config, Map):
        for key, value in config.items.items():
            m.put(m.wandb.items, key, value)
    elif isinstance(config, Instance):
        m.wandb.items.update(config.attrs)


def _command_line(m: Machine, record: CallRecord, result: Call) -> None:
    """``LightningCLI(Model, Data, trainer_defaults=…)``: objects with their defaults, fitted."""
    from modelsearch.static.machine import invoking

    for position, name in enumerate(("model", "datamodule")):
        kind = first(record.argument(position, f"{name}_class"))
        if isinstance(kind, ClassValue):
            result.attrs[name] = invoking.construct(m, kind, [], {}, False, record.place)
    settings = first(record.argument(None, "trainer_defaults"))
    kwargs = dict(settings.items) if isinstance(settings, Map) else {}
    trainer = Call("lightning.pytorch.Trainer", [], kwargs, record.place)
    result.attrs["trainer"] = trainer
    if constant(record.argument(None, "run")) is False or "model" not in result.attrs:
        return
    given = [result.attrs[name] for name in ("model", "datamodule") if name in result.attrs]
    fit = CallRecord(None, record.node, record.module, given, {}, record.function)
    fit.receiver, fit.method, fit.loops, fit.stack = trainer, "fit", record.loops, record.stack
    fit.result = made = Call(None, given, {}, record.place, trainer, "fit")
    m.record(fit)
    fit_lightning(m, trainer, fit, made)


_KEPT = frozenset(
    ["Engine", "property", "Lambda", "Experiment", "register", "LambdaLR", "namedtuple"]
)


def _fire(m: Machine, record: CallRecord, result: Call) -> None:
    """``fire.Fire(x)`` makes a command line of a function, a class or a dictionary of them."""
    from modelsearch.static.machine import invoking

    given = first(record.args[0]) if record.args else UNKNOWN
    targets: list[Abstract] = [given]
    if isinstance(given, Map):
        targets = list(given.items.values())
    if not record.args:
        names = m.run_module(record.module).names
        targets = [names[name] for name in ("main", "train", "run") if name in names]
    for target in targets:
        if isinstance(target, Function):
            invoking.call_function(m, target, [], {})
        elif isinstance(target, ClassValue):
            made = invoking.construct(m, target, [], {}, False, record.place)
            public = [name for name in target.info.methods if not name.startswith("_")]
            known = [name for name in public if name in ("main", "train", "run", "fit")]
            if isinstance(made, Instance):
                for name in known or (public if len(public) == 1 else []):
                    run_method(m, made, name)


def _read_item(m: Machine, record: CallRecord) -> None:
    """A data loader takes items of its dataset and gives them to ``collate_fn``."""
    dataset = first(record.argument(0, "dataset"))
    if isinstance(dataset, Instance):
        run_method(m, dataset, "__getitem__", [UNKNOWN])


def _control_flow(m: Machine, record: CallRecord, result: Call) -> None:
    """Loops of JAX: the body is entered once, inside a loop."""
    functions = [first(a) for a in record.args if isinstance(first(a), Function | Call)]
    loop = Loop("for", record.node, record.module, record.function)
    if record.last == "fori_loop" and len(record.args) > 2:
        loop.iterable = Span(record.args[0], record.args[1], Const(1), record.place)
    elif record.last == "scan":
        length = record.argument(3, "length")
        xs = record.argument(2, "xs")
        loop.iterable = Span(Const(0), length, Const(1)) if length is not None else xs
    state = record.args[-1] if record.args and record.last != "scan" else None
    state = state or record.argument(1, "init") or UNKNOWN
    for function in functions:
        if isinstance(function, Function):
            given = [Varying(Const(0)), state] if record.last == "fori_loop" else [state, UNKNOWN]
            if record.last == "while_loop":
                given = [state]
            m.run_loop(loop, partial(_enter, m, function, given, result))


def _enter(m: Machine, function: Function, given: list[Abstract], result: Call) -> None:
    from modelsearch.static.machine import invoking

    result.attrs["returned"] = invoking.call_function(m, function, given, {})


_RATE = re.compile(r"^(lr|learning_?rate)$", re.I)


def _assigned(m: Machine, record: CallRecord, result: Call) -> None:
    """``tf.assign(model.lr, …)``: each run writes another rate into the graph's variable."""
    target = record.node.args[0] if record.node.args else None
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    if _RATE.match(name) and len(record.args) > 1:
        m.rates_set.append(record.args[1])


_Reaction = Callable[["Machine", CallRecord, Call], None]
_REACTIONS: dict[str, _Reaction] = {
    "wandb.init": _wandb,
    "fire.Fire": _fire,
    "labml.configs.calculate": declared.calculated,
    "labml.experiment.configs": declared.configured,
}
_REACTIONS_BY_LAST: dict[str, _Reaction] = {
    "LightningCLI": _command_line,
    "assign": _assigned,
    "scan": _control_flow,
    "fori_loop": _control_flow,
    "while_loop": _control_flow,
    "cond": _control_flow,
}


def method_call(m: Machine, record: CallRecord, result: Call, scope: Scope) -> None:
    """React to a method call on a library object, or an inherited method of a project object."""
    from modelsearch.static.machine import invoking

    head = first(record.receiver)
    method = record.method or ""
    if method == "save_hyperparameters" and isinstance(head, Instance):
        _save_hyperparameters(m, head, scope)
    elif method in ("fit", "fit_generator", "train", "run", "learn", "launch"):
        if not _fit(m, head, method, record, result):
            invoking.run_callbacks(m, record)
    elif method == "compile" and isinstance(head, Instance):
        for position, name in enumerate(("optimizer", "loss")):
            given = record.argument(position, name)
            if given is not None:
                m.put(head.attrs, name, given)
    elif method == "__call__":
        _call_layers(m, head, record)
    elif method in ("init", "apply", "init_with_output", "tabulate") and isinstance(head, Instance):
        if head.is_a("Module"):
            run_method(m, head, "__call__", record.args[1:])
    else:
        invoking.run_callbacks(m, record)


def _save_hyperparameters(m: Machine, head: Instance, scope: Scope) -> None:
    """Lightning's ``self.hparams``: the arguments of the constructor."""
    ignored = {"self"}
    items = {name: value for name, value in scope.names.items() if name not in ignored}
    if set(items) == {"hparams"} or set(items) == {"args"} or set(items) == {"config"}:
        inner = first(next(iter(items.values())))
        if isinstance(inner, Map):
            items = {str(key): value for key, value in inner.items.items()}
    found = head.attrs.get("hparams")
    merged = {**(found.items if isinstance(found, Map) else {}), **items}
    m.put(head.attrs, "hparams", Map(merged, namespace=True, open=True))


def _call_layers(m: Machine, head: Abstract, record: CallRecord) -> None:
    """Calling a library container of layers calls the project's layers in it."""
    from modelsearch.static.machine import invoking

    if not isinstance(head, Call) or len(m.stack) > 12:
        return
    for layer in attributes.layers(head)[:40]:
        for each in options(layer)[:2]:
            if isinstance(each, Instance):
                copy = CallRecord(None, record.node, record.module, [UNKNOWN], {}, record.function)
                invoking.call_object(m, each, copy)
            elif isinstance(each, Call) and each is not head:
                _call_layers(m, each, record)


# ---- library training loops ------------------------------------------------------------------


def _fit(m: Machine, head: Abstract, method: str, record: CallRecord, result: Call) -> bool:
    """Enter what ``fit`` will call; False when nothing is known about it."""
    if is_lightning(head) and method == "fit":
        fit_lightning(m, head, record, result)
        return True
    if isinstance(head, Instance) and method in ("fit", "fit_generator"):
        loop = Loop("fit", record.node, record.module, record.function, call=record)
        loop.epochs = record.argument(None, "epochs", "nb_epoch")
        loop.loader = record.argument(0, "x")
        data = Seq([UNKNOWN, UNKNOWN], "tuple")
        m.run_loop(loop, lambda: _ignore(run_method(m, head, "train_step", [data])))
        return True
    if isinstance(head, Call) and head.last == "Engine" and method == "run" and head.args:
        function = first(head.args[0])
        if isinstance(function, Function):
            loop = Loop("fit", record.node, record.module, record.function, call=record)
            loop.epochs = record.argument(1, "max_epochs")
            loop.loader = record.argument(0, "data")
            item = attributes.element(m, loop.loader or UNKNOWN)
            handlers = head.attrs.get("<handlers>")
            called = handlers.items[:8] if isinstance(handlers, Seq) else []
            m.run_loop(loop, partial(_enter_handler, m, function, [head, item]))
            for each in called:
                if isinstance(each, Function):
                    m.run_loop(loop, partial(_enter_handler, m, each, [head]))
            return True
    return False


def _enter_handler(m: Machine, function: Function, given: list[Abstract]) -> None:
    from modelsearch.static.machine import invoking

    invoking.call_function(m, function, given, {})


def _ignore(value: object) -> None:
    return None


def _run_hook(m: Machine, owner: Instance, name: str, args: list[Abstract]) -> None:
    run_method(m, owner, name, args)


def is_lightning(head: Abstract) -> bool:
    """Say whether a value is a Lightning trainer."""
    name = head.name if isinstance(head, Call) else None
    if not name or not name.endswith(("Trainer", "Trainer.from_argparse_args")):
        return isinstance(head, Instance) and head.is_a("lightning.Trainer", "pl.Trainer")
    return "lightning" in name or name.startswith(("pl.", "L."))


def fit_lightning(m: Machine, head: Abstract, record: CallRecord, result: Call) -> None:
    """``trainer.fit(module, loader or data module)``: the hooks of both."""
    model = attributes.unwrap(record.argument(0, "model"))
    loader = record.argument(1, "train_dataloaders", "train_dataloader", "datamodule")
    data = first(record.kwargs.get("datamodule") or loader)
    if isinstance(data, Instance):
        run_method(m, data, "prepare_data")
        run_method(m, data, "setup", [Const("fit")])
        loader = run_method(m, data, "train_dataloader") or loader
    if not isinstance(model, Instance):
        result.attrs.setdefault("optimizers", UNKNOWN)
        return
    m.put(model.attrs, "trainer", head)
    run_method(m, model, "prepare_data")
    run_method(m, model, "setup", [Const("fit")])
    if loader is None:
        loader = run_method(m, model, "train_dataloader")
    result.attrs["optimizers"] = run_method(m, model, "configure_optimizers") or UNKNOWN
    result.attrs["loader"] = loader or UNKNOWN
    trainer = head if isinstance(head, Call) else None
    loop = Loop("fit", record.node, record.module, record.function, call=record)
    if trainer is not None:
        loop.epochs = trainer.argument(None, "max_epochs", "num_epochs")
    loop.loader = loader
    m.put(model.attrs, "<optimizers>", result.attrs["optimizers"])
    item = attributes.element(m, loader or UNKNOWN)
    names = ("on_train_epoch_start", "training_step", "on_train_epoch_end", "validation_step")
    for name in names:
        given = [item, UNKNOWN, UNKNOWN] if name.endswith("_step") else []
        m.run_loop(loop, partial(_run_hook, m, model, name, given))
