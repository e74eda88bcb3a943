"""The kinds of devices that texts name, in code, in settings and on command lines."""

from __future__ import annotations

import re

#: What the head of a device string means.
_NAMES = {
    "cuda": "CUDA",
    "gpu": "CUDA",
    "mps": "MPS",
    "cpu": "CPU",
    "tpu": "TPU",
    "xla": "TPU",
    "xpu": "XPU",
    "rocm": "ROCm",
    "hpu": "HPU",
    "npu": "NPU",
}
_DEVICE = re.compile(r"^/?(?:job:\w+/(?:[^/]*+/)*+)?(?:device:)?([a-z]+)(?::\d+|:\*|:)?$", re.I)


def device_named(value: str) -> str | None:
    """Return the kind of device that a text names (``cuda:0``: CUDA), else None."""
    found = _DEVICE.match(value.strip())
    if found is None:
        return "CUDA" if value in ("gpu_hist", "torch.cuda.FloatTensor") else None
    return _NAMES.get(found[1].lower())
