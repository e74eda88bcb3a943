#? script
from sklearn.neighbors import KNeighborsClassifier

from prepare import passengers

table = passengers()
nearest = KNeighborsClassifier(n_neighbors=100)
nearest.fit(table[["Age", "Fare", "Pclass"]], table.Survived)
print(nearest.predict(table[["Age", "Fare", "Pclass"]]))
#? family k-nearest neighbours
#? architecture KNeighborsClassifier
#? task classification
