"""What a field is: one row of the table."""

from __future__ import annotations

from modelsearch.records.structs import frozen

#: Operators by kind of field, as qualifiers write them.
OPERATORS: dict[str, tuple[str, ...]] = {
    "term": ("=",),
    "text": ("=", "contains"),
    "number": ("=", "!=", "<", "<=", ">", ">=", "between"),
    "version": ("=", "<", "<=", ">", ">="),
    "date": ("in", "<", "<=", ">", ">="),
    "thing": ("exists",),
    "count": ("exists", "=", "!=", "<", "<=", ">", ">=", "between"),
}
_UNCHANGED = ("s", "x", "z", "ch", "sh")


@frozen
class Field:
    """A field: how it is called, what kind of value it has and where the database keeps it.

    What it is: ``name`` (as qualifiers, filters and JSON have it), ``kind`` (a key of
    :data:`OPERATORS`), ``many`` (a model may have several values at once), ``vocabulary`` (the
    kind of terms that its values are, where they are terms), ``unit``, ``together`` (several values
    are written as one: betas).

    Where it stands: ``source`` names the class in :mod:`modelsearch.search.sources` that knows how
    to filter, sort and count it; ``column`` and ``stored`` (names that scripts store it under) are
    read by that class. ``key`` is the name of its value in rows, details and comparisons, and
    ``several`` that of the list of all its values, where rows have one. ``evidence`` lists the
    names under which the places of its values are kept, where those are not the key. ``picture`` is
    the column of ``image i`` that the field means when a question asks for pictures.

    How it is said: ``label`` and ``plural`` for headings, ``aliases`` for questions, ``about`` and
    ``example`` for help, ``said`` for sentences about one model and about several, ``written`` for
    the way in which values are written (a key of the writers of
    :mod:`modelsearch.vocabulary.wording`), ``group`` for the part of a comparison where it is
    shown (nothing: it is not compared). ``ordered`` is false where the order of several values
    means nothing.
    """

    name: str
    kind: str
    source: str
    column: str = ""
    aliases: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    vocabulary: str = ""
    unit: str = ""
    many: bool = False
    together: bool = False
    about: str = ""
    example: str = ""
    label: str = ""
    plural: str = ""
    key: str = ""
    several: str = ""
    evidence: tuple[str, ...] = ()
    picture: str = ""
    group: str = ""
    said: tuple[str, str] = ("", "")
    written: str = ""
    ordered: bool = True

    def __init__(self, name: str, kind: str, source: str, **more: object) -> None:
        """Make a row. What is not given follows from the rest: the label from the name, the plural
        from the label, the column from the name, the key from the column.
        """
        state = self.__dict__
        state.update(_DEFAULTS)
        state.update(more, name=name, kind=kind, source=source)
        if len(state) != _ATTRIBUTES:
            raise TypeError(f"a field has no {', '.join(sorted(more.keys() - _DEFAULTS.keys()))}")
        state["column"] = state["column"] or name
        state["key"] = state["key"] or state["column"]
        state["label"] = state["label"] or name.replace("_", " ").capitalize()
        state["plural"] = state["plural"] or plural_of(state["label"])


_DEFAULTS: dict[str, object] = dict(Field._defaults)  # type: ignore[attr-defined]
_ATTRIBUTES = len(_DEFAULTS) + 3


def row(
    name: str,
    kind: str,
    source: str,
    aliases: str = "",
    about: str = "",
    example: str = "",
    **more: object,
) -> Field:
    """Return a row of the table; lists are given as text, joined by commas (``said``: by a bar)."""
    for listing in ("stored", "evidence"):
        if listing in more:
            more[listing] = listed(str(more[listing]))
    if "said" in more:
        one, _, several = str(more["said"]).partition("|")
        more["said"] = (one, several)
    more.update(aliases=listed(aliases), about=about, example=example)
    return Field(name, kind, source, **more)


def term(
    name: str,
    aliases: str,
    about: str,
    example: str,
    several: str,
    source: str = "term",
    **more: object,
) -> Field:
    """Return the row of linked terms: ``several`` is the list of a model's terms in its row."""
    more = {"key": several, "ordered": False, **more}
    return row(
        name,
        "term",
        source,
        aliases,
        about,
        example,
        vocabulary=name,
        many=True,
        several=several,
        evidence=name,
        **more,
    )


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a text that commas join."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def plural_of(noun: str) -> str:
    """Return the plural of an English noun or noun phrase: ``Loss`` → ``Losses``."""
    if noun.endswith(_UNCHANGED):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
