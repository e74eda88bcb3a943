"""Sentence Transformers before its own Trainer: ``model.fit(train_objectives=[…], epochs=4)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, call

LIBRARY = Library(
    name="sentence_transformers",
    trains_by=(
        Trainer(
            methods=("fit", "old_fit"),
            rule="the model that is fitted",
            made_by=("sentence_transformers.",),
            estimator=True,
            epochs=(call("epochs"),),
        ),
    ),
)
