"""TFLearn: ``tflearn.DNN(regression(net, optimizer=…, learning_rate=…)).fit(x, y, n_epoch=…)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, call, made, settings

LIBRARY = Library(
    name="tflearn",
    trains_by=(
        Trainer(
            methods=("fit",),
            rule="the model given to fit",
            made_by=("tflearn",),
            endings=("DNN",),
            settings=made("network", at=0),
            needs_settings=True,
            optimizer=(settings("optimizer", at=2),),
            loss=settings("loss", at=3),
            rate=(settings("learning_rate", at=5),),
            epochs=(call("n_epoch", at=2),),
            batch=(call("batch_size"), settings("batch_size", at=7)),
        ),
    ),
)
