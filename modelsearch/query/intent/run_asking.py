"""One fact of runs that a question asks for: "lr of the best trial", "hidden_dim of trial 3",
"when were the W&B runs started", "value of trial 7".
"""

from __future__ import annotations

import re

import apsw

from modelsearch import vocabulary
from modelsearch.query.names.recorded_names import RecordedNames
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns, Filter
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import find_field
from modelsearch.vocabulary.runs import columns

VALUE = "value"  #: the result that a run is judged by
OWNER = "owner"  #: the script that made a run
_NUMBERED = lazy(
    r"(?i)(?<![\w.\-/])(?:(?P<study>[\w.\-]+)[\s/]+)?(?P<noun>trial|run|version)[\s_#\-]*"
    r"(?P<number>\d{1,6})(?![\w.\-/]|\s*(?:st|nd|rd|th)\b)"
)
_NUMBERED_SQL = (
    "SELECT DISTINCT run_id FROM run WHERE run_id LIKE ?1 ESCAPE '\\' OR run_id = ?2 LIMIT 200"
)
_DULL = lazy(
    r"(?i)\b(?:what|which|when|how|many|much|is|are|was|were|did|does|do|has|have|had|the|a|an|of|"
    r"for|in|to|it|its|their|they|used|use|with|by|get|got|reach|reached|each|that)\b|[?!.,'’]"
)
_HAVING = lazy(
    r"(?i)^(?!.*\b(?:what|which)\b).*\b(?:used?|using|had|with|on)\s+(?:an?|the)\s+\S+\W*$"
)
#: What is asked stands first, the runs behind it: "lr of the best trial of X".
_OF = lazy(
    r"(?i)^\s*(?:(?:what|which|show|give|me|tell|is|are|was|were|the)\s+)*"
    r"(?P<name>[^\W\d][\w\-]*(?:\s+[^\W\d][\w\-]*){0,3}?)\s+(?:of|for)\b(?P<rest>\s*(?![\d<>=.]).*)$"
)
_MADE = r"(?:made|makes?|wrote|writes?|trained|trains?|produced|created|logged|started|ran|owns?)"
_CODE = r"(?:scripts?|models?|notebooks?|programs?|code|files?)"
_RUN = r"(?:the\s+)?(?:(?:run|trial)\s+)?[\"']?(?P<run>[^\s\"']{1,200}?)[\"']?"
#: "which script made run fox-3", "whose is trial fox-3", "which model is run fox-3 of".
_MAKER = lazy(
    rf"(?i)^\s*(?:(?:who|(?:which|what)\s+{_CODE})\s+(?:has\s+|have\s+)?{_MADE}\s+{_RUN}|"
    rf"whose\s+(?:is|was)\s+{_RUN.replace('?P<run>', '?P<its>')}|"
    rf"(?:which|what)\s+{_CODE}\s+(?:is|was|does|did)\s+{_RUN.replace('?P<run>', '?P<one>')}\s+"
    r"(?:of|from|by|belong\s+to|made\s+by|come\s+from))\s*[?.!]*\s*$"
)
_VALUES = frozenset({"value", "values", "result", "results", "score"})
_MOST = 80  #: characters of what may be a fact's name
#: What a search over settings is called where its runs are meant.
_STUDY = lazy(r"(?i)\b(?:study|studies|sweeps?|hyperparameter search|search|experiments?)\b")


def numbered_runs(question: str, asked: AskedRuns, connection: apsw.Connection) -> str | None:
    """Read a run by its number, "trial 7" or "cvae trial 7", where runs of that name are here;
    return the other words, None where none is.
    """
    found = _NUMBERED.search(question)
    if found is None:
        return None
    number = str(int(found["number"]))
    noun = found["noun"].lower()
    alone = number if noun != "version" else f"version_{number}"
    rows = fetch_all(connection, _NUMBERED_SQL, (f"%{noun}_{number}", alone))
    names = [str(row[0]) for row in rows]
    named = normalise(f"{found['study'] or ''} {noun} {number}")
    within = [name for name in names if normalise(name).endswith(named)]
    start = found.start() if found["study"] and within else found.start("noun")
    names = within or names
    if not names:
        return None
    asked.named = names
    asked.where.append(Filter("run", "=", "\n".join(names), question[start : found.end()]))
    return f"{question[:start]} {question[found.end() :]}"


def maker_asked(question: str, asked: AskedRuns, connection: apsw.Connection) -> str | None:
    """Read a question for the script that made a run of this name; None where it asks something
    else, or no run is called so. No other words are left.
    """
    found = _MAKER.match(question)
    said = next((one for one in found.groups() if one), "") if found is not None else ""
    rows = fetch_all(connection, "SELECT DISTINCT run_id FROM run WHERE run_id = ?", (said,))
    if not said or not rows:
        return None
    asked.ask, asked.fact, asked.named = "fact", OWNER, [said]
    asked.where.append(Filter("run", "=", said, said))
    return ""


def study_runs(text: str) -> str:
    """Return the words of a question for the duration of a study, of which the runs are meant."""
    return _STUDY.sub(" ", text)


def read_fact(text: str, asked: AskedRuns, connection: apsw.Connection) -> str:
    """Read what is asked of runs where nothing else is left of the question: a column, a setting
    that they recorded, or the value that they reached. Return the words that are left.
    """
    if asked.thing != "runs" or asked.ask or asked.first == "all":
        return text
    begins = _OF.match(text)
    for said, rest in ((text, ""), *([(begins["name"], begins["rest"])] if begins else ())):
        left = re.sub(r"\s+", " ", _DULL.sub(" ", said)).strip()
        if _HAVING.search(said) and vocabulary.find("hardware", left) is not None:
            continue  # "runs that used a GPU" are those that did
        fact = _fact(left, connection) if left and len(left) <= _MOST else None
        if fact is not None:
            asked.ask, asked.fact = "fact", fact
            return str(rest)
    return text


def _fact(left: str, connection: apsw.Connection) -> str | None:
    """Return the column or setting that some words name, ``value`` for what a run reached."""
    if left.lower() in _VALUES:
        return VALUE
    return _column(left) or _setting(left, connection)


def _column(left: str) -> str | None:
    """Return the column whose words are all that is left."""
    for column in columns().values():
        said = sorted((*column.words, *column.asked), key=len, reverse=True)
        if not column.groups and re.fullmatch(
            rf"(?:(?:{'|'.join(map(re.escape, said))})\s*)+", left, re.IGNORECASE
        ):
            return column.name
    return None


def _setting(left: str, connection: apsw.Connection) -> str | None:
    recorded, field = RecordedNames(connection, "runs"), find_field(left)
    if field is not None and field.kind == "term" and recorded.names(field.name):
        return field.name
    names = recorded.spelled.get(normalise(left), ())
    if names:
        return names[0]
    return field.name if field is not None and field.kind == "number" else None
