"""Settings of image generators in questions for pictures: "cfg scale over 7", "without a LoRA",
"Euler a pictures", "a negative prompt that mentions blur", "made with ComfyUI", "PNG pictures".

A setting stands with its value, with "with" or "without" before it, or is told by a value that
pictures here have. What is left of settings is asked for (:mod:`.picture_asking`).
"""

from __future__ import annotations

from functools import cache

from modelsearch.query.numbers.quantities import read_quantity
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import lazy
from modelsearch.records.question import And, Filter, Node, Not
from modelsearch.records.wordlists import word_set
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import Field, by_name
from modelsearch.vocabulary.picture_words import FORMATS, OF_PICTURES_ALONE, SETTINGS

_GLUE = frozenset({"is", "are", "=", ":", "of", "was", "were", "set", "to", "equal", "equals",
                   "at", "named", "called"})  # fmt: skip
_ARTICLES = frozenset({"a", "an", "any", "the", "some", "stated", "given", "recorded", "known"})
_HAVING = word_set("""
    with without no have has having had lacking lack lacks include includes including contain
    contains containing missing
""")
_MENTIONING = word_set("""
    mention mentions mentioning contain contains containing say says saying include includes
    including with has have having about
""")
#: Settings whose values are recognised wherever they stand; those of others beside their names.
_TOLD_BY_VALUE = ("image_program", "image_sampler", "image_checkpoint", "image_lora")
_PIXELS = lazy(r"(\d{1,5}) ?[x×] ?(\d{1,5})", needs=("x", "×"))
_SIZED = frozenset({"size", "sized", "resolution", "dimensions", "of", "at", "in", "is"})
_LONGEST_NAME = 3
_LONGEST_VALUE = 7
_WEIGHTS = (".safetensors", ".ckpt", ".pth", ".pt", ".gguf")


def setting_at(reading: Reading, index: int) -> tuple[Field, int] | None:
    """Return the setting whose name begins at a token, and its last token, else None."""
    if index >= len(reading.tokens):
        return None
    for last, joined in reversed(reading.grams(index, _LONGEST_NAME)):
        name = _spoken().get(joined)
        if name is not None:
            return by_name()[name], last
    return None


@cache
def _spoken() -> dict[str, str]:
    return {normalise(said): name for said, name in SETTINGS.items()}


def speaks_of_settings(reading: Reading, *, pictures: bool) -> bool:
    """Return whether a question asks for pictures by a setting that they have here; without a word
    for ``pictures`` it must be one that nothing else has.
    """
    for index in range(len(reading.tokens)):
        found = setting_at(reading, index)
        if found is None:
            continue
        field, last = found
        joined = "".join(reading.tokens[i].norm for i in range(index, last + 1))
        alone = joined in OF_PICTURES_ALONE and not _of_models(reading, joined)
        if (alone or (pictures and not _speaks_of_models(reading))) and stored_values(
            reading, field.name, most=1
        ):
            return True
    return False


def _of_models(reading: Reading, joined: str) -> bool:
    """Return whether models here have a setting of this name, or the question speaks of models."""
    named = any(mention.field == "model" for mention in reading.mentions)
    found = reading.lexicon.lookup([joined]).get(joined, ())
    known = any(name.kind in ("hyperparameter", "layer_fact") for name in found)
    return named or known or _speaks_of_models(reading)


def _speaks_of_models(reading: Reading) -> bool:
    return any(token.lower in words("model_words") - {"model", "one"} for token in reading.tokens)


def stored_values(reading: Reading, name: str, most: int = 5000) -> list[str]:
    """Return the different values that pictures here have in a field, as texts."""
    from modelsearch.search.sources import source_of

    connection = reading.lexicon.connection
    if connection is None:
        return []
    field = by_name()[name]
    sql = source_of(field).pictures(field)  # type: ignore[attr-defined]
    rows = connection.execute(f"SELECT DISTINCT value FROM ({sql}) LIMIT ?", (most,))
    return [str(value) for (value,) in rows]


def value_ends_at(reading: Reading, index: int) -> bool:
    """Return whether a value that a setting of pictures here has, or a size that is no square,
    ends at a token: models are trained on squares.
    """
    for mention in [m for m in reading.mentions if m.field == "image_size" and m.last == index]:
        sides = _sides_of(mention)
        if sides is not None and sides[0] != sides[1]:
            return True
    if index < 0 or not stored_values(reading, "image_program", most=1):
        return False
    return any(
        _value_at(reading, index, written, ends=True) is not None
        for written in _told_by_value(reading).values()
    )


def find_settings(reading: Reading) -> list[Mention]:
    """Claim settings with their values, and those that must be there or not; return the conditions
    that they state.
    """
    values = _told_by_value(reading)
    _release_techniques(reading)
    found: list[Mention] = _sides(reading)
    for index in range(len(reading.tokens)):
        named = setting_at(reading, index)
        if named is None or any(m.first <= index <= m.last for m in found):
            continue
        field, last = named
        one = (
            _number(reading, field, index, last)
            or _value_behind(reading, field, index, last, values)
            or _value_before(reading, field, index, last, values)
            or _mentioned(reading, field, index, last)
            or _stated(reading, field, index, last)
        )
        if one is not None:
            found.append(one)
    return [*found, *_bare_values(reading, values)]


