import xgboost
from lightgbm import LGBMClassifier


def make(name):
    if name == "xgb":
        return xgboost.XGBClassifier()
    return LGBMClassifier()
