"""Values that one set of models has and another has not: "which datasets did I use in 2024 but not
in 2025?", "what does flower v3 use that flower v2 doesn't?".
"""

from __future__ import annotations

from modelsearch.records.patterns import IGNORECASE, lazy
from modelsearch.records.structs import frozen
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import spellings

_FIELD = r"(?P<field>[a-z]+(?:[ _][a-z]+){0,2}?)"
_DENIED = r"(?:does not|doesn't|doesn’t|do not|don't|don’t|has not|hasn't|hasn’t|haven't|lacks?)"
_HAVE = r"(?:use|uses|have|has|contain|contains)"
#: ``left`` says whose values are asked for, ``right`` whose are left out.
_FORMS = tuple(
    lazy(text, IGNORECASE, needs=needs)
    for text, needs in (
        (rf"^\s*(?:which|what)\s+{_FIELD}\s+(?:did|do|does|have|has|are|were|is|was)\b"
         r"(?P<left>.{1,300}?)\s*,?\s*\b(?:but|and)\s+(?:not|never)\s+"
         r"(?P<right>(?:in|on|by|for|with|before|after|since|during)\b.{1,300})$",
         ("but not", "and not", "but never", "and never")),
        (rf"^\s*(?:the\s+|all\s+)?{_FIELD}\s+(?:that\s+)?(?:are\s+|were\s+)?"
         r"(?P<left>(?:only\s+)?(?:used\s+)?(?:in|on|by|for|with|of)\b.{1,300}?)\s*,?\s*\bbut\s+not\s+"
         r"(?P<right>(?:in|on|by|for|with|of)\b.{1,300})$", ("but not",)),
        (rf"^\s*(?:which|what)\s+{_FIELD}\s+(?:does|do)\s+(?P<left>.{{1,200}}?)\s+{_HAVE}\s+"
         rf"that\s+(?P<right>.{{1,200}}?)\s+{_DENIED}(?:\s+{_HAVE})?\s*\??$", ("that",)),
        (rf"^\s*what\s+(?:does|do)\s+(?P<left>.{{1,200}}?)\s+{_HAVE}\s+"
         rf"that\s+(?P<right>.{{1,200}}?)\s+{_DENIED}(?:\s+{_HAVE})?\s*\??$", ("that",)),
    )
)  # fmt: skip
#: What "what does A use" asks of.
_USED = ("technique", "family", "optimizer", "scheduler", "loss", "dataset", "framework")


@frozen
class Difference:
    """The fields whose values are asked for, of which models, and which models' are left out, both
    in the words of the question.
    """

    fields: tuple[str, ...]
    left: str
    right: str


def read_difference(question: str) -> Difference | None:
    """Return what a question asks for by two sets, None where it is none of these."""
    words = " ".join(question.split())  # what may be several blanks in a form is tried so often
    for form in _FORMS:
        found = form.search(words)
        if found is None:
            continue
        fields = _fields(found.groupdict().get("field"))
        right = found["right"].strip(" ?.!")
        if fields and right:
            return Difference(fields, found["left"].strip(), right)
    return None


def _fields(said: str | None) -> tuple[str, ...]:
    if said is None:
        return _USED
    field = spellings().get(normalise(said))
    return (field.name,) if field is not None and field.kind == "term" else ()
