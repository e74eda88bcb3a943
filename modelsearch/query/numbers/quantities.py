"""Numbers as people write them, with their comparison words, units and ranges.

``at least 1,000``, ``1e-3``, ``10^-4``, ``5M``, ``20 MB``, ``90%``, ``between 16 and 64``,
``50-100``, ``100 or more``. Which field they belong to is decided elsewhere
(:mod:`modelsearch.query.numbers.bound_numbers`).
"""

from __future__ import annotations

from modelsearch.query.numbers.written import worth
from modelsearch.query.state import Reading
from modelsearch.records.patterns import DIGITS, lazy
from modelsearch.records.structs import frozen, replace
from modelsearch.records.wordlists import word_set

_SUFFIXED = lazy(r"(\d+(?:\.\d+)?)([a-zµ]+)", needs=DIGITS)
MULTIPLIERS = {
    "k": 1e3,
    "m": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "mio": 1e6,
    "mln": 1e6,
    "lakh": 1e5,
    "lakhs": 1e5,
    "crore": 1e7,
    "crores": 1e7,
    "mrd": 1e9,
    "millionen": 1e6,
    "milliarde": 1e9,
    "milliarden": 1e9,
    "milliards": 1e9,
    "millones": 1e6,
    "thousand": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "billion": 1e9,
    "hundred": 1e2,
    "mn": 1e6,
    "mil": 1e6,
    "dozen": 12.0,
}
_BYTES = {
    "bytes": 1.0,
    "byte": 1.0,
    "kb": 1e3,
    "kib": 1024.0,
    "kilobyte": 1e3,
    "kilobytes": 1e3,
    "mb": 1e6,
    "mib": 1024.0**2,
    "megabyte": 1e6,
    "megabytes": 1e6,
    "gb": 1e9,
    "gib": 1024.0**3,
    "gigabyte": 1e9,
    "gigabytes": 1e9,
    "tb": 1e12,
}
_PIXELS = {"px", "pixel", "pixels"}
_SHARES = {"%": 100.0, "percent": 100.0, "pct": 100.0, "‰": 1000.0, "permille": 1000.0,
           "promille": 1000.0}  # fmt: skip
#: Every word that says in what a number counts.
UNITS = frozenset({*MULTIPLIERS, *_BYTES, *_PIXELS, *_SHARES} - {"dozen", "hundred"})
NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
                "eight": 8,
          "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "sixteen": 16,
          "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "thousand": 1000}  # fmt: skip
_GREATER = ("more", "greater", "larger", "bigger", "higher", "longer", "heavier", "better",
            "deeper", "wider", "rather more")  # fmt: skip
_LESSER = ("less", "fewer", "lower", "smaller", "shorter", "lighter", "tinier", "worse",
           "shallower", "narrower")  # fmt: skip
#: Fields that hold whole numbers, so that a full stop in front of three digits groups thousands.
WHOLE = word_set("""
    batch_size epochs steps episodes parameters lines layers heads classes hidden_size
    latent_size image_size diffusion_steps environment_steps
""")
_WHOLE = ("hundred", "thousand", "million", "dozen")
#: Comparison phrases before a number, by how many tokens they have.
COMPARISONS: dict[str, str] = {
    ">": ">", "<": "<", ">=": ">=", "=>": ">=", "<=": "<=", "=<": "<=", "=": "=", "==": "=",
    "≥": ">=", "≤": "<=", "~": "~", "≈": "~", "over": ">", "above": ">", "exceeding": ">",
    "beyond": ">", "exceeds": ">", "exceed": ">", "greater": ">", "more": ">", "under": "<",
    "below": "<", "beneath": "<", "within": "<=", "at least": ">=", "at most": "<=", "up to": "<=",
    "minimum": ">=", "maximum": "<=", "a minimum of": ">=", "a maximum of": "<=",
    "minimum of": ">=", "maximum of": "<=", "min": ">=", "max": "<=", "not exceeding": "<=",
    "not over": "<=", "not above": "<=", "not below": ">=", "not under": ">=", "starting at": ">=",
    "starting from": ">=", "exactly": "=", "precisely": "=", "equal to": "=", "equals": "=",
    "equal": "=", "just": "=", "around": "~", "about": "~", "approximately": "~", "roughly": "~",
    "circa": "~", "approx": "~", "nearly": "~", "almost": "~", "close to": "~", "near": "~",
    "some": "~", "greater than or equal to": ">=", "less than or equal to": "<=",
    "more than or equal to": ">=", "larger than or equal to": ">=",
    "smaller than or equal to": "<=", "above or equal to": ">=", "below or equal to": "<=",
    **{f"{word} {than}": ">" for than in ("than", "then") for word in _GREATER},
    **{f"{word} {than}": "<" for than in ("than", "then") for word in _LESSER},
    **{f"{no} {word} than": "<=" for no in ("no", "not") for word in _GREATER},
    **{f"{no} {word} than": ">=" for no in ("no", "not") for word in _LESSER},
}  # fmt: skip
_AFTER = {"exclusive minimum": ">", "exclusive maximum": "<",
          "or more": ">=", "or above": ">=", "or higher": ">=", "or over": ">=", "or greater": ">=",
          "or larger": ">=", "or better": ">=", "and above": ">=", "and up": ">=", "and over": ">=",
          "and more": ">=", "at least": ">=", "plus": ">=", "or longer": ">=", "or bigger": ">=",
          "or less": "<=", "or fewer": "<=", "or below": "<=", "or lower": "<=", "or under": "<=",
          "or smaller": "<=", "and below": "<=", "at most": "<=", "max": "<=", "or shorter": "<=",
          "onwards": ">=", "onward": ">=", "and later": ">=", "or later": ">=", "and beyond": ">=",
          "+": ">="}  # fmt: skip
