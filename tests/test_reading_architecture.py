"""Architecture of what scripts train: families, main class, sizes, weights, printed results."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from modelsearch.records.artefacts import ScriptReading
from modelsearch.static.reading import read_script

HEAD = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)
"""
LOOP = """
opt = torch.optim.Adam({params}, lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        loss = {loss}
        opt.zero_grad()
        loss.backward()
        opt.step()
"""
BLOCK = """
class Coder(nn.Module):
    def __init__(self, z=8):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 16, 4, 2, 1), nn.ReLU(), nn.Conv2d(16, z, 4, 2,
            1))
        self.decoder = nn.Sequential(nn.ConvTranspose2d(z, 16, 4, 2, 1), nn.ConvTranspose2d(16,
            1, 4, 2, 1))
    def encode(self, x):
        return self.encoder(x)
    def forward(self, x):
        return self.decoder(self.encode(x))

class Denoiser(nn.Module):
    def __init__(self, c=8):
        super().__init__()
        self.t = nn.Linear(1, 16)
        self.net = nn.Sequential(nn.Conv2d(c, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, c, 3,
            padding=1))
    def forward(self, x, t):
        return self.net(x) + self.t(t[:, None]).mean()
"""


def read(folder: Path, source: str, name: str = "train.py") -> ScriptReading:
    """Write a script and read it."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(source), encoding="utf-8")
    return read_script(folder, name)


def families(reading: ScriptReading) -> set[str]:
    return {str(fact.value) for fact in reading.families}


def sizes(reading: ScriptReading) -> dict[str, object]:
    return {each.name: each.fact.value for each in reading.layer_facts}


# ---- what losses compare -------------------------------------------------------------------------


def test_noise_of_pictures_is_diffusion_without_latents(tmp_path: Path) -> None:
    source = HEAD + BLOCK + "net = Denoiser(1)\n"
    source += """
opt = torch.optim.Adam(net.parameters(), lr=1e-4)
betas = torch.linspace(1e-4, 0.02, 400)
alpha_bar = torch.cumprod(1 - betas, 0)
def noised(x, t):
    eps = torch.randn_like(x)
    return alpha_bar[t].sqrt()[:, None] * x + (1 - alpha_bar[t]).sqrt()[:, None] * eps, eps
for epoch in range(5):
    for x, y in loader:
        t = torch.randint(0, 400, (len(x),))
        x_t, eps = noised(x, t)
        loss = F.mse_loss(net(x_t, t), eps)
        loss.backward()
        opt.step()
"""
    reading = read(tmp_path, source)
    assert families(reading) == {"Diffusion", "CNN"}
    assert sizes(reading)["diffusion_steps"] == 400


# ---- agents --------------------------------------------------------------------------------------


def test_a_target_network_without_an_actor_is_no_ddpg(tmp_path: Path) -> None:
    source = """
    import random
    from collections import deque
    import gymnasium as gym
    import torch
    from torch import nn
    env = gym.make("CartPole-v1")
    def net():
        return nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2))
    policy_net, target_net, memory = net(), net(), deque(maxlen=10000)
    opt = torch.optim.Adam(policy_net.parameters())
    for episode in range(200):
        state, _ = env.reset()
        done = False
        while not done:
            action = policy_net(torch.tensor(state)).argmax().item()
            nxt, reward, done, _, _ = env.step(action)
            memory.append((state, action, reward, nxt))
            s, a, r, n = zip(*random.sample(memory, 32))
            expected = torch.tensor(r) + 0.99 * target_net(torch.tensor(n)).max(1).values
            q_values = policy_net(torch.tensor(s)).gather(1, torch.tensor(a)[:, None])
            loss = nn.functional.mse_loss(q_values.squeeze(), expected)
            opt.zero_grad(); loss.backward(); opt.step()
    """
    reading = read(tmp_path, source)
    assert families(reading) == {"DQN", "MLP"}
    assert "sequence_length" not in sizes(reading)


# ---- convolutions, sequences, graphs -------------------------------------------------------------


def test_a_state_of_zeros_makes_no_seq2seq(tmp_path: Path) -> None:
    source = """
    import tensorflow.compat.v1 as tf
    cell = tf.nn.rnn_cell.BasicLSTMCell(32)
    x, y = tf.placeholder(tf.float32, [None, 28, 28]), tf.placeholder(tf.float32, [None, 10])
    {given}
    outputs, state = tf.nn.dynamic_rnn(cell, x, initial_state=initial)
    logits = tf.layers.dense(outputs[:, -1], 10)
    loss = tf.losses.softmax_cross_entropy(y, logits)
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
    sess = tf.Session()
    for step in range(1000):
        sess.run(train, {x: batch, y: labels})
    """
    zeros = source.replace("{given}", "initial = cell.zero_state(64, tf.float32)")
    encoded = source.replace("{given}", "_, initial = tf.nn.dynamic_rnn(cell, x)")
    assert families(read(tmp_path, zeros)) == {"LSTM"}
    assert families(read(tmp_path, encoded)) == {"LSTM", "Seq2seq"}


def test_a_whole_transformer_maps_sequence_to_sequence(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    class Translator(nn.Module):
        def __init__(self, words=5000, d_model=128):
            super().__init__()
            self.source, self.target = nn.Embedding(words, d_model), nn.Embedding(words, d_model)
            self.core = nn.Transformer(d_model, 4, 3, 3)
            self.out = nn.Linear(d_model, words)
        def forward(self, s, t):
            return self.out(self.core(self.source(s), self.target(t)))
    model = Translator()
    opt = torch.optim.Adam(model.parameters(), lr=1e-4)
    for epoch in range(10):
        for s, t in batches:
            loss = nn.functional.cross_entropy(model(s, t[:-1]).flatten(0, 1), t[1:].flatten())
            loss.backward()
            opt.step()
    """
    reading = read(tmp_path, source)
    assert families(reading) == {"Transformer", "Seq2seq"}
    assert (sizes(reading)["heads"], sizes(reading)["hidden_size"]) == (4, 128)


