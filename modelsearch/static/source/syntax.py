"""Python's own parser, which says nothing on its own account of what it is given."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Literal, overload

#: Parts of a name with dots. Of an import the parser keeps every beginning of it: gigabytes
#: where a name has a hundred thousand parts.
_MOST_PARTS = 500
_MANY_PARTS = re.compile(rf"(?<![\w.])(?:\w++[\s\\]*+\.[\s\\]*+){{{_MOST_PARTS}}}")


@overload
def parsed(text: str) -> ast.Module: ...
@overload
def parsed(text: str, mode: Literal["eval"]) -> ast.Expression: ...


def parsed(text: str, mode: str = "exec") -> ast.AST:
    """Return the tree of a text. Python's warnings, of escapes that mean nothing for example, are
    about other people's code and are not shown. Raises what ``ast.parse`` raises, and SyntaxError
    for a name of very many parts.
    """
    long = _MANY_PARTS.search(text) if _may_be_long(text) else None
    if long is not None:
        line = text.count("\n", 0, long.start()) + 1
        raise SyntaxError(f"a name has more than {_MOST_PARTS} parts", (None, line, 1, None))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode=mode)


def _may_be_long(text: str) -> bool:
    """Return whether a name of very many parts may stand in a text: no bracket is within it."""
    if text.count(".") < _MOST_PARTS:
        return False
    return any(
        len(part) >= 2 * _MOST_PARTS and part.count(".") >= _MOST_PARTS for part in text.split("(")
    )
