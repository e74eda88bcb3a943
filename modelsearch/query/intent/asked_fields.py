"""Which field a question asks for: "what learning rate does X use", "which optimizers"."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.intent.aggregates import rarest_at, statistic_of
from modelsearch.query.intent.how_many import each_model
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.question import ParsedQuery
from modelsearch.records.splits import SPOKEN
from modelsearch.records.wordlists import word_set
from modelsearch.search.sources import own_name
from modelsearch.vocabulary.fields import ASKED_AS, Field, find_field, spellings

_LONGEST = 4
_OPENERS = word_set("""
    what which list show whats what's give tell name enumerate get print
""")
SKIPPED = word_set("""
    is are was were the my our all different distinct me kind kinds of type types sort sorts
    main used a an various exact about many every available final initial training base default
    please us
""")
#: "The most common optimizer", "average batch size": all values, counted.
_USUAL = frozenset(
    {"common", "commonly", "used", "popular", "frequent", "frequently", "often", "typical", "usual"}
)
MEAN = frozenset(
    {"average", "mean", "median", "typical", "usual", "commonest", "favourite", "favorite"}
)
_VERBS_AFTER_WHICH = word_set("""
    is are was were has have had do does did can use uses used i we
""")
_ASKING = frozenset({"", "know", "me", "see", "list", "tell", "show", "find", "and", "say", "out",
                     "of", "on", "in", "for",
                     "with"})  # fmt: skip
_NO_OWNERS = frozenset(
    {"what's", "who's", "it's", "that's", "there's", "let's", "where's", "how's", "when's"}
)
#: What may stand before the field that is asked for, and the fields that are asked for so.
_OWNERS = frozenset({"family", "dataset", "model", "path", "repository"})
_ASKED_LAST = word_set("""
    learning_rate batch_size epochs weight_decay momentum optimizer scheduler framework
    parameters latent_size hidden_size image_size steps
""")
_WHICH_RESULT = frozenset({"final", "last", "reached", "the", "what", "was", "is"})
#: What may follow fields at the beginning that are asked for.
_FIELDS_BEFORE = frozenset({"of", "used", "for", "per", "each", "every"})
#: What asks for one value of a model; of another language as one word.
_ADVERBS = frozenset({"when", "where", "how", "how long", "how big", "how many"})
#: "of" in the other languages, which elsewhere may be articles.
_FOREIGN_OF = frozenset({"de", "von", "vom", "du", "des", "del", "di", "do", "da"})
_LONGEST_OWN = 5  #: tokens of a name of one's own
#: What may stand before "of X" and asks for more than a value.
_NO_OWN_NAMES = word_set("""
    about compare comparison copies copy describe description details difference everything explain
    family files folder graph history info information kind like likeness metadata one overview
    part readme rest settings side similar structure summary tell text two variant variants version
    versions years days weeks months best worst latest newest oldest last first
""")
_MODEL_FIELDS = frozenset({"model", "images", "text", "subset", "step", "epoch", "image_kind"})


def find_asked(reading: Reading, parsed: ParsedQuery) -> None:
    """Read the field that is asked for; the caller tells details from values."""
    for index in range(len(reading.tokens)):
        if _asked_at(reading, parsed, index):
            _asked_too(reading, parsed)
            return
    for index in range(len(reading.tokens)):
        # "flower_v2's batch size", "the energy forecaster's framework"
        if _owns_field(reading, index) and claim_fields(reading, parsed, index + 1):
            return
    if parsed.asked:
        return
    for rule in (_asked_last, _asked_as, _asked_first, _asked_alone, _asked_by_own_name):
        if not parsed.asked:
            rule(reading, parsed)


def _asked_at(reading: Reading, parsed: ParsedQuery, index: int) -> bool:
    """Read what "which", "when", "how many", "the most common" at a token ask for."""
    word = reading.lower(index)
    if word in _ADVERBS:
        from modelsearch.query.intent.adverbs import read_adverb

        if read_adverb(reading, parsed, index, field_at):
            return True
    if _read_usual(reading, parsed, index):
        return True
    if word not in _OPENERS or _relative(reading, index):
        return False
    at = index + 1
    while (reading.lower(at) in SKIPPED and field_at(reading, at) is None) or (
        reading.lower(at) == "model" and field_at(reading, at + 1) is not None
    ):
        at += 1
    return claim_fields(reading, parsed, at)


def _asked_too(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "… and its learning rate" after what was asked first."""
    for index in range(len(reading.tokens)):
        if reading.lower(index) in ("its", "their"):
            claim_fields(reading, parsed, index + 1)


