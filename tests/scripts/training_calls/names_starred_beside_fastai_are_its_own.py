#? a model
from fastcore.all import *
from fastai.vision.all import *

folder = untar_data(URLs.PETS)  #? dataset Oxford-IIIT Pet
dls = ImageDataLoaders.from_folder(folder, bs=32)  #? batch_size 32
learn = vision_learner(dls, resnet18, metrics=error_rate)  #? family CNN; family ResNet
learn.fine_tune(6)  #? epochs 6
