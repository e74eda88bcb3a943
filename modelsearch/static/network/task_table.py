"""Tasks by a table: ``vocabulary/task_table.json``, a row for each way in which one is known.

All that a row asks for must hold, and the first row that holds says the task:

``classes``
    a pattern in the dotted name of something that is called (``…ForQuestionAnswering``); where all
    of the network is known it must be a part of it, but for what stands ``aside`` (losses)
``estimator``
    the trained estimator is one of these
``names``, ``beside``, ``unless``
    whole identifiers of reached code, without regard to case: one that matches each, none that does
``says``
    one of these strings stands in the script
``data``, ``about``
    one of these data sets is used; one has this modality or shows this subject
``of``, ``not``
    one of the families, or one that implies it, was found; none was
``layers``, ``pictures``
    the network has a layer of one of the kinds; it looks at pictures
``loss``
    ``classes``: over classes; ``values``: over none; ``distances``: a known one between values;
    ``sequence``: over unaligned sequences
``plays``
    the row holds for what is learnt by reinforcement too; no other does

Where no row holds, :mod:`modelsearch.static.network.tasks` looks at losses and heads alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from typing import Any

from modelsearch import vocabulary
from modelsearch.records.artefacts import DatasetFact, Evidence, Fact
from modelsearch.records.datafiles import read_text
from modelsearch.records.patterns import any_of
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Instance
from modelsearch.static.network.classifying import compares_values, loss_of_classes
from modelsearch.static.network.features import Scene
from modelsearch.static.network.gaps import made_to_fill
from modelsearch.static.network.networks import Network
from modelsearch.static.network.scene import under

Row = dict[str, Any]
_SEQUENCE_LOSSES = ("CTCLoss", "ctc_loss", "ctc_batch_cost", "CTC", "warp_ctc", "RNNTLoss")
_OF_NAMES = ("names", "beside", "unless")
#: Conditions of which one shows a task; without any it is named alone.
_TELLING = ("classes", "estimator", "data", "about")
#: Conditions on what was found already, the cheapest first, before those on names.
_ORDER = ("of", "not", "data", "about", "estimator", "layers", "pictures", "loss", "says")


@cache
def _rows() -> tuple[Row, ...]:
    """Return the rows, with their patterns compiled."""
    rows: list[Row] = json.loads(read_text(vocabulary.__file__, "task_table.json"))
    for row in rows:
        for key in _OF_NAMES:
            if key in row:
                row[key] = re.compile(f"(?i)(?:{row[key]})$")
        if "classes" in row:
            row["classes"] = re.compile(row["classes"])
    return tuple(rows)


@lru_cache(maxsize=20_000)
def _matching(name: str) -> tuple[tuple[int, str], ...]:
    """Return the patterns that an identifier matches, by row and key."""
    if _any_row().match(name) is None:
        return ()
    return tuple(
        (place, key)
        for place, row in enumerate(_rows())
        for key in _OF_NAMES
        if key in row and row[key].match(name)
    )


@cache
def _any_row() -> re.Pattern[str]:
    return any_of(row[key].pattern for row in _rows() for key in _OF_NAMES if key in row)


@cache
def _any_class() -> re.Pattern[str]:
    return any_of(row["classes"].pattern for row in _rows() if "classes" in row)


@lru_cache(maxsize=20_000)
def _calling(name: str) -> tuple[int, ...]:
    """Return the rows whose classes a dotted name is one of."""
    if _any_class().search(name) is None:
        return ()
    return tuple(
        place
        for place, row in enumerate(_rows())
        if "classes" in row and row["classes"].search(name)
    )


def modalities_of(datasets: Iterable[DatasetFact]) -> set[str]:
    """Return the modalities of the data that is used, and what it is about."""
    found: set[str] = set()
    for fact in datasets:
        term = vocabulary.find("dataset", fact.name)
        if term is not None and term.modality is not None:
            found.add(term.modality)
            found.update(term.subjects)
    return found


def sees(network: Network) -> bool:
    """Return whether a network convolves in two directions, or is a ready-made one for pictures:
    none does so over a table.
    """
    if under("CNN", "ViT").intersection(network.zoo):
        return True
    return any(re.search(r"2[dD]$", layer.name) for layer in network.of("conv"))


def is_own(network: Network) -> bool:
    """Return whether all of a network is known and is made of the project's own layers."""
    return bool(network.layers and not network.zoo and not network.estimators)


