"""PaddlePaddle: ``paddle.Model(network)`` trains the network that it is given."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library

LIBRARY = Library(name="paddle", names={"model": ("paddle.Model", "paddle.hapi.Model")})
