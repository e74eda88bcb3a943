"""A function that has a library train what it is given makes no model."""

from transformers import Trainer, TrainingArguments


def train(model, data):
    trainer = Trainer(model, TrainingArguments("out", num_train_epochs=3), train_dataset=data)
    trainer.train()
    return trainer
#? not a model
