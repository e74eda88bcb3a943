"""Results that a sentence or a table cell states: ``test accuracy 95.2 %``, ``31.2 BLEU``.

Only what is unmistakable is read. A number that may be a goal, another paper's figure, a range, a
difference or a part of a name (``BLEU-4``, ``top-5``) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelsearch import vocabulary
from modelsearch.records.wordlists import word_set
from modelsearch.static.outputs import SPLITS
from modelsearch.vocabulary import Term

__all__ = ["Result", "column_of", "dataset_in", "results_in", "speaks_of_others", "value_of"]

#: Shares: what is above one was meant in percent.
_SHARES = frozenset(
    {
        "accuracy",
        "balanced accuracy",
        "top-5 accuracy",
        "F1",
        "precision",
        "recall",
        "AUC",
        "IoU",
        "Dice score",
        "mAP",
        "average precision",
        "error rate",
        "top-5 error",
        "win rate",
    }
)
#: Metrics whose plain names are everyday words, or whose figures come with units.
_EVERYDAY = word_set("""
    return kl kld kappa reward loss precision recall sensitivity top1 top5 jaccard r2
""")
_WITH_UNITS = frozenset({"training time", "throughput", "episode length"})
_OTHERS = re.compile(
    r"\b(?:papers?|baselines?|humans?|state[- ]of[- ]the[- ]art|sota|expect\w*|should|targets?"
    r"|goals?|aim\w*|original\w*|authors?|published|reported?|claim\w*|compar\w+|than|versus|vs|previous\w*"
    r"|leaderboard|chance|guess\w*|random(?=[ -](?:baseline|classifier|policy|agent|search|choice))"
    r"|would|could|can|may|might"
    r"|until|if|unless|when|once|must|need\w*|want\w*|fail\w*|threshold"
    r"|stop\w*|solved?|considered|criteri\w+"
    r"|improv\w+|increas\w+|decreas\w+|drop\w*|gains?|worse|better|differ\w+|pre-?trained"
    r"|official\w*|literature|benchmark\w*|et al|others?|todo|hop\w+|desired|required?|kaggle"
    r"|ensembl\w*|not|never|without|instead"
    r"|with(?:in)? [+-]?\d[\d.]* ?(?:%|points)|early stopping)\b"
    r"|n't\b",
    re.IGNORECASE,
)
_NUMBER = r"(?<![\w.,:/#@^+-])(?:[~≈]\s?)?(?P<value>-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
#: What may not follow a result: more digits, a range, a fraction, a unit.
_END = (
    r"(?P<percent>\s?(?:%|percent\b|per cent\b))?"
    r"(?![\w/:^%]|[.,]\d|\s?(?:-|–|—|\.\.+|to|or|and|~|/|->|→|×|\*)\s?[~≈]?\d"
    r"|\s?(?:x|k|m|gb|mb|ms|s|bits?|points?|pp|epochs?|steps?|iterations?|hours?|minutes?"
    r"|seconds?|samples?|images?|classes|layers?|runs?|folds?|gpus?|times)\b)"
)
_SPLIT_WORDS = r"test(?:ing)?|val(?:id(?:ation)?)?|dev|train(?:ing)?"
_ADJECTIVE = (
    rf"(?:{_SPLIT_WORDS}|mean|average|avg|overall|final|best|classification|top-?1|total|set"
    r"|word-level|character-level|macro|micro|weighted|corpus|a|an|in|of)"
)
_FILLER = (
    rf"(?:\s*[:=]\s*|\s+(?:{_SPLIT_WORDS}|set|split|data|dataset|on|the|is|was|of|about|around"
    r"|approximately|roughly|images|score|equals|reaches|reached|a|an|¤+)(?=[\s:=(])"
    # What is said between: whose, when, how it was measured; no other model's name fits here.
    r"|\s+(?:this|our|the)\s+(?:final\s+|trained\s+)?(?:model|network|classifier)(?=[\s:=(])"
    r"|\s+after\s+(?:training|(?:training\s+for\s+)?\d{1,7}\s+(?:epochs?|steps|iterations))(?=[\s:=(])"
    r"|\s+(?:that\s+)?(?:it|we)\s+(?:reached|achieved|obtained|got)(?=[\s:=(])"
    r"|\s+(?:achieved|obtained|measured)(?=[\s:=(])"
    r"|\s+(?:in|with|by)\s+(?:\d{1,2}-fold\s+)?cross[- ]validation(?=[\s:=(])"
    r"|\s*\((?:\d{1,2}-fold )?cross[- ]validat(?:ed|ion)\)(?=[\s:=])"
    r"|\s*[(](?=[-\d~≈])|\s+(?:-|–|—)(?=\s))"
)
#: A number after these is no result: a bound, or what the metric was measured on.
_NO_RESULT = re.compile(
    r"(?:\b(?:over|above|below|under|than|to|least|most|on|for|at|after|in|by|nearly|almost|the|within"
    r"|exceed\w*|between|from|and|or|minimum|maximum|max|min|epoch|step|fold)|[<>≥≤=]{2}|[<>≥≤])\s*$",
    re.IGNORECASE,
)
#: A metric with these before it is another one, or that of a part of the model.
_QUALIFIED = re.compile(
    r"(?:\btop[- ]?\d+|\b(?:pixel|per[- ]class|class|token|relative|masked|cumulative|one-shot"
    r"|zero-shot|few-shot|discriminator|generator|real|fake|human|\d+-bit|mixed|half|single|double))[\s-]+$",
    re.IGNORECASE,
)
_DATASET_WORDS = re.compile(r"[A-Za-z0-9][\w+-]*")
_MAX_SENTENCE = 800
_MAX_CELL = 80


@dataclass(frozen=True, slots=True)
class Result:
    """One metric's value; ``start`` is where it begins in the text that was read."""

    term: Term
    value: float
    split: str | None
    dataset: str | None
    start: int


