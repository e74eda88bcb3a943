"""Pictures that a README shows in a section about one script.

``### CycleGAN`` … ``cd implementations/cyclegan`` … ``![](assets/cyclegan.gif)``: the smallest
section around the picture that names exactly one model says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s")
_SHOWN = re.compile(
    r"!\[(?:[^\]!]|!(?!\[))*+\]\(\s*<?([^)\s>]+)"
    r"|<img\b[^<>]*?\bsrc\s*=\s*[\"']([^\"']+)[\"']",
    re.IGNORECASE,
)
#: What stands before the path in addresses of a repository's own files.
_HOSTED = re.compile(r"^https?://[^/]+/[^/]+/[^/]+/(?:(?:blob|raw)/)?[^/]+/(?=.)")
_PATHS = re.compile(r"[\w./\\-]+")
_MOST_LINES = 20_000


def shown_pictures(
    readmes: Iterable[str], models: Sequence[str], text_of: Callable[[str], str]
) -> dict[str, str]:
    """Return the model of each picture that a README shows in a section about that model alone.

    All paths are relative to the root. A picture that READMEs give to different models is left
    out.
    """
    found: dict[str, set[str]] = {}
    for readme in readmes:
        folder = PurePosixPath(readme).parent
        inside = [model for model in models if folder in PurePosixPath(model).parents]
        if len(inside) > 1:
            for picture, model in _read(text_of(readme), folder, inside):
                found.setdefault(picture, set()).add(model)
    return {picture: next(iter(owners)) for picture, owners in found.items() if len(owners) == 1}


def _read(text: str, folder: PurePosixPath, models: Sequence[str]) -> Iterator[tuple[str, str]]:
    lines = text.splitlines()[:_MOST_LINES]
    levels = _levels(lines)
    names = {model: str(PurePosixPath(model).relative_to(folder)) for model in models}
    known: dict[tuple[int, int], set[str]] = {}
    for number, line in enumerate(lines):
        for match in _SHOWN.finditer(line):
            picture = _place(match[1] or match[2], folder)
            if picture is None:
                continue
            for section in _sections(levels, number):
                if section not in known:
                    known[section] = _named("\n".join(lines[slice(*section)]), names)
                if known[section]:
                    if len(known[section]) == 1:
                        yield picture, next(iter(known[section]))
                    break


def _levels(lines: Sequence[str]) -> list[int]:
    """Return each line's heading level, 0 for what is no heading; code blocks have none."""
    levels: list[int] = []
    code = False
    for line in lines:
        code ^= line.lstrip().startswith("```")
        match = None if code else _HEADING.match(line)
        levels.append(len(match[1]) if match else 0)
    return levels


def _sections(levels: Sequence[int], number: int) -> Iterator[tuple[int, int]]:
    """Yield the sections around a line as (first, end), the smallest first; not the one of the
    title, which is the whole text and says nothing of single pictures.
    """
    title = next((at for at, level in enumerate(levels) if level), -1)
    below = 7
    for first in range(number, -1, -1):
        level = levels[first]
        if 0 < level < below:
            below = level
            if first == title:
                return
            end = next(
                (at for at in range(first + 1, len(levels)) if 0 < levels[at] <= level), len(levels)
            )
            yield first, end


def _named(text: str, names: dict[str, str]) -> set[str]:
    """Return the models whose path, or whose folder and nobody else's, a section names."""
    words = {word.strip("./\\").replace("\\", "/") for word in _PATHS.findall(text)}
    exact = {model for model, name in names.items() if name in words}
    if exact:
        return exact
    folders: dict[str, list[str]] = {}
    for model, name in names.items():
        parent = str(PurePosixPath(name).parent)
        if parent != ".":
            folders.setdefault(parent, []).append(model)
    return {model for parent, inside in folders.items() if parent in words for model in inside
            if len(inside) == 1 or PurePosixPath(names[model]).name in words}  # fmt: skip


def _place(address: str, folder: PurePosixPath) -> str | None:
    """Return the path of a shown picture relative to the root; None for other people's."""
    address = unquote(address.partition("?")[0].partition("#")[0])
    hosted = _HOSTED.match(address)
    if hosted:
        address = address[hosted.end() :]
    elif "://" in address or address.startswith("data:"):
        return None
    parts: list[str] = []
    for part in (*folder.parts, *address.lstrip("/").split("/")):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
