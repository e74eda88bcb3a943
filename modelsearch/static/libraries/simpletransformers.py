"""Simple Transformers: ``ClassificationModel(kind, name, args={…}).train_model(table)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, made, settings

LIBRARY = Library(
    name="simpletransformers",
    trains_by=(
        Trainer(
            methods=("train_model",),
            rule="the model that is trained",
            made_by=("simpletransformers.",),
            estimator=True,
            settings=made("args"),
            optimizer=(settings("optimizer"),),
            rate=(settings("learning_rate"),),
            batch=(settings("train_batch_size"),),
            epochs=(settings("num_train_epochs"),),
            weight_decay=(settings("weight_decay"),),
            accumulation=(settings("gradient_accumulation_steps"),),
        ),
    ),
)
