from autogluon.tabular import TabularPredictor, TabularDataset
train = TabularDataset("train.csv")
predictor = TabularPredictor(label="y", eval_metric="roc_auc").fit(train, time_limit=600, presets="best_quality")
#? framework AutoGluon
#? architecture TabularPredictor
