from datasets import load_dataset
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("gpt2")
options = TrainingArguments(
    "out",
    optim="paged_adamw_32bit",  #? optimizer AdamW
    learning_rate=2e-4,
)
Trainer(model, options, train_dataset=load_dataset("imdb")["train"]).train()
