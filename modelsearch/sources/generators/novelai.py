"""NovelAI: a JSON comment beside ``Software: NovelAI``; version 4 adds a caption a character."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelsearch.sources.generators.settings import (
    Generation,
    first_text,
    generation,
    json_object,
    lines_of,
    objects,
    stated_settings,
)


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the comment of a picture whose software or title is NovelAI's. WebP keeps all of it as
    one JSON object in the EXIF comment.
    """
    for whole in objects(texts, "UserComment"):
        if isinstance(whole.get("Comment"), str):
            texts = {**texts, **{k: v for k, v in whole.items() if isinstance(v, str)}}
    if "novelai" not in " ".join(texts.get(key, "") for key in ("Software", "Title")).lower():
        return None
    loaded = json_object(texts.get("Comment"))
    if loaded is None:
        return None
    prompt = lines_of(
        first_text(loaded, "prompt") or texts.get("Description"),
        *_captions(loaded.get("v4_prompt")),
    )
    negative = lines_of(first_text(loaded, "uc"), *_captions(loaded.get("v4_negative_prompt")))
    settings = [(name, value) for name, value in stated_settings(loaded) if name != "uc"]
    return generation("NovelAI", prompt, negative, [*settings, ("model", texts.get("Source"))])


def _captions(stated: Any) -> Iterator[str]:
    """Yield the caption of the whole picture and that of each character."""
    caption = stated.get("caption") if isinstance(stated, dict) else None
    if not isinstance(caption, dict):
        return
    base = caption.get("base_caption")
    if isinstance(base, str):
        yield base
    characters = caption.get("char_captions")
    for one in characters if isinstance(characters, list) else ():
        if isinstance(one, dict) and isinstance(one.get("char_caption"), str):
            yield one["char_caption"]
