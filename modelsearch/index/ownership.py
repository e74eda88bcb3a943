"""Which model a picture belongs to.

The nearest folder up the tree that holds models owns a picture. Where several models share that
folder, or none of it claims the picture, signs decide, strongest first: the file name and folder
that a script writes (:mod:`modelsearch.sources.pictures.saving`), the script's stem in the
picture's folder or name, then the words of the script's own text. Without a sign that singles one
model out the picture stays with nobody rather than with a guess.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from modelsearch.sources.pictures.readmes import shown_pictures
from modelsearch.sources.pictures.saving import read_templates
from modelsearch.sources.pictures.templates import Match, Template

_DIGITS = re.compile(r"\d+")
_WORD_EDGES = re.compile(r"[^a-z0-9]+")
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+\.?(\w+)", re.MULTILINE)
_MOST_IMPORTED = 20
#: Folders of web pages, whose pictures are mostly drawn by hand.
_PAGES = frozenset({"web", "www", "website", "static", "_static", "public", "html", "css", "js"})
#: Letters that a script's name and a picture's path must share to tell anything by themselves.
_TELLING = 4
_DULL = frozenset({"train", "training", "test", "main", "model", "models", "run", "script",
                   "demo", "example", "new", "final", "image", "images", "sample",
                   "samples", "result", "results", "output", "outputs", "loss",
                   "plot", "png", "jpg"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns a picture (a model's path, or None) and by which rule; what the owner's script
    says of the numbers in the name, and which script that is.
    """

    model: str | None
    rule: str | None = None
    epoch: int | None = None
    step: int | None = None
    written_by: str | None = None


class PictureOwners:
    """Finds owners among the models of one root.

    ``models`` are paths relative to the root; ``text_of`` returns a file's text by such a path
    (or an empty string), asked for only where it may decide. ``others`` are scripts that are no
    models: they own nothing, but the names that they write tell what numbers count. ``readmes``
    may show pictures in sections about one model.
    """

    def __init__(
        self,
        models: Iterable[str],
        text_of: Callable[[str], str],
        others: Iterable[str] = (),
        readmes: Iterable[str] = (),
    ) -> None:
        self._models = list(models)
        models = self._models
        self._readmes = list(readmes)
        self._shown: dict[str, str] | None = None
        self._by_folder: Mapping[PurePosixPath, list[str]] = _group(models)
        self._below: Mapping[PurePosixPath, list[str]] = _below(self._by_folder)
        self._others: Mapping[PurePosixPath, list[str]] = _group(others)
        self._text_of = text_of
        self._texts: dict[str, str] = {}
        self._templates: dict[str, tuple[Template, ...]] = {}
        self._runners: dict[PurePosixPath, str | None] = {}

    def owner(self, picture: str) -> str | None:
        """Return the path of the model that owns ``picture``, or None."""
        return self.find(picture).model

    def find(self, picture: str) -> Ownership:
        """Return who owns ``picture`` and what its script says of it."""
        pure = PurePosixPath(picture)
        model, rule = self._find(pure)
        match = self._match(model, picture) if model else None
        if match is not None:
            return Ownership(model, rule, match.epoch, match.step, model)
        for folder in pure.parents:
            for script in self._others.get(folder, ()):
                match = self._match(script, picture)
                if match is not None and not match.contradicts:
                    return Ownership(model, rule, match.epoch, match.step, script)
        return Ownership(model, rule)

    def _find(self, picture: PurePosixPath) -> tuple[str | None, str | None]:
        for folder in picture.parents:
            near = self._by_folder.get(folder, [])
            below = self._below.get(folder, [])
            if not near and not below:
                continue
            chosen = self._by_signs(picture, folder, near, below)
            if chosen is not None:
                return chosen
            if near and _PAGES.intersection(part.lower() for part in picture.parts[:-1]):
                return None, None  # decoration of a web page, unless a script says otherwise
            if len(near) == 1:
                return near[0], f"the only model in {_named(folder)}"
            if near:
                runs = self._that_runs_the_others(folder, near)
                return (
                    (runs, f"runs the other models in {_named(folder)}") if runs else (None, None)
                )
        return None, None

    def _that_runs_the_others(self, folder: PurePosixPath, near: Sequence[str]) -> str | None:
        """Return the one model of a folder that imports the others, where there is such a one."""
        if folder not in self._runners:
            stems = {model: PurePosixPath(model).stem for model in near}
            found = None
            if len(near) <= _MOST_IMPORTED:
                for model in near:
                    imported = set(_IMPORTED.findall(self._text_of(model)))
                    if all(stem in imported for other, stem in stems.items() if other != model):
                        found = model
            self._runners[folder] = found
        return self._runners[folder]

    def _by_signs(
        self,
        picture: PurePosixPath,
        folder: PurePosixPath,
        near: Sequence[str],
        below: Sequence[str],
    ) -> tuple[str, str] | None:
        """Return the model that one kind of sign singles out, and the rule."""
        path = str(picture)
        matches = {model: match for model in (*near, *below) if (match := self._match(model, path))}
        likeness = {model: _likeness(model, picture, folder) for model in matches}
        inside = {model: (match.folder, *likeness[model]) for model, match in matches.items()
                  if match.folder and not match.contradicts}  # fmt: skip
        if inside:  # scripts that write into this very folder: it is one of them or nobody
            winner = _single_best(inside)
            return (winner, "writes into this folder") if winner else None
        stems = {model: score for model in near if (score := _stem_score(model, picture, folder))}
        stems |= {
            model: score for model in below if (score := _cousin_score(model, picture, folder))
        }
        letters = {model: (*match.rank, *likeness[model]) for model, match in matches.items()
                   if model in near and not match.contradicts}  # fmt: skip
        shown = {model: 1 for model in (*near, *below) if model == self._shown_by_readme(path)}
        texts = {
            model: score for model in near if (score := self._text_score(model, picture, folder))
        }
        words = {model: shared for model in near
                 if (shared := _likeness(model, picture, folder)[0]) >= _TELLING}  # fmt: skip
        for scores, rule in (
            (stems, "its name is in the path"),
            (letters, "writes such names"),
            (shown, "a README shows it in the section about this script"),
            (texts if len(near) > 1 else {}, "its text has such names"),
            (words if len(near) > 1 else {}, "shares words with its name"),
        ):
            winner = _single_best(scores)
            if winner is not None:
                return winner, rule
        return None

    def _shown_by_readme(self, picture: str) -> str:
        if self._shown is None:
            self._shown = shown_pictures(self._readmes, self._models, self._text_of)
        return self._shown.get(picture, "")

    def _match(self, model: str, picture: str) -> Match | None:
        """Return how well the best of a script's output names fits a picture."""
        if model not in self._templates:
            self._templates[model] = read_templates(model, self._text_of)
        found = [match for one in self._templates[model] if (match := one.match(picture))]
        return max(found, key=lambda match: match.rank) if found else None

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


