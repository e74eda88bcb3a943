"""The settings that image generators write into their pictures, whichever program wrote them.

Known are the ``parameters`` text of AUTOMATIC1111's web UI and its relatives, ComfyUI's graphs,
InvokeAI's three generations of metadata, NovelAI's comment and Fooocus' JSON. What is written in
another way stays searchable as words. Texts are foreign: sizes and depths are bounded, nothing is
evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from modelsearch.sources.pictures.comfy import read_graph

_MAX_TEXT = 200_000
_MAX_SETTINGS = 100
_MAX_VALUE = 500
#: One ``Name: value`` of the last line; a value in quotes may hold commas and colons.
_PAIR = re.compile(r'([A-Za-z][\w /().-]{0,60}?):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)')
_DREAM_OPTION = re.compile(r"(?:^|\s)-{1,2}([A-Za-z][\w-]*?)[ =]?(-?[\d.]+|k_\w+)(?=\s|$)")
_DREAM_NAMES = {"s": "steps", "S": "seed", "W": "width", "H": "height", "C": "cfg scale",
                "A": "sampler", "f": "strength"}  # fmt: skip
#: One name for what the programs call differently.
_NAMES = {
    "cfg": "cfg scale", "cfg_scale": "cfg scale", "guidance_scale": "cfg scale",
    "scale": "cfg scale", "guidance scale": "cfg scale", "sampler_name": "sampler",
    "sampler_index": "sampler", "noise_seed": "seed", "ckpt_name": "model", "model_name": "model",
    "unet_name": "model", "base model": "model", "base_model": "model", "model_weights": "model",
    "denoise": "denoising strength", "strength": "denoising strength", "lora_name": "lora",
    "vae_name": "vae", "uc": "negative prompt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Generation:
    """How a picture was made, as its own file states it. ``settings`` keep their order; their
    names are in lower case and the same for all programs where they mean the same.
    """

    program: str
    prompt: str | None = None
    negative_prompt: str | None = None
    settings: tuple[tuple[str, str | int | float], ...] = ()

    def as_json(self) -> str:
        """Return what is stored in the metadata column."""
        return json.dumps(
            {
                "program": self.program,
                "prompt": self.prompt,
                "negative_prompt": self.negative_prompt,
                "settings": dict(self.settings),
            },
            ensure_ascii=False,
        )


def read_generation(texts: Mapping[str, str]) -> Generation | None:
    """Read the texts of one picture (PNG text by keyword, ``UserComment`` …); None where no
    program that is known here speaks.
    """
    for key, reader in _READERS:
        text = texts.get(key)
        if text and len(text) <= _MAX_TEXT:
            found = reader(text, texts)
            if found is not None:
                return found
    return None


def _automatic(text: str, _texts: Mapping[str, str]) -> Generation | None:
    """``prompt`` / ``Negative prompt: …`` / ``Steps: 20, Sampler: Euler a, …``."""
    loaded = _json(text)
    if loaded is not None:
        return _flat("Fooocus", loaded)
    lines = text.strip().splitlines()
    settings: list[tuple[str, str | int | float]] = []
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].lstrip().startswith("Steps:"):
            settings = [(m[1], _unquoted(m[2])) for m in _PAIR.finditer(" ".join(lines[at:]))]
            lines = lines[:at]
            break
    else:
        if "Negative prompt:" not in text:
            return None
    before, negative, after = "\n".join(lines).partition("Negative prompt:")
    return _generation("AUTOMATIC1111", before, after if negative else None, settings)


def _comfy(text: str, _texts: Mapping[str, str]) -> Generation | None:
    graph = _json(text.removeprefix("prompt:").removeprefix("Prompt:"))
    found = read_graph(graph) if graph is not None else None
    if found is None:
        return None
    return _generation("ComfyUI", found.prompt, found.negative_prompt, found.settings)


def _invoke(text: str, _texts: Mapping[str, str]) -> Generation | None:
    loaded = _json(text)
    return None if loaded is None else _flat("InvokeAI", loaded)


def _invoke_old(text: str, _texts: Mapping[str, str]) -> Generation | None:
    loaded = _json(text)
    if loaded is None:
        return None
    image = loaded.get("image")
    flat = {**loaded, **(image if isinstance(image, dict) else {})}
    prompt = flat.get("prompt")
    if isinstance(prompt, list):
        flat["prompt"] = " ".join(
            str(part.get("prompt", "")) if isinstance(part, dict) else str(part) for part in prompt
        )
    return _flat("InvokeAI", flat)


def _dream(text: str, _texts: Mapping[str, str]) -> Generation | None:
    """InvokeAI's first form, a command line: ``"a castle" -s50 -S123 -C7.5 -A k_lms``."""
    quoted = re.match(r'\s*"((?:\\.|[^"\\])*)"', text)
    options = text[quoted.end() :] if quoted else text
    settings = [(_DREAM_NAMES.get(m[1], m[1]), m[2]) for m in _DREAM_OPTION.finditer(options)]
    if not settings:
        return None
    prompt = quoted[1] if quoted else re.split(r"\s-{1,2}[A-Za-z]", text)[0]
    return _generation("InvokeAI", prompt, None, settings)


