"""Questions about the last answer: 'and which of them …', 'only those with …', 'sort them by …'.

Such a question is read as one of its own about 'models'; who asks it puts the two together.
"""

from __future__ import annotations

import re

from modelsearch.records.patterns import lazy

#: Words that join a question to the last answer and mean nothing more.
_JOINING = lazy(r"(?i)^(?:and|but|now|then|ok|okay|so|also|please)\b[\s,]*")
_THOSE = r"(?:them|those|these|the (?:ones|rest|others))"
_EXTREME = r"(?:newest|latest|oldest|earliest|largest|biggest|smallest|best|worst|most recent)"

#: How a question about the last answer begins where it speaks of no models, and how one about
#: models does; the first that fits is taken.
_BEGINNINGS = (
    (lazy(r"(?i)^how many\W*$"), "how many models"),
    (lazy(r"(?i)^(?:drop|remove|exclude|hide|skip|leave out|filter out|take out|minus|no more)\s+"),
     "models without "),
    (lazy(r"(?i)^(?:(?:please\s+)?(?:keep|show(?: me)?|give me|list|filter(?: by| for| to| on)?|"
          r"(?:narrow|restrict|limit)(?: \w+)? (?:to|by))\s+)(?:only|just)?\s*"
          rf"(?:{_THOSE}\s+)?(?=\S)"), "models "),
    (lazy(rf"(?i)^(?:only|just)\s+(?:{_THOSE}\s+)?"), "models "),
    (lazy(rf"(?i)^(?=(?:the\s+)?{_EXTREME}(?: ones?)? first\b)"), "models "),
    (lazy(rf"(?i)^(?:(?:only|just)\s+)?the (\d+|{_EXTREME})(?: ones?)?\s+"
          r"(?=(?:with|by|in|on|that|whose|of them)\b)"), r"the \1 models "),
    (lazy(rf"(?i)^(?:(?:only|just)\s+)?the ({_EXTREME})(?: ones?)?\W*$"), r"the \1 model"),
    (lazy(r"(?i)^(?:which|what)\s+ones?\b"), "which models"),
    (lazy(r"(?i)^(?:which|who)\s+(?=(?:use|have|has|are|were|run|train|do|can)\b)"),
     "which models "),
    (lazy(r"(?i)^(?:do|does|did|are|is|were|have|has)\s+(?:any|some)\s+(?!models\b|of\b)"),
     "which models "),
    (lazy(r"(?i)^(?:(?:what|how) about|the same (?:but )?|same (?:but )?)\s*(?:for\s+)?"
          rf"(?:{_THOSE}\s+)?"), "models "),
    (lazy(r"(?i)^(?=(?:with|without|except|excluding|not|on|in|from|using|trained|created|made|"
          r"whose|that|by)\b)"), "models "),
    (lazy(rf"(?i)^(?:(sort|order|rank)\s+)(?:{_THOSE}\s+)?(?:by\s+)?"), r"models sorted by "),
    (lazy(r"(?i)^(?=which of\b)"), ""),
)  # fmt: skip
_OF_THOSE = lazy(rf"(?i)\b(?:of|among|from|in)\s+{_THOSE}\b(?:\s+models)?")
_MEANT = lazy(rf"(?i)\b(?:{_THOSE}|they)\b(?:\s+models)?")
_THEIR = lazy(r"(?i)\btheirs?\b")
_ONE = lazy(r"(?i)(?:\b\w+est|\bbest|\bworst|\bfirst|\blast)\s+models\b")
_SHOWN_WHOLE = lazy(r"(?i)^(?:show|list|give)\b(?!.*\b(?:only|just|them|those|these|the ones)\b)")


def follow_up(question: str) -> str | None:
    """Return a follow-up question rewritten as one of its own, or None where it is none."""
    text = question.strip()
    joined = _JOINING.sub("", text)
    begun = _begun(joined)
    speaks = _MEANT.search(text) or _THEIR.search(text)
    if joined == text and begun is None and not speaks:
        return None
    text = joined if begun is None else begun
    text = _THEIR.sub("the", _MEANT.sub("models", _OF_THOSE.sub("models", text)))
    text = re.sub(r"(?i)^(?:what about|which)\s+models\s+", "models ", text)
    text = re.sub(r"(?i)\bmodels\s+(?:the\s+)?models\b", "models", text)
    return _ONE.sub(lambda found: found.group()[:-1], text)


def _begun(text: str) -> str | None:
    """Return a question with the models of the last answer at its beginning, if they are meant."""
    if _SHOWN_WHOLE.match(text):  # `show GANs` asks anew
        return None
    for beginning, models in _BEGINNINGS:
        if beginning.match(text):
            return beginning.sub(models, text, count=1)
    return None
