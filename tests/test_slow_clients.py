"""Clients that connect to the page and say nothing, or little."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
from urllib.parse import urlsplit

from modelsearch.api.page.connections import MOST
from tests.conftest import Indexed


def test_many_that_say_little_keep_nobody_out(indexed: Indexed) -> None:
    command = [sys.executable, "-m", "modelsearch", "serve", "--db", str(indexed.db)]
    with subprocess.Popen(
        [*command, "--encoder", "none"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        opened: list[socket.socket] = []
        try:
            address = urlsplit(server.stdout.readline().strip())
            for _ in range(MOST + 60):
                one = socket.create_connection((address.hostname, address.port), timeout=30)
                one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                opened.append(one)
            asking = http.client.HTTPConnection(address.netloc, timeout=60)
            asking.request("GET", f"{address.path}?{address.query}")
            assert asking.getresponse().status == 303
            with contextlib.suppress(ConnectionResetError):  # it may not have been read to its end
                assert opened[0].recv(100) == b""  # the one that waited longest went
        finally:
            for one in opened:
                one.close()
            server.terminate()
