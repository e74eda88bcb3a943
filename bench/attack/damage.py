"""Damaged databases under every command: a right answer or one line, no traceback, no hang."""

from __future__ import annotations

import contextlib
import io
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from bench.attack.folder import index_folder, write_models
from modelsearch.cli.app import app
from modelsearch.cli.failures import told

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("query", "adam models from 2025"), ("query", "linear figures", "--format", "json"),
    ("show", "models_m1_train"), ("compare", "m1", "m2"), ("images",), ("list", "optimizers"),
    ("sql", "SELECT * FROM models"), ("sql", "SELECT * FROM evidence", "-f", "csv"),
    ("compare", "--cohort", "adam", "--cohort", "linear"), ("images", "--duplicates"),
    ("query", "how many models use Adam", "--facets", "--explain"), ("info",),
)  # fmt: skip
_SLOW = 5.0  #: seconds of processor time that no command may take


def damage(place: Path, tries: int, seed: int) -> Iterator[str]:
    """Damage a database in many ways, ask each a few commands; yield figures and faults."""
    dice = random.Random(seed)
    os.environ["XDG_STATE_HOME"] = str(place)
    made = place / "made.db"
    index_folder(write_models(place / "models", 12), made)
    sound = made.read_bytes()
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(tries):
        broken = place / "broken.db"
        for suffix in ("-journal", "-wal", "-shm", "-lock"):
            Path(f"{broken}{suffix}").unlink(missing_ok=True)
        broken.write_bytes(damaged(sound, dice))
        for command in COMMANDS:
            started = time.thread_time()
            outcomes[outcome((*command, "--db", str(broken)))] += 1
            slowest = max(slowest, time.thread_time() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    asked = sum(outcomes.values())
    yield f"{tries} files, {asked} commands, slowest {slowest:.2f} s, peak {peak:.0f} MB"
    for what, count in outcomes.most_common():
        yield f"{count} {what}"


def damaged(sound: bytes, dice: random.Random) -> bytes:
    """Flip bytes, exchange or empty pages, or cut a file."""
    data = bytearray(sound)
    way = dice.choice(("bytes", "bytes", "text", "pages", "zeros", "cut"))
    if way in ("bytes", "text"):
        low, high = (0, 256) if way == "bytes" else (65, 91)
        for _ in range(dice.choice((1, 10, 200, 3_000))):
            data[dice.randrange(len(data))] = dice.randrange(low, high)
    elif way == "cut":
        del data[dice.randrange(len(data)) :]
    else:
        for _ in range(dice.choice((1, 3, 10))):
            at, other = (dice.randrange(len(data) // 8192) * 8192 for _ in range(2))
            data[at : at + 8192] = bytes(8192) if way == "zeros" else data[other : other + 8192]
    return bytes(data)


def outcome(arguments: tuple[str, ...]) -> str:
    """Run a command in this process; return in a few words how it ended."""
    started = time.thread_time()
    with contextlib.redirect_stderr(io.StringIO()):
        done = CliRunner().invoke(app, list(arguments))
    if time.thread_time() - started > _SLOW:
        return f"FAULT: too slow: {arguments[0]}"
    if done.exception is None or isinstance(done.exception, SystemExit):
        return "answered"
    found = told(done.exception)
    if found is None or "\n" in found.message:
        place = done.exc_info[2] if done.exc_info else None
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = place.tb_frame.f_code.co_qualname if place and sys.version_info > (3, 11) else ""
        return f"FAULT: {done.exception!r:.150} in {where}: {arguments[0]}"
    return "one line"
