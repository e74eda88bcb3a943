"""What an adverb asks for: "when was X made", "where is X", "how big is X", "how many epochs".

Those of other languages are read as one English word of two ("wie lange": *how long*).
"""

from __future__ import annotations

from collections.abc import Callable

from modelsearch.query.names.named_here import count_matching
from modelsearch.query.state import Reading
from modelsearch.records.question import And, Filter, ParsedQuery
from modelsearch.vocabulary.fields import Field

#: Gives the field that is named from a token on, and its last token.
FieldAt = Callable[[Reading, int], tuple[Field, int] | None]

_VERBS = {"created": "created", "written": "created", "made": "created", "added": "created",
          "trained": "created", "built": "created", "modified": "modified", "changed": "modified",
          "updated": "modified", "edited": "modified", "touched": "modified", "change": "modified",
          "update": "modified", "edit": "modified", "modify": "modified", "touch": "modified",
          "create": "created", "write": "created", "make": "created", "train": "created",
          "build": "created", "add": "created", "start": "created"}  # fmt: skip
#: Fields of which a condition says which models are meant.
_OWNERS = frozenset({"family", "dataset", "model", "path", "repository"})
#: How long a model was trained is said in one of these.
_LENGTHS = ("epochs", "environment_steps", "episodes", "steps")


def read_adverb(reading: Reading, parsed: ParsedQuery, index: int, field_at: FieldAt) -> bool:
    """Read what an adverb at a token asks for: when was X last changed, where is X, how big is X,
    how long was X trained, how many epochs has X; tell whether it does.
    """
    word, following = reading.lower(index), reading.lower(index + 1)
    if word == "how many":  # one word of two: "combien"
        return _how_many(reading, parsed, field_at(reading, _counted(reading, index + 1)), index)
    if word == "how" and following == "many":
        return _how_many(reading, parsed, field_at(reading, _counted(reading, index + 2)), index)
    last: int | None = None
    if word == "where" and following in ("is", "are", "does", "can", "do"):
        parsed.asked, last = ["path"], index
    elif word == "when":
        last = _when(reading, parsed, index)
    else:
        last = _how_much(reading, parsed, index, field_at)
    if last is None:
        return False
    reading.claim(index, last, "intent", f"asks for {parsed.asked[0]}")
    return True


def _when(reading: Reading, parsed: ParsedQuery, index: int) -> int | None:
    """Read "when was X created and last changed"; return the last token, None where it is not
    asked.
    """
    verb = next((t.lower for t in reading.tokens[index:] if t.lower in _VERBS), "")
    if not verb and reading.lower(index + 1) not in ("did", "was", "were"):
        return None
    parsed.asked = [_VERBS.get(verb, "created")]
    for at in range(index, len(reading.tokens)):
        if reading.lower(at) in _VERBS:  # "created and last changed" asks for both
            parsed.asked = [*dict.fromkeys((*parsed.asked, _VERBS[reading.lower(at)]))]
        if reading.lower(at) in _VERBS or reading.lower(at) == "last":
            reading.claim(at, at, "intent", parsed.asked[-1])
    return index


def _how_much(reading: Reading, parsed: ParsedQuery, index: int, field_at: FieldAt) -> int | None:
    """Read "how long", "how big" and "how large is the batch size"; return the last token."""
    for count in (1, 2):  # one word of another language is read as two English ones
        said, last = reading.words(index, count), index + count - 1
        if said not in ("how long", "how big", "how large"):
            continue
        near = (field_at(reading, i) for i in range(last + 1, last + 5))
        measured = next((f for f in near if f is not None and f[0].kind == "number"), None)
        if measured is None:
            parsed.asked = [_length(reading) if said == "how long" else "size"]
            return last
        parsed.asked = [measured[0].name]
        return measured[1]
    return None


def _length(reading: Reading) -> str:
    """Return the field that says how long the models of a question were trained: the first that
    is known of one.
    """
    named = next((one.node for one in reading.mentions if one.field in _OWNERS), None)
    if named is not None:
        for name in _LENGTHS:
            if count_matching(reading, And((named, Filter(name, "exists"))), 1):
                return name
    return _LENGTHS[0]


def _counted(reading: Reading, index: int) -> int:
    """Return the token at which what is counted begins."""
    while reading.lower(index) in ("different", "distinct", "training", "trainable", "total"):
        index += 1
    return index


def _how_many(
    reading: Reading, parsed: ParsedQuery, found: tuple[Field, int] | None, index: int
) -> bool:
    if found is None or found[0].name in ("model", "kind", "path"):
        return False
    field, last = found
    parsed.asked = [field.name]
    reading.claim(index, last, "intent", f"asks for {field.name}")
    return True
