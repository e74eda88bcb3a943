from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
env = make_vec_env("Pendulum-v1", n_envs=4)
PPO("MlpPolicy", env, learning_rate=3e-4, batch_size=64, n_steps=1024, verbose=1).learn(total_timesteps=300_000)
#? a model; task reinforcement learning; dataset Pendulum; learning_rate 0.0003; batch_size 64
