"""What Datasette is told of a database: names in plain words, views first, questions to start from.

Datasette (https://datasette.io) shows any SQLite file in a browser. Without metadata its first
page lists forty tables that only this program reads; with it the views that are for people, and
the queries of ``sql_queries.json``, which docs/sql.md prints.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelsearch.records.datafiles import read_text

if TYPE_CHECKING:
    import apsw

#: What each view holds, in a sentence.
_VIEWS = {
    "models": "One row a model: what was trained, on what, with which settings.",
    "terms": "Families, techniques, data sets, frameworks, hardware and tasks of each model, with "
    "the strength of the evidence.",
    "stages": "Each stage of training of each model.",
    "images": "Pictures, with the model that made them, their epoch and the generator's settings.",
    "runs": "Recorded runs, with the result that each is judged by.",
    "curves": "Learning curves: first, last, best, and where they stand.",
    "checkpoints": "Saved weights, by what their headers say.",
    "remarks": "Tags, notes and corrections that people made.",
    "evidence_of": "Where every value of a model was read: file and line, or file and key.",
    "evidence_of_runs": "Where the values of runs were read.",
    "facets": "How many models have each value.",
}
#: What a person narrows a view down by.
_FACETS = {
    "models": ("framework", "optimizer"),
    "terms": ("kind", "strength"),
    "images": ("kind", "program"),
    "runs": ("tool", "status"),
    "checkpoints": ("format",),
    "facets": ("facet",),
}


def sql_queries() -> list[dict[str, str]]:
    """Return queries to start from: ``name``, ``title`` and ``sql`` of each."""
    found = json.loads(read_text(__file__, "sql_queries.json"))
    return [{**one, "sql": "\n".join(one["sql"])} for one in found]


def queries_page() -> str:
    """Return the queries as docs/sql.md prints them: a title and a block of SQL each."""
    return "\n\n".join(
        f"### {number}. {one['title']}\n\n```sql\n{one['sql']};\n```"
        for number, one in enumerate(sql_queries(), 1)
    )


def datasette_metadata(connection: apsw.Connection, path: Path) -> dict[str, Any]:
    """Return the metadata of one database file, as Datasette reads it from a JSON file.

    The tables that are for this program are hidden.
    """
    named = connection.execute(
        "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name"
    ).fetchall()
    tables: dict[str, Any] = {
        str(name): {"hidden": True} for kind, name in named if kind == "table"
    }
    views = {str(name) for kind, name in named if kind == "view"}
    tables |= {
        name: {"description": about, "facets": list(_FACETS.get(name, ())), "size": 50}
        for name, about in _VIEWS.items()
        if name in views
    }
    return {
        "title": "Machine-learning models",
        "databases": {
            path.stem: {
                "description": "Models, runs, checkpoints and pictures, read by modelsearch.",
                "tables": tables,
                "queries": {
                    one["name"]: {"title": one["title"], "sql": one["sql"]} for one in sql_queries()
                },
            }
        },
    }
