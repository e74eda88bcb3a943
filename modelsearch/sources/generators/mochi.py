"""Mochi Diffusion: ``Include in Image: …; Exclude from Image: …; Model: …; Steps: 20; …``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modelsearch.sources.generators.settings import COMMENTS, MAX_TEXT, Generation, generation

_PART = re.compile(r"(?:^|;\s*)([A-Z][\w ]{1,30}):\s*(.*?)(?=;\s*[A-Z][\w ]{1,30}:|$)", re.DOTALL)


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the description that names what is to be in the picture."""
    for key in COMMENTS:
        text = texts.get(key, "")
        if not text.startswith("Include in Image:") or len(text) > MAX_TEXT:
            continue
        parts = dict(_PART.findall(text))
        prompt = parts.pop("Include in Image", None)
        negative = parts.pop("Exclude from Image", None)
        program = parts.pop("Generator", "Mochi Diffusion")
        settings = ((name, value.rstrip("; ")) for name, value in parts.items())
        return generation(program.partition(" v")[0], prompt, negative, settings)
    return None
