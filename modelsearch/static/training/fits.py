"""Training by one call of ``fit`` or the like.

The rows and readers of libraries come first. Then ``fit`` of a compiled model (Keras), and ``fit``
of an object that was made with a network and an optimizer.
"""

from __future__ import annotations

from modelsearch.records.artefacts import Fact
from modelsearch.static.libraries.library import KNOWN, Fit, Given, Trainer, Training
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    ClassValue,
    Dotted,
    Instance,
    Map,
    Place,
    Seq,
    first,
    number,
    options,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.training import loop_batches, stage_settings
from modelsearch.static.training.loops import read_loops
from modelsearch.static.training.optimizers import Finder, optimizer_name
from modelsearch.vocabulary.libraries import find
from modelsearch.vocabulary.roles import role

_TRAINED_BY_KERAS = role("trained by Keras")


class _Training(Finder):
    """What the readers of libraries ask: see
    :class:`~modelsearch.static.libraries.library.Training`.
    """

    def __init__(self, records: list[CallRecord]) -> None:
        super().__init__()
        self.records = records

    def batch_of(self, loader: Abstract | None) -> Abstract | None:
        return loop_batches.trace(loader)[1]

    def losses(self, value: Abstract | None, record: CallRecord) -> list[Fact]:
        return stage_settings.loss_argument(value, record)


def find_fits(records: list[CallRecord]) -> list[Fit]:
    """List the training calls of a script in order."""
    training = _Training(records)
    found = (
        _read(training, record)
        for record in records
        if record.target is None or record.last in _NAMES
    )
    return [fit for fit in found if fit is not None]


_NAMES = frozenset({"fit", "train"})


def _read(training: _Training, record: CallRecord) -> Fit | None:
    """The first reading of a call; what a library says comes before what any object may do."""
    for each in KNOWN.trainers(record.last):
        by_row = isinstance(each, Trainer)
        fit = _by_row(each, training, record) if by_row else each(training, record)  # type: ignore[operator, arg-type]
        if fit is not None:
            return fit
    return _wrapped(training, record) or _compiled_fit(training, record)


# ---- rows ----------------------------------------------------------------------------------------


def _by_row(row: Trainer, training: _Training, record: CallRecord) -> Fit | None:
    """Read a call by a row of a library's table."""
    if record.method not in row.methods or record.receiver is None:
        return None
    trainer = unwrap(_anew(record.receiver))
    made = _made_by(row, trainer)
    if made is None or (row.looped and not record.loops):
        return None
    given = _Settings(record, made, row.settings)
    if row.needs_settings and not isinstance(given.settings, Call):
        return None
    own = trainer if isinstance(trainer, Instance) else made
    model = unwrap(given.first(row.model)) if row.model is not None else own
    fit = Fit(record, model, estimator=made.last if row.estimator else None, rule=row.rule)
    fit.rate, fit.batch, fit.epochs = map(given.first, (row.rate, row.batch, row.epochs))
    fit.weight_decay, fit.accumulation = map(given.first, (row.weight_decay, row.accumulation))
    warmed = any((number(given.get(where)) or 0) > 0 for where in row.warmup)
    named = given.first(row.schedule)
    fit.schedule = stage_settings.named_schedule(named, row.schedules, warmed, record.place)
    steps = given.first(row.steps)
    if row.epochs and (number(steps) or 0) > 0:
        fit.epochs = None  # steps that are given count instead
    fit.steps = steps if not row.epochs or (number(steps) or 0) > 0 else None
    if row.loss is not None:
        fit.loss = training.losses(given.first(row.loss), record)
    _add_optimizer(row, training, given, fit)
    if row.looped and record.loops:
        counted = read_loops(record.loops)
        fit.epochs, fit.steps = counted.epochs, counted.steps
    return fit


def _anew(receiver: Abstract) -> Abstract:
    """What is made anew, of what is either loaded or made: its settings are written out."""
    ways = list(options(receiver))
    new = [each for each in ways if not (isinstance(each, Call) and each.last == "load")]
    return new[0] if 0 < len(new) < len(ways) else receiver


