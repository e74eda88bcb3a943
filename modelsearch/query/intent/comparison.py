"""Comparisons: the models or the groups of models that a question sets side by side.

Groups differ in what stands on either side of "vs", "with" or "and"; what only one side says
counts for the others too, unless they say something else of it. So "CNN vs transformer on
Fashion-MNIST" compares both on Fashion-MNIST.
"""

from __future__ import annotations

import itertools

from modelsearch.query.logic import join_entries, scan
from modelsearch.query.state import Entry, Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import IGNORECASE, lazy
from modelsearch.records.question import Filter, Node, ParsedQuery, join_and, leaves
from modelsearch.vocabulary.fields import spellings

_COMPARE = lazy(
    r"\b(compar(?:e|es|ed|ing|ison|isons)|contrast(?:ing)?|in common|how similar|"
    r"which (?:one )?is (?:better|worse|bigger|larger|smaller|newer|older|deeper)"
    r"|similarit(?:y|ies)|differences?|differs?|versus|vs)\b",
    IGNORECASE,
    needs=(
        "compar",
        "contrast",
        "common",
        "similar",
        "which is",
        "which one",
        "differ",
        "versus",
        "vs",
    ),
)
_CHANGED = lazy(
    r"\bwhat(?:'s| is| has| have)? (?:changed|different|new|the same)\b.{0,30}?\bbetween\b",
    IGNORECASE,
    needs=("between",),
)
_SEPARATORS = frozenset({"vs", "versus", "against"})
_SOFT = frozenset({"with", "to", "from", "than"})


def wants_comparison(reading: Reading) -> bool:
    """Return whether the question compares."""
    if _CHANGED.search(reading.plain) and not any(
        m.field in ("created", "modified") for m in reading.mentions
    ):
        return True
    for match in _COMPARE.finditer(reading.plain):
        # The "vs" of Dogs vs. Cats belongs to a name.
        within = reading.within(*match.span())
        named = any(reading.uses[i] == "filter" for i in within)
        # "models whose optimizer differs from Adam" denies.
        denies = match[0].startswith("differ") and within and _is_field(reading, within[0] - 1)
        if not named and not denies and match[0] != "different":
            return True
    return False


def _is_field(reading: Reading, index: int) -> bool:
    return index >= 0 and reading.tokens[index].norm in spellings()


def claim_comparing_words(reading: Reading) -> None:
    """Claim "compare", "difference" and the like; "vs" separates the sides."""
    for match in _COMPARE.finditer(reading.plain):
        for index in reading.within(*match.span()):
            if reading.lower(index) not in _SEPARATORS:
                reading.claim(index, index, "intent", "compare")
    changed = _CHANGED.search(reading.plain)
    for index in reading.within(*changed.span()) if changed is not None else ():
        reading.claim(index, index, "intent", "compare")


def read_comparison(reading: Reading, parsed: ParsedQuery) -> None:
    """Set intent and cohorts, and claim the words that ask for a comparison."""
    parsed.intent = "compare"
    _before_and_after(reading)
    sides = _sides(reading)
    if len(sides) > 1 and not all(_is_model(side) for side in sides):
        parsed.cohorts = _cohorts(reading, sides)


def _is_model(side: list[Entry]) -> bool:
    return any(entry.field == "model" for entry in side) and len(side) == 1


def _sides(reading: Reading) -> list[list[Entry]]:
    """Return the entries of each side, each with what is shared."""
    starts = _separators(reading)
    if starts:
        bounds = [-1, *starts, len(reading.tokens)]
        sides = [
            scan(reading, low + 1, high - 1, _within(reading, low, high))
            for low, high in itertools.pairwise(bounds)
        ]
        sides = [side for side in sides if side]
        if len(sides) > 1:
            return _shared(sides)
    entries = scan(reading)
    listed = _listed_sides(entries)
    return listed or _models_and_others(entries)


def _within(reading: Reading, low: int, high: int) -> list[Mention]:
    return [m for m in reading.mentions if low < m.first < high]


def _separators(reading: Reading) -> list[int]:
    hard = [
        i for i, t in enumerate(reading.tokens) if t.lower in _SEPARATORS and reading.free(i, i)
    ]
    if hard:
        for index in hard:
            reading.claim(index, index, "logic", "against")
        return hard
    compared = next((i for i, u in enumerate(reading.uses) if u == "intent"), 0)
    for index in range(compared + 1, len(reading.tokens)):
        word = reading.lower(index)
        before = any(m.last < index for m in reading.mentions)
        after = [m for m in reading.mentions if m.first > index]
        if word in _SOFT and before and after and _opens_side(reading, index):
            return [index]
    return []


def _opens_side(reading: Reading, index: int) -> bool:
    """Return whether "with" sets two things side by side rather than saying what one has."""
    following = index + 1
    left = {m.field for m in reading.mentions if m.last < index}
    if reading.lower(following) in ("my", "the", "those", "all", "our", "these", "that"):
        if "those" in (reading.lower(following), reading.lower(following + 1)):
            return True
        following += 1
        if reading.lower(following) in ("ones", "one"):
            return True
        said = next((m for m in reading.mentions if m.first >= following), None)
        return said is not None and said.field in left | {"family", "model", "dataset", "framework"}
    if reading.lower(index) != "with":
        return reading.lower(index) in ("to", "than") or reading.lower(following) in ("my",)
    right = next((m.field for m in reading.mentions if m.first > index), "")
    return right in left


