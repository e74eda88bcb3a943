from dataclasses import dataclass, field

from transformers import AutoModelForCausalLM, HfArgumentParser, Trainer, TrainingArguments


@dataclass
class Arguments(TrainingArguments):
    lr_scheduler_type: str = field(default="cosine")
    learning_rate: float = field(default=2e-5)
    num_train_epochs: int = field(default=3)
    per_device_train_batch_size: int = field(default=4)


(args,) = HfArgumentParser((Arguments,)).parse_args_into_dataclasses()
model = AutoModelForCausalLM.from_pretrained("gpt2")
Trainer(model=model, args=args, train_dataset=data).train()
#? learning_rate 2e-05
#? epochs 3
#? batch_size 4
#? scheduler CosineAnnealingLR
