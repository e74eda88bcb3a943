"""Flair: ``ModelTrainer(tagger, corpus).train("out", learning_rate=0.1, max_epochs=150)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, call, made

LIBRARY = Library(
    name="flair",
    trains_by=(
        Trainer(
            methods=("train", "fine_tune"),
            rule="the model given to ModelTrainer",
            made_by=("flair.",),
            endings=("ModelTrainer",),
            model=made("model", at=0),
            optimizer=(call("optimizer"),),
            rate=(call("learning_rate"),),
            batch=(call("mini_batch_size"),),
            epochs=(call("max_epochs"),),
        ),
    ),
)
