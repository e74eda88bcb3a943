"""Write the tables of fields and operators into docs/questions.md, between their markers.

``python scripts/document_fields.py``; a test fails while the file differs from the program.
"""

from __future__ import annotations

import re
from pathlib import Path

from modelsearch.vocabulary.fields.documentation import fields_table, operators_table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "questions.md"
TABLES = {"operators": operators_table, "fields": fields_table}


def documented(text: str) -> str:
    """Return a page's text with every table between ``<!-- name -->`` markers made anew."""
    for name, table in TABLES.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        made = table().replace("\\", r"\\")
        text = pattern.sub(rf"\g<1>{made}\n\g<2>", text)
    return text


if __name__ == "__main__":
    PAGE.write_text(documented(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
