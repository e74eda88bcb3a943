"""The picture names that a script writes, as they are found with its reading and kept.

They come from the files that the reading has parsed, in its process, so that a run over pictures
parses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from modelsearch.records.errors import ReadingError
from modelsearch.records.files import path_raw, path_text
from modelsearch.sources.pictures.modules import Modules, Parsed, parsed_text
from modelsearch.sources.pictures.saving import read_names
from modelsearch.sources.pictures.templates import Hole, Meaning, Parts, Template
from modelsearch.static.source.parsing import Module
from modelsearch.static.source.tree import SourceTree

_MAX_BYTES = 500_000  #: of a script whose names are read
_MAX_NOTEBOOK = 8_000_000  #: of a notebook with what it printed
_MEANINGS: tuple[Meaning | None, ...] = (None, "epoch", "step", "episode")


def names_in(tree: SourceTree, path: str) -> str:
    """Return the picture names that a script of a tree writes, packed; '' for none."""
    files = tree.once("files that write pictures", lambda: Modules(_parsed_by(tree)))
    return packed(read_names(path, files))


def names_of_text(path: str, text_of: Callable[[str], str]) -> tuple[Parts, ...]:
    """Return the picture names that a script writes, from the texts of files by their paths."""

    def parsed(one: str) -> Parsed | None:
        return parsed_text(text_of(one), notebook=one.endswith(".ipynb"))

    return read_names(path, Modules(parsed))


def packed(names: tuple[Parts, ...]) -> str:
    """Return names as one text: a varying part is the number of what it counts."""
    if not names:
        return ""
    plain = [[part if isinstance(part, str) else _MEANINGS.index(part.meaning) for part in parts]
             for parts in names]  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> tuple[Parts, ...]:
    """Return the names that :func:`packed` wrote so."""
    return tuple(
        tuple(part if isinstance(part, str) else Hole(_MEANINGS[part]) for part in parts)
        for parts in (json.loads(text) if text else ())
    )


def templates(names: tuple[Parts, ...]) -> tuple[Template, ...]:
    """Return what tells pictures by these names, without those that tell nothing."""
    made = dict.fromkeys(Template.of(parts) for parts in names)
    return tuple(one for one in made if one is not None)


def _parsed_by(tree: SourceTree) -> Callable[[str], Parsed | None]:
    def parsed(path: str) -> Parsed | None:
        place = path_raw(path)
        if place.endswith(".ipynb"):
            known = tree.notebook is not None and tree.notebook[0] == path
            return _of(tree.notebook[1]) if known and tree.notebook else _notebook(tree, place)
        folder, _, name = place.rpartition("/")
        if tree.names(folder).get(name) is not False:
            return None
        module = tree.module(place, _MAX_BYTES)
        return None if module is None else _of(module)

    return parsed


def _of(module: Module) -> Parsed:
    return Parsed(module.tree, "\n".join(module.source_lines))


def _notebook(tree: SourceTree, place: str) -> Parsed | None:
    try:
        text = tree.text(path_text(place), _MAX_NOTEBOOK)
    except ReadingError:
        return None
    return parsed_text(text, notebook=True)
