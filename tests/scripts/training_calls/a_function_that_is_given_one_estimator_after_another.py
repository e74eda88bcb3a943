from sklearn.svm import SVC
from sklearn.ensemble import RandomForestClassifier
def evaluate(model, X, y):
    model.fit(X, y)
    return model.score(X, y)
for name, model in [("svm", SVC()), ("rf", RandomForestClassifier())]:
    print(name, evaluate(model, X, y))
#? a model
#? family SVM
#? family Random forest
