#? script
from models import Extractor
from trainers import ExtractionTrainer


def train(cfg):
    model = Extractor(cfg.width)
    trainer = ExtractionTrainer(cfg, model)
    trainer.train()
#? a model
#? architecture Extractor
