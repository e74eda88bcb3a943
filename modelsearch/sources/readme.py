"""READMEs: which sections speak of which script.

A README in a script's own folder speaks of it, except for the sections that name only its
siblings. Further up the tree only those sections count that name the script or its folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modelsearch.records.artefacts import Evidence, Fact, Passage
from modelsearch.records.errors import ReadingError
from modelsearch.records.files import FileTooLarge, locate, read_text

_MAX_BYTES = 1_000_000
_MAX_SECTION_CHARACTERS = 4_000
_MAX_SECTIONS = 12

_HEADING = re.compile(r"#{1,6}\s+")
_UNDERLINE = re.compile(r"^(=+|-+|~+)\s*$")
#: Possessive and bounded throughout: a README may be one line of a million brackets.
_ADDRESS = r"\([^)\n]{0,500}+\)"
_PICTURE = rf"!\[[^\[\]\n]{{0,500}}+\]{_ADDRESS}"
_MARKUP = re.compile(rf"<[^<>\n]{{1,300}}+>|{_PICTURE}|\[{_PICTURE}\]{_ADDRESS}")
_LINK = re.compile(rf"\[([^\[\]\n]{{0,500}}+)\]{_ADDRESS}")
#: Stems that name nothing by themselves: a section that says "main" speaks of no one script.
COMMON_STEMS = frozenset(
    {"main", "train", "script", "model", "models", "run", "test", "demo", "example", "training"}
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the lines below it, and the line of the heading (1 where there is none).

    ``code`` holds the places, from 0, of the text's lines that stand in code fences.
    """

    title: str
    text: str
    line: int
    code: frozenset[int] = frozenset()


def read_readme(root: Path, path: str) -> list[Section]:
    """Read the sections of the README ``root / path``.

    Raises ReadingError when it is unreadable or too large.
    """
    try:
        text = read_text(locate(root, path), _MAX_BYTES, root)
    except FileTooLarge as error:
        raise ReadingError(f"README over {_MAX_BYTES // 1000} kB") from error
    except OSError as error:
        raise ReadingError(error.strerror or "cannot be read") from error
    return split_sections(text)


def split_sections(text: str) -> list[Section]:
    """Split Markdown (or underlined plain text) at its headings, outside code fences."""
    sections: list[Section] = []
    title, start, body = "", 1, list[str]()
    fenced = False
    code: set[int] = set()
    lines = text.splitlines()
    front = _front_matter(lines)
    for number, line in enumerate(lines, 1):
        if number <= front:  # settings of whoever shows the page, no text
            code.add(len(body))
            body.append(line)
            continue
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            body.append("")  # keeps the count of lines true
            continue
        heading = None if fenced else _heading(lines, number - 1)
        if heading is None:
            if fenced:
                code.add(len(body))
            body.append("" if _UNDERLINE.match(line) else line)
            continue
        _append(sections, title, body, start, code)
        title, start, body, code = heading, number, [], set()
    _append(sections, title, body, start, code)
    return sections


