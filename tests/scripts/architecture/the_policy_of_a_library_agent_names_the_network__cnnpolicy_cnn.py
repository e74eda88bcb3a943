from stable_baselines3 import PPO
model = PPO("CnnPolicy", "CartPole-v1", learning_rate=3e-4)  #? family PPO; family CNN
model.learn(total_timesteps=1000)
