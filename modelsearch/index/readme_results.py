"""Results that READMEs and docstrings state, and the one script that each of them is about.

A result is read from a table's row or a list's item that names exactly one script, and from prose
in a section that speaks of one script only. What names several scripts, or contradicts itself, is
left alone: a wrong value is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, EvidenceKind, Metric, Passage
from modelsearch.records.wordlists import word_set
from modelsearch.sources.readme import COMMON_STEMS, Section
from modelsearch.sources.stated_results import (
    Column,
    Result,
    column_of,
    dataset_in,
    results_in,
    speaks_of_others,
    value_of,
)

NOTE = "stated in text"
_FILE = re.compile(r"(?<![\w./-])(?:[\w.-]{1,80}/){0,8}[\w.-]{1,80}\.(?:py|ipynb)\b", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(.*)", re.DOTALL)
_NAMED_LINE = re.compile(rf"^\s*[`*_\[(]{{0,4}}{_FILE.pattern}", re.IGNORECASE)
_SUBJECT = re.compile(
    r"^[`*_]{0,8}([\w./-]{1,200}?)/?[`*_]{0,8}(?:\s+\([^)]*\))?\s*(?:[:,]|-|–|—)\s"
)
_RULE = re.compile(r"^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
#: Not at the point of an abbreviation, after which the other side of a comparison stands.
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\bal\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\.g\.)(?<!\.e\.)\s+(?=[A-Z`*\"(\[])"
)
_BACKWARD = re.compile(r"^\W*(?:it|they|this|these|that|their|its|he|she)\b", re.IGNORECASE)
_COMMON_FOLDERS = word_set("""
    models src data examples scripts notebooks test tests train utils results training lib code
    model experiments evaluation usage
""")
_PLUMBING = re.compile(r"^(?:__init__|setup|conftest|test_.*|.*_test)\.(?:py|ipynb)$")
_DATA_HEADINGS = frozenset({"data", "dataset", "datasets", "trainingdata"})


@dataclass(frozen=True, slots=True)
class Stated:
    """A metric and the script that it is about; ``None`` where the README's whole folder is."""

    script: str | None
    metric: Metric


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, a list's item or a table's rows, with the line of the file where it begins."""

    kind: str
    text: str
    line: int


class ScriptNames:
    """The scripts below a README's folder, by what a text may call them."""

    def __init__(self, readme: str, scripts: Iterable[str]) -> None:
        self._folder = PurePosixPath(readme).parent
        self.scripts = frozenset(scripts)
        self._files: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._folders: dict[str, set[str]] = {}
        for script in self.scripts:
            self._add(script, PurePosixPath(script).relative_to(self._folder))

    def _add(self, script: str, relative: PurePosixPath) -> None:
        self._files.setdefault(relative.name.lower(), set()).add(script)
        if _PLUMBING.match(relative.name):
            return
        if relative.stem.lower() not in COMMON_STEMS:
            self._stems.setdefault(relative.stem.lower(), set()).add(script)
        for folder in relative.parents:
            for start in range(len(folder.parts)):
                self._folders.setdefault("/".join(folder.parts[start:]).lower(), set()).add(script)

    def files_in(self, text: str) -> frozenset[str]:
        """Return the scripts whose file names or paths stand in a text; a name of several stands
        for the one beside the README, a name of none for itself.
        """
        return frozenset(one for match in _FILE.finditer(text) for one in self._file(match[0]))

    def _file(self, name: str) -> set[str]:
        wanted = name.lower().removeprefix("./")
        known = self._files.get(wanted.rpartition("/")[2], set())
        fitting = {s for s in known if f"/{s.lower()}".endswith(f"/{wanted}")}
        exact = {s for s in fitting if s.lower() == (self._folder / wanted).as_posix().lower()}
        return exact or fitting or {name}

    def called(self, name: str) -> frozenset[str]:
        """Return the scripts that a bare name means: a stem, or the folder of one or more."""
        wanted = name.lower().strip("`*_.,:;()/ ").removeprefix("./")
        found = set(self._stems.get(wanted, ()))
        if (len(wanted) > 2 or wanted in self._stems) and wanted not in _COMMON_FOLDERS:
            found |= self._folders.get(wanted, set())
        return frozenset(found)

    def titled(self, title: str) -> frozenset[str]:
        """Return the scripts that a heading names: files anywhere, a bare name first of all."""
        files = self.files_in(title)
        words = title.split()
        if files or not words:
            return files
        named = self.called(words[0]) or (self.called(words[-1]) if len(words) == 2 else None)
        return named or frozenset()


