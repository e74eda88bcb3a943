"""Which data a program trains on, from the calls that make or load it.

Constructors and loaders of libraries are strong; paths, class names and the script's own name are
weaker and count only when no call states a dataset.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from modelsearch import vocabulary
from modelsearch.records.artefacts import DatasetFact
from modelsearch.static.data.calls import CONSTRUCTORS, library_names, named_by
from modelsearch.static.data.choices import one_each, only_tested, without_alternatives
from modelsearch.static.data.descriptions import from_description, from_docstring
from modelsearch.static.data.downloads import from_shell, from_unreached
from modelsearch.static.data.options import from_options
from modelsearch.static.data.paths import (
    DATA_READS,
    from_environments,
    from_names,
    from_paths,
)
from modelsearch.static.data.subsets import kept_classes
from modelsearch.static.machine.naming_lines import (
    chosen_evidence,
    import_evidence,
    module_evidence,
    text_evidence,
)
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Const,
    constant,
    options,
)
from modelsearch.static.network.pictured import reads_folders_of_pictures
from modelsearch.static.source.nodes import walk
from modelsearch.static.source.program import Program
from modelsearch.vocabulary.roles import role

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

Role = Literal["train", "test", "other"]
#: More alternatives than this mean that the code chooses by an option without a default.
MAX_ALTERNATIVES = 4
_FORMATS = role("file format")
_PART_SECOND = role("part given second")


# ---- role ----------------------------------------------------------------------------------------


def _role(record: CallRecord) -> Role:
    train = constant(record.kwargs.get("train"))
    if train is None and _PART_SECOND.begins(record.name or ""):
        position = constant(record.argument(1))
        train = position if isinstance(position, bool) else None
    if train is False:
        return "test"
    split = record.kwargs.get("split")
    if split is None:
        split = record.kwargs.get("image_set")
    if split is None:
        return "train"
    values = [o.value for o in options(split) if isinstance(o, Const)]
    if values and all(isinstance(v, str) and re.match(r"(test|val|valid|eval)", v) for v in values):
        return "test"
    return "train"


def _facts(evaluator: Evaluator) -> Iterator[tuple[DatasetFact, CallRecord]]:
    for record in evaluator.calls():
        for named in named_by(record):
            where = text_evidence(named.at, named.name) or evaluator.evidence(named.at)
            where = where or import_evidence(record, "dataset")
            where = where or module_evidence(evaluator, record, named.name)
            where = where or chosen_evidence(record) or record.evidence
            yield DatasetFact(named.name, where, role=_role(record), note=named.note), record


def _without_formats(
    found: list[tuple[DatasetFact, CallRecord]],
) -> list[tuple[DatasetFact, CallRecord]]:
    """Leave out what only a file format is named for where something else states the data."""
    others = [each for each in found if _FORMATS.names.isdisjoint(library_names(each[1]))]
    return others or found


def read_datasets(program: Program, evaluator: Evaluator) -> list[DatasetFact]:
    """Return the datasets that the program trains or tests on, in order of the code.

    When no call states one, paths that reached code reads, then class and file names are tried;
    those facts say so in their note.
    """
    facts = one_each(without_alternatives(_without_formats(list(_facts(evaluator)))))
    if len(facts) > MAX_ALTERNATIVES and not _environments(facts):
        facts = []
    elif not facts:
        facts = (
            from_options(evaluator)
            or _unreached(program, evaluator)
            or from_environments(evaluator)
            or from_paths(program, evaluator)
            or from_unreached(program, evaluator, _unreached_calls(program, evaluator))
            or from_shell(program, evaluator)
            or from_names(program, evaluator)
            or from_docstring(program)
            or from_description(evaluator)
        )
    elif not _environments(facts):
        facts += _beside(program, evaluator, facts)
    facts = [fact for fact in only_tested(facts) if not _is_table_of_pictures(evaluator, fact)]
    return [_with_subset(program, evaluator, fact) for fact in facts]


def _is_table_of_pictures(evaluator: Evaluator, fact: DatasetFact) -> bool:
    """Return whether a table is only named, while folders of pictures are read: mushrooms that are
    photographed are not the Mushroom data.
    """
    term = vocabulary.find("dataset", fact.name)
    if term is None or term.modality != "tabular" or "weaker" not in (fact.note or ""):
        return False
    return reads_folders_of_pictures(evaluator)


def _beside(program: Program, evaluator: Evaluator, facts: list[DatasetFact]) -> list[DatasetFact]:
    """Read further data that the script loads from files beside what calls state.

    A folder named ``mnist`` for Fashion-MNIST is no second data set, so names that are part of a
    stated one are left out.
    """
    stated = [vocabulary.normalise(fact.name) for fact in facts]
    further = from_paths(
        program, evaluator, lambda call: call.last in DATA_READS and not named_by(call)
    )
    return [
        fact
        for fact in further
        if not any(vocabulary.normalise(fact.name) in name for name in stated)
    ]


def _unreached_calls(program: Program, evaluator: Evaluator) -> Iterator[ast.Call]:
    """Yield the calls in functions of the script that were not entered."""
    main = program.main
    infos = [info for klass in main.class_of.values() for info in klass.methods.values()]
    for info in dict.fromkeys([*infos, *main.all_functions.values()]):
        if not evaluator.executed(info):
            yield from (node for node in walk(info.node) if isinstance(node, ast.Call))


def _unreached(program: Program, evaluator: Evaluator) -> list[DatasetFact]:
    """Read the constructors in functions that the script defines but does not call itself."""
    found: dict[str, DatasetFact] = {}
    for node in _unreached_calls(program, evaluator):
        name = program.main.qualified(node.func)
        if not name or ":" in name:
            continue
        args: list[Abstract] = [_literal(arg) for arg in node.args]
        kwargs = {k.arg: _literal(k.value) for k in node.keywords if k.arg}
        record = CallRecord(name, node, program.main, args, kwargs)
        for reader in CONSTRUCTORS:
            for named in reader(record, name) or []:
                evidence = program.evidence(program.main, node)
                found.setdefault(named.name, DatasetFact(named.name, evidence, role=_role(record)))
    facts = list(found.values())
    return facts if len(facts) <= 2 else []


def _literal(node: ast.AST) -> Abstract:
    return Const(node.value) if isinstance(node, ast.Constant) else UNKNOWN


def _environments(facts: list[DatasetFact]) -> bool:
    terms = [vocabulary.find("dataset", fact.name) for fact in facts]
    return all(term is not None and term.modality == "game" for term in terms)


def _with_subset(program: Program, evaluator: Evaluator, fact: DatasetFact) -> DatasetFact:
    term = vocabulary.find("dataset", fact.name)
    if term is None or not term.classes:
        return fact
    found = kept_classes(program, evaluator, term.classes)
    return replace(fact, subset=found) if found else fact
