import pandas as pd
from sklearn.ensemble import IsolationForest
df = pd.read_csv("sensor.csv"); clf = IsolationForest(n_estimators=200, contamination=.01).fit(df.drop(columns="ts")); df["anomaly"] = clf.predict(df.drop(columns="ts"))
#? a model; task anomaly detection
