"""A Model Context Protocol server over one database, for assistants (the extra ``[mcp]``).

Answers are small: an assistant pays for every word. Lists come in pages, a model's evidence only
for the fields that are asked for, and what was cut is counted. Nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from modelsearch.answer.shapes import AskedValues, Count, Listing, Values
from modelsearch.api.catalogue import Catalogue
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.text import plain, plain_all
from modelsearch.records.wordlists import word_set

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from modelsearch.answer.shapes import Answer

_PAGE = 10
_MOST = 50
_NEAREST = 3
_LONGEST_TEXT = 400
_LONGEST_QUESTION = 2_000  #: characters
_LAST = 10**9  #: where no list goes on
_SECONDS = 10  #: of processor time that a statement may take
#: What a row of a list leaves out; `show` has it.
_LEFT_OUT = word_set("""
    root distance rank score size_bytes modified_at description weaker stages negative_prompt
    metadata sha256
""")

_INSTRUCTIONS = """\
A catalogue of machine-learning models that were found in folders: training scripts, notebooks,
their settings, results, runs, checkpoints and pictures, each value with the file and line where it
was read. Begin with `search`: it takes a question in plain words ("diffusion models on CIFAR-10
with batch size over 64, not in PyTorch") or exact conditions ("dataset:mnist lr:<1e-3"). Read its
notes: they say what was not understood. null means unknown, never zero."""

Tool = TypeVar("Tool", bound=Callable[..., Any])


def make_server(db: Path) -> MCPServer[Any]:
    """Return a server whose tools read ``db``. Raises ModelsearchError without the extra."""
    try:
        from mcp.server import MCPServer
    except ImportError as error:
        raise ModelsearchError(
            "the server for assistants needs the MCP library: pip install 'modelsearch-db[mcp]'"
        ) from error
    from modelsearch.records.version import __version__

    Catalogue(db).close()  # say now what is wrong with the file
    server: MCPServer[Any] = _plainly(MCPServer)(
        "modelsearch", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    tools = Tools(db)
    for tool in (
        tools.search,
        tools.show,
        tools.compare,
        tools.runs,
        tools.images,
        tools.facets,
        tools.sql,
    ):
        server.tool()(_in_one_line(tool))
    server.resource("modelsearch://model/{model_id}", mime_type="application/json")(tools.model)
    server.resource("modelsearch://code/{model_id}", mime_type="text/x-python")(tools.code)
    return server


class Tools:
    """What an assistant can call; each opens the database for one answer."""

    def __init__(self, db: Path) -> None:
        self._db = db

    def search(self, question: str, limit: int = _PAGE, offset: int = 0) -> dict[str, Any]:
        """Answer a question about the models, in plain words or exact conditions.

        Gives the sentence that answers, how many models match, a page of them from `offset`, and
        notes that say what was not understood or left out.
        """
        offset = _start(offset)
        with Catalogue(self._db) as catalogue:
            answer = catalogue.query(question[:_LONGEST_QUESTION], limit=offset + _page(limit))
        found = answer.as_json()
        counted = isinstance(answer.answer, Count)
        page = [] if counted else found["results"][offset:]
        after = offset + len(page)
        only_ids = answer.answer is not None  # the values are what was asked for
        return _without_empty(
            {
                "answer": _sentences(answer),
                "total": found["total"],
                "values": _values(answer.answer),
                "models": [row["model_id"] if only_ids else _short(row) for row in page],
                "nearest_but_not_matching": [_short(row) for row in found["nearest"][:_NEAREST]],
                "images": [_short(row) for row in found["images"][: _page(limit)]],
                "comparison": (found["comparison"] or {}).get("differences"),
                "notes": found["notes"],
                "next_offset": after if page and after < found["total"] else None,
            }
        )

    def show(self, model: str, evidence_of: list[str] | None = None) -> dict[str, Any]:
        """Give everything known of one model; `model` is an id, a path or a part of either.

        `evidence_of` names fields (such as learning_rate) whose file and line to give; without it
        the answer only counts the places.
        """
        with Catalogue(self._db) as catalogue:
            found = catalogue.show(model).as_json()
        wanted = set(evidence_of or ())
        places = found.pop("evidence")
        found["evidence"] = [one for one in places if one["field"] in wanted]
        found["places_known"] = len(places)
        found.pop("terms", None)
        return _without_empty(_shortened(found))

    def compare(self, models: list[str]) -> dict[str, Any]:
        """Say what differs between models and what they share, in sentences and by field."""
        with Catalogue(self._db) as catalogue:
            report = catalogue.compare(*models)
            found = report.as_json()
        kept = ("models", "differences", "shared", "notes")
        return {"answer": report.summary, **{k: found[k] for k in kept if k in found}}

    def runs(self, model: str | None = None, limit: int = _PAGE, offset: int = 0) -> dict[str, Any]:
        """List recorded runs of a model, or of all: settings, status, best result."""
        with Catalogue(self._db) as catalogue:
            rows = catalogue.runs(model).to_dicts()
        return _paged("runs", [_without_empty(row) for row in rows], limit, offset)

    def images(self, model: str, limit: int = _PAGE, offset: int = 0) -> dict[str, Any]:
        """List the pictures of a model, with the epoch and the kind of each."""
        with Catalogue(self._db) as catalogue:
            rows = catalogue.images(model).to_dicts()
        return _paged("images", [_short(row) for row in rows], limit, offset)

    def facets(self, field: str, limit: int = _MOST, offset: int = 0) -> dict[str, Any]:
        """Count models by the values of a field: datasets, families, optimizers, months …"""
        with Catalogue(self._db) as catalogue:
            rows = catalogue.facets(field).to_dicts()
        return _paged("values", rows, limit, offset)

    def sql(self, statement: str, limit: int = _MOST, offset: int = 0) -> dict[str, Any]:
        """Run one SELECT. Views: models, stages, runs, curves, checkpoints, images, evidence_of.

        Gives a page of rows from `offset`. It may take ten seconds of processor time.
        """
        start, size = _start(offset), _page(limit)
        with Catalogue(self._db) as catalogue:
            # No more rows are read than are shown: a statement may have any number.
            rows = catalogue.sql(statement, start=start, most=size + 1, seconds=_SECONDS).to_dicts()
        page = {"rows": _shortened(rows[:size])}
        if len(rows) > size:
            return {**page, "next_offset": start + size}
        return {"total": start + len(rows), **page} if rows or not start else page

    def model(self, model_id: str) -> str:
        """Everything known of a model, as JSON."""
        with Catalogue(self._db) as catalogue:
            return json.dumps(catalogue.show(unquote(model_id)).as_json(), ensure_ascii=False)

    def code(self, model_id: str) -> str:
        """Return the statements of a model's script, each after its line number."""
        with Catalogue(self._db) as catalogue:
            return catalogue.code(unquote(model_id))


def _sentences(answer: Answer) -> str:
    """Return what answers: the first sentence, or the value of each model with its place."""
    asked = answer.answer
    if not isinstance(asked, AskedValues):
        return answer.headline or answer.summary
    lines = [
        f"{model.model_id}: {value.field.replace('_', ' ')} {plain_all(value.value)}"
        + "".join(f" ({one.written})" for one in value.evidence[:1])
        for model in asked.models[:_PAGE]
        for value in model.values
    ]
    return "; ".join(lines)


def _values(found: AskedValues | Count | Values | Listing | None) -> Any:
    """Return counts and listed rows, short; values of single models are in the sentence."""
    if found is None or isinstance(found, AskedValues):
        return None
    if isinstance(found, Count):
        return {plain(one.value): one.count for one in found.groups[:_MOST]}
    return _shortened(found.as_json())


def _plainly(kind: type[MCPServer[Any]]) -> type[MCPServer[Any]]:
    """Return a server that says in one line which argument of a call is missing or wrong, instead
    of the library's account of how it checked them.
    """
    from mcp.server.mcpserver.exceptions import ToolError
    from pydantic import ValidationError

    class Plain(kind):  # type: ignore[valid-type, misc]
        async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
            try:
                return await super().call_tool(name, arguments, context)
            except ToolError as error:
                if not isinstance(error.__cause__, ValidationError):
                    raise
                told = "; ".join(_wrong(one) for one in error.__cause__.errors())
                raise ToolError(f"{name}: {_shortened(told)}; see the tool's schema") from error

    return Plain


def _wrong(found: Mapping[str, Any]) -> str:
    """Say what is wrong with an argument, by the library's finding."""
    name = ".".join(map(str, found["loc"]))
    if found["type"] == "missing":
        return f"the argument {name!r} is missing"
    message = str(found["msg"])
    return f"the argument {name!r} is wrong: {message[:1].lower()}{message[1:]}"


def _in_one_line(tool: Tool) -> Tool:
    """Turn expected failures into an answer that says what, where and the remedy."""

    @wraps(tool)
    def call(*values: Any, **named: Any) -> Any:
        try:
            return tool(*values, **named)
        except ModelsearchError as error:
            return {"error": _shortened(str(error))}  # which may repeat what was asked

    return call  # type: ignore[return-value]


def _paged(name: str, rows: list[Any], limit: int, offset: int) -> dict[str, Any]:
    offset = _start(offset)
    page = rows[offset : offset + _page(limit)]
    found: dict[str, Any] = {"total": len(rows), name: _shortened(page)}
    if offset + len(page) < len(rows):
        found["next_offset"] = offset + len(page)
    return found


def _start(offset: int) -> int:
    return max(0, min(offset, _LAST))


def _page(limit: int) -> int:
    return max(1, min(limit, _MOST))


def _short(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _LEFT_OUT}
    shortened: dict[str, Any] = _shortened(_without_empty(kept))
    return shortened


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is unknown or empty: an assistant reads every word."""
    return {name: value for name, value in row.items() if value not in (None, "", [], {})}


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[:_LONGEST_TEXT] + "…"
    if isinstance(value, list):
        return [_shortened(one) for one in value]
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    return value
