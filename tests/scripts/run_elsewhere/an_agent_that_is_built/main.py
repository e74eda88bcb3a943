#? script
from src.agents import build_agent
from src.settings import Config
agent = build_agent(Config())
agent.learn()
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
