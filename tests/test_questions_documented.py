"""The documentation of questions follows the table of fields, and its examples are real."""

from __future__ import annotations

import re
import runpy
from datetime import date
from pathlib import Path

import apsw
import pytest

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.question import leaves
from modelsearch.vocabulary.fields import FIELDS, OPERATORS, Field
from modelsearch.vocabulary.fields.documentation import OPERATOR_FORMS
from tests.conftest import ROOT, Indexed, run

PAGE = ROOT / "docs" / "questions.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ modelsearch (.+?)\n(.*?)```", TEXT, re.DOTALL)


def test_the_tables_are_those_of_the_program() -> None:
    documented = runpy.run_path(str(ROOT / "scripts" / "document_fields.py"))["documented"]
    assert documented(TEXT) == TEXT, "run: python scripts/document_fields.py"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_is_documented_with_its_operators(field: Field) -> None:
    assert f"| `{field.name}` | {field.kind} |" in TEXT
    assert field.about and field.example
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| {field.kind} | "))
    assert all(OPERATOR_FORMS[one] in row for one in OPERATORS[field.kind])
    assert field.name in run("fields").output


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_example_asks_for_its_field(database: apsw.Connection, field: Field) -> None:
    """An example without context may name a setting or a phrase; its filter must be understood."""
    parsed = parse(field.example, Lexicon(database), today=date(2025, 6, 15))
    pictures = parsed.image.where if parsed.image is not None else None
    found = {leaf.field for leaf, _ in (*leaves(parsed.where), *leaves(pictures))}
    if field.source == "named":
        assert found, field.example
    else:
        assert field.name in found, field.example


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[one for one, _ in EXAMPLES])
def test_console_examples_are_real(indexed: Indexed, command: str, output: str) -> None:
    question = re.search(r'"(.+?)"', command)
    assert question is not None and command.endswith("--explain")
    told = indexed.run("query", question[1], "--explain", "--encoder", "none").stderr
    told = " ".join(told.split())  # notes are wrapped by the terminal's width
    for line in output.strip().splitlines():
        assert " ".join(line.rstrip("…").split()) in told, line


def test_the_page_is_where_the_fields_say() -> None:
    assert Path(PAGE).is_file() and len(EXAMPLES) == 2