def test_attention_with_a_softmax_of_its_own_is_seen(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
class Attention(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm, self.attend = nn.LayerNorm(dim), nn.Softmax(dim=-1)
        self.to_qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
    def forward(self, x):
        q, k, v = self.to_qkv(self.norm(x)).chunk(3, dim=-1)
        return self.out(torch.matmul(self.attend(torch.matmul(q, k.transpose(-1, -2))), v))
class ViT(nn.Module):
    def __init__(self, patch_size=7, dim=64):
        super().__init__()
        self.to_patch_embedding = nn.Linear(patch_size * patch_size, dim)
        self.blocks = nn.Sequential(Attention(dim), Attention(dim))
        self.head = nn.Linear(dim, 10)
    def forward(self, x):
        return self.head(self.blocks(self.to_patch_embedding(x.view(-1, 16, 49))).mean(1))
model = ViT()
"""
        + LOOP.format(params="model.parameters()", loss="F.cross_entropy(model(x), y)")
    )
    reading = read(tmp_path, source)
    assert families(reading) == {"ViT"}
    assert sizes(reading)["patch_size"] == 7


def test_layers_and_models_of_the_graph_library(tmp_path: Path) -> None:
    source = """
    import torch
    from torch_geometric.nn import {name}
    model = {name}(16, 32)
    opt = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(200):
        loss = torch.nn.functional.cross_entropy(model(data.x, data.edge_index), data.y)
        loss.backward()
        opt.step()
    """
    names = {"GCN": "GCN", "GATConv": "GAT", "PNAConv": "GNN", "GraphSAGE": "GNN"}
    for name, family in names.items():
        assert families(read(tmp_path, source.replace("{name}", name))) == {family}


# ---- parts that are not known --------------------------------------------------------------------


# ---- main class ----------------------------------------------------------------------------------


# ---- is it a model? ------------------------------------------------------------------------------

TRAINER = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)
    def forward(self, x):
        return self.fc(x.flatten(1))
"""
)


@pytest.mark.parametrize("line", ["from models.net import Net", "import models.net as net"])
def test_a_network_that_a_script_elsewhere_imports_is_a_helper(tmp_path: Path, line: str) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "train.py").write_text(f"{line}\n")
    assert not read(tmp_path, TRAINER, "models/net.py").is_model
    (tmp_path / "tools" / "train.py").write_text("import json\n")
    assert read(tmp_path, TRAINER, "models/net.py").is_model


def test_notebooks_below_docs_count(tmp_path: Path) -> None:
    code = TRAINER + "net = Net()\n"
    code += LOOP.format(params="net.parameters()", loss="F.cross_entropy(net(x), y)")
    cell = {"cell_type": "code", "source": code.splitlines(keepends=True), "outputs": []}
    reading = read(tmp_path, json.dumps({"cells": [cell]}), "docs/tutorials/first.ipynb")
    assert reading.is_model


# ---- weights -------------------------------------------------------------------------------------


def test_a_time_embedding_is_no_vocabulary(tmp_path: Path) -> None:
    source = (
        HEAD + BLOCK.replace("nn.Linear(1, 16)", "nn.Embedding(1000, 16)") + "net = Denoiser(1)\n"
    )
    source += """
opt = torch.optim.Adam(net.parameters(), lr=1e-4)
alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
for epoch in range(5):
    for x, y in loader:
        t = torch.randint(0, 1000, (len(x),))
        noise = torch.randn_like(x)
        loss = F.mse_loss(net(alpha_bar[t] * x + (1 - alpha_bar[t]) * noise, t), noise)
        loss.backward()
        opt.step()
"""
    found = sizes(read(tmp_path, source))
    assert found["diffusion_steps"] == 1000
    assert "vocabulary_size" not in found


