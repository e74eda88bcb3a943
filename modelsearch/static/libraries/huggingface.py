"""Hugging Face: ``Trainer(model, TrainingArguments(…)).train()`` and what is made like it."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, made, settings

LIBRARY = Library(
    name="huggingface",
    trains_by=(
        Trainer(
            methods=("train",),
            rule="the model given to Trainer",
            endings=("Trainer",),
            bases=("Trainer",),
            model=made("model", at=0),
            settings=made("args", at=1),
            optimizer=(made("optimizers"), settings("optim")),
            rate=(settings("learning_rate"),),
            batch=(settings("per_device_train_batch_size"), settings("train_batch_size")),
            epochs=(settings("num_train_epochs"),),
            steps=(settings("max_steps"),),
            weight_decay=(settings("weight_decay"),),
            accumulation=(settings("gradient_accumulation_steps"),),
        ),
    ),
)
