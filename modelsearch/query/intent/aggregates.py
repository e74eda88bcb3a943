"""Shares and rarest values: "what share of the GANs uses Adam?", "the least used optimizer"."""

from __future__ import annotations

from modelsearch.query.logic import join_entries, scan
from modelsearch.query.state import Reading
from modelsearch.records.question import ParsedQuery
from modelsearch.records.wordlists import word_set

_SHARES = frozenset({"share", "percentage", "percent", "fraction", "proportion", "%"})
#: Words that end what a share is of, and begin what it is that is counted.
_ENDS = word_set("""
    is are was were use uses used using has have had run runs train trains trained that which do
    does employ need needs with
""")
_RAREST = frozenset({"rarest", "rare"})
_LEAST = (
    "least commonly used",
    "least often used",
    "least frequently used",
    "least frequent",
    "least popular",
    "least common",
    "least used",
    "least often",
    "used least",
    "used the least",
    "least frequently",
    "used by only one",
    "used by just one",
    "used in only one",
    "used only once",
    "only used once",
    "used just once",
)
_TOTALS = frozenset({"total", "sum", "overall", "combined", "summed", "altogether"})


def find_share(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "what share of X uses Y": a count of what is both, and of all X."""
    for index in range(len(reading.tokens)):
        if reading.lower(index) not in _SHARES or reading.lower(index + 1) != "of":
            continue
        if not reading.free(index, index + 1):
            continue
        last = index + 2
        while last < len(reading.tokens) and reading.lower(last) not in _ENDS:
            last += 1
        whole = [one for one in reading.mentions if index < one.first and one.last < last]
        if last == len(reading.tokens):  # "the share of GANs on MNIST", "the share of GANs"
            whole = whole[: len(whole) > 1]
        parsed.intent, parsed.share = "count", True
        parsed.share_of = join_entries(reading, scan(reading, index + 2, last - 1, whole))
        before = index - 1
        while before >= 0 and reading.lower(before) in ("what", "which", "the", "how", "many", "a"):
            before -= 1
        reading.claim(before + 1, index + 1, "intent", "share")
        return


def rarest_at(reading: Reading, index: int) -> int:
    """Return how many tokens from index on ask for what is rarest ("the least used"), else 0."""
    if reading.lower(index) in _RAREST:
        return 1
    return next(
        (len(said.split()) for said in _LEAST if reading.words(index, len(said.split())) == said), 0
    )


def statistic_of(word: str) -> str:
    """Return the statistic that a word asks for: "median", "total", "mean", or none."""
    if word in _TOTALS:
        return "total"
    return {"median": "median", "mean": "mean", "average": "mean"}.get(word, "")
