"""Settings of runs that a question spells out: "runs with method lion", "optimizer.method=lion";
and whether runs recorded one at all: "runs without a batch size".
"""

from __future__ import annotations

import re

from modelsearch import vocabulary
from modelsearch.query.names.recorded_names import RecordedNames
from modelsearch.records.jsontext import texts_json
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns, Filter
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import spellings
from modelsearch.vocabulary.runs import column_called

if TYPE_CHECKING:
    import apsw

#: Each word and the next, of which the second may be the value of a setting.
_WRITTEN = lazy(
    r"(?i)(?<![\w.])(?=(?P<whole>(?P<name>[a-z][\w.\-/]{1,80})"
    r"(?:\s*[=:]\s*|\s+(?:(?:is|of|set to)\s+)?)(?P<value>[\w.\-/+]{1,80})))"
)
#: Names and values of settings that are recorded as texts, whole names before last parts.
_WRITTEN_SQL = (
    "SELECT DISTINCT x.name, x.text FROM run_setting x, json_each(?1) w WHERE x.text IS NOT NULL "
    "AND (x.name = w.value COLLATE NOCASE OR x.name LIKE '%.' || w.value) "
    "ORDER BY x.name = w.value COLLATE NOCASE DESC, length(x.name)"
)
_FIELDS_OF_TEXT = frozenset({"optimizer", "dataset", "status", "tool", "framework", "run", "runs"})

_HAVING = r"(?:that\s+|which\s+|and\s+|but\s+)?(?:have|has|had|having|recorded|record|state|stated)"
_NAME = (
    r"(?:(?:an?|any|the|recorded|known)\s+)*(?P<name>[a-z][\w.\-]*(?:\s+[a-z][\w.\-]*){0,2}?)"
    r"\s*(?=[?!.,;]*\s*$|,|\s(?:and|or|nor|but)\s)"
)
#: What may be recorded or not, up to the end of its part of the question; a value may not follow.
_WHETHER = lazy(
    rf"(?i)(?<!\S)(?:(?P<no>without|with\s+no|lacking|missing|(?:that\s+|which\s+)?(?:lack|miss)|"
    rf"{_HAVING}\s+no|(?:that\s+|which\s+)?(?:did|do|does)(?:\s+not|n['’]t)\s+"
    rf"(?:have|record|state))|with|{_HAVING})\s+{_NAME}"
)
#: The same said behind the name: "where the batch size is missing".
_SAID_BEHIND = lazy(
    r"(?i)(?<!\S)(?:where|whose)\s+(?:the\s+)?(?P<name>[a-z][\w.\-]*(?:\s+[a-z][\w.\-]*){0,2}?)"
    r"\s+(?:is|are|was|were)\s+(?:missing|unknown|unset|absent|null|"
    r"not\s+(?:known|recorded|set|given|stated))(?!\w)",
    needs=("where", "whose"),
)
#: A further one of a list: "without a batch size or a seed".
_FURTHER = lazy(rf"(?i)\s*(?:,|,?\s(?P<word>and|or|nor)\s)\s*{_NAME}")


def recorded_or_not(text: str, asked: AskedRuns, connection: apsw.Connection) -> str:
    """Read whether runs recorded a setting at all, and return the other words: "with a seed",
    "without batch size", "that recorded no warmup_steps". Names of other things stay.
    """
    if asked.thing != "runs":
        return text
    recorded = RecordedNames(connection, "runs")
    text = _SAID_BEHIND.sub(r"without \g<name>", text)
    for found in reversed(list(_WHETHER.finditer(text))):
        field, end = _setting_of(found["name"], recorded), found.end()
        op = "exists" if found["no"] is None else "missing"
        said = found
        while field is not None:
            asked.where.append(Filter(field, op, None, said[0].strip(" ,")))
            further = _FURTHER.match(text[end:])
            either = further is not None and further["word"] == "or" and op == "exists"
            if further is None or either:
                break
            field, said = _setting_of(further["name"], recorded), further
            end += further.end() if field is not None else 0
        if said is not found or field is not None:
            text = f"{text[: found.start()]} {text[end:]}"
    return text


def _setting_of(said: str, recorded: RecordedNames) -> str | None:
    """Return the field that a name in a question means: a column of runs, a setting that runs
    recorded, or a setting that scripts may name; None where it is something else.
    """
    word = re.sub(r"\s+", " ", said.lower())
    if vocabulary.find("hardware", word) is not None:
        return None
    column = column_called(word)
    if column is not None:
        return column
    field = spellings().get(normalise(said))
    if field is not None:
        return field.name if field.kind == "number" else None
    names = recorded.spelled.get(normalise(said), ())
    return names[0] if names else None


def written_settings(text: str, asked: AskedRuns, connection: apsw.Connection) -> str:
    """Settings whose values are texts, by name and value as runs recorded them: ``method lion``,
    ``optimizer.method=lion``.
    """
    if asked.thing != "runs":
        return text
    pairs = {
        (found["name"].lower(), found["value"].strip(".,;?!").lower()): found
        for found in _WRITTEN.finditer(text)
        if normalise(found["name"]) not in _FIELDS_OF_TEXT
    }
    names = texts_json(name for name, _ in pairs)
    for name, value in fetch_all(connection, _WRITTEN_SQL, (names,)):
        last = str(name).rpartition(".")[2].lower()
        for said in (str(name).lower(), last):
            found = pairs.get((said, str(value).lower()))
            if found is not None:
                start, end = found.span("whole")
                asked.where.append(Filter(str(name), "=", value, text[start:end]))
                rest = text[:start] + " " + text[end:]
                return written_settings(rest, asked, connection)
    return text
