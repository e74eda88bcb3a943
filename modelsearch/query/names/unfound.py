"""Names of models that no model here has: said as such, with the nearest, not blamed on the word
before them.

"is A trained longer than Foo-Net?", "models similar to foonet", "epochs of foonet": what stands
where a model's name belongs, and was read as nothing.
"""

from __future__ import annotations

from modelsearch.query.names.references import called, containing, near_ids, small
from modelsearch.query.state import Reading
from modelsearch.query.words import words

_ARTICLES = frozenset({"the", "a", "an", "my", "our"})
_SIGNS = frozenset("-_./+")
_SHOWN = 3  #: models that are offered
_LONGEST = 5  #: words in a name
#: A field that is asked for and the name of the model stand on either side of one of these.
_OF = frozenset({"of", "for", "does", "did", "has"})
_ASKED = "asks for "


def unfound_name(reading: Reading, first: int) -> str:
    """Return the sentence that no model is called what is said from a token on, with the nearest;
    nothing where a name was read there, or everyday words stand.
    """
    connection = reading.lexicon.connection
    while reading.lower(first) in _ARTICLES:
        first += 1
    last = _end(reading, first)
    if connection is None or last is None or not small(connection):
        return ""
    return not_called(reading, reading.text(first, last))


def unclear_comparison(reading: Reading, than: int) -> str:
    """Return what to say of a "than" that compares with models which are here: that several have
    the name, or that nothing says what is compared; nothing where no model is named.
    """
    connection = reading.lexicon.connection
    first = than + 1
    while reading.lower(first) in _ARTICLES:
        first += 1
    if connection is None or not small(connection):
        return ""
    for last in range(min(first + _LONGEST, len(reading.tokens)) - 1, first - 1, -1):
        parts = [reading.lower(i) for i in range(first, last + 1) if reading.tokens[i].is_word]
        if words("stop").issuperset(parts):
            continue
        found = called(connection, parts) or containing(connection, parts)
        said = reading.text(first, last)
        if len(found) > 1:
            shown = ", ".join(found[:_SHOWN]) + (" and others" if len(found) > _SHOWN else "")
            return f"{said!r} fits several models ({shown}); name one by its id"
        if found:
            return (
                f"it is not clear what {reading.text(than - 1, than)!r} compares; "
                f"write for example more epochs than {said}"
            )
    return ""


def not_called(reading: Reading, said: str) -> str:
    """Return the sentence that no model is called by some words, with the nearest."""
    connection = reading.lexicon.connection
    close = near_ids(connection, said)[:_SHOWN] if connection is not None else []
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    return f"no model here is called {said!r}{hint}"


def unfound_owners(reading: Reading) -> list[str]:
    """Return what to say of a value that is asked of a name which nothing here has: "epochs of
    foonet"; for questions that ask for a value and in which nothing was found that is meant.
    """
    for index in range(1, len(reading.tokens)):
        beside = reading.details[index - 1].startswith(_ASKED)
        if reading.lower(index) in _OF and (beside or reading.lower(index) in ("does", "did")):
            sentence = unfound_name(reading, index + 1)
            return [sentence] if sentence else []
    return []


def _end(reading: Reading, first: int) -> int | None:
    """Return the last token of a run of unread words that begins at one and of which one stands
    nowhere here; None where there is none.
    """
    last, unknown, count = None, False, 0
    for index in range(first, len(reading.tokens)):
        token = reading.tokens[index]
        if token.text in _SIGNS and token.glued and last is not None:
            continue
        everyday = words("stop", "negators", "model_words", "english")
        plain = reading.lower(index) in everyday and not token.glued
        if not token.is_word or reading.uses[index] not in ("", "text") or plain:
            break
        unknown = unknown or not reading.lexicon.has_word(token.text)
        last, count = index, count + 1
    return last if unknown and count <= _LONGEST else None
