"""Detectron2: ``DefaultTrainer(cfg).train()``; the model stands in the configuration."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer

LIBRARY = Library(
    name="detectron2",
    trains_by=(
        Trainer(
            methods=("train",),
            rule="what a trainer trains",
            made_by=("detectron2.",),
        ),
        Trainer(
            methods=("train",),
            rule="what a trainer trains",
            bases=("DefaultTrainer", "SimpleTrainer", "TrainerBase"),
        ),
    ),
)
