from ray.rllib.algorithms.ppo import PPOConfig
algo = PPOConfig().environment("CartPole-v1").training(lr=5e-5, train_batch_size=4000).build()
for i in range(10):
    print(algo.train())
#? a model
#? framework Ray RLlib
#? learning_rate 5e-05
#? batch_size 4000
#? architecture PPO
