"""InvokeAI: a command line (version 1), ``sd-metadata`` (2), ``invokeai_metadata`` (3 and later).

Versions 1 and 2 write what a picture shall not show in square brackets inside the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelsearch.sources.generators.settings import (
    Generation,
    first_text,
    generation,
    lines_of,
    objects,
    stated_settings,
)

_PROGRAM = "InvokeAI"
_OPTION = re.compile(
    r"(?:^|\s)-{1,2}([A-Za-z][\w-]{0,40}?)[ =]?(-?[\d.]{1,40}|k_\w{1,40}|ddim|plms)(?=\s|$)"
)
_OPTIONS = {
    "s": "steps",
    "S": "seed",
    "W": "width",
    "H": "height",
    "C": "cfg scale",
    "A": "sampler",
    "f": "strength",
}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
#: What describes the whole program of version 2, not the network that was used.
_NOT_THE_MODEL = frozenset({"model", "model_hash", "app_id", "image"})


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the newest form that is there."""
    return _metadata(texts) or _second(texts) or _command_line(texts)


def _metadata(texts: Mapping[str, str]) -> Generation | None:
    for loaded in objects(texts, "invokeai_metadata"):
        prompt = lines_of(
            first_text(loaded, "positive_prompt", "prompt"),
            first_text(loaded, "positive_style_prompt"),
        )
        negative = lines_of(
            first_text(loaded, "negative_prompt"), first_text(loaded, "negative_style_prompt")
        )
        settings = list(_settings(loaded))
        if prompt or settings:
            return generation(_PROGRAM, prompt, negative, settings)
    return None


def _settings(loaded: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    loras = [name for one in _list(loaded.get("loras")) if (name := _lora_name(one))]
    if loras:
        yield "lora", ", ".join(loras)
    yield from stated_settings(loaded)


def _lora_name(one: object) -> str | None:
    if not isinstance(one, dict):
        return None
    inner = one.get("lora") or one.get("model")
    name = inner.get("model_name") or inner.get("name") if isinstance(inner, dict) else None
    return name if isinstance(name, str) else None


def _second(texts: Mapping[str, str]) -> Generation | None:
    for loaded in objects(texts, "sd-metadata"):
        image = loaded.get("image")
        inner = image if isinstance(image, dict) else {}
        whole = {name: value for name, value in loaded.items() if name not in _NOT_THE_MODEL}
        parts = inner.get("prompt", loaded.get("prompt"))
        text = (
            parts
            if isinstance(parts, str)
            else " ".join(
                str(part.get("prompt", "")) if isinstance(part, dict) else str(part)
                for part in _list(parts)
            )
        )
        prompt, negative = _apart(text)
        settings = [*stated_settings(whole), *stated_settings(inner)]
        if prompt or settings:
            return generation(_PROGRAM, prompt, negative, settings)
    return None


def _command_line(texts: Mapping[str, str]) -> Generation | None:
    """``"a castle [fog]" -s50 -S123 -C7.5 -A k_lms``."""
    text = texts.get("dream") or texts.get("Dream") or ""
    quoted = re.match(r'\s*"((?:\\.|[^"\\])*)"', text)
    options = text[quoted.end() :] if quoted else text
    settings = [(_OPTIONS.get(m[1], m[1]), m[2]) for m in _OPTION.finditer(options)]
    if not settings:
        return None
    prompt, negative = _apart(quoted[1] if quoted else re.split(r"\s-{1,2}[A-Za-z]", text)[0])
    return generation(_PROGRAM, prompt, negative, settings)


def _apart(prompt: str) -> tuple[str, str | None]:
    """Return a prompt without its bracketed words, and these."""
    unwanted = [one.strip() for one in _BRACKETS.findall(prompt) if one.strip()]
    return re.sub(r"\s+", " ", _BRACKETS.sub(" ", prompt)), ", ".join(unwanted) or None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
