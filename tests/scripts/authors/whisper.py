from datasets import load_dataset, Audio
from transformers import WhisperForConditionalGeneration, WhisperProcessor, Seq2SeqTrainer, Seq2SeqTrainingArguments
cv = load_dataset("mozilla-foundation/common_voice_11_0", "hi", split="train+validation").cast_column("audio", Audio(16000))
proc = WhisperProcessor.from_pretrained("openai/whisper-small", language="Hindi", task="transcribe"); model = WhisperForConditionalGeneration.from_pretrained("openai/whisper-small")
args = Seq2SeqTrainingArguments("./whisper-small-hi", per_device_train_batch_size=16, learning_rate=1e-5, warmup_steps=500, max_steps=4000, fp16=True)
Seq2SeqTrainer(args=args, model=model, train_dataset=cv, tokenizer=proc.feature_extractor).train()
#? a model; task speech recognition; dataset Common Voice; learning_rate 1e-05; batch_size 16; no epochs
