"""The texts of a picture, read by the reader of the program that wrote them.

A reader of a program stands in a module of its own and takes all texts of one picture by keyword
(PNG chunks, EXIF, comments). What none understands is kept as words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from modelsearch.sources.generators import (
    automatic1111,
    comfyui,
    drawthings,
    fooocus,
    invokeai,
    keywords,
    midjourney,
    mochi,
    novelai,
    swarmui,
)
from modelsearch.sources.generators.settings import MAX_TEXT, Generation, unknown_form

#: In the order in which they are asked; what is told apart by one sign comes first.
_READERS: tuple[Callable[[Mapping[str, str]], Generation | None], ...] = (
    swarmui.read,
    drawthings.read,
    novelai.read,
    invokeai.read,
    midjourney.read,
    mochi.read,
    automatic1111.read,
    comfyui.read,
    keywords.read,
    fooocus.read,
)
#: EXIF has no keywords, so that savers write one in front: ``prompt:{…}``.
_KEYWORD = re.compile(r"\s*([A-Za-z]\w{0,40}):\s*(?=[{\[])")
#: Keywords of texts that describe no picture.
_DULL = frozenset({"Software", "icc", "exif", "xmp", "XML:com.adobe.xmp", "CreatorTool", "Make",
                   "Model", "Source", "Creation Time", "date:create", "date:modify",
                   "date:timestamp", "Raw profile type exif", "Raw profile type xmp",
                   "Raw profile type APP1", "Raw profile type iptc", "Raw profile type icc",
                   "Copyright", "Author", "MakerNote", "workflow"})  # fmt: skip
_LONGEST_WORD = 200


def read_generation(texts: Mapping[str, str]) -> Generation | None:
    """Read the texts of one picture; None where there is none worth keeping.

    Where two programs' texts stand in one file, the first with a prompt counts: a saver of ComfyUI
    may write an empty text of AUTOMATIC1111 beside its graph.
    """
    if not texts:
        return None
    texts = dict(_unfolded(texts))
    without_prompt: Generation | None = None
    for read in _READERS:
        found = read(texts)
        if found is not None and found.prompt:
            return found
        without_prompt = without_prompt or found
    if without_prompt is not None:
        return without_prompt
    kept = {key: text for key, text in texts.items() if key not in _DULL and _is_prose(text)}
    program = (texts.get("Software") or texts.get("CreatorTool") or "").strip()[:200] or None
    return unknown_form(program, kept) if kept else None


def _is_prose(text: str) -> bool:
    """Return whether a text is for people: not encoded data, which has no blanks."""
    return bool(text.strip()) and max(map(len, text.split()), default=0) <= _LONGEST_WORD


def _unfolded(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, text in texts.items():
        if not text or len(text) > MAX_TEXT:
            continue
        keyword = _KEYWORD.match(text)
        if keyword is not None and keyword[1].lower() not in texts:
            yield keyword[1].lower(), text[keyword.end() :]
        else:
            yield key, text
