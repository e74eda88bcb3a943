"""Superlatives and numbers of results: "latest", "best accuracy", "most epochs", "top 5"."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.intent.how_many import (
    count_at,
    counts_models,
    each_model,
    plural_beside,
    singular,
    speaks_of_models,
    unit_follows,
)
from modelsearch.query.intent.measures import higher_is_better, measured, usual_metric
from modelsearch.query.logic import build_tree
from modelsearch.query.names.named_here import count_matching
from modelsearch.query.state import Reading
from modelsearch.records.patterns import lazy
from modelsearch.records.question import And, Filter, ParsedQuery, Sort
from modelsearch.records.wordlists import word_set

_NEW = {
    "latest": True,
    "newest": True,
    "recent": True,
    "youngest": True,
    "oldest": False,
    "earliest": False,
}
_HIGH = word_set("""
    largest biggest highest greatest longest most maximum max deepest widest heaviest top
    largest-scale strongest
""")
_LOW = word_set("""
    smallest lowest fewest least shortest minimum min tiniest lightest shallowest narrowest
""")
#: Words that order nothing by themselves: "the most models".
_NEEDS_MEASURE = frozenset(
    {"most", "least", "max", "maximum", "min", "minimum", "highest", "lowest"}
)
#: Comparatives and whether they ask for the highest.
_RESULTS = frozenset({"result", "results", "score", "scores", "metric", "metrics", "value"})
_COMPARED = {
    "more": True, "larger": True, "bigger": True, "higher": True, "greater": True, "longer": True,
    "fewer": False, "less": False, "smaller": False, "lower": False, "shorter": False,
}  # fmt: skip
_BEST = {"best": True, "worst": False}
_IMPLIED = {
    "longest": "epochs",
    "shortest": "epochs",
    "deepest": "layers",
    "widest": "hidden_size",
    "shallowest": "layers",
    "narrowest": "hidden_size",
}
_ADJECTIVES = {"accurate": ("accuracy", True), "recent": ("created", True)}
_DONE = {
    "modified": "modified",
    "changed": "modified",
    "updated": "modified",
    "edited": "modified",
    "touched": "modified",
    "created": "created",
    "made": "created",
    "written": "created",
    "trained": "created",
    "built": "created",
    "added": "created",
}
_CHANGED = frozenset(verb for verb, name in _DONE.items() if name == "modified")
_GIVE = word_set("""
    show me give list find get display any just only us first top
