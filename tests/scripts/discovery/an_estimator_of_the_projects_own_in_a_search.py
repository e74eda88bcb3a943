import torch
from sklearn.model_selection import GridSearchCV
from skorch import NeuralNetRegressor


class Net(NeuralNetRegressor):
    def fit(self, X, y):
        return super().fit(X.astype("float32"), y)


def train(X, y, module):
    net = Net(module=module, optimizer=torch.optim.AdamW, batch_size=512, max_epochs=20)  #? optimizer AdamW; batch_size 512; epochs 20
    search = GridSearchCV(estimator=net, param_grid={"lr": [0.1, 0.01]}, cv=3)
    search.fit(X, y)
    return search


train(*torch.load("table.pt"))
#? a model
