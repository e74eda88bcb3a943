"""How many models are asked for: "the latest GAN", "3 VAEs", "models with the most epochs"."""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.wordlists import word_set
from modelsearch.vocabulary.fields import spellings

_NOUNS = word_set("""
    model network net agent classifier generator gan vae autoencoder script notebook experiment
    project run one implementation version transformer file
""")
_COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twenty": 20,
}


def counts_models(reading: Reading, index: int) -> bool:
    """Return whether "last" or "first" speaks of models: "the last model", "my first three
    GANs".
    """
    at = index + 1
    if count_at(reading, at) is not None:
        at += 1
    for place in (at, at + 1):
        if reading.lower(place) in words("model_words"):
            return True
        if any(m.first == place and m.field == "family" for m in reading.mentions):
            return True
    return False


def plural_beside(reading: Reading, first: int, last: int) -> bool:
    """Return whether several models are ordered: "models with the most epochs", "best accuracy
    GANs".
    """
    nouns = [
        i
        for i in (*range(first), last + 1)
        if reading.lower(i) in words("model_words") and reading.lower(i).endswith("s")
    ]
    return bool(nouns) or any(m.plural and m.first <= last + 1 for m in reading.mentions)


def speaks_of_models(reading: Reading, index: int, reach: int = 3) -> bool:
    """Return whether a word for models, or a name, follows within ``reach`` tokens."""
    for place in range(index + 1, index + 1 + reach):
        if reading.lower(place) in words("model_words") | {"file", "files"}:
            return True
        if any(m.first == place for m in reading.mentions):
            return True
    return False


def unit_follows(reading: Reading, index: int) -> bool:
    """Return whether a token names a numeric field, so that the number before it is that field's:
    "top 5 epochs".
    """
    field = spellings().get(reading.tokens[index].norm) if index < len(reading.tokens) else None
    return field is not None and field.kind == "number"


def count_at(reading: Reading, index: int) -> int | None:
    """Return the number of models that an unclaimed token gives: "5", "five"."""
    if not 0 <= index < len(reading.tokens) or not reading.free(index, index):
        return None
    word = reading.lower(index)
    if word.isdecimal() and word.isascii() and len(word) < 5:
        return int(word)
    return _COUNTS.get(word)


def singular(reading: Reading, first: int, last: int) -> bool:
    """Return whether one model is asked for: "the latest GAN", "which model has the best
    accuracy".
    """
    order = [*range(last + 1, len(reading.tokens)), *range(first - 1, -1, -1)]
    for index in order:
        word = reading.lower(index)
        if word in _NOUNS:
            return True
        if word.endswith("s") and word[:-1] in _NOUNS:
            return False
        mention = next(
            (m for m in reading.mentions if m.last == index and m.field == "family"), None
        )
        if mention is not None and index >= last:
            following = reading.lower(index + 1)
            if following in ("models", "networks"):
                return False
            return not mention.plural
    return not any(m.plural for m in reading.mentions)


def each_model(reading: Reading) -> bool:
    """Return whether a value of each model is asked for, not how often each value occurs: "batch
    size of every GAN", "lr per model".
    """
    families = {m.first for m in reading.mentions if m.field in ("family", "model")}
    return any(
        token.lower in ("each", "every", "per")
        and (index + 1 in families or reading.lower(index + 1) in words("model_words"))
        for index, token in enumerate(reading.tokens)
    )
