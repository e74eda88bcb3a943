"""The libraries that the reader knows: one file a family here, and those of other packages.

A package adds its own by an entry point of the group ``modelsearch.libraries`` that names a
:class:`~modelsearch.static.libraries.library.Library`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint

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
    installed,
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
from modelsearch.static.libraries.library import KNOWN, Library
from modelsearch.static.machine.registry import LIBRARIES

_BUILT_IN = (
    numbers, stdlib, builtin_types, configs, inifiles, settings_tables, hydra, absl, command_lines,
    torch, distributed, keras, tflearn, lightning, huggingface, tensorflow, sklearn, fastai,
    ultralytics, reinforcement, ignite, jax, optax, labml, rates, timm, mxnet, trackers,
)  # fmt: skip


@cache
def load() -> tuple[str, ...]:
    """Register every library that is known, once a process.

    Returns a line for each library of another package that cannot be used.
    """
    for module in _BUILT_IN:
        KNOWN.add(module.LIBRARY)
    lines = [_add(entry) for entry in installed.found()]
    return tuple(line for line in lines if line is not None)


def _add(entry: EntryPoint) -> str | None:
    """Register the library of another package; return why that is not possible."""
    try:
        library = entry.load()
    except Exception as error:  # a package of the user's own; without it reading goes on
        return f"the library {entry.name} is left out: {type(error).__name__}: {error}"
    if not isinstance(library, Library):
        return f"the library {entry.name} is left out: {entry.value} is no Library"
    if library.name in LIBRARIES.known:
        return f"the library {entry.name} is left out: {library.name} is known already"
    KNOWN.add(library)
    return None
