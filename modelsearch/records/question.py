"""What a question becomes: typed filters in a boolean tree, and how each word was used.

Nothing here parses or reads. A :class:`Filter` holds plain values (text, numbers, ISO dates), so
that a parse prints as JSON and compares by ``==``.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelsearch.records.structs import field, frozen, mutable, replace
from modelsearch.records.typed import Any

Value = str | int | float | None | tuple["str | int | float | None", ...]


@frozen
class Filter:
    """One condition on a field.

    ``op`` is one of ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``between`` (both ends belong,
    value is a pair), ``in`` (dates: a half-open interval, either end may be None; ``--03-01``
    stands for the first of March of any year), ``exists``, ``contains`` (a part of a text),
    ``like`` (SQL's wildcards), ``phrase`` (words in this order) and ``word`` (one word of texts, in
    no other form than the plural). ``text`` holds the words of the question it came from and
    ``span`` their place in it. ``strict`` leaves out what code does not bear out; ``split`` is the
    data that a result was measured on, where that was said. ``by`` is the condition that finds the
    models called by the words of ``text``, where a path, class or text tells these and not the
    field: ResNet-50 is of the family ResNet, and found by its name.
    """

    field: str
    op: str
    value: Value = None
    text: str = ""
    span: tuple[int, int] = (0, 0)
    strict: bool = False
    split: str = ""
    by: Node | None = None

    @property
    def key(self) -> tuple[str, str, Value]:
        """What the filter means, without where it was said."""
        return self.field, self.op, self.value


@frozen
class And:
    """All parts hold."""

    parts: tuple[Node, ...]


@frozen
class Or:
    """At least one part holds."""

    parts: tuple[Node, ...]


@frozen
class Not:
    """The part does not hold."""

    part: Node


Node = Filter | And | Or | Not


@frozen
class Sort:
    """The order that a superlative asks for.

    A model whose value is unknown has no place in it, unless ``all`` models are to be sorted.
    """

    field: str
    descending: bool
    text: str = ""
    all: bool = False
    split: str = ""


@frozen
class TokenUse:
    """A token of the question and what became of it.

    ``use`` is ``filter``, ``sort``, ``limit``, ``intent``, ``reference``, ``logic``, ``stop`` or
    ``text``; ``detail`` says by which filter or rule.
    """

    text: str
    use: str
    detail: str = ""


@mutable
class ImagePart:
    """What an images question asks of the pictures themselves."""

    where: Node | None = None
    sort: Sort | None = None
    limit: int | None = None
    #: Only the last so many epochs that the matching pictures have (negative: the first).
    epochs: int | None = None
    #: The settings of the pictures are set side by side.
    compare: bool = False


@mutable
class AskedRuns:
    """What a question asks of runs or checkpoints, beside the models that they are of.

    ``thing`` is ``runs`` or ``checkpoints``. ``ask`` is empty for a list, else ``duration``,
    ``sweep``, ``divergence``, ``overfitting``, ``compare`` (the ``named`` runs), ``fact`` (the
    value of the column ``fact``), ``groups`` (how many runs have each value of it), ``mean`` or
    ``median`` (of the ``metric``, else of that column). ``all`` lists those that lack what orders
    them, too. ``per`` is the column that a mean is grouped by. ``metric`` (with ``split``) orders
    by a result, ``descending`` None by which way is better. ``where`` holds conditions on the runs
    alone. ``only``: the verdict of those that are asked for, ``yes`` or ``no``; empty where it is
    asked whether one did.
    """

    thing: str = "runs"
    ask: str = ""
    metric: str = ""
    split: str | None = None
    descending: bool | None = None
    best: bool = False
    first: str = ""
    limit: int | None = None
    only: str = ""
    named: list[str] = field(default_factory=list)
    fact: str = ""
    per: str = ""
    all: bool = False
    where: list[Filter] = field(default_factory=list)


@mutable
class ParsedQuery:
    """A question, understood. See the fields' comments for which intents fill them."""

    question: str
    intent: str = "search"
    where: Node | None = None
    sort: Sort | None = None
    limit: int | None = None
    text: str = ""
    tokens: list[TokenUse] = field(default_factory=list)
    #: What was assumed, corrected or left aside, as sentences for the user.
    notes: list[str] = field(default_factory=list)
    #: Model ids that the question names, and names that fit no model.
    references: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)
    #: compare: one part per group, its ``question`` being the group's label.
    cohorts: list[ParsedQuery] = field(default_factory=list)
    #: details, values, compare: the fields that were asked for.
    asked: list[str] = field(default_factory=list)
    #: count, values: the field to group by.
    group_by: str | None = None
    #: count, values: whether dates are grouped by year, not by month.
    by_year: bool = False
    #: values: the statistic that was asked for ("mean", "median", "total"), "least" for the rarest.
    statistic: str = ""
    #: values: the models whose values are left out ("in 2024 but not in 2025").
    minus: Node | None = None
    #: count: whether a share is asked for, and of which models (None for all).
    share: bool = False
    share_of: Node | None = None
    #: search: the model that the answer lies near.
    similar_to: str | None = None
    image: ImagePart | None = None
    #: details: the model that a yes-or-no question is about, and what it asks of it.
    affirms: tuple[Node, Node] | None = None
    #: details: that two models are measured: whether the larger value is asked for, and the one of
    #: which "is it larger?" asks (None for "which is larger?").
    measures: tuple[bool, Node | None] | None = None
    #: Whether there is any: "is there a GAN on MNIST?".
    whether: bool = False
    #: "Does every GAN use Adam?": the condition on the models of which all are asked about.
    every: Node | None = None
    #: runs: what is asked of them.
    runs: AskedRuns | None = None
    #: Words that stand for something wider (StarGAN for GANs): models named so come first.
    first_named: list[str] = field(default_factory=list)

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The filters in one flat list, those on pictures last, as the command line prints them."""
        pictures = self.image.where if self.image is not None else None
        return [
            {
                "field": leaf.field,
                "op": leaf.op,
                "value": list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value,
                "negated": negated,
                "text": leaf.text,
                **({"split": leaf.split} if leaf.split else {}),
                **({"called": leaf.text} if leaf.by is not None else {}),
            }
            for leaf, negated in (*leaves(self.where), *leaves(pictures))
        ]

    @property
    def understood(self) -> bool:
        """Return whether anything beyond plain words was found."""
        return bool(
            self.where
            or self.sort
            or self.references
            or self.cohorts
            or self.group_by
            or self.similar_to
            or self.asked
            or self.intent not in ("search", "details")
        )


def leaves(node: Node | None, negated: bool = False) -> Iterator[tuple[Filter, bool]]:
    """Yield the filters of a tree in order, each with whether it stands under a negation."""
    if node is None:
        return
    if isinstance(node, Filter):
        yield node, negated
    elif isinstance(node, Not):
        yield from leaves(node.part, not negated)
    else:
        for part in node.parts:
            yield from leaves(part, negated)


def as_found(node: Node) -> Node:
    """Return a tree in which names that no field holds are replaced by the conditions that find
    their models.
    """
    if isinstance(node, Filter):
        return node if node.by is None else as_found(node.by)
    if isinstance(node, Not):
        return Not(as_found(node.part))
    return type(node)(tuple(as_found(part) for part in node.parts))


def made_strict(node: Node) -> Node:
    """Return a tree that holds only for what code shows; a negated condition leaves out every
    strength.
    """
    if isinstance(node, Filter):
        return node if node.by is not None else replace(node, strict=True)
    if isinstance(node, Not):
        return node
    return type(node)(tuple(made_strict(part) for part in node.parts))


def conjuncts(node: Node | None) -> tuple[Node, ...]:
    """Return the parts that must all hold. An empty answer is explained by leaving them out one by
    one.
    """
    if node is None:
        return ()
    return node.parts if isinstance(node, And) else (node,)


def join_and(parts: list[Node]) -> Node | None:
    """Return the conjunction of parts, without nesting or repetition."""
    return _join(And, parts)


def join_or(parts: list[Node]) -> Node | None:
    """Return the disjunction of parts, without nesting or repetition."""
    return _join(Or, parts)


def _join(kind: type[And] | type[Or], parts: list[Node]) -> Node | None:
    flat: list[Node] = []
    seen: list[object] = []
    for part in parts:
        for one in part.parts if isinstance(part, kind) else (part,):
            mark = meaning(one)
            if mark not in seen:
                seen.append(mark)
                flat.append(one)
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def meaning(node: Node) -> object:
    """Return what a tree means as a comparable value, without the words it came from."""
    if isinstance(node, Filter):
        return (*node.key, node.split, *([] if node.by is None else [meaning(node.by)]))
    if isinstance(node, Not):
        return ("not", meaning(node.part))
    return (type(node).__name__, *(meaning(part) for part in node.parts))
