"""A function that nothing here calls makes a network and has a library train it."""

import modal
from datasets import load_dataset
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments

app = modal.App("tune")


@app.function(gpu="A100")
def tune(rate):
    model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased")
    settings = TrainingArguments("out", per_device_train_batch_size=8, num_train_epochs=3)
    Trainer(model, settings, train_dataset=load_dataset("imdb")["train"]).train()


@app.local_entrypoint()
def main():
    for told in tune.map([1e-5, 1e-4]):
        print(told)
#? a model; family BERT; batch_size 8; epochs 3
