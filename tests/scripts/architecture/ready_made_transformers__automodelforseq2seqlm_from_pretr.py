from transformers import AutoModelForSeq2SeqLM, Trainer, TrainingArguments
config = load()
model = AutoModelForSeq2SeqLM.from_pretrained('google-t5/t5-small')  #? family T5
Trainer(model, TrainingArguments('out', learning_rate=1e-5)).train()
