import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig, TrainingArguments
from trl import SFTTrainer
base = "meta-llama/Llama-2-7b-hf"
bnb = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)
model = prepare_model_for_kbit_training(AutoModelForCausalLM.from_pretrained(base, quantization_config=bnb))
peft = LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
data = load_dataset("tatsu-lab/alpaca", split="train")
args = TrainingArguments(output_dir="o", per_device_train_batch_size=4, gradient_accumulation_steps=4, num_train_epochs=1, learning_rate=2e-4, optim="paged_adamw_8bit")
trainer = SFTTrainer(model=model, args=args, train_dataset=data, peft_config=peft, dataset_text_field="text")
trainer.train()
#? a model; task language modelling; dataset Alpaca; learning_rate 0.0002; batch_size 4; epochs 1
