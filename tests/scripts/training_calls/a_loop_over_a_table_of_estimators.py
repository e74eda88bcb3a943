from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.ensemble import RandomForestClassifier
models = {"lr": LogisticRegression(), "svm": SVC(), "rf": RandomForestClassifier()}
for name, m in models.items():
    m.fit(X, y)
    print(name, m.score(X, y))
#? a model
#? family Random forest
#? family Logistic regression
#? family SVM
