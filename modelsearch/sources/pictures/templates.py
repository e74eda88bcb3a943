"""File names that a script writes pictures under, with what the varying parts count.

``plt.savefig(f"results/sample_{epoch}.png")`` says more than ``results/sample_10.png`` does: whose
picture it is, and that the ten is an epoch. Strings are put together from the syntax tree alone;
names are followed through constants, defaults, loops and calls, a few steps deep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

#: What a number of a name counts; episodes are neither epochs nor steps.
Meaning = Literal["epoch", "step", "episode"]

IMAGE_SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".mp4", ".m4v", ".mov",
    ".webm", ".mkv",
)  # fmt: skip
IMAGE_SUFFIX = re.compile(rf"(?:{'|'.join(map(re.escape, IMAGE_SUFFIXES))})$", re.IGNORECASE)
_NUMBER = r"(\d{1,9})"
_ANYTHING = r"[^/]*?"


@dataclass(frozen=True, slots=True)
class Hole:
    """A varying part of a file name, and what it counts where the script says so."""

    meaning: Meaning | None = None


Part = str | Hole
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """How well a template fits a picture. ``file`` and ``folder`` count letters that agree;
    ``contradicts`` says that the script names another folder.
    """

    file: int
    folder: int
    contradicts: bool
    epoch: int | None = None
    step: int | None = None
    episode: int | None = None

    @property
    def rank(self) -> tuple[bool, int, int, bool]:
        """Order matches: the right folder first, then the more letters the better."""
        counted = self.epoch is not None or self.step is not None
        return (not self.contradicts, self.folder, self.file, counted)


class Place:
    """A picture's path in parts: its folders from the last one up, and its name, as it is and in
    small letters.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        *folders, self.name = path.split("/")
        self.folders = folders[::-1]
        self.lowered = self.name.lower()


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of a name: its pattern, and how many letters of it the script states."""

    pattern: str
    letters: int


@dataclass(frozen=True, slots=True)
class Template:
    """One file name that a script writes: the pattern of the name, its longest literal part, and
    its folders from the last one up as far as the script states anything of them.
    """

    pattern: str
    literal: str
    meanings: tuple[Meaning, ...]
    letters: int
    folders: tuple[Folder, ...]
    absolute: bool = False

    @classmethod
    def of(cls, parts: Parts) -> Template | None:
        """Make a template of a written name; None where it would fit pictures of any script."""
        folder, name = _split(parts)
        holes = tuple(part.meaning for part in name if isinstance(part, Hole))
        literal = "".join(part for part in name if isinstance(part, str))
        stem = IMAGE_SUFFIX.sub("", literal)
        letters = sum(char.isalnum() for char in stem)
        meanings = tuple(meaning for meaning in holes if meaning)
        if not letters and not meanings:
            return None
        text = "".join(
            re.escape(part) if isinstance(part, str) else _NUMBER if part.meaning else _ANYTHING
            for part in name
        )
        suffix = "" if IMAGE_SUFFIX.search(literal) else r"\.(?:png|jpg|pdf)"
        absolute = bool(folder) and isinstance(folder[0], str) and folder[0].startswith("/")
        literals = [part for part in name if isinstance(part, str)]
        longest = max(literals, key=len, default="").lower()
        return cls(text + suffix, longest, meanings, letters, _literal(folder), absolute)

    def match(self, picture: Place) -> Match | None:
        """Compare a picture's path with this template; None where the file name differs."""
        if self.literal not in picture.lowered:  # nearly all end here
            return None
        found = _compiled(self.pattern).fullmatch(picture.name)
        if found is None:
            return None
        agreeing, contradicts = 0, False
        for expected, actual in zip(self.folders, picture.folders, strict=False):
            if not _compiled(expected.pattern).fullmatch(actual):
                contradicts = True
                break
            agreeing += expected.letters
        if len(self.folders) > len(picture.folders) and not (self.absolute and agreeing):
            contradicts = True  # an absolute path names folders above the indexed one
        numbers: dict[str, int] = {}
        for meaning, digits in zip(self.meanings, found.groups(), strict=True):
            numbers.setdefault(meaning, int(digits))
        return Match(self.letters, agreeing, contradicts, **numbers)


@lru_cache(maxsize=4_096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _split(parts: Parts) -> tuple[Parts, Parts]:
    """Cut at the last slash: what stands before it and the file name."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, str) and "/" in part:
            before, _, after = part.rpartition("/")
            name = (after, *parts[index + 1 :]) if after else parts[index + 1 :]
            return (*parts[:index], before), name
    return (), parts


def _literal(folder: Parts) -> tuple[Folder, ...]:
    """Return the folders from the last one up, until one of which nothing is stated or a step
    outside.
    """
    names: list[list[Part]] = [[]]
    for part in folder:
        if isinstance(part, Hole):
            names[-1].append(part)
            continue
        first, *others = part.split("/")
        names[-1].append(first)
        names.extend([one] for one in others)
    kept: list[Folder] = []
    for parts in reversed(names):
        literal = "".join(part for part in parts if isinstance(part, str))
        varies = any(isinstance(part, Hole) for part in parts)
        if literal in ("..", "~") or literal.endswith(":"):
            break
        if varies and not any(char.isalnum() for char in literal):
            break
        if literal and literal != ".":
            text = "".join(
                re.escape(part) if isinstance(part, str) else _ANYTHING for part in parts
            )
            kept.append(Folder(text, len(literal)))
    return tuple(kept)
