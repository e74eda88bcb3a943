from unsloth import FastLanguageModel
from unsloth.chat_templates import train_on_responses_only
from trl import SFTTrainer, SFTConfig
model, tokenizer = FastLanguageModel.from_pretrained("unsloth/Llama-3.2-1B")
model = FastLanguageModel.get_peft_model(model, r=16)
trainer = SFTTrainer(model=model, tokenizer=tokenizer, train_dataset=ds, args=SFTConfig(per_device_train_batch_size=2, learning_rate=2e-4, max_steps=60))
trainer = train_on_responses_only(trainer, instruction_part="a", response_part="b")
trainer_stats = trainer.train()
#? framework TRL
#? learning_rate 0.0002
#? batch_size 2
#? steps 60
