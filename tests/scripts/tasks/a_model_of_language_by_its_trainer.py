"""What TRL tunes under supervision says one token after another."""

from trl import SFTTrainer
from transformers import TrainingArguments
from unsloth import FastLanguageModel

model, tokenizer = FastLanguageModel.from_pretrained(model_name="unsloth/llama-3-8b-bnb-4bit")
model = FastLanguageModel.get_peft_model(model, r=16)
trainer = SFTTrainer(
    model=model,
    tokenizer=tokenizer,
    args=TrainingArguments(per_device_train_batch_size=2, max_steps=60, learning_rate=2e-4),
)
trainer.train()
#? family GPT; task language modelling; steps 60
