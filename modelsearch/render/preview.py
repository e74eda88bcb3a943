"""Pictures in the terminal: by the protocols of kitty, iTerm2 and sixel, half blocks elsewhere.

What a terminal can is told by its environment; nothing is asked of it, because an answer that
does not come would hang the command. ``MODELSEARCH_PREVIEW`` names a way where the guess is wrong.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping

from modelsearch.records.errors import UsageError
from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

#: Pixels that pictures are drawn at where the terminal draws pixels.
SIDE = 240
_CHUNK = 4096
_SHADES = " .:-=+*#%@"


def protocol(environment: Mapping[str, str]) -> str:
    """Return ``kitty``, ``iterm``, ``sixel``, ``blocks`` or ``shades`` (no colour).

    Raises UsageError when MODELSEARCH_PREVIEW names something else.
    """
    wanted = environment.get("MODELSEARCH_PREVIEW", "").lower()
    if wanted:
        if wanted not in _DRAW:
            raise UsageError(
                f"MODELSEARCH_PREVIEW is {wanted!r}; it can be one of: {', '.join(_DRAW)}"
            )
        return wanted
    term = environment.get("TERM", "")
    program = environment.get("TERM_PROGRAM", "") or environment.get("LC_TERMINAL", "")
    if term == "dumb" or environment.get("NO_COLOR"):
        return "shades"
    if environment.get("TMUX") or term.startswith("screen"):
        return "blocks"  # multiplexers swallow or misplace pictures
    if "kitty" in term or environment.get("KITTY_WINDOW_ID") or program.lower() == "ghostty":
        return "kitty"
    if program in ("iTerm.app", "iTerm2", "WezTerm", "mintty"):
        return "iterm"
    if "sixel" in term or term.startswith(("mlterm", "foot", "yaft")):
        return "sixel"
    return "blocks"


def draw(picture: Image.Image, way: str, columns: int) -> str:
    """Return the characters that show an RGB picture, at most ``columns`` cells wide where the
    terminal has cells, ending in a line break.
    """
    return _DRAW[way](picture, max(columns, 2))


def _kitty(picture: Image.Image, _columns: int) -> str:
    data = base64.b64encode(_png(picture)).decode("ascii")
    parts = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    out = []
    for at, part in enumerate(parts):
        more = int(at < len(parts) - 1)
        head = f"a=T,f=100,q=2,m={more}" if at == 0 else f"m={more}"
        out.append(f"\x1b_G{head};{part}\x1b\\")
    return "".join(out) + "\n"


def _iterm(picture: Image.Image, _columns: int) -> str:
    data = _png(picture)
    text = base64.b64encode(data).decode("ascii")
    return (
        f"\x1b]1337;File=inline=1;size={len(data)};width={picture.width}px;"
        f"preserveAspectRatio=1:{text}\x07\n"
    )


def _sixel(picture: Image.Image, _columns: int) -> str:
    """Six rows of pixels at a time, one pass for each colour in them, runs shortened."""
    import numpy

    indexed = picture.quantize(64)
    palette = (indexed.getpalette() or [])[: 64 * 3]
    width, height = indexed.size
    pixels = numpy.zeros((-(-height // 6), 6, width), dtype=numpy.uint8)
    pixels.reshape(-1, width)[:height] = numpy.asarray(indexed)
    weights = numpy.array([1, 2, 4, 8, 16, 32], dtype=numpy.uint8)
    out = [f'\x1bP0;1;0q"1;1;{width};{height}']
    for number in range(len(palette) // 3):
        red, green, blue = (round(one * 100 / 255) for one in palette[number * 3 : number * 3 + 3])
        out.append(f"#{number};2;{red};{green};{blue}")
    for band, rows in enumerate(pixels):
        used = weights[: height - 6 * band]  # the last rows may be fewer
        shown = rows[: len(used)]
        passes = []
        for colour in numpy.unique(shown).tolist():
            bits = (shown == colour).astype(numpy.uint8).T @ used
            passes.append(f"#{colour}{_runs(bits)}")
        out.append("$".join(passes) + "-")
    return "".join(out) + "\x1b\\\n"


def _runs(bits: Any) -> str:
    """Return a row of six pixels each as characters, equal neighbours counted; nothing after the
    last pixel.
    """
    import numpy

    starts = numpy.flatnonzero(numpy.diff(bits, prepend=bits[0] ^ 1)).tolist()
    lengths = numpy.diff([*starts, len(bits)]).tolist()
    values = bits[starts].tolist()
    if not values[-1]:
        lengths.pop()
    return "".join(
        f"!{count}{chr(63 + value)}" if count > 3 else chr(63 + value) * count
        for count, value in zip(lengths, values, strict=False)
    )


def _blocks(picture: Image.Image, columns: int) -> str:
    """Two pixels a cell: the upper as the colour of a half block, the lower behind it."""
    small = _to_cells(picture, columns, 2)
    lines = []
    for y in range(0, small.height - 1, 2):
        line = []
        for x in range(small.width):
            above, below = small.getpixel((x, y)), small.getpixel((x, y + 1))
            line.append(f"\x1b[38;2;{_rgb(above)};48;2;{_rgb(below)}m▀")
        lines.append("".join(line) + "\x1b[0m")
    return "\n".join(lines) + "\n"


def _shades(picture: Image.Image, columns: int) -> str:
    small = _to_cells(picture, columns, 1).convert("L")
    pixels = small.tobytes()
    return "".join(
        "".join(
            _SHADES[pixel * len(_SHADES) // 256] for pixel in pixels[start : start + small.width]
        )
        + "\n"
        for start in range(0, len(pixels), small.width)
    )


def _to_cells(picture: Image.Image, columns: int, rows_a_cell: int) -> Image.Image:
    """Cells are about twice as high as wide."""
    width = min(columns, 40)
    height = max(1, round(picture.height / picture.width * width / 2)) * rows_a_cell
    return picture.resize((width, min(height, 60 * rows_a_cell)))


def _rgb(pixel: object) -> str:
    return ";".join(str(one) for one in pixel) if isinstance(pixel, tuple) else "0;0;0"


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


_DRAW: dict[str, Callable[[Image.Image, int], str]] = {
    "kitty": _kitty,
    "iterm": _iterm,
    "sixel": _sixel,
    "blocks": _blocks,
    "shades": _shades,
}
