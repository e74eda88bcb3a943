"""A check of whether a file's values are as modelsearch writes them, made only after something
failed.

Pages that are whole may still hold what this program never writes: a picture of no root, a hash
that is no number, code of another length. Then the file is to blame, and not the program.
"""

from __future__ import annotations

import apsw

#: Each finds a row that contradicts another, or a value that no run writes.
_CONTRADICTIONS = (
    "SELECT 1 FROM pragma_foreign_key_check LIMIT 1",
    "SELECT 1 FROM code WHERE length < 0 OR length > 64000000 OR length(text) = 0 LIMIT 1",
    "SELECT 1 FROM image WHERE perceptual_hash NOT GLOB replace('0000000000000000', '0', "
    "'[0-9a-f]') LIMIT 1",
    "SELECT 1 FROM term WHERE kind NOT IN ('family', 'dataset', 'framework', 'technique', "
    "'hardware', 'task') LIMIT 1",
    "SELECT 1 FROM model_term WHERE term NOT IN (SELECT id FROM term) LIMIT 1",
    "SELECT 1 FROM embedding WHERE model NOT IN (SELECT id FROM model) LIMIT 1",
    "SELECT 1 FROM remark WHERE before IS NOT NULL AND NOT json_valid(before) LIMIT 1",
    "SELECT 1 FROM run WHERE abs(duration_s) > 1e12 LIMIT 1",
    "SELECT 1 FROM curve WHERE points < 0 OR points > 10000000 OR length(data) = 0 LIMIT 1",
)
#: Row ids and positions, which no catalogue counts up to this.
_MOST_ROWS = 1 << 53
_COUNTED = """
    SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'
    AND t.name NOT LIKE '%_fts%' AND (c.name = 'position' OR c.name = 'id' AND c.pk)
"""


def is_sound(connection: apsw.Connection) -> bool:
    """Return whether the pages of a file are whole, its values of their columns' types, and its
    rows free of contradictions.
    """
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            return False
        checks = (
            *_CONTRADICTIONS,
            *(
                f'SELECT 1 FROM "{table}" WHERE {column} NOT BETWEEN 0 AND {_MOST_ROWS} LIMIT 1'
                for table, column in connection.execute(_COUNTED).fetchall()
            ),
        )
        return not any(connection.execute(sql).fetchone() for sql in checks)
    except (apsw.Error, UnicodeError):
        return False
