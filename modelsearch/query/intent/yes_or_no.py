"""Questions that want a yes or a no: "does gpt_mini use attention?", "was v2 trained on MNIST?"."""

from __future__ import annotations

from modelsearch.query.names.named_here import count_matching
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import Node, Not, ParsedQuery, conjuncts, join_and, meaning

#: Questions for whether there is any model open so.
_WHETHER = frozenset({"is there", "are there", "do i", "did i", "have i", "do we", "did we",
                      "have we"})  # fmt: skip


def read_yes_or_no(reading: Reading, parsed: ParsedQuery) -> None:
    """Read a question that opens like one of yes or no and names one model."""
    if parsed.intent not in ("search", "details") or parsed.sort is not None or parsed.asked:
        return
    if any(mention.field == "contradiction" for mention in reading.mentions):
        return  # "does the README agree with the code?": the differences are the answer
    about = next((m for m in reading.mentions if _names_one(reading, m)), None)
    if about is None:
        first = " ".join(reading.question.lower().split(maxsplit=2)[:2])
        parsed.whether = parsed.intent == "search" and first in _WHETHER
        reading.claim(0, 1 if parsed.whether else -1, "intent", "whether there is any")
        return
    subject = meaning(about.node)
    asked: list[Node] = [part for part in conjuncts(parsed.where) if meaning(part) != subject]
    condition = join_and(asked)
    if condition is not None and not isinstance(condition, Not):
        parsed.affirms = (about.node, condition)
        parsed.intent = "details"


def _names_one(reading: Reading, mention: Mention) -> bool:
    return mention.field in ("model", "family") and count_matching(reading, mention.node) == 1
