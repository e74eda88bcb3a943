import lightgbm as lgb, pandas as pd
train = pd.read_csv("../input/house-prices-advanced-regression-techniques/train.csv")
y = train.pop("SalePrice")
model = lgb.LGBMRegressor(n_estimators=3000, learning_rate=0.02, num_leaves=31)
model.fit(train.select_dtypes("number"), y)
#? a model; task regression; dataset Ames Housing; learning_rate 0.02
