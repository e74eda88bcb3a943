from sb3_contrib import QRDQN
model = QRDQN("MlpPolicy", "CartPole-v1", learning_rate=0.001)
model.learn(20000)
#? family DQN; family MLP; learning_rate 0.001; steps 20000
