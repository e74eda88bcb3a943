"""pytabkit: estimators for tables, ``RealMLP_TD_Classifier(n_epochs=…, lr=…).fit(x, y)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, made

LIBRARY = Library(
    name="pytabkit",
    trains_by=(
        Trainer(
            methods=("fit",),
            rule="the estimator that is fitted",
            made_by=("pytabkit.",),
            estimator=True,
            rate=(made("lr"),),
            batch=(made("batch_size"),),
            epochs=(made("n_epochs"),),
        ),
    ),
)
