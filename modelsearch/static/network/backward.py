"""What an expression was made from, followed back through assignments and the project's functions.

A loss compares two values; what stands behind their names may lie some lines above, in a helper,
or in a class that gives several values back. :class:`Backward` follows all of these by the text of
the reached functions: a name to its last assignment (and those of other branches), a parameter to
what a call gave it, an item of a result to the item that the function returns.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from modelsearch.static.libraries.layer_kinds import is_module
from modelsearch.static.machine.values import Function, Instance
from modelsearch.static.network.features import Features, Scene, nodes_of
from modelsearch.static.source.nodes import children, last_name
from modelsearch.static.source.program import FunctionInfo

_DEPTH = 6  #: calls inside calls
_MOST = 600  #: expressions behind one
_FORWARD = ("forward", "__call__", "call")
#: Attributes that tell of a value's form alone.
_FORM = frozenset({"shape", "device", "dtype", "size", "ndim", "is_cuda", "training"})
#: Methods that give a value another form or place, which what they are given tells of.
_FORMS = frozenset(
    {"to", "view", "reshape", "expand", "repeat", "type", "cuda", "type_as", "view_as", "permute"}
)
#: What draws noise, and what draws anything else.
NOISE = frozenset(
    {"randn_like", "randn", "normal", "standard_normal", "random_normal", "normal_like", "normal_"}
)
DRAWN = frozenset(
    {"rand", "randint", "uniform", "integers", "rand_like", "random_uniform", "choice",
     "multinomial", "random_integers", "random", "randint_like", "uniform_", "randperm"}
)  # fmt: skip


@dataclass(eq=False, slots=True)
class Frame:
    """One run of a function: its assignments by name, what its parameters were given."""

    features: Features
    depth: int = 0
    given: dict[str, tuple[ast.expr, Frame]] = field(default_factory=dict)
    owner: Instance | None = None
    made: dict[str, list[tuple[int, int, ast.expr]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a value begins: ``noise`` or another ``draw`` (by its place), or a ``name``."""

    kind: str
    key: object


Place = tuple[ast.expr, Frame]


class Backward:
    """Follows expressions back over one scene."""

    def __init__(self, scene: Scene) -> None:
        """Keep the scene; frames are made when they are first entered."""
        self.scene = scene
        self._inner: dict[tuple[int, int], list[Frame]] = {}

    def frame(self, features: Features) -> Frame:
        """Return the frame of a function whose caller is not known."""
        made = Frame(features)
        _assignments(features.body, made.made)
        return made

    # ---- steps back ------------------------------------------------------------------------------

    def behind(self, place: Place) -> Iterator[Place]:
        """Yield what an expression was made from directly."""
        node, frame = place
        if isinstance(node, ast.Name):
            yield from self._name(node, frame)
        elif isinstance(node, ast.Subscript):
            yield from self._item(node, frame)
        elif isinstance(node, ast.Call):
            results = list(self.results(node, frame))
            yield from results or ((part, frame) for part in _parts(node))
        elif isinstance(node, ast.Attribute):
            if node.attr not in _FORM:
                yield node.value, frame
        else:
            for child in children(node):
                if isinstance(child, ast.expr):
                    yield child, frame

    def _name(self, node: ast.Name, frame: Frame) -> Iterator[Place]:
        made = [each for each in frame.made.get(node.id, ()) if each[0] < node.lineno]
        if made:
            branch = made[-1][1]
            last = made[-1:] if not branch else [each for each in made if each[1] == branch]
            yield from ((value, frame) for _, _, value in last[-4:])
        elif node.id in frame.given:
            yield frame.given[node.id]

    def _item(self, node: ast.Subscript, frame: Frame) -> Iterator[Place]:
        index = node.slice.value if isinstance(node.slice, ast.Constant) else None
        for value, where in self._values(node.value, frame):
            if isinstance(value, ast.Tuple | ast.List) and isinstance(index, int):
                if -len(value.elts) <= index < len(value.elts):
                    yield value.elts[index], where
                continue
            yield value, where
        if index is None:
            yield node.slice, frame

    def _values(self, node: ast.expr, frame: Frame, steps: int = 12) -> Iterator[Place]:
        """What an expression stands for, names and calls of the project looked through."""
        if not steps:
            return
        if isinstance(node, ast.Call):
            results = list(self.results(node, frame))
            if results:
                yield from results
                return
        if isinstance(node, ast.Name):
            found = list(self._name(node, frame))
            if found:
                for value, where in found:
                    yield from self._values(value, where, steps - 1)
                return
        yield node, frame

    def results(self, call: ast.Call, frame: Frame) -> Iterator[Place]:
        """Yield what a call of one of the project's functions gives back."""
        for inner in self.entered(call, frame):
            yield from returned(inner)

    def entered(self, call: ast.Call, frame: Frame) -> list[Frame]:
        """Return the frames of the project's functions that a call runs; of networks none."""
        key = id(call), id(frame)
        if key not in self._inner:
            found = []
            if frame.depth < _DEPTH:
                for info, owner in self._called(call, frame):
                    if not _is_left_open(info) and not (
                        owner is not None and is_module(owner) and info.name in _FORWARD
                    ):
                        found.append(self._enter(call, frame, info, owner))
            self._inner[key] = found
        return self._inner[key]

    def forward_of(self, call: ast.Call, frame: Frame) -> list[Frame]:
        """Return the frames of the networks' own functions that a call runs."""
        if frame.depth >= _DEPTH:
            return []
        return [
            self._enter(call, frame, info, owner)
            for info, owner in self._called(call, frame)
            if owner is not None and is_module(owner) and info.name in _FORWARD
        ]

    def _enter(
        self, call: ast.Call, frame: Frame, info: FunctionInfo, owner: Instance | None
    ) -> Frame:
        features = self.scene.features_of(info)
        inner = Frame(features, frame.depth + 1, owner=owner)
        _assignments(features.body, inner.made)
        if isinstance(info.node, ast.Lambda):
            return inner
        names = [each.arg for each in (*info.node.args.posonlyargs, *info.node.args.args)]
        if info.owner is not None and names[:1] in (["self"], ["cls"]):
            names = names[1:]
        values: list[ast.expr] = [each for each in call.args if not isinstance(each, ast.Starred)]
        inner.given = {name: (value, frame) for name, value in zip(names, values, strict=False)}
        for keyword in call.keywords:
            if keyword.arg:
                inner.given[keyword.arg] = (keyword.value, frame)
        return inner

    def _called(
        self, call: ast.Call, frame: Frame
    ) -> Iterator[tuple[FunctionInfo, Instance | None]]:
        """Yield the project's functions that a call may run, with the object of a method."""
        own = frame.features.owner
        func = call.func
        if isinstance(func, ast.Attribute) and own is not None and _is_self(func.value):
            method = own.methods.get(func.attr)
            if method is not None:
                yield method, None
                return
        for value in self.scene.evaluator.abstract(func, frame.features.module)[:3]:
            if isinstance(value, Function) and not isinstance(value.info.node, ast.Lambda):
                bound = value.bound if isinstance(value.bound, Instance) else None
                yield value.info, bound
            elif isinstance(value, Instance):
                for klass in value.klass.mro():
                    method = next(
                        (klass.info.methods[n] for n in _FORWARD if n in klass.info.methods), None
                    )
                    if method is not None:
                        yield method, value
                        break

    # ---- questions -------------------------------------------------------------------------------

    def reach(self, place: Place) -> Iterator[Place]:
        """Yield an expression and all behind it; what a draw is given is not looked at."""
        stack: list[Place] = [place]
        seen: set[tuple[int, int]] = set()
        while stack and len(seen) < _MOST:
            node, frame = stack.pop()
            if (id(node), id(frame)) in seen:
                continue
            seen.add((id(node), id(frame)))
            yield node, frame
            if not (isinstance(node, ast.Call) and last_name(node) in NOISE | DRAWN):
                stack.extend(self.behind((node, frame)))

    def leaves(self, place: Place) -> frozenset[Leaf]:
        """Return where an expression's values begin."""
        found = set()
        for node, frame in self.reach(place):
            if isinstance(node, ast.Call):
                name = last_name(node)
                if name in NOISE and not self.entered(node, frame):
                    found.add(Leaf("noise", id(node)))
                elif name in DRAWN and not self.entered(node, frame):
                    found.add(Leaf("draw", id(node)))
            elif isinstance(node, ast.Name) and self._begins(node, frame):
                found.add(Leaf("name", (node.id, id(frame))))
        return frozenset(found)

    def _begins(self, node: ast.Name, frame: Frame) -> bool:
        """Return whether a name stands for a value that nothing here made."""
        if node.id == "self" or node.id in frame.features.module.aliases:
            return False
        return not any(self._name(node, frame))


