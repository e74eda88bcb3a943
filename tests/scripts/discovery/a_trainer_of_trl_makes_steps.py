from trl import AutoModelForCausalLMWithValueHead, PPOConfig, PPOTrainer

config = PPOConfig(model_name="gpt2", learning_rate=1.41e-5, batch_size=64)
model = AutoModelForCausalLMWithValueHead.from_pretrained(config.model_name)
trainer = PPOTrainer(config, model, None, tokenizer, dataset=data)
for epoch in range(4):  #? epochs 4
    for batch in trainer.dataloader:
        answers = trainer.generate(batch["q"])
        trainer.step(batch["q"], answers, rewards(answers))
#? family PPO
#? learning_rate 1.41e-05
#? batch_size 64
#? family GPT
