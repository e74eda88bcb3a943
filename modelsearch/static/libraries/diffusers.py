"""Diffusers: the networks that a pipeline holds."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.values import Abstract, Call

#: The parts of pipelines, by the attributes that hold them.
_PARTS = {
    "unet": "diffusers.UNet2DConditionModel",
    "vae": "diffusers.AutoencoderKL",
    "text_encoder": "transformers.CLIPTextModel",
}
_HELD = "<parts>"


def _part(m: Machine, base: Abstract, name: str) -> Abstract | None:
    """``pipe.unet`` of a pipeline that was loaded, the same object each time."""
    if not isinstance(base, Call) or name not in _PARTS:
        return None
    if not (base.name or "").startswith("diffusers.") or "Pipeline" not in (base.name or ""):
        return None
    kept = base.attrs.get(f"{_HELD}{name}")
    if kept is None:
        kept = base.attrs[f"{_HELD}{name}"] = Call(_PARTS[name], [], {}, base.at)
    return kept


LIBRARY = Library(name="diffusers", attributes={Call: _part})
