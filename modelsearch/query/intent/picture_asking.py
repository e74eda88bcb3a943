"""What a question for pictures wants of their settings: an order, counts by group, values, the
differences of two files.
"""

from __future__ import annotations

from modelsearch.query.intent.aggregates import statistic_of
from modelsearch.query.intent.picture_files import COMPARING, EVERYTHING
from modelsearch.query.intent.picture_settings import setting_at as any_setting_at
from modelsearch.query.state import Reading
from modelsearch.records.question import ImagePart, ParsedQuery, Sort
from modelsearch.records.wordlists import word_set
from modelsearch.vocabulary.fields import Field

ALL = "settings"  #: stands for every setting that a picture has
_HIGH = word_set("highest largest biggest greatest most maximum max strongest longest")
_LOW = word_set("lowest smallest fewest least minimum min weakest shortest")
_DOWN = word_set("descending desc decreasing")
_UP = word_set("ascending asc increasing")
_SORTING = word_set("sort sorted order ordered rank ranked arrange arranged")
_SINGLE = word_set("picture image photo pic sample figure")
_COUNTING = word_set("many count number counts")
_ASKING = word_set("""
    what what's which show list give tell me the of and are is were was did do does have has used
    use my our all average mean median total my for in how pictures picture images image
""")
_OWNERS = frozenset({"model", "weights", "generator", "generators"})
_SMALL = word_set("the a an of its their in by with")


def setting_at(reading: Reading, index: int) -> tuple[Field, int] | None:
    """Return the setting that is asked for, ordered or counted by at a token: "model" alone says
    whose picture it is.
    """
    found = any_setting_at(reading, index)
    alone = found is not None and found[1] == index and reading.lower(index) in _OWNERS
    return None if alone else found


def read_asking(reading: Reading, parsed: ParsedQuery, part: ImagePart, files: bool) -> None:
    """Read the order, the grouping and the settings that are asked for, of what is still free."""
    said = {token.lower for token in reading.tokens}
    _read_order(reading, part, counting=bool(said & _COUNTING))
    _read_group(reading, parsed, counting=bool(said & _COUNTING))
    if files and said & COMPARING:
        part.compare = True
        parsed.asked = [ALL]
        _claim(reading, COMPARING | {"between"}, "compare")
    _read_asked(reading, parsed)
    if files and not parsed.asked and said & EVERYTHING:
        parsed.asked = [ALL]
        _claim(reading, EVERYTHING | {"how", "were"}, "asks for settings")


def _claim(reading: Reading, said: frozenset[str], detail: str) -> None:
    for index, token in enumerate(reading.tokens):
        if token.lower in said:
            reading.claim(index, index, "intent", detail)


def _read_order(reading: Reading, part: ImagePart, *, counting: bool) -> None:
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        if not reading.free(index, index) or part.sort is not None:
            continue
        if word in _HIGH or word in _LOW:
            _superlative(reading, part, index)
        elif word == "by" and not counting:
            _sorted_by(reading, part, index)


def _superlative(reading: Reading, part: ImagePart, index: int) -> None:
    """Read "the picture with the highest cfg scale", "pictures with the fewest steps"."""
    found = setting_at(reading, index + 1)
    if found is None or found[0].kind != "number" or not _open(reading, index + 1, found[1]):
        return
    field, last = found
    part.sort = Sort(field.name, reading.lower(index) in _HIGH, reading.text(index, last))
    one = any(token.lower in _SINGLE for token in reading.tokens)
    part.limit = 1 if one else None
    _take(reading, index, last, field.name)


def _sorted_by(reading: Reading, part: ImagePart, index: int) -> None:
    """Read "sorted by seed", "by cfg scale descending", "top 2 pictures by steps"."""
    at = index + 1
    while reading.lower(at) in _SMALL:
        at += 1
    found = setting_at(reading, at)
    if found is None or not _open(reading, at, found[1]):
        return
    field, last = found
    said = {reading.lower(i) for i in range(last + 1, last + 4)}
    down = bool(said & (_DOWN | _HIGH))
    first = index
    for before in range(index):
        word = reading.lower(before)
        if word in ("top", "best", "first"):
            down = down or word != "first"
            number = reading.lower(before + 1)
            if number.isdigit() and len(number) < 6:
                part.limit = int(number)
                reading.claim(before, before + 1, "limit", number)
        if word in _SORTING:
            first = before
    if first == index and field.kind != "number":
        return
    part.sort = Sort(field.name, down, reading.text(index, last))
    reading.claim(first, first, "sort", field.name)
    _take(reading, index, last, field.name)
    for behind in range(last + 1, last + 4):
        if reading.lower(behind) in _DOWN | _UP | _HIGH | _LOW | {"first", "order"}:
            reading.claim(behind, behind, "sort", field.name)


def _take(reading: Reading, first: int, last: int, name: str) -> None:
    """Claim tokens for an order or a group; what read them as a name of models is taken back."""
    for mention in [m for m in reading.mentions if first <= m.last and m.first <= last]:
        reading.release(mention)
    reading.claim(first, last, "sort", name)


def _open(reading: Reading, first: int, last: int) -> bool:
    """Return whether tokens are free, or read as a plain name (LoRA) that says no more."""
    return all(
        not reading.uses[i] or any(m.first <= i <= m.last for m in reading.mentions)
        for i in range(first, last + 1)
    )


def _read_group(reading: Reading, parsed: ParsedQuery, *, counting: bool) -> None:
    """Read "per sampler", "for each LoRA", and "by program" of a count."""
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        groups = word in ("per", "each", "every") or (word == "by" and counting)
        if not groups or not reading.free(index, index) or parsed.group_by:
            continue
        found = setting_at(reading, index + 1)
        if found is None or not _open(reading, index + 1, found[1]):
            continue
        parsed.group_by = found[0].name
        start = index - 1 if reading.lower(index - 1) == "for" else index
        _take(reading, start, found[1], f"per {found[0].name}")
        _claim(reading, _COUNTING | {"how"}, f"per {found[0].name}")
        return


def _read_asked(reading: Reading, parsed: ParsedQuery) -> None:
    """Take settings that nothing else read as what is asked for: "which samplers did I use"."""
    for index in range(len(reading.tokens)):
        found = setting_at(reading, index) if not reading.uses[index] else None
        if found is None or not reading.free(index, found[1]):
            continue
        field, last = found
        if field.name == "prompt" and reading.lower(last + 1) in ("mentions", "mentioning", "says"):
            continue
        if field.name not in parsed.asked:
            parsed.asked.append(field.name)
        reading.claim(index, last, "intent", f"asks for {field.name}")
        statistic = statistic_of(reading.lower(index - 1))
        parsed.statistic = statistic or parsed.statistic
    if parsed.asked:
        _claim(reading, _ASKING, "asks for settings")