def _release_techniques(reading: Reading) -> None:
    """Take back "cfg" and "LoRA" as techniques of models where pictures here have them."""
    for mention in [m for m in reading.mentions if m.field == "technique"]:
        named = setting_at(reading, mention.first)
        if named is None or not stored_values(reading, named[0].name, most=1):
            continue
        said = f"Read {reading.text(mention.first, mention.last)!r} as "
        reading.notes = [note for note in reading.notes if not note.startswith(said)]
        reading.release(mention)


def _sides_of(mention: Mention) -> tuple[str, str] | None:
    """Return the width and the height that a size states, None where it states one number."""
    node = mention.node
    found = _PIXELS.search(node.text) if isinstance(node, Filter) and node.op == "=" else None
    return (found[1], found[2]) if found is not None else None


def _sides(reading: Reading) -> list[Mention]:
    """Read ``512x768``: a width and a height, not the longer side of either."""
    found = []
    for mention in [m for m in reading.mentions if m.field == "image_size"]:
        sides = _sides_of(mention)
        if sides is None:
            continue
        at = (mention.first, mention.last)
        both = [
            reading.filter(name, "=", float(number), *at)
            for name, number in zip(("image_width", "image_height"), sides, strict=True)
        ]
        first = mention.first
        while reading.lower(first - 1) in _SIZED:
            first -= 1
        found.append(_claimed(reading, And(tuple(both)), "image_size", first, mention.last))
    return found


def _claimed(reading: Reading, node: Node, field: str, first: int, last: int) -> Mention:
    """Claim tokens for a condition; what had read them as something of models is taken back."""
    for mention in list(reading.mentions):
        if mention.first <= last and first <= mention.last:
            reading.release(mention)
    reading.claim(first, last, "filter", field)
    return Mention(first, last, node, field)


def _number(reading: Reading, field: Field, first: int, last: int) -> Mention | None:
    """Read ``cfg scale over 7``, ``20 steps``."""
    if field.kind != "number":
        return None
    for mention in [m for m in reading.mentions if m.first <= first <= m.last]:
        node = mention.node
        if isinstance(node, Filter) and isinstance(node.value, int | float | tuple):
            taken = Filter(field.name, node.op, node.value, node.text, node.span)
            return _claimed(reading, taken, field.name, mention.first, mention.last)
    at = _over(reading, last + 1, _GLUE | _ARTICLES)
    _part_lists(reading, at)
    quantity = read_quantity(reading, at)
    if quantity is not None and reading.free(at, quantity.last):
        node = reading.filter(field.name, quantity.op, quantity.value, first, quantity.last)
        return _claimed(reading, node, field.name, first, quantity.last)
    for at in range(max(first - _LONGEST_NAME, 0), first):
        quantity = read_quantity(reading, at)
        if quantity is not None and quantity.last == first - 1 and reading.free(at, first - 1):
            node = reading.filter(field.name, quantity.op, quantity.value, at, last)
            return _claimed(reading, node, field.name, at, last)
    return None


def _part_lists(reading: Reading, at: int) -> None:
    """Take back a list of numbers that begins at a token: "seed 42 and 20 steps" is none."""
    for mention in list(reading.mentions):
        parts = getattr(mention.node, "parts", ())
        begins = {one.span[0] for one in parts if isinstance(one, Filter)}
        if at < len(reading.tokens) and reading.tokens[at].start in begins:
            reading.release(mention)
            reading.uses[at : mention.first] = [""] * max(mention.first - at, 0)


def _over(reading: Reading, index: int, small: frozenset[str]) -> int:
    while reading.lower(index) in small:
        index += 1
    return index


def _told_by_value(reading: Reading) -> dict[str, dict[str, str]]:
    """Return the values that pictures here have, by field: as a question may write each, and as it
    is stored.
    """
    found: dict[str, dict[str, str]] = {name: {} for name in _TOLD_BY_VALUE}
    for name in _TOLD_BY_VALUE if _any_settings(reading) else ():
        written: dict[str, str] = {}
        for value in stored_values(reading, name):
            for said in _ways_to_write(value):
                written.setdefault(said, value)
        found[name] = written
    found["image_format"] = dict(FORMATS)
    return found