def _novel(text: str, texts: Mapping[str, str]) -> Generation | None:
    if "novelai" not in (texts.get("Software", "") + texts.get("Title", "")).lower():
        return None
    loaded = _json(text) or {}
    loaded.setdefault("prompt", texts.get("Description"))
    return _flat("NovelAI", loaded)


def _comment(text: str, texts: Mapping[str, str]) -> Generation | None:
    """A comment of JPEG or WebP may hold what PNG keeps under ``parameters`` or ``prompt``."""
    return _comfy(text, texts) or _automatic(text, texts)


_Reader = Callable[[str, Mapping[str, str]], Generation | None]
_READERS: tuple[tuple[str, _Reader], ...] = (
    ("parameters", _automatic),
    ("invokeai_metadata", _invoke),
    ("sd-metadata", _invoke_old),
    ("dream", _dream),
    ("Dream", _dream),
    ("prompt", _comfy),
    ("Comment", _novel),
    ("UserComment", _comment),
    ("Make", _comfy),
    ("ImageDescription", _comment),
    ("comment", _comment),
)


def _flat(program: str, loaded: Mapping[str, Any]) -> Generation | None:
    """Read a plain JSON object: prompts under one of their names, the rest as settings."""
    values = {str(key).lower().replace("_", " "): value for key, value in loaded.items()}
    prompt = _first(values, "positive prompt", "full prompt", "prompt")
    negative = _first(values, "negative prompt", "full negative prompt", "uc")
    settings: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, dict):  # {"model": {"name": …}}
            value = value.get("name") or value.get("model_name")
        if isinstance(value, str | int | float) and "prompt" not in name and name != "uc":
            settings.append((name, value))
    if prompt is None and not settings:
        return None
    return _generation(program, prompt, negative, settings)


def _generation(
    program: str, prompt: str | None, negative: str | None, settings: Any
) -> Generation | None:
    named: dict[str, str | int | float] = {}
    for name, value in settings:
        key = str(name).strip().lower()
        key = _NAMES.get(key, key.replace("_", " "))
        if key not in named and value not in ("", None) and len(named) < _MAX_SETTINGS:
            named[key] = _value(value)
    size = re.fullmatch(r"(\d{2,5})x(\d{2,5})", str(named.get("size", "")))
    if size:
        named.setdefault("width", int(size[1]))
        named.setdefault("height", int(size[2]))
    return Generation(program, _prose(prompt), _prose(negative), tuple(named.items()))


def _first(values: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            value = "\n".join(one for one in value if isinstance(one, str))
        if isinstance(value, str) and value.strip():
            return value
    return None


def _prose(text: str | None) -> str | None:
    text = (text or "").strip().strip(",").strip()
    return text[:_MAX_TEXT] or None


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return text


def _value(value: object) -> str | int | float:
    """Numbers as numbers, but not hashes that happen to be digits with a leading zero."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value if abs(value) < 2**63 else str(value)
    text = str(value).strip()[:_MAX_VALUE]
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,18})", text) and abs(int(text)) < 2**63:
        return int(text)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text):
        return float(text)
    return text


def _json(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return loaded if isinstance(loaded, dict) else None