def read_results(readme: str, sections: Sequence[Section], scripts: Iterable[str]) -> list[Stated]:
    """Return the results that a README states about the scripts below its folder."""
    names = ScriptNames(readme, scripts)
    return [stated for section in sections for stated in _of_section(readme, section, names)]


def results_for(
    script: str, stated: Iterable[Stated], scripts: Iterable[str], imported: Iterable[str]
) -> list[Metric]:
    """Return the results about ``script``; those about the whole folder where no other script of
    it could be meant: of ``scripts``, none but those that it imports, and plumbing.
    """
    used = {script, *imported}
    alone = all(s in used or _PLUMBING.match(PurePosixPath(s).name) for s in scripts)
    return [one.metric for one in stated if one.script == script or (one.script is None and alone)]


def docstring_results(passages: Iterable[Passage], script: str) -> list[Metric]:
    """Return the results that a script's own docstring states."""
    names = ScriptNames(script, [script])
    found: list[Metric] = []
    for passage in passages:
        if passage.kind == "docstring" and passage.path == script:
            for block in _blocks(passage.text, passage.line or 1, frozenset()):
                if block.kind != "table" and names.files_in(block.text) <= {script}:
                    found += [_metric(r, script, n, "docstring") for r, n, _ in _prose(block)]
    return found


def settled(found: Sequence[Metric], known: Sequence[Metric]) -> list[Metric]:
    """Return the results that nothing contradicts: neither each other nor what is ``known``.

    Values of one metric stand side by side only where they name different parts of the data or
    different data sets; one value stated twice is kept where it says most.
    """
    printed = {(metric.name, metric.split) for metric in known}
    kept = [
        metric
        for metric in found
        if (metric.name, metric.split) not in printed
        and not any(_contradict(metric, other) for other in found)
    ]
    kept.sort(key=lambda metric: (metric.split is None) + (metric.dataset is None))
    chosen: list[Metric] = []
    for metric in kept:
        if not any(_meets(metric, other) for other in chosen):
            chosen.append(metric)
    return sorted(chosen, key=lambda metric: (metric.evidence.path, metric.evidence.line or 0))


def _contradict(one: Metric, other: Metric) -> bool:
    return one.value != other.value and _meets(one, other)


def _meets(one: Metric, other: Metric) -> bool:
    return one.name == other.name and all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in ((one.split, other.split), (one.dataset, other.dataset))
    )


def _of_section(readme: str, section: Section, names: ScriptNames) -> Iterator[Stated]:
    if speaks_of_others(section.title):
        return
    first = section.line + (1 if section.title else 0)
    subject = _subject(section, names)
    for block in _blocks(section.text, first, section.code):
        if block.kind == "table":
            yield from _table(readme, block, names, subject)
            continue
        whole = _names_of(block, names)
        for result, line, sentence in _prose(block):
            named = names.files_in(sentence) or whole
            about = named if named else subject
            if about is not None and len(about) <= 1:
                metric = _metric(result, readme, line, "readme")
                yield Stated(next(iter(about), None), metric)


def _subject(section: Section, names: ScriptNames) -> frozenset[str] | None:
    """Return the one script that a section speaks of; empty: of the whole folder, None: of
    several.
    """
    titled, named = names.titled(section.title), names.files_in(section.text)
    about = titled if titled and named <= titled else titled | named
    return about if len(about) <= 1 else None


def _names_of(block: _Block, names: ScriptNames) -> frozenset[str]:
    """Return the scripts that an item names, or a line that begins with a file's name."""
    item = _ITEM.match(block.text)
    if item is None and not _NAMED_LINE.match(block.text):
        return frozenset()
    files = names.files_in(block.text)
    subject = _SUBJECT.match(item[1]) if item else None
    return files or (names.called(subject[1]) if subject else frozenset())


