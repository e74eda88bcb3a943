from detectron2.engine import DefaultTrainer
from detectron2.config import get_cfg
from detectron2 import model_zoo
cfg = get_cfg()
cfg.merge_from_file(model_zoo.get_config_file("COCO-Detection/faster_rcnn_R_50_FPN_3x.yaml"))
cfg.SOLVER.BASE_LR = 0.00025
cfg.SOLVER.IMS_PER_BATCH = 2
cfg.SOLVER.MAX_ITER = 300
trainer = DefaultTrainer(cfg)
trainer.resume_or_load(resume=False)
trainer.train()
#? a model
#? framework Detectron2
#? no architecture; family R-CNN; task object detection
