from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from transformers.trainer_utils import SchedulerType

model = AutoModelForCausalLM.from_pretrained("gpt2")
args = TrainingArguments(
    "out",
    learning_rate=2e-5,
    warmup_ratio=0.03,
    lr_scheduler_type=SchedulerType.COSINE,  #? scheduler cosine schedule with warmup
)
Trainer(model=model, args=args, train_dataset=data).train()
