"""Image sizes in a question: 64x64, 64 x 64, 28 by 28, 64 pixel, 64px."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.numbers.quantities import comparison_at
from modelsearch.query.state import Reading
from modelsearch.records.patterns import lazy
from modelsearch.records.wordlists import word_set

_GRID = lazy(r"(\d{1,5})x(\d{1,5})(?:x\d{1,4})?", needs=("x",))
_IN_PIXELS = lazy(r"(\d{1,5})(?:px|pixels?)", needs=("px", "pixel"))
_PIXELS = ("pixel", "pixels", "px")
#: Words after "3x3" that say it is no image size.
_NOT_IMAGES = word_set("""
    kernel kernels conv convs convolution convolutions filter filters patch patches grid grids
    board boards stride
""")


def find_image_sizes(reading: Reading) -> None:
    """Claim every image size of the question."""
    for index in range(len(reading.tokens)):
        if not reading.free(index, index):
            continue
        size, last = _grid_at(reading, index)
        if not size or reading.lower(last + 1) in _NOT_IMAGES:
            continue
        if any(
            previous in vocabulary.index("dataset")
            for previous in _with_previous(reading, index, last)
        ):
            continue
        first = _leading_comparison(reading, index)
        op = comparison_at(reading, first)[0] if first < index else "="
        if reading.lower(last + 1) in _PIXELS:
            last += 1
        node = reading.filter("image_size", op, size, first, last)
        reading.mention(first, last, node, "image_size")


def _with_previous(reading: Reading, first: int, last: int) -> list[str]:
    if first == 0:
        return []
    joined = "".join(token.norm for token in reading.tokens[first : last + 1])
    return [reading.tokens[first - 1].norm + joined]


def _leading_comparison(reading: Reading, index: int) -> int:
    for count in (5, 4, 3, 2, 1):
        start = index - count
        if start >= 0 and comparison_at(reading, start)[1] == count:
            return start
    return index


def _grid_at(reading: Reading, index: int) -> tuple[int, int]:
    """Return (pixels, last token) of an image size at index, else (0, index)."""
    token = reading.tokens[index]
    whole = _GRID.fullmatch(token.lower)
    if whole and int(whole[1]) and int(whole[2]):
        return max(int(whole[1]), int(whole[2])), index
    if token.kind != "number" or not token.text.isdecimal() or len(token.text) > 5:
        match = _IN_PIXELS.fullmatch(token.lower)
        return (int(match[1]), index) if match else (0, index)
    if reading.lower(index + 1) in ("x", "by", "*") and index + 2 < len(reading.tokens):
        other = reading.tokens[index + 2]
        if other.kind == "number" and other.text.isdecimal() and len(other.text) <= 5:
            return max(int(token.text), int(other.text)), index + 2
    following = reading.lower(index + 1)
    if following in _PIXELS:
        return int(token.text), index + 1
    if following == "-" and reading.lower(index + 2) in _PIXELS:
        return int(token.text), index + 2
    return 0, index
