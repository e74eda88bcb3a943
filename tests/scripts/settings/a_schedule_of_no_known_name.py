from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("gpt2")
args = TrainingArguments("out", lr_scheduler_type="of the moon")
Trainer(model=model, args=args, train_dataset=data).train()
#? no scheduler
