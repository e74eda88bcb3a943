"""A file that is loaded by its name is no data set of the hub."""

import argparse

from datasets import load_dataset
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

parser = argparse.ArgumentParser()
parser.add_argument("--train_file", default="train.json")
args = parser.parse_args()
model = AutoModelForCausalLM.from_pretrained("gpt2")
data = load_dataset(args.train_file)
Trainer(model, TrainingArguments("out", num_train_epochs=2), train_dataset=data).train()
#? no dataset; epochs 2