def _single_best(scores: Mapping[str, Any]) -> str | None:
    """Return the model with the best score where no other has the same. A notebook and a script
    of one name are one model written twice: the script stands for both.
    """
    if not scores:
        return None
    best = max(scores.values())
    winners = [model for model, score in scores.items() if score == best]
    if len(winners) == 2 and len({model.rpartition(".")[0] for model in winners}) == 1:
        winners = [model for model in winners if model.endswith(".py")]
    return winners[0] if len(winners) == 1 else None


def _likeness(model: str, picture: PurePosixPath, folder: PurePosixPath) -> tuple[int, int]:
    """How many letters of the script's name stand in the picture's path, and how many do not:
    what decides between scripts that write into the same folder.
    """
    stem = set(_words(PurePosixPath(model).stem).split())
    path = set(_words(str(picture.relative_to(folder))).split()) - _DULL
    return sum(map(len, stem & path)), -sum(map(len, stem - path)) if stem & path else 0


def _named(folder: PurePosixPath) -> str:
    return "the top folder" if folder == PurePosixPath(".") else f"{folder}/"


def _group(models: Iterable[str]) -> dict[PurePosixPath, list[str]]:
    groups: dict[PurePosixPath, list[str]] = defaultdict(list)
    for model in sorted(models):
        groups[PurePosixPath(model).parent].append(model)
    return dict(groups)


def _below(groups: Mapping[PurePosixPath, list[str]]) -> dict[PurePosixPath, list[str]]:
    """Models anywhere below a folder."""
    below: dict[PurePosixPath, list[str]] = defaultdict(list)
    for folder, models in groups.items():
        for ancestor in folder.parents:
            below[ancestor].extend(models)
    return dict(below)


def _stem_score(model: str, picture: PurePosixPath, folder: PurePosixPath) -> int:
    """Length of the script's stem where a part of the picture's path holds it as whole words."""
    stem = _words(PurePosixPath(model).stem)
    parts = picture.relative_to(folder).parts
    return max((len(stem) for part in parts if _holds(_words(part), stem)), default=0)


def _cousin_score(model: str, picture: PurePosixPath, folder: PurePosixPath) -> int:
    """A sibling tree, as in ``outputs/v1/epoch_1.png`` beside ``scripts/v1.py``."""
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