def _any_settings(reading: Reading) -> bool:
    """Return whether any picture here states how it was made."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM image_setting) "
        "OR EXISTS (SELECT 1 FROM image WHERE program IS NOT NULL)"
    )
    connection = reading.lexicon.connection
    return connection is not None and bool(next(iter(connection.execute(sql)))[0])


def _ways_to_write(value: str) -> list[str]:
    """Return a value as it is stored, and without the folder and the ending of a file."""
    whole = value.casefold()
    name = whole.replace("\\", "/").rsplit("/", 1)[-1]
    ending = next((one for one in _WEIGHTS if name.endswith(one)), "")
    return list(dict.fromkeys([whole, name, name.removesuffix(ending)]))


def _value_at(
    reading: Reading, index: int, written: dict[str, str], *, ends: bool = False
) -> tuple[str, int, int] | None:
    """Return the stored value that begins (or ``ends``) at a token, with its first and last."""
    for count in range(_LONGEST_VALUE, 0, -1):
        first, last = (index - count + 1, index) if ends else (index, index + count - 1)
        if first < 0 or last >= len(reading.tokens):
            continue
        value = written.get(reading.text(first, last).casefold())
        if value is not None and not _claimed_as_picture(reading, first, last):
            return value, first, last
    return None


def _claimed_as_picture(reading: Reading, first: int, last: int) -> bool:
    """Return whether a token is taken by something that a setting's value does not overrule."""
    return any(reading.uses[i] not in ("", "filter", "stop") for i in range(first, last + 1))


def _value_behind(
    reading: Reading, field: Field, first: int, last: int, values: dict[str, dict[str, str]]
) -> Mention | None:
    """Read ``sampler Euler a``, ``format: png``."""
    found = _value_at(
        reading, _over(reading, last + 1, _GLUE | _ARTICLES), values.get(field.name, {})
    )
    if found is None:
        return None
    value, _, end = found
    node = reading.filter(field.name, "=", value, first, end)
    return _claimed(reading, node, field.name, first, end)


def _value_before(
    reading: Reading, field: Field, first: int, last: int, values: dict[str, dict[str, str]]
) -> Mention | None:
    """Read ``the detail LoRA``, ``PNG format``."""
    found = _value_at(reading, first - 1, values.get(field.name, {}), ends=True)
    if found is None:
        return None
    value, begins, _ = found
    node = reading.filter(field.name, "=", value, begins, last)
    return _claimed(reading, node, field.name, begins, last)


def _mentioned(reading: Reading, field: Field, first: int, last: int) -> Mention | None:
    """Read ``negative prompt mentions blur``; words of prompts are read with those of names."""
    if field.name != "negative_prompt" or reading.lower(last + 1) not in _MENTIONING:
        return None
    at = _over(reading, last + 1, frozenset(_MENTIONING | _ARTICLES))
    if not reading.free(at, at) or not reading.tokens[at].is_word:
        return None
    node = reading.filter(field.name, "contains", reading.tokens[at].text, first, at)
    return _claimed(reading, node, field.name, first, at)


def _stated(reading: Reading, field: Field, first: int, last: int) -> Mention | None:
    """Read ``with a LoRA``, ``no negative prompt``: whether the setting is stated at all."""
    for mention in [m for m in reading.mentions if m.first <= first <= m.last]:
        if isinstance(mention.node, Not) and _exists(mention.node.part):
            node = Not(Filter(field.name, "exists", None, *_said(mention.node.part)))
            return _claimed(reading, node, field.name, mention.first, mention.last)
    before = first - 1
    while reading.lower(before) in _ARTICLES:
        before -= 1
    if reading.lower(before) not in _HAVING or field.name == "image_format":
        return None
    if reading.lower(last + 1) in _MENTIONING and field.name == "prompt":
        return None
    if reading.text(first, last).casefold() in ("model", "weights"):
        return None
    stated = reading.filter(field.name, "exists", None, first, last)
    return _claimed(reading, stated, field.name, first, last)


def _exists(node: Node) -> bool:
    return isinstance(node, Filter) and node.op == "exists"


def _said(node: Node) -> tuple[str, tuple[int, int]]:
    assert isinstance(node, Filter)
    return node.text, node.span


def _bare_values(reading: Reading, values: dict[str, dict[str, str]]) -> list[Mention]:
    """Read values without the setting's name: "Euler a pictures", "made with ComfyUI", "jpg"."""
    found: list[Mention] = []
    known = [(name, written) for name, written in values.items() if written]
    index = 0
    while index < len(reading.tokens):
        one = None
        for name, written in known:
            one = one or _bare_value(reading, index, name, written)
        if one is not None:
            found.append(one)
        index = one.last + 1 if one is not None else index + 1
    return found


def _bare_value(reading: Reading, index: int, name: str, written: dict[str, str]) -> Mention | None:
    found = _value_at(reading, index, written)
    if found is None:
        return None
    value, first, last = found
    plain = first == last and reading.tokens[first].text.isalpha()
    if plain and name in ("image_lora", "image_checkpoint"):
        return None  # a LoRA called "detail": any word could be one
    if any(reading.uses[i] == "filter" and not _of_a_mention(reading, i)
           for i in range(first, last + 1)):  # fmt: skip
        return None
    node = reading.filter(name, "=", value, first, last)
    return _claimed(reading, node, name, first, last)


def _of_a_mention(reading: Reading, index: int) -> bool:
    return any(mention.first <= index <= mention.last for mention in reading.mentions)
