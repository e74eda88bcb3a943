"""Fooocus and RuinedFooocus: a plain JSON object under ``parameters`` or in the EXIF comment."""

from __future__ import annotations

import re
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

_LORA = re.compile(r"lora_combined_\d+")
#: Keys of which one shows that an object describes how a picture was made.
_SIGNS = frozenset(
    {
        "seed",
        "steps",
        "sampler",
        "guidance scale",
        "cfg",
        "performance",
        "base model",
        "base model name",
        "negative prompt",
        "sharpness",
        "resolution",
    }
)


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the first JSON object that names a prompt beside a setting."""
    for loaded in objects(texts, *COMMENTS):
        values = {str(key).lower().replace("_", " "): value for key, value in loaded.items()}
        if not _SIGNS & values.keys() or "sui image params" in values:
            continue
        ruined = "RuinedFooocus" in (values.get("software"), texts.get("Software"))
        prompt = first_text(values, "prompt", "positive prompt", "full prompt")
        negative = first_text(values, "negative prompt", "negative", "full negative prompt")
        program = "RuinedFooocus" if ruined else "Fooocus"
        return generation(program, prompt, negative, _settings(loaded))
    return None


def _settings(loaded: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    loras = list(dict.fromkeys(_loras(loaded)))
    if loras:
        yield "lora", ", ".join(loras)
    size = re.fullmatch(r"\(?(\d{2,5}), ?(\d{2,5})\)?", str(loaded.get("resolution", "")))
    if size:
        yield "width", int(size[1])
        yield "height", int(size[2])
    for name, value in stated_settings(loaded):
        if name.lower() not in ("negative", "software") and not _LORA.fullmatch(name):
            yield name, value
    styles = loaded.get("styles")
    if isinstance(styles, list):
        yield "styles", ", ".join(one for one in styles if isinstance(one, str))


def _loras(loaded: Mapping[str, Any]) -> Iterator[str]:
    """``"lora_combined_1": "detail.safetensors : 0.1"``, or lists that begin with the name."""
    for name, value in loaded.items():
        if _LORA.fullmatch(name) and isinstance(value, str):
            yield value.partition(" : ")[0]
    listed = loaded.get("loras")
    for one in listed if isinstance(listed, list) else ():
        first = one[0] if isinstance(one, list) and one else one
        if isinstance(first, str):
            yield re.sub(r" ?: ?-?[\d.]+$", "", first)
