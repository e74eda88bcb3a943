"""spaCy: ``nlp.update(…)`` in a loop, with the optimizer that the pipeline made."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer

LIBRARY = Library(
    name="spacy",
    trains_by=(
        Trainer(
            methods=("update",),
            rule="the pipeline that is updated",
            made_by=("spacy.",),
            looped=True,
        ),
    ),
)
