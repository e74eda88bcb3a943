"""Absolute paths in stored texts, shortened to their last part before a file is passed on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: An absolute path of at least two folders; ``://`` before it makes it part of an address.
_POSIX = re.compile(
    r"(?<![\w.:/~@-])(?:file://)?/(?:[^\s/'\"`<>|;,()\[\]{}]+/)+[^\s/'\"`<>|;,()\[\]{}]*"
)
_WINDOWS = re.compile(
    r"(?<![\w])[A-Za-z]:[\\/](?:[^\s\\/'\"`<>|;,()\[\]{}]+[\\/])*[^\s\\/'\"`<>|;,()\[\]{}]*"
)
_HOME = re.compile(r"(?<![\w/])~\w[\w.-]*(?=/)")
#: Folders that every machine has; paths into them say nothing about a person.
_COMMON = ("/usr/", "/bin/", "/dev/", "/etc/", "/proc/", "/sys/", "/lib/", "/sbin/", "/boot/")


def shortener(roots: Iterable[str]) -> Callable[[str], str]:
    """Return a function that shortens the absolute paths of a text.

    A path below one of ``roots`` keeps what is relative to it; any other keeps its last part. Paths
    of the operating system, web addresses and relative paths stay as they are.
    """
    known = sorted({root.rstrip("/") for root in roots if root.strip("/")}, key=len, reverse=True)

    def shorten(text: str) -> str:
        for root in known:
            if root in text:
                text = text.replace(root + "/", "").replace(root, root.rsplit("/", 1)[-1])
        if "/" in text or "\\" in text:
            text = _POSIX.sub(_last_part, text)
            text = _WINDOWS.sub(_last_part, text)
        return _HOME.sub("~", text) if "~" in text else text

    return shorten


def _last_part(match: re.Match[str]) -> str:
    path = match[0].removeprefix("file://")
    if path.startswith(_COMMON):
        return match[0]
    last = re.split(r"[\\/]", path.rstrip("/\\"))[-1]
    return f"…/{last}" if last else "…"
