"""Numbers whose meaning depends on their field: ``1.000`` epochs are a thousand, 31 % BLEU is
31.
"""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.numbers.quantities import WHOLE, Quantity
from modelsearch.query.state import Reading
from modelsearch.records.patterns import lazy
from modelsearch.records.structs import replace

_GROUPED = lazy(r"[1-9]\d{0,2}(?:\.\d{3})+", needs=(".",))
_FRACTION = 1.5  #: a result whose largest value here lies below is kept as a fraction


def by_field(reading: Reading, quantity: Quantity, name: str) -> Quantity:
    """Return the value that a number has for the field that it belongs to."""
    if name in WHOLE and quantity.op != "between" and not quantity.scaled:
        return _in_thousands(reading, quantity)
    if quantity.unit == "%" and name in {term.name for term in vocabulary.terms("metric")}:
        largest = reading.lexicon.largest_result(name)
        beyond = (
            quantity.low > 1 or quantity.high > 1
        )  # 150 %: written as 1.5 it would be a hundredth
        if beyond or (largest is not None and largest > _FRACTION):
            return replace(quantity, low=quantity.low * 100, high=quantity.high * 100, unit="")
    return quantity


def _in_thousands(reading: Reading, quantity: Quantity) -> Quantity:
    for index in range(quantity.first, quantity.last + 1):
        text = reading.tokens[index].text
        if reading.tokens[index].kind == "number" and _GROUPED.fullmatch(text):
            reading.note(f"Read {text!r} as {text.replace('.', '')}.")
            return replace(quantity, low=float(text.replace(".", "")))
    return quantity
