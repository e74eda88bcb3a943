"""Reading the picture names that a script and the modules it imports write.

Nothing is run: strings, f-strings, ``%``, ``.format``, ``+``, ``os.path.join`` and pathlib's ``/``
are put together from the syntax tree. Bounded in size, depth and number of modules.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from modelsearch.sources.pictures.modules import SAVERS, Module, Modules
from modelsearch.sources.pictures.templates import (
    IMAGE_SUFFIX,
    Hole,
    Meaning,
    Part,
    Parts,
)
from modelsearch.static.source.nodes import children, plain_name, walk

_MAX_DEPTH = 7
_MAX_CHOICES = 4
_MAX_TEMPLATES = 400
_EPOCH_WORDS = frozenset({"epoch", "epochs", "ep", "eps", "epoches", "epochnum", "curepoch"})
_SHORT_WORDS = frozenset({"ep", "eps"})  #: of epochs or of episodes
_EPISODE_WORDS = frozenset({"episode", "episodes"})
_STEP_WORDS = frozenset(
    [
        "step",
        "steps",
        "iter",
        "iters",
        "iteration",
        "iterations",
        "itr",
        "batch",
        "batches",
        "update",
        "updates",
        "loader",
        "dataloader",
        "global",
        "niter",
    ]
)
_IDENTIFIER_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[#0\- +]{0,6}\d{0,6}(?:\.\d{1,6})?([a-zA-Z%])")
_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::[^{}]*)?\}")


def read_names(path: str, files: Modules) -> tuple[Parts, ...]:
    """Return the picture names that the script at ``path`` writes, by itself or by its modules."""
    modules = files.of(path)
    project = _Project(modules)
    found: dict[Parts, None] = {}
    for module in (one for one in modules if one.may_write):
        for node, bare in module.once("names", _names_written):
            for parts in project.render(node, module, _MAX_DEPTH):
                if (bare or _is_picture(parts)) and len(found) < _MAX_TEMPLATES:
                    found[parts] = None
    return tuple(found)


class _Project:
    """The modules of one script: strings put together, and what their parts count."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self._modules = modules

    def render(self, node: ast.expr, module: Module, depth: int) -> list[Parts]:
        """Return what a string expression may stand for, at most a few choices."""
        if depth <= 0:
            return [(Hole(),)]
        if isinstance(node, ast.Constant):
            return [(_text(node.value),)]
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, module, depth)
        if isinstance(node, ast.FormattedValue):
            return self._varying(node.value, module, depth)
        if isinstance(node, ast.BinOp):
            return self._operation(node, module, depth)
        if isinstance(node, ast.Call):
            return self._call(node, module, depth)
        return self._varying(node, module, depth)

    def _joined(
        self, nodes: Sequence[ast.expr], module: Module, depth: int, between: str = ""
    ) -> list[Parts]:
        results: list[Parts] = [()]
        for index, node in enumerate(nodes):
            choices = self.render(node, module, depth - 1)
            glue: Parts = (between,) if between and index else ()
            results = [(*one, *glue, *choice) for one in results for choice in choices]
            results = results[:_MAX_CHOICES]
        return results

    def _operation(self, node: ast.BinOp, module: Module, depth: int) -> list[Parts]:
        if isinstance(node.op, ast.Add) and not self._is_sum(node, module, depth):
            return self._joined([node.left, node.right], module, depth)
        if isinstance(node.op, ast.Div):
            return self._joined([node.left, node.right], module, depth, "/")
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return self._filled(_percent_parts(_text(node.left.value)), given, {}, module, depth)
        return self._varying(node, module, depth)

    def _is_sum(self, node: ast.BinOp, module: Module, depth: int) -> bool:
        """Tell ``epoch + 1`` from ``folder + name``."""
        parts = list(walk(node))
        constants = [one.value for one in parts if isinstance(one, ast.Constant)]
        if any(isinstance(value, str) for value in constants):
            return False
        return bool(constants) or self.meaning(node, module, depth) is not None

    def _call(self, node: ast.Call, module: Module, depth: int) -> list[Parts]:
        name = plain_name(node.func)
        if name == "format" and isinstance(node.func, ast.Attribute):
            holder = node.func.value
            if isinstance(holder, ast.Constant):
                named = {word.arg: word.value for word in node.keywords if word.arg}
                parts = _field_parts(_text(holder.value))
                return self._filled(parts, node.args, named, module, depth)
        if name in ("join", "Path", "PurePath", "joinpath") and node.args:
            first = [node.func.value] if isinstance(node.func, ast.Attribute) and (
                name == "joinpath") else []  # fmt: skip
            if not (name == "join" and _is_text(node.func)):
                return self._joined([*first, *node.args], module, depth, "/")
        if name in ("str", "repr", "int") and len(node.args) == 1:
            return self.render(node.args[0], module, depth - 1)
        if name in ("zfill", "rjust", "strip", "lower") and isinstance(node.func, ast.Attribute):
            return self.render(node.func.value, module, depth - 1)
        return [(Hole(self.meaning(node, module, depth)),)]

    def _filled(
        self,
        parts: Sequence[str | tuple[str]],
        given: Sequence[ast.expr],
        named: dict[str, ast.expr],
        module: Module,
        depth: int,
    ) -> list[Parts]:
        """Put values into the fields of a format: by position, number or name."""
        nodes: list[ast.expr] = []
        position = 0
        for part in parts:
            if isinstance(part, str):
                nodes.append(ast.Constant(part))
                continue
            key = part[0]
            if key.isdigit() or not key:
                index = int(key) if key else position
                position += not key
                nodes.append(given[index] if index < len(given) else ast.Constant("\0"))
            else:
                nodes.append(named.get(key, ast.Name(id=key)))
        return self._joined(nodes, module, depth)

    def _varying(self, node: ast.expr, module: Module, depth: int) -> list[Parts]:
        """A name stands for its constant where it has one, else for a hole."""
        meaning = self.meaning(node, module, depth)
        name = plain_name(node)
        if meaning is None and name:
            values = [value for one in self._modules for value in one.values.get(name, ())]
            constant: dict[Parts, None] = {}
            for value in values[: _MAX_CHOICES + 1]:
                if isinstance(value, ast.Constant) and not isinstance(value.value, str):
                    continue
                for parts in self.render(value, module, depth - 2):
                    constant[parts] = None
            if 0 < len(constant) <= _MAX_CHOICES and all(map(_has_text, constant)):
                return list(constant)
        return [(Hole(meaning),)]

    def meaning(self, node: ast.AST, module: Module, depth: int) -> Meaning | None:
        """Return what an expression counts, by its names, its loop, its callers or its value."""
        words = _words_of(node)
        if words & _EPISODE_WORDS or (
            words & _EPOCH_WORDS
            and words & _EPOCH_WORDS <= _SHORT_WORDS
            and _counts_episodes(node, module)
        ):
            return "episode"
        if any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.FloorDiv)
               for one in walk(node)):  # fmt: skip
            return None  # step // every: a number of times, not the step
        products = any(
            isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult) for one in walk(node)
        )
        if words & _EPOCH_WORDS:
            return "step" if products or words & {"batch", "batches", "step", "iter"} else "epoch"
        if words & _STEP_WORDS:
            return "step"
        if depth <= 0:
            return None
        for name in [one for one in walk(node) if isinstance(one, ast.Name | ast.Attribute)]:
            found = self._meaning_of_name(plain_name(name), node, module, depth - 1)
            if found:
                return found
        return None

    def _meaning_of_name(
        self, name: str, node: ast.AST, module: Module, depth: int
    ) -> Meaning | None:
        for outer in module.around(node):
            if isinstance(outer, ast.For | ast.comprehension) and name in _targets(outer.target):
                return self.meaning(outer.iter, module, 0)
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                places = [one.arg for one in (*outer.args.posonlyargs, *outer.args.args)]
                if name in places:
                    return self._meaning_by_callers(outer.name, name, places, depth)
        for value in module.values.get(name, ())[:_MAX_CHOICES]:
            if not isinstance(value, ast.Constant):
                found = self.meaning(value, module, 0)
                if found:
                    return found
        return None

    def _meaning_by_callers(
        self, function: str, name: str, places: Sequence[str], depth: int
    ) -> Meaning | None:
        position = places.index(name) - (places[0] in ("self", "cls"))
        for module in self._modules:
            for call in module.calls.get(function, ())[:_MAX_CHOICES]:
                given = next((word.value for word in call.keywords if word.arg == name), None)
                if given is None and 0 <= position < len(call.args):
                    given = call.args[position]
                found = self.meaning(given, module, depth - 1) if given is not None else None
                if found:
                    return found
        return None


