#? no batch_size; no epochs; no optimizer
import xgboost as xgb
param = {}
param["eta"] = 0.1  #? learning_rate 0.1
param["max_depth"] = 6
pairs = list(param.items()) + [("eval_metric", "auc")]
xgb.train(pairs, xgb.DMatrix("train.csv"), 120)  #? steps 120
