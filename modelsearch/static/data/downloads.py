"""Data that a notebook's shell lines fetch and that functions which were not entered read.

``!wget …/102flowers.tgz`` and ``!kaggle competitions download -c dogs-vs-cats`` say what a notebook
trains on although they are not Python. Both ways are weak: the vocabulary must know the name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from modelsearch.records.artefacts import DatasetFact, Evidence
from modelsearch.static.data.paths import DATA_READS, match_path, texts_of
from modelsearch.static.source.program import Program
from modelsearch.vocabulary.roles import role

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

_FETCHES = re.compile(
    r"^(sudo )?(wget|curl|aria2c|gdown|unzip|tar|kaggle (competitions|datasets) download)\b"
)
_RUNS = role("shell command")
#: More than this many names say that the lines fetch a collection, not what one model needs.
_MAX_NAMES = 2


def _commands(program: Program, evaluator: Evaluator) -> Iterator[tuple[str, Evidence]]:
    """Yield the shell lines of the notebook and the commands that the program runs."""
    main = program.main
    if main.notebook is not None:
        for line, command in main.notebook.shell:
            yield command, Evidence(main.path, "code", line, main.notebook.key(line))
    for record in evaluator.calls():
        if record.name in _RUNS:
            words = [text for _, text in texts_of(record.argument(0, "args"))]
            yield " ".join(words), record.evidence


def from_shell(program: Program, evaluator: Evaluator) -> list[DatasetFact]:
    """Return the data sets that shell commands of the script download or unpack."""
    found: dict[str, DatasetFact] = {}
    for command, evidence in _commands(program, evaluator):
        if not _FETCHES.match(command):
            continue
        for name in filter(None, map(match_path, re.split(r"[\s'\"]+", command)[1:])):
            note = "from what is downloaded, weaker"
            found.setdefault(name, DatasetFact(name, evidence, note=note))
    return _few(found)


def from_unreached(
    program: Program, evaluator: Evaluator, calls: Iterable[ast.Call]
) -> list[DatasetFact]:
    """Return the data sets that paths and addresses in calls which were not run name."""
    found: dict[str, DatasetFact] = {}
    for node in calls:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name not in DATA_READS:
            continue
        for text, where in _texts(program, evaluator, node):
            dataset = match_path(text)
            if dataset:
                evidence = where or program.evidence(program.main, node)
                found.setdefault(
                    dataset, DatasetFact(dataset, evidence, note="from the path, weaker")
                )
    return _few(found)


def _texts(
    program: Program, evaluator: Evaluator, node: ast.Call
) -> Iterator[tuple[str, Evidence | None]]:
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        for value in evaluator.values(argument, program.main):
            if isinstance(value.value, str):
                yield value.value, value.evidence


def _few(found: dict[str, DatasetFact]) -> list[DatasetFact]:
    facts = list(found.values())
    return facts if len(facts) <= _MAX_NAMES else []
