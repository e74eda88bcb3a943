"""Numbers that were read in part, or with a unit that their field cannot have: asked back.

``lr 3 e-4`` is not 3, ``parameters 5 millionb`` not 5, ``epochs 12 GB`` no size of a file, and
``batch size of 8x8`` no size of pictures. The tokens beside a number that was taken tell.
"""

from __future__ import annotations

from itertools import pairwise

from modelsearch import vocabulary
from modelsearch.query.numbers.field_words import field_name
from modelsearch.query.numbers.quantities import (
    COMPARISONS,
    MULTIPLIERS,
    NUMBER_WORDS,
    UNITS,
    WHOLE,
    kind_of_unit,
)
from modelsearch.query.numbers.written import is_eastern
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.question import Filter, leaves

_UNREAD = frozenset({"", "stop", "text"})
_ENDS = frozenset("()[]{}\"'`,;:!?.…/|&")
_OPENS = frozenset("([{\"'`:=<>~≥≤≈/|,;")
_SIZES = frozenset({"size", "checkpoints"})
_IN_PIXELS = frozenset({"image_size", "image_width", "image_height", "latent_size", "size"})
#: Letters at the beginning that make a word a unit which was spelled wrong: "millionb".
_TELLING = 5
_SCALED = ("k", "m", "b")
_LINKS = frozenset({"of", "is", "=", ":", "equal", "equals", "set", "to", "at", "exactly"})
#: What multiplies a number in Chinese, which is not read: 100万 is a million.
_EASTERN_SCALES = frozenset("万萬亿億千百十兆")
#: Between two parts of one number.
_GOES_ON = frozenset({"in", "out", "of", "to", "x", ":", "-", "by", "times", "and", "a", "*"})
_NEAR = 3  #: tokens between a field and a number that is still said of it
_HINT = "is not a number; write it like 1000, 0.0005 or 1e-3"


def unfit_numbers(reading: Reading) -> list[str]:
    """Return what to ask about the numbers that conditions were made of."""
    asked = []
    for mention in reading.mentions:
        if not _is_numeric(mention):
            continue
        digits = [i for i in _tokens(mention) if any(map(str.isdigit, reading.tokens[i].text))]
        behind = _leftover(reading, mention) or _second_half(reading, mention)
        if behind:
            asked.append(f"{reading.text(mention.first, behind)!r} {_HINT}")
        elif digits and _torn(reading, digits[0]):
            asked.append(f"{reading.text(digits[0] - 1, mention.last)!r} {_HINT}")
        elif _comma_in_doubt(reading, mention):
            said = reading.text(mention.first, mention.last)
            asked.append(f"{said!r} may be one number or two; write 0.5, or '32 or 64'")
        else:
            asked += _units(reading, mention)
    return asked + _taken_by_another(reading)


def _is_numeric(mention: Mention) -> bool:
    """Return whether a mention holds nothing but numbers, and is no model or day."""
    values = [leaf.value for leaf, _ in leaves(mention.node)]
    listed = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return bool(listed) and all(isinstance(one, int | float) for one in listed)


def _tokens(mention: Mention) -> range:
    return range(mention.first, mention.last + 1)


def _leftover(reading: Reading, mention: Mention) -> int:
    """Return the last token of what a number leaves unread behind it, 0 where it leaves nothing."""
    at = mention.last + 1
    last = reading.tokens[mention.last]
    if kind_of_unit(last.lower) == "scale" and reading.lower(at) == "." and _glued(reading, at):
        at += 1  # "2 Mio."
    ends = any(map(str.isdigit, last.text)) or kind_of_unit(last.lower) or last.text in "%‰"
    if not ends or at >= len(reading.tokens):
        return 0
    token = reading.tokens[at]
    if is_eastern(token.text[0]):  # there are no spaces: 大于100的模型
        return at if token.text[0] in _EASTERN_SCALES else 0
    if reading.uses[at] not in _UNREAD:
        return at if token.is_word and token.glued else 0
    if token.text in (",", ".") and _glued(reading, at) and _glued(reading, at + 1):
        return at + 1 if reading.tokens[at + 1].is_word else 0
    if token.kind == "number" or kind_of_unit(token.lower) or token.text in "%‰":
        return at
    if token.lower in ("e", "ke", "me") and reading.lower(at + 1) in ("-", "+"):
        return min(at + 2, len(reading.tokens) - 1)
    if token.is_word and (token.glued or _may_be_a_unit(reading, at)):
        return at
    following = reading.tokens[at + 1 : at + 2]
    hyphened = token.text == "-" and any(one.glued and one.is_word for one in following)
    return at if token.glued and token.text not in _ENDS and not hyphened else 0


def _second_half(reading: Reading, mention: Mention) -> int:
    """Return the last token of a number that goes on behind a small word: "1 in 1000", "nine out of
    ten", "one and a half million", "3 x 1e-4"; 0 where none does.
    """
    at = mention.last + 1
    ending = reading.tokens[mention.last]
    if ending.kind != "number" and ending.lower not in NUMBER_WORDS:
        return 0
    while reading.lower(at) in _GOES_ON:
        at += 1
    if at == mention.last + 1 or at >= len(reading.tokens) or reading.uses[at] not in _UNREAD:
        return 0
    token = reading.tokens[at]
    number = token.kind == "number" or token.lower in MULTIPLIERS or token.lower in NUMBER_WORDS
    said = reading.text(mention.last, at).lower()
    return at if number and (" and " not in said or " and a " in said) else 0


