"""Turning abstract values into facts: a number or a name with the line where it stands."""

from __future__ import annotations

from modelsearch.records.artefacts import Fact, Scalar
from modelsearch.static.machine.evaluator import place_evidence, place_of
from modelsearch.static.machine.values import Abstract, Const, Place, Seq, Varying, number, options

_CHANGES = "changes during training"


def fact(value: Scalar, place: Place | None, note: str | None = None) -> Fact | None:
    """Make a fact; None when it stands nowhere in the project."""
    evidence = place_evidence(place) if place else None
    return Fact(value, evidence, note) if evidence else None


def number_fact(
    value: Abstract | None,
    fallback: Place | None = None,
    whole: bool = False,
    low: float = 0.0,
    note: str | None = None,
) -> Fact | None:
    """Return the first number among the alternatives of a value as a fact.

    ``fallback`` is where it is said to stand when its own place is unknown, ``whole`` turns it into
    an integer (and drops what is none), ``low`` is a lower bound that it must exceed.
    """
    found: list[tuple[int | float, Abstract]] = []
    for option in options(value):
        plain = number(option)
        if plain is not None and plain > low and not (whole and not float(plain).is_integer()):
            found.append((int(plain) if whole else plain, option))
    if not found:
        return None
    plain, source = found[0]
    if isinstance(source, Varying):
        note = note or _CHANGES
    others = [str(each) for each, _ in found[1:] if each != plain]
    if others:
        note = note or f"one of several: {', '.join([str(plain), *others])}"
    place = place_of(source) or fallback
    return fact(plain, place, note or _computed(plain, source))


def _computed(plain: float, source: Abstract) -> str | None:
    constant = source.initial if isinstance(source, Varying) else source
    if not isinstance(constant, Const):
        return None
    if not constant.places:
        return "computed"
    literals = [place.literal for place in constant.places]
    if any(_states(each, plain) for each in literals):
        return None
    return "computed" if any(isinstance(each, int | float | str) for each in literals) else None


def _states(literal: object, plain: float) -> bool:
    """Return whether a literal is a number, or a text that is nothing but it: ``default="64"``."""
    if isinstance(literal, str):
        try:
            return float(literal) == plain
        except ValueError:
            return False
    return literal == plain


def text_fact(value: Abstract | None, place: Place | None) -> Fact | None:
    """A tuple or list of numbers as text (``0.5, 0.999``)."""
    for option in options(value):
        if isinstance(option, Seq) and not option.open:
            parts = [number(each) for each in option.items]
            if parts and all(part is not None for part in parts):
                return fact(", ".join(str(part) for part in parts), option.at or place)
    return None
