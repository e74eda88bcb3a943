"""Write what pages show of the program's tables between their markers: the fields and operators in
docs/questions.md, the queries in docs/sql.md.

``python scripts/document_fields.py``; a test fails while the file differs from the program.
"""

from __future__ import annotations

import re
from pathlib import Path

from modelsearch.api.datasette import queries_page
from modelsearch.vocabulary.fields.documentation import fields_table, operators_table

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = (DOCS / "questions.md", DOCS / "sql.md")
TABLES = {"operators": operators_table, "fields": fields_table, "queries": queries_page}


def documented(text: str) -> str:
    """Return a page's text with everything between ``<!-- name -->`` markers made anew."""
    for name, table in TABLES.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        made = table().replace("\\", r"\\")
        text = pattern.sub(rf"\g<1>{made}\n\g<2>", text)
    return text


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(documented(page.read_text(encoding="utf-8")), encoding="utf-8")
