"""Ultralytics: ``YOLO("yolov8n.pt").train(data="coco128.yaml", epochs=3)``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Library, Trainer, call

LIBRARY = Library(
    name="ultralytics",
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
