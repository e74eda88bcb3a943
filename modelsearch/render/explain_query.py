"""How an answer came about: the parse, the SQL, each result's rank and where its facts stand."""

from __future__ import annotations

from collections.abc import Iterator

from modelsearch.answer.shapes import Answer
from modelsearch.query.explain import explain
from modelsearch.records.artefacts import strength
from modelsearch.records.question import Filter, leaves
from modelsearch.records.text import escape, written_place
from modelsearch.search.sources.comparisons import names_below
from modelsearch.store.rows import Detail, EvidenceRow
from modelsearch.vocabulary.fields import by_name

_PLACES = 2  #: places for each filter


def explanation(answer: Answer) -> str:
    """Return the parse with its SQL, then for each of the first results its rank by each ranker
    and where each filter's value was read.
    """
    lines = explain(answer.parsed).splitlines()
    evidence = {detail.row.rowid: list(_evidence(answer, detail)) for detail in answer.details}
    for row in answer.results:
        ranks = _ranks(answer, row.rowid)
        places = evidence.get(row.rowid, [])
        if ranks or places:
            lines.append(f"  {row.model_id}: {ranks}".rstrip(": ") + (":" if places else ""))
            lines += [f"    {place}" for place in places]
    told = [escape(line) for line in lines]
    if answer.comparison is not None:
        from modelsearch.render.explain_comparison import explained_text
        from modelsearch.render.output import terminal_width

        told.append(explained_text(answer.comparison, terminal_width()))
    return "\n".join(told)


def _ranks(answer: Answer, rowid: int) -> str:
    place = answer.places.get(rowid)
    if place is None:
        return ""
    return ", ".join(
        f"{name} #{rank} ({place.scores[name]:.3f}{_share(place.shares.get(name))})"
        for name, rank in place.ranks.items()
    )


def _share(part: float | None) -> str:
    return "" if part is None else f", {part:.0%} of the score"


def _evidence(answer: Answer, detail: Detail) -> Iterator[str]:
    """Yield a line for each filter that the model's files bear out."""
    seen = set()
    for leaf, negated in leaves(answer.parsed.where):
        if negated or leaf.field in seen:
            continue
        seen.add(leaf.field)
        found = [entry for entry in detail.evidence if _bears_out(entry, leaf)]
        if found:
            said = "; ".join(_place(entry) for entry in found[:_PLACES])
            yield f"{leaf.field}: {said}"


def _bears_out(entry: EvidenceRow, leaf: Filter) -> bool:
    """Return whether a place states the value that a filter asks for, or one of its narrower
    names.
    """
    field = by_name().get(leaf.field)
    names = {leaf.field, *((field.key, *field.evidence, *field.stored) if field else ())}
    if not entry.agrees or not (entry.field in names or entry.field.partition(" ")[2] in names):
        return False
    if field is None or not field.vocabulary or field.source == "subject":
        return True
    wanted = {name.casefold() for name in names_below(field.vocabulary, str(leaf.value))}
    return leaf.op != "=" or entry.value.casefold() in wanted


def _place(entry: EvidenceRow) -> str:
    where = written_place(entry.path, entry.line, entry.key, entry.note)
    weaker = {"stated": ", stated", "named": ", by name"}.get(strength(entry.kind), "")
    return f"{entry.value} ({where}{weaker})"