def _is_left_open(info: FunctionInfo) -> bool:
    """Return whether a method only says what classes that derive from this one are to give."""
    body = info.node.body
    if not isinstance(body, list):
        return False
    texts = [n for n in body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    return all(isinstance(each, ast.Pass | ast.Raise) for each in texts)


def returned(frame: Frame) -> list[Place]:
    """Return what a function gives back."""
    return [(node.value, frame) for node in nodes_of(frame.features.body)
            if isinstance(node, ast.Return) and node.value is not None]  # fmt: skip


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _parts(call: ast.Call) -> Iterator[ast.expr]:
    """What an unknown call makes its result from: the object it is called on, its arguments."""
    if isinstance(call.func, ast.Attribute):
        yield call.func.value
        if call.func.attr in _FORMS and not _is_of_library(call.func.value):
            return
    elif isinstance(call.func, ast.Call):
        yield call.func
    yield from (each.value if isinstance(each, ast.Starred) else each for each in call.args)
    yield from (each.value for each in call.keywords)


def _is_of_library(node: ast.expr) -> bool:
    """Return whether a call is a library's function, whose first argument is the value."""
    return isinstance(node, ast.Name) and node.id in ("torch", "tf", "np", "jnp", "einops", "F")


def _assignments(
    body: list[ast.stmt], made: dict[str, list[tuple[int, int, ast.expr]]], branch: int = 0
) -> None:
    """Enter what names are assigned: the last line, the outermost branch around it, the value."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        last = statement.end_lineno or statement.lineno
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                _assign(target, statement.value, last, branch, made)
        elif isinstance(statement, ast.AnnAssign | ast.AugAssign) and statement.value is not None:
            _assign(statement.target, statement.value, last, branch, made)
        inside = branch or (id(statement) if isinstance(statement, ast.If | ast.Match) else 0)
        for name in ("body", "orelse", "finalbody"):
            _assignments(getattr(statement, name, None) or [], made, inside)
        for case in [*getattr(statement, "cases", ()), *getattr(statement, "handlers", ())]:
            _assignments(case.body, made, inside)


def _assign(
    target: ast.expr, value: ast.expr, line: int, branch: int,
    made: dict[str, list[tuple[int, int, ast.expr]]],
) -> None:  # fmt: skip
    if isinstance(target, ast.Name):
        made.setdefault(target.id, []).append((line, branch, value))
    elif isinstance(target, ast.Tuple | ast.List):
        for number, each in enumerate(target.elts):
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
                part: ast.expr = value.elts[number]
            else:
                part = ast.copy_location(
                    ast.Subscript(value, ast.Constant(number), ast.Load()), value
                )
            _assign(each, part, line, branch, made)
