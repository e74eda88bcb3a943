"""How text looks on a terminal: bold, colour and links, each only where it helps and is wanted.

Nothing is said by looks alone: without them every answer reads the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from modelsearch.records.patterns import lazy
from modelsearch.records.structs import frozen
from modelsearch.records.typed import TextIO

_RESET = "\x1b[0m"
_CODES = {
    "heading": "\x1b[1m",
    "match": "\x1b[1;32m",
    "differs": "\x1b[33m",
    "warning": "\x1b[33m",
    "faint": "\x1b[2m",
}
#: Variables by which terminals that draw links make themselves known.
_LINKING = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "WEZTERM_PANE", "GHOSTTY_BIN_DIR")
_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "Hyper", "ghostty", "rio"})
_LINKING_VTE = 5000
_LOOKS = lazy("\x1b\\[[0-9;]*m|\x1b\\]8;;[^\x1b]*\x1b\\\\")


@frozen
class Style:
    """Which looks (bold, colour, links) are wanted. ``plain`` asks for output that a screen reader
    can follow.
    """

    colour: bool = False
    links: bool = False
    plain: bool = False

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str], *, plain: bool = False) -> Style:
        """Return the looks for a stream: none in pipes, on dumb terminals or under NO_COLOR."""
        if plain:
            return cls(plain=True)
        terminal = stream.isatty() and environment.get("TERM") != "dumb"
        forced = environment.get("FORCE_COLOR", "") not in ("", "0")
        colour = (terminal or forced) and not environment.get("NO_COLOR")
        return cls(colour, terminal and _draws_links(environment))

    def __call__(self, look: str, text: str) -> str:
        """Return text with a look: heading, match, differs, warning or faint."""
        return f"{_CODES[look]}{text}{_RESET}" if self.colour and text else text

    def link(self, text: str, path: str, line: int | None = None) -> str:
        """Return text that opens a file where the terminal can; a template may name an editor."""
        if not self.links:
            return text
        template = os.environ.get("MODELSEARCH_LINKS") or "file://{path}"
        quoted = _quoted(path)
        target = template.replace("{path}", quoted).replace("{line}", str(line or 1))
        return f"\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\"


def without_looks(text: str) -> str:
    """Return styled text without its styles."""
    return _LOOKS.sub("", text)


def _quoted(path: str) -> str:
    safe = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~:"
    return "".join(chr(b) if b in safe else f"%{b:02X}" for b in path.encode("utf-8", "replace"))


def _draws_links(environment: Mapping[str, str]) -> bool:
    if environment.get("TERM_PROGRAM") in _LINKING_PROGRAMS:
        return True
    vte = environment.get("VTE_VERSION", "")
    recent = vte.isdecimal() and int(vte) >= _LINKING_VTE
    return recent or any(environment.get(name) for name in _LINKING)
