"""Draw Things: short names in a JSON object, inside the comment of its XMP packet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelsearch.sources.generators.settings import (
    COMMENTS,
    Generation,
    first_text,
    generation,
    objects,
    stated_settings,
)

_SHORT = frozenset({"c", "uc"})


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the object whose prompt is called ``c``."""
    for loaded in objects(texts, *COMMENTS):
        if isinstance(loaded.get("c"), str) and {"seed", "steps", "model"} & loaded.keys():
            return generation(
                "Draw Things", first_text(loaded, "c"), first_text(loaded, "uc"), _settings(loaded)
            )
    return None


def _settings(loaded: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    loras = loaded.get("lora")
    names = [
        one["model"]
        for one in (loras if isinstance(loras, list) else ())
        if isinstance(one, dict) and isinstance(one.get("model"), str)
    ]
    if names:
        yield "lora", ", ".join(names)
    yield from ((k, v) for k, v in stated_settings(loaded) if k not in _SHORT)
