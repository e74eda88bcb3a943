"""The tables of a database as its schema tells them: columns, references, what is derived."""

from __future__ import annotations

import apsw

from modelsearch.records.structs import frozen
from modelsearch.store.database import fetch_all

#: Written anew at the end of an index run from the other tables, so never copied.
DERIVED = frozenset(
    {
        "name_index",
        "frequent_word",
        "cell",
        "cell_block",
        "posting",
        "posting_dirty",
        "meta",
    }
)

#: Columns that refer to another table's rows without a declared foreign key.
_UNDECLARED = {
    ("embedding", "model"): "model",
    ("artefact", "model"): "model",
    ("artefact", "reading"): "dependency.reading",
    ("dependency", "reading"): "dependency.reading",
}


@frozen
class Table:
    """One ordinary table: its columns, those that hold text, and what its references refer to."""

    name: str
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    references: dict[str, str]
    row_id: str | None  #: the column that is its row id, None: it has none

    @property
    def parents(self) -> set[str]:
        """Return the tables that its rows refer to."""
        return {one for one in self.references.values() if "." not in one} - {self.name}


def tables(connection: apsw.Connection) -> list[Table]:
    """Return the ordinary tables, each after those that it refers to."""
    names = [
        name
        for (name,) in fetch_all(
            connection,
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
            "AND name NOT LIKE 'sqlite_%' ORDER BY name",
        )
    ]
    left = {name: _table(connection, name) for name in names}
    ordered: list[Table] = []
    while left:
        ready = [one for one in left.values() if not one.parents & left.keys()]
        for one in ready:
            del left[one.name]
        ordered += ready
        if not ready:  # a circle of references: the order among them does not matter
            ordered += left.values()
            left = {}
    return ordered


def _table(connection: apsw.Connection, name: str) -> Table:
    rows = fetch_all(connection, "SELECT name, type, pk FROM pragma_table_info(?)", (name,))
    keys = [column for column, _, pk in rows if pk]
    whole = [column for column, kind, pk in rows if pk and kind == "INTEGER"]
    references = {
        column: parent
        for parent, column in fetch_all(
            connection, 'SELECT "table", "from" FROM pragma_foreign_key_list(?)', (name,)
        )
    }
    for (table, column), parent in _UNDECLARED.items():
        if table == name:
            references[column] = parent
    return Table(
        name,
        tuple(column for column, _, _ in rows),
        tuple(column for column, kind, _ in rows if kind == "TEXT"),
        references,
        whole[0] if len(keys) == 1 and whole and whole[0] not in references else None,
    )
