"""Questions for the model that made a picture: "which model made flower.png?"."""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import lazy
from modelsearch.records.question import Filter, Node, join_or
from modelsearch.records.wordlists import word_set
from modelsearch.store.loading import ends_with

#: A picture's file in a question.
FILE = lazy(
    r"(?<![^\s\"'?!,;()<>])[^\s\"'?!,;()<>]{1,500}\.(?:png|jpe?g|gif|webp|tiff?|bmp|avif|jfif|svg|mp4|webm)\b",
    needs=(".",),
)
_MAKING = word_set("""
    made make makes generated generate generates produced produce produces created create creates
    drew draws painted sampled wrote written came comes come saved rendered
""")
_ASKING = word_set("which what whose")
_MODELS = word_set("model models script scripts code notebook run experiment network")
_MOST = 20


def find_maker(reading: Reading) -> None:
    """Claim the name of a picture's file, and take its model as what is asked for."""
    connection = reading.lexicon.connection
    match = FILE.search(reading.question.lower())
    said = {token.lower for token in reading.tokens}
    if match is None or connection is None or not (said & _MAKING or said & _MODELS):
        return
    if not said & _ASKING:
        return
    inside = reading.inside(*match.span())
    if not inside or not reading.free(inside[0], inside[-1]):
        return
    name = match[0].strip("/")
    rows = connection.execute(
        "SELECT i.path, m.model_id, i.owner_from, i.program, s.text FROM image i "
        "LEFT JOIN model m ON m.id = i.model "
        "LEFT JOIN image_setting s ON s.image = i.id AND s.name = 'model' "
        f"WHERE {ends_with('i.path')} LIMIT ?2",
        (name, _MOST),
    ).fetchall()
    _take(reading, name, [tuple(map(_plain, row)) for row in rows], (inside[0], inside[-1]))


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _take(
    reading: Reading, name: str, rows: list[tuple[str, ...]], tokens: tuple[int, int]
) -> None:
    first, last = tokens
    while reading.lower(first - 1) in words("image_words") | {"the", "file", "this", "that"}:
        first -= 1
    for index, token in enumerate(reading.tokens):
        if token.lower in _MAKING:
            reading.claim(index, index, "intent", "made by")
    if not rows:
        reading.doubts.append(f"no picture here is called {name!r}")
        reading.claim(first, last, "reference")
        return
    nodes: list[Node] = []
    for path, model, owner, program, setting in rows:
        known = f"belongs to {model} ({owner or 'by its place'})" if model else "belongs to nobody"
        told = f"; its own settings ({program or 'embedded'}) name {setting}" if setting else ""
        reading.note(f"The picture {path} {known}{told}.")
        if model:
            nodes.append(Filter("model", "=", model, name))
    node = join_or(nodes) or Filter("model", "=", name, name)
    reading.mention(first, last, node, "model")
