"""Hardware and nothing else: "CPU only", "models that only use the CPU"."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import And, Filter, Not
from modelsearch.records.wordlists import word_set

_ONLY = frozenset({"only", "solely", "exclusively", "just"})
#: Words that may stand between "only" and the device.
_BETWEEN = word_set("""
    use uses using on run runs running need needs for the a an with work works trained train -
""")


def narrow_to_only(reading: Reading) -> None:
    """Let "only" leave out every other device."""
    for mention in reading.mentions:
        node = mention.node
        if mention.field != "hardware" or not isinstance(node, Filter):
            continue
        at = _only_at(reading, mention)
        if at is None:
            continue
        known = reading.lexicon.terms_present("hardware")
        others = [
            term.name
            for term in vocabulary.terms("hardware")
            if term.name != node.value and (known is None or term.name in known)
        ]
        excluded = [Not(Filter("hardware", "=", name, node.text, node.span)) for name in others]
        mention.node = And((node, *excluded))
        reading.claim(at, at, "filter", "no other device")


def _only_at(reading: Reading, mention: Mention) -> int | None:
    if reading.lower(mention.last) in _ONLY:
        return mention.last  # the vocabulary's own "cpu only"
    after = mention.last + 1
    if reading.lower(after) == "-":
        after += 1
    if reading.lower(after) in _ONLY:
        return after
    before = mention.first - 1
    while reading.lower(before) in _BETWEEN:
        before -= 1
    return before if reading.lower(before) in _ONLY else None
