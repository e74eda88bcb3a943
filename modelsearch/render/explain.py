"""How an answer came about: the parse, the SQL, and each result's rank by each ranker."""

from __future__ import annotations

from modelsearch.answers import Answer
from modelsearch.query.parser import explain
from modelsearch.render.text import escape


def explanation(answer: Answer) -> str:
    """Return the parse with its SQL, then one line per ranked result."""
    lines = [escape(line) for line in explain(answer.parsed).splitlines()]
    for row in answer.results:
        place = answer.places.get(row.rowid)
        if place is None or not place.ranks:
            continue
        ranks = ", ".join(
            f"{name} #{rank} ({place.scores[name]:.3f})" for name, rank in place.ranks.items()
        )
        lines.append(f"  {escape(row.model_id)}: {ranks}")
    if answer.comparison is not None:
        from modelsearch.output import terminal_width
        from modelsearch.render.explained import explained_text

        lines.append(explained_text(answer.comparison, terminal_width()))
    return "\n".join(lines)