def _counts_episodes(node: ast.AST, module: Module) -> bool:
    """Return whether a loop around an expression runs its name over episodes: ``for ep in
    range(episodes)``.
    """
    names = {one.id for one in walk(node) if isinstance(one, ast.Name)}
    return any(
        isinstance(outer, ast.For | ast.comprehension)
        and names & _targets(outer.target)
        and bool(_words_of(outer.iter) & _EPISODE_WORDS)
        for outer in module.around(node)
    )


def _names_written(tree: ast.Module) -> list[tuple[ast.expr, bool]]:
    """Return string expressions that may name a picture, outermost first, and whether they do even
    without a suffix.
    """
    waiting: list[ast.AST] = [tree]
    found: list[tuple[ast.expr, bool]] = []
    while waiting:
        node = waiting.pop()
        kind = node.__class__
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        below = children(node)
        if isinstance(node, ast.Call) and plain_name(node.func) in SAVERS and node.args:
            found.append((node.args[0], True))
            below = [one for one in below if one is not node.args[0]]
        elif isinstance(node, ast.expr) and kind in _TEXTS and _ends_as_picture(node):
            found.append((node, False))
            continue
        waiting.extend(below)
    return found


#: The expressions that may be put together to a text.
_TEXTS = frozenset({ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call})


def _ends_as_picture(node: ast.expr) -> bool:
    """Return whether the last literal of a string expression has a picture's suffix."""
    for _ in range(8):
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str) and bool(IMAGE_SUFFIX.search(node.value))
        if isinstance(node, ast.JoinedStr) and node.values:
            node = node.values[-1]
        elif isinstance(node, ast.BinOp):
            node = node.left if isinstance(node.op, ast.Mod) else node.right
        elif isinstance(node, ast.Call):
            name = plain_name(node.func)
            if name == "format" and isinstance(node.func, ast.Attribute):
                node = node.func.value
            elif name in ("join", "Path", "joinpath", "str") and node.args:
                node = node.args[-1]
            else:
                return False
        else:
            return False
    return False


