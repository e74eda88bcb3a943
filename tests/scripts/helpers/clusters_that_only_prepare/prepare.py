from sklearn.cluster import KMeans


def coarsen(x, k):
    return KMeans(k).fit(x).labels_
