from dataclasses import dataclass

from sklearn.ensemble import AdaBoostRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV
from xgboost import XGBRegressor


def evaluate_models(X, y, others, wanted, models, param):
    report = {}
    for i in range(len(list(models))):
        model = list(models.values())[i]
        search = GridSearchCV(model, param[list(models.keys())[i]], cv=3)
        search.fit(X, y)
        model.set_params(**search.best_params_)
        model.fit(X, y)
        report[list(models.keys())[i]] = r2_score(wanted, model.predict(others))
    return report


@dataclass
class ModelTrainer:
    def initiate_model_trainer(self, train_array, test_array):
        X, y = train_array[:, :-1], train_array[:, -1]
        models = {
            "Random Forest": RandomForestRegressor(),
            "Linear": LinearRegression(),
            "XGB": XGBRegressor(),
            "Ada": AdaBoostRegressor(),
        }
        report = evaluate_models(X, y, test_array[:, :-1], test_array[:, -1], models, {})
        return max(report.values())
#? a model
#? framework scikit-learn
#? family Random forest
#? family Linear model
#? family Gradient boosting
