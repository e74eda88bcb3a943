"""What a question about runs counts, averages, orders by or asks to be missing: "runs per tool",
"average accuracy of the runs", "runs sorted by duration", "runs without any result", "runs that
took more than 10 minutes".
"""

from __future__ import annotations

import re

from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns, Filter
from modelsearch.vocabulary.runs import column_words, columns, state_words, states

_VERBS = {verb: one.name for one in states() for verb in one.verbs}

_DID = r"are|is|was|were|did|do|does|have|has|had"
_NEGATORS = (
    r"not|never|except(?:ing)?(?: for)?|without|excluding|exclude|other than|non|no|all but|"
    r"ohne|nicht|sans|pas|sin|sauf|menos|außer"
)
_STATE = lazy(
    rf"(?i)(?<![:=\w])(?:(?:that|which)\s+)?(?:(?:{_DID})\b\s*)?"
    rf"(?P<no>(?:(?:but\s+)?(?:{_NEGATORS})\b|(?:{_DID})n['’]?t\b)[\s-]+"
    r"(?:(?:the|yet|been|any|really|ones?|that|which|have|those)\s+)*)?"
    rf"(?P<word>{'|'.join(state_words())}|(?:{'|'.join(_VERBS)})(?:s|es|ing)?)\b(?P<ones>\s+ones?\b)?"
)
_COLUMN_OF = column_words()
_WORDS = "|".join(sorted((re.escape(word) for word in _COLUMN_OF), key=len, reverse=True))
_PER = lazy(
    rf"(?i)\b(?:per|for each|for every|(?:grouped|counted|split|broken down) by|"
    rf"(?:does|do|has|have) each|(?:by)(?= (?:{_WORDS})\s*\??\s*$))\s+"
    rf"(?P<name>{_WORDS})\b(?: have| has)?"
)
_SORTED = lazy(
    rf"(?i)\b(?:sorted|ordered|ranked|listed|order|sort)\s+by\s+(?:the(?:ir)? )?"
    rf"(?P<name>{_WORDS})\b"
    r"(?P<way>\s*,?\s*\(?(?:desc(?:ending)?|asc(?:ending)?|(?:longest|shortest|newest|oldest|"
    r"highest|lowest|largest|smallest) first)\)?)?"
)
#: Without these an order begins with the least, as that of models does.
_DOWNWARD = ("desc", "longest", "newest", "highest", "largest")
_STATISTIC = lazy(
    rf"(?i)\b(?P<word>average|mean|median)\b(?:\s+of)?(?P<rest>(?:\s+(?P<name>{_WORDS})\b)?)"
)
_WITHOUT = lazy(
    r"(?i)\b(?:without|with no|with|that have|have|having|that recorded|recorded|lacking|missing|"
    r"has|that lack)\s+(?:an?y?\s+)?(?:recorded\s+)?(?:results?|metrics?|scores?)\b"
)
_NO_RESULT = lazy(r"(?i)\b(?:without|no|lacking|missing|lack)\b")
_THAN = (
    r"(?P<op>more than|longer than|over|above|at least|less than|shorter than|under|below|"
    r"at most|up to|[<>]=?)"
)
_TOOK = lazy(
    rf"(?i)\b(?:(?:that|which|and)\s+)?(?P<verb>took|take|taking|lasted|last|lasting|ran|run|"
    rf"trained)?\s*(?:for\s+)?{_THAN}\s*(?P<number>\d+(?:\.\d+)?|an?|one|two|half an)\s*"
    r"(?P<unit>seconds?|secs?|s|minutes?|mins?|min|hours?|hrs?|h|days?)\b(?:\s+long)?"
)
_OPS = {"more than": ">", "longer than": ">", "over": ">", "above": ">", "at least": ">=",
        "less than": "<", "shorter than": "<", "under": "<", "below": "<", "at most": "<=",
        "up to": "<="}  # fmt: skip
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_NUMBERS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "half an": 0.5}


def read_words(text: str, asked: AskedRuns) -> str:
    """Read what is counted, averaged, ordered by or missing; return the words that are left."""
    if asked.thing != "runs":
        return text
    text = _states(text, asked)
    return _statistic(_per(_sorted(_took(_results(text, asked), asked), asked), asked), asked)


def _states(text: str, asked: AskedRuns) -> str:
    """Read what became of runs, and what did not: "failed", "that did not finish", "except the
    failed ones".
    """
    while (found := _STATE.search(text)) is not None:
        word = found["word"].lower()
        verb = next((value for stem, value in _VERBS.items() if word.startswith(stem)), "")
        status, op = state_words().get(word) or verb, "=" if found["no"] is None else "!="
        if (status, op) == ("finished", "!="):
            status, op = "unfinished", "="
        asked.where.append(Filter("status", op, status, found[0].strip()))
        text = _cut(text, found)
    return text


def _results(text: str, asked: AskedRuns) -> str:
    found = _WITHOUT.search(text)
    if found is None:
        return text
    op = "missing" if _NO_RESULT.search(found[0]) else "exists"
    asked.where.append(Filter("results", op, None, found[0]))
    return _cut(text, found)


def _took(text: str, asked: AskedRuns) -> str:
    found = _TOOK.search(text)
    if found is None:
        return text
    op = found["op"].lower()
    of_time = found["verb"] or op.startswith(("longer", "shorter"))
    if not of_time and found["unit"].lower().startswith("d"):
        return text  # "over 3 days" may be said of an age
    word = found["number"].lower()
    number = _NUMBERS[word] if word in _NUMBERS else float(word)
    seconds = number * _SECONDS[found["unit"][0].lower()]
    asked.where.append(Filter("run_duration", _OPS.get(op, op), seconds, found[0].strip()))
    return _cut(text, found)


def _per(text: str, asked: AskedRuns) -> str:
    found = _PER.search(text)
    if found is None or asked.ask or asked.metric or asked.best:
        return text
    asked.ask, asked.fact = "groups", _COLUMN_OF[found["name"].lower()]
    return re.sub(r"(?i)\b(?:how many|number of|count(?: of)?)\b", " ", _cut(text, found))


def _sorted(text: str, asked: AskedRuns) -> str:
    found = _SORTED.search(text)
    if found is None:
        return text
    column = columns()[_COLUMN_OF[found["name"].lower()]].column
    downward = any(word in (found["way"] or "").lower() for word in _DOWNWARD)
    asked.first = column if downward else f"-{column}"
    asked.all = True
    return _cut(text, found)


def _statistic(text: str, asked: AskedRuns) -> str:
    found = _STATISTIC.search(text)
    if found is None or asked.ask not in ("", "duration"):
        return text
    column = _COLUMN_OF.get((found["name"] or "").lower(), "")
    column = "duration_s" if asked.ask == "duration" else column
    asked.fact = column if column and columns()[column].number else ""
    asked.ask = "median" if found["word"].lower() == "median" else "mean"
    end = found.end() if asked.fact else found.start("rest")
    text = f"{text[: found.start()]} {text[end:]}"
    group = _PER.search(text)
    if group is None or not asked.fact:
        return text
    asked.per = _COLUMN_OF[group["name"].lower()]
    return _cut(text, group)


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
