"""Every command, page and tool of the program, each as something to call on a database file."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from modelsearch.cli.app import app
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.wordlists import word_tuple

#: What reads. ``{place}`` is a folder to write to, ``{whole}`` a sound database, ``{lab}`` the
#: indexed folder.
READING: tuple[tuple[str, ...], ...] = (
    ("query", "adam models from 2025"),
    ("query", "linear figures", "--format", "json"),
    ("query", "how many models use Adam", "--facets", "--explain"),
    ("query", "runs with accuracy over 0.5"),
    ("show", "m1_train"),
    ("show", "m2_train", "--format", "json"),
    ("compare", "m1_train", "m2_train"),
    ("compare", "m1_train", "m2_train", "m3_train", "--format", "json"),
    ("compare", "m1_train", "m2_train", "--html", "{place}/page.html"),
    ("compare", "--cohort", "adam", "--cohort", "linear"),
    ("images",),
    ("images", "m1_train", "--format", "json"),
    ("images", "--duplicates"),
    ("images", "--gallery", "{place}/gallery.html"),
    ("images", "--sheet", "{place}/sheet.png"),
    ("images", "--preview"),
    ("similar-images", "{lab}/m1/samples/epoch_1.png"),
    ("runs",),
    ("runs", "m1_train", "--explain"),
    ("list", "optimizers"),
    ("list", "models"),
    ("list", "datasets"),
    ("sql", "SELECT * FROM models"),
    ("sql", "SELECT * FROM evidence", "-f", "csv"),
    ("info",),
    ("info", "--format", "json"),
    ("remarks",),
    ("export", "{place}/export.db"),
    ("export", "{place}/part.db", "adam models", "--no-paths", "--no-code", "--no-texts"),
)
#: What writes to the database, each to a copy of its own.
WRITING: tuple[tuple[str, ...], ...] = (
    ("tag", "m1_train", "baseline", "paper"),
    ("note", "m1_train", "diverged after epoch 3"),
    ("set", "m1_train", "learning_rate", "3e-4"),
    ("unset", "m1_train", "optimizer"),
    ("own", "m1/samples/epoch_1.png", "m2_train"),
    ("undo", "1"),
    ("relocate", "{lab}", "{place}"),  # a folder that is there: another is refused
    ("forget", "m1_train"),
    ("forget", "{lab}"),
    ("embed",),
    ("looks", "--jobs", "1"),
    ("index", "{lab}", "--jobs", "1"),
)
#: Files that ``merge`` takes: the damaged one as the source, and as the target.
MERGING: tuple[tuple[str, ...], ...] = (
    ("merge", "a={db}", "b={whole}", "-o", "{place}/merged.db"),
    ("merge", "b={whole}", "-o", "{db}"),
)
PAGES = word_tuple("""
    / /?q=adam /?q=linear+figures&page=2 /?q=compare+m1_train+and+m2_train /model?id=m1_train
    /file?model=m1_train&path=m1/train.py&line=5 /compare?id=m1_train&id=m2_train /runs
    /runs?id=m1_train /pictures /pictures?id=m1_train /picture?id={image} /remarks
""")
Call = Callable[[], None]


def calls(db: Path, place: Path, lab: Path, whole: Path) -> Iterator[tuple[str, bool, Call]]:
    """Yield the name of each call, whether it writes to ``db``, and the call itself."""
    names = {"db": db, "place": place, "lab": lab, "whole": whole}
    for writes, commands in ((False, READING), (True, WRITING)):
        for command in commands:
            filled = [part.format(**names) for part in command]
            yield command[0], writes, _command([*filled, "--db", str(db)])
    for command in MERGING:
        yield command[0], True, _command([part.format(**names) for part in command])
    yield from _pages(db)
    yield from _tools(db)


def _command(arguments: list[str]) -> Call:
    def call() -> None:
        with contextlib.redirect_stderr(io.StringIO()):
            done = CliRunner().invoke(app, arguments)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception

    return call


def _pages(db: Path) -> Iterator[tuple[str, bool, Call]]:
    from modelsearch.api.page.application import Serving, application, new_door

    serving = Serving(db, write=True, author="tester", encoder="none")
    door = new_door(serving, 8000)
    application_ = application(serving, door)
    cookie = f"{door.cookie}={door.token}"
    for address in PAGES:
        yield f"serve {address}", False, _page(application_, cookie, address, "")
    form = f"token={door.form_token}&action=tag&model=m1_train&value=seen"
    yield "serve /change", True, _page(application_, cookie, "/change", form)


def _page(application_: Any, cookie: str, address: str, body: str) -> Call:
    """Ask the application as a server does, without one; what it raises is raised here."""
    path, _, query = address.format(image="m1_train:samples/epoch_1.png").partition("?")

    def call() -> None:
        headers = [
            (b"host", b"127.0.0.1:8000"),
            (b"cookie", cookie.encode()),
            (b"origin", b"http://127.0.0.1:8000"),
            (b"content-type", b"application/x-www-form-urlencoded"),
        ]
        scope = {
            "type": "http",
            "method": "POST" if body else "GET",
            "path": path,
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 1),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body.encode(), "more_body": False}

        answers = []

        async def send(message: dict[str, Any]) -> None:
            answers.append(message.get("status"))

        asyncio.run(application_(scope, receive, send))
        if answers[0] not in (200, 303):
            raise ModelsearchError(f"answered with {answers[0]}")

    return call


def _tools(db: Path) -> Iterator[tuple[str, bool, Call]]:
    from modelsearch.api.assistant import Tools

    tools = Tools(db)
    for name, asked in (
        ("search", lambda: tools.search("adam models")),
        ("show", lambda: tools.show("m1_train", ["optimizer"])),
        ("compare", lambda: tools.compare(["m1_train", "m2_train"])),
        ("runs", tools.runs),
        ("images", lambda: tools.images("m1_train")),
        ("sql", lambda: tools.sql("SELECT * FROM models")),
        ("model", lambda: tools.model("m1_train")),
        ("code", lambda: tools.code("m1_train")),
    ):
        yield f"mcp {name}", False, _tool(asked)


def _tool(asked: Callable[[], Any]) -> Call:
    return lambda: json.dumps(asked(), default=str) and None
