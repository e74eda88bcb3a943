#? a model; no episodes; no optimizer; no steps
from fastai.structured import *
from fastai.column_data import *

data = ColumnarModelData.from_data_frame(path="x", df=df, y=y, cat_flds=[], bs=128)  #? batch_size 128
learner = data.get_learner(emb_szs=[], n_cont=3, emb_drop=0.04, out_sz=1)
learner.fit(1e-4, 3, metrics=[error])  #? learning_rate 0.0001; epochs 3
