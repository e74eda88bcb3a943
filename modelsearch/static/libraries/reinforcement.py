"""Libraries of reinforcement learning: Stable-Baselines and its contributions."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, call, made

LIBRARY = Library(
    name="reinforcement",
    trains_by=(
        Trainer(
            methods=("learn",),
            rule="the agent that learns",
            made_by=("stable_baselines", "sb3_contrib", "baselines"),
            estimator=True,
            rate=(made("learning_rate"),),
            batch=(made("batch_size"),),
            steps=(call("total_timesteps", at=0),),
        ),
    ),
)
