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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from modelsearch.records.wordlists import word_set
from modelsearch.sources.pictures.readmes import shown_pictures
from modelsearch.sources.pictures.templates import Match, Place, Template
from modelsearch.sources.pictures.written import names_of_text, templates, unpacked

_DIGITS = re.compile(r"\d+")
_WORD_EDGES = re.compile(r"[^a-z0-9]+")
_IMPORTED = re.compile(r"^[ \t]*(?:from|import)[ \t]+\.?(\w+)", re.MULTILINE)
_MOST_IMPORTED = 20
#: Folders of web pages, whose pictures are mostly drawn by hand.
_PAGES = frozenset({"web", "www", "website", "static", "_static", "public", "html", "css", "js"})
#: Letters that a script's name and a picture's path must share to tell anything by themselves.
_TELLING = 4
_DULL = word_set("""
    train training test main model models run script demo example new final image images sample
    samples result results output outputs loss plot png jpg
""")


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns a picture (a model's path, or None) and by which rule; what the owner's script says
    of the numbers in its name, and which script that is.
    """

    model: str | None
    rule: str | None = None
    epoch: int | None = None
    step: int | None = None
    written_by: str | None = None
    episode: int | None = None


def _told(model: str | None, rule: str | None, match: Match, script: str | None) -> Ownership:
    return Ownership(model, rule, match.epoch, match.step, script, match.episode)


class PictureOwners:
    """Finds owners among the models of one root.

    ``models`` are paths relative to the root; ``text_of`` returns a file's text by such a path
    (or an empty string), asked for only where it may decide. ``others`` are scripts that are no
    models: they own nothing; the file names that they write tell whether a number is an epoch or a
    step. ``readmes`` may show pictures in sections about one model. ``names`` are the names of
    pictures that scripts write, packed; those of others are read from their texts.
    """

    def __init__(
        self,
        models: Iterable[str],
        text_of: Callable[[str], str],
        others: Iterable[str] = (),
        readmes: Iterable[str] = (),
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._models = list(models)
        models = self._models
        self._readmes = list(readmes)
        self._shown: dict[str, str] | None = None
        self._by_folder: Mapping[str, list[str]] = _group(models)
        self._below: Mapping[str, list[str]] = _below(self._by_folder)
        self._others: Mapping[str, list[str]] = _group(others)
        self._text_of = text_of
        self._names = names or {}
        self._place = Place("")
        self._texts: dict[str, str] = {}
        self._templates: dict[str, tuple[Template, ...]] = {}
        self._runners: dict[str, str | None] = {}

    def owner(self, picture: str) -> str | None:
        """Return the path of the model that owns ``picture``, or None."""
        return self.find(picture).model

    def find(self, picture: str) -> Ownership:
        """Return who owns ``picture`` and what its script says of it."""
        model, rule = self._find(picture)
        match = self._match(model, picture) if model else None
        if match is not None:
            return _told(model, rule, match, model)
        episode = None
        for folder in _above(picture):
            for script in self._others.get(folder, ()):
                match = self._match(script, picture)
                if match is not None and not match.contradicts:
                    return _told(model, rule, match, script)
                # Pictures that were moved to another folder still count what the code says.
                episode = match.episode if match is not None and episode is None else episode
        return Ownership(model, rule, episode=episode)

    def _find(self, picture: str) -> tuple[str | None, str | None]:
        for folder in _above(picture):
            near = self._by_folder.get(folder, [])
            below = self._below.get(folder, [])
            if not near and not below:
                continue
            chosen = self._by_signs(picture, folder, near, below)
            if chosen is not None:
                return chosen
            if near and _PAGES.intersection(picture.lower().split("/")[:-1]):
                return None, None  # decoration of a web page, unless a script says otherwise
            if len(near) == 1:
                return near[0], f"the only model in {_named(folder)}"
            if near:
                runs = self._that_runs_the_others(folder, near)
                return (
                    (runs, f"runs the other models in {_named(folder)}") if runs else (None, None)
                )
        return None, None

    def _that_runs_the_others(self, folder: str, near: Sequence[str]) -> str | None:
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
        picture: str,
        folder: str,
        near: Sequence[str],
        below: Sequence[str],
    ) -> tuple[str, str] | None:
        """Return the model that one kind of sign singles out, and the rule; the strongest first."""
        sought = _Sought(picture, folder)
        matches = {
            model: match for model in (*near, *below) if (match := self._match(model, sought.path))
        }
        likeness = {model: sought.likeness(model) for model in matches}
        inside = {
            model: (match.folder, *likeness[model])
            for model, match in matches.items()
            if match.folder and not match.contradicts
        }
        if inside:  # scripts that write into this very folder: it is one of them or nobody
            winner = _single_best(inside)
            return (winner, "writes into this folder") if winner else None

        def letters() -> dict[str, Any]:
            return {
                model: (*match.rank, *likeness[model])
                for model, match in matches.items()
                if model in near and not match.contradicts
            }

        def shown() -> dict[str, Any]:
            told = self._shown_by_readme(sought.path)
            return {told: 1} if told in near or told in below else {}

        def texts() -> dict[str, Any]:
            return _positive(near, lambda model: self._text_score(model, sought))

        def words() -> dict[str, Any]:
            shared = _positive(near, lambda model: sought.likeness(model)[0])
            return {model: score for model, score in shared.items() if score >= _TELLING}

        several = len(near) > 1
        for scores, rule in (
            (lambda: sought.names(near, below), "its name is in the path"),
            (letters, "writes such names"),
            (shown, "a README shows it in the section about this script"),
            (texts if several else dict, "its text has such names"),
            (words if several else dict, "shares words with its name"),
        ):
            winner = _single_best(scores())
            if winner is not None:
                return winner, rule
        return None

    def _shown_by_readme(self, picture: str) -> str:
        if self._shown is None:
            self._shown = shown_pictures(self._readmes, self._models, self._text_of)
        return self._shown.get(picture, "")

    def _match(self, model: str, picture: str) -> Match | None:
        """Return how well the best of a script's output names fits a picture."""
        known = self._templates.get(model)
        if known is None:
            packed = self._names.get(model)
            names = names_of_text(model, self._text_of) if packed is None else unpacked(packed)
            known = self._templates[model] = templates(names)
        if not known:
            return None
        if self._place.path != picture:
            self._place = Place(picture)
        found = [match for one in known if (match := one.match(self._place))]
        return max(found, key=lambda match: match.rank) if found else None

    def _text_score(self, model: str, sought: _Sought) -> int:
        if model not in self._texts:
            self._texts[model] = self._text_of(model).lower()
        text = self._texts[model]
        return sum(weight for piece, weight in sought.pieces.items() if piece in text)


class _Sought:
    """A picture as it is seen from a folder above it: which models its path tells of."""

    def __init__(self, picture: str, folder: str) -> None:
        self.path = picture
        self._depth = folder.count("/") + 1 if folder else 0
        parts = picture.split("/")[self._depth :]
        self._parts = [f" {_words(part)} " for part in parts]
        self._words = set(" ".join(self._parts).split()) - _DULL
        #: What a script's text may hold of the path, and how much that counts.
        self.pieces = {part.lower(): 2 for part in parts[:-1] if len(part) > 2}
        for piece in _DIGITS.split(PurePosixPath(parts[-1]).stem.lower()):
            if len(piece) > 3:
                self.pieces[piece] = self.pieces.get(piece, 0) + 1

    def likeness(self, model: str) -> tuple[int, int]:
        """Return how many letters of the script's name stand in the picture's path, and how many do
        not: what decides between scripts that write into the same folder.
        """
        stem = _stem_words(model)
        shared = stem & self._words
        return sum(map(len, shared)), -sum(map(len, stem - self._words)) if shared else 0

    def names(self, near: Sequence[str], below: Sequence[str]) -> dict[str, int]:
        """Return for models how many letters of their names a part of the path has as whole words:
        of the script's own name, and for scripts further below of the folders that lead there, as
        in ``outputs/v1/epoch_1.png`` beside ``scripts/v1.py``.
        """
        found = _positive(below, lambda model: self._longest(_names_from(model, self._depth)))
        return {**_positive(near, lambda model: self._longest(_names_from(model)[:1])), **found}

    def _longest(self, names: Sequence[str]) -> int:
        return max(
            (len(name) for name in names for part in self._parts if f" {name} " in part), default=0
        )


def _positive(models: Iterable[str], score: Callable[[str], int]) -> dict[str, int]:
    return {model: points for model in models if (points := score(model))}


def _single_best(scores: Mapping[str, Any]) -> str | None:
    """Return the model with the best score where no other has the same. Where a script and
    notebooks say the same, they are one work written twice: the script stands for all.
    """
    if not scores:
        return None
    best = max(scores.values())
    winners = [model for model, score in scores.items() if score == best]
    if len(winners) > 1:
        winners = [model for model in winners if not model.endswith(".ipynb")]
    return winners[0] if len(winners) == 1 else None


def _named(folder: str) -> str:
    return f"{folder}/" if folder else "the top folder"


def _above(path: str) -> Iterator[str]:
    """Yield the folders above a path, from the inside out; the top is the empty text."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _group(models: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for model in sorted(models):
        groups[model.rpartition("/")[0]].append(model)
    return dict(groups)


def _below(groups: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Models anywhere below a folder."""
    below: dict[str, list[str]] = defaultdict(list)
    for folder, models in groups.items():
        for ancestor in _above(folder):
            below[ancestor].extend(models)
    return dict(below)


@lru_cache(maxsize=16_384)
def _names_from(model: str, depth: int = 0) -> tuple[str, ...]:
    """Return a script's name, and those of the folders that lead to it from a depth
    on, in words.
    """
    pure = PurePosixPath(model)
    names = (pure.stem, *pure.parts[depth:-1])
    return tuple(words for name in names if (words := _words(name)))


@lru_cache(maxsize=16_384)
def _stem_words(model: str) -> frozenset[str]:
    return frozenset(_words(PurePosixPath(model).stem).split())


@lru_cache(maxsize=16_384)
def _words(text: str) -> str:
    return _WORD_EDGES.sub(" ", text.lower()).strip()
