"""Which of a model's results count: those on the data that say most about it.

A run's log states a result for the training data, too, and that is mostly the best of them; it
counts only where no other data is named.
"""

from __future__ import annotations

#: Condition on a row ``metric``: it is not of the training data, or there is no other.
COUNTS = (
    "(metric.split IS NOT 'train' OR NOT EXISTS (SELECT 1 FROM metric o WHERE "
    "o.model = metric.model AND o.name = metric.name AND o.split IS NOT 'train'))"
)
#: Splits by what they say of a model, the most first; one that is not named stands in between.
ORDER = ("test", "eval", "", "validation", "val", "dev", "train")
#: Words for a split in a question, and how each split may be called where it was read.
SPOKEN = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "eval": "validation",
    "evaluation": "validation",
    "test": "test",
    "testing": "test",
}
CALLED = {
    "train": ("train", "training"),
    "test": ("test", "testing", ""),
    "validation": ("validation", "val", "valid", "dev", "eval"),
}
_ORDERED = " ".join(f"WHEN '{split}' THEN {place}" for place, split in enumerate(ORDER))


def placed(column: str) -> str:
    """Return SQL for :func:`place` of a column."""
    return f"CASE coalesce({column}, '') {_ORDERED} ELSE {ORDER.index('')} END"


def place(split: str | None) -> int:
    """Return the rank of a split: 0 for the one that says most of a model. An unknown one ranks as
    a result without a split.
    """
    name = (split or "").casefold()
    return ORDER.index(name) if name in ORDER else ORDER.index("")


def best_result(name: str, best: str) -> str:
    """Return SQL for the best value (``best`` is ``max`` or ``min``) of a quoted metric's name,
    on the split that says most, of the model ``m``.
    """
    return (
        f"(SELECT {best}(value) FROM metric WHERE model = m.id AND name = {name} AND split IS "
        f"{_most_telling('m.id', name)})"
    )


def telling_split(row: str) -> str:
    """Return SQL for the split that says most of the model of a metric's ``row``, among results of
    that name.
    """
    return _most_telling(f"{row}.model", f"{row}.name")


def _most_telling(model: str, name: str) -> str:
    return (
        f"(SELECT o.split FROM metric o WHERE o.model = {model} AND o.name = {name} "
        f"ORDER BY {placed('o.split')} LIMIT 1)"
    )


def of_split(split: str, column: str = "split") -> str:
    """Return SQL for the condition that a result is of a split; one that no split is named for
    counts as the test's.
    """
    names = ", ".join(f"'{name}'" for name in CALLED[split])
    return f"(lower(coalesce({column}, '')) IN ({names}))"


def result_of_split(name: str, best: str, split: str) -> str:
    """Return SQL for the best value of a quoted metric's name on one split, of the model ``m``."""
    return (
        f"(SELECT {best}(value) FROM metric WHERE model = m.id AND name = {name} "
        f"AND {of_split(split)})"
    )
