"""Numbers in words, and in groups apart by spaces, read as one token each.

``twenty-four``, ``two hundred and fifty-six``, ``half a million``, ``a quarter million``, ``three
dozen``, ``one thousandth``, ``1/2 million``, ``2 500``. What only looks like a number
(``sixty-forty``) is left as it is, and reported as unread.
"""

from __future__ import annotations

from modelsearch.query.time.monthnames import MONTHS
from modelsearch.query.tokens import Token
from modelsearch.records.wordlists import word_set, word_tuple

_UP_TO_TEN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TEENS = word_tuple("""
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
""")
_ONES = {word: value for value, word in enumerate((*_UP_TO_TEN, *_TEENS))}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_SCALES = {
    "hundred": 100,
    "dozen": 12,
    "thousand": 1_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "billion": 1_000_000_000,
}
#: Words behind a number with a decimal comma: "1,5 million", "2,5 Mio".
_AFTER_DECIMALS = frozenset(
    {*_SCALES, "mio", "mrd", "millionen", "milliarde", "milliarden", "milliards", "millones"}
) - {"dozen"}
_PARTS = {"tenth": 0.1, "hundredth": 0.01, "thousandth": 0.001, "millionth": 1e-6}
_FRACTIONS = {"½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3, "⅕": 1 / 5, "⅛": 1 / 8}
_SHARES = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
#: Words before a number that keep it apart from one behind it: "top 5", "version 2".
_APART = frozenset({"top", "first", "last", "version", "v", "q", "week", "day", *MONTHS})
#: Words that are read as numbers where they stand alone, by the rules for quantities.
ALONE = word_set("""
    one two three four five six seven eight nine ten eleven twelve fifteen sixteen twenty thirty
    fifty hundred thousand
""")
NUMBER_WORDS = frozenset(
    {*_ONES, *_TENS, "hundred", "thousand", "million", "billion", "dozen", *_PARTS}
)
_SPELLED = NUMBER_WORDS | _SHARES.keys() | _SCALES.keys()


def with_numbers(tokens: list[Token]) -> list[Token]:
    """Return the tokens with each number in words, or in groups of digits, as one."""
    if not any(_of_a_number(token) for token in tokens):
        return tokens
    tokens = _with_fractions(tokens)
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        value, count = _number_at(tokens, index)
        if count:
            run = tokens[index : index + count]
            text = repr(value) if value != int(value) else str(int(value))
            found.append(Token(text, text, text, "number", run[0].start, run[-1].end, run[0].glued))
        else:
            found.append(tokens[index])
        index += count or 1
    return found


def _of_a_number(token: Token) -> bool:
    """Return whether a token may be a part of a number: figures, or a word for one."""
    return (
        token.text.isdecimal()
        or not token.text.isascii()
        or token.lower.removesuffix("s") in _SPELLED
    )


def _with_fractions(tokens: list[Token]) -> list[Token]:
    """Return the tokens with ``3½``, ``3 ½`` and ``½`` as numbers."""
    if all(token.text.isascii() for token in tokens):
        return tokens
    found: list[Token] = []
    for token in tokens:
        part = _FRACTIONS.get(token.text[-1:], 0.0)
        whole, first = token.text[:-1], token
        if not part or (whole and not whole.isdecimal()):
            found.append(token)
            continue
        if not whole and found and found[-1].text.isdecimal() and token.start == found[-1].end + 1:
            first = found.pop()
            whole = first.text
        text = repr(int(whole or 0) + part)
        found.append(Token(text, text, text, "number", first.start, token.end, first.glued))
    return found


def _number_at(tokens: list[Token], index: int) -> tuple[float, int]:
    """Return a number's value and how many tokens it takes, (0, 0) where none has to be joined."""
    for rule in (_in_groups, _decimal_comma, _share, _part, _in_words):
        value, count = rule(tokens, index)
        if count:
            return value, count
    return 0.0, 0


def _in_groups(tokens: list[Token], index: int) -> tuple[float, int]:
    """Read "2 500", "1 000 000" and "1 024": groups of three digits, which a zero at the end of the
    last or at the beginning of the first tells from numbers beside one another.
    """
    first = tokens[index]
    digits = first.text.isdecimal() and len(first.text) <= 3 and not first.text.startswith("0")
    before = tokens[index - 1] if index else None
    if not digits or (before is not None and (before.lower in _APART or first.glued)):
        return 0.0, 0
    count = 1
    while index + count < len(tokens) and _is_group(tokens[index + count - 1 : index + count + 1]):
        count += 1
    last = tokens[index + count - 1].text
    if count < 2 or not (last.endswith("0") or tokens[index + 1].text.startswith("0")):
        return 0.0, 0
    return float("".join(token.text for token in tokens[index : index + count])), count


def _is_group(pair: list[Token]) -> bool:
    before, token = pair
    return token.text.isdecimal() and len(token.text) == 3 and token.start == before.end + 1


def _decimal_comma(tokens: list[Token], index: int) -> tuple[float, int]:
    """Read the 1,5 of "1,5 million": a word that counts in whole numbers makes no list of it."""
    parts = tokens[index : index + 3]
    if len(parts) < 3 or parts[1].text != "," or not (parts[1].glued and parts[2].glued):
        return 0.0, 0
    whole, tenths = parts[0].text, parts[2].text
    scaled = _lower(tokens, index + 3) in _AFTER_DECIMALS
    if not scaled or not (whole.isdecimal() and tenths.isdecimal()) or parts[0].glued:
        return 0.0, 0
    return float(f"{whole}.{tenths}"), 3


def _share(tokens: list[Token], index: int) -> tuple[float, int]:
    """Read "half a million", "a quarter million", "1/2 million", "three quarters of a million"."""
    at = index + int(_lower(tokens, index) in ("a", "one"))
    share = _SHARES.get(_lower(tokens, at), 0.0)
    if not share and _lower(tokens, index).isdecimal() and _lower(tokens, index + 1) == "/":
        below = _lower(tokens, index + 2)
        if below.isdecimal() and int(below):
            share, at = int(_lower(tokens, index)) / int(below), index + 2
    if not share:
        return 0.0, 0
    at += 1
    while _lower(tokens, at) in ("a", "of"):
        at += 1
    scale = _SCALES.get(_lower(tokens, at), 0)
    return (share * scale, at - index + 1) if scale else (0.0, 0)


def _part(tokens: list[Token], index: int) -> tuple[float, int]:
    """Read "one thousandth", "a hundredth", "two hundredths", "one ten-thousandth"."""
    above, count = _in_words(tokens, index)
    if not count and _lower(tokens, index) in ("a", "an", *_ONES):
        above, count = float(_ONES.get(_lower(tokens, index), 1)), 1
    if not count:
        return 0.0, 0
    at = index + count
    factor = 1.0
    if _lower(tokens, at) in ("ten", "hundred") and _lower(tokens, at + 1) == "-":
        factor, at = {"ten": 0.1, "hundred": 0.01}[_lower(tokens, at)], at + 2
    part = _PARTS.get(_lower(tokens, at).removesuffix("s"), 0.0)
    if not part:
        return 0.0, 0
    return float(f"{above * factor * part:.12g}"), at - index + 1


def _in_words(tokens: list[Token], index: int) -> tuple[float, int]:
    """Read "two hundred and fifty-six": all words that make one number, two at least."""
    total, current, at, said = 0.0, 0.0, index, 0
    if _lower(tokens, at) == "a" and _lower(tokens, at + 1) in _SCALES:
        current, at = 1.0, at + 1
    room = 1_000.0  # below which the next word must lie: "sixty forty" is no number
    while at < len(tokens):
        word = _lower(tokens, at)
        value = _ONES.get(word, _TENS.get(word))
        if value is not None and value < room and not (said and value == 0):
            current, room = current + value, 10.0 if value >= 20 else 1.0
        elif word in _SCALES and (current or total):
            total, current, room = _scaled(total, current, _SCALES[word])
        else:
            break
        said, at = said + 1, _beyond_joiner(tokens, at + 1)
    end = at if at == index or not _is_joiner(tokens, at - 1) else at - 1
    broken = (_lower(tokens, end) == "-" and _lower(tokens, end + 1) in NUMBER_WORDS) or (
        _lower(tokens, index - 1) == "-" and _lower(tokens, index - 2) in NUMBER_WORDS
    )
    single = _lower(tokens, index) in {*ALONE, "a"} and (
        end - index < 2 or (end - index == 2 and _lower(tokens, index + 1) in _SCALES)
    )
    if not said or broken or single or _lower(tokens, end) in _PARTS:
        return (0.0, 0) if _lower(tokens, end) not in _PARTS else (total + current, end - index)
    return total + current, end - index


def _scaled(total: float, current: float, scale: int) -> tuple[float, float, float]:
    """Apply "hundred" to what stands before it, "thousand" and larger to all so far."""
    if scale in (100, 12):
        return total, (current or 1.0) * scale, 100.0
    return total + (current or 1.0) * scale, 0.0, 1_000.0


def _beyond_joiner(tokens: list[Token], at: int) -> int:
    """Step over "and" and "-" between two words of one number."""
    joined = _is_joiner(tokens, at) and _lower(tokens, at + 1) in {*_ONES, *_TENS}
    after_scale = _lower(tokens, at - 1) in _SCALES
    hyphen = _lower(tokens, at) == "-" and _lower(tokens, at - 1) in _TENS
    return at + 1 if joined and (hyphen or (after_scale and _lower(tokens, at) == "and")) else at


def _is_joiner(tokens: list[Token], at: int) -> bool:
    return _lower(tokens, at) in ("and", "-")


def _lower(tokens: list[Token], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) else ""
