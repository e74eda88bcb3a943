import torch
from transformers import BartForConditionalGeneration
model = BartForConditionalGeneration.from_pretrained("facebook/bart-base")
optimizer = torch.optim.AdamW(model.parameters(), lr=0.001)
for epoch in range(3):
    for x, y in torch.load("d.pt"):
        loss = torch.nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
#? family Transformer
