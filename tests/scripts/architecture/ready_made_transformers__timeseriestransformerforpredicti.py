from transformers import TimeSeriesTransformerForPrediction, Trainer, TrainingArguments
config = load()
model = TimeSeriesTransformerForPrediction(config)  #? family Transformer
Trainer(model, TrainingArguments('out', learning_rate=1e-5)).train()
