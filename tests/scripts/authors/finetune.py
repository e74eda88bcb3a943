from datasets import load_dataset
from transformers import AutoModelForTokenClassification, AutoTokenizer, DataCollatorForTokenClassification, Trainer, TrainingArguments
raw = load_dataset("conll2003")
tok = AutoTokenizer.from_pretrained("distilbert-base-cased")
model = AutoModelForTokenClassification.from_pretrained("distilbert-base-cased", num_labels=9)
def enc(b): return tok(b["tokens"], is_split_into_words=True, truncation=True)
data = raw.map(enc, batched=True)
args = TrainingArguments("out", learning_rate=2e-5, per_device_train_batch_size=16, num_train_epochs=3, optim="adamw_torch")
Trainer(model=model, args=args, train_dataset=data["train"], data_collator=DataCollatorForTokenClassification(tok)).train()
#? a model; task named entity recognition; dataset CoNLL-2003; optimizer AdamW; learning_rate 2e-05; batch_size 16; epochs 3
