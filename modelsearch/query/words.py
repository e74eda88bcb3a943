"""The word lists of the parser, from ``words.json`` beside this module."""

from __future__ import annotations

from functools import cache

from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json
from modelsearch.records.typed import Any


@cache
def _lists() -> dict[str, Any]:
    loaded: dict[str, Any] = shipped_json(read_text(__file__, "words.json"))
    return loaded


@cache
def words(*names: str) -> frozenset[str]:
    """Return a list of words (or phrases) as a set; of several lists all that are in any, which is
    made once: a list of thousands is too long to be joined for each word of a question.

    Lists: ``stop`` (say nothing about which model is meant), ``using`` and ``clause`` (open a new
    part of a sentence), ``negators``, ``negator_phrases``, ``not_only``, ``missing``,
    ``head_images`` and ``image_words`` (pictures), ``model_words``, ``generate`` (verbs whose
    object is a subject), ``weak_subjects`` (need more context than the others), ``languages``,
    ``ambiguous`` (names that are ordinary words too), ``english`` (never taken for misspelt names).
    """
    if len(names) > 1:
        return frozenset().union(*map(words, names))
    return frozenset(_lists()[names[0]])


@cache
def contract_words(name: str) -> frozenset[str]:
    """Return a list of ``contract.json``: words that may turn an answer round, by what they do."""
    return frozenset(_contract()[name])


@cache
def _contract() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = shipped_json(read_text(__file__, "contract.json"))
    return lists


def modalities() -> dict[str, str]:
    """Return the words for kinds of data and the modality each means."""
    found: dict[str, str] = _lists()["modalities"]
    return found
