from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

model = AutoModelForSequenceClassification.from_pretrained("roberta-base", num_labels=3)
arguments = TrainingArguments(output_dir="out", no_cuda=True, learning_rate=2e-5)  #? hardware CPU
Trainer(model, arguments, train_dataset=load_dataset("csv", data_files="a.csv")["train"]).train()
#? learning_rate 2e-05
