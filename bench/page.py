"""Many readers of the local page at once.

``python -m bench.page DATABASE [--clients 50 --seconds 60]``: each client asks one page after
another (questions, a model, its pictures, runs, a comparison) and checks that it is answered.
Printed are the answers, the failures, and how long an answer took.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

QUESTIONS = (
    "",
    "diffusion models",
    "batch size over 64",
    "models with Adam and attention",
    "LSTM",
    "how many models per dataset",
    "average learning rate by optimizer",
    "Keras since March 2025",
    "which model trained for the most epochs?",
    "flowers from noise",
)


def main() -> None:
    """Serve the database, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("db", type=Path)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    with serving(given.db) as (_, host, entrance):
        taken, failed = _ask(host, entrance, given)
    ordered = sorted(taken)
    print(
        f"{len(taken):,} answers to {given.clients} clients in {given.seconds:.0f} s, "
        f"{len(failed)} failed"
    )
    for line in failed[:5]:
        print(line)
    late = ordered[int(len(ordered) * 0.95)]
    print(f"ms an answer: median {statistics.median(ordered):.0f}, 95 % within {late:.0f}")


@contextmanager
def serving(db: Path, *before: str) -> Iterator[tuple[int, str, str]]:
    """Serve a database, ranking by keywords alone; give the process, its host and port, and the
    path that lets a browser in. ``before`` stands before the command (``chrt -f 20``).
    """
    command = [*before, sys.executable, "-m", "modelsearch", "serve", "--db", str(db)]
    command += ["--encoder", "none"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            printed = (server.stdout or sys.stdin).readline().strip()
            address = urlsplit(printed)
            yield server.pid, address.netloc, f"{address.path}?{address.query}"
        finally:
            server.terminate()


def _ask(host: str, entrance: str, given: argparse.Namespace) -> tuple[list[float], list[str]]:
    taken: list[float] = []
    failed: list[str] = []
    until = time.monotonic() + given.seconds

    def client(seed: int) -> None:
        cookie = enter(host, entrance)
        for path in _pages(host, cookie, random.Random(seed)):
            if time.monotonic() > until:
                return
            began = time.monotonic()
            status, text = get(host, path, cookie)
            taken.append((time.monotonic() - began) * 1000)
            if status != 200 or "</html>" not in text:
                failed.append(f"{status} {path}: {text[:100]!r}")

    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(given.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, failed


def _pages(host: str, cookie: str, draw: random.Random) -> Iterator[str]:
    _, first = get(host, "/", cookie)
    models = sorted(set(re.findall(r'/model\?id=([^"&]+)', first)))
    while True:
        yield f"/?q={quote(draw.choice(QUESTIONS))}"
        one, other = draw.choice(models), draw.choice(models)
        yield draw.choice((f"/model?id={one}", f"/pictures?id={one}", f"/runs?id={one}"))
        if one != other:
            yield f"/compare?id={one}&id={other}"


def enter(host: str, entrance: str) -> str:
    """Exchange the token of the printed address for a cookie."""
    connection = http.client.HTTPConnection(host, timeout=120)
    connection.request("GET", entrance)
    answer = connection.getresponse()
    answer.read()
    return (answer.getheader("set-cookie") or "").partition(";")[0]


def get(host: str, path: str, cookie: str) -> tuple[int, str]:
    """Return the status and the text of a page; status 0 and why, where there was no answer."""
    connection = http.client.HTTPConnection(host, timeout=120)
    try:
        connection.request("GET", path, headers={"cookie": cookie})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
