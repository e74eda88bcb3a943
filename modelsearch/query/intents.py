"""What a question wants: a list, details, a comparison, pictures, a count, values, the best."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from modelsearch.query.fields import find_field
from modelsearch.query.lexicon import Lexicon
from modelsearch.query.model import And, Filter, ImagePart, Node, ParsedQuery, Sort, leaves
from modelsearch.query.state import Reading
from modelsearch.query.words import words

_COMPARE = re.compile(r"\b(compare|comparison|difference|differences|differ|versus|vs)\b", re.I)
_IMAGES = re.compile(
    r"\b(images?|pictures?|samples?|photos?|loss curves?|animations?|gifs?|reconstructions?|plots?)\b"
    r"(?=.*\b(of|from|by|for|that|generated|made|produced|at|epoch)\b)",
    re.I | re.S,
)
_SUBJECT_OF_MODELS = re.compile(r"\b(models?|scripts?|networks?|gans?|trained|notebooks?)\b.*"
                                r"\b(images?|pictures?|photos?|samples?)\b", re.I | re.S)  # fmt: skip
_COUNT = re.compile(r"\b(how many|number of models|count)\b", re.I)
_VALUES = re.compile(
    r"\b(?:which|what|list(?: all)?(?: the)?|show(?: me)?(?: all)?(?: the)?)\s+"
    r"(?:different\s+|distinct\s+|kinds? of\s+)?([a-z ]{3,24}?)\s+"
    r"(?:did i|have i|do i|do we|did we|have we|i |we |are |were |is |was |used|tried|exist)", re.I)  # fmt: skip
_DETAILS = re.compile(
    r"\b(?:what(?:'s| is| was| are)?|which|tell me|give me|show(?: me)?)\s+(?:the\s+)?"
    r"([a-z_ ]{2,30}?)\s+(?:of|does|did|for|was|is|has)\b", re.I)  # fmt: skip
_PER = re.compile(r"\b(?:per|by|for each|grouped by|in each)\s+([a-z_ ]{3,24})", re.I)
_TOP = re.compile(r"\b(?:top|first|best|latest|newest|last)\s+(\d{1,4})\b(?!\s*(?:days?|weeks?|months?|"
                  r"years?|hours?|epochs?))", re.I)  # fmt: skip
#: Superlatives: words, field, descending.
_SUPERLATIVES: tuple[tuple[str, str, bool], ...] = (
    (r"most recently (?:modified|changed|updated)|last modified|latest changed", "modified", True),
    (r"latest|newest|most recent(?:ly created)?", "created", True),
    (r"oldest|earliest", "created", False),
    (r"largest (?:file|script)|biggest (?:file|script)", "size", True),
    (r"smallest (?:file|script)", "size", False),
    (r"(?:largest|biggest|highest|greatest) batch(?: size)?", "batch_size", True),
    (r"(?:smallest|lowest) batch(?: size)?", "batch_size", False),
    (r"(?:largest|highest|biggest) (?:learning rate|lr)", "learning_rate", True),
    (r"(?:smallest|lowest) (?:learning rate|lr)", "learning_rate", False),
    (r"(?:most|highest number of) epochs|(?:trained )?longest", "epochs", True),
    (r"(?:fewest|least) epochs|shortest", "epochs", False),
    (r"most parameters|largest|biggest", "parameters", True),
    (r"fewest parameters|smallest", "parameters", False),
    (r"(?:best|highest) accuracy", "accuracy", True),
    (r"(?:best|lowest) loss", "loss", False),
    (r"(?:best|lowest) fid", "FID", False),
    (r"(?:best|lowest) perplexity", "perplexity", False),
)
_KINDS = {
    "loss curve": "loss curve", "loss curves": "loss curve", "animation": "animation",
    "animations": "animation", "gif": "animation", "gifs": "animation",
    "reconstruction": "reconstruction", "reconstructions": "reconstruction",
    "confusion matrix": "confusion matrix",
}  # fmt: skip
_EPOCHS = re.compile(r"\b(?:at|from|of|after|for|in)?\s*epochs?\s+(\d+)(?:\s*(?:to|-|and|\.\.)\s*(\d+))?",
                     re.I)  # fmt: skip
_LAST_EPOCHS = re.compile(r"\b(last|first|final)\s+(\d+)?\s*epochs?\b", re.I)

Parse = Callable[..., ParsedQuery]


def read_intent(reading: Reading, parsed: ParsedQuery) -> None:
    """Set the intent and what goes with it; claim the words that said so."""
    question = reading.question
    if parsed.cohorts or _is_comparison(reading):
        parsed.intent = "compare"
        _claim(reading, _COMPARE.search(question), "intent")
        parsed.asked = _asked_groups(question)
        return
    if _wants_images(reading):
        parsed.intent = "images"
        parsed.image = _image_part(reading)
        return
    _superlative(reading, parsed)
    count = _COUNT.search(question)
    per = _PER.search(question)
    if count is not None:
        parsed.intent = "count"
        _claim(reading, count, "intent")
    if per is not None and (count is not None or question.lower().startswith(("models per",))):
        field = find_field(per.group(1).strip()) or find_field(per.group(1).split()[0])
        if field is not None:
            parsed.intent, parsed.group_by = "count", field.name
            _claim(reading, per, "intent")
    if parsed.intent == "search":
        _values_or_details(reading, parsed)


def _values_or_details(reading: Reading, parsed: ParsedQuery) -> None:
    question = reading.question
    named = any(
        isinstance(m.node, Filter) and m.node.field == "model" and m.node.op == "="
        for m in reading.mentions
    )
    asked = _DETAILS.search(question)
    if named:
        parsed.intent = "details"
        field = find_field(asked.group(1).strip()) if asked else None
        if field is not None and asked is not None:
            parsed.asked = [field.name]
            _claim(reading, asked, "intent")
        return
    values = _VALUES.search(question)
    if values is not None:
        word = values.group(1).strip()
        field = find_field(word)
        if (
            field is not None
            and field.name not in ("model", "images")
            and word not in ("models", "model", "architectures")
        ):
            parsed.intent, parsed.asked = "values", [field.name]
            _claim(reading, values, "intent")


def _is_comparison(reading: Reading) -> bool:
    return _COMPARE.search(reading.question) is not None


def _asked_groups(question: str) -> list[str]:
    found = []
    for word, field in (
        ("architecture", "architecture"), ("dataset", "dataset"), ("training", "hyperparameter"),
        ("config", "hyperparameter"), ("metric", "metric"), ("performance", "metric"),
    ):  # fmt: skip
        head = question.lower().split(" between ")[0].split(" of ")[0]
        if re.search(rf"\b{word}", head) and field not in found:
            found.append(field)
    return found


def _wants_images(reading: Reading) -> bool:
    question = reading.question
    match = _IMAGES.search(question)
    if match is None or any(m.field in ("subject", "modality") for m in reading.mentions):
        return False
    if _SUBJECT_OF_MODELS.search(question[: match.end()]):
        return False
    # "images of flowers" as data is a subject; pictures are asked of models or families.
    return not re.search(r"\b(on|using|with)\s+(?:\w+\s+)?$", question[: match.start()], re.I)


def _image_part(reading: Reading) -> ImagePart:
    question = reading.question
    part = ImagePart()
    match = _IMAGES.search(question)
    _claim(reading, match, "intent")
    word = match.group(1).lower() if match else ""
    conditions: list[Filter] = []
    if word in _KINDS:
        conditions.append(Filter("image_kind", "=", _KINDS[word], word))
    some = _LAST_EPOCHS.search(question)
    one = _EPOCHS.search(question)
    if some is not None:
        number = int(some.group(2) or 1)
        part.epochs = -number if some.group(1).lower() == "first" else number
        _claim(reading, some, "limit")
    elif one is not None:
        low, high = int(one.group(1)), int(one.group(2) or one.group(1))
        conditions.append(
            Filter("epoch", "=", low, one.group()) if low == high
            else Filter("epoch", "between", (low, high), one.group())
        )  # fmt: skip
        _claim(reading, one, "filter")
    elif re.search(r"\b(latest|last|newest|final)\b", question, re.I):
        part.epochs = 1
    if conditions:
        part.where = conditions[0] if len(conditions) == 1 else _both(conditions)
    return part


def _both(conditions: list[Filter]) -> Node:
    return And(tuple(conditions))


def _superlative(reading: Reading, parsed: ParsedQuery) -> None:
    question = reading.question
    top = _TOP.search(question)
    for pattern, field, descending in _SUPERLATIVES:
        match = re.search(rf"\b(?:{pattern})\b", question, re.I)
        if match is not None:
            parsed.sort = Sort(field, descending, match.group())
            _claim(reading, match, "sort")
            plural = re.search(r"\bmodels\b", question, re.I)
            parsed.limit = int(top.group(1)) if top else (None if plural else 1)
            break
    if top is not None:
        parsed.limit = int(top.group(1))
        _claim(reading, top, "limit")


def _claim(reading: Reading, match: re.Match[str] | None, use: str) -> None:
    """Claim the free tokens inside a match; names that were found keep theirs."""
    if match is None:
        return
    for index, token in enumerate(reading.tokens):
        if token.start >= match.start() and token.end <= match.end() and not reading.uses[index]:
            if token.lower not in words("stop") or use != "intent":
                reading.claim(index, index, use)


# ---- cohorts -------------------------------------------------------------------------------------

_HEAD = re.compile(
    r"^.*?\b(?:compare|comparison of|comparison between|differences? (?:in [\w ,]+? )?between|"
    r"difference of)\b(?P<rest>.*)$",
    re.I | re.S,
)
_VERSUS = re.compile(r"\s+(?:vs\.?|versus|against|compared (?:to|with))\s+", re.I)
_WITH = re.compile(r"\s+with\s+(?=my\b|the\b|all\b|those\b|our\b)", re.I)
_AND = re.compile(r"\s+and\s+|\s*,\s+", re.I)


def read_cohorts(question: str, lexicon: Lexicon, today: date, parse: Parse) -> list[ParsedQuery]:
    """Split a comparison into the groups it names; nothing when it names models, or one group.

    "diffusion models trained on CIFAR-10 and MNIST" has two groups that differ in one value and
    share the rest; "CNN vs transformer on Fashion-MNIST" likewise.
    """
    if len(question) > 2_000 or not _COMPARE.search(question):
        return []
    whole = parse(question, lexicon, today=today, plain=True)
    if sum(leaf.field == "model" for leaf, _ in leaves(whole.where)) > 1:
        return []
    match = _HEAD.search(question)
    rest = match["rest"] if match else question
    for splitter in (_VERSUS, _WITH, _AND):
        sides = [side for side in splitter.split(rest.strip(" ?.!")) if side.strip()]
        if len(sides) < 2:
            continue
        groups = _grouped(sides, lexicon, today, parse)
        if groups:
            return groups
    return []


def _grouped(sides: list[str], lexicon: Lexicon, today: date, parse: Parse) -> list[ParsedQuery]:
    """Parse each side; what a side does not say of a field that others share is taken from them."""
    parsed = [parse(side, lexicon, today=today, plain=True) for side in sides]
    parts = [[(leaf.field, leaf) for leaf, negated in leaves(one.where) if not negated]
             for one in parsed]  # fmt: skip
    fields = [{name for name, _ in one} for one in parts]
    if not all(fields):
        return []
    common = set.intersection(*fields)
    if not common:
        return []
    from modelsearch.query.model import join_and

    for index, one in enumerate(parsed):
        borrowed = []
        for other in parts:
            for name, leaf in other:
                if name not in fields[index] and name not in common:
                    borrowed.append(leaf)
        own = [one.where] if one.where is not None else []
        one.where = join_and([*own, *borrowed])
        extra = " ".join(dict.fromkeys(leaf.text for leaf in borrowed))
        one.question = f"{sides[index].strip()}" + (f" ({extra})" if extra else "")
        one.text = ""
    return parsed
