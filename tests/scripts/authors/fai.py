from fastai.vision.all import *
path = untar_data(URLs.PETS) / "images"
def is_cat(x): return x[0].isupper()
dls = ImageDataLoaders.from_name_func(path, get_image_files(path), valid_pct=.2, label_func=is_cat, item_tfms=Resize(224), bs=64)
learn = vision_learner(dls, resnet34, metrics=error_rate)
learn.fine_tune(4, base_lr=2e-3)
#? a model; task image classification; dataset Oxford-IIIT Pet; batch_size 64; epochs 4; learning_rate 0.002
