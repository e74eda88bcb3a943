"""The local page as a web application, and the server that carries it."""

from __future__ import annotations

import hmac
import secrets
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from modelsearch.api.catalogue import Catalogue
from modelsearch.api.page.changing import Changer
from modelsearch.api.page.guard import Door, Guard
from modelsearch.api.page.reading import Asked, Page, Reader, address
from modelsearch.records.datafiles import read_text
from modelsearch.records.errors import ModelsearchError, ResolveError
from modelsearch.records.structs import frozen
from modelsearch.render import page as written_page
from modelsearch.render.templating import environment
from modelsearch.store.sessions import presenting

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LARGEST_FORM = 1 << 16  #: bytes

#: What a browser shows in the page's tab: a lens.
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#2a6fb0" '
    'stroke-width="2"><circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5 15 15"/></svg>'
)


@frozen
class Serving:
    """How a database is served. Nothing can be changed without ``write``; ``author`` is who says
    what is changed then. ``port`` 0 is any free one.
    """

    db: Path
    host: str = "127.0.0.1"
    port: int = 0
    write: bool = False
    author: str | None = None
    files: Path | None = None
    encoder: str | None = None


def application(serving: Serving, door: Door, *, ahead: bool = False) -> Guard:
    """Return the application; ``ahead``: it makes ahead what first questions would wait for.

    Raises ModelsearchError without the extra ``[page]``.
    """
    try:
        from starlette.applications import Starlette
        from starlette.responses import Response
        from starlette.routing import Route
    except ImportError as error:
        raise ModelsearchError(_without("starlette")) from error
    reader = _reader(serving, ahead=ahead)
    changer = Changer(serving.db, serving.author)
    templates = environment(__file__, written_page.__file__)
    templates.globals |= {
        "address": address,
        "write": serving.write,
        "form_token": door.form_token,
        "database": serving.db.name,
    }
    style = read_text(__file__, "style.css")

    def drawn(page: Page, status: int = 200) -> Response:
        text = templates.get_template(page.template).render(page.values)
        return Response(text, status, media_type="text/html")

    def refused(_request: Request, error: Exception) -> Response:
        status = 404 if isinstance(error, ResolveError) else 400
        return drawn(Page("refused.html", {"said": str(error)}), status)

    def showing(make: Callable[[Asked], Page]) -> Callable[[Request], Response]:
        # A page is drawn when its database is closed again.
        return presenting(serving.db)(lambda request: drawn(make(_asked(request))))

    def picture(request: Request) -> Response:
        media, content = reader.picture(_asked(request))
        return Response(content, media_type=media)

    def styled(_request: Request) -> Response:
        return Response(style, media_type="text/css")

    def icon(_request: Request) -> Response:
        return Response(_ICON, media_type="image/svg+xml")

    async def change(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        form = await _form(request)
        if not hmac.compare_digest(form.get("token", "").encode(), door.form_token.encode()):
            raise ModelsearchError("the form is not of this server; load its page again")
        model = await run_in_threadpool(changer.carry_out, form)
        goal = address("/model", id=model) if model else "/remarks"
        return Response(status_code=303, headers={"location": goal})

    routes = [
        Route("/", showing(reader.search)),
        Route("/model", showing(reader.model)),
        Route("/file", showing(reader.file)),
        Route("/compare", showing(reader.compare)),
        Route("/runs", showing(reader.runs)),
        Route("/pictures", showing(reader.pictures)),
        Route("/remarks", showing(reader.remarks)),
        Route("/picture", picture),
        Route("/style.css", styled),
        Route("/icon.svg", icon),
        Route("/change", change, methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {ModelsearchError: refused}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), door)


def serve(serving: Serving, ready: Callable[[str], None]) -> None:
    """Serve until the process is told to stop; ``ready`` is called with the address to open.

    Raises ModelsearchError without the extra ``[page]``, for a damaged database, and where the
    port is taken.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise ModelsearchError(_without("uvicorn")) from error
    from modelsearch.api.page.connections import MOST, Connection

    Catalogue(serving.db).close()  # say now what is wrong with the file
    with closing(listening_socket(serving.host, serving.port)) as listening:
        door = new_door(serving, listening.getsockname()[1])
        config = uvicorn.Config(
            application(serving, door, ahead=True),
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="off",
            http=Connection,
            limit_concurrency=2 * MOST,
            timeout_keep_alive=5,
        )
        ready(f"http://{_spelled(serving.host)}:{door.port}/?token={door.token}")
        uvicorn.Server(config).run(sockets=[listening])


def _reader(serving: Serving, *, ahead: bool) -> Reader:
    reader = Reader(serving.db, serving.files, serving.encoder)
    if ahead:
        reader.prepare()
    return reader


def new_door(serving: Serving, port: int) -> Door:
    """Return a door with a new token, for a server that listens on ``port``."""
    return Door(secrets.token_urlsafe(24), _spelled(serving.host), port, serving.write)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises ModelsearchError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(128)
    except (OSError, TypeError, ValueError, OverflowError) as error:  # no name, no such port
        made.close()
        reason = getattr(error, "strerror", None) or error
        raise ModelsearchError(
            f"cannot serve on {host}, port {port}: {reason}; --port 0 takes a free port"
        ) from error
    return made


def _spelled(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _without(name: str) -> str:
    return f"the local page needs {name}: pip install 'modelsearch-db[page]'"


def _asked(request: Request) -> Asked:
    names = request.query_params.keys()
    return {name: request.query_params.getlist(name) for name in names}


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != (
        "application/x-www-form-urlencoded"
    ):
        raise ModelsearchError("changes come as a form")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise ModelsearchError("the form is too large")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