def _prose(block: _Block) -> Iterator[tuple[Result, int, str]]:
    """Yield the results of a block, sentence by sentence, with their lines; a block that speaks of
    others' results in any of its sentences is still read in the rest.
    """
    start, others = 0, False
    text = block.text
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        sentence = text[start:end]
        own = _FILE.sub(lambda match: "x" * len(match[0]), sentence)  # baseline.py is no baseline
        others, before = speaks_of_others(own), others
        if before and _BACKWARD.match(sentence):
            others = True
        for result in [] if others else results_in(re.sub(r"[*`\n\t]", " ", own)):
            line = block.line + text.count("\n", 0, start + result.start)
            yield result, line, sentence
        start = end


def _table(
    readme: str, block: _Block, names: ScriptNames, subject: frozenset[str] | None
) -> Iterator[Stated]:
    """Yield the results of a table's rows; one without names speaks of the section's script."""
    rows = block.text.split("\n")
    heading = _cells(rows[0])
    columns = [column_of(cell) for cell in heading]
    data = [at for at, cell in enumerate(heading) if vocabulary.normalise(cell) in _DATA_HEADINGS]
    if not any(columns):
        return
    lone = subject if len(rows) == 3 else None
    for number, row in enumerate(rows[2:], block.line + 2):
        cells = _cells(row)
        if len(cells) != len(heading) or speaks_of_others(_FILE.sub("x", row)):
            continue
        about = _row_scripts(cells, columns, names) or lone
        if about is None or len(about) > 1:
            continue
        dataset = _row_dataset([cells[at] for at in data], cells)
        for cell, column in zip(cells, columns, strict=True):
            value = value_of(cell, column) if column else None
            if column and value is not None and dataset != "":
                result = Result(column.term, value, column.split, column.dataset or dataset, 0)
                yield Stated(next(iter(about), None), _metric(result, readme, number, "readme"))


def _row_scripts(
    cells: Sequence[str], columns: Sequence[Column | None], names: ScriptNames
) -> frozenset[str]:
    """Return the scripts that the cells of a row name by file name, path, stem or folder."""
    found: set[str] = set()
    for cell, column in zip(cells, columns, strict=True):
        if column is None:
            found |= names.files_in(cell) or names.called(cell)
    return frozenset(found)


def _row_dataset(stated: Sequence[str], cells: Sequence[str]) -> str | None:
    """Return the data set of a row: in the column for it as it stands there, else where one is
    named.
    """
    if stated:
        named = dataset_in(stated[0])
        return (stated[0].strip()[:60] or None) if named is None else named
    return dataset_in(" | ".join(cells))


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _blocks(text: str, first: int, code: frozenset[int]) -> Iterator[_Block]:
    """Paragraphs, items and tables; lines of code are in none of them."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        kind, wanted = _kind(lines, at, code)
        end = at + 1
        while end < len(lines) and wanted(lines[end]) and end not in code:
            end += 1
        if kind:
            yield _Block(kind, "\n".join(lines[at:end]), first + at)
        at = end


def _kind(lines: Sequence[str], at: int, code: frozenset[int]) -> tuple[str, Callable[[str], bool]]:
    if at in code or not lines[at].strip():
        return "", lambda _line: False
    if at + 1 < len(lines) and "|" in lines[at] and _RULE.match(lines[at + 1].strip()):
        return "table", lambda line: "|" in line
    return "text", lambda line: bool(line.strip()) and "|" not in line and not _begins(line)


def _begins(line: str) -> bool:
    return bool(_ITEM.match(line) or _NAMED_LINE.match(line))


def _metric(result: Result, path: str, line: int, kind: EvidenceKind) -> Metric:
    where = Evidence(path, kind, line)
    return Metric(
        result.term.name,
        result.value,
        where,
        result.dataset,
        result.split,
        None,
        result.term.higher_is_better,
        NOTE,
    )
