"""Questions that want a yes or a no: "does gpt_mini use attention?", "was v2 trained on MNIST?"."""

from __future__ import annotations

from modelsearch.query.names.named_here import count_matching
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import (
    Filter,
    Node,
    Not,
    ParsedQuery,
    conjuncts,
    join_and,
    meaning,
)

#: Questions for whether there is any model open so.
_WHETHER = frozenset({"is there", "are there", "do i", "did i", "have i", "do we", "did we",
                      "have we", "does any", "do any", "did any", "is any", "are any", "was any",
                      "were any", "has any", "have any"})  # fmt: skip
_ALL = frozenset({"every", "all", "each"})
_BETWEEN = frozenset({"of", "my", "our", "the", "these", "those"})


def read_yes_or_no(reading: Reading, parsed: ParsedQuery) -> None:
    """Read a question that opens like one of yes or no and names one model."""
    if parsed.intent not in ("search", "details") or parsed.sort is not None or parsed.asked:
        return
    if any(mention.field == "contradiction" for mention in reading.mentions):
        return  # "does the README agree with the code?": the differences are the answer
    group = _every(reading)
    if group is not None and parsed.intent == "search":
        rest = [part for part in conjuncts(parsed.where) if meaning(part) != meaning(group)]
        if rest:
            parsed.every = group
            return
    about = next((m for m in reading.mentions if _names_one(reading, m)), None)
    model = about.node if about is not None else None
    first = " ".join(reading.question.lower().split(maxsplit=2)[:2])
    if about is None and first not in _WHETHER:
        about, model = _called_so(reading)
    if about is None:
        parsed.whether = parsed.intent == "search" and first in _WHETHER
        reading.claim(0, 1 if parsed.whether else -1, "intent", "whether there is any")
        return
    subject = meaning(about.node)
    asked: list[Node] = [part for part in conjuncts(parsed.where) if meaning(part) != subject]
    condition = join_and(asked)
    if condition is not None and not isinstance(condition, Not):
        parsed.affirms = (model or about.node, condition)
        parsed.intent = "details"


def _called_so(reading: Reading) -> tuple[Mention | None, Node | None]:
    """Return a name of several models that the file of just one is called by, and that model:
    "does ddpm use AdamW?".
    """
    from modelsearch.query.intent.which_of_two import one_named

    for mention in reading.mentions:
        some = mention.plural or reading.lower(mention.first - 1) in ("a", "an", "any")
        node = one_named(reading, mention) if not some else None
        if isinstance(node, Filter):
            said = reading.text(mention.first, mention.last)
            reading.note(f"Read {said!r} as the model {node.value}.")
            return mention, node
    return None, None


def _every(reading: Reading) -> Node | None:
    """Return the condition on the models of which all are asked about: "every transformer", "all my
    Adam models".
    """
    for index in range(len(reading.tokens)):
        if reading.lower(index) not in _ALL:
            continue
        first = index + 1
        while reading.lower(first) in _BETWEEN:
            first += 1
        for mention in reading.mentions:
            if mention.first == first:
                reading.claim(index, first - 1, "intent", "whether all do")
                return mention.node
    return None


def _names_one(reading: Reading, mention: Mention) -> bool:
    return mention.field in ("model", "family") and count_matching(reading, mention.node) == 1