#: Phrases before a number that say which one it is not.
DIFFERENT = frozenset({"not", "other than", "different from", "not equal to", "anything but",
                        "except", "isn't", "aren't", "isnt", "arent", "ain't", "aint",
                        "wasn't", "weren't", "! =", "!=", "unequal to", "not in",
                        "besides"})  # fmt: skip
_LONGEST_COMPARISON = 5
_BEGIN_COMPARISONS = frozenset(said.split(" ", 1)[0] for said in COMPARISONS)
_BEFORE_MINUS = frozenset({"<", ">", "<=", ">=", "=", "==", "!=", "(", "[", ",", ":", "~", ".."})
_AROUND = 0.1  #: "around 100" is 90 to 110


@frozen
class Quantity:
    """A number or range of numbers: tokens first to last, operator, value(s), unit.

    ``unit`` is ``bytes``, ``pixels``, ``%`` or nothing; ``scaled`` says that the number had a
    multiplier such as M. Percent values are fractions here. ``compared`` says that a comparison
    word or sign stood there.
    """

    first: int
    last: int
    op: str
    low: float
    high: float = 0.0
    unit: str = ""
    scaled: bool = False
    compared: bool = False

    @property
    def value(self) -> int | float | tuple[int | float, int | float]:
        """The value of the filter: a number, or a pair for ``between``."""
        if self.op == "between":
            return tidy(self.low), tidy(self.high)
        return tidy(self.low)


def tidy(number: float) -> int | float:
    """Return whole numbers as int."""
    return int(number) if number == int(number) and abs(number) < 1e15 else float(f"{number:.12g}")


def read_number(reading: Reading, index: int) -> Quantity | None:
    """Read one number with its unit at a token, else None."""
    if not reading.free(index, index):
        return None
    token = reading.tokens[index]
    lower = token.lower
    if lower == "-":
        return _below_zero(reading, index)
    if token.kind == "number":
        part = _fraction(reading, index)
        if part is not None:
            return part
        return _with_unit(reading, Quantity(index, index, "=", worth(token.text)))
    suffixed = None if lower.isdecimal() else _SUFFIXED.fullmatch(lower)
    if suffixed and (suffixed[2] in MULTIPLIERS or suffixed[2] in _BYTES or suffixed[2] in _PIXELS):
        return _scale(Quantity(index, index, "=", worth(suffixed[1])), suffixed[2])
    if lower in NUMBER_WORDS:
        return _with_unit(reading, Quantity(index, index, "=", float(NUMBER_WORDS[lower])))
    if lower in ("a", "an") and reading.lower(index + 1) in _WHOLE:
        word = reading.lower(index + 1)
        return Quantity(index, index + 1, "=", MULTIPLIERS[word])
    return None


def _below_zero(reading: Reading, index: int) -> Quantity | None:
    """Read "-20": a minus that no word or number touches, and a number that it touches."""
    before = reading.tokens[index - 1] if index else None
    joins = reading.tokens[index].glued and before is not None and before.text not in _BEFORE_MINUS
    following = reading.tokens[index + 1 : index + 2]
    if joins or not any(one.kind == "number" and one.glued for one in following):
        return None
    number = read_number(reading, index + 1)
    return None if number is None else replace(number, first=index, low=-number.low)


def _fraction(reading: Reading, index: int) -> Quantity | None:
    """Read "1/10"; "32/64" lists two numbers and "1/10/2025" is a date."""
    if reading.lower(index) != "1" or reading.lower(index + 1) != "/":
        return None
    whole = reading.lower(index + 2)
    if not whole.isdecimal() or not whole.strip("0") or reading.lower(index + 3) == "/":
        return None
    return Quantity(index, index + 2, "=", 1 / float(whole))


def read_quantity(reading: Reading, index: int) -> Quantity | None:
    """Read a comparison, range or plain number that begins at a token, else None."""
    between = _read_range(reading, index)
    if between is not None:
        return between
    op, skip = comparison_at(reading, index)
    start = index + skip
    number = read_number(reading, start)
    if number is None and skip and reading.lower(start) in ("a", "an", "the"):
        number = read_number(reading, start + 1)
    if number is None:
        return None
    if skip:
        return _compare(replace(number, first=index, compared=True), op)
    return after_number(reading, _pair(reading, number))