class TaskTable:
    """What the rows are asked about, each thing looked for once."""

    def __init__(
        self,
        scene: Scene,
        network: Network,
        families: set[str],
        datasets: Sequence[DatasetFact],
    ) -> None:
        """Keep what was found about a script."""
        self.scene = scene
        self.network = network
        self.families = families
        self.data = {fact.name: fact.evidence for fact in datasets}
        self.about = modalities_of(datasets)
        self._holds: dict[str, Callable[[Any], bool]] = {
            "of": lambda asked: not self.families.isdisjoint(under(*asked)),
            "not": lambda asked: self.families.isdisjoint(under(*asked)),
            "data": lambda asked: not self.data.keys().isdisjoint(asked),
            "about": lambda asked: not self.about.isdisjoint(asked),
            "estimator": lambda asked: bool(self._trained & set(asked)),
            "layers": lambda asked: self.network.has(*asked),
            "pictures": lambda _: sees(self.network),
            "loss": lambda asked: asked in self._losses,
            "says": lambda asked: self.scene.says(*asked),
        }

    def task(self) -> Fact | None:
        """Return the task of the first row that holds, with what shows it. A row that goes by the
        words of the code alone is as weak as the name of a file.
        """
        plays = not self.families.isdisjoint(under("Reinforcement learning"))
        for place, row in enumerate(_rows()):
            if "classes" in row and place not in self._classes:
                continue
            if any((place, key) not in self._names for key in ("names", "beside") if key in row):
                continue
            if (place, "unless") in self._names or (plays and "plays" not in row):
                continue
            if all(self._holds[key](row[key]) for key in _ORDER if key in row):
                shown = self._shown(place, row)
                if any(key in row for key in _TELLING):
                    return Fact(row["task"], shown)
                return Fact(row["task"], replace(shown, kind="name"), "from names, weaker")
        return None

    def _shown(self, place: int, row: Row) -> Evidence:
        """Return where the part of a row stands that says most."""
        if "classes" in row:
            return self._classes[place]
        if "names" in row:
            features, node = self.scene.identifiers[self._names[place, "names"]]
            return self.scene.evidence(features, node)
        named = next((self.data[each] for each in row.get("data", ()) if each in self.data), None)
        if named is not None:
            return named
        layers = self.network.layers
        return layers[0].evidence if layers else Evidence(self.scene.program.main.path)

    @cached_property
    def _names(self) -> dict[tuple[int, str], str]:
        """The first identifier for each pattern that one matches."""
        found: dict[tuple[int, str], str] = {}
        for name in self.scene.identifiers:
            for each in _matching(name):
                found.setdefault(each, name)
        return found

    @cached_property
    def _classes(self) -> dict[int, Evidence]:
        """The rows whose classes are called, with where. What a network of the project's own
        classes is not made of says nothing of its task.
        """
        found: dict[int, Evidence] = {}
        own = is_own(self.network)
        for record in self.scene.evaluator.calls():
            rows = _calling(record.name) if record.name else ()
            part = not own or not rows or self._is_part(record)
            for place in rows:
                if part or "aside" in _rows()[place]:
                    found.setdefault(place, record.evidence)
        return found

    def _is_part(self, record: CallRecord) -> bool:
        """Return whether a call makes a part of the network."""
        if isinstance(record.result, Instance):
            return record.result.name in self.network.class_names()
        return record.name in self.network.unknown

    @cached_property
    def _trained(self) -> set[str]:
        """The last names of what is called as the estimators are that are trained."""
        if not self.network.estimators and self.families:
            return set()
        aside = made_to_fill(self.scene.evaluator)
        calls = self.scene.evaluator.calls()
        return {record.last for record in calls if id(record) not in aside}

    @cached_property
    def _losses(self) -> set[str]:
        """The kinds of losses."""
        if self.scene.called(*_SEQUENCE_LOSSES) is not None:
            return {"sequence"}
        if loss_of_classes(self.scene) is not None:
            return {"classes"}
        return {"values", "distances"} if compares_values(self.scene) is not None else {"values"}
