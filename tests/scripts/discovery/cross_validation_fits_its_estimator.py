from sklearn.model_selection import cross_val_score
from sklearn.ensemble import RandomForestClassifier
import pandas as pd
d = pd.read_csv("x.csv")
rf = RandomForestClassifier(n_estimators=100)  #? architecture RandomForestClassifier
print(cross_val_score(rf, d.drop(columns="y"), d.y, cv=5).mean())
#? family Random forest
