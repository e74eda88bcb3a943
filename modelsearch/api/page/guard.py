"""Who may ask the local page: the person to whom its address was printed, from this machine.

Any web page that is open in a browser can send requests to a server on the same machine, and can
let a name of its own point to it. So a request must name this server as its host, come from the
page itself or from the address bar, and carry the token that was printed.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from modelsearch.records.structs import frozen

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

#: No scripts at all; styles, pictures and forms of this server alone; in no frame.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = (
    ("content-security-policy", _POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    # A policy of no referrer would make forms say that they come from nowhere.
    ("referrer-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cache-control", "no-store"),
)


@frozen
class Door:
    """Who may come in: the ``token`` that a request must carry, and the names that the server may
    be called by.
    """

    token: str
    host: str
    port: int
    write: bool = False

    @property
    def cookie(self) -> str:
        """The name of the cookie; servers on other ports have other ones."""
        return f"modelsearch-{self.port}"

    @property
    def form_token(self) -> str:
        """The token that forms carry. It is made from ``token`` but does not open the pages."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest()

    def knows_host(self, host: str) -> bool:
        """Return whether a Host header names this server."""
        name, _, port = host.rpartition(":")
        if port != str(self.port):
            return False
        if name.lower() in (*LOOPBACK, self.host.lower()):
            return True
        # Where all addresses are served any may be asked, but no name: it could be anyone's.
        return self.host in ("0.0.0.0", "[::]") and _is_address(name)  # noqa: S104 - asked, not bound


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Guard:
    """Passes permitted requests on to ``application``, and sets the security headers of every
    answer.
    """

    def __init__(self, application: Application, door: Door) -> None:
        self._application = application
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message.get("headers", ())}
                message["headers"] = [
                    *message.get("headers", ()),
                    *(
                        (name.encode(), value.encode())
                        for name, value in _HEADERS
                        if name.encode() not in own
                    ),
                ]
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            status, text = refused
            await _plain(with_headers, status, text)
        elif not self._has_cookie(scope):
            await self._enter(scope, with_headers)
        else:
            await self._application(scope, receive, with_headers)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        hosts = _header(scope, "host")
        if len(hosts) != 1 or not self._door.knows_host(hosts[0]):
            return 421, "this server has another name"
        sites = _header(scope, "sec-fetch-site")
        if any(site not in ("same-origin", "none") for site in sites):
            return 403, "another page asked for this; open the address that modelsearch printed"
        if scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return 405, "only GET, HEAD and POST are answered"
        if not self._door.write:
            return 403, "nothing can be changed here; start it with: modelsearch serve --write"
        if _header(scope, "origin") != [f"http://{hosts[0]}"]:
            return 403, "changes must come from a form of this page"
        return None

    def _has_cookie(self, scope: Scope) -> bool:
        found = SimpleCookie()
        for text in _header(scope, "cookie"):
            try:
                found.load(text)
            except CookieError:
                return False
        one = found.get(self._door.cookie)
        return one is not None and _same(one.value, self._door.token)

    async def _enter(self, scope: Scope, send: Send) -> None:
        """Exchange the token of the printed address for a cookie, so that it stays in no link."""
        (given,) = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[-1:]
        asks = scope["path"] == "/" and scope["method"] == "GET"
        if not (asks and _same(given, self._door.token)):
            await _plain(send, 403, "open the address that modelsearch printed, with its token")
            return
        cookie = f"{self._door.cookie}={self._door.token}; Path=/; HttpOnly; SameSite=Strict"
        await _plain(send, 303, "", (("location", "/"), ("set-cookie", cookie)))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _header(scope: Scope, name: str) -> list[str]:
    wanted = name.encode()
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == wanted]


async def _plain(
    send: Send, status: int, text: str, headers: Iterable[tuple[str, str]] = ()
) -> None:
    body = (text + "\n" if text else "").encode()
    sent = [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", str(len(body))),
        *headers,
    ]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in sent],
        }
    )
    await send({"type": "http.response.body", "body": body})
