"""Pyro: ``SVI(model, guide, Adam({"lr": 0.01}), …).step(data)`` in a loop."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, made

LIBRARY = Library(
    name="pyro",
    trains_by=(
        Trainer(
            methods=("step",),
            rule="the model whose evidence is raised",
            made_by=("pyro.infer.",),
            model=made("model", at=0),
            optimizer=(made("optim", at=2),),
            looped=True,
        ),
    ),
)
