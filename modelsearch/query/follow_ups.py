"""Questions about the last answer: 'and which of them …', 'only those with …', 'sort them by …'.

Such a question is read as one of its own about what that answer listed: models, pictures, runs or
checkpoints; who asks it puts the two together.
"""

from __future__ import annotations

import re

from modelsearch.records.patterns import lazy
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import spellings

#: Words that join a question to the last answer and mean nothing more.
_JOINING = lazy(r"(?i)^(?:and|but|now|then|ok|okay|so|also|please)\b[\s,]*")
_THOSE = r"(?:them|those|these|the (?:ones|rest|others))"
_EXTREME = (
    r"(?:newest|latest|oldest|earliest|largest|biggest|smallest|best|worst|most recent|longest|"
    r"shortest|slowest|fastest|highest|lowest)"
)
#: Stands for one of the things that the last answer listed, until it is known what they are.
_THING = "\x01"
_THINGS = f"{_THING}s"

#: How a question about the last answer begins where it speaks of no models, and how one about
#: models does; the first that fits is taken.
_BEGINNINGS = (
    (lazy(r"(?i)^how many(?:\s+(?:are there|are they|are those|is that|in (?:all|total)))*\W*$"),
     f"how many {_THINGS}"),
    (lazy(r"(?i)^(?:drop|remove|exclude|hide|skip|leave out|filter out|take out|minus|no more)\s+"),
     f"{_THINGS} without "),
    (lazy(r"(?i)^(?:(?:please\s+)?(?:keep|show(?: me)?|give me|list|filter(?: by| for| to| on)?|"
          r"(?:narrow|restrict|limit)(?: \w+)? (?:to|by))\s+)(?:only|just)?\s*"
          rf"(?:{_THOSE}\s+)?(?=\S)"), f"{_THINGS} "),
    (lazy(rf"(?i)^(?:only|just)\s+(?:{_THOSE}\s+)?"), f"{_THINGS} "),
    (lazy(rf"(?i)^(?=(?:the\s+)?{_EXTREME}(?: ones?)? first\b)"), f"{_THINGS} "),
    (lazy(rf"(?i)^(?:(?:only|just)\s+)?the (\d+|{_EXTREME})(?: ones?)?\s+"
          r"(?=(?:with|by|in|on|that|whose|of them)\b)"), rf"the \1 {_THINGS} "),
    (lazy(rf"(?i)^(?:(?:only|just)\s+)?the ({_EXTREME})(?: ones?)?\W*$"), rf"the \1 {_THING}"),
    (lazy(r"(?i)^(?:(?:only|just)\s+)?the one\s+(?=(?:with|whose|that|from|by|in|on)\b)"),
     f"the {_THING} "),
    (lazy(r"(?i)^(?:which|what)\s+ones?\b"), f"which {_THINGS}"),
    (lazy(r"(?i)^(?:which|who)\s+(?=(?:use|have|has|are|were|run|train|do|can)\b)"),
     f"which {_THINGS} "),
    (lazy(r"(?i)^(?:do|does|did|are|is|were|have|has)\s+(?:any|some)\s+(?!models\b|of\b)"),
     f"which {_THINGS} "),
    (lazy(r"(?i)^(?:(?:what|how) about|the same (?:but )?|same (?:but )?)\s*(?:for\s+)?"
          rf"(?:{_THOSE}\s+)?"), f"{_THINGS} "),
    (lazy(r"(?i)^(?=(?:with|without|except|excluding|not|on|in|from|using|trained|created|made|"
          r"whose|that|by)\b)"), f"{_THINGS} "),
    (lazy(rf"(?i)^(?:(sort|order|rank)\s+)(?:{_THOSE}\s+)?(?:by\s+)?"), f"{_THINGS} sorted by "),
    (lazy(r"(?i)^(?=which of\b)"), ""),
)  # fmt: skip
_OF_THOSE = lazy(rf"(?i)\b(?:of|among|from|in)\s+{_THOSE}\b(?:\s+models)?")
_MEANT = lazy(rf"(?i)\b(?:{_THOSE}|they)\b(?:\s+models)?")
_THEIR = lazy(r"(?i)\btheirs?\b")
_ONE = lazy(rf"(?i)((?:\b\w+est|\bbest|\bworst|\bfirst|\blast)\s+{_THING})s(?!\w)")
_MODELS = lazy(r"(?i)\bmodels\b")
_SHOWN_WHOLE = lazy(r"(?i)^(?:show|list|give)\b(?!.*\b(?:only|just|them|those|these|the ones)\b)")


_ROW = lazy(
    r"(?i)^(?:(?:and|show(?: me)?|open|give me)\s+)*the\s+"
    r"(first|second|third|fourth|fifth|last)(?:\s+(?:one|row|of them|of those))\W*$"
)
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_HOW_MANY = lazy(r"(?i)^how many\s+(?P<field>[a-z]+(?:\s+[a-z]+)?)\W*$", needs=("how many",))


def row_said(line: str) -> int | None:
    """Return which row of the last answer a line names ("the first one"): -1 is the last, None
    where it names none.
    """
    found = _ROW.search(line.strip())
    return None if found is None else _PLACES[found[1].lower()]


def follow_up(question: str, listed: str = "models") -> str | None:
    """Return a follow-up question rewritten as one of its own, or None where it is none.

    ``listed`` are the things that the last answer listed; a question may speak of their models.
    """
    text = question.strip()
    joined = _JOINING.sub("", text)
    begun = _begun(joined)
    speaks = _MEANT.search(text) or _THEIR.search(text)
    asked = _HOW_MANY.search(joined) if begun is None else None
    if asked is not None and _is_number(asked["field"]):  # "how many epochs?"
        begun = f"how many {asked['field']} does each of the {_THINGS} have"
    if joined == text and begun is None and not speaks:
        return None
    if _MODELS.search(text):
        listed = "models"
    text = joined if begun is None else begun
    text = _THEIR.sub("the", _MEANT.sub(_THINGS, _OF_THOSE.sub(_THINGS, text)))
    text = re.sub(rf"(?i)^(?:what about|which)\s+{_THINGS}\s+", f"{_THINGS} ", text)
    any_of = rf"(?:{_THINGS}|\bmodels)"
    text = re.sub(rf"(?i){any_of}\s+(?:the\s+)?{any_of}(?!\w)", _THINGS, text)
    return _ONE.sub(r"\1", text).replace(_THING, listed.removesuffix("s"))


def _is_number(said: str) -> bool:
    """Return whether words spell a field of numbers."""
    field = spellings().get(normalise(said))
    return field is not None and field.kind == "number"


def _begun(text: str) -> str | None:
    """Return a question with the things of the last answer at its beginning, if they are meant."""
    if _SHOWN_WHOLE.match(text):  # `show GANs` asks anew
        return None
    for beginning, things in _BEGINNINGS:
        if beginning.match(text):
            return beginning.sub(things, text, count=1)
    return None
