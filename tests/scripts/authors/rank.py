import lightgbm as lgb
from sklearn.datasets import load_svmlight_file
X, y, qid = load_svmlight_file("MSLR-WEB10K/Fold1/train.txt", query_id=True)
import numpy as np
groups = np.unique(qid, return_counts=True)[1]
ranker = lgb.LGBMRanker(objective="lambdarank", n_estimators=500, learning_rate=0.05)
ranker.fit(X, y, group=groups)
#? a model; task ranking; dataset MSLR-WEB; learning_rate 0.05
