"""Training that a notebook starts in the shell: ``!yolo train model=yolov8n.pt epochs=50``."""

from __future__ import annotations

import re

_YOLO = re.compile(r"^\s*[!%]\s*yolo\s+(.*)$")
_SETTING = re.compile(r"^(\w+)=(['\"]?)([^{}$'\"]+)\2$")
_NUMBER = re.compile(r"^[\d.]+(e-?\d+)?$")


def training_command(lines: list[str], at: int) -> str | None:
    """Return the call that a command of Ultralytics stands for, in Python; None for others.

    A command that goes on over several lines is read from its first one.
    """
    found = _YOLO.match(lines[at])
    if found is None:
        return None
    words = found[1]
    while words.rstrip().endswith("\\") and at + 1 < len(lines):
        at += 1
        words = f"{words.rstrip().rstrip(chr(92))} {lines[at].strip()}"
    parts = words.split()
    settings = {m[1]: m[3] for part in parts if (m := _SETTING.match(part)) is not None}
    if settings.pop("mode", None) != "train" and "train" not in parts:
        return None
    model = settings.pop("model", None)
    settings.pop("task", None)
    given = ", ".join(f"{name}={_written(value)}" for name, value in settings.items())
    made = f"ultralytics.YOLO({_written(model) if model else ''})"
    return f"import ultralytics; {made}.train({given})"


def _written(value: str) -> str:
    return value if _NUMBER.match(value) else repr(value)
