"""Results in plain lines by one grammar: names with numbers behind them, at least three lines of
one shape, and a counter that rises.

``Epoch 3/50 loss: 0.41 acc: 0.93``, ``step:125/3040 val_loss:4.42``, ``iter 500: loss 2.1, time
30ms``, ``| epoch 001 | loss 5.0 |``, and Keras' two lines an epoch.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from modelsearch.records.artefacts import Evidence
from modelsearch.records.runs import RunPart
from modelsearch.records.wordlists import word_set
from modelsearch.sources.runs.columns import (
    EPOCHS,
    FOLDS,
    STEPS,
    plain,
    result,
    run_columns,
    split_of,
)
from modelsearch.sources.runs.printed import add_duration, add_printed
from modelsearch.sources.runs.series import Entry, beginnings, curves, stated

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x08\r]")
_SPACES = re.compile(r"\s+")  #: made one before pairs are looked for, which go over none or one
_PAIR = re.compile(
    r"(?P<name>[A-Za-z][\w/@.\- ]{0,40}?)\s?(?P<sign>[:=]|\s|(?=\[))\s?[\[(]?\s?"
    r"(?P<value>[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,9})?|nan|inf)(?![\w.])"
    r"(?:[\])]?\s?/\s?[\[(]?(?P<total>\d{1,40}))?(?P<percent>\s?%)?",
    re.IGNORECASE,
)
_FILES = re.compile(r"[\w/\\]{1,100}+\.\w+")
#: A number alone before the results counts them: ``12 [D loss: 0.5] [G loss: 0.7]``.
_BARE = re.compile(r"^\s*\[?(\d{1,9})\]?(?:\s*[:|,\-]\s*|\s+(?=[\[A-Za-z]))")
_LEADING = 60  #: characters before a result in which a word for the data is of it
_MOST_LINES = 400_000
_LONGEST = 2_000
_LEAST = 3  #: lines of one shape
_WORDS = 2  #: of a result's name that no vocabulary knows
#: Words for what a log counts and measures beside its results.
_BESIDE = word_set("""
    time eta elapsed took seconds sec secs s ms min mins minutes hours h speed fps it mem memory gpu
    cpu ram size date remaining left total samples data
