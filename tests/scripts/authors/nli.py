from datasets import load_dataset
import evaluate, numpy as np
from transformers import AutoModelForSequenceClassification as M, AutoTokenizer as T, Trainer, TrainingArguments as TA
ds = load_dataset("stanfordnlp/snli").filter(lambda e: e["label"] >= 0)
tok = T.from_pretrained("roberta-base")
ds = ds.map(lambda b: tok(b["premise"], b["hypothesis"], truncation=True), batched=True)
Trainer(M.from_pretrained("roberta-base", num_labels=3), TA("x", learning_rate=2e-5, per_device_train_batch_size=32, num_train_epochs=3), train_dataset=ds["train"], tokenizer=tok).train()
#? a model; task natural language inference; dataset SNLI; learning_rate 2e-05; batch_size 32; epochs 3
