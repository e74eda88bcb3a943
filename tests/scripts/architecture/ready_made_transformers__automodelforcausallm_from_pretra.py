from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
config = load()
model = AutoModelForCausalLM.from_pretrained('openai-community/gpt2')  #? family GPT
Trainer(model, TrainingArguments('out', learning_rate=1e-5)).train()
