"""Return whether a spelling is meant as a name where it stands, and as which of several.

A name that is an ordinary word too (``lion``, ``wine``, ``conditional``) counts only where the
sentence says that it is meant as a name: beside a word for its field, after "on" or "with", or
written as names are written.
"""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.names.lexicon import ENTITY_KINDS, Name
from modelsearch.query.state import Reading
from modelsearch.query.tokens import Token
from modelsearch.query.words import words
from modelsearch.vocabulary.fields import find_field

#: Words before an ambiguous name that show it is one, by kind.
_BEFORE = {
    "dataset": {"on", "for", "of", "dataset", "data"},
    "framework": {"in", "using", "with", "use", "uses", "framework"},
    "optimizer": {"using", "with", "use", "uses", "by", "optimizer"},
    "hardware": {"on", "using", "with", "use", "uses"},
    "family": set(),
    "technique": {"using", "use", "uses"},
}
FOLLOWERS = {
    "family": {"model", "models", "network", "networks"},
    "loss": {"loss", "losses"},
    "scheduler": {"schedule", "annealing", "decay", "scheduler", "lr", "schedules", "schedulers"},
    "dataset": {"dataset", "data", "datasets", "set"},
    "optimizer": {"optimizer", "optimiser"},
}
_NEGATIVE = frozenset({"not", "no", "non", "without", "never"})
_ARTICLES = frozenset({"the", "a", "an", "my", "our"})


def choose_name(
    reading: Reading, tokens: list[Token], first: int, last: int, names: list[Name]
) -> Name | None:
    """Return the name that is meant here, if any."""
    usable = [
        name
        for name in names
        if name.kind in ENTITY_KINDS and _plausible(reading, tokens, first, last, name)
    ]
    if not usable:
        return next(
            (
                n
                for n in names
                if n.kind == "architecture" and _is_class_name(reading, first, last, n)
            ),
            None,
        )
    near = {field_of(reading, last + 1), field_of(reading, first - 1)}
    return next((name for name in usable if name.kind in near), usable[0])


def _plausible(reading: Reading, tokens: list[Token], first: int, last: int, name: Name) -> bool:
    edges = {tokens[first].lower, tokens[last].lower}
    if first < last and tokens[first].lower in _NEGATIVE and not tokens[first + 1].glued:
        return False  # "not MNIST" is no notMNIST
    if first == last:
        token = tokens[first]
        if token.lower in words("stop"):
            return False
        if token.kind == "number" or len(token.norm) == 1:
            return _number_is_name(reading, first, name)
        if token.lower in words("ambiguous") or not name.shipped:
            return (
                _in_context(reading, first, name)
                or _written_as_name(reading, token, name)
                or (name.shipped and _stands_alone(reading, first))
            )
        return True
    if edges & words("stop"):
        return _spelt_out(tokens, first, last, name)
    return True


def _number_is_name(reading: Reading, index: int, name: Name) -> bool:
    """Return whether a bare number such as 2048 names a dataset here."""
    before = reading.lower(index - 1)
    after = reading.lower(index + 1)
    return name.kind == "dataset" and (
        _stands_alone(reading, index)
        or before in ("game", "called", "named", "play", "plays", "playing", "the", "for", "on")
        or after in ("game", "dataset", "board", "agent", "agents", "environment")
    )


def _in_context(reading: Reading, index: int, name: Name) -> bool:
    before = index - 1
    while reading.lower(before) in _ARTICLES:
        before -= 1
    after = reading.lower(index + 1)
    return (
        after in FOLLOWERS.get(name.kind, ())
        or reading.lower(before) in _BEFORE.get(name.kind, ())
        or field_of(reading, index + 1) == name.kind
        or field_of(reading, before) == name.kind
    )


def _stands_alone(reading: Reading, index: int) -> bool:
    """Return whether nothing else of the question says anything: "Lightning", "lion models"."""
    empty = words("stop", "model_words", "using", "negators")
    return all(
        at == index or not token.is_word or token.lower in empty
        for at, token in enumerate(reading.tokens)
    )


def _written_as_name(reading: Reading, token: Token, name: Name) -> bool:
    """Return whether the word is written with the capitals of a name, not just at a sentence's
    start.
    """
    if not name.shipped:
        return token.text == name.value and (not token.text.islower() or len(token.text) > 9)
    unusual = token.text[1:] != token.text[1:].lower()
    if unusual:
        return token.text.isupper() is False or len(token.text) < 6
    return token.text[0].isupper() and token.start > 0 and not name.value.islower()


def _spelt_out(tokens: list[Token], first: int, last: int, name: Name) -> bool:
    """Return whether a name beginning or ending with a common word is written with it in full."""
    said = [token.lower for token in tokens[first : last + 1] if token.is_word]
    forms = (said, [*said[:-1], said[-1].removesuffix("s")])
    term = vocabulary.find(name.kind, name.value)
    spellings = term.spellings if term else (name.value,)
    return any(
        spelling.casefold().replace("-", " ").replace("_", " ").split() in forms
        for spelling in spellings
    )


def _is_class_name(reading: Reading, first: int, last: int, name: Name) -> bool:
    written = reading.text(first, last)
    if written != name.value:
        return reading.lower(first - 1) == "class" and written.lower() == name.value.lower()
    humps = sum(c.isupper() for c in written)
    return (humps > 1 and not written.isupper() and len(written) > 3) or reading.lower(
        first - 1
    ) in ("class", "architecture")


def field_of(reading: Reading, index: int) -> str:
    """Return the name of the field that a token spells, else an empty text."""
    if not 0 <= index < len(reading.tokens):
        return ""
    one = find_field(reading.tokens[index].norm)
    return one.name if one else ""
