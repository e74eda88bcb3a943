import numpy as np
from sklearn.cluster import KMeans

points = np.load("points.npy")
groups = KMeans(n_clusters=4)  #? family k-means
groups.fit(points)
inverse = np.linalg.inv(np.cov(points, rowvar=False))


def apart(points, middle):
    found = []
    for each in points:
        less = each - middle
        found.append(np.sqrt(less.T @ inverse @ less))
    return found


print(apart(points, groups.cluster_centers_[0]))
