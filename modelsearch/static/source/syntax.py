"""Python's own parser, which says nothing on its own account of what it is given."""

from __future__ import annotations

import ast
import warnings
from typing import Literal, overload


@overload
def parsed(text: str) -> ast.Module: ...
@overload
def parsed(text: str, mode: Literal["eval"]) -> ast.Expression: ...


def parsed(text: str, mode: str = "exec") -> ast.AST:
    """Return the tree of a text. Python's warnings, of escapes that mean nothing for example, are
    about other people's code and are not shown. Raises what ``ast.parse`` raises.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode=mode)
