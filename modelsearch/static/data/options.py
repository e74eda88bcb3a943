"""The setting that names the data: ``--dataset cifar10``, ``cfg.data.name``, ``env_id = "…"``.

Factories choose the data by a string: an option's default, a key of a configuration, a constant
or a parameter. Whatever the factory does with it, the string says which data is meant, so it counts
where no call that was reached does. The vocabulary must know it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from modelsearch import vocabulary
from modelsearch.records.artefacts import DatasetFact
from modelsearch.static.data.choices import in_table
from modelsearch.static.data.paths import COMMON
from modelsearch.static.machine.values import Abstract, Const, constant, options

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

#: Settings that hold the name of the data a script trains on.
_KEY = re.compile(
    r"(?i)^(train(ing)?_?|source_?|src_?|hf_?)?(data_?sets?|corpus|benchmark|ds)"
    r"(_?(name|id|type|key|str|string|class|cls|choice|flag|tag|code))?$"
    r"|^data(_?(name|type|id|flag|source|key))?$|^(db|ds)_?name$"
)
_GAME_KEY = re.compile(r"(?i)^(gym_?)?(env(ironment)?s?|game)(_?(name|id|str|type))?$")
#: Keys that say what a table around them is the name of: ``cfg["dataset"]["name"]``.
_INNER = frozenset({"name", "type", "id", "dataset_name", "target", "class", "kind"})
_VERSION = re.compile(r"[-_]v\d+$")
#: More names than this say that the setting lists what there is.
_MAX_NAMES = 3

_NOTE = "from the setting that names it, weaker"


@lru_cache(maxsize=20_000)
def _may_name(key: str) -> bool:
    """Return whether a setting may hold the name of data or of a game."""
    return bool(_KEY.match(key) or _GAME_KEY.match(key))


def _key_of(node: ast.AST) -> str:
    """Return the name under which an expression fetches a value: the attribute, key or variable."""
    if isinstance(node, ast.Attribute):
        key, base = node.attr, node.value
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        key, base = str(node.slice.value), node.value
    else:
        return node.id if isinstance(node, ast.Name) else ""
    return _key_of(base) if key in _INNER else key


_FETCHES = frozenset({ast.Attribute, ast.Subscript, ast.Name})


def _settings(evaluator: Evaluator) -> Iterator[tuple[str, Abstract]]:
    """Yield settings that may name data: declared options, passed keywords, what is looked up."""
    for record in evaluator.calls():
        if record.last in ("add_argument", "option", "Option"):
            names = [str(constant(arg) or "") for arg in record.args]
            default = record.argument(None, "default")
            if default is not None and names:
                yield max(names, key=len).lstrip("-").replace("-", "_"), default
        elif record.last in ("DEFINE_string", "DEFINE_enum") and len(record.args) > 1:
            yield str(constant(record.args[0]) or ""), record.args[1]
        elif not in_table(record):
            yield from record.kwargs.items()
    for node, values in list(evaluator.machine.seen.items()):
        key = _key_of(node) if node.__class__ in _FETCHES else ""
        if key and _may_name(key):
            yield from ((key, value) for value in values)


def _meant(key: str, text: str) -> str | None:
    """Return the data that a setting's text names, else None."""
    if not 1 < len(text) < 60 or "\n" in text:
        return None
    if _GAME_KEY.match(key):
        plain = _VERSION.sub("", text.rpartition("/")[2])
        term = vocabulary.find("dataset", plain)
        return term.name if term is not None and term.modality == "game" else None
    if not _KEY.match(key):
        return None
    hub = vocabulary.find_constructor("dataset", f"hf:{text}")
    term = hub or vocabulary.find_in_code("dataset", text)
    if term is None and re.fullmatch(r"[\w.-]+/[\w.-]+", text):
        term = vocabulary.find_in_code("dataset", text.rpartition("/")[2])
    if term is None:
        return _first_words(text)
    return None if term.modality in ("game", "generated") else term.name


def _first_words(text: str) -> str | None:
    """Return the data that the first word or two of a longer name spell:
    ``coco_5_captions_per_image``.
    """
    words = re.split(r"[-_]", text)
    for size in (2, 1):
        term = vocabulary.find("dataset", "".join(words[:size])) if len(words) > size else None
        if term is not None and term.modality not in ("game", "generated"):
            key = "".join(words[:size]).lower()
            return None if len(key) < 4 or key in COMMON else term.name
    return None


def from_options(evaluator: Evaluator) -> list[DatasetFact]:
    """Return the data that the script's settings name; nothing when they name many."""
    found: dict[str, DatasetFact] = {}
    for key, value in _settings(evaluator):
        if not _may_name(key):
            continue
        for option in options(value):
            text = option.value if isinstance(option, Const) else None
            name = _meant(key, text) if isinstance(text, str) else None
            evidence = evaluator.evidence(option) if name else None
            if name and evidence is not None:
                found.setdefault(name, DatasetFact(name, evidence, note=_NOTE))
    facts = list(found.values())
    return facts if len(facts) <= _MAX_NAMES else []
