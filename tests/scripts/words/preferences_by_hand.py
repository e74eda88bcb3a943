"""The loss of preferences against a reference, written out."""

from copy import deepcopy

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader
from transformers import AutoModelForCausalLM


def likelihood(model, ids):
    return F.log_softmax(model(ids).logits, dim=-1).gather(2, ids.unsqueeze(-1)).sum((1, 2))


def preference_loss(model, reference, batch, beta=0.1):
    chosen, rejected = likelihood(model, batch["chosen"]), likelihood(model, batch["rejected"])
    with torch.no_grad():
        ref_chosen = likelihood(reference, batch["chosen"])
        ref_rejected = likelihood(reference, batch["rejected"])
    margin = (chosen - rejected) - (ref_chosen - ref_rejected)
    return -F.logsigmoid(beta * margin).mean()


model = AutoModelForCausalLM.from_pretrained("gpt2")
reference = deepcopy(model)
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)
for epoch in range(6):  #? epochs 6
    for batch in DataLoader(torch.load("pairs.pt"), batch_size=5):
        loss = preference_loss(model, reference, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? family GPT; family DPO
