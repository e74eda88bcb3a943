"""The words for runs: what may become of one, as trackers record it and as people say it, and the
columns that hold what a run recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any

#: Runs of a search are called so: the condition on a run ``r``.
IS_TRIAL = "r.run_id LIKE '%trial%'"
#: What a question calls "unfinished" is no state that is recorded: any of these is, and a run that
#: stopped before the epochs that were planned.
ENDED_EARLY = ("failed", "interrupted", "killed", "running")


@frozen
class State:
    """What became of a run: its stored name, what trackers call it, the words for it in questions,
    and the verbs ("that failed").
    """

    name: str
    recorded: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()


@frozen
class Column:
    """What is stored of a run in a column: how answers call it, the words for it, those only where
    it is ``asked`` of one run ("which commit made PPO_9"), whether it only groups runs (the month
    that one began in), whether it is a number, how much of a date's text counts, and which others
    are told where nothing stands in this one, divided by spaces.
    """

    name: str
    column: str
    label: str
    words: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    groups: bool = False
    number: bool = False
    length: int | None = None
    instead: str = ""

    def value(self, row: Mapping[str, Any]) -> Any:
        """Return what a row of runs holds of it, None where that is not known."""
        value = row.get(self.column)
        return value if self.length is None or value is None else str(value)[: self.length]


@cache
def states() -> tuple[State, ...]:
    """Return all states of runs."""
    return tuple(State(**_with_tuples(row)) for row in _rows("states"))


@cache
def columns() -> dict[str, Column]:
    """Return all columns by their names, in the order in which a question is searched for them."""
    found = {}
    for row in _rows("columns"):
        name = row["name"]
        told = {"column": name, "label": name.replace("_", " "), **_with_tuples(row)}
        found[name] = Column(**told)
    return found


@cache
def column_words() -> dict[str, str]:
    """Return the names of columns by the words that group, order and average runs."""
    return {word: one.name for one in columns().values() for word in one.words}


def column_called(said: str) -> str | None:
    """Return the name of the column that some words mean, with spaces or underscores; None where
    they mean none.
    """
    word = said.lower()
    return column_words().get(word) or column_words().get(word.replace("_", " "))


@cache
def state_words() -> dict[str, str]:
    """Return the names of states by the words for them."""
    return {word: one.name for one in states() for word in one.words}


def state_of(recorded: object) -> str | None:
    """Return the state that a tracker's word for it means, None where it says none."""
    return _by_recorded().get(str(recorded).upper())


def ended_with(exit_code: int) -> str:
    """Return the state that the exit code of a program tells: a person's Ctrl-C interrupts, a
    signal of the system or a scheduler kills.
    """
    if exit_code == 0:
        return "finished"
    signal = exit_code - 128 if exit_code > 128 else -exit_code
    return {2: "interrupted", 9: "killed", 15: "killed"}.get(signal, "failed")


@cache
def _by_recorded() -> dict[str, str]:
    return {word: one.name for one in states() for word in one.recorded}


@cache
def _rows(section: str) -> list[dict[str, Any]]:
    loaded: dict[str, list[dict[str, Any]]] = shipped_json(read_text(__file__, "runs.json"))
    return loaded[section]


def _with_tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in row.items()}
