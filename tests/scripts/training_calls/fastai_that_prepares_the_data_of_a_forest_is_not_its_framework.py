from fastai.tabular.all import *
from sklearn.ensemble import RandomForestClassifier  #? framework scikit-learn

table = TabularPandas(df, [Categorify], [], [], y_names="y")
forest = RandomForestClassifier(n_estimators=100)
forest.fit(table.train.xs, table.train.y)
