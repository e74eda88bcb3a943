"""What every image generator's text comes to: a program, two prompts, and named settings.

Texts are foreign: sizes and depths are bounded, nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Setting = tuple[str, str | int | float]

MAX_TEXT = 1_000_000  #: longer texts are not read
_MAX_PROSE = 200_000
_MAX_SETTINGS = 100
_MAX_VALUE = 500
_MAX_KEPT = 20_000  #: of the texts that no reader here understands
#: Keywords under which programs keep a whole description in one text, whatever the file format.
COMMENTS = (
    "parameters",
    "UserComment",
    "ImageDescription",
    "Comment",
    "comment",
    "XPComment",
    "Description",
)
#: One name for what the programs call differently.
NAMES: Mapping[str, str] = {
    "cfg": "cfg scale", "cfg_scale": "cfg scale", "cfgscale": "cfg scale",
    "guidance_scale": "cfg scale", "guidance scale": "cfg scale", "scale": "cfg scale",
    "sampler_name": "sampler", "sampler_index": "sampler", "samplername": "sampler",
    "noise_seed": "seed", "num_inference_steps": "steps", "ckpt_name": "model",
    "model_name": "model", "unet_name": "model", "base model": "model", "base_model": "model",
    "base_model_name": "model", "model_weights": "model", "use_stable_diffusion_model": "model",
    "denoise": "denoising strength", "strength": "denoising strength",
    "prompt_strength": "denoising strength", "lora_name": "lora", "use_lora_model": "lora",
    "vae_name": "vae", "use_vae_model": "vae", "clipskip": "clip skip",
}  # fmt: skip
_PROSE = re.compile(r"prompt|template|wildcard|caption")


@dataclass(frozen=True, slots=True)
class Generation:
    """How a picture was made, as its own file states it. ``settings`` keep their order; their
    names are in lower case and the same for all programs where they mean the same. ``texts`` are
    words of a form that is not known here. ``program`` is None where the file does not tell.
    """

    program: str | None
    prompt: str | None = None
    negative_prompt: str | None = None
    settings: tuple[Setting, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> str:
        """Return what is stored in the metadata column."""
        stated: dict[str, object] = {
            "program": self.program,
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "settings": dict(self.settings),
        }
        if self.texts:
            stated["texts"] = dict(self.texts)
        return json.dumps(stated, ensure_ascii=False)


def generation(
    program: str | None,
    prompt: str | None,
    negative: str | None,
    settings: Iterable[tuple[str, Any]],
    names: Mapping[str, str] = NAMES,
) -> Generation:
    """Return a reading with settings under their common names, the first of a name first."""
    named: dict[str, str | int | float] = {}
    for name, value in settings:
        key = str(name).strip().lower()
        key = names.get(key, key.replace("_", " "))
        if key not in named and value not in ("", None) and len(named) < _MAX_SETTINGS:
            named[key] = _value(value)
    size = re.fullmatch(r"(\d{2,5})x(\d{2,5})", str(named.get("size", "")))
    if size:
        named.setdefault("width", int(size[1]))
        named.setdefault("height", int(size[2]))
    return Generation(program, prose(prompt), prose(negative), tuple(named.items()))


def unknown_form(program: str | None, texts: Mapping[str, str]) -> Generation:
    """Return a reading of texts that no reader understands: kept, so that they can be found."""
    kept: list[tuple[str, str]] = []
    room = _MAX_KEPT
    for name, text in texts.items():
        kept.append((name[:80], text[:room]))
        room -= len(text)
        if room <= 0:
            break
    return Generation(program, texts=tuple(kept))


def stated_settings(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the plain values of a JSON object, and the names of the models that it describes;
    prose (prompts, templates, captions) is not among them.
    """
    for name, value in values.items():
        if isinstance(value, dict):  # {"model": {"name": …}}
            value = value.get("name") or value.get("model_name")
        if isinstance(value, str | int | float) and not _PROSE.search(name.lower()):
            yield name, value


def first_text(values: Mapping[str, Any], *names: str) -> str | None:
    """Return the first text under one of these names; the texts of a list are its lines."""
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            value = "\n".join(part for part in value if isinstance(part, str))
        if isinstance(value, str) and value.strip():
            return value
    return None


def lines_of(*texts: str | None) -> str | None:
    """Join texts, a line each; the same text once."""
    return "\n".join(dict.fromkeys(text.strip() for text in texts if text and text.strip())) or None


def prose(text: str | None) -> str | None:
    """Return a prompt without blanks and commas around it; None where nothing is left."""
    text = (text or "").strip().strip(",").strip()
    return text[:_MAX_PROSE] or None


def json_object(text: str | None) -> dict[str, Any] | None:
    """Return the JSON object that a text holds, else None."""
    if not text or len(text) > MAX_TEXT or not text.lstrip().startswith("{"):
        return None
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return loaded if isinstance(loaded, dict) else None


def objects(texts: Mapping[str, str], *keys: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that stand under these keywords."""
    for key in keys:
        loaded = json_object(texts.get(key))
        if loaded is not None:
            yield loaded


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
