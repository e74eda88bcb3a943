"""What is missing or present: "without a README", "unknown dataset", "models with metrics"."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.question import And, Filter, Not
from modelsearch.records.wordlists import word_set
from modelsearch.search.sources import own_name
from modelsearch.vocabulary.fields import Field, spellings

_FILLERS = word_set("""
    a an any the known its stated recorded given specified have has listed all such of their
    some associated generated single documented explicit set stored got sample
""")
_UNKNOWN = frozenset(
    {"unknown", "unspecified", "undefined", "unstated", "missing", "absent", "undocumented"}
)
_AFTER = frozenset({"unknown", "missing", "unspecified", "unstated", "undefined", "absent"})
_WITH = word_set("""
    with have has having include includes contain containing including there using use uses
    report reports reporting state states
""")
#: Things that "with X" asks for; of other fields every model has some value in mind.
_OF_PICTURES = frozenset({"curve", "curves", "plot", "plots", "graph", "graphs"})
_THINGS = frozenset({"readme", "images", "metric", "description", "hyperparameter"})
#: Kinds of fields that a model has some of, or none: runs, checkpoints, a README.
_COUNTED = frozenset({"count", "thing"})
_LONGEST = 3


def find_absence(reading: Reading) -> None:
    """Claim conditions on whether a field is known."""
    for index in range(len(reading.tokens)):
        if reading.free(index, index):
            _ = (
                _missing(reading, index)
                or _unknown_after(reading, index)
                or _present(reading, index)
            )


def _missing(reading: Reading, index: int) -> bool:
    """Without a README, no metrics, unknown dataset, not have any images."""
    said = reading.lower(index) in words("missing") | {"neither", "nor"}
    if not said and not _denied_have(reading, index):
        return False
    at = index + 1 + int(_denied_have(reading, index))
    while reading.lower(at) in _FILLERS:
        at += 1
    found = _field_at(reading, at) or _metric_at(reading, at)
    if found is None:
        return False
    field, last = found
    if reading.lower(last + 1) in _OF_PICTURES:
        return False  # "no loss curves"
    if _value_follows(reading, field, last) or (
        reading.lower(index) in ("no", "without") and not _askable(field)
    ):
        return False
    first = index - 1 if index and reading.lower(index - 1) == "with" else index
    node = Not(
        Filter(
            field.name,
            "exists",
            None,
            reading.text(index, last),
            (reading.tokens[index].start, reading.tokens[last].end),
        )
    )
    start = first if reading.free(first, first) else index
    _doubt_corrected(reading, index, last)
    _missing_too(reading, reading.mention(start, last, node, field.name))
    return True


def _doubt_corrected(reading: Reading, first: int, last: int) -> None:
    """Ask back where a field that was misspelt takes a negation from the name right behind it:
    "without blorks CIFAR-10" may deny the name, and "blorks" be anything.
    """
    corrected = any(
        reading.read_first[index].lower != reading.lower(index) for index in range(first, last + 1)
    )
    if corrected and any(mention.first == last + 1 for mention in reading.mentions):
        reading.doubts.append(
            f"it is not clear what {reading.text(first, last + 1)!r} excludes; "
            f"write for example without {reading.lower(last)}, or not and the name"
        )


def _missing_too(reading: Reading, mention: Mention) -> None:
    """Add further things of a list, none of which is there: "without a README or pictures"."""
    index = mention.last + 1
    while reading.lower(index) in ("or", "and", "nor", ","):
        at = index + 1
        while reading.lower(at) in _FILLERS | {"or", "nor"}:
            at += 1
        found = _field_at(reading, at) or _metric_at(reading, at)
        if found is None or _value_follows(reading, found[0], found[1]):
            return
        field, last = found
        if field.name not in _THINGS and field.kind != "number":
            return
        node = Not(reading.filter(field.name, "exists", None, at, last))
        reading.claim(mention.last + 1, last, "filter", f"no {field.name}")
        mention.node, mention.last = And((mention.node, node)), last
        index = last + 1


def _denied_have(reading: Reading, index: int) -> bool:
    """Return whether "don't have", "do not have" or "doesn't state" stands at index."""
    negation = reading.lower(index) in words("negators")
    return negation and reading.lower(index + 1) in (
        "have",
        "has",
        "got",
        "state",
        "mention",
        "include",
        "specify",
        "list",
        "contain",
    )


def _askable(field: Field) -> bool:
    return field.kind != "date" and field.name not in ("kind", "path", "model", "text", "step")


def _unknown_after(reading: Reading, index: int) -> bool:
    """Dataset unknown, batch size is missing, optimizer not known."""
    found = _field_at(reading, index) or _metric_at(reading, index)
    if found is None:
        return False
    field, last = found
    at = last + 1
    while reading.lower(at) in ("is", "are", "was", "were"):
        at += 1
    end = at
    if reading.lower(at) == "known" and reading.free(index, at):
        known = reading.filter(field.name, "exists", None, index, at)
        reading.mention(index, at, known, field.name)
        return True
    if reading.lower(at) in ("not", "isn't", "never") and reading.lower(at + 1) in (
        "known",
        "stated",
        "given",
        "specified",
        "recorded",
        "set",
    ):
        end = at + 1
    elif reading.lower(at) not in _AFTER:
        return False
    if not reading.free(index, end):
        return False
    node = Not(
        Filter(
            field.name,
            "exists",
            None,
            reading.text(index, end),
            (reading.tokens[index].start, reading.tokens[end].end),
        )
    )
    reading.mention(index, end, node, field.name)
    return True


def _present(reading: Reading, index: int) -> bool:
    """With images, that have metrics, with a README, with a known dataset."""
    if reading.lower(index) not in _WITH:
        return False
    at, known = index + 1, False
    while reading.lower(at) in _FILLERS:
        known = known or reading.lower(at) in ("known", "stated", "recorded", "documented", "any")
        at += 1
    from modelsearch.query.intent.picture_kinds import picture_kind_at

    kind = picture_kind_at(reading, at)
    if kind is not None and kind[0] != "samples":
        node = reading.filter("image_kind", "=", kind[0], at, kind[1])
        reading.mention(at, kind[1], node, "image_kind")
        return True
    found = _field_at(reading, at)
    if found is None:
        return _metric_present(reading, at) or _stored_present(reading, at)
    field, last = found
    if reading.lower(last + 1) in _OF_PICTURES:
        return False
    if not (known or _is_had(reading, field, at, last)):
        return False
    if _value_follows(reading, field, last) or reading.lower(last + 1) in (
        "of",
        "from",
        "at",
        "showing",
    ):
        return False
    reading.mention(at, last, reading.filter(field.name, "exists", None, at, last), field.name)
    reading.claim(index + 1, at, "filter", f"{field.name} known")
    return True


def _is_had(reading: Reading, field: Field, index: int, last: int) -> bool:
    """Return whether "with" before a field asks whether there is any: runs, tags, "a scheduler"."""
    if field.name in _THINGS or field.kind in _COUNTED:
        return True
    if field.source.startswith("said"):  # "with tag baseline" says which
        following = reading.lower(last + 1)
        clause = words("clause", "using") | {"and", "or", "but"}
        return not following or not reading.tokens[last + 1].is_word or following in clause
    some = reading.lower(index - 1) in ("a", "an", "any", "some")
    return some and field.kind in ("term", "text") and _askable(field)


def _metric_present(reading: Reading, index: int) -> bool:
    """With FID, that report accuracy: a result that is stated, whatever its value."""
    found = _metric_at(reading, index)
    if found is None:
        return False
    field, last = found
    reading.mention(
        index, last, reading.filter(field.name, "exists", None, index, last), field.name
    )
    return True


def _metric_at(reading: Reading, index: int) -> tuple[Field, int] | None:
    if not 0 <= index < len(reading.tokens):
        return None
    for last, joined in reversed(reading.grams(index, _LONGEST)):
        term = vocabulary.index("metric").get(joined)
        if term is not None and reading.free(index, last):
            return own_name(term.name), last
    return None


def _stored_present(reading: Reading, index: int) -> bool:
    """With n_critic, using clip_value: a setting by the name that only code has."""
    for last, joined in reversed(reading.grams(index, _LONGEST)):
        if "_" not in reading.text(index, last) or not reading.free(index, last):
            continue
        for name in reading.lexicon.lookup([joined]).get(joined, ()):
            if name.kind in ("hyperparameter", "layer_fact"):
                node = reading.filter(name.value, "exists", None, index, last)
                reading.mention(index, last, node, name.value)
                return True
    return False


def _value_follows(reading: Reading, field: Field, last: int) -> bool:
    """Return whether the field word has a value of its own: "without dataset MNIST"."""
    following = last + 1
    while reading.lower(following) in ("called", "named", "of", ":", "="):
        following += 1
    return any(
        mention.first == following and mention.field == field.name for mention in reading.mentions
    )


def _field_at(reading: Reading, index: int) -> tuple[Field, int] | None:
    if not 0 <= index < len(reading.tokens) or not reading.free(index, index):
        return None
    for last, joined in reversed(reading.grams(index, _LONGEST)):
        field = spellings().get(joined)
        if field is not None and reading.free(index, last):
            return field, last
    return None
