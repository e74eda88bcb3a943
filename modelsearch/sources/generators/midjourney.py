"""Midjourney: the description is the command, ``a castle --ar 16:9 --v 6.1 Job ID: …``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modelsearch.sources.generators.settings import MAX_TEXT, Generation, generation

_JOB = re.compile(r"(?<!\S)Job ID: ?([0-9a-f-]{36})\s*$")
_OPTION = re.compile(r"(?<!\S)--(?=[a-z])")
_OPTIONS = {
    "v": "version",
    "ar": "aspect ratio",
    "aspect": "aspect ratio",
    "s": "stylize",
    "q": "quality",
    "c": "chaos",
    "w": "weird",
    "iw": "image weight",
}


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read a description that ends with the number of its job."""
    for key in ("Description", "ImageDescription", "parameters", "comment"):
        text = texts.get(key, "")
        if len(text) > MAX_TEXT:
            continue
        job = _JOB.search(text)
        if job is None:
            continue
        prompt, *parts = _OPTION.split(text[: job.start()])
        options = [
            (name, value.strip()) for name, _, value in (one.partition(" ") for one in parts)
        ]
        unwanted = next((value for name, value in options if name == "no"), None)
        settings = [
            (_OPTIONS.get(name, name), value or "true") for name, value in options if name != "no"
        ]
        return generation("Midjourney", prompt, unwanted, [*settings, ("job id", job[1])])
    return None
