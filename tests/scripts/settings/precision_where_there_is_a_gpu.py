import torch
from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

model = AutoModelForSequenceClassification.from_pretrained("roberta-base", num_labels=3)
arguments = TrainingArguments(  #? hardware CUDA
    output_dir="out",
    use_cpu=not torch.cuda.is_available(),
    bf16=torch.cuda.is_available(),
    num_train_epochs=3,  #? epochs 3
)
Trainer(model, arguments, train_dataset=load_dataset("csv", data_files="a.csv")["train"]).train()
