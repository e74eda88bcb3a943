from mmengine.config import Config
from mmengine.runner import Runner
cfg = Config.fromfile("configs/a.py")
runner = Runner.from_cfg(cfg)
runner.train()
#? a model
#? framework OpenMMLab
#? no architecture
