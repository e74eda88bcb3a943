#? script
from ogb.linkproppred import PygLinkPropPredDataset
data = PygLinkPropPredDataset(name="ogbl-collab")  #? dataset OGB-Collab

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
