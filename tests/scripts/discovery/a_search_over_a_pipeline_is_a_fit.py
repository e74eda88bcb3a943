from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC
pipe = Pipeline(steps=[("scale", StandardScaler()), ("clf", SVC())])
GridSearchCV(pipe, {"clf__C": [1, 10]}).fit(X, y)
#? family SVM
