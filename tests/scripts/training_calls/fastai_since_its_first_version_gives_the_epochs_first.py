#? a model; no episodes; no optimizer; no steps
from fastai.vision.all import *

dls = ImageDataLoaders.from_folder(path, bs=64)  #? batch_size 64
learn = vision_learner(dls, resnet34)
learn.fit(5, 1e-3)  #? learning_rate 0.001; epochs 5
