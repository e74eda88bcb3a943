"""A Q-network that is fitted to what it predicts itself."""

import numpy as np
from keras.layers import Dense
from keras.models import Sequential

from snake import Snake

model = Sequential([Dense(24, input_dim=4, activation="relu"), Dense(2)])
model.compile(loss="mse", optimizer="adam")
game = Snake()
for episode in range(500):
    for s, a, r, s2, not_done in game.memories():
        target = model.predict(s)
        target[0][a] = r + 0.95 * not_done * np.amax(model.predict(s2)[0])
        model.fit(s, target, epochs=1)
#? family DQN; family MLP; task reinforcement learning