def test_the_latent_size_is_that_of_the_mean_layer(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(784, 256)
        self.fc_mu, self.fc_logvar = nn.Linear(256, 12), nn.Linear(256, 12)
        self.dec = nn.Sequential(nn.Linear(12, 256), nn.ReLU(), nn.Linear(256, 784), nn.Sigmoid())
    def forward(self, x):
        h = F.relu(self.enc(x))
        mu, logvar = self.fc_mu(h), self.fc_logvar(h)
        return self.dec(mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)), mu, logvar
model = Model()
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(10):
    for x, _ in loader:
        recon, mu, logvar = model(x)
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        loss = F.binary_cross_entropy(recon, x) + kl
        loss.backward()
        opt.step()
"""
    )
    reading = read(tmp_path, source)
    assert families(reading) == {"VAE", "MLP"}
    assert sizes(reading)["latent_size"] == 12


# ---- techniques and tasks


def techniques(reading: ScriptReading) -> set[str]:
    return {str(fact.value) for fact in reading.techniques}


def test_labels_that_are_dropped_by_chance_guide_without_a_classifier(tmp_path: Path) -> None:
    dropping = "y = torch.where(torch.rand(len(y)) < 0.1, torch.full_like(y, 10), y)"
    found = []
    for line in (dropping, "pass"):
        source = HEAD + BLOCK + "net = Denoiser(1)\n"
        source += f"""
opt = torch.optim.Adam(net.parameters(), lr=1e-4)
alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
for epoch in range(5):
    for x, y in loader:
        {line}
        t = torch.randint(0, 1000, (len(x),))
        noise = torch.randn_like(x)
        loss = F.mse_loss(net(alpha_bar[t] * x + (1 - alpha_bar[t]) * noise, t), noise)
        loss.backward()
        opt.step()
"""
        found.append("classifier-free guidance" in techniques(read(tmp_path, source)))
    assert found == [True, False]


def test_the_last_transform_fixes_the_size_of_pictures(tmp_path: Path) -> None:
    source = TRAINER + "net = Net()\n"
    source += LOOP.format(params="net.parameters()", loss="F.cross_entropy(net(x), y)")
    steps = "transforms.Compose([transforms.Resize(72), transforms.RandomCrop(64)])"
    source = source.replace("transforms.ToTensor()", steps)
    assert sizes(read(tmp_path, source))["image_size"] == 64


# ---- printed results -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "name", "split", "value", "step"),
    [
        ("Epoch 4/5\n loss: 0.21 - val_accuracy: 0.9312\n", "accuracy", "validation", 0.9312, 4),
        (
            "Test Accuracy of the network on the 10000 test images: 97.25 %",
            "accuracy",
            "test",
            0.9725,
            None,
        ),
        (
            "Epoch: 01\nEpoch: 02 | train loss: 0.31 | Val. Acc: 88.5%",
            "accuracy",
            "validation",
            0.885,
            2,
        ),
        ("test perplexity = 104.2", "perplexity", "test", 104.2, None),
        ("RMSE is 3.75", "RMSE", None, 3.75, None),
    ],
)
def test_results_that_a_notebook_printed(
    tmp_path: Path, printed: str, name: str, split: str | None, value: float, step: int | None
) -> None:
    code = TRAINER + "net = Net()\n"
    code += LOOP.format(params="net.parameters()", loss="F.cross_entropy(net(x), y)")
    cell = {
        "cell_type": "code",
        "source": code.splitlines(keepends=True),
        "outputs": [{"output_type": "stream", "text": printed.splitlines(keepends=True)}],
    }
    reading = read(tmp_path, json.dumps({"cells": [cell]}), "work.ipynb")
    found = {(each.name, each.split): (each.value, each.step) for each in reading.metrics}
    assert found[name, split] == (value, step)


def test_ratios_and_times_are_no_results(tmp_path: Path) -> None:
    code = TRAINER + "net = Net()\n"
    code += LOOP.format(params="net.parameters()", loss="F.cross_entropy(net(x), y)")
    outputs = [{"output_type": "stream", "text": "Accuracy: 12/50\nloss: nan\nmacro: 3\n"}]
    cell = {"cell_type": "code", "source": code, "outputs": outputs}
    assert read(tmp_path, json.dumps({"cells": [cell]}), "work.ipynb").metrics == []


def test_a_library_that_only_loads_the_data_is_no_framework(tmp_path: Path) -> None:
    source = """
import torch
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("MNIST", one_hot=True)
net = torch.nn.Sequential(torch.nn.Linear(784, 10))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for step in range(1000):
    x, y = mnist.train.next_batch(64)
    loss = torch.nn.functional.mse_loss(net(torch.tensor(x)), torch.tensor(y))
    opt.zero_grad(); loss.backward(); opt.step()
"""
    assert [fact.value for fact in read(tmp_path, source).frameworks] == ["PyTorch"]
