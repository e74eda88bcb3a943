"""A question in plain words becomes a ParsedQuery: stages that each claim tokens of it.

Qualifiers first, then model names, vocabulary names, subjects, numbers, dates; what they claim
becomes a boolean tree; what is left is a stop word or text to rank by. Nothing is dropped
silently: every token ends with a use.
"""

from __future__ import annotations

from datetime import date

from modelsearch.query.contract import check
from modelsearch.query.intent.absence import find_absence
from modelsearch.query.intent.comparison import both_named
from modelsearch.query.intent.intents import read_intent
from modelsearch.query.intent.splits import mark_order, mark_splits
from modelsearch.query.leftovers import (
    leave_out_words,
    note_left_words,
    note_missing_numbers,
    note_unbound_numbers,
    residual_text,
)
from modelsearch.query.logic import build_tree
from modelsearch.query.names.called_otherwise import note_called_otherwise
from modelsearch.query.names.entities import announce_names, correct_field_words, find_entities
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.names.mentions import find_references
from modelsearch.query.names.named_here import (
    count_matching,
    matches_any,
    narrow_by_left_words,
    use_names_here,
)
from modelsearch.query.names.qualifiers import find_qualifiers
from modelsearch.query.names.run_names import runs_named
from modelsearch.query.names.subjects import find_subjects
from modelsearch.query.numbers.bound_numbers import find_numbers
from modelsearch.query.numbers.counts import find_counts
from modelsearch.query.numbers.spelled import with_numbers
from modelsearch.query.phrasing import phrased
from modelsearch.query.state import Reading
from modelsearch.query.time.dates import find_dates, find_foreign_dates
from modelsearch.query.tokens import tokenise
from modelsearch.records.errors import UnreadError
from modelsearch.records.patterns import lazy
from modelsearch.records.question import And, Filter, Node, ParsedQuery, TokenUse, leaves
from modelsearch.records.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from modelsearch.query.intent.differences import Difference

_COUNTED = lazy(
    r"(?i)^\W*(?:what(?:'s| is)\s+)?(?:the\s+)?(?:total\s+)?(?:number|count) of\s+"
    r"(?=(?:runs|trials)\b(?!\s*(?:[<>=\d]|(?:over|above|below|under|greater|less|more|fewer|at|"
    r"is|are|between|equal|exactly)\b)))",
    needs=("runs", "trials"),
)
#: A question about runs or checkpoints has one of these.
_OF_RUNS = ("run", "trial", "checkpoint", "ckpt", "weight", "how long", "sweep", "swept", "varied",
            "diverge", "overfit", "over-fit", "blew", "blow", "explode", "training time",
            "duration", "at epoch", "at step", "at episode", "at iteration", "in epoch",
            "which epoch", "what epoch", "which step", "what step", "which episode",
            "tuned from", "tuned on top", "derived from")  # fmt: skip
#: A question that wants a yes or a no begins with one of these.
_OPENERS = frozenset({"does", "do", "did", "is", "was", "are", "were", "has", "have", "had", "can"})
#: A question for the values of one set that another has not has one of these.
_OF_DIFFERENCES = ("but not", "but never", "and not", "and never", "n't", "n’t", " not ", "lack")
#: A question for texts that code contradicts speaks of one of these.
_OF_TEXTS = ("readme", "doc", "comment", "card", "text", "description")
#: A question that sets models against another one has one of these before its name.
_BEFORE_ANOTHER = frozenset({"as", "than", "to", "from", "after", "before", "since"})
#: A question for models that are nearly the same has one of these.
_OF_TWINS = frozenset({"duplicate", "duplicates", "twin", "twins", "redundant", "same", "identical",
                       "alike", "equal"})  # fmt: skip
#: Before a name of a model, or two, stands one of these.
_BEFORE_NAMES = frozenset({"of", "does", "do", "did", "is", "was", "has", "had", "have", "than",
                           "to", "like", "compare", "between", "about", "describe", "explain",
                           "vs", "versus", "against", "how many"})  # fmt: skip
