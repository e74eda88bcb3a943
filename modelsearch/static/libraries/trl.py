"""TRL before its trainers had loops of their own: ``PPOTrainer(config, model).step(…)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, made, settings

LIBRARY = Library(
    name="trl",
    trains_by=(
        Trainer(
            methods=("step",),
            rule="the model given to PPOTrainer",
            made_by=("trl.",),
            endings=("PPOTrainer",),
            model=made("model", at=1),
            settings=made("config", at=0),
            optimizer=(made("optimizer"),),
            rate=(settings("learning_rate"),),
            batch=(settings("batch_size"),),
            looped=True,
        ),
    ),
)
