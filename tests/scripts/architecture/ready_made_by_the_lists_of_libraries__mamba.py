import torch
from transformers import MambaForCausalLM
model = MambaForCausalLM.from_pretrained("state-spaces/mamba-130m-hf")
optimizer = torch.optim.AdamW(model.parameters(), lr=0.001)
for epoch in range(3):
    for x, y in torch.load("d.pt"):
        loss = torch.nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
#? family State-space model; family Autoregressive