def _made_by(row: Trainer, trainer: Abstract) -> Call | None:
    """What made the object whose method is called, if the row is about it."""
    if isinstance(trainer, Instance):
        return trainer.call if row.bases and trainer.is_a(*row.bases) else None
    if not isinstance(trainer, Call):
        return None
    name = trainer.name or ""
    known = name.startswith(row.made_by) if row.made_by else bool(name and row.endings)
    if known and (not row.endings or name.endswith(row.endings)):
        return trainer
    inner = first(trainer.args[0]) if row.endings and trainer.args else None
    return _made_by(row, inner) if isinstance(inner, Call) else None  # ``f(trainer, …)``


def _add_optimizer(row: Trainer, training: _Training, given: _Settings, fit: Fit) -> None:
    """The first optimizer that is given; of a pair with a schedule its first half."""
    for where in row.optimizer:
        value = given.get(where)
        head = first(value)
        if isinstance(head, Seq):
            value = head.items[0] if head.items else None
        found = training.named_optimizer(value, given.place(where)) if value is not None else None
        if found is not None and found.name not in row.no_optimizer:
            if where.of == "made" and number(found.rate) is not None:
                fit.rate = None  # an optimizer that was made has its own
            fit.optimizers.append(found)
            return


class _Settings:
    """Where the settings of a row stand: the call, the construction, and what that was given."""

    def __init__(self, record: CallRecord, made: Call, settings: Given | None) -> None:
        self._record = record
        self._made = made
        self.settings: Abstract | None = None
        if settings is not None:
            self.settings = first(self.get(settings))

    def get(self, where: Given) -> Abstract | None:
        """Return an argument, if it is given."""
        holder = {"call": self._record, "made": self._made, "settings": self.settings}[where.of]
        if isinstance(holder, Call | CallRecord):
            return holder.argument(where.position, *where.names)
        if isinstance(holder, Instance):
            table = {**holder.kwargs, **holder.attrs}
            return next((table[name] for name in where.names if name in table), None)
        if isinstance(holder, Map):
            return next((holder.items[n] for n in where.names if n in holder.items), None)
        return None

    def first(self, where: tuple[Given, ...] | Given | None) -> Abstract | None:
        """Return the first of several arguments that is given."""
        places = (where,) if isinstance(where, Given) else where or ()
        return next((value for each in places if (value := self.get(each)) is not None), None)

    def place(self, where: Given) -> Place:
        """Return where the settings stand, for a value that has no place of its own."""
        settings = self.settings if where.of == "settings" else None
        return settings.at if isinstance(settings, Call) else self._record.place


# ---- objects that were given a network and an optimizer ------------------------------------------

_WRAPPED = ("model", "net", "module", "network")


def _wrapped(training: Training, record: CallRecord) -> Fit | None:
    """A library's own loop that was given a network and its optimizer: ``Trainer(net, optimizer)``.

    skorch and poutyne, torchkeras, torchbearer and the like.
    """
    if record.method not in ("fit", "train", "run"):
        return None
    made = first(record.receiver) if record.receiver is not None else None
    if not isinstance(made, Call):
        return None
    given = [*made.args[:2], *(made.kwargs[key] for key in _WRAPPED if key in made.kwargs)]
    models = [first(each) for each in given if isinstance(first(each), Instance | ClassValue)]
    if made.name is None or not models:
        return None
    source = made.kwargs.get("optimizer")
    optimizer = training.named_optimizer(source, made.at) if source is not None else None
    if optimizer is None or optimizer_name(_called(optimizer.value)) is None:
        return None
    fit = Fit(record, models[0], optimizers=[optimizer], rule="the network given to a trainer")
    for holder in (record, made):
        fit.epochs = fit.epochs or holder.argument(None, "epochs", "max_epochs", "num_epochs")
        fit.batch = fit.batch or holder.argument(None, "batch_size")
    if optimizer.rate is None:
        fit.rate = made.argument(None, "lr", "learning_rate")
    loader = record.argument(0, "train_data", "train_loader", "train_dataloader", "dataloader")
    if fit.batch is None and loader is not None:
        fit.batch = loop_batches.trace(loader)[1]
    return fit


def _called(value: Abstract | None) -> str | None:
    return value.name if isinstance(value, Call | Dotted) else None


# ---- models that were compiled -------------------------------------------------------------------

_FITS = frozenset({"fit", "fit_generator", "train_on_batch"})