def _asked_first(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "optimizer and epochs of flower_v2"."""
    start = 0
    if reading.words(0, 2) in ("number of", "count of") and (
        each_model(reading) or _of_numbers(reading, 2)
    ):
        start = 2
    while reading.lower(start) in SPOKEN or reading.lower(start) in _WHICH_RESULT:
        start += 1
    if start < len(reading.tokens) and fields_end(reading, start) in _FIELDS_BEFORE:
        claim_fields(reading, parsed, start)


def _asked_alone(reading: Reading, parsed: ParsedQuery) -> None:
    """Read a question that is nothing but a field: "epochs", "all optimizers?"."""
    free = [i for i, token in enumerate(reading.tokens) if token.is_word]
    while free and reading.lower(free[0]) in SKIPPED:
        free.pop(0)
    found = field_at(reading, free[0]) if free else None
    if found is not None and found[1] == free[-1]:
        claim_fields(reading, parsed, free[0])


def _asked_by_own_name(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "max_len of X" and "X's vocabulary size", X being a model: what is asked for has a name
    of its own, and may not be known here.
    """
    named = [one for one in reading.mentions if one.field == "model"]
    if len(named) != 1 or len(reading.mentions) != 1:
        return
    last = named[0].first - 1
    while reading.lower(last) in ("the", "my"):
        last -= 1
    if reading.lower(last) in ("of", "for"):
        first, last = _own_name(reading, last - 1), last - 1
    elif reading.lower(named[0].last).endswith("'s"):
        first = named[0].last + 1
        last = len(reading.tokens) - 1
        while last > first and not reading.tokens[last].is_word:
            last -= 1
        first = first if _own_name(reading, last) == first else last + 1
    else:
        return
    if first <= last:
        parsed.asked = [reading.text(first, last).lower()]
        reading.claim(first, last, "intent", f"asks for {parsed.asked[0]}")


def _own_name(reading: Reading, last: int) -> int:
    """Return where the name that ends at a token begins; behind it where there is none."""
    first = last + 1
    for index in range(last, max(last - _LONGEST_OWN, -1), -1):
        token, word = reading.tokens[index], reading.lower(index)
        inside = token.text == "_" and token.glued
        plain = word in words("stop", "model_words", "clause") | _NO_OWN_NAMES
        if not inside and (plain or not token.is_word or not reading.free(index, index)):
            break
        first = index
    return first


def fields_end(reading: Reading, index: int) -> str:
    """Return the word after the fields that begin at a token; "" where there are none."""
    end = -1
    while (found := field_at(reading, index)) is not None:
        index = end = found[1] + 1
        while reading.lower(index) in ("and", ",", "or", "&", "the"):
            index += 1
    if 0 <= end < len(reading.tokens) and reading.tokens[end].text.lower() in _FOREIGN_OF:
        return "of"
    return reading.lower(end) if end >= 0 else ""


def _asked_as(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "what does X use as its optimizer"."""
    if reading.lower(0) not in ("what", "which"):
        return
    for index in range(1, len(reading.tokens)):
        if reading.lower(index) != "as":
            continue
        at = index + 1
        while reading.lower(at) in ("its", "the", "an", "a", "their"):
            at += 1
        if claim_fields(reading, parsed, at):
            return


def _owns_field(reading: Reading, index: int) -> bool:
    """Return whether a possessive stands before a field that is no day of the calendar."""
    if not reading.lower(index).endswith("'s") or reading.lower(index) in _NO_OWNERS:
        return False
    found = field_at(reading, index + 1)
    return found is not None and found[0].kind != "date"


def _asked_last(reading: Reading, parsed: ParsedQuery) -> None:
    """Read a question that ends with what it wants: "dcgan learning rate"."""
    end = len(reading.tokens)
    while end and not reading.tokens[end - 1].is_word:
        end -= 1
    for index in range(max(end - _LONGEST, 1), end):
        if not any(m.last == index - 1 and m.field in _OWNERS for m in reading.mentions):
            continue
        found = field_at(reading, index)
        result = found is not None and vocabulary.find("metric", found[0].name) is not None
        if found is not None and found[1] == end - 1 and (result or found[0].name in _ASKED_LAST):
            claim_fields(reading, parsed, index)
            return


def _relative(reading: Reading, index: int) -> bool:
    """Return whether "which" opens a clause of its own noun: "models which were trained on …"."""
    return (
        reading.lower(index) == "which"
        and reading.lower(index + 1) in _VERBS_AFTER_WHICH
        and reading.lower(index - 1) not in _ASKING
    )


def _read_usual(reading: Reading, parsed: ParsedQuery, index: int) -> bool:
    """Read "the most common optimizer", "average batch size"."""
    word, at = reading.lower(index), index + 1
    rare = rarest_at(reading, index)
    if not reading.free(index, index):
        return False
    if word == "most" and reading.lower(at) in _USUAL:
        at += 1
    elif rare:
        at = index + rare
    elif word not in MEAN and statistic_of(word) != "total":
        return False
    elif (named := field_at(reading, index)) is not None and named[1] > index:
        return claim_fields(reading, parsed, index)  # "total timesteps" is a field's own name
    while reading.lower(at) in SKIPPED | {"number", "of"}:
        at += 1
    if statistic_of(word) == "total" and not _of_numbers(reading, at):
        return False
    if not claim_fields(reading, parsed, at):
        return False
    parsed.statistic = "least" if rare else statistic_of(word)
    reading.claim(index, at, "intent", "values by how often they occur")
    return True


def find_rarest(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "is used least" and "is most common" behind the field that was asked for."""
    for index in range(len(reading.tokens)):
        count = rarest_at(reading, index) if reading.free(index, index) else 0
        if count or (reading.lower(index) == "least" and reading.free(index, index)):
            parsed.statistic = "least"
            reading.claim(index, index + max(count, 1) - 1, "intent", "the rarest value")
        usual = reading.lower(index) == "most" and reading.lower(index + 1) in _USUAL
        if usual and reading.free(index, index + 1):
            reading.claim(index, index + 1, "intent", "the commonest value")


def _of_numbers(reading: Reading, index: int) -> bool:
    """Return whether a field of numbers, and no "number of models", stands at a token."""
    found = field_at(reading, index)
    return found is not None and found[0].kind == "number" and reading.free(index, found[1])


def find_compared(reading: Reading, parsed: ParsedQuery) -> None:
    """Read the fields a comparison is about: "differences in architecture and dataset"."""
    for index in range(len(reading.tokens)):
        found = field_at(reading, index)
        if found is None:
            continue
        field, last = found
        following = reading.lower(last + 1)
        before = reading.lower(index - 1)
        if following in ("of", "between", "and", ",", "for", "config", "setup", "", "?", ".") or (
            before in ("in", "by", "the")
        ):
            name = "architecture" if field.name == "family" else field.name
            if name not in parsed.asked and name not in _MODEL_FIELDS:
                parsed.asked.append(name)
            reading.claim(index, last, "intent", f"compare {name}")
    for index, token in enumerate(reading.tokens):
        if token.lower in ("config", "setup", "configuration", "configurations", "hyperparameters"):
            reading.claim(index, index, "intent", "compare training")
            if "hyperparameter" not in parsed.asked:
                parsed.asked.append("hyperparameter")


def claim_fields(reading: Reading, parsed: ParsedQuery, index: int) -> bool:
    """Claim one or more fields that begin at a token: "batch size and learning rate"."""
    first = index
    while True:
        found = field_at(reading, index)
        if found is None:
            break
        field, last = found
        if field.name in _MODEL_FIELDS or reading.lower(last + 1) in ("models", "model"):
            break
        if field.name not in parsed.asked:
            parsed.asked.append(field.name)
        reading.claim(first, last, "intent", f"asks for {field.name}")
        index = last + 1
        if reading.lower(index) not in ("and", ",", "or", "&"):
            break
        while reading.lower(index) in ("and", ",", "or", "&", "the", "what"):
            index += 1
    return bool(parsed.asked)


def field_at(reading: Reading, index: int) -> tuple[Field, int] | None:
    """Return the field that unclaimed words from a token on name, and the last of them."""
    if not 0 <= index < len(reading.tokens) or not reading.free(index, index):
        return None
    here = ASKED_AS.get(reading.lower(index))
    for last, joined in reversed(reading.grams(index, _LONGEST)):
        if not reading.free(index, last):
            continue
        if last == index and here:
            return spellings()[vocabulary.normalise(here)], last
        field = spellings().get(joined) if joined != "trainedon" else None
        if field is not None and (field.kind not in ("thing", "count") or joined == field.name):
            return field, last
        metric = vocabulary.index("metric").get(joined)
        if metric is not None:
            return own_name(metric.name), last
    one = find_field(reading.lower(index))
    return (one, index) if one is not None else _stored_at(reading, index)


def _stored_at(reading: Reading, index: int) -> tuple[Field, int] | None:
    """Return a setting, size or result of this database that is asked for by its own name."""
    runs = [
        (last, joined)
        for last, joined in reading.grams(index, _LONGEST)
        if len(joined) > 1 and joined not in words("stop") and reading.free(index, last)
    ]
    found = reading.lexicon.lookup(joined for _, joined in runs)
    for last, joined in reversed(runs):
        for name in found.get(joined, ()):
            if name.kind in ("hyperparameter", "layer_fact", "metric"):
                return own_name(name.value), last
    return None