def after_number(reading: Reading, number: Quantity, at: int | None = None) -> Quantity:
    """Apply words that follow a number (or its unit, at ``at``), such as "or more"."""
    start = number.last + 1 if at is None else at
    for count in (2, 1):
        op = _AFTER.get(reading.words(start, count))
        if op and number.op == "=" and reading.free(start, start + count - 1):
            return replace(number, op=op, last=start + count - 1, compared=True)
    return number


def comparison_at(reading: Reading, index: int) -> tuple[str, int]:
    """Return the operator that begins at a token and how many tokens it takes, else ("", 0)."""
    first = reading.lower(index)  # a translated one may be several words
    if first not in _BEGIN_COMPARISONS and first.split(" ", 1)[0] not in _BEGIN_COMPARISONS:
        return "", 0
    for count in range(_LONGEST_COMPARISON, 0, -1):
        if index + count > len(reading.tokens):
            continue
        op = COMPARISONS.get(reading.words(index, count))
        if op and reading.free(index, index + count - 1):
            if reading.lower(index + count) == "of" and count < _LONGEST_COMPARISON:
                return op, count + 1
            return op, count
    return "", 0


def _read_range(reading: Reading, index: int) -> Quantity | None:
    """Read "between A and B" and "from A to B"."""
    joiner = {"between": ("and", "to", "-"), "from": ("to", "until", "-", "up")}.get(
        reading.lower(index)
    )
    if joiner is None:
        return None
    low = read_number(reading, index + 1)
    if low is None or reading.lower(low.last + 1) not in joiner:
        return None
    high = read_number(reading, low.last + 2)
    return None if high is None else _span(low, high, index)


def _pair(reading: Reading, low: Quantity) -> Quantity:
    """Extend a number to "A to B", "A-B" or "A..B" where a second number follows."""
    if reading.lower(low.last + 1) not in ("to", "-", ".."):
        return low
    high = read_number(reading, low.last + 2)
    if high is None or high.low < low.low:
        return low
    return _span(low, high, low.first)


def _span(low: Quantity, high: Quantity, first: int) -> Quantity:
    bottom = low.low
    if high.scaled and not low.scaled and not low.unit and bottom < high.low:
        # "2 to 5 million": the multiplier counts for both.
        factor = next((f for f in (1e9, 1e6, 1e3) if high.low >= f), 1.0)
        bottom = bottom * factor if bottom * factor <= high.low else bottom
    if high.unit == "%" and low.unit != "%":
        bottom /= 100
    if high.unit == "bytes" and low.unit != "bytes":
        factor = next((f for f in (1e9, 1e6, 1e3) if high.low >= f), 1.0)
        bottom *= factor
    start, end = sorted((bottom, high.low))
    return Quantity(
        first,
        high.last,
        "between",
        start,
        end,
        high.unit or low.unit,
        high.scaled or low.scaled,
        compared=True,
    )


def _compare(number: Quantity, op: str) -> Quantity:
    if op != "~":
        return replace(number, op=op)
    margin = abs(number.low) * _AROUND
    return replace(number, op="between", low=number.low - margin, high=number.low + margin)


def _with_unit(reading: Reading, number: Quantity) -> Quantity:
    following = reading.lower(number.last + 1)
    if following in MULTIPLIERS or following in _BYTES or following in _PIXELS:
        if not reading.free(number.last + 1, number.last + 1):
            return number
        return _with_unit(reading, _scale(replace(number, last=number.last + 1), following))
    apart = reading.words(number.last + 1, 2) in ("per cent", "per mille")
    share = _SHARES.get("‰" if apart and reading.lower(number.last + 2) == "mille" else following)
    if apart or share is not None:
        last = number.last + 1 + apart
        return replace(number, last=last, low=number.low / (share or 100.0), unit="%")
    return number


def kind_of_unit(word: str, *, within: bool = False) -> str:
    """Return in what a unit counts: bytes, pixels, share or scale; nothing for other words.

    ``within``: so does a unit at the end of a number, as in 12MB.
    """
    if within and word[:1].isdecimal() and not word.isdecimal():
        suffixed = _SUFFIXED.fullmatch(word)
        word = suffixed[2] if suffixed else ""
    for kind, listed in (("bytes", _BYTES), ("pixels", _PIXELS), ("share", _SHARES)):
        if word in listed:
            return kind
    return "scale" if word in MULTIPLIERS else ""


def _scale(number: Quantity, suffix: str) -> Quantity:
    if suffix in _BYTES:
        return replace(number, low=number.low * _BYTES[suffix], unit="bytes")
    if suffix in _PIXELS:
        return replace(number, unit="pixels")
    return replace(number, low=number.low * MULTIPLIERS[suffix], scaled=True)