def _shared(sides: list[list[Entry]]) -> list[list[Entry]]:
    """Give each side what the others say of fields it does not mention."""
    fields = [{entry.field for entry in side} for side in sides]
    if all("model" in names for names in fields):
        return sides
    filled = []
    for index, side in enumerate(sides):
        if "model" in fields[index]:
            filled.append(side)  # a model is what it is
            continue
        borrowed = [
            entry
            for other, entries in enumerate(sides)
            if other != index
            for entry in entries
            if entry.field not in fields[index]
            and entry.field != "model"
            and all(entry.field not in fields[o] or o == other for o in range(len(sides)))
        ]
        filled.append([*side, *borrowed])
    return filled


def _models_and_others(entries: list[Entry]) -> list[list[Entry]]:
    """Set each named model against the group that the rest describes: "my GANs and flower_v1"."""
    models = [entry for entry in entries if entry.field == "model"]
    others = [entry for entry in entries if entry.field != "model"]
    return [others, *([model] for model in models)] if models and others else []


def _listed_sides(entries: list[Entry]) -> list[list[Entry]]:
    """Split at a list of one field ("CIFAR-10 and MNIST"), else at "and" between like parts."""
    for index in range(1, len(entries)):
        entry, previous = entries[index], entries[index - 1]
        if entry.joiner and entry.field == previous.field and not entry.negated:
            run = [previous, entry]
            for following in entries[index + 1 :]:
                if following.field != entry.field or not following.joiner:
                    break
                run.append(following)
            others = [one for one in entries if one not in run]
            return [[*others[: index - 1], one, *others[index - 1 :]] for one in run]
    for index in range(1, len(entries)):
        fields = [entry.field for entry in entries[:index]]
        if entries[index].joiner and entries[index].field in fields:
            start = fields.index(entries[index].field)
            head, left, right = entries[:start], entries[start:index], entries[index:]
            return [[*head, *side] for side in _shared([left, right])]
    return []


def _cohorts(reading: Reading, sides: list[list[Entry]]) -> list[ParsedQuery]:
    found = []
    for side in sides:
        for entry in side:
            entry.joiner = entry.joiner if entry is not side[0] else ""
        node = join_entries(reading, [_alone(entry) for entry in side])
        found.append(ParsedQuery(_label(node), where=node))
    return found


def _alone(entry: Entry) -> Entry:
    entry.joiner = ""
    return entry


def _label(node: Node | None) -> str:
    """Name a group by the words it came from, in the question's order."""
    said = sorted(
        (leaf.span, ("not " if negated else "") + leaf.text) for leaf, negated in leaves(node)
    )
    return ", ".join(dict.fromkeys(text for _, text in said if text)) or "all models"


def _before_and_after(reading: Reading) -> None:
    """Make two conditions of "before and after April", which names its period once."""
    for mention in list(reading.mentions):
        if mention.field not in ("created", "modified") or mention.first < 2:
            continue
        words_before = reading.words(mention.first - 2, 2)
        own = reading.lower(mention.first)
        if (words_before, own) not in {
            ("before and", "after"),
            ("before vs", "after"),
            ("before or", "after"),
            ("after and", "before"),
            ("before versus", "after"),
        }:
            continue
        reading.release(mention)
        from modelsearch.query.time.periods import read_period

        found = read_period(reading, mention.first + 1)
        if found is None:
            reading.mentions.append(mention)
            continue
        bounds = found.period.latest(reading.today).bounds()
        first, last = mention.first - 2, mention.last
        early = reading.filter(mention.field, "in", (None, bounds[0]), first, first)
        late = reading.filter(mention.field, "in", (bounds[1], None), mention.first, last)
        reading.mention(mention.first, last, late, mention.field)
        reading.mention(first, first, early, mention.field)
        reading.mentions.sort(key=lambda one: one.first)


def both_named(parsed: ParsedQuery, node: Node | None) -> Node | None:
    """Join the models of a comparison by "or": no model is two models."""
    named = [leaf for leaf, negated in leaves(node) if leaf.field == "model" and not negated]
    others = [
        part
        for part in getattr(node, "parts", (node,))
        if isinstance(part, Filter) and part.field != "model"
    ]
    from modelsearch.records.question import join_or

    either = join_or(list(named))
    return join_and([*others, *([either] if either is not None else [])])


def phrase_tokens(reading: Reading) -> list[list[int]]:
    """Return the name-like tokens of each side of a comparison, for names by description."""
    sides: list[list[int]] = [[]]
    for index, token in enumerate(reading.tokens):
        if token.lower in ("and", "or", ",") or token.lower in _SEPARATORS | _SOFT:
            sides.append([])
        elif (
            token.is_word
            and reading.uses[index] not in ("intent", "sort", "limit")
            and (token.lower not in words("stop") or token.lower.startswith("v"))
        ):
            sides[-1].append(index)
    return [side for side in sides if side]