_ANNOUNCED = frozenset({"family", "technique"})
#: Names may stand as alternatives beside one of these.
_OR = frozenset({"or", "vs", "versus", "|"})


def parse(
    question: str,
    lexicon: Lexicon,
    *,
    today: date,
    plain: bool = False,
    lenient: bool = False,
    narrowed: bool = False,
) -> ParsedQuery:
    """Understand a question.

    ``today`` is what relative dates count from. ``plain`` reads it as a search whatever its verbs
    (a cohort of a comparison); ``narrowed`` says that conditions were read before, so that what is
    not read may turn the answer. Raises UsageError for a malformed qualifier and UnreadError,
    unless ``lenient``, where a part was not read that may turn the answer; nothing else.
    """
    question = question.encode("utf-8", "replace").decode("utf-8")  # a word that is no Unicode
    other = None if plain else _in_parts(question, lexicon, today, lenient)
    if other is not None:
        return other
    tokens, cut = tokenise(question)
    tokens = with_numbers(phrased(tokens))
    reading = Reading(question, tokens, lexicon, today)
    if cut:
        reading.note("The question is very long; only its beginning was read.")
    parsed = ParsedQuery(question)
    find_qualifiers(reading)
    _find_maker(reading)
    _find_base_models(reading)
    _find_twins(reading)
    _find_likeness(reading)
    correct_field_words(reading)
    _find_names(reading, of_named=narrowed)
    find_references(reading, parsed)
    find_counts(reading)
    find_numbers(reading)
    mark_splits(reading)
    find_entities(reading)
    _narrow_to_only(reading)
    _relax(reading)
    find_absence(reading)
    find_subjects(reading)
    find_dates(reading)
    find_foreign_dates(reading)
    announce_names(reading)
    use_names_here(reading)
    _find_alternatives(reading)
    reading.mentions.sort(key=lambda mention: mention.first)
    if not plain:
        read_intent(reading, parsed)
        mark_order(reading, parsed)
    leave_out_words(reading)
    reading.mentions.sort(key=lambda mention: mention.first)
    said = list(reading.notes)
    parsed.where = _tree(reading)
    if parsed.intent == "values" and isinstance(parsed.where, And):
        parsed.where = _of_each(reading, parsed.where)
    if parsed.intent in ("search", "count", "details", "values"):
        parsed.where = narrow_by_left_words(reading, _narrow_by_numbered(reading, parsed.where))
    if parsed.intent == "compare":
        reading.notes = said  # the sides are apart: nothing was taken as either
        parsed.where = both_named(parsed, parsed.where)
        for side in parsed.cohorts:
            if side.sort is not None and side.where is None:
                side.where = parsed.where  # "the latest and the oldest GAN"
    parsed.references = [
        str(leaf.value)
        for leaf, negated in leaves(parsed.where)
        if leaf.field == "model"
        and leaf.op == "="
        and not negated
        and leaf.value not in parsed.unresolved
    ]
    _announce_narrower(reading)
    note_called_otherwise(reading, parsed.where)
    if not plain:
        _read_what_is_known_of_one(reading, parsed)
    note_unbound_numbers(reading)
    check(reading, conditions=parsed.understood or narrowed, lenient=lenient)
    note_missing_numbers(reading, parsed.sort.field if parsed.sort is not None else "")
    note_left_words(reading, conditions=parsed.understood)
    parsed.text = residual_text(reading)
    parsed.first_named = list(reading.first_named)
    parsed.tokens = [
        TokenUse(token.text, use or "stop", detail)
        for token, use, detail in zip(tokens, reading.uses, reading.details, strict=True)
    ]
    parsed.notes = [*parsed.notes, *reading.notes]
    return parsed