def _front_matter(lines: Sequence[str]) -> int:
    """Return how many lines at the top are settings in YAML between two lines of ``---``."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((at for at, line in enumerate(lines[1:100], 2) if line.rstrip() == "---"), 0)


def passages_for(
    script: str, readme: str, sections: Sequence[Section], siblings: Iterable[str]
) -> list[Passage]:
    """Return the passages of a README that speak of ``script``.

    All paths are relative to the root. ``siblings`` are the other models beside the script.
    """
    chosen = _sections_for(script, readme, sections, siblings)
    return [
        Passage(
            "readme", section.text[:_MAX_SECTION_CHARACTERS], section.title, readme, section.line
        )
        for section in chosen[:_MAX_SECTIONS]
    ]


def description_for(
    script: str, readme: str, sections: Sequence[Section], siblings: Iterable[str]
) -> Fact | None:
    """Return the first paragraph of prose that speaks of ``script``, sections that name it first;
    where there is none, the first list.
    """
    chosen = _sections_for(script, readme, sections, siblings)
    named = [section for section in chosen if _names(section, script)]
    for paragraph_of in (_prose, _list):
        for section in dict.fromkeys([*named, *chosen]):
            found = next(_paragraphs(section, paragraph_of), None)
            if found is not None:
                line, paragraph = found
                return Fact(paragraph[:600], Evidence(readme, "readme", line))
    return None


def _sections_for(
    script: str, readme: str, sections: Sequence[Section], siblings: Iterable[str]
) -> list[Section]:
    beside = PurePosixPath(readme).parent == PurePosixPath(script).parent
    others = [path for path in siblings if path != script]
    return [
        section
        for section in sections
        if _names(section, script)
        or (beside and not any(_names(section, other) for other in others))
        or (not beside and _names_folder(section, script))
    ]


def names_script(script: str, title: str, text: str) -> bool:
    """Return whether a section names a script: by file name anywhere, by stem in the heading."""
    pure = PurePosixPath(script)
    if _word(pure.name, title) or _word(pure.name, text):
        return True
    return pure.stem.lower() not in COMMON_STEMS and _word(pure.stem, title)


def _names(section: Section, script: str) -> bool:
    return names_script(script, section.title, section.text)


def _names_folder(section: Section, script: str) -> bool:
    folder = PurePosixPath(script).parent.name
    return len(folder) > 2 and _word(folder, section.title)


def _word(word: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE) is not None


def _heading(lines: Sequence[str], index: int) -> str | None:
    match = _HEADING.match(lines[index])
    if match:  # what closes it is cut off by hand: a pattern would try each blank anew
        return _plain(lines[index][match.end() :].rstrip().rstrip("#"))
    if index + 1 < len(lines) and lines[index].strip() and _UNDERLINE.match(lines[index + 1]):
        title = lines[index].strip()
        if len(lines[index + 1].strip()) >= min(3, len(title)) and not title.startswith(("|", "-")):
            return _plain(title)
    return None


def _append(
    sections: list[Section], title: str, body: list[str], line: int, code: set[int]
) -> None:
    text = "\n".join(map(_plain, body)).rstrip()
    if text.strip() or title:
        sections.append(Section(title, text, line, frozenset(code)))


def _plain(text: str) -> str:
    return re.sub(r"[ \t]+", " ", _LINK.sub(r"\1", _MARKUP.sub(" ", text))).strip()


_FEWEST = 20  #: characters of a paragraph that says something
_MARKED = re.compile(r"(?:[-*+>]|\d{1,3}[.)])\s")  #: how an entry of a list begins
_NO_PROSE = ("|", "$", "#", "<", "├", "└", "│", "─", "{", "[")


def _paragraphs(
    section: Section, wanted: Callable[[Sequence[str]], bool]
) -> Iterator[tuple[int, str]]:
    """Yield the wanted paragraphs outside of code fences, each with the line where it begins."""
    block: list[str] = []
    first = section.line + bool(section.title)
    for at, line in enumerate([*section.text.split("\n"), ""]):
        text = line.strip()
        begins = bool(block) and _MARKED.match(text) and not _MARKED.match(block[0])
        if text and at not in section.code and not begins:
            block.append(text)
            continue
        paragraph = " ".join(" ".join(block).split())
        if len(paragraph) >= _FEWEST and wanted(block):
            yield first + at - len(block), paragraph
        block = [text] if begins and at not in section.code else []


def _prose(block: Sequence[str]) -> bool:
    """Return whether lines are sentences: no list, table, tree of files or command, and no line
    that only announces what stands below it.
    """
    text = " ".join(block)
    if _MARKED.match(block[0]) or text.endswith((":", "：")):
        return False
    if any(line.startswith(_NO_PROSE) for line in block):
        return False
    letters = sum(one.isalpha() or one.isspace() for one in text)
    return letters >= 0.7 * len(text)


def _list(block: Sequence[str]) -> bool:
    """Return whether lines are at least a list of what there is, not of steps to take."""
    starts = ("|", "$", "- [", "* [", "├", "└", "│")
    return not any(line.startswith(starts) for line in block) and not re.match(
        r"\d{1,3}[.)]\s", block[0]
    )