@dataclass(frozen=True, slots=True)
class Column:
    """What a table's heading says of the cells below it."""

    term: Term
    percent: bool
    split: str | None
    dataset: str | None


def results_in(sentence: str) -> list[Result]:
    """Return what a sentence states as its own results; nothing where it speaks of others'."""
    if len(sentence) > _MAX_SENTENCE or not re.search(r"\d", sentence):
        return []
    if not _names().search(sentence) or speaks_of_others(sentence):
        return []
    masked = _masked(sentence)
    found: list[Result] = []
    for name in _names().finditer(masked):
        if _QUALIFIED.search(masked[max(0, name.start() - 40) : name.start()]):
            continue
        after, before = _after(masked, name.end()), _before(masked, name.start())
        if (after is None) == (before is None):
            continue
        match = after or before
        term = vocabulary.find("metric", name[0].rstrip("."))
        if match is None or term is None:
            continue
        value = _prose_value(term, match)
        if value is not None and _known_by_name(name[0], match, masked):
            split = _split(masked, name, match)
            dataset = dataset_in(sentence)
            found.append(Result(term, value, split, dataset, min(name.start(), match.start())))
    values = [result for result in found if result.dataset != ""]
    return [] if _shared(values) else values


def speaks_of_others(text: str) -> bool:
    """Return whether a text may speak of goals, comparisons or other people's results."""
    return _OTHERS.search(text) is not None


def column_of(heading: str) -> Column | None:
    """Return what a table's heading asks for, else ``None`` (``test accuracy (%)``, ``FID ↓``)."""
    if len(heading) > _MAX_CELL or speaks_of_others(heading):
        return None
    dataset = dataset_in(heading)
    text = re.sub(r"[↑↓*_`]|\((?:higher|lower|↑|↓)[^)]*\)", " ", _masked(heading))
    percent = "%" in text
    words = [
        word for word in re.split(r"[\s(),:%\[\]]+", text.replace("¤", " ")) if word.strip(".")
    ]
    left = [w for w in words if not re.fullmatch(rf"{_ADJECTIVE}|on|the|score", w, re.IGNORECASE)]
    term = vocabulary.find("metric", " ".join(left)) or vocabulary.find("metric", " ".join(words))
    if term is None or term.name in _WITH_UNITS or dataset == "":
        return None
    found = {SPLITS[word.lower()] for word in words if word.lower() in SPLITS}
    if len(found) > 1 or (term.name == "loss" and not found):
        return None
    return Column(term, percent, next(iter(found), None), dataset)


def value_of(cell: str, column: Column) -> float | None:
    """Return the value of a table's cell where the cell holds one number and no more."""
    text = re.sub(r"[*_`]", "", cell).strip()
    match = re.fullmatch(
        r"(?P<value>-?\d+(?:\.\d+)?)\s?(?P<percent>%)?(?:\s?(?:±|\+/-|\+-)\s?\d+(?:\.\d+)?\s?%?)?",
        text,
    )
    if match is None:
        return None
    return _scaled(column.term, float(match["value"]), bool(match["percent"]) or column.percent)


def dataset_in(text: str) -> str | None:
    """Return the one data set that a text names, ``None`` for none and ``""`` for several."""
    names = {term.name for term, _, _ in _datasets(text)}
    return None if not names else names.pop() if len(names) == 1 else ""