def _read_what_is_known_of_one(reading: Reading, parsed: ParsedQuery) -> None:
    """Read questions about one or two models that a word of theirs shows."""
    heard = {token.lower for token in reading.tokens}
    if "than" in heard or ("which" in heard and heard & {"and", "or"}):
        from modelsearch.query.intent.which_of_two import read_which_of_two

        read_which_of_two(reading, parsed)
    said = reading.question.split(maxsplit=1)
    if reading.lower(0) in _OPENERS or (said and said[0].lower() in _OPENERS):
        from modelsearch.query.intent.yes_or_no import read_yes_or_no

        read_yes_or_no(reading, parsed)


def _find_names(reading: Reading, *, of_named: bool) -> None:
    """Read names of models in several words, where one of single models may stand."""
    said = [token for token in reading.tokens if token.is_word]
    if said[2:] and all(token.glued or token.text[0].isupper() for token in said):
        from modelsearch.query.names.titles import claim_whole_title

        claim_whole_title(reading)
    if of_named or any(
        token.lower in _BEFORE_NAMES or token.lower.endswith("'s") for token in reading.tokens
    ):
        from modelsearch.query.names.in_steps import find_names_in_steps

        find_names_in_steps(reading, of_named=of_named)


def _narrow_to_only(reading: Reading) -> None:
    if any(mention.field == "hardware" for mention in reading.mentions):
        from modelsearch.query.intent.only import narrow_to_only

        narrow_to_only(reading)


def _in_parts(question: str, lexicon: Lexicon, today: date, lenient: bool) -> ParsedQuery | None:
    """Read a question of which a part is read as a question of its own: about runs, or about what
    one set has and another has not; None where it is neither.
    """
    question = _COUNTED.sub("how many ", question, count=1)
    lower = question.lower()
    names = runs_named(question, lexicon)
    if names or any(word in lower for word in _OF_RUNS):
        from modelsearch.query.intent.runs import read_runs

        about = read_runs(question, lexicon, names)
        if about is not None:
            asked, rest = about
            if lexicon.connection is not None:
                from modelsearch.query.names.recorded_names import RecordedLexicon

                lexicon = RecordedLexicon(lexicon.connection, asked.thing)
            parsed = parse(rest, lexicon, today=today, plain=True, lenient=lenient, narrowed=True)
            parsed.question, parsed.intent, parsed.runs = question, "runs", asked
            return parsed
    if any(word in f"{lower} " for word in _OF_DIFFERENCES):
        from modelsearch.query.intent.differences import read_difference

        difference = read_difference(question)
        if difference is not None:
            return _difference(question, difference, lexicon, today, lenient)
    return None


def _tree(reading: Reading) -> Node | None:
    """Join the conditions; a class that fits none of the rest gives way to the path of its name."""
    where = build_tree(reading)
    if len(reading.mentions) > 1 and any(one.field == "architecture" for one in reading.mentions):
        from modelsearch.query.names.alternatives import classes_by_path

        if classes_by_path(reading, where):
            return build_tree(reading)
    return where


def _narrow_by_numbered(reading: Reading, where: Node | None) -> Node | None:
    """Read names of folders with a number ("Homework 10"), where a number is unread."""
    if not any(
        token.text.isdigit() and not use
        for token, use in zip(reading.tokens, reading.uses, strict=True)
    ):
        return where
    from modelsearch.query.names.numbered_folders import narrow_by_numbered

    return narrow_by_numbered(reading, where)


def _of_each(reading: Reading, where: Node) -> Node | None:
    """Ask for the values of each of several families that no model is at once."""
    if matches_any(reading, where):
        return where
    from modelsearch.query.names.alternatives import either_of_both

    return build_tree(reading) if either_of_both(reading) else where


def _find_alternatives(reading: Reading) -> None:
    """Read names of models on both sides of an "or", where there is one."""
    if any(token.lower in _OR for token in reading.tokens):
        from modelsearch.query.names.alternatives import find_alternatives

        find_alternatives(reading)


