"""Numbers in digits as people write them, and what each is worth.

``64``, ``1,000,000``, ``1.000.000``, ``1'000``, ``0,0005`` (a decimal comma), ``1e-3``,
``10^-4``, ``2**7``, ``5 x 10^-4``, ``2·10⁻⁴``. Which forms are one token is said here; what only
the field can tell (``1.000`` epochs) is told where the field is known.
"""

from __future__ import annotations

from modelsearch.records.patterns import lazy

#: Characters of Chinese and Japanese, which stand beside numbers without a space.
EAST = "\u3040-\u30ff\u3400-\u9fff"
#: The forms, longest first, for the tokeniser's pattern (whitespace in it does not count).
FORMS = rf"""
    \d+(?:[.,]\d+)?[ ]?[x*·⋅][ ]?10(?:[ ]?(?:\^|\*\*)[ ]?[-+]?\d+|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?![\w^*.,]*\d)
  | \d+(?:\.\d+)?(?:(?:\^|\*\*)-?\d+|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?![\w^*])
  | (?!0,)\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![\w,])
  | (?!0\.)\d{{1,3}}(?:\.\d{{3}}){{2,}}(?:,\d+)?(?![\w.])
  | (?!0)\d{{1,3}}(?:['\u00a0\u202f\u2009]\d{{3}})+(?![\w'])
  | 0,\d+(?:[eE][+-]?\d+)?(?![\w,]|\.\d)
  | (?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?(?![^\W_{EAST}]|\.\d)
"""
_GROUPED = lazy(r"(?!0,)\d{1,3}(?:,\d{3})+(?:\.\d+)?", needs=(",",))
_DOTTED = lazy(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", needs=(".",))
_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_RAISED = lazy(r"(?<![⁰¹²³⁴⁵⁶⁷⁸⁹])[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]++$")
_TIMES = lazy(r"[x*·⋅](?=10)", needs=("10",))
_LARGEST, _MOST_DIGITS = 1e300, 300
_LIKE_A_NUMBER = lazy(
    r"[~<>=≤≥+\-#]*+\.*+\d[\d.,^*'x×eE+\-/⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*+[%kKmMbB]?|[eE][+-]\d+|\d*\.\d+[a-zA-Z]{1,2}"
    r"|\d{1,4}s"
)


def worth(text: str) -> float:
    """Return the value of a number as written; 0 where the text has none of the known forms."""
    if _DOTTED.fullmatch(text):
        return _as_float(text.replace(".", "").replace(",", "."))
    if not text.strip("0123456789.eE+-"):
        return _as_float(text)
    plain = "".join(text.replace("'", "").split())
    raised = _RAISED.search(plain)
    if raised is not None:
        plain = f"{plain[: raised.start()]}^{raised[0].translate(_SUPERSCRIPTS)}"
    plain = plain.replace("**", "^")
    times = _TIMES.search(plain)
    if times is not None:
        return worth(plain[: times.start()]) * worth(plain[times.end() :])
    plain = plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain.replace(",", ".")
    try:
        if "^" in plain:
            base, _, power = plain.partition("^")
            exact = base == "10" and abs(int(power)) <= _MOST_DIGITS
            return float(f"1e{int(power)}") if exact else float(base) ** int(power)
    except (ValueError, OverflowError, ZeroDivisionError):
        return 0.0
    return _as_float(plain)


def _as_float(plain: str) -> float:
    try:
        number = float(plain)
    except ValueError:
        return 0.0
    return number if abs(number) < _LARGEST else _LARGEST


def is_eastern(character: str) -> bool:
    """Return whether a character is one of :data:`EAST`."""
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff"


def is_like_a_number(text: str) -> bool:
    """Return whether a text looks like a number of some kind, right or wrong."""
    if text.isdecimal():
        return True
    if text[:1].isalpha() and text[0] not in "eE":
        return False  # as names with a number are, for which no pattern is compiled
    return any(map(str.isdecimal, text)) and _LIKE_A_NUMBER.fullmatch(text) is not None
