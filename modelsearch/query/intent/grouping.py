"""What is asked of groups: "models per dataset", "average learning rate by optimizer"."""

from __future__ import annotations

from modelsearch.query.intent.asked_fields import (
    MEAN,
    SKIPPED,
    claim_fields,
    field_at,
    fields_end,
)
from modelsearch.query.state import Reading
from modelsearch.records.question import ParsedQuery

#: "The average learning rate by optimizer", "best accuracy per dataset": asked of each group.
_OF_GROUPS = MEAN | {
    "best",
    "worst",
    "highest",
    "lowest",
    "largest",
    "smallest",
    "maximum",
    "minimum",
    "max",
    "min",
}


def read_groups(reading: Reading, parsed: ParsedQuery) -> None:
    """Read by what models are grouped, and what is asked of each group."""
    _find_grouping(reading, parsed)
    if parsed.group_by:
        _find_asked(reading, parsed)


def _find_grouping(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "per dataset", "by framework", "for each optimizer" of a count."""
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        start = index + 1
        if word == "for" and reading.lower(index + 1) in ("each", "every"):
            start = index + 2
        elif word in ("grouped", "split", "broken") and "by" in (
            reading.lower(index + 1),
            reading.lower(index + 2),
        ):
            start = index + (2 if reading.lower(index + 1) == "by" else 3)
        elif word not in ("per", "by", "across") and not (
            word in ("each", "every") and _counting(reading)
        ):
            continue
        found = field_at(reading, start)
        if found is None:
            continue
        field, last = found
        if field.name == "model":
            continue  # each model is a group of its own: its values are asked for
        if word == "by" and parsed.intent != "count" and not _counted_by(reading):
            continue
        parsed.intent, parsed.group_by = "count", field.name
        parsed.by_year = field.kind == "date" and reading.lower(last) in ("year", "years")
        reading.claim(index, last, "intent", f"grouped by {field.name}")
        return


def _find_asked(reading: Reading, parsed: ParsedQuery) -> None:
    """Read what is asked of each group: "average learning rate by optimizer", "epochs per task"."""
    for index in range(len(reading.tokens)):
        at = index
        if reading.lower(index) in _OF_GROUPS:
            at += 1
            while reading.lower(at) in SKIPPED:
                at += 1
        elif fields_end(reading, index) not in ("per", "by", "across", "for"):
            continue
        if claim_fields(reading, parsed, at):
            if at > index:
                reading.claim(index, at - 1, "intent", "the range and mean of each group")
            break
    parsed.asked = [name for name in parsed.asked if name != parsed.group_by]
    if parsed.asked:
        parsed.intent = "values"


def _counted_by(reading: Reading) -> bool:
    """Return whether "by" groups: not "the best models by accuracy"."""
    return _counting(reading) or any(token.lower in MEAN for token in reading.tokens)


def _counting(reading: Reading) -> bool:
    return any(token.lower in ("number", "count", "counts", "many") for token in reading.tokens)
