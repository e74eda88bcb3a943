import torch
from datasets import load_dataset
from torch.utils.data import DataLoader
from transformers import BertForQuestionAnswering, BertTokenizerFast, default_data_collator, get_scheduler
tokenizer = BertTokenizerFast.from_pretrained("bert-base-uncased")
squad = load_dataset("squad", split="train")
def prepare(ex):
    return tokenizer(ex["question"], ex["context"], truncation="only_second", max_length=384)
train = squad.map(prepare, batched=True, remove_columns=squad.column_names)
train.set_format("torch")
loader = DataLoader(train, shuffle=True, collate_fn=default_data_collator, batch_size=12)
model = BertForQuestionAnswering.from_pretrained("bert-base-uncased").to("cuda")
optim = torch.optim.AdamW(model.parameters(), lr=3e-5)
num_train_epochs = 2
sched = get_scheduler("linear", optim, 0, num_train_epochs * len(loader))
for ep in range(num_train_epochs):
    model.train()
    for batch in loader:
        loss = model(**{k: v.cuda() for k, v in batch.items()}).loss
        loss.backward(); optim.step(); sched.step(); optim.zero_grad()
#? a model; task question answering; dataset SQuAD; optimizer AdamW; learning_rate 3e-05; batch_size 12; epochs 2
