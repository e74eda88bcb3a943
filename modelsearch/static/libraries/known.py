"""The libraries that the reader knows: one file a family here, and those of other packages.

A package adds its own by an entry point of the group ``modelsearch.libraries`` that names a
:class:`~modelsearch.static.machine.registry.Library`.
"""

from __future__ import annotations

from functools import cache

from modelsearch.static.libraries import (
    absl,
    builtin_types,
    command_lines,
    configs,
    distributed,
    fastai,
    huggingface,
    hydra,
    ignite,
    inifiles,
    jax,
    keras,
    labml,
    lightning,
    mxnet,
    numbers,
    optax,
    rates,
    reinforcement,
    settings_tables,
    sklearn,
    stdlib,
    tensorflow,
    tflearn,
    timm,
    torch,
    trackers,
    ultralytics,
)
from modelsearch.static.libraries.library import KNOWN

_BUILT_IN = (
    numbers, stdlib, builtin_types, configs, inifiles, settings_tables, hydra, absl, command_lines,
    torch, distributed, keras, tflearn, lightning, huggingface, tensorflow, sklearn, fastai,
    ultralytics, reinforcement, ignite, jax, optax, labml, rates, timm, mxnet, trackers,
)  # fmt: skip


@cache
def load() -> None:
    """Register every library that is known, once a process."""
    for module in _BUILT_IN:
        KNOWN.add(module.LIBRARY)
