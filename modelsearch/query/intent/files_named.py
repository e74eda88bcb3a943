"""Names of files in a question: saved weights, logs and others, whose models are what is meant.

A name of a file is a name: no word inside it ("best", "last") orders anything. Whose file it is
comes from the checkpoints and the runs that were read; a file that neither knows is looked for in
the texts of the models. What a file holds is not stored.
"""

from __future__ import annotations

from modelsearch.query.names.named_here import matches_any
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import lazy
from modelsearch.records.question import Filter, Node, join_or
from modelsearch.records.wordlists import word_set
from modelsearch.search.large.kept import kept
from modelsearch.store.loading import BELOW, ends_with

_FILE = lazy(
    r"(?<![^\s\"'?!,;()<>])[^\s\"'?!,;()<>:=]{1,300}\.(?:pth?|ckpt|safetensors|h5|hdf5|keras|onnx|"
    r"pkl|joblib|bin|csv|tsv|jsonl?|ya?ml|toml|txt|log|db|np[yz])(?![\w/])",
    needs=(".",),
)
_OF_RUN = BELOW.format("e")
_FOUND = f"""
    SELECT DISTINCT 'saved weights', c.path, m.model_id FROM checkpoint c
    JOIN model m ON m.id = c.model WHERE {ends_with("c.path")}
    UNION SELECT DISTINCT 'log', {_OF_RUN}, m.model_id FROM run_evidence e
    JOIN run r ON r.id = e.run JOIN model m ON m.id = r.model
    WHERE {ends_with(_OF_RUN)} LIMIT 20
"""
#: What may stand around the name and asks for nothing more.
_AROUND = word_set("""
    say says said contain contains hold holds write writes wrote written save saves saved belong
    belongs make makes made create creates created read reads
""")
_SHOWN = 5


def find_files(reading: Reading) -> None:
    """Claim the name of a file, and take the models that it belongs to as what is meant."""
    connection = reading.lexicon.connection
    match = _FILE.search(reading.question.lower())
    if match is None or connection is None or kept(connection):
        return
    tokens = reading.inside(*match.span())
    if not tokens or not reading.free(tokens[0], tokens[-1]):
        return
    name = match[0].strip("./")
    rows = list(connection.execute(_FOUND, (name,)))
    said = reading.text(tokens[0], tokens[-1])
    for kind, path, model in rows[:_SHOWN]:
        reading.note(f"The {kind} {path} belong{'' if kind != 'log' else 's'} to {model}.")
    owners = dict.fromkeys(str(row[2]) for row in rows)
    node: Node | None = join_or([Filter("model", "=", model, said) for model in owners])
    if node is None:
        node = _told(reading, name, said)
    if node is not None:
        _claim(reading, tokens, node)
        return
    nobody = f"file that was read here is called {said!r}, and no text names it"
    if _stands_alone(reading, tokens):
        reading.note(f"No {nobody}.")
        reading.claim(tokens[0], tokens[-1], "text")
    else:
        reading.doubts.append(f"no {nobody}")


def _stands_alone(reading: Reading, tokens: list[int]) -> bool:
    """Return whether a question says nothing besides some tokens that could be lost."""
    others = (i for i, token in enumerate(reading.tokens) if token.is_word and i not in tokens)
    return all(reading.lower(i) in words("stop", "model_words") for i in others)


def _told(reading: Reading, name: str, said: str) -> Node | None:
    """Return the condition that a model's texts have a file's name, None where none has."""
    for part in dict.fromkeys((name, name.rpartition("/")[2])):
        node = Filter("text", "phrase", part, said)
        if matches_any(reading, node):
            reading.note(
                f"No log or checkpoint that was read is called {said!r}; these models' texts name "
                "it. What such a file holds is not stored."
            )
            return node
    return None


def _claim(reading: Reading, tokens: list[int], node: Node) -> None:
    reading.mention(tokens[0], tokens[-1], node, "model")
    for index, token in enumerate(reading.tokens):
        if token.lower in _AROUND:
            reading.claim(index, index, "intent", "the file's model")
