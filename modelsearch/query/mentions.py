"""Models that a question names: by id, by path, or by a description that fits just one."""

from __future__ import annotations

import re

from modelsearch.query.model import Filter
from modelsearch.query.references import candidates, exact_id
from modelsearch.query.state import Reading
from modelsearch.query.tokens import Token

_SPAN = re.compile(r"[^\s,;?!\"'()]+")
_LIKE_AN_ID = re.compile(r"[_/]|\.(?:py|ipynb)$|\w-\w")


def find_references(reading: Reading) -> None:
    """Claim every model id, path or fragment that stands in the question.

    A word counts when it is an id or path; or when it looks like one (an underscore, a slash, a
    suffix) and fits one model; or when "model id" stands before it.
    """
    connection = reading.lexicon.connection
    if connection is None:
        return
    for match in _SPAN.finditer(reading.question[:20_000]):
        word = match.group().rstrip(".:")
        if not word or ":" in word:
            continue
        span = _tokens(reading.tokens, match.start(), match.start() + len(word))
        if span is None or not reading.free(*span):
            continue
        told = bool(re.search(r"\bid\s*[:=]?\s*$", reading.question[: match.start()], re.I))
        chosen = exact_id(connection, word)
        if chosen is None and (told or _LIKE_AN_ID.search(word)):
            found = candidates(connection, word)
            chosen = found[0] if len(found) == 1 else None
            if told and len(found) > 1:
                node = Filter("model", "contains", word, word, match.span())
                reading.mention(*span, node, "model")
                reading.note(f"{word!r} fits {len(found)} models.")
                continue
            if told and not found:
                reading.note(f"No model is called {word!r}.")
        if chosen is not None and (told or _LIKE_AN_ID.search(word) or len(word) > 3):
            node = Filter("model", "=", chosen, word, match.span())
            reading.mention(*span, node, "model")
            if chosen.casefold() != word.casefold():
                reading.note(f"Read {word!r} as the model {chosen}.")


def _tokens(tokens: list[Token], start: int, end: int) -> tuple[int, int] | None:
    inside = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
    return (inside[0], inside[-1]) if inside else None
