"""Small text: safe characters, display widths, wrapping, and how numbers and dates look.

Names and descriptions come from other people's files, so a control character in them must never
reach a terminal: it could move the cursor, recolour the screen or reverse the reading order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

from modelsearch.records.patterns import lazy

UNKNOWN = "-"

_JOINERS = "\u200c\u200d"  # needed inside words of some scripts and inside emoji
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_BREAK_AFTER = frozenset(" _-/.,;:")
_INSIDE_NUMBER = lazy(r"\d([./,-]|e-)\d\Z")  # the last character is the next line's first
#: Asking wcwidth means importing it, which takes longer than a small answer.
_NARROW = lazy("[ -~¡-¬®-˿Α-ϿЀ-ҁ‐-‧‰-⁞←-⇿∀-⋿\n]*")
#: Of these, those that tables themselves are written with: known without the pattern.
_USUAL_SIGNS = dict.fromkeys(map(ord, "…–—’×·±"))
#: A joiner that no pictogram follows: the next character keeps its own width.
_JOINS_NOTHING = lazy("\u200d(?=[ -~]|$)")


def escape(text: str) -> str:
    r"""Make text safe for a terminal on one line.

    White space becomes plain spaces (one each); control characters, bidirectional overrides,
    invisible format characters and lone surrogates become visible escapes (``\x1b``, ``\u202e``).
    """
    if text.isascii() and text.isprintable():
        return text
    safe: list[str] = []
    before = " "
    for character in text:
        kept = character.isprintable() or character in _JOINERS
        # A mark with nothing to stand on would join the frame of a table.
        if kept and before == " " and _leans(character):
            kept = False
        safe.append(character if kept else _visible(character))
        before = safe[-1][-1]
    return "".join(safe)


def _leans(character: str) -> bool:
    """Return whether a character is drawn onto the one before: accents, joiners, skin tones."""
    if character.isascii():
        return False
    if character in _JOINERS or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    import unicodedata  # most answers have no such character

    return unicodedata.category(character)[0] == "M"


def one_line(text: str) -> str:
    """Collapse all white space to single spaces and escape the rest."""
    return escape(" ".join(text.split()))


def _visible(character: str) -> str:
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_narrow(text: str) -> bool:
    """Return whether every character of escaped text is known to take one cell: plain and European
    letters, dashes, quotes, arrows and signs.
    """
    if text.isascii() or text.translate(_USUAL_SIGNS).isascii():
        return True
    return _NARROW.fullmatch(text) is not None


def display_width(text: str) -> int:
    """Return how many terminal cells escaped text takes on one line."""
    return len(text) if is_narrow(text) else _wide_width(text)


def widest_of(texts: Sequence[str]) -> int:
    """Return the largest :func:`display_width` of some texts, 0 without any."""
    plain = "".join(texts).isascii()
    return max(map(len if plain else display_width, texts), default=0)


@lru_cache(maxsize=4096)
def _wide_width(text: str) -> int:
    from wcwidth import wcswidth

    return max(wcswidth(_JOINS_NOTHING.sub("", text)), 0)


def wrap(text: str, columns: int, max_lines: int | None = None) -> list[str]:
    """Break escaped one-line text into lines of at most ``columns`` cells, losing nothing.

    Breaks after spaces and the separators of names and paths where that fills half a line or
    more, else anywhere. With ``max_lines`` the rest is replaced by an ellipsis. A character
    wider than ``columns`` stays whole.
    """
    if display_width(text) <= columns:
        return [text]
    lines: list[str] = []
    rest = text
    while rest and (max_lines is None or len(lines) < max_lines):
        line, rest = _take(rest, columns)
        lines.append(line)
    if rest:
        lines[-1] = shorten(lines[-1] + " " + rest, columns)
    return lines or [""]


def _take(text: str, columns: int) -> tuple[str, str]:
    end = _fitting(text, columns)
    if end == len(text):
        return text, ""
    if text[end] == " ":
        return text[:end].rstrip(), text[end:].lstrip()
    for may_break in (_after_separator, _in_camel_case):
        for position in range(end, end // 2, -1):
            if may_break(text, position):
                return text[:position].rstrip(), text[position:].lstrip()
    # A space further left is still a better place than the middle of a word that fits a line.
    space = text.rfind(" ", 1, end)
    if space > 0 and display_width(text[space + 1 :].split(" ", 1)[0]) <= columns:
        return text[:space].rstrip(), text[space:].lstrip()
    return text[:end], text[end:]


def _after_separator(text: str, position: int) -> bool:
    """After a space or a separator of names and paths, but never inside a number."""
    before = text[position - 1]
    return before in _BREAK_AFTER and not _INSIDE_NUMBER.search(text[: position + 1])


def _in_camel_case(text: str, position: int) -> bool:
    return text[position - 1].islower() and text[position].isupper()


def _fitting(text: str, columns: int) -> int:
    """Return the length of the longest beginning that fits; at least one whole character.

    What people see as one character (an accented letter, a flag, a family) is never split.
    """
    if text.isascii():
        return max(1, min(len(text), columns))
    best = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and is_one_character(text, end):
            continue
        if best and display_width(text[:end]) > columns:
            break
        best = end
    return best


def is_one_character(text: str, position: int) -> bool:
    """Return whether a cut before ``position`` would split what is seen as one character."""
    before, after = text[position - 1], text[position]
    if _leans(after) or before == "\u200d":
        return True
    if before not in _FLAG_LETTERS or after not in _FLAG_LETTERS:
        return False
    # Letters of flags pair up from the left.
    return (position - len(text[:position].rstrip(_FLAG_LETTERS))) % 2 == 1


def shorten(text: str, columns: int) -> str:
    """Cut escaped text to ``columns`` cells, marking the cut with an ellipsis."""
    if display_width(text) <= columns:
        return text
    if columns < 2:
        return "…"[:columns]
    end = _fitting(text, columns - 1)
    kept = text[:end].rstrip()
    # Even the first character may be wider than the room.
    return kept + "…" if display_width(kept) < columns else "…"


def paragraph(text: str, columns: int, *, first: str = "", rest: str = "") -> str:
    """Wrap text under a bullet: ``first`` begins the first line and ``rest`` the others."""
    rooms = [max(columns - display_width(indent), 20) for indent in (first, rest)]
    lines = _words(one_line(text), *rooms)
    return "\n".join((first if number == 0 else rest) + line for number, line in enumerate(lines))


def _words(text: str, first: int, others: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        columns = others if lines else first
        joined = f"{line} {word}" if line else word
        if display_width(joined) <= columns:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = wrap(word, min(first, others) if not line else others)
        lines.extend(full)
    return [*lines, line]


def human_size(size_bytes: int | None) -> str:
    """Write a size in bytes for people: ``512B``, ``76.7KB``, ``1.2GB`` (steps of 1024)."""
    if size_bytes is None:
        return UNKNOWN
    if abs(size_bytes) < 1024:
        return f"{size_bytes}B"
    amount = float(size_bytes)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1024
        if abs(round(amount, 1)) < 1024 or unit == "TB":
            return f"{amount:.1f}{unit}"
    raise AssertionError("unreachable")


def rate(value: float | None) -> str:
    """Write a learning rate as people write it: ``0.1``, ``0.02``, ``1e-3``, ``2.5e-4``."""
    if value is None:
        return UNKNOWN
    if value == 0 or abs(value) >= 0.01:
        return number(value)
    mantissa, exponent = f"{value:.9e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def number(value: float | int | None) -> str:
    """Write a number plainly, without noise digits: ``64``, ``0.0001``, ``1e-5``, ``93.2``."""
    if value is None:
        return UNKNOWN
    if isinstance(value, int):
        return str(value)
    if value == int(value) if abs(value) < 1e15 else False:
        return str(int(value))
    text = f"{value:.10g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"


def short_date(moment: str | None) -> str:
    """Return the day of an ISO 8601 time, as its author's clock showed it."""
    if moment is None:
        return UNKNOWN
    day = moment[:10]
    figures = f"{day[:4]}{day[5:7]}{day[8:]}"
    is_day = day[4:5] == day[7:8] == "-" and len(figures) == 8 and figures.isdecimal()
    return day if is_day else one_line(moment)


