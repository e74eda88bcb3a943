from stable_baselines3 import PPO
model = PPO("MlpPolicy", "CartPole-v1", learning_rate=3e-4)  #? family PPO; family MLP
model.learn(total_timesteps=1000)
