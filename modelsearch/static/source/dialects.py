"""What people run as Python and the parser does not take: magics, shell lines, Python 2, cells
that are written as calls or functions.

Every line keeps its number, and code that stood in a text is given the line of that text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from modelsearch.records.wordlists import word_set
from modelsearch.static.source.shell import training_command
from modelsearch.static.source.syntax import parsed

#: A line of magic, of the shell or of help; ``% x`` goes on with the expression above it.
_MAGIC = re.compile(r"^\s*(?:%{1,2}[A-Za-z_]|!|\?|[A-Za-z_][\w.\[\]'\"]{0,200}\?{1,2}\s*$)")
_ASSIGNED = re.compile(r"^(\s*+[\w,][\w, ]*+=\s*+)(?:%[A-Za-z_]|!).*$")
#: Magics that run the statement behind them, with their options.
_TIMED = re.compile(r"^(\s*)%(?:time|timeit|prun|memit|mprun)\s+(?:-\w+(?:\s+\d+)?\s+)*(?=\S)")
_CELL = re.compile(r"^%%\s*([\w!]+)(.*)")
#: Magics of cells in other languages.
_FOREIGN = word_set("""
    ! bash sh script shell system sx cmd html HTML javascript js latex markdown svg perl ruby R
    r julia cython sql bigquery file writefile cu cuda cpp nvcc python2 pypy
""")

_EXCEPT = re.compile(r"^(\s*except\s+)([\w.]+|\([\w., ]+\))\s*,\s*(\w+)\s*:")
_RAISE = re.compile(r"^(\s*raise\s+[\w.]+)\s*,\s*(.+)$")
_CHEVRON = re.compile(r"^(\s*+(?:[^#'\"]*:\s)?)print\s*>>\s*[\w.]+\s*,?(.*)$")
_EXEC = re.compile(r"^(\s*)exec\s+(?!\()(\S.*)$")
_OCTAL = re.compile(r"(?<![\w.])0(?=[0-7]+\b(?![.eE]))|(?<=(?<![\w.])\d)[lL]\b")
_INDENT = re.compile(r"^ *+\t[ \t]*+", re.M)
_TOLD = re.compile(r"\s*(?:print\s+[^(=\s]|print\s*>>|exec\s+['\"]|except\s+[\w.]+\s*,\s*\w+\s*:)")


def has_magic(text: str) -> bool:
    """Return whether a line looks like magic, a shell command or a question for help."""
    return any(_MAGIC.match(line) or _ASSIGNED.match(line) for line in text.split("\n"))


def plain_lines(text: str) -> list[str]:
    """Return the lines of a text with what is not Python made blank."""
    lines = text.split("\n")
    out: list[str] = []
    blank = False
    for number, line in enumerate(lines):
        if blank:
            out.append("")
        elif _TIMED.match(line):
            out.append(_TIMED.sub(r"\1", line))
            continue
        elif _MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            command = training_command(lines, number)
            out.append(f"{indent}{command or 'pass'}" if indent or command else "")
        else:
            kept = _ASSIGNED.sub(r"\1None", line)
            out.append(kept)
            if kept == line:
                continue
        blank = line.rstrip().endswith("\\")  # a command that goes on
    return out


def plain_cell(text: str) -> list[str]:
    """Return the lines of a notebook's cell with what is not Python made blank: all of a cell in
    another language, but not of one that writes a Python file.
    """
    lines = text.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    found = _CELL.match(first)
    if found is not None:
        written = found[1] in ("writefile", "file") and found[2].strip().endswith(".py")
        if found[1] in _FOREIGN and not written:
            return [""] * len(lines)
    if found is None and (not has_magic(text) or _parses(text)):
        return lines
    return plain_lines(text)


def _parses(text: str) -> bool:
    try:
        parsed(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def shell_commands(text: str, first: int) -> list[tuple[int, str]]:
    """Return the shell commands of a cell whose first line has the number ``first``, each with its
    line.
    """
    lines = [line.strip() for line in text.split("\n")]
    whole = lines[0].startswith(("%%bash", "%%sh"))
    found: list[tuple[int, str]] = []
    goes_on = False
    for number, line in enumerate(lines, first):
        if goes_on:
            start, so_far = found[-1]
            found[-1] = (start, f"{so_far} {line.rstrip(chr(92)).strip()}")
        elif line.startswith("!") or (whole and number > first):
            found.append((number, line.lstrip("!").rstrip("\\").strip()))
        else:
            continue
        goes_on = line.endswith("\\")
    return found


# ---- Python 2 ------------------------------------------------------------------------------------


def is_python_2(text: str) -> bool:
    """Return whether a text has statements that only Python 2 takes."""
    return any(_TOLD.match(line) for line in text.split("\n"))


def newer_lines(text: str) -> str:
    """Return a text of Python 2 with the statements that Python 3 writes otherwise written so."""
    return "\n".join(_newer(line) for line in text.split("\n"))


def wide_tabs(text: str) -> str:
    """Return a text whose indentation has no tabs: Python 2 took one to go on to the next column
    that eight divides, and let both stand side by side.
    """
    return _INDENT.sub(lambda found: found[0].expandtabs(8), text)


def _newer(line: str) -> str:
    line = _EXCEPT.sub(r"\1\2 as \3:", line)
    line = _CHEVRON.sub(r"\1print(\2)", line)
    line = _RAISE.sub(r"\1(\2)", line)
    line = _EXEC.sub(r"\1exec(\2)", line)
    line = re.sub(r"(?<=[\w)\]])\s*<>\s*(?=[\w(\[])", " != ", line)
    line = _OCTAL.sub(lambda found: "0o" if found[0] == "0" else "", line)
    return re.sub(r"(?<!\w)[uU]r(?=['\"])", "r", line)


# ---- exported notebooks --------------------------------------------------------------------------


def unwrap_cells(tree: ast.Module) -> None:
    """Put the code of cells in the place of the calls and functions that an export made of them:
    ``get_ipython().run_cell_magic("time", "", "…")``, functions under ``@app.cell`` of marimo.
    """
    body: list[ast.stmt] = []
    for statement in tree.body:
        body += _unwrapped(statement)
    tree.body = body


def _unwrapped(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return list(_of_magic(statement.value)) or [statement]
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and any(
        ast.unparse(each).startswith("app.cell") for each in statement.decorator_list
    ):
        return [each for each in statement.body if not isinstance(each, ast.Return)]
    return [statement]


def _of_magic(call: ast.Call) -> Iterator[ast.stmt]:
    """Yield the statements that a call of a magic runs, on the line of the call."""
    if not isinstance(call.func, ast.Attribute) or not ast.unparse(call.func).startswith(
        ("get_ipython().run_cell_magic", "get_ipython().run_line_magic", "get_ipython().magic")
    ):
        return
    given = [each.value for each in call.args if isinstance(each, ast.Constant)]
    texts = [each for each in given if isinstance(each, str)]
    if call.func.attr == "run_cell_magic" and len(texts) == 3:
        code = "\n".join(plain_cell(f"%%{texts[0]} {texts[1]}\n{texts[2]}"))
    elif call.func.attr == "run_line_magic" and len(texts) == 2:
        code = "\n".join(plain_lines(f"%{texts[0]} {texts[1]}"))
    else:
        code = "\n".join(plain_lines(f"%{texts[0]}")) if texts else ""
    try:
        inner = parsed(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    for node in ast.walk(inner):
        if hasattr(node, "lineno"):
            ast.copy_location(node, call)
    yield from inner.body
