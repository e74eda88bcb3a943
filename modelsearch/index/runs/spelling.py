"""The names of files that a script saves and puts together from values that it states itself: a
loop over names (``for name in ("mlp", "cnn"): torch.save(net, f"out/{name}_model.pth")``), a
function called with each of them, a variable.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from modelsearch.index.runs.signs import speaking_name
from modelsearch.static.source.dialects import plain_lines
from modelsearch.static.source.syntax import parsed

_MOST = 200  #: values of one expression that are told apart
_DEEPEST = 8  #: steps from an expression to the texts that it is made of
UNKNOWN = "\0"  #: what stands for a piece whose value is not stated
_SAVING = re.compile(r"(?i)^_?(?:save|dump|export|to_csv|to_json|to_pickle|write)")
_MAKING = re.compile(r"^(?:makedirs|mkdir|make_?dirs?|ensure_dir|SummaryWriter)$")
#: Keywords that are given a folder to write into.
_PLACE = re.compile(
    r"^(?:\w*log_?(?:dir|path|root)|tensorboard_log|\w*(?:save|output|results?)_?"
    r"(?:dir|path|folder|root)|default_root_dir|dirpath|train_dir)$"
)
_OPENING = re.compile(r"^[wax]b?\+?$")
#: Methods of texts without effects, which give another text.
_TEXT_METHODS = frozenset(
    {
        "lower",
        "upper",
        "title",
        "capitalize",
        "strip",
        "lstrip",
        "rstrip",
        "replace",
        "removesuffix",
    }
)
_SAME = frozenset({"sorted", "list", "tuple", "set", "reversed", "tqdm", "str", "Path", "PurePath"})


def spelled_by(text: str, path: str, folders: Sequence[str]) -> bool:
    """Return whether a script that may run in one of these folders (``.`` is the top) saves a file
    under just this path, from values that it states. Where only the folder is not known, what is
    known behind it must be the end of the path, and the name one that no other file has.
    """
    file = PurePosixPath(path)
    words = [word for word in re.findall(r"[A-Za-z]{3,}", file.stem) if word in text]
    if not file.suffix or file.suffix not in text or not words:
        return False  # a script that has no piece of the name is not worth being parsed
    return any(
        file.parts[-len(parts) :] == parts and speaking_name(file.name)
        if behind_unknown
        else any(PurePosixPath(folder, *parts) == file for folder in folders)
        for parts, behind_unknown in _saved_paths(text)
    )


@lru_cache(maxsize=256)
def _saved_paths(text: str) -> frozenset[tuple[tuple[str, ...], bool]]:
    """The parts of the paths of all files that a script saves under names that are put together,
    and whether something that is not known stands before them.
    """
    tree = _parsed(text)
    found = map(_known_part, _Spelling(tree).saved()) if tree is not None else ()
    return frozenset(one for one in found if one[0])


@lru_cache(maxsize=512)
def folders_in(text: str, *, vary: bool) -> tuple[tuple[str, ...], ...]:
    """Return the parts of all folders that a script makes or hands to what writes into them, with
    ``UNKNOWN`` for what is not known; ``vary``: numbers in names that are put together may have
    been others.
    """
    tree = _parsed(text)
    if tree is None:
        return ()
    found = dict.fromkeys(_Spelling(tree, vary=vary).folders())
    parts = (PurePosixPath(one.replace("\\", "/")).parts for one in found)
    inner = (tuple(part for part in one if part != "..") for one in parts)
    return tuple(one for one in inner if one)


def _parsed(text: str) -> ast.Module | None:
    """The tree of a script, also of one that is a notebook's cells with commands of the shell."""
    for plain in (False, True):
        try:
            return parsed("\n".join(plain_lines(text)) if plain else text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _known_part(path: str) -> tuple[tuple[str, ...], bool]:
    """The parts behind what is not known of a path; none where the file's name itself holds it."""
    known = path.rpartition(UNKNOWN)[2].replace("\\", "/")
    if UNKNOWN in path and not known.startswith("/"):
        return (), True
    parts = PurePosixPath(known).parts
    named = tuple(part for part in parts if part not in ("/", ".."))
    return named, named != parts


class _Spelling:
    """The texts that expressions of one script may be, by its loops, calls and assignments."""

    def __init__(self, tree: ast.Module, *, vary: bool = False) -> None:
        self._vary = vary
        self._parents: dict[ast.AST, ast.AST] = {}
        self._calls: list[ast.Call] = []
        self._assigned: dict[tuple[ast.AST, str], list[ast.expr]] = {}
        self._tree = tree
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            if isinstance(node, ast.Call):
                self._calls.append(node)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        key = (self._scope(node), target.id)
                        self._assigned.setdefault(key, []).append(node.value)

    def saved(self) -> Iterator[str]:
        """Yield what the calls that save are given, where it is put together or goes by a name."""
        for call in self._calls:
            name = _called(call)
            opened = name == "open" and any(
                isinstance(one, ast.Constant) and _OPENING.match(str(one.value))
                for one in (*call.args[1:2], *(word.value for word in call.keywords))
            )
            if not (opened or _SAVING.match(name)):
                continue
            for given in (*call.args, *(word.value for word in call.keywords)):
                if isinstance(given, ast.JoinedStr | ast.BinOp | ast.Call | ast.Name):
                    yield from (one for one in self._texts(given) if "." in one)

    def folders(self) -> Iterator[str]:
        """Yield the folders that calls make, or are given to write into."""
        for call in self._calls:
            made = _MAKING.match(_called(call)) is not None
            of = getattr(call.func, "value", None)
            given = [*call.args, of] if made else []
            given += [word.value for word in call.keywords if _PLACE.match(word.arg or "")]
            for one in given:
                if isinstance(one, ast.expr):
                    yield from self._texts(one)

    def _texts(self, node: ast.expr, depth: int = 0) -> list[str]:
        """The texts that an expression may be, with a mark for each piece that is not known."""
        reader = _READERS.get(type(node))
        if depth > _DEEPEST or reader is None:
            return [UNKNOWN]
        return list(dict.fromkeys(reader(self, node, depth + 1)))[:_MOST] or [UNKNOWN]

    def _joined(self, pieces: Sequence[ast.expr], depth: int, between: str = "") -> list[str]:
        choices = [self._texts(piece, depth) for piece in pieces]
        return [between.join(one) for one in itertools.islice(itertools.product(*choices), _MOST)]

    def _constant(self, node: ast.Constant, depth: int) -> list[str]:
        plain = isinstance(node.value, str | int) and not isinstance(node.value, bool)
        if self._vary and isinstance(node.value, int):
            return [UNKNOWN]
        return [str(node.value)] if plain else []

    def _f_string(self, node: ast.JoinedStr, depth: int) -> list[str]:
        return self._joined(node.values, depth)

    def _place(self, node: ast.FormattedValue, depth: int) -> list[str]:
        if node.format_spec is not None or node.conversion not in (-1, ord("s")):
            return []
        return self._texts(node.value, depth)

    def _operation(self, node: ast.BinOp, depth: int) -> list[str]:
        if isinstance(node.op, ast.Add):
            return self._joined((node.left, node.right), depth)
        if isinstance(node.op, ast.Div):
            return self._joined((node.left, node.right), depth, "/")
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return self._filled(str(node.left.value).split("%s"), values, depth)
        return []

    def _filled(self, fixed: Sequence[str], values: Sequence[ast.expr], depth: int) -> list[str]:
        if len(fixed) != len(values) + 1 or any("%" in one or "{" in one for one in fixed):
            return []
        pieces: list[ast.expr] = [ast.Constant(fixed[0])]
        for value, behind in zip(values, fixed[1:], strict=True):
            pieces += [value, ast.Constant(behind)]
        return self._joined(pieces, depth)

    def _call(self, node: ast.Call, depth: int) -> list[str]:
        name, of = _called(node), getattr(node.func, "value", None)
        if isinstance(of, ast.Constant) and name == "format":
            return self._filled(re.split(r"\{\w*\}", str(of.value)), _given(node), depth)
        if isinstance(of, ast.expr) and name in _TEXT_METHODS:
            plain = [
                one.value
                for one in node.args
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if len(plain) != len(node.args):
                return []
            return [_changed(text, name, plain) for text in self._texts(of, depth)]
        if name in ("join", "joinpath"):
            head = [of] if name == "joinpath" and isinstance(of, ast.expr) else []
            return self._joined([*head, *node.args], depth, "/")
        return self._texts(node.args[0], depth) if name in _SAME and node.args else []

    def _name(self, node: ast.Name, depth: int) -> list[str]:
        """The values of the innermost loop that binds a name, else of the function or the file."""
        at: ast.AST | None = self._parents.get(node)
        while at is not None:
            for target, over in _bindings(at):
                which = _place_in(target, node.id)
                if which is not None:
                    return [t for one in self._items(over, which, depth) for t in one]
            if isinstance(at, ast.FunctionDef | ast.Module):
                values = self._assigned.get((at, node.id)) or self._arguments(at, node.id)
                if values:
                    return [text for one in values for text in self._texts(one, depth)]
            at = self._parents.get(at)
        return []

    def _items(self, over: ast.expr, which: int, depth: int) -> Iterator[list[str]]:
        """Yield the texts of each element that a loop goes over; of one that is a tuple, the text
        at a place of it.
        """
        if depth > _DEEPEST:
            return
        if isinstance(over, ast.Name):
            values = self._values(over)
            if len(values) == 1:
                yield from self._items(values[0], which, depth + 1)
        elif isinstance(over, ast.Call):
            yield from self._items_of_call(over, which, depth)
        elif isinstance(over, ast.Dict):
            for key in over.keys if which <= 0 else ():
                yield self._texts(key, depth) if key is not None else [UNKNOWN]
        elif isinstance(over, ast.List | ast.Tuple | ast.Set):
            for each in over.elts[:_MOST]:
                part = _part(each, which)
                if part is not None:
                    yield self._texts(part, depth)

    def _values(self, node: ast.Name) -> list[ast.expr]:
        """What a name is given in its function, else in the file."""
        own = self._assigned.get((self._scope(node), node.id))
        return own or self._assigned.get((self._tree, node.id), [])

    def _items_of_call(self, over: ast.Call, which: int, depth: int) -> Iterator[list[str]]:
        name, of = _called(over), getattr(over.func, "value", None)
        if name in ("items", "keys") and isinstance(of, ast.expr):
            if which == (0 if name == "items" else -1):
                yield from self._items(of, which, depth + 1)
        elif name == "enumerate" and which == 1 and over.args:
            yield from self._items(over.args[0], -1, depth + 1)
        elif name == "zip" and 0 <= which < len(over.args):
            yield from self._items(over.args[which], -1, depth + 1)
        elif name in _SAME and over.args:
            yield from self._items(over.args[0], which, depth + 1)

    def _arguments(self, at: ast.AST, name: str) -> list[ast.expr]:
        """What the calls of a function in this file give one of its parameters."""
        if not isinstance(at, ast.FunctionDef):
            return []
        names = [one.arg for one in (*at.args.posonlyargs, *at.args.args)]
        if name not in names:
            return []
        place, found = names.index(name), []
        for call in self._calls:
            if not isinstance(call.func, ast.Name) or call.func.id != at.name:
                continue
            by_name = [word.value for word in call.keywords if word.arg == name]
            found += by_name or call.args[place : place + 1]
        return found

    def _scope(self, node: ast.AST) -> ast.AST:
        at = self._parents.get(node, self._tree)
        while not isinstance(at, ast.FunctionDef | ast.Module):
            at = self._parents[at]
        return at


def _bindings(at: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what a loop binds and what it goes over."""
    if isinstance(at, ast.For):
        yield at.target, at.iter
    for each in getattr(at, "generators", ()):
        yield each.target, each.iter


def _place_in(target: ast.expr, name: str) -> int | None:
    """The place of a name in what a loop binds; -1 where it is all of it."""
    if isinstance(target, ast.Name):
        return -1 if target.id == name else None
    names = [getattr(one, "id", None) for one in getattr(target, "elts", ())]
    return names.index(name) if name in names else None


def _part(element: ast.expr, which: int) -> ast.expr | None:
    """An element itself, or what stands at a place of it where it is a tuple."""
    inner = element.elts if isinstance(element, ast.Tuple | ast.List) else None
    if which < 0:
        return element if inner is None else None
    return inner[which] if inner is not None and which < len(inner) else None


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(word.value for word in call.keywords)]


def _changed(text: str, method: str, arguments: Sequence[str]) -> str:
    if UNKNOWN in text:
        return UNKNOWN
    try:
        return str(getattr(text, method)(*arguments))
    except TypeError:
        return UNKNOWN


_READERS: dict[type[ast.expr], Callable[..., list[str]]] = {
    ast.Constant: _Spelling._constant,
    ast.JoinedStr: _Spelling._f_string,
    ast.FormattedValue: _Spelling._place,
    ast.BinOp: _Spelling._operation,
    ast.Call: _Spelling._call,
    ast.Name: _Spelling._name,
}
