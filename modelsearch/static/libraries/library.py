"""What one library's file says: handlers for the kernel, and what trains with which settings.

A :class:`Library` is registered with ``KNOWN.add(…)``. Training by one call (``trainer.train()``)
is a row (:class:`Trainer`) if its settings are arguments; otherwise a function from
:class:`Training` to :class:`Fit`. A call that loads data by a name is a row, too
(:class:`~modelsearch.static.libraries.data_loading.Loader`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from modelsearch.records.artefacts import Fact
from modelsearch.static.libraries.data_loading import DataReader, Loader
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES, Hooks
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, Instance, Place
from modelsearch.vocabulary import libraries as packages
from modelsearch.vocabulary.libraries import Package


@dataclass(eq=False, slots=True)
class Optimizer:
    """An optimizer that a script makes.

    ``name`` is canonical where the vocabulary knows it, and empty where only its use tells that it
    is an optimizer; ``alternatives`` counts the names that the code chooses from. ``call`` is its
    construction, ``rate`` the learning rate as given (None: not stated), ``schedule`` what the rate
    follows.
    """

    name: str
    value: Abstract
    place: Place
    call: Call | None = None
    rate: Abstract | None = None
    schedule: Abstract | None = None
    weight_decay: Abstract | None = None
    betas: Abstract | None = None
    momentum: Abstract | None = None
    models: list[Abstract] = field(default_factory=list)
    alternatives: int = 1

    @property
    def named(self) -> Place | None:
        """Where its name stands, when its construction goes by another one."""
        return self.call.named if self.call is not None else None


@dataclass(eq=False, slots=True)
class Fit:
    """A call that trains and what it states. Counts and sizes are values, not yet facts."""

    record: CallRecord
    model: Abstract
    optimizers: list[Optimizer] = field(default_factory=list)
    rate: Abstract | None = None
    batch: Abstract | None = None
    epochs: Abstract | None = None
    steps: Abstract | None = None
    episodes: Abstract | None = None
    weight_decay: Abstract | None = None
    accumulation: Abstract | None = None
    schedule: Fact | None = None
    loss: list[Fact] = field(default_factory=list)
    estimator: str | None = None
    rule: str = ""


class Optimizers(Protocol):
    """What a library may ask about optimizers among values."""

    def optimizer(self, value: Abstract | None) -> Optimizer | None:
        """Return the optimizer that a value is or holds."""

    def named_optimizer(self, value: Abstract | None, place: Place) -> Optimizer | None:
        """Return the optimizer that is given as an object, a class or a name."""

    def by_name(self, name: Abstract | None, made: Call) -> Optimizer | None:
        """Return the optimizer that a call makes of the one that a text names."""

    def models_of(self, parameters: Abstract | None) -> list[Abstract]:
        """Return the models whose parameters a value holds."""

    def rate_of(self, value: Abstract | None) -> tuple[Abstract | None, Abstract | None]:
        """Take a rate apart into a number and the schedule that it follows."""

    def described(self, dotted: str, made: Call) -> Optimizer | None:
        """Return the optimizer that a dotted name makes of the arguments of a call."""


class Training(Optimizers, Protocol):
    """What a library's reader of training may ask."""

    records: list[CallRecord]

    def batch_of(self, loader: Abstract | None) -> Abstract | None:
        """Return the batch size of what is looped over."""

    def losses(self, value: Abstract | None, record: CallRecord) -> list[Fact]:
        """Return the losses that an argument names."""


_Reader = TypeVar("_Reader", bound=Callable[..., Any])
#: Reads a call that trains; None for other calls.
FitReader = Callable[[Training, CallRecord], Fit | None]


def named(*names: str) -> Callable[[FitReader], FitReader]:
    """Say the last names of the calls that a reader reads. It is not asked of others: most calls
    have a name that no reader waits for, and there are many calls.
    """

    def mark(reader: FitReader) -> FitReader:
        _NAMED[reader] = frozenset(names)
        return reader

    return mark


