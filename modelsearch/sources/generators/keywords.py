"""Programs that keep each setting under a keyword of its own: Easy Diffusion, scripts with
diffusers, the web UI of sd-webui (``SD:prompt``), TensorArt and others.
"""

from __future__ import annotations

from collections.abc import Mapping

from modelsearch.records.wordlists import word_set
from modelsearch.sources.generators.settings import (
    Generation,
    first_text,
    generation,
    objects,
    stated_settings,
)

#: Keywords of which one must stand beside a prompt: a text called "prompt" alone tells nothing.
_SIGNS = word_set("""
    seed steps num_inference_steps guidance_scale cfg_scale negative_prompt sampler_name sampler
    scheduler
""")
_NO_SETTINGS = frozenset(
    {
        "software",
        "title",
        "author",
        "description",
        "comment",
        "copyright",
        "source",
        "creation time",
        "date:create",
        "date:modify",
    }
)


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read keywords of the file itself, or one JSON object that has such keywords."""
    plain = {key.removeprefix("SD:").lower(): value for key, value in texts.items()}
    for values in (plain, *objects(texts, "UserComment", "comment", "Comment", "generation_data")):
        found = _of(values, texts)
        if found is not None:
            return found
    return None


def _of(values: Mapping[str, object], texts: Mapping[str, str]) -> Generation | None:
    prompt = first_text(values, "prompt", "positive_prompt")
    if prompt is None or prompt.lstrip().startswith("{") or not _SIGNS & values.keys():
        return None
    settings = [
        (name, value) for name, value in stated_settings(values) if name.lower() not in _NO_SETTINGS
    ]
    negative = first_text(values, "negative_prompt", "negativePrompt")
    software = (texts.get("Software") or "").strip()[:200] or None
    program = next((name for sign, name in _PROGRAMS if sign in values), software)
    return generation(program, prompt, negative, settings)


#: Keys that one program alone writes.
_PROGRAMS = (
    ("use_stable_diffusion_model", "Easy Diffusion"),
    ("samplerName", "TensorArt"),
    ("num_inference_steps", "diffusers"),
)
