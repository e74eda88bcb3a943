"""NEAT: ``neat.Population(config).run(fitness, 300)`` lets networks evolve."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer

LIBRARY = Library(
    name="neat",
    trains_by=(
        Trainer(
            methods=("run",),
            rule="the population that evolves",
            made_by=("neat.",),
            endings=("Population",),
            estimator=True,
        ),
    ),
)
