"""The table of fields as help for the terminal and as tables of the documentation."""

from __future__ import annotations

from modelsearch.vocabulary.fields import FIELDS, OPERATORS

#: What each operator is called in a qualifier, for help and documentation.
OPERATOR_FORMS: dict[str, str] = {
    "=": "`field:value`",
    "!=": "`field:!=value`",
    "<": "`field:<value`",
    "<=": "`field:<=value`",
    ">": "`field:>value`",
    ">=": "`field:>=value`",
    "between": "`field:a..b`",
    "contains": "`field:part`",
    "in": "`field:2025-03`, `field:2025-01..2025-03`",
    "exists": "`has:field`, `missing:field`",
}


def operators_table() -> str:
    """Return the operators of each kind of field as a Markdown table."""
    rows = ["| kind of field | operators, as qualifiers |", "|---|---|"]
    rows += [
        f"| {kind} | {', '.join(OPERATOR_FORMS[one] for one in operators)} |"
        for kind, operators in OPERATORS.items()
    ]
    return "\n".join(rows)


def fields_table() -> str:
    """Return all fields as a Markdown table: name, kind, other names, meaning, an example."""
    rows = ["| field | kind | also called | meaning | example |", "|---|---|---|---|---|"]
    for one in FIELDS:
        unit = f" [{one.unit}]" if one.unit else ""
        called = ", ".join(one.aliases)
        rows.append(f"| `{one.name}` | {one.kind} | {called} | {one.about}{unit} | {one.example} |")
    return "\n".join(rows)


def fields_help() -> str:
    """Return the list of fields for the terminal: name, operators, meaning, an example."""
    width = max(len(one.name) for one in FIELDS)
    lines = [
        "Ask in words, or write field:value (field:>1e-3, field:a..b, -field:value, has:field)."
    ]
    for one in FIELDS:
        unit = f" [{one.unit}]" if one.unit else ""
        lines.append(f"  {one.name:<{width}}  {one.about}{unit}  e.g. {one.example}")
    return "\n".join(lines)
