#? script
#? a model
import gymnasium
from stable_baselines3 import TD3


def practise():
    world = gymnasium.make("Pendulum-v1")  #? dataset Pendulum
    pilot = TD3("MlpPolicy", world, learning_rate=7e-4, batch_size=96)  #? architecture TD3; family TD3; family MLP; learning_rate 0.0007; batch_size 96
    pilot.learn(total_timesteps=40_000)  #? steps 40000
    return pilot
