from datasets import load_dataset
from transformers import ViTForImageClassification, ViTImageProcessor, Trainer, TrainingArguments
ds = load_dataset("beans"); p = ViTImageProcessor.from_pretrained("google/vit-base-patch16-224-in21k")
ds = ds.with_transform(lambda b: {**p([x for x in b["image"]], return_tensors="pt"), "labels": b["labels"]})
model = ViTForImageClassification.from_pretrained("google/vit-base-patch16-224-in21k", num_labels=3)
args = TrainingArguments(output_dir="vit", per_device_train_batch_size=16, num_train_epochs=4, learning_rate=2e-4, remove_unused_columns=False)
Trainer(model=model, args=args, train_dataset=ds["train"]).train()
#? a model; task image classification; dataset Beans; learning_rate 0.0002; batch_size 16; epochs 4
