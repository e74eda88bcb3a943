import joblib
from sklearn.ensemble import RandomForestClassifier


def train_model(X, y, out):
    forest = RandomForestClassifier(n_estimators=200)
    forest.fit(X, y)
    joblib.dump(forest, out)
#? a model
#? family Random forest
