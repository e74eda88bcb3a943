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
    hydra,
    ignite,
    inifiles,
    jax,
    keras,
    labml,
    lightning,
    numbers,
    rates,
    settings_tables,
    stdlib,
    timm,
    torch,
    trackers,
)
from modelsearch.static.machine.registry import LIBRARIES

_BUILT_IN = (numbers, stdlib, builtin_types, configs, inifiles, settings_tables, hydra, absl,
             command_lines, torch, distributed, lightning, keras, ignite, jax, labml, rates, timm,
             trackers)  # fmt: skip


@cache
def load() -> None:
    """Register every library that is known, once a process."""
    for module in _BUILT_IN:
        LIBRARIES.add(module.LIBRARY)