_NAMED: dict[FitReader, frozenset[str]] = {}


def within(*packages: str) -> Callable[[_Reader], _Reader]:
    """Say how the packages begin whose calls a reader reads. It is not asked of other calls."""

    def mark(reader: _Reader) -> _Reader:
        _WITHIN[reader] = packages
        return reader

    return mark


_WITHIN: dict[Any, tuple[str, ...]] = {}


class _Readers(Generic[_Reader]):
    """Readers in the order in which they were added, found by the package of a call."""

    def __init__(self) -> None:
        self._all: list[_Reader] = []
        self._by_package: dict[str, tuple[_Reader, ...]] = {}

    def add(self, *readers: _Reader) -> None:
        self._all += readers
        self._by_package.clear()

    def of(self, name: str) -> tuple[_Reader, ...]:
        """Return what may read a call of a dotted name; of a method's call the name is empty."""
        package = name.partition(".")[0]
        found = self._by_package.get(package)
        if found is None:
            found = tuple(
                each for each in self._all if package.startswith(_WITHIN.get(each, ("",)))
            )
            self._by_package[package] = found
        return found


def _may_read(reader: Trainer | FitReader, last: str) -> bool:
    """Return whether a row or a reader may read a call of a last name."""
    if isinstance(reader, Trainer):
        return last in reader.methods
    names = _NAMED.get(reader)
    return names is None or last in names


#: The rate that a schedule reaches at its peak, of those that it is made from (a list of one or
#: none); None for schedules of other libraries.
SchedulePeak = Callable[[Call, list[Abstract]], list[Abstract] | None]
#: Reads the optimizer that a call makes, for those whose arguments are unlike the usual ones.
OptimizerReader = Callable[[Optimizers, Call], Optimizer | None]
#: Returns the construction of the optimizer that a call makes and steps; None where it is unknown.
StepReader = Callable[[CallRecord], Call | None]
#: Returns the families that a call says of what it makes, empty for other calls.
FamilyReader = Callable[[CallRecord], Sequence[str]]


