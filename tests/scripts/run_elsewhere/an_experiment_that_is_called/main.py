#? script
import yaml
from trainer import Experiment
with open('cfg.yml') as f: conf = yaml.safe_load(f)
exp = Experiment(**conf['exp'])
exp()
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
