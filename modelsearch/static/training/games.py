"""Loops that play games: one that begins a game anew around one that plays it to its end."""

from __future__ import annotations

import ast
import re

from modelsearch.static.source.nodes import last_name, walk

_DONE = re.compile(
    r"^(done|terminal|terminated|truncated|game_?over|episode_over|is_done)s?$", re.I
)


def plays_to_the_end(outer: ast.AST, inner: ast.AST) -> bool:
    """Return whether a loop plays a game each time: the one inside it ends with the game."""
    return _ends_when_done(inner) or (isinstance(inner, ast.While) and _begins_anew(outer))


def _begins_anew(node: ast.AST) -> bool:
    """Return whether a loop's body itself begins a game: ``state = env.reset()``."""
    return any(
        isinstance(each, ast.Call) and last_name(each) == "reset"
        for statement in getattr(node, "body", [])
        if isinstance(statement, ast.Assign | ast.Expr)
        for each in walk(statement)
    )


def _ends_when_done(node: ast.AST) -> bool:
    """``while not done`` and loops that ``if done: break`` leaves."""
    if isinstance(node, ast.While) and _says_done(node.test):
        return True
    return isinstance(node, ast.While | ast.For) and any(
        isinstance(each, ast.If) and isinstance(each.body[-1], ast.Break) and _says_done(each.test)
        for each in node.body
    )


def _says_done(test: ast.expr) -> bool:
    names = {getattr(each, "id", getattr(each, "attr", "")) for each in walk(test)}
    return any(_DONE.match(name) for name in names)
