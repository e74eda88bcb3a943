"""Where a name stands that no model's code shows: in what runs and checkpoints recorded, in other
settings, in texts.

"Does anything use SGD?" is no plain no where three runs did: a run's value is true of that run
alone and never becomes the model's, so that filters of models do not find it.
"""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from modelsearch import vocabulary
from modelsearch.records.question import Filter, Node
from modelsearch.records.text import sentence_list
from modelsearch.search.large.kept import kept
from modelsearch.search.large.members import Members
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary.fields import by_name

#: Fields of names that runs, checkpoints and settings may hold, too.
_NAMED = frozenset({"dataset", "optimizer", "family", "architecture", "scheduler", "loss",
                    "framework", "technique"})  # fmt: skip
_LONGEST = 60  #: characters of a recorded text that may be a name
_MOST_TEXTS = 5_000  #: different recorded texts that are looked at
#: What recorded a text: how it is called, and its rows as (text, what has it, its model).
_RECORDED = {
    "run": """
        SELECT text, run, (SELECT model FROM run WHERE id = run) AS model FROM run_setting
        UNION SELECT optimizer, id, model FROM run UNION SELECT dataset, id, model FROM run
        UNION SELECT run_id, id, model FROM run UNION SELECT name, id, model FROM run""",
    "checkpoint": """
        SELECT text, checkpoint, (SELECT model FROM checkpoint WHERE id = checkpoint) AS model
        FROM checkpoint_fact
        UNION SELECT class, id, model FROM checkpoint
        UNION SELECT base_model, id, model FROM checkpoint""",
    "configuration": "SELECT text, model, model FROM hyperparameter",
}


def elsewhere(connection: apsw.Connection, part: Node, model: int | None = None) -> str:
    """Return where the name that a filter asks for stands, as "3 runs and 1 checkpoint have SGD",
    of one ``model`` or of all; nothing where it stands nowhere, and in large catalogues.
    """
    if not _asks_for_a_name(part) or kept(connection):
        return ""
    assert isinstance(part, Filter)
    counts = {noun: _count(connection, noun, part, model) for noun in _RECORDED}
    said = [f"{many:,} {noun}{'' if many == 1 else 's'}" for noun, many in counts.items() if many]
    parts = [f"{sentence_list(said)} {'has' if sum(counts.values()) == 1 else 'have'} {part.value}"]
    parts = parts if said else []
    texts = Filter("text", "phrase", part.text or str(part.value))
    many = Members(connection).matching(texts).bit_count() if model is None else 0
    if many:
        of = "the texts of 1 model" if many == 1 else f"the texts of {many:,} models"
        parts.append(f'{of} name it (ask for text:"{texts.value}")')
    return ", ".join(parts)


def _asks_for_a_name(part: Node) -> bool:
    return (
        isinstance(part, Filter)
        and part.field in _NAMED
        and part.op == "="
        and part.by is None
        and isinstance(part.value, str)
    )


def _count(connection: apsw.Connection, noun: str, part: Filter, model: int | None) -> int:
    """Count the runs, checkpoints or models with a setting that spells a name."""
    from modelsearch.records.jsontext import texts_json

    spelled = list(_spellings(connection, noun, part))
    if not spelled:
        return 0
    rows = fetch_all(
        connection,
        f"WITH x (text, thing, model) AS ({_RECORDED[noun]}) SELECT count(DISTINCT thing) FROM x "
        "WHERE text IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR model = ?2)",
        (texts_json(spelled), model),
    )
    return int(rows[0][0])


def _spellings(connection: apsw.Connection, noun: str, part: Filter) -> Iterator[str]:
    """Yield the recorded texts that spell the name of a filter."""
    rows = fetch_all(
        connection,
        f"WITH x (text, thing, model) AS ({_RECORDED[noun]}) SELECT DISTINCT text FROM x "
        f"WHERE text IS NOT NULL AND length(text) <= {_LONGEST:d} LIMIT {_MOST_TEXTS:d}",
    )
    wanted = {vocabulary.normalise(str(part.value)), vocabulary.normalise(part.text)}
    field = by_name()[part.field]
    for (text,) in rows:
        # torch.optim.SGD and timm/vgg16 are named by their last part
        last = str(text).replace("/", ".").rpartition(".")[2]
        for spelling in (str(text), last):
            term = vocabulary.find(field.vocabulary, spelling) if field.vocabulary else None
            known = term is not None and term.name == part.value
            if known or vocabulary.normalise(spelling) in wanted:
                yield str(text)
                break