""")


@dataclass(slots=True)
class _Line:
    """A line with counters or results in it; ``epochs`` and ``steps`` are the totals behind them:
    ``Epoch 1/2, step 10/542``. ``lent`` are results that have their part of the data from words
    before them: as the line calls it, and by the part's own name. ``others`` are numbers with a
    colon or a sign of equality that no vocabulary knows, which count beside results.
    """

    number: int
    values: dict[str, float]
    epoch: int | None = None
    step: int | None = None
    fold: int | None = None
    epochs: int | None = None
    steps: int | None = None
    lent: dict[str, str] = field(default_factory=dict)
    others: dict[str, float] = field(default_factory=dict)

    @property
    def counter(self) -> str | None:
        """What counts the line, the finest."""
        if self.step is not None:
            return "step"
        if self.epoch is not None:
            return "epoch"
        return "fold" if self.fold is not None else None

    def count(self, first: int) -> int:
        """How far the run is: steps that begin anew with each epoch, of which the ``first`` is the
        log's first, are added up.
        """
        if self.step is None:
            return (self.fold if self.epoch is None else self.epoch) or 0
        if self.epoch is None or self.steps is None:
            return self.step
        return (self.epoch - first) * self.steps + self.step

    def entry(self, counter: str, first: int) -> Entry:
        """Return the line as an entry of a log."""
        counts = {"epoch": self.epoch} if self.epoch is not None else {}
        if counter != "epoch":
            counts[counter] = self.count(first)
        return Entry({**counts, **self.others, **self.values}, self.number)


def add_lines(part: RunPart, text: str, path: str) -> list[RunPart]:
    """Add the curves that the lines of a log state, how many epochs were planned, the settings that
    are printed before the first of them and the results that are printed after the last. Return
    the parts of further runs that were appended to the log.
    """
    written = list(_lines(text))
    _spell(written)
    lines = list(_counted(written))
    shapes = Counter(tuple(sorted(line.values)) for line in lines)
    kept = [line for line in lines if shapes[tuple(sorted(line.values))] >= _LEAST]
    starts = beginnings([(line.epoch, line.values) for line in kept])
    after = 0
    parts = [part, *(part.further(at) for at in range(2, len(starts) + 1))]
    for at, (one, start) in enumerate(zip(parts, starts, strict=True), 1):
        its = kept[start : starts[at]] if at < len(starts) else kept[start:]
        following = kept[starts[at]].number if at < len(starts) else None
        after = _add_run(one, its, _Told(text, path, written, after, following))
    return [one for one in parts[1:] if one.curves]


@dataclass(frozen=True, slots=True)
class _Told:
    """A log as one of its runs sees it: what stands after a line and, None for the last run, before
    the first line of the next.
    """

    text: str
    path: str
    lines: Sequence[_Line]
    after: int
    before: int | None


def _add_run(part: RunPart, kept: list[_Line], told: _Told) -> int:
    """Add what a run's own lines tell; return the last line that is its own."""
    for counter in ("epoch", "step", "fold"):
        _add_counted(part, [line for line in kept if line.counter == counter], counter, told.path)
    if not part.curves:
        return told.after
    add_printed(part, told.text, told.path, (told.after, min(line.number for line in kept)))
    last = max(line.number for line in kept)
    its = told.text.split("\n")[told.after : told.before and told.before - 1]
    add_duration(part, its, told.path, told.after + 1)
    final = [
        line
        for line in told.lines
        if line.number > last and (told.before is None or line.number < told.before)
    ]
    _add_final(part, final, told.path)
    return max([last, *(line.number for line in final if line.values and line.counter is None)])


def _add_counted(part: RunPart, lines: list[_Line], counter: str, path: str) -> None:
    first = min((line.epoch for line in lines if line.epoch is not None), default=0)
    if counter == "step" and not _rises([line.count(first) for line in lines]):
        lines = [line for line in lines if line.epoch is not None]  # each epoch counts anew
        counter = "epoch"
    counts = [(line.epoch or 0) if counter == "epoch" else line.count(first) for line in lines]
    if not _rises(counts):
        return
    known = {curve.tag for curve in part.curves}
    found = curves([line.entry(counter, first) for line in lines], path)
    part.curves += [one for one in found if one.tag not in known]
    totals = {line.epochs for line in lines if line.epochs}
    if len(totals) == 1:
        part.add("epochs", totals.pop(), Evidence(path, "output", lines[0].number))


def _add_final(part: RunPart, lines: Sequence[_Line], path: str) -> None:
    """Results that nothing counts, behind the last that something does: those of the test."""
    for line in lines:
        if line.counter is None:
            for name, value in line.values.items():
                part.results.append(
                    stated(name, value, Evidence(path, "output", line.number, name))
                )


def _rises(counts: Sequence[int]) -> bool:
    """Return whether a counter rises: never by chance, and seldom back."""
    falls = sum(later < before for before, later in pairwise(counts))
    return len(set(counts)) >= _LEAST and falls <= len(counts) // 20


def _lines(text: str) -> Iterator[_Line]:
    for number, written in enumerate(text.split("\n")[:_MOST_LINES], 1):
        piece = _ESCAPES.split(written)
        line = next((one for one in reversed(piece) if one.strip()), "")[:_LONGEST]
        if any(sign in line for sign in "0123456789") and "`" not in line and '"' not in line:
            found = _line(number, line)
            if found is not None:
                yield found


