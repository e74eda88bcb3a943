"""Models whose file is called by a whole sentence: "Attention is All You Need".

A name of three words and more that stands in a question word for word (a number or letter before it
may be left out) means that model, whatever else its words mean there: words that join or deny
("to", "saving") and names of families among them.
"""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.records.spans import name_parts

_FEWEST = 3  #: words of a title

Title = tuple[str, ...]


def titles_in(reading: Reading) -> list[tuple[int, int, list[str]]]:
    """Return the first and last token of each name that stands word for word, and the models that
    are called so; the longest first. A number before a name may be left out.
    """
    said = [(i, token.text.casefold()) for i, token in enumerate(reading.tokens) if token.is_word]
    titles = _titles(reading, {word for _, word in said})
    found: list[tuple[int, int, list[str]]] = []
    for title in sorted(titles, key=lambda one: (-len(one), one)):
        for at in range(len(said) - len(title) + 1):
            stretch = said[at : at + len(title)]
            first, last = stretch[0][0], stretch[-1][0]
            taken = any(one[0] <= last and first <= one[1] for one in found)
            same = all(word == spoken for word, (_, spoken) in zip(title, stretch, strict=True))
            if same and not taken and reading.free(first, last):
                found.append((first, last, titles[title]))
    return found


def _titles(reading: Reading, heard: set[str]) -> dict[Title, list[str]]:
    """Return the titles of which a question has every word, each with its models."""
    connection = reading.lexicon.connection
    if connection is None:
        return {}
    found: dict[Title, list[str]] = {}
    for model, path in connection.execute("SELECT model_id, path FROM model ORDER BY model_id"):
        stem = path.rpartition("/")[2].rpartition(".")[0]
        whole = tuple(word.lower() for word in name_parts(stem))
        counted = bool(whole) and (whole[0].isdecimal() or len(whole[0]) == 1)
        plain = whole[1:] if counted else whole
        for title in {whole, plain} if len(plain) >= _FEWEST else ():
            if heard.issuperset(title):
                found.setdefault(title, []).append(model)
    return found
