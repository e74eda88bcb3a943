"""Words of a question that are names of recorded runs: ``PPO_18``, ``calm-elk-108``."""

from __future__ import annotations

from modelsearch.query.names.lexicon import ENTITY_KINDS, Lexicon
from modelsearch.records.jsontext import texts_json
from modelsearch.records.spans import chunks, is_letter
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise

_BETWEEN = ",;?!\"'()<>=:"  #: signs that stand in no name
_SHORTEST = 4  #: characters
_MOST_WORDS = 60
_JOINS = frozenset({"and", "vs", "versus", "with", "from", "to"})
#: None that is a model's as well.
_NAMED = (
    "SELECT DISTINCT run_id FROM run WHERE run_id IN (SELECT value FROM json_each(?)) "
    "AND NOT EXISTS (SELECT 1 FROM model WHERE model_id = run_id)"
)


def runs_named(question: str, lexicon: Lexicon) -> dict[str, str]:
    """Return the words of a question that name runs of this database, each with the name as it is
    recorded; none that names something else as well (a family, a dataset, a model). Nobody writes
    those with an underscore: PPO_2 is a run, PPO2 a family.
    """
    words = [found.text.rstrip(".") for found in chunks(question, _BETWEEN)[:_MOST_WORDS]]
    words = [one for one in words if len(one) >= _SHORTEST and _is_like_a_name(one)]
    if not words or lexicon.connection is None:
        return {}
    if _sets_side_by_side(question):
        words = [*words, *_beside_names(question)]
    rows = fetch_all(lexicon.connection, _NAMED, (texts_json(words),))
    known = {str(row[0]).lower(): str(row[0]) for row in rows}
    found = {word: known[word.lower()] for word in words if word.lower() in known}
    others = lexicon.lookup([normalise(word) for word in found]) if found else {}
    kinds = (*ENTITY_KINDS, "model")
    return {
        word: name
        for word, name in found.items()
        if "_" in word or not any(one.kind in kinds for one in others.get(normalise(word), ()))
    }


def _sets_side_by_side(question: str) -> bool:
    said = {part.lower() for part in question.split()}
    return bool(said & {"compare", "difference", "differences", "vs", "versus", "between"})


def _beside_names(question: str) -> list[str]:
    """Return the plain words that stand right beside "and", "vs" or "with": in a comparison they
    may be names of runs, as short as they are.
    """
    words = [piece.text.strip(".") for piece in chunks(question, _BETWEEN)]
    beside = (
        words[index + step]
        for index, word in enumerate(words)
        for step in (-1, 1)
        if word.lower() in _JOINS and 0 <= index + step < len(words)
    )
    return [word for word in beside if len(word) > 1]


def _is_like_a_name(word: str) -> bool:
    """Return whether a word has a letter, and a digit or a sign that no plain word has."""
    return any(map(is_letter, word)) and any(sign.isdecimal() or sign in "_-/." for sign in word)
