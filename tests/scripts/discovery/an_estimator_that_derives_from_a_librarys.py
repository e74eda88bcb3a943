import pandas as pd
from sklearn.linear_model import LogisticRegression


class Careful(LogisticRegression):
    def predict(self, X):
        return super().predict(X.fillna(0))


table = pd.read_csv("table.csv")
model = Careful(C=0.5)  #? architecture Careful
model.fit(table.drop(columns="y"), table["y"])
#? a model