def _line(number: int, line: str) -> _Line | None:
    found = _Line(number, {})
    word: str | None = None
    spaced = _SPACES.sub(" ", line.replace("|", ", ").replace("=>", ":"))
    for match in _PAIR.finditer(spaced):
        name = plain(match["name"])
        last = " ".join(name.split()[-2:])
        kind = _kind(name) or _kind(last) or _kind(name.rpartition(" ")[2])
        if kind is not None and match["value"].isdigit():
            _count(found, kind, match)
            continue
        meant = _meant(match["name"])
        if meant is not None:
            if not found.values:
                word = _leading(spaced[: match.end("name") - len(meant)])
            own = result(meant).split
            word = _leading(meant) or word if own else word
            told = meant if own or not word else f"{word} {meant}"
            if told != meant:
                found.lent[told] = f"{split_of(word or '')} {meant}"
            found.values.setdefault(told, float(match["value"]))
        elif _is_other(match):
            found.others.setdefault(match["name"].strip(), float(match["value"]))
    bare = _BARE.match(line) if found.values and found.counter is None else None
    if bare is not None:
        found.step = int(bare[1])
    return found if found.values or found.counter else None


def _is_other(match: re.Match[str]) -> bool:
    """Return whether a number may be a result of a name that no vocabulary knows: ``Pk: 0.33``."""
    return (
        match["sign"] in (":", "=")
        and match["total"] is None
        and len(match["name"].split()) <= _WORDS
        and not run_columns({match["name"]: 1})
        and _BESIDE.isdisjoint(plain(match["name"]).split())
    )


def _leading(text: str) -> str | None:
    """The word for the part of the data that a line names before its first result, for all results
    behind it that name none: ``Epoch 3 - Validation: loss 0.5, accuracy 0.8``. Names of files are
    none.
    """
    words = plain(_FILES.sub(" ", text)[-_LEADING:]).split()
    return next((word for word in reversed(words) if split_of(word)), None)


def _spell(lines: Sequence[_Line]) -> None:
    """Call a part of the data that stands before results by one name, whatever word a log has for
    it; two words stay where the log states the same result by both at one count: ``Validation
    BLEU`` and ``Dev BLEU`` of an epoch are of two sets.
    """
    lent = {told: meant for line in lines for told, meant in line.lent.items()}
    counts: dict[str, dict[str, set[int]]] = {}
    for line in _counted(lines):
        for told in lent.keys() & line.values.keys():
            counts.setdefault(lent[told], {}).setdefault(told, set()).add(line.count(0))
    for spellings in counts.values():
        for told, its in spellings.items():
            if any(not its.isdisjoint(other) for one, other in spellings.items() if one != told):
                del lent[told]
    for line in lines:
        if not lent.keys().isdisjoint(line.values):
            named: dict[str, float] = {}
            for told, value in line.values.items():
                named.setdefault(lent.get(told, told), value)
            line.values = named


def _count(line: _Line, kind: str, match: re.Match[str]) -> None:
    count = int(match["value"][:15])
    total = int(match["total"][:15]) if match["total"] else None
    if kind == "epoch" and line.epoch is None:
        line.epoch, line.epochs = count, total
    elif kind == "step" and line.step is None:
        line.step, line.steps = count, total
    elif kind == "fold" and line.fold is None:
        line.fold = count


def _kind(name: str) -> str | None:
    if name in EPOCHS:
        return "epoch"
    if name in FOLDS:
        return "fold"
    return "step" if name in STEPS or name == "s" else None


def _meant(name: str) -> str | None:
    """The end of a name that is a result: ``Train Epoch loss`` is a loss of the training."""
    words = name.strip().split()
    for first in range(max(len(words) - 3, 0), len(words)):
        candidate = " ".join(words[first:])
        if result(candidate).known:
            return candidate
    return None


def _counted(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Lines with results and what counts them: in the line, or alone in the one before."""
    before: _Line | None = None
    for line in lines:
        if not line.values:
            before = line
        elif line.counter is not None:
            yield line
            before = None
        elif before is not None and line.number - before.number <= 400:
            yield replace(before, number=line.number, values=line.values, others=line.others)