def listed(values: Iterable[str]) -> str:
    """Join values for a cell: ``CNN, U-Net``, or a dash."""
    return ", ".join(one_line(value) for value in values) or UNKNOWN


def sentence_list(values: Sequence[str], conjunction: str = "and") -> str:
    """Join words as a sentence does: ``a``, ``a and b``, ``a, b and c``."""
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} {conjunction} {values[-1]}"


def plain(value: object) -> str:
    """Write any stored value for a person: numbers plainly, lists joined, None as a dash."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value) if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, str):
        return one_line(value) or UNKNOWN
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, Iterable):
        return ", ".join(plain(one) for one in value) or UNKNOWN
    return one_line(str(value))


def plain_all(value: object) -> str:
    """Return a value, or those of a list with commas between, each as :func:`plain` has it."""
    return ", ".join(map(plain, value)) if isinstance(value, list) else plain(value)


_EDGES = lazy(r"[\W_]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def split_words(identifier: str) -> str:
    """Split an identifier or path into words: ``latent_newModel/v2`` → ``latent new Model v2``."""
    return " ".join(word for word in _EDGES.split(identifier) if word)


def written_place(path: str, line: int | None, key: str | None, note: str | None) -> str:
    """Write where a value was read: ``train.py:12``, ``config.yaml, model.size``; ``a.ipynb [cell
    3, line 1]``, since lines of a notebook's file say nothing. What has no file was said by a
    person: ``corrected by ana, 2026-05-01``.
    """
    if not path:
        return f"corrected {note}" if note else "corrected"
    if key and key.startswith("cell "):
        return f"{path} [{key}]"
    if line is not None:
        return f"{path}:{line}"
    return f"{path}, {key}" if key else path


def duration(seconds: float) -> str:
    """Write a duration for people: ``45 s``, ``12 min``, ``3 h 20 min``, ``2 d 4 h``."""
    if not math.isfinite(seconds):
        return f"{seconds} s"
    if seconds < 120:
        return f"{number(round(seconds, 1))} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"
