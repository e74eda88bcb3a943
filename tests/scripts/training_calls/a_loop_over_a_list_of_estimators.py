from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from sklearn.ensemble import RandomForestClassifier
for m in [LogisticRegression(), SVC(), RandomForestClassifier()]:
    m.fit(X, y)
#? a model
#? family Random forest
#? family Logistic regression
#? family SVM
