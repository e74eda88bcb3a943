"""Two models measured against each other: "is A trained longer than B?", "which of A and B is
newer?".
"""

from __future__ import annotations

from modelsearch.query.intent.measures import measured
from modelsearch.query.names.named_here import count_matching
from modelsearch.query.names.references import called
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import Filter, Node, ParsedQuery, join_or

#: What a comparative measures where no field is named.
_MEASURES = {
    "longer": "epochs",
    "shorter": "epochs",
    "newer": "created",
    "older": "created",
    "younger": "created",
    "later": "created",
    "earlier": "created",
    "bigger": "parameters",
    "larger": "parameters",
    "smaller": "parameters",
    "heavier": "parameters",
    "lighter": "parameters",
    "deeper": "layers",
    "wider": "hidden_size",
}
_COMPARATIVES = frozenset(
    {*_MEASURES, "more", "less", "fewer", "higher", "lower", "better", "worse", "greater"}
)
_SMALLER = frozenset(
    {"shorter", "older", "earlier", "smaller", "lighter", "less", "fewer", "lower", "worse"}
)


def read_which_of_two(reading: Reading, parsed: ParsedQuery) -> None:
    """Read a question that measures two models against each other: ask both for the field that it
    names.
    """
    named = [(m, node) for m in reading.mentions if (node := one_named(reading, m)) is not None]
    sides = [mention for mention, _ in named]
    if parsed.intent not in ("search", "details") or len(sides) != 2:
        return
    than = _than_between(reading, sides)
    if than is None and not any(token.lower == "which" for token in reading.tokens):
        return
    end = len(reading.tokens) if than is None else than
    at = next((i for i in range(end - 1, -1, -1) if reading.lower(i) in _COMPARATIVES), None)
    if at is None or not reading.free(at, at):
        return
    found = measured(reading, at + 1)
    name = found[0] if found is not None else _measured_before(reading, parsed, sides[0].first)
    name = name or _MEASURES.get(reading.lower(at), "")
    if not name:
        return
    last = found[1] if than is None and found is not None else at if than is None else than
    reading.claim(at, last, "intent", f"asks for {name}")
    parsed.intent, parsed.asked = "details", [name]
    parsed.affirms, parsed.sort = None, None
    parsed.where = join_or([node for _, node in named])
    larger = reading.lower(at) not in _SMALLER
    parsed.measures = (larger, None if than is None else named[0][1])


def _measured_before(reading: Reading, parsed: ParsedQuery, end: int) -> str:
    """Return what is measured where it stands before the first model: "is the batch size of A
    larger than that of B?".
    """
    if len(parsed.asked) == 1:
        return parsed.asked[0]
    found = [one for one in (measured(reading, index) for index in range(end)) if one is not None]
    if not found or found[0][1] >= end:
        return ""
    name, last = found[0]
    reading.claim(last, last, "intent", f"asks for {name}")
    return name


def _than_between(reading: Reading, sides: list[Mention]) -> int | None:
    """Return the "than" between both models, None where there is none."""
    return next(
        (
            i
            for i in range(sides[0].first + 1, sides[1].first)
            if reading.lower(i) == "than" and reading.uses[i] in ("", "stop", "text")
        ),
        None,
    )


def one_named(reading: Reading, mention: Mention) -> Node | None:
    """Return the condition on the one model that a name is, or whose file is called by it; None
    where it fits several.
    """
    if mention.field not in ("model", "family"):
        return None
    if count_matching(reading, mention.node) == 1:
        return mention.node
    connection = reading.lexicon.connection
    said = range(mention.first, mention.last + 1)
    parts = [reading.lower(i) for i in said if reading.tokens[i].is_word]
    models = called(connection, parts) if connection is not None and parts else []
    return Filter("model", "=", models[0], " ".join(parts)) if len(models) == 1 else None
