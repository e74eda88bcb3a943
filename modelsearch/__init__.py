"""modelsearch: offline search over a person's machine-learning models, in one SQLite file.

import modelsearch

modelsearch.index_folders("models", "models.db")
with modelsearch.open("models.db") as catalogue:
print(catalogue.query("diffusion models on CIFAR-10").summary)
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing the package imports nothing: neither typing nor a module of ours

if TYPE_CHECKING:
    from typing import Any

    from modelsearch.api import Catalogue, Rows, index_folders, open
    from modelsearch.records.errors import ModelsearchError
    from modelsearch.records.version import __version__ as __version__

__all__ = ["Catalogue", "ModelsearchError", "Rows", "index_folders", "open"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: a question needs none of them."""
    if name == "ModelsearchError":
        from modelsearch.records.errors import ModelsearchError

        return ModelsearchError
    if name == "__version__":
        from modelsearch.records.version import __version__

        return __version__
    if name in __all__:
        import modelsearch.api as api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