""")
_FILES = frozenset(
    {"script", "scripts", "file", "files", "notebook", "notebooks", "code", "program", "programs"}
)
_ONE_OF = lazy(r"\A\W*which (?:one )?of\b", needs=("which of", "which one of"))
_TIMES = frozenset({"days", "weeks", "months", "years", "day", "week", "month", "year", "past"})
_MOST_SIDES = 4
_PLACES = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "fifth": 5}


def find_superlative(reading: Reading, parsed: ParsedQuery) -> None:
    """Set the order and the number of results that the question asks for."""
    if any(token.lower == "by" for token in reading.tokens):
        from modelsearch.query.intent.sorted_by import read_sorted_by

        read_sorted_by(reading, parsed, _HIGH | _LOW | _BEST.keys() | {"first", "last"})
    for index in range(len(reading.tokens)):
        if parsed.sort is None and reading.free(index, index) and not in_a_name(reading, index):
            _read_one(reading, parsed, index)
    _read_top(reading, parsed)
    _read_count(reading, parsed)


def in_a_name(reading: Reading, index: int) -> bool:
    """Return whether a word is part of a file's name, and so orders nothing: the "best" of
    ``best_model.pt``, the "last" of ``weights/last.ckpt``.
    """
    after, tokens = index + 1, reading.tokens
    if after + 1 < len(tokens) and tokens[after].text in "_/." and tokens[after].glued:
        return tokens[after + 1].is_word and (tokens[after + 1].glued or tokens[after].text == "_")
    return index > 0 and tokens[index].glued and tokens[index - 1].text in "_/."


def find_extremes(reading: Reading, parsed: ParsedQuery) -> list[ParsedQuery]:
    """Read "the latest and the oldest GAN" of a comparison: each superlative chooses a side.

    A single one orders the models that are compared: "the three latest GANs".
    """
    if any(mention.field == "model" for mention in reading.mentions):
        return []
    sides: list[ParsedQuery] = []
    for _ in range(_MOST_SIDES):
        side = ParsedQuery(parsed.question)
        find_superlative(reading, side)
        if side.sort is None:
            break
        side.question = side.sort.text
        sides.append(side)
    if len(sides) == 1:
        parsed.sort, parsed.limit = sides[0].sort, sides[0].limit
        if parsed.limit == 1:
            parsed.limit = None  # one model alone is no comparison
        return []
    for side in sides:
        side.limit = side.limit or 1
    return sides


def choose_sides(parsed: ParsedQuery, sides: list[ParsedQuery]) -> None:
    """Give each group of a comparison its superlative, or make groups of them where there are no
    others.
    """
    if not parsed.cohorts:
        parsed.cohorts = sides
    elif len(parsed.cohorts) == len(sides):
        for cohort, side in zip(parsed.cohorts, sides, strict=True):
            cohort.sort, cohort.limit = side.sort, side.limit


def _read_one(reading: Reading, parsed: ParsedQuery, index: int) -> None:
    word = reading.lower(index)
    if word in _NEW and reading.lower(index + 1) == "first":
        parsed.sort = Sort("created", _NEW[word], reading.text(index, index + 1), all=True)
        reading.claim(index, index + 1, "sort", "created")
    elif word in _NEW and reading.lower(index + 1) not in _TIMES:
        first = index - 1 if reading.lower(index - 1) in ("most", "more") else index
        _set(reading, parsed, first, index, "created", _NEW[word])
    elif word == "recently":
        _recently(reading, parsed, index)
    elif word in ("last", "first") and _of_verb(reading, index):
        _by_verb(reading, parsed, index)
    elif word in ("last", "first") and counts_models(reading, index):
        _set(reading, parsed, index, index, "created", word == "last")
    elif word in _HIGH or word in _LOW or word in _BEST:
        _extreme(reading, parsed, index)
    elif word in _COMPARED and _which_of_all(reading, index):
        _of_all(reading, parsed, index)


def _which_of_all(reading: Reading, index: int) -> bool:
    """Return whether a comparative compares with all others: "which has the larger batch size?"."""
    heard = {token.lower for token in reading.tokens}
    named = heard & {"than", "and", "or", "vs"}
    return bool(heard & {"which", "who"}) and not named and index > 0


def _of_all(reading: Reading, parsed: ParsedQuery, index: int) -> None:
    found = measured(reading, index + 1)
    if found is not None and reading.lower(found[1] + 1) in ("", "?", "."):
        name, last = found
        _set(reading, parsed, index, last, name, _COMPARED[reading.lower(index)])
        parsed.limit = 1


def _of_verb(reading: Reading, index: int) -> bool:
    """Return whether "last" says when something was done: "changed last", "last modified model"."""
    asks_when = any(token.lower == "when" for token in reading.tokens)
    beside = (reading.lower(index - 1), reading.lower(index + 1))
    ends = reading.lower(index + 1) in ("", "?", ".", "!")
    return not asks_when and (beside[1] in _DONE or (beside[0] in _DONE and ends))


def _by_verb(reading: Reading, parsed: ParsedQuery, index: int) -> None:
    follows = reading.lower(index + 1) in _DONE
    verb = index + 1 if follows else index - 1
    first, last = min(index, verb), max(index, verb)
    name = _DONE[reading.lower(verb)]
    _set(reading, parsed, first, last, name, reading.lower(index) == "last")


def _recently(reading: Reading, parsed: ParsedQuery, index: int) -> None:
    first = index - 1 if reading.lower(index - 1) in ("most", "more") else index
    verb = reading.lower(index + 1)
    if verb in _CHANGED:
        _set(reading, parsed, first, index + 1, "modified", True)
    elif reading.lower(first - 1) in _CHANGED:  # "what changed most recently"
        _set(reading, parsed, first - 1, index, "modified", True)
    elif first < index or verb in ("created", "made", "trained", "added", "written"):
        last = index + 1 if verb in ("created", "made", "added", "written") else index
        _set(reading, parsed, first, last, "created", True)


def _extreme(reading: Reading, parsed: ParsedQuery, index: int) -> None:
    word = reading.lower(index)
    if word == "top" and not speaks_of_models(reading, index, 1):
        return
    found = measured(reading, index + 1, counting=word in ("most", "fewest", "least"))
    if found is not None:
        _by_measure(reading, parsed, index, *found)
        return
    following = reading.lower(index + 1)
    if following in _ADJECTIVES and word in ("most", "least"):
        name, descending = _ADJECTIVES[following]
        _set(reading, parsed, index, index + 1, name, descending == (word == "most"))
    elif word not in _NEEDS_MEASURE:
        _by_implied(reading, parsed, index, "best" if word == "top" else word)


def _by_measure(reading: Reading, parsed: ParsedQuery, index: int, name: str, last: int) -> None:
    word = reading.lower(index)
    bound = word in ("max", "maximum", "min", "minimum")
    if bound and count_at(reading, last + 1) is not None:
        return  # "max depth 6" is a setting
    _set(reading, parsed, index, last, name, _descending(reading, word, name))
    if parsed.limit is None and not plural_beside(reading, index, last):
        parsed.limit = 1  # "smallest learning rate among GANs"


def _by_implied(reading: Reading, parsed: ParsedQuery, index: int, word: str) -> None:
    """Order by what a word means where nothing is named: best, largest, longest."""
    best = word in _BEST
    if _by_named(reading, parsed, index, word):
        return
    if best and reading.lower(index + 1) in _RESULTS and each_model(reading):
        _of_each(reading, parsed, index)
        return
    if not (best or word in _IMPLIED or speaks_of_models(reading, index)):
        return
    name = _IMPLIED.get(word) or (usual_metric(reading) if best else _size_of(reading, index))
    said = {reading.lower(i) for i in range(index - 3, index + 4)}
    if word in ("longest", "shortest") and said & _FILES and not said & {"trained", "training"}:
        name = "lines"
    if best:
        direction = "highest" if _descending(reading, "best", name) else "lowest"
        reading.note(f"Took 'best' as the {direction} {name}; name a metric for another order.")
    elif name == "size":
        reading.note("Took the size of the file; ask for 'most parameters' to order by weights.")
    elif name == "parameters":
        reading.note(
            f"Took {word!r} as by the number of parameters, where it is known; ask for the "
            f"'{word} script' to order by the size of the file."
        )
    _set(reading, parsed, index, index, name, _descending(reading, word, name))


def _of_each(reading: Reading, parsed: ParsedQuery, index: int) -> None:
    """Read "best result of each model": the usual result of all, in order, the best first."""
    name, word = usual_metric(reading), reading.lower(index)
    parsed.sort = Sort(
        name, _descending(reading, word, name), reading.text(index, index + 1), all=True
    )
    parsed.asked = [name]
    reading.claim(index, index + 1, "sort", name)
    reading.note(f"Took the result as the {name}, the best of each; name another to see that.")


def _size_of(reading: Reading, index: int) -> str:
    """Return what "largest" measures: the file where files are spoken of or no parameters are
    known of these models, else the parameters.
    """
    if any(reading.lower(at) in _FILES for at in range(index - 3, index + 5)):
        return "size"
    known, tree = Filter("parameters", "exists"), build_tree(reading)
    both = known if tree is None else And((tree, known))
    return "parameters" if count_matching(reading, both, most=1) else "size"


def _by_named(reading: Reading, parsed: ParsedQuery, index: int, word: str) -> bool:
    """Read "best models by BLEU", where the measure stands after all."""
    for at in range(index + 1, len(reading.tokens)):
        found = measured(reading, at + 1) if reading.lower(at) in ("by", "in") else None
        if found is not None:
            _set(reading, parsed, index, index, found[0], _descending(reading, word, found[0]))
            reading.claim(at, found[1], "sort", found[0])
            return True
    return False


def _descending(reading: Reading, word: str, name: str) -> bool:
    if word in _BEST:
        told = higher_is_better(reading, name)
        higher = not name.lower().endswith("loss") if told is None else told
        if name in ("size", "parameters"):
            higher = False
        return higher == _BEST[word]
    return word in _HIGH


def _set(
    reading: Reading, parsed: ParsedQuery, first: int, last: int, name: str, descending: bool
) -> None:
    changed = next(
        (
            i
            for i in range(last + 1, len(reading.tokens))
            if reading.free(i, i) and _DONE.get(reading.lower(i)) == "modified"
        ),
        None,
    )
    if name == "created" and changed is not None:
        name = "modified"  # "the last three models I modified"
        reading.claim(changed, changed, "sort", name)
    parsed.sort = Sort(name, descending, reading.text(first, last))
    reading.claim(first, last, "sort", f"{name} {'descending' if descending else 'ascending'}")
    place = _PLACES.get(reading.lower(first - 1))
    if place is not None:
        reading.claim(first - 1, first - 1, "limit", str(place))
        reading.note(f"The {reading.lower(first - 1)} is the last of the {place} shown.")
        parsed.limit = place
        return
    number = count_at(reading, last + 1)
    if number is not None and not unit_follows(reading, last + 2):
        parsed.limit = number
        reading.claim(last + 1, last + 1, "limit", str(number))
        return
    before = count_at(reading, first - 1)
    if before is not None:
        parsed.limit = before
        start = first - 2 if reading.lower(first - 2) == "top" else first - 1
        reading.claim(start, first - 1, "limit", str(before))
        return
    parsed.limit = 1 if singular(reading, first, last) else None


def _read_count(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "show 3 VAEs", "the 10 models with the highest …", "which of my VAEs …" (one)."""
    one = _ONE_OF.search(reading.plain)
    if parsed.sort is not None and parsed.limit is None and one:
        parsed.limit = 1
    for index in range(len(reading.tokens)):
        number = count_at(reading, index)
        if parsed.sort is None and reading.lower(index - 1) not in _GIVE:
            continue
        if number is not None and parsed.limit is None and speaks_of_models(reading, index, 1):
            parsed.limit = number
            reading.claim(index, index, "limit", str(number))


def _read_top(reading: Reading, parsed: ParsedQuery) -> None:
    """Top 5, bottom 5, first 3, the 10 best: a number of results, with "by X" an order."""
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        if word not in ("top", "bottom", "first", "only") or parsed.limit not in (None, 1):
            continue
        number = count_at(reading, index + 1)
        if number is None or unit_follows(reading, index + 2):
            continue
        if reading.lower(index + 2) in ("epochs", "days", "weeks", "months", "layers"):
            continue
        parsed.limit = number
        reading.claim(index, index + 1, "limit", str(number))
        if parsed.sort is None:
            _top_by(reading, parsed, index + 2, best=word != "bottom")
        return


def _top_by(reading: Reading, parsed: ParsedQuery, start: int, *, best: bool) -> None:
    for index in range(start, len(reading.tokens)):
        if reading.lower(index) not in ("by", "in"):
            continue
        found = measured(reading, index + 1)
        if found is not None:
            name, last = found
            high = vocabulary.find("metric", name) is None or _descending(reading, "best", name)
            parsed.sort = Sort(name, high == best, reading.text(index, last))
            reading.claim(index, last, "sort", name)
            return
