"""How a question was read, for a person: each phrase with its use, the order, the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from modelsearch.query.state import describe
from modelsearch.records.question import Node, ParsedQuery, TokenUse
from modelsearch.search.compile import compile_filter, compile_images, order_by
from modelsearch.search.sources.comparisons import Parameter

_MEANINGS = {
    "filter": "filters",
    "sort": "orders",
    "limit": "limits",
    "intent": "says what is wanted",
    "reference": "names a model",
    "logic": "joins",
    "text": "ranks",
}
_FROM = "SELECT m.model_id FROM model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1"
_PICTURES = "SELECT i.path FROM image i"
_WIDTH = 28
_LONGEST = 90


def explain(parsed: ParsedQuery) -> str:
    """Return how a question was read: intent, each phrase, the SQL and its parameters."""
    lines = [f"intent: {parsed.intent}{_wanted(parsed)}"]
    lines += _phrases(parsed)
    if parsed.cohorts:
        for number, cohort in enumerate(parsed.cohorts, 1):
            lines += [f"group {number}: {cohort.question}", *_sql(cohort.where)]
    else:
        lines += _sql(parsed.where)
    if parsed.sort is not None:
        lines.append(f"order: {order_by(parsed.sort)[0]}")
    if parsed.image is not None and parsed.image.where is not None:
        sql = compile_images(parsed.image.where)
        lines += [
            f"pictures: {_PICTURES} WHERE {sql.text}",
            f"parameters: {_parameters(sql.params)}",
        ]
    if parsed.first_named:
        lines.append(f"first: models called {', '.join(parsed.first_named)}")
    lines.append(f"text to rank by: {parsed.text!r}" if parsed.text else "no text to rank by")
    return "\n".join(lines)


def _wanted(parsed: ParsedQuery) -> str:
    said = []
    if parsed.asked:
        said.append(f"of {', '.join(parsed.asked)}")
    if parsed.similar_to:
        said.append(f"near {parsed.similar_to}")
    if parsed.group_by:
        said.append(f"by {parsed.group_by}")
    if parsed.sort is not None:
        said.append(f"by {'highest' if parsed.sort.descending else 'lowest'} {parsed.sort.field}")
    if parsed.limit is not None:
        said.append(f"at most {parsed.limit}")
    return " " + ", ".join(said) if said else ""


def _phrases(parsed: ParsedQuery) -> list[str]:
    """One line for neighbouring tokens of one use; stop words and signs together at the end."""
    lines, idle = [], []
    for (use, detail), run in groupby(parsed.tokens, key=_use):
        words = [token.text for token in run]
        if use == "stop" or (use == "logic" and not any(w.isalnum() for w in words)):
            idle += words
            continue
        said = _joined(words)
        meaning = _MEANINGS.get(use, use) + (f": {detail}" if detail else "")
        lines.append(f"  {said!r:{_WIDTH}} {meaning}")
    if idle:
        lines.append("  no meaning of their own: " + " ".join(idle))
    return lines


def _use(token: TokenUse) -> tuple[str, str]:
    # A joining sign explains itself.
    return token.use, "" if token.use == "logic" and token.detail == token.text else token.detail


def _joined(words: list[str]) -> str:
    text = " ".join(words)
    for sign in ("-", "_", "/", "."):
        text = text.replace(f" {sign} ", sign)
    return text


def _sql(where: Node | None) -> list[str]:
    if where is None:
        return []
    sql = compile_filter(where)
    return [
        f"filters: {describe(where)}",
        f"SQL: {_FROM} WHERE {sql.text}",
        f"parameters: {_parameters(sql.params)}",
    ]


def _parameters(values: Sequence[Parameter]) -> str:
    """List parameters; long lists of names are cut, which the SQL itself does not do."""
    return "[" + ", ".join(_shortened(repr(value)) for value in values) + "]"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … {len(text)} characters'"
