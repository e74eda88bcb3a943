from catboost import CatBoostClassifier, Pool
from catboost.datasets import adult
train, test = adult()
y = (train.income == ">50K").astype(int); X = train.drop("income", axis=1)
cats = [c for c in X if X[c].dtype == object]
CatBoostClassifier(iterations=800, learning_rate=.1, depth=6, cat_features=cats, verbose=100).fit(Pool(X.fillna("?"), y, cat_features=cats))
#? a model; task classification; dataset Adult Census; learning_rate 0.1
