#? no epochs
import random
import gym
from keras.models import Sequential
from keras.layers import Dense
from keras.optimizers import Adam
EPISODES = 1000  #? episodes 1000

class Agent:
    def __init__(self):
        self.memory = []
        self.model = Sequential([Dense(24), Dense(2)])
        self.model.compile(loss="mse", optimizer=Adam(lr=0.001))
    def replay(self, size):
        for state, target in random.sample(self.memory, size):
            self.model.fit(state, target, epochs=1, verbose=0)

env, agent, batch_size = gym.make("CartPole-v1"), Agent(), 32  #? batch_size 32
for e in range(EPISODES):
    agent.replay(batch_size)
