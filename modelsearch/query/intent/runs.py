"""Questions about runs and checkpoints: "best run of X", "failed runs", "how long did it train",
"which checkpoint has the lowest val loss".

The words that speak of runs are taken out; what is left is read as any question about models.
"""

from __future__ import annotations

import re

from modelsearch import vocabulary
from modelsearch.query.intent.checkpoint_words import read_own_order
from modelsearch.query.intent.result_words import ResultWords
from modelsearch.query.intent.run_asking import maker_asked, numbered_runs, read_fact, study_runs
from modelsearch.query.intent.run_nouns import (
    counted_of_model,
    kind_of_runs,
    named_here,
    named_runs,
    recorded_by,
)
from modelsearch.query.intent.run_orders import read_order
from modelsearch.query.intent.run_points import point_asked
from modelsearch.query.intent.run_settings import recorded_or_not, written_settings
from modelsearch.query.intent.run_words import read_words
from modelsearch.query.names.recorded_names import RecordedNames
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns, Filter
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.store.database import fetch_value
from modelsearch.vocabulary.runs import IS_TRIAL, state_words

if TYPE_CHECKING:
    import apsw

    from modelsearch.query.names.lexicon import Lexicon

_NOUN = r"(?:training |recorded |experiment(?:al)? )?(?:runs?|trials?)"
_BEFORE = (
    r"(?:best|worst|top|which|what|all|my|the|these|its|every|each|per|longest|shortest|latest|"
    r"last|first|newest|oldest|fastest|slowest|how many|show|list|find|diverged|overfitted|"
    r"overfitting|single|two|three|(?<![\w@.\-])\d+|" + "|".join(state_words()) + ")"
)
#: "did any run fail": an auxiliary and a quantifier, of which an answer in a list says enough.
_WHETHER_ANY = (
    r"(?:(?:did|do|does|has|have|had|was|were|is|are)\s+(?:there\s+)?)?(?:any|some)\s+"
    r"(?:of\s+(?:my|the)\s+)?"
)
_RUNS = lazy(rf"(?i)(?:^\s*(?:{_WHETHER_ANY})?(?:{_BEFORE}\s+)*|\b(?:{_BEFORE})\s+){_NOUN}\b")
#: "runs that reached": what follows is a result.
_REACHED = lazy(r"(?i)^\s*(?:(?:that|which)\s+)?(?:reach(?:es|ed)?|get|gets|got|achieved?|hit)\b")
#: "runs on cpu": of models, where no run says on what it ran.
_ON_DEVICE = lazy(r"(?i)^\s*runs?\s+(?:on|in)\s+(?:an?\s+|the\s+)?(?P<device>[\w ]+?)\s*\??\s*$")
_ROWS = r"(?:recorded )?(?:runs?|checkpoints?)"
_MANY = (
    r"(?:(?:more|fewer|less|greater) than|at (?:least|most)|no (?:more|fewer) than|over|under|"
    r"above|below|exactly|between|up to|[<>]=?|=)"
)
_NUMBER = r"(?:\d+|one|two|three|four|five|six|ten|a)"
#: Models by the number of their runs or checkpoints; the fields of that name say it.
_COUNTED = lazy(
    r"(?i)\b(?:models?|scripts?|notebooks?|nets?|networks?|projects?|experiments?)\b.*?"
    rf"(?:\b(?:with|have|has|having)\s+(?:{_MANY}\s*{_NUMBER}|no|{_NUMBER})"
    r"(?:\s+(?:and|to)\s+\d+)?"
    rf"(?:\s+or\s+(?:more|fewer|less))?\s+{_ROWS}\b|\b(?:most|fewest|least)\s+{_ROWS}\b)|"
    rf"^\s*{_MANY}\s*{_NUMBER}\s+{_ROWS}\s*\??\s*$|"
    rf"\b(?:number|count|amount) of {_ROWS}\s+(?:is |are |was )?(?:equal to |{_MANY}|\d)|"
    rf"\b(?:by|whose|with)\s+(?:the )?(?:number|count|amount) of {_ROWS}\b|"
    r"(?<![\w.])(?:runs|checkpoints):[<>=!\d]|\bhas:(?:runs|checkpoints)\b|"
    rf"^\s*(?:no|without) {_ROWS}\s*$"
)
#: ``best mAP50-95 run``: the result stands before the noun.
_BY_RESULT = lazy(
    r"(?i)\b(?:best|worst|highest|lowest)\s+(?P<name>(?:[\w@.\-]+\s+){1,3}?)(?P<noun>runs?|trials?)\b"
)
_CHECKPOINTS = lazy(r"(?i)\b(?:checkpoints?|ckpts?|saved weights|weight files?)\b(?!\.\w)")
_NOT_ASKED = lazy(r"(?i)\b(?:with|without|have|has|from|a|no|gradient)\s+(?:checkpoint|ckpt)")
_QUESTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("duration", re.compile(
        r"(?i)\bhow long (?:did|does|do|was|were|has)\b(?P<rest>.*?)\b(?:train(?:ed|ing)?|take"
        r"|took|"
        r"last|run|running)?\b|\b(?:training (?:time|duration)|duration) of\b")),
    ("sweep", re.compile(
        r"(?i)\bwhat (?:did|was|were|does)\b.*\b(?:sweeps?|swept|vary|varied|tried"
        r"|search(?:ed)?)\b|"
        r"\b(?:what|which) (?:settings?|hyperparameters?|parameters?) (?:did|were|was)\b.*"
        r"\b(?:swept|varied|vary|sweep)\b")),
    ("divergence", re.compile(
        r"(?i)\b(?:did|does|has|have|which|what|runs? that)\b.*\b(?:diverged?|blew up|blow up|"
        r"explode[d]?)\b|\bdiverged\b|\bwithout diver(?:ging|gence)\b")),
    ("overfitting", re.compile(
        r"(?i)\b(?:did|does|is|was|which|what|runs? that)\b.*\bover-?fit(?:s|ted|ting)?\b|"
        r"^\s*(?:the )?(?:non-?)?over-?fit(?:ted|ting)? (?:runs?|models?)\b|"
        r"\b(?:not|never|n't|n’t|without) over-?fit(?:s|ted|ting)?\b")),
)  # fmt: skip
_VERDICTS = frozenset({"divergence", "overfitting"})
#: "Did X overfit" asks for a verdict; "which runs overfitted" for those that did.
_WHETHER = lazy(r"(?i)^\s*(?:did|does|do|has|have|had|is|was|were|are)\b")
#: What denies a verdict: "runs that did not diverge", "runs without overfitting".
_DENIED = lazy(
    r"(?i)\b(?P<no>(?:(?:did|do|does|have|has|had|is|are|was|were)(?:n['’]?t| not)|never|not|non"
    r"|without)\b[\s-]*(?:(?:ever|really|yet)\s+)?)(?=diverg|blow|blew|explod|over-?fit)"
)
_BASE = lazy(
    r"(?i)\b(?:fine-?tuned|tuned|derived|trained further) (?:from|on top of) (?P<name>\S+)"
)
_OF_RUNS = lazy(rf"(?i)\b(?:{_NOUN}|checkpoints?)\b")
_PER = lazy(
    r"(?i)^\s*(?:what (?:is|was|are) (?:the )?|show (?:me )?(?:the )?)?(?P<name>[\w@.\- ]{2,30}?) "
    r"(?:per|of each|for each|of every|for every|of all|by)\s+(?:the )?runs?\b"
)
_COUNTS = {"one": 1, "a single": 1, "two": 2, "three": 3, "four": 4, "eight": 8}
_SIZE = lazy(
    r"(?i)\b(?P<word>over|above|larger than|bigger than|more than|at least|under|below|smaller than"
    r"|less than|at most|>=?|<=?)\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[kmgt]i?b|bytes)\b"
)
_UNITS = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "b": 1}
_OPS = {"over": ">", "above": ">", "below": "<", "under": "<", "larger than": ">",
        "bigger than": ">", "more than": ">", "at least": ">=", "smaller than": "<",
        "less than": "<", "fewer than": "<", "at most": "<="}  # fmt: skip
