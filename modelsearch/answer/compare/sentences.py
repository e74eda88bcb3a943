"""A sentence, the stored values that it rests on, and the words that all summaries share."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.structs import frozen
from modelsearch.records.text import number, one_line, plain, sentence_list
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.vocabulary.fields import FIELDS

if TYPE_CHECKING:
    from modelsearch.vocabulary.wording import Value

NAMED = 4  #: up to so many models are named one by one


@frozen
class Cell:
    """A stored value that a sentence rests on: ``flower_v2``, ``epochs``."""

    model_id: str
    field: str


@frozen
class Sentence:
    """One sentence and the cells that it was made from."""

    text: str
    cells: tuple[Cell, ...] = ()

    def __str__(self) -> str:
        return self.text


def joined(sentences: Sequence[Sentence]) -> str:
    """Return the sentences as one text."""
    return " ".join(sentence.text for sentence in sentences)


def count(amount: float, noun: str) -> str:
    """Return ``1 model``, ``2 models``."""
    return f"{number(amount)} {noun}" + ("" if amount == 1 else "s")


def names(ids: Sequence[str]) -> str:
    """Return model ids as a sentence lists them."""
    return sentence_list([one_line(name) for name in ids])


@frozen
class Saying:
    """How a field is said of one model and of several, and the unit after its first value."""

    one: str
    many: str
    unit: str = ""


#: The fields that summaries speak of.
SAID: dict[str, Saying] = {
    field.key: Saying(*field.said, field.unit.removesuffix("s"))
    for field in FIELDS
    if field.said[0]
}


def say(field: str, value: Value, unit: str = "") -> str:
    """Write a value inside a sentence; the unit, where given, in the right number."""
    if isinstance(value, tuple):
        return sentence_list([plain(one) for one in value])
    from modelsearch.vocabulary.wording import said

    text = said(field, value)
    return f"{text} {unit}{'' if value == 1 else 's'}" if unit else text


def amount(value: float) -> str:
    """Write a difference, without the noise of floating point."""
    return number(float(f"{abs(value):.4g}"))
