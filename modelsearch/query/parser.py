"""A question in plain words becomes a ParsedQuery: stages that each claim tokens of it.

Qualifiers first, then model names, vocabulary names, subjects, numbers, dates; what they claim
becomes a boolean tree; what is left is a stop word or text to rank by. Nothing is dropped
silently: every token ends with a use.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from modelsearch.query.absence import find_absence
from modelsearch.query.comparing import both_named
from modelsearch.query.compile import compile_filter
from modelsearch.query.dates import find_dates, find_foreign_dates
from modelsearch.query.entities import find_entities
from modelsearch.query.intents import read_intent
from modelsearch.query.lexicon import Lexicon
from modelsearch.query.logic import build_tree
from modelsearch.query.mentions import find_references
from modelsearch.query.model import Filter, ParsedQuery, TokenUse, leaves
from modelsearch.query.numbers import find_numbers
from modelsearch.query.qualifiers import find_qualifiers
from modelsearch.query.state import Reading
from modelsearch.query.subjects import find_subjects
from modelsearch.query.tokens import tokenise
from modelsearch.query.words import words

_ANNOUNCED = frozenset({"family", "technique"})


def parse(
    question: str, lexicon: Lexicon, *, today: date, timezone: Any = None, plain: bool = False
) -> ParsedQuery:
    """Understand a question.

    ``today`` is what relative dates count from. ``plain`` reads it as a search whatever its verbs
    (a cohort of a comparison). Raises UsageError for a malformed qualifier, and nothing else.
    """
    tokens, cut = tokenise(question)
    reading = Reading(question, tokens, lexicon, today)
    if cut:
        reading.note("The question is very long; only its beginning was read.")
    parsed = ParsedQuery(question)
    find_qualifiers(reading)
    find_references(reading, parsed)
    find_numbers(reading)
    find_entities(reading)
    _relax(reading)
    find_subjects(reading)
    find_dates(reading)
    find_foreign_dates(reading)
    find_absence(reading)
    reading.mentions.sort(key=lambda mention: mention.first)
    if not plain:
        read_intent(reading, parsed)
    parsed.where = build_tree(reading)
    if parsed.intent == "compare":
        parsed.where = both_named(parsed, parsed.where)
    parsed.references = [
        str(leaf.value)
        for leaf, negated in leaves(parsed.where)
        if leaf.field == "model"
        and leaf.op == "="
        and not negated
        and leaf.value not in parsed.unresolved
    ]
    _announce_narrower(reading)
    parsed.text = _residual(reading)
    parsed.tokens = [
        TokenUse(token.text, use or "stop", detail)
        for token, use, detail in zip(tokens, reading.uses, reading.details, strict=True)
    ]
    parsed.notes = [*parsed.notes, *reading.notes]
    return parsed


def _relax(reading: Reading) -> None:
    """Let names rank instead of filter where no model could satisfy them as filters.

    Tasks are rarely stated; while no model of this database has the task, its words stay text. A
    bare number that names a dataset nobody here uses ("the game called 2048") is looked for in the
    texts instead.
    """
    connection = reading.lexicon.connection
    if connection is None:
        return
    for mention in list(reading.mentions):
        node = mention.node
        if not isinstance(node, Filter) or node.op != "=":
            continue
        if node.field == "task" and not _any_model(reading, node):
            reading.release(mention)
        elif node.field == "dataset" and node.text.isdigit() and not _any_model(reading, node):
            words_wanted = Filter("text", "phrase", node.text, node.text, node.span)
            mention.node, mention.field = words_wanted, "text"


def _any_model(reading: Reading, node: Filter) -> bool:
    from modelsearch.search.members import Members

    sql = compile_filter(node)
    connection = reading.lexicon.connection
    if connection is None:
        return False
    known = Members(connection)
    if known.large:
        return known.matching(node) != 0
    rows = connection.execute(
        "SELECT 1 FROM model m LEFT JOIN training_stage s ON s.model = m.id AND s.main = 1 "
        f"WHERE {sql.text} LIMIT 1",
        sql.params,
    )
    return rows.fetchone() is not None


def _announce_narrower(reading: Reading) -> None:
    """Say where a family takes narrower ones in ("autoencoder" finds VAEs)."""
    for mention in reading.mentions:
        node = mention.node
        if isinstance(node, Filter) and node.field in _ANNOUNCED:
            narrower = reading.lexicon.narrower_present(node.field, str(node.value))
            if narrower:
                shown = ", ".join(narrower[:6])
                reading.note(f"{node.value} includes {shown}.")


def _residual(reading: Reading) -> str:
    """Join the content words that nothing used; stop words and signs are marked as such."""
    left = []
    for index, token in enumerate(reading.tokens):
        if reading.uses[index]:
            continue
        if not token.is_word or token.lower in words("stop"):
            reading.uses[index] = "stop"
        else:
            reading.uses[index] = "text"
            left.append(token.text)
    return " ".join(left)


def explain(parsed: ParsedQuery) -> str:
    """Return how a question was read: intent, each token, the SQL and its parameters."""
    lines = [f"intent: {parsed.intent}"]
    for use in parsed.tokens:
        if use.use != "stop":
            detail = f" ({use.detail})" if use.detail else ""
            lines.append(f"  {use.text!r:24} {use.use}{detail}")
    stop = [use.text for use in parsed.tokens if use.use == "stop"]
    if stop:
        lines.append("  no meaning of their own: " + " ".join(stop))
    if parsed.where is not None:
        sql = compile_filter(parsed.where)
        lines += [f"SQL: {sql.text}", f"parameters: {list(sql.params)}"]
    lines.append(f"text to rank by: {parsed.text!r}" if parsed.text else "no text to rank by")
    return "\n".join(lines)
