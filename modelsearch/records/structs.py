"""Classes of named values, as dataclasses are, that take a few microseconds to define.

A dataclass writes its methods as source text and compiles them: with slots, half a millisecond
a class in every process. The fifty classes that a question passes through would cost more than
answering it. Here the methods are written once and read the names of a class's fields::

    @frozen
    class Point:
        x: float
        y: float = 0.0
        labels: list[str] = field(default_factory=list)

Fields, defaults, keywords, equality, hashing and ``repr`` are those of a dataclass; type checkers
treat the classes alike. For classes off the path of a question a dataclass does as well. Making a
value takes longer than a dataclass's: rows of a table are made by :func:`made`, another class made
by the thousand brings its own ``__init__``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from modelsearch.records.typed import Any, TypeVar, dataclass_transform

T = TypeVar("T")


class FrozenError(AttributeError):
    """An attribute of a frozen value was to be changed; :func:`replace` makes another value."""


class _Made:
    """A default that is made anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], T]) -> T:
    """Return a default that ``default_factory`` makes for each instance."""
    made: Any = _Made(default_factory)
    return made  # type: ignore[no-any-return]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Define a class of named values that cannot be changed, can be compared and be hashed."""
    definition = _defined(cls)
    definition.__setattr__ = definition.__delattr__ = _refuse
    definition.__hash__ = _hash
    return cls


@dataclass_transform(field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """Define a class of named values that can be changed and compared."""
    _defined(cls).__hash__ = None
    return cls


def replace(value: T, /, **changes: object) -> T:
    """Return a copy of a value with some fields changed. Raises TypeError for unknown names."""
    cls: Any = type(value)
    if cls.__init__ is not _init or not cls._names.issuperset(changes):
        return cls(**{**vars(value), **changes})  # type: ignore[no-any-return]
    copy: T = cls.__new__(cls)
    vars(copy).update(vars(value), **changes)
    return copy


def made(cls: type[T], rows: Iterable[Iterable[Any]]) -> list[T]:
    """Return a value for each row, which holds all fields in their order: in half the time that
    calling the class takes. Raises ValueError for a row of another length.
    """
    listed, new = names(cls), cls.__new__
    found = []
    for row in rows:
        one = new(cls)
        one.__dict__.update(zip(listed, row, strict=True))
        found.append(one)
    return found


def names(of: Any) -> tuple[str, ...]:
    """Return the names of the fields of a class or a value, in order."""
    found: tuple[str, ...] = of.__match_args__
    return found


def _defined(cls: Any) -> Any:
    """Give a class its fields (none is inherited) and the methods that read their names."""
    listed = tuple(cls.__annotations__)
    cls._names = frozenset(listed)
    cls._defaults = {name: cls.__dict__[name] for name in listed if name in cls.__dict__}
    cls.__eq__, cls.__repr__ = _equal, _repr
    if "__init__" not in cls.__dict__:
        cls.__init__ = _init
    setattr(cls, "__match_args__", listed)  # noqa: B010 (mypy lets none assign it)
    return cls


def _init(self: Any, *values: object, **named: object) -> None:
    state = self.__dict__
    if not named and len(values) == len(self._names):
        state.update(zip(self.__match_args__, values, strict=True))
        return
    state.update(zip(self.__match_args__, values, strict=False))
    state.update(named)
    each_once = len(state) == len(values) + len(named)
    if len(state) < len(self._names):
        for name, default in self._defaults.items():
            if name not in state:
                state[name] = default.make() if type(default) is _Made else default
    if not each_once or state.keys() != self._names:
        raise TypeError(
            f"{type(self).__qualname__} takes {', '.join(self.__match_args__)}, each once; "
            f"it was given {len(values)} by place and {', '.join(named) or 'none'} by name"
        )


def _equal(self: Any, other: Any) -> Any:
    return vars(self) == vars(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(tuple([getattr(self, name) for name in self.__match_args__]))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: Any, name: str, value: object = None) -> None:
    raise FrozenError(f"{type(self).__qualname__}.{name} cannot be changed; use replace()")
