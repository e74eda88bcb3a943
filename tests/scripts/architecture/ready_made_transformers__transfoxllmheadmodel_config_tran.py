from transformers import TransfoXLLMHeadModel, Trainer, TrainingArguments
config = load()
model = TransfoXLLMHeadModel(config)  #? family Transformer-XL; family Autoregressive
Trainer(model, TrainingArguments('out', learning_rate=1e-5)).train()
