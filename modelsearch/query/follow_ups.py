"""Questions about the last answer: 'and which of them …', 'only those with …', 'sort them by …'.

Such a question is read as one of its own about 'models'; who asks it puts the two together.
"""

from __future__ import annotations

import re

from modelsearch.records.patterns import lazy

#: Words that join a question to the last answer and mean nothing more.
_JOINING = lazy(r"(?i)^(?:and|but|now|then|ok|okay|so|also)\b[\s,]*")
#: A question of its own does not begin so.
_DEPENDENT = lazy(
    r"(?i)^(?:only|just|with|without|except|excluding|not|on|in|from|using|trained|created|made|"
    r"whose|that|which of|what about|sort|order|the same)\b|^how many\W*$"
)
_THOSE = r"(?:them|those|these|the ones)"
_OF_THOSE = lazy(rf"(?i)\b(?:of|among|from|in)\s+{_THOSE}\b(?:\s+models)?")
_MEANT = lazy(rf"(?i)\b(?:{_THOSE}|they)\b(?:\s+models)?")
_ONLY = lazy(rf"(?i)^(?:only|just)\s+(?:{_THOSE}\s+)?")
_SORTING = lazy(rf"(?i)^(sort|order|rank)\s+{_THOSE}\s+")
_ONE = lazy(r"(?i)(?:\b\w+est|\bbest|\bworst|\bfirst|\blast)\s+models\b")


def follow_up(question: str) -> str | None:
    """Return a question about the last answer in words of its own, or None where it is no such."""
    text = question.strip()
    joined = _JOINING.sub("", text)
    if joined == text and not _DEPENDENT.match(text) and not _MEANT.search(text):
        return None
    text = _SORTING.sub(r"\1 by " if " by " not in joined.lower() else r"\1 ", joined)
    text = _ONLY.sub("models ", text)
    text = re.sub(r"(?i)^(?:what about|which)\s+models\s+", "models ", text)
    text = _MEANT.sub("models", _OF_THOSE.sub("models", text))
    text = _ONE.sub(lambda found: found.group()[:-1], text)
    return "how many models" if re.fullmatch(r"(?i)how many\W*", text) else text
