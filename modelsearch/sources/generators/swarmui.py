"""SwarmUI (StableSwarmUI): a JSON object with ``sui_image_params``."""

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


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the parameters that SwarmUI writes into PNG text and EXIF comments."""
    for loaded in objects(texts, *COMMENTS):
        stated = loaded.get("sui_image_params")
        if isinstance(stated, dict):
            return generation(
                "SwarmUI",
                first_text(stated, "prompt"),
                first_text(stated, "negativeprompt"),
                _settings(stated),
            )
    return None


def _settings(stated: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    loras = stated.get("loras")
    if isinstance(loras, list):
        yield "lora", ", ".join(one for one in loras if isinstance(one, str))
    yield from stated_settings(stated)
