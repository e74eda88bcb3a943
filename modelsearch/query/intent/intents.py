"""What a question wants: a list, details, a comparison, pictures, a count, values, the best."""

from __future__ import annotations

from modelsearch.query.intent.aggregates import find_share
from modelsearch.query.intent.asked_fields import (
    find_asked,
    find_compared,
    find_rarest,
)
from modelsearch.query.intent.comparison import (
    claim_comparing_words,
    read_comparison,
    wants_comparison,
)
from modelsearch.query.intent.how_many import each_model
from modelsearch.query.intent.pictures import begin_pictures, finish_pictures, wants_pictures
from modelsearch.query.intent.similar_models import find_similar
from modelsearch.query.intent.superlatives import choose_sides, find_extremes, find_superlative
from modelsearch.query.names.descriptions import resolve_description
from modelsearch.query.names.mentions import find_described
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import DOTALL, IGNORECASE, lazy
from modelsearch.records.question import ParsedQuery
from modelsearch.vocabulary.fields import spellings

_DETAILS = lazy(
    r"\b(tell me (?:more |everything )?about|everything about|details? (?:of|for|on|about)|describe"
    r"|explain|"
    r"info(?:rmation)? (?:of|on|about|for)|summar(?:y|ise|ize)(?: of)?|"
    r"(?:show|give)(?: me)? (?:the )?(?:full |all )?(?:details|information|description|config\w*|"
    r"settings|hyperparameters|metadata)|what do (?:you|we) know about)\b",
    IGNORECASE,
    needs=(
        "tell",
        "everything",
        "detail",
        "describe",
        "explain",
        "info",
        "summar",
        "description",
        "config",
        "settings",
        "hyperparameters",
        "metadata",
        "know about",
    ),
)
_TRIED = lazy(
    r"^\W*(?:what|which)\s+(?P<noun>.{0,80}?)\s+(?:did|have)\s+(?:i|we)\b",
    IGNORECASE | DOTALL,
    needs=("did", "have"),
)
_LETTERS = lazy(r"[a-z]+")
#: Words that ask how many there are, longest first.
_COUNTING = (
    "what is the total number of", "what's the total number of", "what is the number of",
    "what's the number of", "the total number of", "the number of", "number of", "how many",
    "how often", "count",
)  # fmt: skip
_SETTINGS = ("learning_rate", "batch_size", "optimizer", "epochs")
_GROUPING = frozenset({"per", "by", "across", "for", "each", "every", "grouped", "split", "broken"})
_NOUNS = frozenset({"model", "agent", "network", "net", "script", "classifier", "generator"})


def read_intent(reading: Reading, parsed: ParsedQuery) -> None:
    """Set the intent and what goes with it; claim the words that said so."""
    files = "." in reading.question and _names_files(reading)
    if wants_comparison(reading) and not files:
        claim_comparing_words(reading)
        find_described(reading, "compare")
        sides = find_extremes(reading, parsed)
        find_compared(reading, parsed)
        read_comparison(reading, parsed)
        choose_sides(parsed, sides)
        return
    pictures = files or wants_pictures(reading)
    conditions = begin_pictures(reading, parsed) if pictures else []
    find_described(reading, "search")
    if pictures or wants_pictures(reading):
        if not pictures:
            conditions = begin_pictures(reading, parsed)
        finish_pictures(reading, parsed, conditions)
        resolve_description(reading, parsed)
        return
    find_similar(reading, parsed)
    if parsed.similar_to:
        return
    _release_fields(reading)
    find_share(reading, parsed)
    if parsed.share:
        return
    if any(token.lower in _GROUPING for token in reading.tokens):
        from modelsearch.query.intent.grouping import read_groups

        read_groups(reading, parsed)
    if not parsed.group_by:
        find_superlative(reading, parsed)
    if parsed.intent == "search" and not parsed.sort:
        find_asked(reading, parsed)
        if parsed.asked:
            find_rarest(reading, parsed)
    _settle(reading, parsed)


