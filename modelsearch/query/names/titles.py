"""Models whose file is called by a whole sentence: "Attention is All You Need".

A name of three words and more that stands in a question word for word (a number or letter before it
may be left out) means that model, whatever else its words mean there: words that join or deny
("to", "saving") and names of families among them.
"""

from __future__ import annotations

from modelsearch.query.names.references import small
from modelsearch.query.state import Reading
from modelsearch.records.question import Filter, join_or
from modelsearch.records.spans import name_parts
from modelsearch.vocabulary import normalise

_FEWEST = 3  #: words of a title
_SHOWN = 3  #: models that are named


def title_at(reading: Reading, first: int) -> tuple[int, list[str]]:
    """Return the last token of the longest name that stands word for word from a token on, and the
    models that are called so; none where there is no such name.
    """
    connection = reading.lexicon.connection
    said = [at for at in range(first, len(reading.tokens)) if reading.tokens[at].is_word]
    spoken = [reading.tokens[at].text.casefold() for at in said]
    if connection is None or len(said) < _FEWEST:
        return first, []
    found: dict[int, list[str]] = {}
    rows = connection.execute(
        "SELECT model_id, path FROM model WHERE instr(spelling, ?) > 0 ORDER BY model_id",
        (normalise(" ".join(spoken[:_FEWEST])),),
    )
    for model, path in rows:
        for title in _titles(path):
            last = said[min(len(title), len(said)) - 1]
            if spoken[: len(title)] == title and reading.free(first, last):
                found.setdefault(last, []).append(model)
    longest = max(found, default=first)
    return longest, found.get(longest, [])


def claim_whole_title(reading: Reading) -> None:
    """Claim a question that is no more than the title of models, as they are called: "Multi-class
    Sentiment Analysis". Whatever else its words mean, these are meant.
    """
    if reading.lexicon.connection is None or not small(reading.lexicon.connection):
        return
    last, models = title_at(reading, 0)
    rest = reading.tokens[last + 1 :]
    if not models or any(token.is_word for token in rest):
        return
    said = reading.text(0, last)
    node = join_or([Filter("model", "=", model, said) for model in models])
    if node is not None:
        reading.mention(0, last, node, "model")
        reading.note(f"Read {said!r} as the name of {' and '.join(models[:_SHOWN])}.")


def _titles(path: str) -> list[list[str]]:
    """Return the words of a file's name, with and without a number or letter before them."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    whole = [word.lower() for word in name_parts(stem)]
    counted = bool(whole) and (whole[0].isdecimal() or len(whole[0]) == 1)
    plain = whole[1:] if counted else whole
    if len(plain) < _FEWEST:
        return []
    return [whole, plain] if counted else [plain]
