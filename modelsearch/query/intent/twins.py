"""Models that are nearly the same: "near duplicates of cvae", "which models are almost identical?".

The rule: the same framework and data sets, and the same optimizer, learning rate, batch size and
epochs of the main stage, all four of them known. It is said with the answer.
"""

from __future__ import annotations

from modelsearch.query.state import Reading
from modelsearch.records.question import Filter, Node, join_or

RULE = "the same framework, data, optimizer, learning rate, batch size and epochs"
_FIELDS = ("framework", "dataset", "optimizer", "learning_rate", "batch_size", "epochs")
#: Words that ask for such models, and those that do so only with "same", "identical" behind them.
_TWINS = frozenset({"duplicate", "duplicates", "twin", "twins", "redundant", "near-duplicates"})
_NEARLY = frozenset({"nearly", "almost", "virtually", "practically", "near"})
_SAME = frozenset({"same", "identical", "alike", "equal", "duplicate", "duplicates"})
TELLING = _TWINS | _SAME
_MOST = 20
_GROUPS = """
SELECT group_concat(model_id, char(10)) FROM (
  SELECT m.model_id, m.framework, s.optimizer, s.learning_rate, s.batch_size, s.epochs,
    (SELECT group_concat(name, char(10)) FROM (
       SELECT t.name FROM model_term x JOIN term t ON t.id = x.term
       WHERE x.model = m.id AND t.kind = 'dataset' ORDER BY t.name)) AS data
  FROM model m JOIN training_stage s ON s.model = m.id AND s.main = 1
  WHERE s.optimizer IS NOT NULL AND s.learning_rate IS NOT NULL
    AND s.batch_size IS NOT NULL AND s.epochs IS NOT NULL
  ORDER BY m.model_id)
GROUP BY framework, optimizer, learning_rate, batch_size, epochs, data
HAVING count(*) > 1 ORDER BY min(model_id) LIMIT ?
"""


def find_twins(reading: Reading) -> None:
    """Claim the words that ask for models which are nearly the same, as one or as each other."""
    for index in range(len(reading.tokens)):
        first, last = _asked_at(reading, index)
        if last < 0 or not reading.free(first, last):
            continue
        if reading.lower(last + 1) in ("of", "to", "as"):
            from modelsearch.query.intent.like_a_model import find_same

            if find_same(reading, first, last + 2, _FIELDS):
                reading.note(f"Nearly the same is taken as {RULE}.")
        else:
            _take_groups(reading, first, last)
        return


def _asked_at(reading: Reading, index: int) -> tuple[int, int]:
    """Return the first and last token of "near duplicates", "almost the same"; (0, -1) for none."""
    word = reading.lower(index)
    at = index + 1
    while reading.lower(at) in ("the", "-"):
        at += 1
    if word in _NEARLY and reading.lower(at) in _SAME:
        return index, at
    return (index, index) if word in _TWINS else (0, -1)


def _take_groups(reading: Reading, first: int, last: int) -> None:
    connection = reading.lexicon.connection
    if connection is None:
        return
    groups = [str(row[0]).split("\n") for row in connection.execute(_GROUPS, (_MOST + 1,))]
    reading.note(f"Nearly the same is taken as {RULE}, all of them known.")
    for group in groups[:_MOST]:
        reading.note(f"Nearly the same: {', '.join(group)}.")
    if len(groups) > _MOST:
        reading.note(f"These are {_MOST} of more groups.")
    models: list[Node] = [
        Filter("model", "=", model, reading.text(first, last))
        for group in groups[:_MOST]
        for model in group
    ]
    node = join_or(models) or Filter("model", "=", "", reading.text(first, last))
    reading.mention(first, last, node, "")
