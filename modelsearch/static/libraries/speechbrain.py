"""SpeechBrain: ``MyBrain(modules, opt_class, …).fit(epochs, data)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, made

LIBRARY = Library(
    name="speechbrain",
    trains_by=(
        Trainer(
            methods=("fit",),
            rule="the modules that a brain trains",
            bases=("Brain",),
            optimizer=(made("opt_class", at=1),),
        ),
    ),
)
