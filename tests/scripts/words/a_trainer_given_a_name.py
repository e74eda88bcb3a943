"""A trainer of preferences loads the model that it is given the name of."""

from datasets import load_dataset
from trl import GRPOConfig, GRPOTrainer


def reward(completions, **kwargs):
    return [len(each) for each in completions]


trainer = GRPOTrainer(
    model="Qwen/Qwen2.5-0.5B-Instruct",
    reward_funcs=reward,
    args=GRPOConfig("out", learning_rate=1e-6, per_device_train_batch_size=2),
    train_dataset=load_dataset("openai/gsm8k", "main", split="train"),
)
trainer.train()
#? family GPT; family GRPO; batch_size 2