def _compiled_fit(training: Training, record: CallRecord) -> Fit | None:
    if record.method not in _FITS or record.receiver is None:
        return None
    model, compiled = _fitted(record.receiver, record, training.records)
    if compiled is None and record.kwargs.get("optimizer") is None and not _goes_on(model, record):
        return None
    package = find(model.name) if isinstance(model, Call) else None
    if package is not None and package.own_fit and not (compiled and _in_keras(model)):
        return None
    fit = Fit(record, model, rule="the model given to fit")
    source = compiled or record
    position = 0 if compiled is not None else None
    optimizer = training.named_optimizer(source.argument(position, "optimizer"), source.place)
    if optimizer is not None:
        fit.optimizers.append(optimizer)
    fit.loss = training.losses(source.argument(1, "loss"), source)
    if compiled is None:
        _module_fit(fit, record)
    _counts(fit, record)
    return fit


#: What gives back a model of Keras as it was stored, compiled.
_STORED = ("load_model", "model_from_json", "model_from_yaml")


def _goes_on(model: Abstract, record: CallRecord) -> bool:
    """Return whether a stored model of Keras is trained on: nothing else counts epochs here."""
    made = first(model)
    if not isinstance(made, Call) or made.last not in _STORED or ".models" not in (made.name or ""):
        return False
    return record.argument(None, "epochs", "nb_epoch", "validation_data") is not None


def _in_keras(model: Abstract) -> bool:
    """Return whether a model of another library is one that Keras trains."""
    return isinstance(model, Call) and _TRAINED_BY_KERAS.begins(model.name or "")


def _module_fit(fit: Fit, record: CallRecord) -> None:
    """MXNet's ``Module.fit(optimizer=…, optimizer_params=…, num_epoch=…)``."""
    given = first(record.kwargs.get("optimizer_params"))
    if isinstance(given, Map):
        fit.rate = given.items.get("learning_rate")
        fit.weight_decay = given.items.get("wd")
    fit.loss = []


def _fitted(
    receiver: Abstract, record: CallRecord, records: list[CallRecord]
) -> tuple[Abstract, CallRecord | None]:
    """The model that a call trains, and its ``compile``: of several that it may be (one that is
    loaded where a file is there, else a new one) the first that the script compiles.
    """
    models = [unwrap(option) for option in options(receiver)] or [unwrap(receiver)]
    for model in models:
        compiled = _compiled(model, record, records)
        if compiled is not None:
            return model, compiled
    return models[0], None


def _compiled(model: Abstract, record: CallRecord, records: list[CallRecord]) -> CallRecord | None:
    """The last ``compile`` of a model before a call."""
    found = None
    for each in records:
        if each is record:
            break
        if each.method not in ("compile", "prepare") or each.receiver is None:
            continue
        if unwrap(each.receiver) is model or any(
            unwrap(option) is model for option in options(each.receiver)
        ):
            found = each
    return found


def _counts(fit: Fit, record: CallRecord) -> None:
    generator = record.method == "fit_generator"
    if record.method != "train_on_batch":
        fit.epochs = record.argument(
            2 if generator else 3, "epochs", "nb_epoch", "num_epoch", "n_epochs"
        )
        fit.batch = record.argument(None if generator else 2, "batch_size")
        if number(fit.batch) is None:
            source = record.argument(0, "x", "generator", "train_data")
            fit.batch = loop_batches.trace(source)[1] if source is not None else None
        if number(fit.epochs) not in (None, 1) or not record.loops:
            return
    if not record.loops:
        return
    counted = read_loops(record.loops)
    fit.epochs = counted.epochs if counted.epochs is not None else fit.epochs
    if record.method == "train_on_batch" or counted.epochs is None:
        fit.steps, fit.episodes = counted.steps, counted.episodes
        if counted.steps is not None and record.method == "fit" and number(fit.epochs) == 1:
            fit.epochs, fit.steps = counted.steps, None
    if fit.episodes is not None and number(fit.epochs) == 1:
        fit.epochs = None  # one pass over the batch of a replay is no epoch of the training
    if number(fit.batch) is None:
        size = loop_batches.trace(counted.loader)[1]
        fit.batch = size if size is not None else fit.batch
