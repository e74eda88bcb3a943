"""Two models measured against each other: "is A trained longer than B?"."""

from __future__ import annotations

from modelsearch.query.intent.measures import measured
from modelsearch.query.names.named_here import count_matching
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import ParsedQuery, join_or

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


def read_which_of_two(reading: Reading, parsed: ParsedQuery) -> None:
    """Read a question that measures two models against each other: ask both for the field that it
    names.
    """
    than = next(
        (
            i
            for i in range(len(reading.tokens))
            if reading.lower(i) == "than" and reading.uses[i] in ("", "stop", "text")
        ),
        None,
    )
    if than is None or parsed.intent not in ("search", "details"):
        return
    sides = [m for m in reading.mentions if _names_one(reading, m)]
    if len(sides) != 2 or not sides[0].first < than < sides[1].first:
        return
    at = next((i for i in range(than - 1, -1, -1) if reading.lower(i) in _COMPARATIVES), None)
    if at is None:
        return
    found = measured(reading, at + 1)
    name = found[0] if found is not None else _MEASURES.get(reading.lower(at), "")
    if not name:
        return
    reading.claim(at, than, "intent", f"asks for {name}")
    parsed.intent, parsed.asked = "details", [name]
    parsed.affirms, parsed.sort = None, None
    parsed.where = join_or([side.node for side in sides])


def _names_one(reading: Reading, mention: Mention) -> bool:
    return mention.field in ("model", "family") and count_matching(reading, mention.node) == 1
