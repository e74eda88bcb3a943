from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC


def score(X, y, models):
    for name, model in models.items():
        model.fit(X, y)


class Trainer:
    def run(self, X, y):
        score(X, y, {"svm": SVC(), "bayes": GaussianNB()})
#? a model
#? family SVM
#? family Naive Bayes
