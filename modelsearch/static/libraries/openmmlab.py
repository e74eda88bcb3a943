"""OpenMMLab: ``Runner.from_cfg(cfg).train()``; the model stands in the configuration."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer

LIBRARY = Library(
    name="openmmlab",
    trains_by=(
        Trainer(
            methods=("train",),
            rule="what a runner trains",
            made_by=("mmengine.", "mmcv."),
        ),
    ),
)
