"""What differs between the code of two scripts that are nearly the same.

Statements are compared, so that comments, docstrings and formatting never count.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from modelsearch.records.structs import frozen
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.static.codelines import CodeLine, unpacked

if TYPE_CHECKING:
    import apsw

#: From this share of equal statements two scripts are near-duplicates.
NEARLY_THE_SAME = 0.7
_MOST_LINES = 4_000  #: statements of a script up to which it is compared (time grows as n²)


@frozen
class CodeChange:
    """A place where two scripts differ: the statements of the one and of the other."""

    before: tuple[CodeLine, ...]
    after: tuple[CodeLine, ...]


@frozen
class CodeDifference:
    """How the code of ``other`` differs from that of ``one``.

    ``similarity`` is twice the equal statements over all, 0 to 1.
    """

    one: str
    other: str
    similarity: float
    changes: tuple[CodeChange, ...]

    @property
    def nearly_the_same(self) -> bool:
        """Return whether the two are copies of each other with changes."""
        return self.similarity >= NEARLY_THE_SAME

    @property
    def percent(self) -> int:
        """The similarity in percent; never 100 where something differs."""
        return 100 if not self.changes else min(99, round(self.similarity * 100))

    @property
    def statements(self) -> tuple[int, int]:
        """How many statements only the one has, and only the other."""
        return (
            sum(len(change.before) for change in self.changes),
            sum(len(change.after) for change in self.changes),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON; the changes of near-duplicates only."""

        def written(lines: Sequence[CodeLine]) -> list[dict[str, str]]:
            return [{"place": line.place, "code": line.text} for line in lines]

        changes = self.changes if self.nearly_the_same else ()
        return {
            "one": self.one,
            "other": self.other,
            "similarity": round(self.similarity, 4),
            "only_in_one": self.statements[0],
            "only_in_other": self.statements[1],
            "changes": [{"one": written(c.before), "other": written(c.after)} for c in changes],
        }


def load_code(connection: apsw.Connection, rowid: int) -> list[CodeLine] | None:
    """Return the statements of a model (``model.id``), or None where they are not stored.

    Raises ValueError where what is stored is damaged.
    """
    row = connection.execute("SELECT length, text FROM code WHERE model = ?", (rowid,)).fetchone()
    return unpacked(*row) if row is not None else None


def difference(
    one: str, before: Sequence[CodeLine], other: str, after: Sequence[CodeLine]
) -> CodeDifference | None:
    """Return how two scripts differ; None where one of them is too long to compare."""
    if max(len(before), len(after)) > _MOST_LINES:
        return None
    texts = [line.text for line in before], [line.text for line in after]
    matcher = SequenceMatcher(None, texts[0], texts[1], autojunk=False)
    changes = [
        CodeChange(tuple(before[i:j]), tuple(after[k:m]))
        for kind, i, j, k, m in matcher.get_opcodes()
        if kind != "equal"
    ]
    return CodeDifference(one, other, matcher.ratio(), tuple(changes))


def code_differences(
    connection: apsw.Connection, models: Sequence[tuple[str, int]]
) -> tuple[list[CodeDifference], list[str], list[str]]:
    """Compare the code of each model (its id and ``model.id``) with the first one's.

    Returns the differences, the ids whose code is not stored, and those whose stored code is
    damaged.
    """
    kept: list[tuple[str, list[CodeLine]]] = []
    missing, damaged = [], []
    for name, rowid in models:
        try:
            lines = load_code(connection, rowid)
        except ValueError:
            damaged.append(name)
            continue
        if lines is None:
            missing.append(name)
        else:
            kept.append((name, lines))
    found = (difference(*kept[0], name, lines) for name, lines in kept[1:])
    return [one for one in found if one is not None], missing, damaged