def _percent_parts(text: str) -> list[str | tuple[str]]:
    parts: list[str | tuple[str]] = []
    end = 0
    for match in _PERCENT.finditer(text):
        parts.append(text[end : match.start()] + ("%" if match[2] == "%" else ""))
        if match[2] != "%":
            parts.append((match[1] or "",))
        end = match.end()
    return [*parts, text[end:]]


def _field_parts(text: str) -> list[str | tuple[str]]:
    parts: list[str | tuple[str]] = []
    end = 0
    for match in _FIELD.finditer(text):
        doubled = match.group() in ("{{", "}}")
        parts.append(text[end : match.start()] + (match.group()[0] if doubled else ""))
        if not doubled:
            parts.append((re.split(r"[.\[]", match[1])[0],))
        end = match.end()
    return [*parts, text[end:]]


def _is_picture(parts: Parts) -> bool:
    last: Part = parts[-1] if parts else ""
    return isinstance(last, str) and bool(IMAGE_SUFFIX.search(last))


def _has_text(parts: Parts) -> bool:
    return any(isinstance(part, str) and part for part in parts)


def _is_text(function: ast.expr) -> bool:
    """Return whether a method belongs to a string literal: ``", ".join(...)`` builds no path."""
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Constant)


def _text(value: object) -> str:
    return str(value).replace("\\", "/")[:300] if isinstance(value, str | int) else ""


def _targets(target: ast.expr) -> set[str]:
    return {one.id for one in walk(target) if isinstance(one, ast.Name)}


def _words_of(node: ast.AST) -> set[str]:
    names = [one.id if isinstance(one, ast.Name) else one.attr
             for one in walk(node) if isinstance(one, ast.Name | ast.Attribute)]  # fmt: skip
    split = [{word.lower() for word in _IDENTIFIER_WORD.findall(name)} for name in names]
    words = {
        word for one in split if "size" not in one for word in one
    }  # batch_size counts nothing
    return words | {"epoch" for word in words if word.startswith(("epoch", "nepoch"))}
