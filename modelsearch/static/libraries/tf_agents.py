"""TF-Agents: ``DqnAgent(…, optimizer=…).train(experience)`` in a loop."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, made

LIBRARY = Library(
    name="tf_agents",
    trains_by=(
        Trainer(
            methods=("train",),
            rule="the agent that is trained",
            made_by=("tf_agents.",),
            estimator=True,
            optimizer=(made("optimizer", "actor_optimizer"),),
            looped=True,
        ),
    ),
)