def _find_likeness(reading: Reading) -> None:
    """Read "same … as X", "more … than X" and "similar to X", where one of these words stands."""
    if any(token.lower in _BEFORE_ANOTHER for token in reading.tokens):
        from modelsearch.query.intent.like_a_model import find_likeness

        find_likeness(reading)


def _find_base_models(reading: Reading) -> None:
    """Read what models were fine-tuned from, where words speak of it."""
    if any(token.lower in ("from", "top", "base", "pretrained") for token in reading.tokens):
        from modelsearch.query.intent.base_models import find_base_models

        find_base_models(reading)


def _find_maker(reading: Reading) -> None:
    """Read the name of a picture's file, and what texts and code disagree on, where words tell."""
    if any(token.text == "." and token.glued for token in reading.tokens):
        from modelsearch.query.intent.made_by import find_maker

        find_maker(reading)
        from modelsearch.query.intent.files_named import find_files

        find_files(reading)
    if any(token.lower.startswith(_OF_TEXTS) for token in reading.tokens):
        from modelsearch.query.intent.contradictions import find_contradictions

        find_contradictions(reading)


def _find_twins(reading: Reading) -> None:
    """Read "near duplicates of X" and "nearly the same", where a word tells."""
    if any(token.lower in _OF_TWINS for token in reading.tokens):
        from modelsearch.query.intent.twins import find_twins

        find_twins(reading)


def _difference(
    question: str, difference: Difference, lexicon: Lexicon, today: date, lenient: bool
) -> ParsedQuery:
    """Read both sides of a question for the values that one has and the other has not."""
    left = parse(f"models {difference.left}", lexicon, today=today, lenient=lenient, narrowed=True)
    right = parse(
        f"models {difference.right}", lexicon, today=today, lenient=lenient, narrowed=True
    )
    for side in (left, right):
        named = [leaf for leaf, negated in leaves(side.where) if not negated]
        for leaf in named:
            if leaf.field == "path" and not count_matching(
                Reading("", [], lexicon, today), leaf, 1
            ):
                raise UnreadError(f"no model here is called {leaf.text!r}")
    if right.where is None:
        raise UnreadError(
            f"{difference.right!r} was not read, so it is not clear what is left out; "
            "name a model, or write for example: but not by GANs"
        )
    parsed = ParsedQuery(question, "values", left.where, tokens=left.tokens)
    parsed.asked, parsed.minus = list(difference.fields), right.where
    said = f"Left out what the models {difference.right!r} have."
    parsed.notes = list(dict.fromkeys((*left.notes, *right.notes, said)))
    return parsed


def _relax(reading: Reading) -> None:
    """Look a number that names a dataset nobody here uses (2048) up in paths and texts instead."""
    connection = reading.lexicon.connection
    if connection is None:
        return
    for mention in list(reading.mentions):
        node = mention.node
        if not isinstance(node, Filter) or node.op != "=":
            continue
        named = str(node.value)
        if node.field == "dataset" and named.isdigit() and not matches_any(reading, node):
            mention.node, mention.field = _number_as_name(reading, node)


def _number_as_name(reading: Reading, node: Filter) -> tuple[Filter, str]:
    """Look a bare number up in the paths, where it is a name, else in the texts."""
    number = str(node.value)
    in_path = Filter("path", "contains", number, node.text, node.span)
    if matches_any(reading, in_path):
        return in_path, "path"
    return Filter("text", "phrase", number, node.text, node.span), "text"


def _announce_narrower(reading: Reading) -> None:
    """Say where a family takes narrower ones in ("autoencoder" finds VAEs)."""
    for mention in reading.mentions:
        node = mention.node
        if isinstance(node, Filter) and node.field in _ANNOUNCED and node.by is None:
            narrower = reading.lexicon.narrower_present(node.field, str(node.value))
            if narrower:
                shown = ", ".join(narrower[:6])
                reading.note(f"{node.value} includes {shown}.")
