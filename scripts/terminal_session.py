"""A session in a real terminal, as docs/output.md shows it: what is typed and what is seen.

``python -m scripts.terminal_session DATABASE_OF_THE_FIXTURES`` writes it into the document, typed
into tmux; a test types it again, into a terminal of its own and, where there is tmux, into that.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "output.md"
TYPED = (
    "GANs with more than 100 epochs",
    "only those on CIFAR-10",
    "how many of them are in PyTorch?",
    "compare 1 2",
    "sort them by epochs",
    "accuracy of CIFAR-Classifiers_resnet18",
    ".limit many",
)
WIDTH, HEIGHT = 100, 24
_PROMPT = "modelsearch> "
_SESSION = re.compile(r"(?<=^    \$ modelsearch repl\n)(?:    .*\n|\n(?=    ))*", re.M)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;;[^\x1b\x07]*(?:\x1b\\|\x07)|\x1b[=>]")
_PATIENCE_S = 60


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a session: no history, no pager, nothing of who runs it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    state = tempfile.mkdtemp(prefix="modelsearch-state-")
    return (
        kept
        | {
            "TERM": "xterm-256color",
            "PAGER": "cat",
            "XDG_STATE_HOME": state,
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "INPUTRC": "/dev/null",
        }
        | more
    )


def command(db: Path) -> list[str]:
    """Return how a session is started."""
    return [sys.executable, "-m", "modelsearch", "repl", "--db", str(db)]


def by_terminal(db: Path, typed: Sequence[str] = TYPED, width: int = WIDTH, **more: str) -> str:
    """Type a session into a terminal of this process's own, and return all that it wrote."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, width, 0, 0))
    process = subprocess.Popen(
        command(db),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(**more),
        start_new_session=True,
    )
    os.close(theirs)
    written = _read_until_prompt(ours, "")
    for line in typed:
        os.write(ours, line.encode() + b"\n")
        written = _read_until_prompt(ours, written)
    os.write(ours, b".quit\n")
    process.wait(_PATIENCE_S)
    os.close(ours)
    return written


def _read_until_prompt(terminal: int, before: str) -> str:
    """Read on till the terminal waits for a line again."""
    import select

    written = before
    end = time.monotonic() + _PATIENCE_S
    while len(written) == len(before) or not plain(written).endswith(_PROMPT):
        if not select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            raise TimeoutError(written)
        written += os.read(terminal, 65536).decode("utf-8", "replace")
    return written


def plain(written: str) -> str:
    """Return what a terminal shows of what was written to it, without looks and links."""
    return _ESCAPES.sub("", written).replace("\r\n", "\n").replace("\r", "")


def by_tmux(db: Path, typed: Sequence[str] = TYPED) -> str:
    """Type a session into tmux and return what its screen reads, from the first line on."""
    name = f"modelsearch-{os.getpid()}"
    socket = ["tmux", "-L", name, "-f", "/dev/null"]
    settings = environment()
    run = shlex.join(["env", *(f"{k}={v}" for k, v in settings.items()), *command(db)])
    size = ["-x", str(WIDTH), "-y", str(HEIGHT)]
    subprocess.run([*socket, "new-session", "-d", *size, run], check=True, env=settings)
    try:
        shown = _screen(socket, 1)
        for number, line in enumerate(typed, 2):
            subprocess.run([*socket, "send-keys", "-l", line], check=True)
            subprocess.run([*socket, "send-keys", "Enter"], check=True)
            shown = _screen(socket, number)
        return shown
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run([*socket, "kill-server"], check=True)


def _screen(socket: Sequence[str], prompts: int) -> str:
    """Return the lines of the screen and above it when so many prompts stand there."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        read = [*socket, "capture-pane", "-p", "-S", "-", "-J"]
        shown = subprocess.run(read, capture_output=True, text=True, check=True).stdout.rstrip()
        lines = shown.splitlines()
        asked = sum(line.startswith(_PROMPT.rstrip()) for line in lines)
        if asked == prompts and lines[-1] == _PROMPT.rstrip():
            return shown
        time.sleep(0.05)
    raise TimeoutError(shown)


def documented(text: str) -> str:
    """Return the session that a document shows, as lines of the screen."""
    found = _SESSION.search(text)
    assert found is not None, "the document has no session"
    return "\n".join(line[4:] for line in found.group().splitlines())


def as_shown(screen: str) -> str:
    """Return a screen without the spaces at the ends of lines and without the last prompt."""
    lines = [line.rstrip() for line in screen.splitlines()]
    return "\n".join(lines[:-1] if lines[-1] == _PROMPT.rstrip() else lines)


def main() -> None:
    """Type the session and write what was seen into the document."""
    seen = as_shown(by_tmux(Path(sys.argv[1])))
    text = DOCUMENT.read_text(encoding="utf-8")
    lines = "".join(f"    {line}".rstrip() + "\n" for line in seen.splitlines())
    DOCUMENT.write_text(_SESSION.sub(lambda _: lines, text), encoding="utf-8")


if __name__ == "__main__":
    main()
