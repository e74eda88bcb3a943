"""Runs and checkpoints of one name: ``models/a2c_flappy.zip`` beside ``logs/a2c_flappy/`` is what
the script of that log saved, where several scripts might have.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import PurePosixPath

from modelsearch.records.datafiles import read_text
from modelsearch.records.wordlists import word_set

#: Names that any script gives: they tell of one only beside another file of the folder.
_GENERAL = word_set("""
    model models best best_model last last_model final final_model checkpoint checkpoints ckpt
    weights state net network log logs run runs train training history metrics results output
    generator discriminator encoder decoder policy agent params config
""")
_SHORTEST = 4


@cache
def _general() -> frozenset[str]:
    """The general names, and those of folders that a library makes: each run with it has one."""
    return frozenset({*_GENERAL, *json.loads(read_text(__file__, "folders.json"))})


def namesakes(
    owned: Iterable[tuple[str, int]], wanted: Iterable[str]
) -> Mapping[str, tuple[int, str]]:
    """Return, for wanted paths that have a namesake of just one model, that model and the path of
    the namesake; ``owned`` are the paths of runs and checkpoints with their models.
    """
    models: dict[str, set[int]] = defaultdict(set)
    places: dict[str, str] = {}
    for path, model in owned:
        for key in _keys(path):
            models[key].add(model)
            places.setdefault(key, path)
    found = {}
    for path in wanted:
        telling = next((key for key in _keys(path) if len(models.get(key, ())) == 1), None)
        if telling is not None:
            found[path] = (next(iter(models[telling])), places[telling])
    return found


def _keys(path: str) -> list[str]:
    """The name with its folder, and alone where that says enough."""
    pure = PurePosixPath(path)
    name = pure.name.rpartition(".")[0] or pure.name
    inside = f"{pure.parent}/{name}".lower()
    alone = name.lower()
    telling = len(alone) >= _SHORTEST and alone not in _general() and not alone.isdigit()
    return [inside, alone] if telling else [inside]
