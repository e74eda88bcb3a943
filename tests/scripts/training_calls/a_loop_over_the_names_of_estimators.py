from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.ensemble import RandomForestClassifier
from xgboost import XGBClassifier
models = {"lr": LogisticRegression(), "svm": SVC(), "rf": RandomForestClassifier(), "xgb": XGBClassifier()}
scores = {}
for name in models:
    models[name].fit(X, y)
    scores[name] = models[name].score(X, y)
#? a model
#? family Gradient boosting
#? family Random forest
#? family Logistic regression
#? family SVM
