"""Which model a picture belongs to.

The nearest folder up the tree that holds models owns a picture. Where several models share that
folder, names decide: the script's stem in the picture's folder or name, then the words that the
script's own text uses for its output folder and file names. Without such a sign the picture stays
with nobody rather than with a guess.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

_DIGITS = re.compile(r"\d+")
_WORD_EDGES = re.compile(r"[^a-z0-9]+")


class PictureOwners:
    """Finds owners among the models of one root.

    ``models`` are paths relative to the root; ``text_of`` returns a model's source text (or an
    empty string), asked for only where several models compete.
    """

    def __init__(self, models: Iterable[str], text_of: Callable[[str], str]) -> None:
        self._by_folder: Mapping[PurePosixPath, list[str]] = _group(models)
        self._below: Mapping[PurePosixPath, list[str]] = _below(self._by_folder)
        self._text_of = text_of
        self._texts: dict[str, str] = {}

    def owner(self, picture: str) -> str | None:
        """Return the path of the model that owns ``picture``, or None."""
        pure = PurePosixPath(picture)
        for folder in pure.parents:
            candidates = self._by_folder.get(folder)
            if candidates:
                return self._choose(pure, folder, candidates)
            cousins = self._below.get(folder)
            if cousins:
                return self._by_stem(pure, folder, cousins)
        return None

    def _choose(
        self, picture: PurePosixPath, folder: PurePosixPath, candidates: Sequence[str]
    ) -> str | None:
        if len(candidates) == 1:
            return candidates[0]
        scored = {
            model: (_stem_score(model, picture, folder), self._text_score(model, picture, folder))
            for model in candidates
        }
        best = max(scored.values())
        winners = [model for model, score in scored.items() if score == best]
        return winners[0] if len(winners) == 1 and any(best) else None

    def _by_stem(
        self, picture: PurePosixPath, folder: PurePosixPath, cousins: Sequence[str]
    ) -> str | None:
        """A sibling tree, as in ``outputs/v1/epoch_1.png`` beside ``scripts/v1.py``."""
        scores = {model: _cousin_score(model, picture, folder) for model in cousins}
        best = max(scores.values())
        winners = [model for model, score in scores.items() if score == best]
        return winners[0] if best and len(winners) == 1 else None

    def _text_score(self, model: str, picture: PurePosixPath, folder: PurePosixPath) -> int:
        if model not in self._texts:
            self._texts[model] = self._text_of(model).lower()
        text = self._texts[model]
        score = 0
        for part in picture.relative_to(folder).parts[:-1]:
            if len(part) > 2 and part.lower() in text:
                score += 2
        pieces = [piece for piece in _DIGITS.split(picture.stem.lower()) if len(piece) > 3]
        return score + sum(piece in text for piece in pieces)


def _group(models: Iterable[str]) -> dict[PurePosixPath, list[str]]:
    groups: dict[PurePosixPath, list[str]] = defaultdict(list)
    for model in sorted(models):
        groups[PurePosixPath(model).parent].append(model)
    return dict(groups)


def _below(groups: Mapping[PurePosixPath, list[str]]) -> dict[PurePosixPath, list[str]]:
    """Models anywhere below a folder, for folders that hold none themselves; not for the root,
    where everything is a cousin of everything.
    """
    below: dict[PurePosixPath, list[str]] = defaultdict(list)
    for folder, models in groups.items():
        for ancestor in folder.parents:
            if ancestor not in groups and ancestor != PurePosixPath("."):
                below[ancestor].extend(models)
    return dict(below)


def _stem_score(model: str, picture: PurePosixPath, folder: PurePosixPath) -> int:
    """Length of the script's stem where a part of the picture's path holds it as whole words."""
    stem = _words(PurePosixPath(model).stem)
    parts = picture.relative_to(folder).parts
    return max((len(stem) for part in parts if _holds(_words(part), stem)), default=0)


def _cousin_score(model: str, picture: PurePosixPath, folder: PurePosixPath) -> int:
    pure = PurePosixPath(model)
    names = [pure.stem, *pure.relative_to(folder).parts[:-1]]
    parts = picture.relative_to(folder).parts
    return max(
        (len(_words(name)) for name in names for part in parts
         if _holds(_words(part), _words(name))),
        default=0,
    )  # fmt: skip


def _words(text: str) -> str:
    return _WORD_EDGES.sub(" ", text.lower()).strip()


def _holds(text: str, words: str) -> bool:
    return bool(words) and f" {words} " in f" {text} "
