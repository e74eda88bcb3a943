"""Baselines of the years of TensorFlow 1 train as those for PyTorch do."""

from stable_baselines import A2C
from stable_baselines.common import make_vec_env
from stable_baselines.common.policies import MlpPolicy

env = make_vec_env("CartPole-v1", n_envs=4)
model = A2C(MlpPolicy, env, verbose=1)
model.learn(total_timesteps=25000)  #? steps 25000
#? a model; family Actor-critic; task reinforcement learning