def _names_files(reading: Reading) -> bool:
    from modelsearch.query.intent.picture_files import names_files

    return any(token.text == "." and token.glued for token in reading.tokens) and names_files(
        reading
    )


def _release_fields(reading: Reading) -> None:
    """Let "weight decay of X" ask for the value, not for models with the technique of that name."""
    owners = {m.first for m in reading.mentions if m.field in ("model", "family")}
    for mention in [m for m in reading.mentions if m.field == "technique"]:
        at = mention.last + 1
        if reading.lower(at) not in ("of", "for", "per"):
            continue
        each = reading.lower(at) == "per"
        while reading.lower(at + 1) in ("the", "my", "our", "each", "every", "all"):
            each, at = each or reading.lower(at + 1) in ("each", "every"), at + 1
        owned = at + 1 in owners or (each and reading.lower(at + 1) in words("model_words"))
        said = "".join(reading.tokens[i].norm for i in range(mention.first, mention.last + 1))
        field = spellings().get(said)
        if owned and field is not None and field.kind in ("number", "text"):
            reading.release(mention)


def _settle(reading: Reading, parsed: ParsedQuery) -> None:
    """Choose between a search, one model's details, values and a count."""
    counted = _counts(reading) and not parsed.asked and not parsed.sort
    named = any(m.field == "model" for m in reading.mentions)
    if parsed.intent == "search" and not counted and not parsed.sort and not named:
        told = _DETAILS.search(reading.plain) is not None
        named = resolve_description(reading, parsed, told=told) is not None
    if parsed.intent == "search":
        if _wants_settings(reading, parsed):
            # Of one model all that is known of its training, of several what they may share.
            parsed.asked = [] if named else [*_SETTINGS]
            named = True
        parsed.intent = _by_asked(parsed, named or each_model(reading))
    if parsed.intent == "search" and counted:
        parsed.intent = "count"
    if parsed.intent == "search" and (named or _asks_details(reading, parsed)):
        parsed.intent = "details"
    if parsed.intent in ("details", "count"):
        match = _DETAILS.search(reading.plain)
        asking = [] if match is None else [*reading.within(*match.span())]
        for index in (*asking, *_counting_words(reading)):
            reading.claim(index, index, "intent")  # names that were found keep their tokens


def _wants_settings(reading: Reading, parsed: ParsedQuery) -> bool:
    """Return whether "hyperparameters of TD3" asks for the settings of each, not for their
    names.
    """
    owned = any(m.field in ("family", "model") for m in reading.mentions)
    return parsed.asked == ["hyperparameter"] and owned


def _by_asked(parsed: ParsedQuery, named: bool) -> str:
    if not parsed.asked:
        return "search"
    return "details" if named else "values"


def _counts(reading: Reading) -> bool:
    """Return whether "how many" and the like count models, not a number that is a condition."""
    said = _counting_words(reading)
    return bool(said) and all(reading.uses[i] in ("", "intent") for i in said)


def _counting_words(reading: Reading) -> range:
    """Return the first words that ask how many there are; none of them is a part of a name such as
    ``image_count``.
    """
    for first in range(len(reading.tokens)):
        for phrase in _COUNTING:
            # A phrase of another language ("combien de") is one token that is read as all of it.
            whole = reading.lower(first) == phrase
            end = first + (1 if whole else len(phrase.split()))
            said = whole or reading.words(first, end - first) == phrase
            if said and "_" not in (reading.lower(first - 1), reading.lower(end)):
                return range(first, end)
    return range(0)


def _asks_details(reading: Reading, parsed: ParsedQuery) -> bool:
    """Return whether one model is described: "what DQN agent did I try", "details of my 2048
    agent".
    """
    if parsed.sort is not None:
        return False
    if _DETAILS.search(reading.plain):
        return True
    match = _TRIED.search(reading.plain[:300])
    if match is None:
        return False
    nouns = [
        word for word in _LETTERS.findall(match["noun"].lower()) if word not in words("negators")
    ]
    return bool(nouns) and nouns[-1] in _NOUNS
