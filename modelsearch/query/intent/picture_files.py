"""Files of pictures that a question names: "settings of castle.png", "compare a.png and b.png"."""

from __future__ import annotations

from modelsearch.query.intent.made_by import FILE
from modelsearch.query.intent.picture_settings import setting_at
from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import Filter, Node, join_or
from modelsearch.records.wordlists import word_set
from modelsearch.store.loading import ends_with

#: Words that set files side by side, and those that ask for all that is known of one.
COMPARING = word_set("""
    compare comparing comparison compared difference differences different differ differs vs versus
    common same changed
""")
EVERYTHING = word_set("""
    settings setting parameters params metadata hyperparameters generation everything details
    configuration made generated created
""")
_MOST_FILES = 6


def find_files(reading: Reading) -> list[Mention]:
    """Claim the names of pictures' files; return the condition that a picture is one of them."""
    nodes: list[Node] = []
    places: list[int] = []
    for match in list(FILE.finditer(reading.question))[:_MOST_FILES]:
        inside = reading.inside(*match.span())
        if not inside or any(reading.uses[i] == "reference" for i in inside):
            continue
        for mention in list(reading.mentions):
            if inside[0] <= mention.last and mention.first <= inside[-1]:
                reading.release(mention)
        name = match[0].strip("/")
        span = (match.start(), match.end())
        reading.claim(inside[0], inside[-1], "filter", f"file {name}")
        if not _is_here(reading, name):
            reading.doubts.append(f"no picture here is called {name!r}")
        escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        nodes += [Filter("path", "=", name, name, span),
                  Filter("path", "like", f"%/{escaped}", name, span)]  # fmt: skip
        places += inside
    node = join_or(nodes)
    return [Mention(places[0], places[-1], node, "path")] if node is not None else []


def _is_here(reading: Reading, name: str) -> bool:
    connection = reading.lexicon.connection
    if connection is None:
        return True
    sql = f"SELECT 1 FROM image WHERE {ends_with('path')} LIMIT 1"
    return bool(list(connection.execute(sql, (name,))))


def names_files(reading: Reading) -> bool:
    """Return whether the question names a picture's file and asks for what is known of it."""
    if "." not in reading.question or FILE.search(reading.question) is None:
        return False
    said = {token.lower for token in reading.tokens}
    if any(m.field == "model" for m in reading.mentions) or reading.doubts:
        return False
    settings = any(setting_at(reading, i) for i in range(len(reading.tokens)))
    return bool(said & (EVERYTHING | COMPARING)) or settings or _is_alone(reading)


def _is_alone(reading: Reading) -> bool:
    """Return whether the question is the name of a picture that is here, and no more."""
    name = reading.question.strip(" ?!")
    found = FILE.fullmatch(name)
    return found is not None and reading.lexicon.connection is not None and _is_here(reading, name)