_DEVICES = lazy(
    r"(?i)\b(?:on|with|using|used)\s+(?:(?P<op>" + "|".join(_OPS) + r")\s+)?"
    r"(?P<count>\d{1,6}|" + "|".join(_COUNTS) + r")\s+(?:gpu|tpu|device|accelerator)s?\b"
)
_LEADING = lazy(r"(?i)^\s*(?:show|list|find|give)(?: me)?\b|\b(?:which|what)\b|[?!]\s*$")
_LINKS = lazy(
    r"(?i)^\s*(?:of|for|from|by|that|have|has|had|is|are|was|were|the|a|did|do|it|"
    r"its|with|where|whose)\s+(?=(?:of|for|with|on|from)\b|$)"
)


def read_runs(
    question: str, lexicon: Lexicon, names: dict[str, str]
) -> tuple[AskedRuns, str] | None:
    """Return what a question asks of runs or checkpoints and its other words; None where it asks
    nothing of them, or where the database holds none. ``names`` are its words that name runs, with
    the names as they are recorded.
    """
    asked = AskedRuns()
    if lexicon.connection is None or not _any(lexicon.connection):
        return None
    results = ResultWords(lexicon.connection)
    text = maker_asked(question, asked, lexicon.connection)
    if text is None:
        text = point_asked(question, asked, results)
    if text is None and not _speaks_of_models(question, lexicon.connection):
        text = _thing(question, asked, results)
    if text is None:
        text = (
            kind_of_runs(question, asked, lexicon)
            or named_runs(question, names, asked)
            or counted_of_model(question, asked, lexicon.connection)
            or numbered_runs(question, asked, lexicon.connection)
        )
    if text is None:
        return None
    if not asked.named and asked.thing == "runs":
        text = numbered_runs(text, asked, lexicon.connection) or text
    text = study_runs(text) if asked.ask == "duration" else text
    text = named_here(text, asked, lexicon.connection, names)
    text = recorded_by(text, asked, lexicon.connection) if asked.thing == "runs" else text
    text = read_own_order(read_words(text, asked), asked)
    text = recorded_or_not(text, asked, lexicon.connection)
    text = written_settings(text, asked, lexicon.connection)
    text = read_order(text, asked, RecordedNames(lexicon.connection, asked.thing), results)
    text = _result_of_named(text, asked, results)
    text = _size(text, asked)
    text = read_fact(_devices(text, asked), asked, lexicon.connection)
    text = _LEADING.sub(" ", text)
    for _ in range(4):
        text = _LINKS.sub(" ", text.strip() + " ").strip()
    return asked, re.sub(r"\s+", " ", text).strip(" ,.")


