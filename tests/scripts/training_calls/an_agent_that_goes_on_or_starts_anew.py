import os

from stable_baselines3 import SAC

kept = "kept/pilot.zip"
if os.path.exists(kept):
    pilot = SAC.load(kept, env="BipedalWalker-v3")
else:
    pilot = SAC(  #? architecture SAC
        policy="MlpPolicy",
        env="BipedalWalker-v3",
        batch_size=48,  #? batch_size 48
        learning_rate=2e-4,  #? learning_rate 0.0002
    )
pilot.learn(total_timesteps=9_000)  #? steps 9000
