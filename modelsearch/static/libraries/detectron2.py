"""Detectron2: ``DefaultTrainer(cfg).train()``; the model stands in the configuration."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.static.libraries.library import Library, Trainer, within
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import text

#: Calls that look a configuration or its weights up by the name of a network.
_LOOKS_UP = ("get_config_file", "get_checkpoint_url", "get_config")


@within("detectron2")
def _configured(record: CallRecord) -> Sequence[str]:
    """``model_zoo.get_config_file("COCO-Detection/faster_rcnn_R_50_FPN_3x.yaml")``."""
    named = text(record.argument(0, "config_path")) if record.last in _LOOKS_UP else None
    if named is None or not (record.name or "").startswith("detectron2."):
        return ()
    return ("R-CNN",) if "rcnn" in named.rpartition("/")[2].lower() else ()


LIBRARY = Library(
    name="detectron2",
    families=(_configured,),
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
