import pandas as pd, xgboost as xgb
from sklearn.model_selection import StratifiedKFold
df = pd.read_csv("/kaggle/input/titanic/train.csv")
X = pd.get_dummies(df.drop(columns=["Survived", "Name", "Ticket", "Cabin"])); y = df.Survived
params = {"eta": 0.03, "max_depth": 4, "objective": "binary:logistic", "eval_metric": "auc"}
for tr, va in StratifiedKFold(5, shuffle=True).split(X, y):
    d = xgb.DMatrix(X.iloc[tr], y.iloc[tr]); v = xgb.DMatrix(X.iloc[va], y.iloc[va])
    bst = xgb.train(params, d, num_boost_round=2000, evals=[(v, "v")], early_stopping_rounds=50)
#? a model; task classification; dataset Titanic; learning_rate 0.03
