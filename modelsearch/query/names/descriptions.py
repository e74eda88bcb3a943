"""One model described in words: "the energy forecaster", "my MNIST CVAE", "the titanic model".

A description in the singular is a model when exactly one fits what was understood of it and has
its other words in its path or profile. When several fit, it stays a search.
"""

from __future__ import annotations

from modelsearch.query.logic import build_tree, negation_at
from modelsearch.query.names.spelling import looks_like_a_negator
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.question import Filter, ParsedQuery
from modelsearch.records.wordlists import word_set
from modelsearch.search.compile import compile_filter
from modelsearch.search.sources.comparisons import Parameter

_ARTICLES = frozenset({"the", "my", "our", "this", "that"})
_PLURAL = word_set("""
    models agents networks nets scripts notebooks classifiers generators experiments projects
    runs ones all every any each
""")
_SINGULAR = word_set("""
    model agent network net script notebook classifier generator experiment project run one
""")
#: Fields that were asked for in the plural, which speaks of several models.
_PLURALS_ASKED = word_set("""
    optimizers optimisers datasets frameworks families architectures losses schedulers
    techniques rates sizes tasks libraries devices subjects methods
""")
_LONGEST_QUESTION = 60
_MOST_WORDS = 6
_MANY = 500


def resolve_description(reading: Reading, parsed: ParsedQuery, *, told: bool = False) -> str | None:
    """Return the one model that a singular description fits, and claim its words; else None.

    ``told`` says that the question asks for one model's details ("tell me about …").
    """
    if reading.lexicon.connection is None or len(reading.tokens) > _LONGEST_QUESTION:
        return None
    if any(m.field in ("model", "created", "modified") for m in reading.mentions):
        return None
    if not _speaks_of_one(reading, parsed, told):
        return None
    left = _content_words(reading)
    denied = any(negation_at(reading, index) for index in range(len(reading.tokens)))
    denied = denied or any(looks_like_a_negator(reading.lower(index)) for index in left)
    if denied and (left or not told):
        return None  # "my last model without CUDA" is what it says, and no model's name
    if len(left) > _MOST_WORDS or not (left or reading.mentions):
        return None
    said = [reading.tokens[i].lower.removesuffix("'s") for i in left]
    found = _fitting(reading, said)
    if len(found) > 1:
        # "the srgan script": of all SRGANs the one that is called so.
        found = _called(reading, [*said, *_family_words(reading)])
        if len(found) == 1:
            left = sorted([*left, *_release_families(reading)])
    if len(found) != 1:
        return None
    _take(reading, left, found[0])
    return found[0]


def _speaks_of_one(reading: Reading, parsed: ParsedQuery, told: bool) -> bool:
    lowered = [token.lower for token in reading.tokens]
    if _PLURAL.intersection(lowered) or any(m.plural for m in reading.mentions):
        return False
    if any(use == "sort" for use in reading.uses) or parsed.group_by:
        return False
    if not parsed.asked:
        return told or any(
            _definite(reading, i) for i, word in enumerate(lowered) if word in _ARTICLES
        )
    claimed = [
        t.lower for t, use in zip(reading.tokens, reading.uses, strict=True) if use == "intent"
    ]
    return not any(word in _PLURALS_ASKED for word in claimed)


def _definite(reading: Reading, article: int) -> bool:
    """Return whether "the" opens a phrase for one model: "the titanic model", "my wine MLP"."""
    for index in range(article + 1, min(article + 8, len(reading.tokens))):
        word = reading.lower(index)
        if word in _SINGULAR:
            return index > article + 1
        named = any(m.first <= index <= m.last for m in reading.mentions)
        if any(m.last == index and m.field == "family" for m in reading.mentions):
            return True
        if not named and (word in words("stop") or not reading.tokens[index].is_word):
            return False
    return False


def _content_words(reading: Reading) -> list[int]:
    return [
        index
        for index, token in enumerate(reading.tokens)
        if token.is_word and not reading.uses[index] and token.lower not in words("stop")
    ]


def _family_words(reading: Reading) -> list[str]:
    return [
        reading.lower(i)
        for m in reading.mentions
        if m.field == "family"
        for i in range(m.first, m.last + 1)
        if reading.tokens[i].is_word
    ]


def _release_families(reading: Reading) -> list[int]:
    """Give up the families for the one model, with what was said of them; return their tokens."""
    tokens: list[int] = []
    for mention in [m for m in reading.mentions if m.field == "family"]:
        tokens += range(mention.first, mention.last + 1)
        reading.release(mention)
    reading.first_named.clear()
    reading.notes[:] = [note for note in reading.notes if "very name" not in note]
    return tokens


def _called(reading: Reading, parts: list[str]) -> list[str]:
    """Return the models that satisfy the filters and have all parts in their names."""
    connection = reading.lexicon.connection
    if connection is None or not parts:
        return []
    fitting = set(_fitting(reading, [], limit=_MANY))
    from modelsearch.query.names.references import called

    return [model for model in called(connection, parts) if model in fitting]


def _fitting(reading: Reading, said: list[str], limit: int = 2) -> list[str]:
    """Return the models (at most ``limit``) that satisfy the filters and have all the words."""
    connection = reading.lexicon.connection
    tree = build_tree(reading)
    if connection is None or (tree is None and not said):
        return []
    conditions: list[str] = ["1"]
    parameters: list[Parameter] = []
    if tree is not None:
        condition = compile_filter(tree)
        conditions.append(condition.text)
        parameters += condition.params
    if said:
        # The profile names what a model is; its title holds the words of the path.
        conditions.append(
            "m.id IN (SELECT p.model FROM passage_fts JOIN passage p ON p.id = passage_fts.rowid "
            "WHERE passage_fts MATCH ? AND p.kind = 'profile')"
        )
        parameters.append(" AND ".join('"' + word.replace('"', '""') + '"' for word in said))
    rows = connection.execute(
        "SELECT m.model_id FROM model m LEFT JOIN training_stage s ON s.model = m.id "
        f"AND s.main = 1 WHERE {' AND '.join(conditions)} ORDER BY m.model_id LIMIT ?",
        (*parameters, limit),
    )
    return [str(row[0]) for row in rows]


def _take(reading: Reading, left: list[int], model: str) -> None:
    for index in left:
        reading.claim(index, index, "reference", model)
    told = sorted({*left, *(i for m in reading.mentions for i in range(m.first, m.last + 1))})
    said = " ".join(reading.tokens[i].text for i in told if reading.tokens[i].is_word)
    first, last = told[0], told[-1]
    span = (reading.tokens[first].start, reading.tokens[last].end)
    reading.note(f"Read {said!r} as the model {model}.")
    if left:
        node = Filter("model", "=", model, said, span)
        place = next(i for i in left)
        reading.mentions.append(Mention(place, place, node, "model"))
        reading.mentions.sort(key=lambda one: one.first)
