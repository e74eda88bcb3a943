"""What a denial leaves untouched: "no GANs except DCGANs", "exclude all GANs but WGAN-GP".

The second name is a narrower kind of the first: it is not denied as well, but what the denial does
not reach.
"""

from __future__ import annotations

from modelsearch.query.state import Entry, Reading
from modelsearch.query.words import words
from modelsearch.records.question import And, Filter, Not, leaves
from modelsearch.vocabulary import ancestors
from modelsearch.vocabulary.fields import by_name

_EXEMPTING = frozenset({"except", "excepting", "besides", "excluding", "other than",
                        "apart from", "aside from", "except for", "bar", "save"})  # fmt: skip
#: Behind "all" or behind a verb that leaves out, "but" exempts; else it begins another wish.
_BUT = "but"
_WHOLE = frozenset({"all", "any", "every", "other", "each"})
_PLAIN = frozenset({"not", "no", "without", "never", "neither", "non", "-", "!"})
_IDLE = frozenset({",", "the", "for", "those", "models", "ones", "a", "an", "my"})


def with_exemptions(reading: Reading, entries: list[Entry]) -> list[Entry]:
    """Return the entries of a question with what a denial exempts as a part of what it denies."""
    found: list[Entry] = []
    exempting = False
    for entry in entries:
        before = found[-1] if found else None
        listed = exempting and bool(entry.joiner) and not entry.fresh
        if before is not None and _is_narrower(entry, before):
            exempting = listed or _is_exempted(reading, before, entry)
            if exempting:
                before.node = And((before.node, Not(entry.node)))
                before.last = entry.last
                reading.note(_said(reading, entry))
                continue
        exempting = False
        found.append(entry)
    return found


def _is_narrower(entry: Entry, denied: Entry) -> bool:
    """Return whether an entry names a narrower kind of what another one denies."""
    if not denied.negated or entry.field != denied.field:
        return False
    above = {leaf.value for leaf, negated in leaves(denied.node) if not negated}
    node, field = entry.node, by_name().get(entry.field)
    if field is None or not field.vocabulary or not isinstance(node, Filter) or node.op != "=":
        return False
    return any(name in above for name, _ in ancestors(field.vocabulary, str(node.value)))


def _is_exempted(reading: Reading, denied: Entry, entry: Entry) -> bool:
    """Return whether the words between a denied name and another one exempt that one."""
    between = [reading.lower(i) for i in range(denied.last + 1, entry.first)]
    said = " ".join(word for word in between if word not in _IDLE)
    if said != _BUT:
        return said in _EXEMPTING
    first = denied.first - 1
    while reading.lower(first) in _IDLE:
        first -= 1
    word = reading.lower(first)
    return word in _WHOLE or (word in words("negators") and word not in _PLAIN)


def _said(reading: Reading, entry: Entry) -> str:
    return f"Kept {reading.text(entry.first, entry.last)!r} in the answer."


def say_what_is_both(reading: Reading, entries: list[Entry]) -> None:
    """Say that "everything but GANs on MNIST" leaves out only the GANs that are on MNIST."""
    for one in entries:
        if one.negated and isinstance(one.node, And) and not one.field:
            said = " and ".join(repr(leaf.text) for leaf, _ in leaves(one.node) if leaf.text)
            reading.note(f"Left out only the models that are {said} at once.")