@vocabulary.remembered
def _names() -> re.Pattern[str]:
    spellings = {
        spelling
        for term in vocabulary.terms("metric")
        if term.name not in _WITH_UNITS
        for spelling in term.spellings
        if vocabulary.normalise(spelling) not in _EVERYDAY - {"precision", "recall"}
        or spelling in ("R2", "R²")
    }
    ordered = sorted(spellings, key=len, reverse=True)
    parts = (r"[\s_-]+".join(map(re.escape, re.split(r"[ _-]", s))) for s in ordered)
    return re.compile(rf"(?<![\w@-])(?:{'|'.join(parts)})(?![\w²@])(?!-\w)", re.IGNORECASE)


def _after(text: str, at: int) -> re.Match[str] | None:
    return re.compile(rf"{_FILLER}{{0,7}}\s*{_NUMBER}{_END}", re.IGNORECASE).match(text, at)


def _before(text: str, at: int) -> re.Match[str] | None:
    head = text[:at]
    pattern = rf"{_NUMBER}{_END}\s+(?:\(cross-validated\)\s+)?(?:{_ADJECTIVE}\s+){{0,4}}$"
    return re.compile(pattern, re.IGNORECASE).search(head, max(0, at - 80))


def _prose_value(term: Term, match: re.Match[str]) -> float | None:
    text, percent = match["value"], bool(match["percent"])
    if _NO_RESULT.search(match.string[max(0, match.start("value") - 20) : match.start("value")]):
        return None
    whole = re.fullmatch(r"-?\d+", text) is not None
    if (
        whole
        and not percent
        and (len(text) == 1 or term.name in _SHARES or 1900 <= int(text) < 2100)
    ):
        return None
    return _scaled(term, float(text), percent)


def _scaled(term: Term, value: float, percent: bool) -> float | None:
    share = term.name in _SHARES
    if percent or (share and 1 < value <= 100):
        value = round(value / 100, 10)
    return None if share and not 0 <= value <= 1 else value


def _known_by_name(name: str, match: re.Match[str], text: str) -> bool:
    """``precision`` and ``recall`` are also said of numbers and of memory: a share tells them."""
    if name.lower() in ("precision", "recall"):
        return bool(match["percent"]) or 0 < float(match["value"]) < 1
    rest = text[match.end() :]
    return not (name.lower() == "loss" or rest.startswith("-"))


def _split(text: str, name: re.Match[str], match: re.Match[str]) -> str | None:
    """Return the part of the data named beside a metric: before it, between, or ``on the test
    split``.
    """
    start, end = min(name.start(), match.start()), max(name.end(), match.end())
    prefix = re.search(
        rf"(?<!\bto )\b({_SPLIT_WORDS})[\s_-]+(?:(?:mean|average|set)\s+){{0,2}}$",
        text[: name.start()],
        re.IGNORECASE,
    )
    suffix = re.match(
        rf"\s*[(,]?\s*(?:on|over|in|for)?\s*(?:the\s+)?(?:held-out\s+)?(?:¤+\s+)?({_SPLIT_WORDS})\b"
        rf"(?:[ -](?:set|split|data|images|samples)\b|\s*[).,]|$)",
        text[end:],
        re.IGNORECASE,
    )
    inside = re.findall(r"[a-z]+", text[start:end].lower())
    words = [prefix[1].lower() if prefix else "", *inside, suffix[1].lower() if suffix else ""]
    return next((SPLITS[word] for word in words if word in SPLITS), None)


def _shared(results: list[Result]) -> bool:
    """Return whether one sentence gives two values of one metric and split: nobody knows which
    counts.
    """
    seen: dict[tuple[str, str | None], float] = {}
    return any(seen.setdefault((r.term.name, r.split), r.value) != r.value for r in results)


def _masked(text: str) -> str:
    """Return the text with the names of data sets blanked out, as long as before (``CIFAR-10``: no
    10).
    """
    for _, start, end in _datasets(text):
        text = f"{text[:start]}{'¤' * (end - start)}{text[end:]}"
    return text


def _datasets(text: str) -> Iterator[tuple[Term, int, int]]:
    words = list(_DATASET_WORDS.finditer(text))
    at = 0
    while at < len(words):
        for length in (4, 3, 2, 1):
            if at + length > len(words):
                continue
            start, end = words[at].start(), words[at + length - 1].end()
            spelled = text[start:end]
            term = vocabulary.find("dataset", spelled) if len(spelled) < 60 else None
            if term is not None and re.search(r"[A-Z]", spelled) and "." not in spelled:
                yield term, start, end
                at += length - 1
                break
        at += 1