def _speaks_of_models(question: str, connection: apsw.Connection) -> bool:
    """Return whether "runs" counts what models have, or is the verb of a sentence about them."""
    if _COUNTED.search(question):
        return True
    found = _ON_DEVICE.match(question)
    if found is None or vocabulary.find("hardware", found["device"]) is None:
        return False
    sql = "SELECT EXISTS (SELECT 1 FROM run WHERE hardware IS NOT NULL)"
    return not fetch_value(connection, sql)


def _any(connection: apsw.Connection) -> bool:
    sql = "SELECT EXISTS (SELECT 1 FROM run) OR EXISTS (SELECT 1 FROM checkpoint)"
    return bool(fetch_value(connection, sql))


def _has_trials(connection: apsw.Connection | None) -> bool:
    sql = f"SELECT EXISTS (SELECT 1 FROM run r WHERE {IS_TRIAL})"
    return bool(connection is not None and fetch_value(connection, sql))


def _thing(question: str, asked: AskedRuns, results: ResultWords) -> str | None:
    """Say what is asked for and take its words out; None where it is neither of both."""
    per = _PER.match(question)
    if per is not None and results.read(per["name"], asked):
        asked.first = "all"
        return question[per.end() :]
    base = _BASE.search(question)
    if base is not None and _OF_RUNS.search(question):
        asked.where.append(Filter("base_model", "contains", base["name"].strip("?.,\"'"), base[0]))
        rest = question[: base.start()] + " " + question[base.end() :]
        return re.sub(r"(?i)\b(?:which|what|models?|runs?|are|is|was|were|all)\b", " ", rest)
    for ask, pattern in _QUESTIONS:
        found = pattern.search(question)
        if found is not None:
            asked.ask = ask
            return _without_question(_verdict_wanted(question, asked), ask)
    if _CHECKPOINTS.search(question) and not _NOT_ASKED.search(question):
        asked.thing = "checkpoints"
        return _CHECKPOINTS.sub(" ", question, count=1)
    found = _RUNS.search(question)
    if found is None:
        found = _BY_RESULT.search(question)
        if found is None or not results.read(found["name"], AskedRuns()):
            return None
        return question[: found.start("noun")] + " " + question[found.end() :]
    if found[0].lower().rstrip("s").endswith("trial") and _has_trials(results.connection):
        asked.where.append(Filter("trial", "=", 1, found[0].split()[-1]))
    words = re.sub(rf"(?i)^\s*{_WHETHER_ANY}|\b{_NOUN}\b\s*$", " ", found[0])
    return f"{question[: found.start()]} {words} {_REACHED.sub(' ', question[found.end() :])}"


