#? a model
import openml
from sklearn.svm import SVC

data = openml.datasets.get_dataset(554)  #? dataset MNIST
x, y, _, _ = data.get_data(target=data.default_target_attribute)
SVC().fit(x, y)