#: Returns the options that a library keeps during an execution, with their defaults.
OptionTable = Callable[[Machine], Mapping[Any, Abstract]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainable:
    """Classes of projects that a library trains, also where no trainer is made in the script.

    ``bases`` are endings of the library classes that they derive from. A class that defines
    ``method`` says how it is trained. ``fit`` does with an object what the trainer would do.
    """

    bases: tuple[str, ...]
    method: str
    fit: Callable[[Machine, Instance], None]


@dataclass(frozen=True, slots=True)
class Given:
    """Where a setting stands: an argument, by position (None: by name only) or by names.

    ``of`` is the call that trains, the construction of the object whose method that is, or the
    settings that were given to the construction.
    """

    of: Literal["call", "made", "settings"]
    position: int | None
    names: tuple[str, ...]


def call(*names: str, at: int | None = None) -> Given:
    """Return an argument of the call that trains."""
    return Given("call", at, names)


def made(*names: str, at: int | None = None) -> Given:
    """Return an argument of the construction of what trains."""
    return Given("made", at, names)


def settings(*names: str, at: int | None = None) -> Given:
    """Return an entry of the settings that what trains was given."""
    return Given("settings", at, names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainer:
    """A method by which a library's objects train, and where its settings stand.

    ``made_by`` are beginnings of the dotted names of what makes the object, ``endings`` endings of
    its last name, ``bases`` endings of the library classes that a project's class derives from.
    Of several places of a setting the first that is given counts.
    """

    methods: tuple[str, ...]
    rule: str
    made_by: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    #: The argument that is the model; without one the object itself is what is trained.
    model: Given | None = None
    #: The name of the object's class is that of the model.
    estimator: bool = False
    #: Where the settings are given to the construction; ``needs_settings``: without them the row
    #: does not hold.
    settings: Given | None = None
    needs_settings: bool = False
    optimizer: tuple[Given, ...] = ()
    #: Names of optimizers that say nothing ("auto").
    no_optimizer: tuple[str, ...] = ()
    loss: Given | None = None
    rate: tuple[Given, ...] = ()
    batch: tuple[Given, ...] = ()
    epochs: tuple[Given, ...] = ()
    steps: tuple[Given, ...] = ()
    weight_decay: tuple[Given, ...] = ()
    accumulation: tuple[Given, ...] = ()
    #: The schedule of the rate by its name, what the names mean (alone, behind a warm-up) and where
    #: a warm-up is given.
    schedule: tuple[Given, ...] = ()
    schedules: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    warmup: tuple[Given, ...] = ()
    #: One call is one step: the loops around it count.
    looped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Library(Hooks):
    """All that is known of one family of packages."""

    #: Calls that train.
    trains_by: tuple[Trainer | FitReader, ...] = ()
    #: Optimizers whose arguments are unlike the usual ones.
    optimizers: tuple[OptimizerReader, ...] = ()
    #: Schedules whose rate is not the first number that they are made from.
    schedules: tuple[SchedulePeak, ...] = ()
    #: Calls that make an optimizer and take its steps, by their last name.
    steps: Mapping[str, StepReader] = field(default_factory=dict)
    #: Classes that a trainer elsewhere trains.
    trainables: tuple[Trainable, ...] = ()
    #: Calls that make an agent: the families of its method and its network.
    agents: tuple[FamilyReader, ...] = ()
    #: Calls that say the family of what they make or train by their own name.
    families: tuple[FamilyReader, ...] = ()
    #: Tables of options that the library keeps outside of the script's names, with their defaults.
    options: tuple[OptionTable, ...] = ()
    #: Calls that load data.
    data: tuple[Loader | DataReader, ...] = ()
    #: Packages that the vocabulary does not list.
    packages: tuple[Package, ...] = ()


class Known:
    """What the known libraries say to the readers, in the order in which they were added."""

    def __init__(self) -> None:
        """Start without any library."""
        self.trains_by: list[Trainer | FitReader] = []
        self.optimizers: list[OptimizerReader] = []
        self.schedules: list[SchedulePeak] = []
        self._by_last: dict[str, tuple[Trainer | FitReader, ...]] = {}
        self.steps: dict[str, StepReader] = {}
        self.trainables: list[Trainable] = []
        self.agents: list[FamilyReader] = []
        self.families: _Readers[FamilyReader] = _Readers()
        self.options: list[OptionTable] = []
        self.loaders: dict[str, Loader] = {}
        self.data: _Readers[DataReader] = _Readers()

    def trainers(self, last: str) -> tuple[Trainer | FitReader, ...]:
        """Return what may read a call by the last part of its name, in order."""
        if last not in self._by_last:
            self._by_last[last] = tuple(each for each in self.trains_by if _may_read(each, last))
        return self._by_last[last]

    def trains_itself(self, name: str | None) -> bool:
        """Return whether a dotted name is of a class whose objects train themselves."""
        rows = (each for each in self.trains_by if isinstance(each, Trainer) and each.estimator)
        return any(name is not None and name.startswith(row.made_by or "-") for row in rows)

    def add(self, library: Library) -> None:
        """Add a library, for the kernel and the readers."""
        if library.name in LIBRARIES.known:
            return
        LIBRARIES.add(library)
        self.trains_by += library.trains_by
        self._by_last.clear()
        self.optimizers += library.optimizers
        self.schedules += library.schedules
        self.steps.update(library.steps)
        self.trainables += library.trainables
        self.agents += library.agents
        self.families.add(*library.families)
        self.options += library.options
        for each in library.data:
            if isinstance(each, Loader):
                self.loaders.update(dict.fromkeys(each.calls, each))
            else:
                self.data.add(each)
        for package in library.packages:
            packages.add(package)


#: The libraries that this process knows: see :func:`modelsearch.static.libraries.known.load`.
KNOWN = Known()
