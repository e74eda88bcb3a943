"""Damaged databases under every command: a right answer or one line, no traceback, no hang."""

from __future__ import annotations

import os
import random
import resource
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import apsw
from typer.testing import CliRunner

from bench.attack.commands import Call, calls
from bench.attack.folder import index_folder, write_lab
from modelsearch.cli.app import app
from modelsearch.cli.failures import told

MODELS = 12
_SLOW = 5.0  #: seconds of processor time that no command may take
_BESIDE = ("-journal", "-wal", "-shm", "-lock")
#: What a hostile hand writes into a column of a kind: a STRICT table keeps the kind alone.
_ODD: dict[str, tuple[object, ...]] = {
    "TEXT": ("", "\x1b]0;x\x07", "x" * 200_000, "../../../etc/passwd", "/", "\x00", "9" * 400,
             "2025-13-45T99:99", "[" * 5_000, "{}", "null", "=1+1", "%s%n", "code",
             "\U0010ffff", "-1"),
    "INTEGER": (0, -1, 1, 2**63 - 1, -(2**63), 10**12),
    "REAL": (0.0, -1.0, 1e308, float("inf"), float("-inf"), 5e-324),
    "BLOB": (b"", b"\x00", b"\xff" * 999, bytes(70_000), b"x\x9c\x03\x00\x00\x00\x00\x01"),
}  # fmt: skip


def damage(place: Path, tries: int, seed: int, most: int | None = None) -> Iterator[str]:
    """Damage a database in many ways and put each file under all calls, or ``most`` of them;
    yield figures and faults.
    """
    dice = random.Random(seed)
    os.environ["XDG_STATE_HOME"] = str(place)
    lab, sound = write_lab(place / "lab", MODELS), place / "sound.db"
    index_folder(lab, sound, "default", thumbnail=32)
    for words in (
        ("tag", "m1_train", "paper"),
        ("note", "m2_train", "later"),
        ("set", "m3_train", "epochs", "9"),
    ):
        CliRunner().invoke(app, [*words, "--db", str(sound)])
    broken, outcomes, slowest, asked = place / "broken.db", Counter[str](), 0.0, 0
    out = place / "out"
    every = list(calls(broken, out, lab, sound))
    yield from _refused(every, sound, broken, out)
    for _ in range(tries):
        damaged = damaged_copy(sound, place / "damaged.db", dice)
        _put(damaged, broken)
        chosen = every if most is None else dice.sample(every, most)
        for name, writes, call in chosen:
            started = time.process_time()
            ended = outcome(name, call, out)
            took = time.process_time() - started
            outcomes[ended if took < _SLOW else f"FAULT: too slow: {name}"] += 1
            slowest, asked = max(slowest, took), asked + 1
            if writes:
                _put(damaged, broken)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    yield (
        f"{tries} files, {asked} calls of {len(every)} kinds, slowest {slowest:.2f} s, "
        f"peak {peak:.0f} MB"
    )
    for what, count in outcomes.most_common():
        yield f"{count} {what}"


def _refused(
    every: list[tuple[str, bool, Call]], sound: Path, broken: Path, out: Path
) -> Iterator[str]:
    """Yield the calls that a sound file does not answer: they would try nothing."""
    for name, _, call in every:
        _put(sound, broken)
        ended = outcome(name, call, out)
        if ended != "answered":
            yield f"FAULT: a sound file is not answered by {name}: {ended}"


def _put(damaged: Path, broken: Path) -> None:
    for suffix in _BESIDE:
        Path(f"{broken}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(damaged, broken)


def damaged_copy(sound: Path, to: Path, dice: random.Random) -> Path:
    """Write a damaged copy of a database: broken bytes and pages, or values that nobody wrote."""
    way = dice.choice(
        ("bytes", "bytes", "text", "pages", "zeros", "cut", "values", "values", "rows")
    )
    if way in ("values", "rows"):
        shutil.copyfile(sound, to)
        _odd_rows(to, dice, gone=way == "rows")
    else:
        to.write_bytes(_broken_bytes(sound.read_bytes(), way, dice))
    return to


def _broken_bytes(sound: bytes, way: str, dice: random.Random) -> bytes:
    """Flip bytes, exchange or empty pages, or cut a file."""
    data = bytearray(sound)
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


def _odd_rows(path: Path, dice: random.Random, *, gone: bool) -> None:
    """Write odd values into some columns of a sound file, or remove rows that others refer to."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA foreign_keys = OFF")
    columns = connection.execute(
        "SELECT t.name, c.name, c.type FROM pragma_table_list t, pragma_table_info(t.name) c "
        "WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' "
        "ORDER BY t.name, c.cid"
    ).fetchall()
    for _ in range(dice.choice((1, 3, 20))):
        table, column, kind = dice.choice(columns)
        where = dice.choice(("", " WHERE abs(random()) % 3 = 0"))
        try:
            if gone:
                connection.execute(f'DELETE FROM "{table}"{where}')
            else:
                value = dice.choice((*_ODD[kind], None))
                connection.execute(
                    f'UPDATE OR IGNORE "{table}" SET "{column}" = ?{where}', (value,)
                )
        except (apsw.ConstraintError, apsw.MismatchError):
            continue
    connection.close()


def outcome(name: str, call: Call, out: Path) -> str:
    """Make a call that may write to ``out``; return in a few words how it ended."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    try:
        call()
    except BaseException as error:
        found = told(error)
        if found is None or "\n" in found.message:
            return f"FAULT: {error!r:.150} in {_where(error)}: {name}"
        return "one line"
    return "answered"


def _where(error: BaseException) -> str:
    """Return the place of ours in which an exception was raised, or the last one."""
    place, found = error.__traceback__, ""
    while place is not None:
        code = place.tb_frame.f_code
        name = getattr(code, "co_qualname", code.co_name)
        if "modelsearch" in code.co_filename or not found:
            found = f"{Path(code.co_filename).name}:{place.tb_lineno} {name}"
        place = place.tb_next
    return found
