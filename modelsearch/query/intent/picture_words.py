"""What a question says of pictures beyond epochs and kinds: colours, the settings of a generator,
and words that stand in names and prompts.
"""

from __future__ import annotations

from modelsearch.query.numbers.quantities import read_quantity
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.jsontext import texts_json
from modelsearch.records.question import Filter
from modelsearch.records.wordlists import word_set
from modelsearch.vocabulary.picture_words import COLOURS, SETTINGS, forms_of

#: Words that say that what follows is shown by the picture or stands in its prompt.
_SHOWING = word_set("""
    with showing show shows of containing depicting prompt prompts mentioning mentions mention
    saying contains for says about class without labelled labeled
""")
_GLUE = frozenset({"is", "=", ":", "of", "was", "set", "to", "equal", "equals", "at"})
_PROMPT = frozenset({"prompt", "prompts", "prompted"})
_LONGEST_NAME = 3
_LONGEST_VALUE = 5


def _mention(reading: Reading, node: Filter, first: int, last: int) -> Mention:
    """Claim tokens for a condition; negations around it are read with the other conditions."""
    reading.claim(first, last, "filter", f"{node.field} {node.op} {node.value}")
    return Mention(first, last, node, node.field)


def is_picture_word(reading: Reading, word: str) -> bool:
    """Return whether a picture here has a word in its name or prompt; words for models are none."""
    if word in words("model_words"):
        return False
    return len(word) > 2 and _stored(reading, forms_of(word), prompted=False)


def find_colours(reading: Reading) -> list[Mention]:
    """Claim colours of pictures; return the conditions that they state."""
    found: list[Mention] = []
    for index in range(len(reading.tokens)):
        colour = COLOURS.get(reading.lower(index))
        if colour is not None and reading.free(index, index):
            node = reading.filter("colour", "=", colour, index, index)
            found.append(_mention(reading, node, index, index))
    return found


def find_own_settings(reading: Reading) -> list[Mention]:
    """Claim ``clip skip 2``, ``hires upscale over 1``: names and values that pictures here have,
    beside those of the table of fields.
    """
    names = {
        str(row[0]).lower() for row in _rows(reading, "SELECT DISTINCT name FROM image_setting")
    } - SETTINGS.keys()
    if not names:
        return []
    found: list[Mention] = []
    for index in range(len(reading.tokens)):
        for count in range(_LONGEST_NAME, 0, -1):
            name = " ".join(reading.lower(i) for i in range(index, index + count))
            if name in names and index + count <= len(reading.tokens):
                node = _setting(reading, name, index, index + count)
                if node is not None:
                    found.append(node)
                    break
    return found


def _setting(reading: Reading, name: str, first: int, at: int) -> Mention | None:
    for mention in [m for m in reading.mentions if m.first <= first <= m.last]:
        if not _numeric(mention):
            return None
        # What a script sets too ("seed 42") is asked of the picture here.
        node = mention.node
        assert isinstance(node, Filter)
        reading.mentions.remove(mention)
        setting = Filter(f"setting {name}", node.op, node.value, node.text, node.span)
        return Mention(mention.first, mention.last, setting, setting.field)
    while reading.lower(at) in _GLUE:
        at += 1
    quantity = read_quantity(reading, at)
    if quantity is not None and reading.free(at, quantity.last):
        node = reading.filter(f"setting {name}", quantity.op, quantity.value, first, quantity.last)
        return _mention(reading, node, first, quantity.last)
    values = {
        str(row[0]).casefold()
        for row in _rows(reading, "SELECT DISTINCT text FROM image_setting WHERE name = ?", (name,))
    }
    for last in range(min(at + _LONGEST_VALUE, len(reading.tokens)) - 1, at - 1, -1):
        value = reading.text(at, last)
        if value.casefold() in values and reading.free(at, last):
            node = reading.filter(f"setting {name}", "=", value, first, last)
            return _mention(reading, node, first, last)
    return None


def _numeric(mention: Mention) -> bool:
    """Return whether a mention is a number that a setting of a picture may be meant by."""
    return isinstance(mention.node, Filter) and isinstance(mention.node.value, int | float)


def find_words(reading: Reading, nouns: frozenset[str]) -> list[Mention]:
    """Claim words that names or prompts of pictures here have, or that must stand in them
    because the question says so. ``nouns`` are the words for pictures themselves.
    """
    found: list[Mention] = []
    for index, token in enumerate(reading.tokens):
        word = token.lower
        free = reading.free(index, index) and token.is_word and len(word) > 1
        if not free or word in nouns or word.isdigit():
            continue
        if word in words("stop") or word in words("negators") or word in _SHOWING:
            continue
        forms = forms_of(word)
        prompted = _after(reading, index, _PROMPT)
        stored = _stored(reading, forms, prompted)
        if stored or _after(reading, index, _SHOWING):
            field = "prompt" if prompted else "image_word"
            found.append(_word(reading, field, index, forms))
        if not stored and reading.free(index, index):
            reading.note(f"No picture's name or prompt here has {token.text!r}; it was left out.")
        elif not stored:
            reading.note(f"No picture's name or prompt here has {token.text!r}.")
    _claim_glue(reading, found)
    return found


def _word(reading: Reading, field: str, index: int, forms: tuple[str, ...]) -> Mention:
    """``not smiling`` wants the pictures that names call ``Not Smiling``, where there are such."""
    negated = tuple(f"not-{form}" for form in forms)
    if reading.lower(index - 1) in words("negators") and _stored(reading, negated, prompted=False):
        first, value = index - 1, f"not-{reading.lower(index)}"
    else:
        first, value = index, reading.lower(index)
    return _mention(reading, reading.filter(field, "=", value, first, index), first, index)


def _claim_glue(reading: Reading, found: list[Mention]) -> None:
    if not found:
        return
    for index, token in enumerate(reading.tokens):
        if token.lower in _PROMPT:
            reading.claim(index, index, "filter", "words of prompts")


def _after(reading: Reading, index: int, openers: frozenset[str]) -> bool:
    """Return whether one of some words stands before a token, with only small words or words of the
    same list between.
    """
    for before in range(index - 1, max(index - 8, -1), -1):
        word = reading.lower(before)
        if word in openers:
            return True
        small = (
            word in words("stop")
            or word in words("negators")
            or word in _SHOWING
            or not reading.tokens[before].is_word
        )
        said = reading.uses[before] == "filter" and reading.details[before].startswith(
            ("image_word", "prompt", "colour")
        )
        if not small and not said:
            return False
    return False


def _stored(reading: Reading, forms: tuple[str, ...], prompted: bool) -> bool:
    source = " AND source = 'prompt'" if prompted else ""
    return bool(
        _rows(
            reading,
            "SELECT 1 FROM image_word WHERE word IN (SELECT value FROM json_each(?))"
            f"{source} LIMIT 1",
            (texts_json(forms),),
        )
    )


def _rows(reading: Reading, sql: str, values: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    connection = reading.lexicon.connection
    return [] if connection is None else list(connection.execute(sql, values))
