"""A trainer of the project's own is no network."""

from detectron2 import model_zoo
from detectron2.config import get_cfg
from detectron2.engine import DefaultTrainer


class Writer(DefaultTrainer):
    def build_writers(self):
        return super().build_writers()


cfg = get_cfg()
cfg.merge_from_file(
    model_zoo.get_config_file("COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x.yaml")
)
trainer = Writer(cfg)
trainer.train()
#? a model; no architecture; family R-CNN
