import pandas as pd
from sklearn.cluster import KMeans
df = pd.read_csv("Mall_Customers.csv"); X = df.iloc[:, [3, 4]].values
km = KMeans(n_clusters=5, init="k-means++", random_state=42); labels = km.fit_predict(X)
#? a model; task clustering; dataset Mall Customers
