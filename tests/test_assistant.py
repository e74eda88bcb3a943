"""The server for assistants, called by the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import runpy
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from modelsearch.records.errors import ModelsearchError
from tests.conftest import ROOT, Indexed

mcp = pytest.importorskip("mcp")


def talk(indexed: Indexed, conversation: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """Hold a conversation with the command, started as an assistant starts it."""
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "modelsearch", "mcp", "--db", str(indexed.db)]
    )

    async def run() -> Any:
        async with mcp.Client(command) as client:
            return await conversation(client)

    return asyncio.run(run())


async def call(client: Any, tool: str, **arguments: Any) -> Any:
    found = await client.call_tool(tool, arguments)
    return json.loads(found.content[0].text)


def test_every_tool_is_listed_with_what_it_does(indexed: Indexed) -> None:
    async def ask(client: Any) -> Any:
        return (await client.list_tools()).tools, (await client.list_resource_templates())

    tools, templates = talk(indexed, ask)
    assert {tool.name for tool in tools} == {
        "search",
        "show",
        "compare",
        "runs",
        "images",
        "facets",
        "sql",
    }
    assert all(tool.description for tool in tools)
    uris = {one.uri_template for one in templates.resource_templates}
    assert uris == {"modelsearch://model/{model_id}", "modelsearch://code/{model_id}"}


def test_an_assistant_searches_shows_compares_and_reads_code(indexed: Indexed) -> None:
    async def ask(client: Any) -> dict[str, Any]:
        found = await call(client, "search", question="models trained on MNIST", limit=3)
        first, second = (one["model_id"] for one in found["models"][:2])
        return {
            "found": found,
            "more": await call(
                client, "search", question="models trained on MNIST", limit=3, offset=3
            ),
            "shown": await call(client, "show", model=first, evidence_of=["optimizer"]),
            "compared": await call(client, "compare", models=[first, second]),
            "wrong": await call(client, "show", model="nosuchmodel"),
            "rows": await call(client, "sql", statement="SELECT model_id FROM models", limit=2),
            "written": await call(client, "sql", statement="DELETE FROM model"),
            "images": await call(client, "images", model=first),
            "runs": await call(client, "runs"),
            "code": (await client.read_resource(f"modelsearch://code/{first}")).contents[0].text,
        }

    found = talk(indexed, ask)
    printed = indexed.json("query", "models trained on MNIST", "--limit", "0")
    assert found["found"]["total"] == printed["total"]
    ids = [one["model_id"] for key in ("found", "more") for one in found[key]["models"]]
    assert ids == [row["model_id"] for row in printed["results"][:6]]
    assert found["found"]["next_offset"] == 3
    assert {one["field"] for one in found["shown"]["evidence"]} <= {"optimizer"}
    assert found["shown"]["places_known"] > 5
    assert found["compared"]["answer"]
    assert "no model is called" in found["wrong"]["error"]
    assert (len(found["rows"]["rows"]), found["rows"]["next_offset"]) == (2, 2)
    assert "only reads" in found["written"]["error"]
    assert "import" in found["code"]


def test_what_no_assistant_should_ask_is_refused_or_bounded(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelsearch.api import assistant

    monkeypatch.setattr(assistant, "_SECONDS", 1)
    tools = assistant.Tools(indexed.db)
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT {} FROM c"
    assert len(tools.sql(endless.format("x"))["rows"]) == 50  # the others are not waited for
    for statement in (endless.format("count(*)"), "SELECT a.id FROM model a, model b, model c, "
                      "model d, model e WHERE a.id + b.id + c.id + d.id + e.id < 0"):  # fmt: skip
        with pytest.raises(ModelsearchError, match="more than 1 s"):
            tools.sql(statement)
    first = tools.search("GAN", limit=3)
    for offset in (-3, -(10**30)):
        assert tools.search("GAN", limit=3, offset=offset) == first
        assert tools.runs(limit=3, offset=offset) == tools.runs(limit=3)
    for tool in (tools.search, tools.sql):
        beyond = tool("SELECT 1", limit=10**30, offset=10**30)
        assert not beyond.get("models") and not beyond.get("rows")
    assert tools.search("not " * 100_000)["notes"]
    for tool in ("show", "runs", "images", "facets", "sql"):
        told = assistant._in_one_line(getattr(tools, tool))("x" * 100_000)
        assert 10 < len(told["error"]) < 500


def test_a_missing_or_wrong_argument_is_said_in_one_line(indexed: Indexed) -> None:
    async def ask(client: Any) -> list[str]:
        calls: tuple[tuple[str, dict[str, Any]], ...] = (
            ("search", {}),
            ("runs", {"limit": "many"}),
        )
        told = [await client.call_tool(tool, arguments) for tool, arguments in calls]
        assert all(one.is_error for one in told)
        return [one.content[0].text for one in told]

    missing, wrong = talk(indexed, ask)
    assert missing == "search: the argument 'question' is missing; see the tool's schema"
    assert wrong.startswith("runs: the argument 'limit' is wrong: input should be a valid integer")
    assert "\n" not in wrong


def test_a_missing_database_is_said_in_one_line() -> None:
    from tests.conftest import run

    result = run("mcp", "--db", "/nowhere/models.db")
    assert "there is no database at /nowhere/models.db" in str(result.exception)


def test_the_transcript_of_the_page_is_what_is_answered(indexed: Indexed) -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "document_assistant.py"))

    async def ask(client: Any) -> list[Any]:
        return [await call(client, tool, **arguments) for tool, arguments in page["CALLS"]]

    text = page["PAGE"].read_text(encoding="utf-8")
    told = "run: python scripts/document_assistant.py DATABASE_OF_THE_FIXTURES"
    assert page["documented"](text, talk(indexed, ask)) == text, told
