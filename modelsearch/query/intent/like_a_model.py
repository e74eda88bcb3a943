"""Conditions by another model: "same batch size as cvae", "more epochs than flower v1", "similar to
flower v3 but smaller".

The other model's stored value takes the place of a number or name: the value is said in a note. A
value that is not known is asked back: without it the answer would hold every model.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from modelsearch.query.logic import negation_at
from modelsearch.query.names.references import called, candidates, containing
from modelsearch.query.numbers.quantities import MULTIPLIERS, NUMBER_WORDS
from modelsearch.query.state import Reading
from modelsearch.query.time.datewords import of_dates
from modelsearch.query.words import words
from modelsearch.records.question import And, Filter, Node, Not, join_and, join_or, leaves
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search.sources import source_of
from modelsearch.vocabulary.fields import by_name, spellings
from modelsearch.vocabulary.fields.field import Field

if TYPE_CHECKING:
    import apsw

_MORE = frozenset({"more", "larger", "bigger", "higher", "greater", "longer"})
_LESS = frozenset({"less", "fewer", "smaller", "lower", "shorter"})
_LATER, _EARLIER = frozenset({"newer", "later", "younger"}), frozenset({"older", "earlier"})
#: "created after X", X being a model: later than it.
_WHEN = {"after": ">", "before": "<", "since": ">"}
_MADE = frozenset({"created", "made", "written", "trained", "added", "built"})
_SETTINGS = ("optimizer", "learning_rate", "batch_size", "epochs")
_ALL = frozenset({"settings", "hyperparameters", "configuration", "config", "setup"})
_COMPARED = frozenset({"number", "date"})
_LONGEST_FIELD = 3
_MOST_VALUES = 12
#: Words that "to" and a model follow, which the answer is to lie near.
SIMILAR = frozenset({"similar", "closest", "nearest", "comparable", "related", "close", "akin"})
_ARTICLES = frozenset({"the", "my", "model", "script"})
_OPENERS = frozenset({"does", "do", "did", "is", "was", "has", "had"})
_DIFFERENT = frozenset({"different", "other", "another", "differing"})
_FROM = frozenset({"than", "from", "to"})
_HAVE = frozenset({"the", "have", "has", "had", "having", "use", "used", "uses", "using", "with"})
_BUT = frozenset({"but", "and", ",", "with", "only", "that", "are", "is"})


def find_likeness(reading: Reading) -> None:
    """Claim what compares with a model that is named at the end of the question."""
    if reading.lexicon.connection is None:
        return
    for index in range(1, len(reading.tokens)):
        word = reading.lower(index)
        if word == "as":
            _same(reading, index)
        elif word == "than":
            _more_or_less(reading, index)
        elif word in _WHEN and reading.lower(index - 1) in _MADE:
            _compare(reading, index - 1, index, [by_name()["created"]], _WHEN[word])
        elif word == "to" and reading.lower(index - 1) in SIMILAR:
            _name(reading, index + 1)
        if word in _FROM:
            _different(reading, index)


def find_same(reading: Reading, first: int, named: int, fields: tuple[str, ...]) -> bool:
    """Claim tokens from ``first`` to the model that is named from ``named`` on, for those that have
    the same in some fields; tell whether a model is named there.
    """
    model = _model_after(reading, named)
    if model is None:
        return False
    found = [by_name()[name] for name in fields]
    _hold(reading, model[0], found, "=", (first, model[1]))
    return True


def compare_after(reading: Reading, model: str, first: int) -> None:
    """Read what the models near another one must differ in: "but smaller", "with fewer epochs"."""
    while reading.lower(first) in _BUT and reading.free(first, first):
        first += 1
    word = reading.lower(first)
    if word not in _MORE | _LESS | _LATER | _EARLIER or not reading.free(first, first):
        return
    op = ">" if word in _MORE | _LATER else "<"
    last, fields = first, [by_name()["created"]] if word in _LATER | _EARLIER else []
    for end in range(first + _LONGEST_FIELD, first, -1):
        named = _fields(reading, first + 1, end) if reading.free(first + 1, end) else []
        if named and not fields:
            last, fields = end, named
    if not fields:
        known = _values(reading, by_name()["parameters"], model)
        fields = [by_name()["parameters" if known else "size"]]
    _hold(reading, model, fields, op, (first, last))


def _name(reading: Reading, first: int) -> None:
    """Read "flower v3" behind "similar to" as the one model that it describes."""
    named = _model_after(reading, first)
    while reading.lower(first) in _ARTICLES:
        first += 1
    if named is not None and reading.free(first, named[1]):
        node = reading.filter("model", "=", named[0], first, named[1])
        reading.mention(first, named[1], node, "model")


def _same(reading: Reading, link: int) -> None:
    """Read "same A and B as X" and "as many A as X", ``link`` being the last "as"."""
    op = "="
    first = _word_before(reading, link, {"same"})
    if first is not None:
        fields = _fields(reading, first + 1, link - 1)
        denial = _denied_before(reading, first) if fields else None
        first, op = (first, op) if denial is None else (denial, "!=")
    else:
        first = _word_before(reading, link, {"as"})
        if first is None or reading.lower(first + 1) not in ("many", "much", "large", "long"):
            return
        if reading.lower(first - 1) in ("twice", "half", "times", "least", "most"):
            return
        fields = _fields(reading, first + 2, link - 1)
    if not _compare(reading, first, link, fields, op) and fields:
        said = reading.text(first, link)
        reading.doubts.append(
            f"it is not clear which model {said!r} compares with; name one by its id"
        )


def _different(reading: Reading, link: int) -> None:
    """Read "a different A than X", "another A from X", ``link`` being "than", "from" or "to"."""
    first = _word_before(reading, link, _DIFFERENT)
    if first is not None:
        _compare(reading, first, link, _fields(reading, first + 1, link - 1), "!=")


def _denied_before(reading: Reading, first: int) -> int | None:
    """Return where a denial of "the same" begins: at the "not" of "do not have the same"."""
    at = first - 1
    while at > 0 and reading.lower(at) in _HAVE:
        at -= 1
    return at if at >= 0 and negation_at(reading, at) == 1 else None


def _more_or_less(reading: Reading, link: int) -> None:
    """Read "more A than X" and "A larger than X", ``link`` being "than"."""
    compared = _word_before(reading, link, _MORE | _LESS | _LATER | _EARLIER)
    if compared is None:
        return
    if reading.lower(0) in _OPENERS and _model_between(reading, 1, compared):
        return  # "did A train for more steps than B?" measures two
    op = ">" if reading.lower(compared) in _MORE | _LATER else "<"
    if reading.lower(compared) in _LATER | _EARLIER:
        if compared == link - 1:
            _compare(reading, compared, link, [by_name()["created"]], op)
        return
    if compared < link - 1:
        _compare(reading, compared, link, _fields(reading, compared + 1, link - 1), op)
        return
    for first in range(max(compared - _LONGEST_FIELD, 0), compared):
        fields = _fields(reading, first, compared - 1)
        if fields:
            _compare(reading, first, link, fields, op)
            return
    _compare(reading, compared, link, _compared_before(reading, compared), op)


def _model_between(reading: Reading, first: int, end: int) -> bool:
    """Return whether the words from a token on name one model, the longest of them first."""
    connection = reading.lexicon.connection
    if connection is None:
        return False
    while reading.lower(first) in _ARTICLES:
        first += 1
    for last in range(end - 1, first - 1, -1):
        parts = [reading.lower(i) for i in range(first, last + 1) if reading.tokens[i].is_word]
        if not words("stop").issuperset(parts) and len(called(connection, parts)) == 1:
            return True
    return False


def _compared_before(reading: Reading, first: int) -> list[Field]:
    """Return the field of the comparison that ends right before "but fewer than X"."""
    at = first - 1
    while reading.lower(at) in _BUT:
        at -= 1
    before = next((one for one in reading.mentions if one.last == at and not one.field), None)
    if at == first - 1 or before is None:
        return []
    named = [leaf.field for leaf, negated in leaves(before.node) if not negated]
    return [by_name()[name] for name in named[:1] if name in by_name()]


def _word_before(reading: Reading, link: int, wanted: frozenset[str] | set[str]) -> int | None:
    """Return the nearest of some words before a token, of which all up to it are free."""
    for index in range(link - 1, -1, -1):
        if not reading.free(index, index):
            return None
        if reading.lower(index) in wanted:
            return index
    return None


def _fields(reading: Reading, first: int, last: int) -> list[Field]:
    """Return the fields that a stretch of tokens lists, none where any word of it is no field."""
    found: list[Field] = []
    index = first
    while index <= last:
        word = reading.lower(index)
        if word in ("and", ",", "the", "number", "of"):
            index += 1
        elif word in _ALL:
            found += [by_name()[name] for name in _SETTINGS]
            index += 1
        else:
            for end in range(min(index + _LONGEST_FIELD - 1, last), index - 1, -1):
                field = spellings().get("".join(t.norm for t in reading.tokens[index : end + 1]))
                if field is not None:
                    break
            else:
                return []
            found.append(field)
            index = end + 1
    return found


def _compare(reading: Reading, first: int, link: int, fields: list[Field], op: str) -> bool:
    """Claim a comparison with the model that is named behind a token; tell whether one is."""
    at = link + 1
    while reading.lower(at) in _ARTICLES:
        at += 1
    dated = of_dates(reading.lower(at)) or (
        at < len(reading.tokens) and reading.tokens[at].kind == "number"
    )
    if reading.lower(link) in _WHEN and dated:
        return False  # "created after May": a date
    named = _model_after(reading, link + 1) if fields else None
    exact = op in ("=", "!=")
    if named is None or not (exact or all(one.kind in _COMPARED for one in fields)):
        return False
    _hold(reading, named[0], fields, op, (first, named[1]))
    return True


def _hold(
    reading: Reading, model: str, fields: list[Field], op: str, tokens: tuple[int, int]
) -> None:
    """Claim tokens for conditions by what a model has in some fields; it is left out itself."""
    parts: list[Node] = []
    said = []
    for field in fields:
        values = _values(reading, field, model)
        name = field.name.replace("_", " ")
        if not values:
            reading.doubts.append(
                f"the {name} of {model} is not known, so nothing compares with it"
            )
            continue
        said.append(f"{name} {op} {', '.join(map(str, values))}")
        if op == "!=":
            parts.append(_differs(reading, field, values, tokens))
            continue
        nodes: list[Node] = [_filter(reading, field, op, value, tokens) for value in values]
        parts.append(And(tuple(nodes)) if len(nodes) > 1 else nodes[0])
    if not parts:
        return
    itself = Not(Filter("model", "=", model))
    either = join_or(parts) if op == "!=" else None  # one difference makes settings others
    node = join_and([either, itself] if either is not None else [*parts, itself])
    if node is not None:
        reading.mention(*tokens, node, "")
        reading.note(f"Compared with {model} ({'; '.join(said)}), which is left out itself.")


def _differs(
    reading: Reading, field: Field, values: Sequence[str | int | float], tokens: tuple[int, int]
) -> Node:
    """Return the condition that a field has a value, and none of some values."""
    nodes: list[Node] = [_filter(reading, field, "=", value, tokens) for value in values]
    known: Node = reading.filter(field.name, "exists", None, *tokens)
    return And((known, *[Not(node) for node in nodes]))


def _filter(
    reading: Reading, field: Field, op: str, value: str | int | float, tokens: tuple[int, int]
) -> Filter:
    """Return the condition on a field; a day is compared as an interval without that day."""
    if field.kind != "date":
        return reading.filter(field.name, op, value, *tokens)
    day = date.fromisoformat(str(value))
    interval = ((day + timedelta(days=1)).isoformat(), None) if op == ">" else (None, str(day))
    return reading.filter(field.name, "in", interval, *tokens)


def _model_after(reading: Reading, first: int) -> tuple[str, int] | None:
    """Return the one model that the words from a token on name, the longest first, and the last
    of these.
    """
    connection = reading.lexicon.connection
    while reading.lower(first) in _ARTICLES:
        first += 1
    end = _end_of_name(reading, first)
    while end >= first and not reading.tokens[end].is_word:
        end -= 1
    if connection is None or first > end:
        return None
    # "similar to cvae on MNIST": the shorter name, where it is one, and a condition.
    opening = (i for i in range(first + 1, end + 1) if reading.lower(i) in words("clause"))
    shorter = next(opening, None)
    lasts = [*([shorter - 1] if shorter is not None else []), *range(end, first - 1, -1)]
    lasts = [last for last in lasts if _may_end_a_name(reading, first, last)]
    counted = [any(_counts(reading, i) for i in range(first, last + 1)) for last in lasts]
    # A number by itself is one of the question's; of "Homework 03" it is a part, as "Homework"
    # alone names no model.
    for wanted in (False,) if _counts(reading, first) else (False, True):
        for last, with_number in zip(lasts, counted, strict=True):
            found = _only_named(connection, reading, first, last) if with_number is wanted else ""
            if found:
                return found, last
    return None


def _may_end_a_name(reading: Reading, first: int, last: int) -> bool:
    idle = reading.lower(last) in words("stop") and not reading.tokens[last].glued
    return not idle and reading.free(first, last)


def _only_named(connection: apsw.Connection, reading: Reading, first: int, last: int) -> str:
    """Return the one model that some tokens name, nothing where none or several are."""
    found = candidates(connection, reading.text(first, last))
    parts = [reading.lower(i) for i in range(first, last + 1) if reading.tokens[i].is_word]
    parts = [one for one in parts if one not in words("stop")]
    found = found if len(found) == 1 or not parts else containing(connection, parts)
    found = found if len(found) == 1 or not parts else called(connection, parts)
    return found[0] if len(found) == 1 else ""


def _end_of_name(reading: Reading, first: int) -> int:
    """Return the furthest token that a name from one on may reach: what denies or begins another
    part of a sentence is in none.
    """
    for index in range(first, len(reading.tokens)):
        word = reading.lower(index)
        alone = not reading.tokens[index].glued
        if alone and (word in ("but", "and", "or") or word in words("negators")):
            return index - 1
    return len(reading.tokens) - 1


def _counts(reading: Reading, index: int) -> bool:
    """Return whether a token is a number by itself, which is no part of a model's name here."""
    token = reading.tokens[index]
    word = token.lower
    return (token.kind == "number" and not token.glued) or word in NUMBER_WORDS.keys() | MULTIPLIERS


def _values(reading: Reading, field: Field, model: str) -> list[str | int | float]:
    """Return what is stored of a model in a field."""
    connection = reading.lexicon.connection
    assert connection is not None
    rows = connection.execute(
        f"SELECT DISTINCT v.value FROM ({source_of(field).rows(field)}) v "
        "JOIN model m ON m.id = v.model WHERE m.model_id = ? ORDER BY 1 LIMIT ?",
        (model, _MOST_VALUES),
    )
    values = [row[0] for row in rows if row[0] is not None]
    return [str(value)[:10] for value in values] if field.kind == "date" else values
