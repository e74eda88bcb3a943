from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
pipe = Pipeline(steps=[("scale", StandardScaler()), ("clf", LogisticRegression(max_iter=200))])
pipe.fit(X, y)
#? framework scikit-learn
#? family Logistic regression