def _verdict_wanted(question: str, asked: AskedRuns) -> str:
    """Note which verdict the runs that are asked for have, where one is; return the question
    without what denies it.
    """
    if asked.ask not in _VERDICTS:
        return question
    denied = _DENIED.search(question)
    if not _WHETHER.match(question):
        asked.only = "no" if denied else "yes"
    if denied is None:
        return question
    return question[: denied.start("no")] + " " + question[denied.end("no") :]


_QUESTION_WORDS = {
    "duration": r"how long (?:did|does|do|was|were|has)|train(?:ed|ing)? (?:time|duration)|"
    r"trained|training|train|take|took|last|running|run|duration|it",
    "sweep": r"what|which|did|was|were|does|sweeps?|swept|vary|varied|tried|searched|search|"
    r"settings?|hyperparameters?|parameters?|the|in|it|runs?",
    "divergence": r"did|does|has|have|which|what|runs?|that|diverged?|diverging|divergence|"
    r"blew up|blow up|explode[d]?|"
    r"training|it|any|models?",
    "overfitting": r"did|does|is|was|which|what|runs?|that|over-?fit(?:s|ted|ting)?|it|any|models?",
}


def _without_question(question: str, ask: str) -> str:
    return re.sub(rf"(?i)\b(?:{_QUESTION_WORDS[ask]})\b", " ", question)


def _result_of_named(text: str, asked: AskedRuns, results: ResultWords) -> str:
    """Read the result that is asked of named runs, or of many: "reward of PPO_18", "average
    accuracy".
    """
    averaged = asked.ask in ("mean", "median") and not asked.fact
    if asked.metric or not (asked.named or averaged):
        return text
    words = re.sub(r"(?i)\b(?:final|last|best)\b", " ", text).split()
    for start in range(len(words)):
        said = " ".join(words[start:])
        if results.read(said, asked):
            return " ".join([*words[:start], said[results.length(said) :]])
    return text


def _size(text: str, asked: AskedRuns) -> str:
    found = _SIZE.search(text)
    if found is None or asked.thing != "checkpoints":
        return text
    word = found["word"].lower()
    size = float(found["number"]) * _UNITS[found["unit"][0].lower()]
    asked.where.append(Filter("size_bytes", _OPS.get(word, word), size, found[0]))
    return text[: found.start()] + " " + text[found.end() :]


def _devices(text: str, asked: AskedRuns) -> str:
    found = _DEVICES.search(text)
    if found is None:
        return text
    count = _COUNTS.get(found["count"].lower()) or int(found["count"])
    word = (found["op"] or "=").lower()
    asked.where.append(Filter("devices", _OPS.get(word, "="), count, found[0]))
    return text[: found.start()] + " " + text[found.end() :]
