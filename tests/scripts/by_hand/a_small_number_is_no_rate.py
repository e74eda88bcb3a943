import numpy as np

weights = np.ones(4)
epsilon = 1e-8
for i in range(100):
    weights += epsilon * np.random.rand(4)
print(weights)
#? not a model
