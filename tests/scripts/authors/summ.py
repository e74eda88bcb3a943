from datasets import load_dataset
from transformers import (T5ForConditionalGeneration, T5TokenizerFast, Seq2SeqTrainer, Seq2SeqTrainingArguments, DataCollatorForSeq2Seq)
tok = T5TokenizerFast.from_pretrained("t5-small"); model = T5ForConditionalGeneration.from_pretrained("t5-small")
ds = load_dataset("samsum")
def pre(b):
    x = tok(["summarize: " + d for d in b["dialogue"]], max_length=512, truncation=True)
    x["labels"] = tok(text_target=b["summary"], max_length=128, truncation=True)["input_ids"]; return x
ds = ds.map(pre, batched=True)
args = Seq2SeqTrainingArguments("t5", learning_rate=1e-4, per_device_train_batch_size=8, num_train_epochs=4, predict_with_generate=True, optim="adafactor")
t = Seq2SeqTrainer(model, args, train_dataset=ds["train"], data_collator=DataCollatorForSeq2Seq(tok, model)); t.train()
#? a model; task summarisation; dataset SAMSum; learning_rate 0.0001; batch_size 8; epochs 4
