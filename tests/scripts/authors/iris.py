from sklearn import datasets, svm
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
iris = datasets.load_iris()
clf = make_pipeline(StandardScaler(), svm.SVC(kernel="rbf", C=10))
clf.fit(iris.data, iris.target)
#? a model; task classification; dataset Iris
