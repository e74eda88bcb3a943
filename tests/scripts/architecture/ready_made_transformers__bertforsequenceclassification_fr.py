from transformers import BertForSequenceClassification, Trainer, TrainingArguments
config = load()
model = BertForSequenceClassification.from_pretrained('bert-base-cased')  #? family BERT
Trainer(model, TrainingArguments('out', learning_rate=1e-5)).train()
