"""From a question to an answer: parse it, and let its intent's own module answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import apsw

from modelsearch.answer.columns import (
    field_columns,
    known_fields,
    listed_columns,
    named_fields,
    question_fields,
)
from modelsearch.answer.field_values import ordering_values, stands_beside
from modelsearch.answer.finder import Finder, QueryOptions
from modelsearch.answer.headlines import headline
from modelsearch.answer.shapes import Answer, FieldColumn, Listing
from modelsearch.answer.strengths import notes_of_runs, strictly, weaker_notes
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.errors import UsageError
from modelsearch.records.question import ParsedQuery, Sort
from modelsearch.records.structs import replace
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.search.sources import field_called
from modelsearch.store.database import read_meta, transaction
from modelsearch.store.loading import load_details
from modelsearch.store.rows import ModelRow

if TYPE_CHECKING:
    from modelsearch.answer.compare.cohorts import CohortComparison

__all__ = ["Answer", "QueryOptions", "answer", "compare_cohort_questions"]

_EXPLAINED = 5  #: results whose evidence is loaded to explain an answer


def answer(
    connection: apsw.Connection,
    question: str,
    options: QueryOptions,
    last: Answer | None = None,
) -> Answer:
    """Answer a question in plain words from an open database; about the ``last`` answer's models,
    where the question speaks of those.

    All of it is read from one state of the database, whatever an index run writes meanwhile.
    Raises UsageError for a malformed qualifier, and UnreadError (not with ``lenient``) where a part
    was not read that the answer turns on.
    """
    with transaction(connection):
        lexicon = Lexicon(connection)
        today = options.today or date.today()
        finder = Finder(connection, options)
        about = None
        if last is not None:
            from modelsearch.answer.following import listed_by
            from modelsearch.query.follow_ups import follow_up

            about = follow_up(question, listed_by(last))
        parsed = parse(about or question, lexicon, today=today, lenient=options.lenient)
        finder.sets = lexicon.sets
        if options.strict:
            parsed = strictly(parsed)
        if about is not None and last is not None:
            from modelsearch.answer.following import within

            parsed = within(finder, parsed, last)
        found = _answer(finder, parsed)
        if read_meta(connection, "indexing"):
            from modelsearch.store.unfinished import unfinished

            found.notes.append(unfinished(connection))
        return found


def compare_cohort_questions(
    connection: apsw.Connection, questions: Sequence[str], today: date | None = None
) -> CohortComparison:
    """Compare the groups of models that some questions name.

    Words of theirs that are no name and no field restrict nothing: the comparison's notes say so.
    """
    from modelsearch.answer.compare.cohorts import compare_cohorts, too_many
    from modelsearch.answer.comparing import too_large

    lexicon = Lexicon(connection)
    finder = Finder(connection, QueryOptions(limit=0, today=today))
    cohorts = [parse(question, lexicon, today=today or date.today()) for question in questions]
    why, _ = too_large(finder, cohorts)
    if why:
        raise UsageError(why)
    groups = [(part.question, finder.matching(part)) for part in cohorts]
    if why := too_many([label for label, _ in groups], [len(members) for _, members in groups]):
        raise UsageError(why)
    notes = [note for part in cohorts for note in part.notes]
    notes += [
        f"in {part.question!r} the words {part.text!r} are no name or field here; "
        "they restrict nothing"
        for part in cohorts
        if part.text and part.where is not None
    ]
    found = compare_cohorts(connection, groups, [part.where for part in cohorts])
    return replace(found, notes=tuple(dict.fromkeys(notes)))


def _answer(finder: Finder, parsed: ParsedQuery) -> Answer:
    options = finder.options
    chosen = named_fields(options.columns)
    if parsed.intent != "runs":  # their lists have columns of their own
        known_fields(finder.connection, chosen)
    if options.sort:
        parsed = replace(parsed, sort=_order(finder, options.sort, parsed.intent))
    found = Answer(parsed, notes=list(parsed.notes), only=bool(chosen))
    _answering(parsed.intent)(finder, parsed, found)
    if chosen and isinstance(found.answer, Listing):
        found.answer = listed_columns(found.answer, chosen)
    found.notes += _said_beside(finder.connection, parsed, found) if found.results else []
    if finder.without_vectors:
        found.notes.append(finder.without_vectors)
    if found.comparison is None and parsed.intent not in ("images", "runs"):
        names = chosen or question_fields(parsed)
        rows = found.results or found.nearest
        found.columns = field_columns(finder.connection, names, rows, parsed)
        if parsed.sort is not None:
            found.columns = _by_order(finder.connection, found.columns, rows, parsed.sort)
    found.headline = headline(found)
    if found.elsewhere:
        found.headline = f"{found.headline.removesuffix('.')}; {found.elsewhere}."
        found.summary = f"{found.summary.removesuffix('.')}; {found.elsewhere}."
    _say_whether(finder, parsed, found)
    wanted = max(options.details, _EXPLAINED if options.explain else 0)
    if not wanted and found.total == 1 and found.answer is None and parsed.intent != "images":
        wanted = 1  # a single model is shown in full
    ids = [row.rowid for row in found.results[:wanted]]
    found.details = load_details(finder.connection, ids) if ids else []
    return found


def _say_whether(finder: Finder, parsed: ParsedQuery, found: Answer) -> None:
    """Begin the answer to a question for yes or no with that."""
    if parsed.every is not None:
        from modelsearch.answer.affirming import say_of_all

        say_of_all(finder, parsed, found)
    elif parsed.whether and parsed.where is not None and not parsed.text:
        said = found.headline[:1].lower() + found.headline[1:]
        found.headline = found.summary = f"{'Yes' if found.total else 'No'}: {said}"


def _by_order(
    connection: apsw.Connection,
    columns: Sequence[FieldColumn],
    rows: Sequence[ModelRow],
    sort: Sort,
) -> list[FieldColumn]:
    """Return the columns with that of the order holding the results by which it ordered."""
    from modelsearch.query.intent.measures import is_result

    ids = [row.rowid for row in rows]
    if is_result(connection, sort.field):
        from modelsearch.answer.result_rows import extreme_results

        results = extreme_results(connection, ids, sort)
        known: dict[int, Any] = {model: one.value for model, one in results.items()}
    elif stands_beside(field_called(sort.field)):
        known = ordering_values(connection, sort, ids)  # of many runs the one that decided
    else:
        return list(columns)
    values = tuple(known.get(model) for model in ids)
    return [
        replace(column, values=values) if column.field == sort.field else column
        for column in columns
    ]


def _order(finder: Finder, text: str, intent: str) -> Sort:
    """Read ``field`` or ``field:desc``. Raises UsageError for what is no field."""
    if intent == "runs":
        from modelsearch.answer.run_settings import run_order

        return run_order(finder.connection, text)
    name, _, direction = text.partition(":")
    (field,) = named_fields(name) or [""]
    known_fields(finder.connection, [field])
    if direction not in ("", "asc", "desc"):
        raise UsageError(f"--sort takes FIELD, FIELD:asc or FIELD:desc, not {text!r}")
    return Sort(field, descending=direction == "desc", text=text, all=True)


def _said_beside(connection: apsw.Connection, parsed: ParsedQuery, found: Answer) -> list[str]:
    """Return what is to be said of the models found: what stands less firmly than code, and what
    their runs recorded otherwise.
    """
    notes = weaker_notes(connection, parsed)
    notes += notes_of_runs(connection, parsed, [row.rowid for row in found.results])
    if found.answer is None:
        return notes
    from modelsearch.answer.recorded_beside import made_by_run, recorded_beside

    return [*notes, *made_by_run(connection, found), *recorded_beside(connection, found)]


def _answering(intent: str) -> Callable[[Finder, ParsedQuery, Answer], None]:
    """Return what answers questions of an intent; no other intent's module is imported."""
    if intent == "compare":
        from modelsearch.answer.comparing import compare as answering
    elif intent == "images":
        from modelsearch.answer.picturing import images as answering
    elif intent == "count":
        from modelsearch.answer.counting import count as answering
    elif intent == "values":
        from modelsearch.answer.counting import values as answering
    elif intent == "runs":
        from modelsearch.answer.running import runs as answering
    elif intent == "details":
        from modelsearch.answer.searching import details as answering
    else:
        from modelsearch.answer.searching import search as answering
    return answering