def _may_be_a_unit(reading: Reading, index: int) -> bool:
    """Return whether a word behind a number may be a unit: a short one that nothing here has, one
    that begins as a unit does.
    """
    word = reading.lower(index)
    if any(len(one) >= _TELLING and word.startswith(one[:_TELLING]) for one in UNITS):
        return True
    short = len(word) <= _TELLING and word not in words("stop", "clause")
    return short and word.startswith(_SCALED) and not reading.lexicon.has_word(word)


def _glued(reading: Reading, index: int) -> bool:
    return index < len(reading.tokens) and reading.tokens[index].glued


def _torn(reading: Reading, first: int) -> bool:
    """Return whether a number was taken out of a longer word: the 4px of ``3e-4px``."""
    if not first or not reading.tokens[first].glued or reading.uses[first - 1] not in _UNREAD:
        return False
    before = reading.tokens[first - 1]
    if before.text in _OPENS:
        return False
    return before.is_word or before.text in ".-+" or _glued(reading, first - 1)


def _comma_in_doubt(reading: Reading, mention: Mention) -> bool:
    """Return whether a list without spaces may be one number with a decimal comma."""
    for index in _tokens(mention):
        parts = reading.tokens[index : index + 3]
        joined = len(parts) == 3 and parts[1].text in ",/" and parts[1].glued and parts[2].glued
        if joined and parts[1].text == "/":
            if parts[0].text.isdigit() != parts[2].text.isdigit() and parts[2].kind == "number":
                return True  # 1e-3/10: a quotient, or two
            continue
        if joined and "." in parts[0].text and "." in parts[2].text:
            continue  # 0.5,0.999: no number has two decimal marks
        if not joined or not parts[2].text[0].isdigit() or not parts[0].text[-1].isdigit():
            continue
        second = parts[2].text
        plain = parts[0].text.isdigit() and second.isdigit() and not second.startswith("0")
        if not plain or mention.field not in WHOLE or kind_of_unit(reading.lower(index + 3)):
            return True
    return False


def _units(reading: Reading, mention: Mention) -> list[str]:
    """Return what to ask about the units of one number: of another field, or two at once."""
    kinds = [
        kind for i in _tokens(mention) if (kind := kind_of_unit(reading.lower(i), within=True))
    ]
    said = reading.text(mention.first, mention.last)
    named = _named_field(reading, mention)
    if named == "parameters" and any(reading.lower(i) == "size" for i in _tokens(mention)):
        named = "size"  # "model size over 5 MB"
    scales = [MULTIPLIERS.get(reading.lower(i), 0.0) for i in _tokens(mention)]
    scales = [one for one in scales if one]
    rising = all(one < other for one, other in pairwise(scales))  # "two hundred thousand"
    several = len(set(kinds)) > 1 or not rising
    unfit = (
        ("bytes" in kinds and named not in ("", *_SIZES))
        or ("pixels" in kinds and (named or mention.field) not in _IN_PIXELS)
        or ("share" in kinds and mention.field in WHOLE)
    )
    if not several and not unfit:
        return []
    field = (named or mention.field).replace("_", " ")
    return [f"{said!r}: {field} is not counted in that unit; write for example {field} > 64"]


def _named_field(reading: Reading, mention: Mention) -> str:
    """Return the field of numbers that the words of a mention spell, else nothing."""
    for first in _tokens(mention):
        for last, joined in reversed(reading.grams(first, _NEAR)):
            name = field_name(joined, vocabulary.index("metric"))
            if name is not None and last <= mention.last:
                return name
    return ""


def _taken_by_another(reading: Reading) -> list[str]:
    """Ask about a field with a number behind it that another field took: "batch size of 8x8"."""
    asked = []
    starts = {mention.first: mention for mention in reading.mentions if _is_numeric(mention)}
    for index in range(len(reading.tokens) if starts else 0):
        last, name = _field_alone(reading, index)
        at = last + 1
        while name and at <= last + _NEAR and reading.lower(at) in _LINKS and at not in starts:
            at += 1
        taken = starts.get(at) if name else None
        if taken is None or not isinstance(taken.node, Filter) or taken.field == name:
            continue
        if at > last + 1 or _begins_with_comparison(reading, taken):
            number, field = reading.text(taken.first, taken.last), reading.text(index, last)
            asked.append(
                f"{number!r} was read as {taken.field.replace('_', ' ')}, and {field!r} has no "
                f"number; write for example {field} > 64"
            )
    return asked


def _field_alone(reading: Reading, first: int) -> tuple[int, str]:
    """Return the last token and the name of a field of numbers that begins at a token and was given
    none; no name where there is no such field.
    """
    known = {
        m.last for m in reading.mentions if isinstance(m.node, Filter) and m.node.op == "exists"
    }
    for last, joined in reversed(reading.grams(first, _NEAR)):
        name = field_name(joined, vocabulary.index("metric"))
        if name is not None:
            unread = all(reading.uses[i] in _UNREAD | {"intent"} for i in range(first, last + 1))
            return last, name if unread or last in known else ""
    return first, ""


def _begins_with_comparison(reading: Reading, mention: Mention) -> bool:
    said = [reading.lower(i) for i in _tokens(mention)]
    return said[0] in _LINKS or any(
        " ".join(said[:count]) in COMPARISONS for count in range(1, len(said))
    )
