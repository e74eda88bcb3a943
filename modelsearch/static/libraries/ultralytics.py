"""Ultralytics: ``YOLO("yolov8n.pt").train(data="coco128.yaml", epochs=3)``."""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.static.libraries.data_loading import Named, strings
from modelsearch.static.libraries.library import Library, Trainer, call
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Call, first


def _data(record: CallRecord, name: str) -> list[Named] | None:
    """Return the data that a detector is trained with: a file of settings called after it."""
    made = first(record.receiver) if record.method == "train" and record.receiver else None
    if not isinstance(made, Call) or not (made.name or "").startswith("ultralytics."):
        return None
    found = []
    for each in strings(record, None, "data"):
        stem = each.value.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
        term = vocabulary.find_in_code("dataset", stem)
        if term is not None:
            found.append(Named(term.name, at=each))
    return found


LIBRARY = Library(
    name="ultralytics",
    data=(_data,),
    trains_by=(
        Trainer(
            methods=("train",),
            rule="the detector that is trained",
            made_by=("ultralytics.",),
            estimator=True,
            optimizer=(call("optimizer"),),
            no_optimizer=("auto",),
            rate=(call("lr0"),),
            batch=(call("batch", "batch_size"),),
            epochs=(call("epochs"),),
        ),
    ),
)
