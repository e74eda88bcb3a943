import json

from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

wanted = {"output_dir": "out", "lr_scheduler_type": "constant_with_warmup", "warmup_steps": 10}
args = TrainingArguments(**wanted)
model = AutoModelForCausalLM.from_pretrained("gpt2")
Trainer(model, args, train_dataset=data).train()
#? scheduler constant schedule with warmup
