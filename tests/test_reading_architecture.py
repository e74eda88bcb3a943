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


def main_class(reading: ScriptReading) -> object:
    return reading.architecture.value if reading.architecture else None


def sizes(reading: ScriptReading) -> dict[str, object]:
    return {each.name: each.fact.value for each in reading.layer_facts}


# ---- what losses compare -------------------------------------------------------------------------


def test_noise_of_encoded_inputs_is_latent_diffusion(tmp_path: Path) -> None:
    """A schedule without betas, on what another network made: both networks' families count."""
    source = HEAD + BLOCK + "ae, net = Coder(), Denoiser()\n"
    source += LOOP.format(params="ae.parameters()", loss="F.mse_loss(ae(x), x)")
    source += """
opt = torch.optim.Adam(net.parameters(), lr=1e-4)
for epoch in range(5):
    for x, y in loader:
        with torch.no_grad():
            z = ae.encode(x)
        t = torch.rand(len(z))
        noise = torch.randn_like(z)
        a, s = torch.cos(t).view(-1, 1, 1, 1), torch.sin(t).view(-1, 1, 1, 1)
        loss = F.mse_loss(net(a * z + s * noise, t), noise)
        opt.zero_grad()
        loss.backward()
        opt.step()
"""
    reading = read(tmp_path, source)
    assert families(reading) == {"Latent diffusion", "Autoencoder", "CNN"}
    assert main_class(reading) == "Denoiser"


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


def test_velocity_between_noise_and_data_is_flow_matching(tmp_path: Path) -> None:
    source = HEAD + BLOCK + "net = Denoiser(1)\n"
    source += """
opt = torch.optim.Adam(net.parameters(), lr=1e-4)
for epoch in range(5):
    for x, y in loader:
        t = torch.rand(len(x))
        noise = torch.randn_like(x)
        target = x - noise
        loss = F.mse_loss(net(t * x + (1 - t) * noise, t), target)
        loss.backward()
        opt.step()
"""
    assert families(read(tmp_path, source)) == {"Flow matching", "CNN"}


def test_a_denoising_autoencoder_is_known_by_its_loss(tmp_path: Path) -> None:
    """The class says nothing; the output is compared with what the noisy input was made from."""
    source = HEAD + BLOCK.replace("Coder", "Net") + "net = Net()\n"
    source += """
opt = torch.optim.Adam(net.parameters())
for epoch in range(5):
    for x, _ in loader:
        noisy = x + 0.3 * torch.randn(*x.shape)
        noisy = noisy.clamp(0, 1)
        out = net(noisy)
        loss = nn.MSELoss()(out, x)
        loss.backward()
        opt.step()
"""
    assert families(read(tmp_path, source)) == {"Autoencoder", "CNN"}


def test_shifted_targets_are_no_reconstruction(tmp_path: Path) -> None:
    source = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(8, 32)
        self.out = nn.Linear(32, 8)
    def forward(self, x):
        return self.out(self.rnn(x)[0])
series = torch.randn(50, 4, 8)
net = Net()
opt = torch.optim.Adam(net.parameters())
for step in range(100):
    loss = nn.functional.mse_loss(net(series[:-1]), series[1:])
    loss.backward()
    opt.step()
"""
    assert families(read(tmp_path, source)) == {"GRU"}


PAIR = """
class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 3, 3,
            padding=1))
    def forward(self, x):
        return self.net(x)
class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 4, 2), nn.ReLU(), nn.Conv2d(16, 1, 4, 2))
    def forward(self, x):
        return self.net(x)
"""


def test_two_generators_that_undo_one_another_are_a_cyclegan(tmp_path: Path) -> None:
    """No name says so: the structure of the losses does."""
    source = HEAD + PAIR.replace("Judge", "PatchDiscriminator")
    source += """
summer, winter, disc_s = G(), G(), PatchDiscriminator()
opt_g = torch.optim.Adam([*summer.parameters(), *winter.parameters()])
opt_d = torch.optim.Adam(disc_s.parameters())
for a, b in loader:
    fake_b, fake_a = winter(a), summer(b)
    back = F.l1_loss(summer(fake_b), a) + F.l1_loss(winter(fake_a), b)
    g_loss = F.mse_loss(disc_s(fake_a), torch.ones(1)) + 10 * back
    g_loss.backward()
    opt_g.step()
    d_loss = F.mse_loss(disc_s(a), torch.ones(1)) + F.mse_loss(disc_s(fake_a.detach()),
        torch.zeros(1))
    d_loss.backward()
    opt_d.step()
"""
    assert "CycleGAN" in families(read(tmp_path, source))


def test_an_encoder_and_its_decoder_are_no_cycle(tmp_path: Path) -> None:
    """A BiGAN's encoder and generator undo one another too."""
    source = (
        HEAD
        + """
class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 784))
    def forward(self, z):
        return self.net(z)
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 16))
    def forward(self, x):
        return self.net(x)
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 1))
    def forward(self, x):
        return self.net(x)
generator, encoder, discriminator = Generator(), Encoder(), Discriminator()
optimizer_G = torch.optim.Adam([*generator.parameters(), *encoder.parameters()])
optimizer_D = torch.optim.Adam(discriminator.parameters())
for x, _ in loader:
    z = torch.randn(64, 16)
    fake = generator(z)
    loss = F.mse_loss(generator(encoder(x)), x) + F.mse_loss(encoder(generator(z)), z)
    g_loss = loss + F.binary_cross_entropy_with_logits(discriminator(fake), torch.ones(64, 1))
    g_loss.backward()
    optimizer_G.step()
    d_loss = F.binary_cross_entropy_with_logits(discriminator(x), torch.ones(64, 1))
    d_loss.backward()
    optimizer_D.step()
"""
    )
    assert families(read(tmp_path, source)) == {"GAN", "MLP"}


@pytest.mark.parametrize(
    ("loss", "family"),
    [
        ("-critic(x).mean() + critic(fake).mean() + 10 * gradient_penalty", "WGAN"),
        (
            "F.relu(1 - critic(x)).mean() + F.relu(1 + critic(fake)).mean() + gradient_penalty",
            "GAN",
        ),
        (
            "F.softplus(-critic(x)).mean() + F.softplus(critic(fake)).mean() + gradient_penalty",
            "GAN",
        ),
    ],
)
def test_a_penalty_alone_is_no_wasserstein_critic(tmp_path: Path, loss: str, family: str) -> None:
    source = HEAD + PAIR.replace("class G", "class Generator").replace("Judge", "Critic")
    source += f"""
generator, critic = Generator(), Critic()
opt_g = torch.optim.Adam(generator.parameters())
opt_d = torch.optim.Adam(critic.parameters())
for x, _ in loader:
    fake = generator(torch.randn_like(x))
    gradient_penalty = (torch.autograd.grad(critic(x).sum(), x)[0].norm(2) - 1) ** 2
    d_loss = {loss}
    d_loss.backward()
    opt_d.step()
    g_loss = -critic(fake).mean()
    g_loss.backward()
    opt_g.step()
"""
    assert families(read(tmp_path, source)) == {family, "CNN"}


def test_a_vae_whose_sampling_a_lambda_layer_calls(tmp_path: Path) -> None:
    source = """
    from keras import backend as K, layers
    from keras.models import Model
    inputs = layers.Input((28, 28, 1))
    h = layers.Dense(64)(layers.Flatten()(layers.Conv2D(8, 3)(inputs)))
    z_mean, z_log_var = layers.Dense(2)(h), layers.Dense(2)(h)
    def sampling(args):
        z_mean, z_log_var = args
        return z_mean + K.exp(z_log_var) * K.random_normal(K.shape(z_mean))
    z = layers.Lambda(sampling)([z_mean, z_log_var])
    out = layers.Conv2DTranspose(1, 3)(layers.Reshape((26, 26, 8))(layers.Dense(5408)(z)))
    model = Model(inputs, out)
    kl_loss = -0.5 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var))
    model.add_loss(kl_loss)
    model.compile("rmsprop")
    model.fit(x_train, epochs=10)
    """
    assert families(read(tmp_path, source)) == {"VAE", "CNN"}


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


def test_a_ratio_that_is_clipped_around_one_is_ppo(tmp_path: Path) -> None:
    source = """
    import gymnasium as gym
    import torch
    from torch import nn
    from torch.distributions import Categorical
    env, limit = gym.make("CartPole-v1"), 0.2
    net = nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 2))
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    for update in range(100):
        state, _ = env.reset()
        dist = Categorical(logits=net(torch.tensor(state)))
        action = dist.sample()
        _, reward, *_ = env.step(action.item())
        ratio = (dist.log_prob(action) - old).exp()
        loss = -torch.min(ratio * gain, ratio.clamp(1 - limit, 1 + limit) * gain).mean()
        opt.zero_grad(); loss.backward(); opt.step()
    """
    assert families(read(tmp_path, source)) == {"PPO", "MLP"}


AGENT = """
import gymnasium as gym
import torch
from torch import nn
from torch.distributions import Normal
env, replay_buffer, tau = gym.make("Pendulum-v1"), Buffer(10000), 0.005
class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 64), nn.Linear(64, 1)
    def forward(self, x):
        return torch.tanh(self.b(torch.relu(self.a(x))))
    def to(self, device):
        return super(Policy, self).to(device)
policy_net, value_net1, value_net2 = Policy().to("cpu"), Policy(), Policy()
target_value_net1 = Policy()
value_opt = torch.optim.Adam([*value_net1.parameters(), *value_net2.parameters()], lr=1e-3)
policy_opt = torch.optim.Adam(policy_net.parameters(), lr=1e-3)
for frame in range(10000):
    state, reward, done, _, _ = env.step(policy_net(torch.tensor(env.reset()[0])))
    s, a, r, n, d = replay_buffer.sample(32)
    {extra}
    target_q = r + 0.99 * target_value_net1(n)
    value_loss = ((value_net1(s) - target_q) ** 2).mean()
    value_loss.backward()
    value_opt.step()
    policy_loss = -value_net1(policy_net(s)).mean()
    policy_loss.backward()
    policy_opt.step()
"""


@pytest.mark.parametrize(
    ("name", "extra", "family"),
    [
        ("pendulum.py", "scale_factor = 2.0", "DDPG"),
        ("pendulum.py", "noise_clip = 0.5", "TD3"),
        ("pendulum.py", "log_alpha = Normal(0, 1).log_prob(a)", "SAC"),
        ("6.td3.py", "pass", "TD3"),
        ("soft actor-critic.py", "pass", "SAC"),
    ],
)
def test_actors_that_learn_from_memory(tmp_path: Path, name: str, extra: str, family: str) -> None:
    reading = read(tmp_path, AGENT.replace("{extra}", extra), name)
    assert families(reading) == {family, "MLP"}
    assert main_class(reading) == "Policy"


def test_an_actor_and_a_critic_with_a_td_error_are_no_dqn(tmp_path: Path) -> None:
    source = """
    import gym
    import tensorflow.compat.v1 as tf
    env = gym.make("CartPole-v0")
    class Actor:
        def __init__(self, n):
            self.s, self.a, self.td_error = tf.placeholder(tf.float32, [1, 4]), tf.placeholder(
                tf.int32), tf.placeholder(tf.float32)
            h = tf.layers.dense(self.s, 20, tf.nn.relu)
            self.acts_prob = tf.layers.dense(h, n, tf.nn.softmax)
            log_prob = tf.log(self.acts_prob[0, self.a])
            self.train = tf.train.AdamOptimizer(0.001).minimize(-log_prob * self.td_error)
        def learn(self, sess, s, a, td):
            sess.run(self.train, {self.s: s, self.a: a, self.td_error: td})
    class Critic:
        def __init__(self):
            self.s, self.q_next = tf.placeholder(tf.float32, [1, 4]), tf.placeholder(tf.float32)
            self.v = tf.layers.dense(tf.layers.dense(self.s, 20, tf.nn.relu), 1)
            self.td_error = 0.9 * self.q_next - self.v
            self.train = tf.train.AdamOptimizer(0.01).minimize(tf.square(self.td_error))
        def learn(self, sess, s, q):
            return sess.run([self.td_error, self.train], {self.s: s, self.q_next: q})
    sess, actor, critic = tf.Session(), Actor(2), Critic()
    for episode in range(3000):
        s = env.reset()
        for t in range(1000):
            s, r, done, info = env.step(0)
            td = critic.learn(sess, s, r)
            actor.learn(sess, s, 0, td)
    """
    assert families(read(tmp_path, source)) == {"Actor-critic", "MLP"}


@pytest.mark.parametrize(("policy", "family"), [("MlpPolicy", "MLP"), ("CnnPolicy", "CNN")])
def test_the_policy_of_a_library_agent_names_the_network(
    tmp_path: Path, policy: str, family: str
) -> None:
    source = f"""
    from stable_baselines3 import PPO
    model = PPO("{policy}", "CartPole-v1", learning_rate=3e-4)
    model.learn(total_timesteps=1000)
    """
    assert families(read(tmp_path, source)) == {"PPO", family}


def test_a_game_of_the_project_itself_is_what_the_agent_plays(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    class Game2048:
        def reset(self):
            return [0.0] * 16
        def step(self, action):
            return [0.0] * 16, 1.0, False
    env, policy_net = Game2048(), nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 4))
    opt = torch.optim.Adam(policy_net.parameters())
    for episode in range(100):
        state, reward, done = env.step(policy_net(torch.tensor(env.reset())).argmax().item())
        q_value = policy_net(torch.tensor(state)).max()
        (q_value - reward).pow(2).backward()
        opt.step()
    """
    reading = read(tmp_path, source)
    assert [each.name for each in reading.datasets] == ["2048"]
    assert families(reading) == {"DQN", "MLP"}


# ---- convolutions, sequences, graphs -------------------------------------------------------------


def test_layers_that_a_loop_over_unknown_widths_adds_are_seen(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
def vgg(widths):
    layers, c = [], 1
    for w in widths:
        if w == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(c, w, 3, padding=1), nn.ReLU()]
            c = w
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(c, 10))
model = vgg(open("widths.txt").read().split())
"""
        + LOOP.format(params="model.parameters()", loss="F.cross_entropy(model(x), y)")
    )
    reading = read(tmp_path, source)
    assert families(reading) == {"CNN"}
    assert main_class(reading) == "vgg"
    assert reading.parameters is None


def test_a_ready_made_network_of_convolutions_is_a_cnn_too(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
from torchvision.models import resnet18
model = resnet18(weights="DEFAULT")
"""
        + LOOP.format(params="model.parameters()", loss="F.cross_entropy(model(x), y)")
    )
    assert families(read(tmp_path, source)) == {"ResNet", "CNN"}


@pytest.mark.parametrize(
    ("made", "family"),
    [
        ("TransfoXLLMHeadModel(config)", "Transformer-XL"),
        ("TimeSeriesTransformerForPrediction(config)", "Transformer"),
        ("AutoModelForCausalLM.from_pretrained('openai-community/gpt2')", "GPT"),
        ("AutoModelForSeq2SeqLM.from_pretrained('google-t5/t5-small')", "T5"),
        ("BertForSequenceClassification.from_pretrained('bert-base-cased')", "BERT"),
    ],
)
def test_ready_made_transformers(tmp_path: Path, made: str, family: str) -> None:
    name = made.partition("(")[0].partition(".")[0]
    source = f"from transformers import {name}, Trainer, TrainingArguments\nconfig = load()\n"
    source += (
        f"model = {made}\nTrainer(model, TrainingArguments('out', learning_rate=1e-5)).train()\n"
    )
    assert families(read(tmp_path, source)) == {family}


def test_a_dense_net_is_no_squeeze_and_excitation_net(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
class DenseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(9, 8, 3, padding=1)
        self.out = nn.Linear(17, 10)
    def forward(self, x):
        h = torch.cat([x, self.a(x)], 1)
        h = torch.cat([h, self.b(h)], 1)
        return self.out(h.mean((2, 3)))
model = DenseNet()
"""
        + LOOP.format(params="model.parameters()", loss="F.cross_entropy(model(x), y)")
    )
    assert families(read(tmp_path, source)) == {"DenseNet", "CNN"}


def test_a_skip_that_is_never_taken_makes_no_unet(tmp_path: Path) -> None:
    source = (
        HEAD
        + """
class Up(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.up, self.conv = nn.ConvTranspose2d(a, a, 4, 2, 1), nn.Conv2d(a, b, 3, padding=1)
    def forward(self, x, skip=None):
        x = self.up(x)
        if skip is not None:
            x = torch.cat([x, skip], 1)
        return self.conv(x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 16, 4, 2, 1), nn.Conv2d(16, 32, 4, 2, 1))
        self.up1, self.up2 = Up(32, 16), Up(16, 1)
    def forward(self, x):
        return self.up2(self.up1(self.down(x)))
model = Net()
"""
        + LOOP.format(params="model.parameters()", loss="F.mse_loss(model(x), x)")
    )
    assert families(read(tmp_path, source)) == {"Autoencoder", "CNN"}


def test_states_that_pass_between_layers_make_seq2seq(tmp_path: Path) -> None:
    source = """
    import keras
    from keras import layers
    given = keras.Input((None, 40))
    _, h, c = layers.LSTM(64, return_state=True)(given)
    told = keras.Input((None, 30))
    out = layers.LSTM(64, return_sequences=True)(told, initial_state=[h, c])
    model = keras.Model([given, told], layers.Dense(30, activation="softmax")(out), name="speaker")
    model.compile("adam", loss="categorical_crossentropy")
    model.fit([a, b], t, batch_size=64, epochs=35)
    """
    reading = read(tmp_path, source)
    assert families(reading) == {"Seq2seq", "LSTM"}
    assert main_class(reading) == "speaker"


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


def test_a_module_that_is_given_its_parts_is_not_called_dense(tmp_path: Path) -> None:
    source = """
    from torch import nn
    class Wrapper(nn.Module):
        def __init__(self, body, dim):
            super().__init__()
            self.body = body
            self.a, self.b = nn.Linear(dim, dim), nn.Linear(dim, 2)
        def forward(self, x):
            return self.b(self.a(self.body(x)))
    """
    reading = read(tmp_path, source)
    assert reading.is_model
    assert families(reading) == set()
    assert reading.parameters is None


def test_dense_layers_written_by_hand_count(tmp_path: Path) -> None:
    source = """
    import keras
    from keras import layers, ops
    class Mine(layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.units = units
        def build(self, shape):
            self.w = self.add_weight((shape[-1], self.units))
        def call(self, x):
            return ops.matmul(x, self.w)
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = Mine(32), Mine(1)
        def call(self, x):
            return self.b(ops.relu(self.a(x)))
    model = Net()
    model.compile("sgd", loss="mse")
    model.fit(x, y, epochs=5)
    """
    assert families(read(tmp_path, source)) == {"MLP"}


# ---- main class ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("fully_shard(Net())", "Net"),
        ("torch.compile(nn.DataParallel(Net())).to('cuda')", "Net"),
        ("torch.hub.load('pytorch/vision', 'mobilenet_v2', pretrained=True)", "mobilenet_v2"),
        ("ControlNetModel.from_unet(unet)", "ControlNetModel"),
        (
            "get_peft_model(AutoModelForCausalLM.from_pretrained('gpt2'), config)",
            "AutoModelForCausalLM",
        ),
    ],
)
def test_wrappers_and_loaders_are_looked_through(tmp_path: Path, made: str, name: str) -> None:
    source = (
        HEAD
        + f"""
from diffusers import ControlNetModel
from peft import get_peft_model
from torch.distributed.fsdp import fully_shard
from transformers import AutoModelForCausalLM
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(784, 64), nn.Linear(64, 10)
    def forward(self, x):
        return self.b(self.a(x))
model = {made}
"""
        + LOOP.format(params="model.parameters()", loss="F.cross_entropy(model(x), y)")
    )
    assert main_class(read(tmp_path, source)) == name


def test_the_generator_of_a_pair_of_containers_goes_by_its_variable(tmp_path: Path) -> None:
    source = """
    import tensorflow as tf
    from tensorflow.keras import layers
    generator = tf.keras.Sequential([layers.Dense(128), layers.Dense(784)])
    discriminator = tf.keras.Sequential([layers.Dense(128), layers.Dense(1)])
    g_opt, d_opt = tf.keras.optimizers.Adam(1e-4), tf.keras.optimizers.Adam(1e-4)
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    for epoch in range(50):
        for real in batches:
            with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
                fake = discriminator(generator(tf.random.normal((64, 100))))
                g_loss = bce(tf.ones_like(fake), fake)
                d_loss = bce(tf.ones_like(fake), discriminator(real)) + bce(tf.zeros_like(fake),
                    fake)
            g_opt.apply_gradients(zip(g_tape.gradient(g_loss, generator.trainable_variables),
                                      generator.trainable_variables))
            d_opt.apply_gradients(zip(d_tape.gradient(d_loss, discriminator.trainable_variables),
                                      discriminator.trainable_variables))
    """
    reading = read(tmp_path, source)
    assert families(reading) == {"GAN", "MLP"}
    assert main_class(reading) == "generator"


def test_a_function_of_products_is_the_main_class_of_plain_jax(tmp_path: Path) -> None:
    source = """
    import jax
    import jax.numpy as jnp
    def mlp(params, x):
        (w1, b1), (w2, b2) = params
        return jax.nn.relu(x @ w1 + b1) @ w2 + b2
    def loss(params, x, y):
        return jnp.mean((mlp(params, x) - y) ** 2)
    params = [(jnp.ones((4, 32)), jnp.zeros(32)), (jnp.ones((32, 1)), jnp.zeros(1))]
    for step in range(1000):
        grads = jax.grad(loss)(params, x, y)
        params = jax.tree.map(lambda p, g: p - 0.01 * g, params, grads)
    """
    reading = read(tmp_path, source)
    assert (main_class(reading), families(reading)) == ("mlp", {"MLP"})


def test_a_script_that_only_defines_goes_by_the_class_that_nothing_else_names(
    tmp_path: Path,
) -> None:
    source = """
    import torch
    from torch import nn
    class Activation(nn.Module):
        def forward(self, x):
            return x * torch.sigmoid(x)
    class Block(nn.Module):
        def __init__(self, cfg):
            super().__init__()
            self.a, self.b = nn.Linear(cfg["dim"], cfg["dim"]), Activation()
    class Whole(nn.Module):
        def __init__(self, cfg):
            super().__init__()
            self.blocks = nn.ModuleList([Block(cfg) for _ in range(cfg["depth"])])
    """
    assert main_class(read(tmp_path, source)) == "Whole"


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


def test_training_code_that_another_script_calls_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import work\nwork.train(3)\n")
    source = (
        TRAINER
        + """
def train(epochs):
    net = Net()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for epoch in range(epochs):
        for x, y in loader:
            F.cross_entropy(net(x), y).backward()
            opt.step()
"""
    )
    reading = read(tmp_path, source, "work.py")
    assert reading.is_model
    assert main_class(reading) == "Net"


def test_a_step_for_any_model_is_a_helper(tmp_path: Path) -> None:
    (tmp_path / "lesson.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": ["import helper\n"]}]})
    )
    source = """
    import torch
    from torch import nn
    def fit(net, batches):
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)
        for epoch in range(3):
            for x, y in batches:
                nn.functional.cross_entropy(net(x), y).backward()
                opt.step()
    """
    assert not read(tmp_path, source, "helper.py").is_model


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


@pytest.mark.parametrize(
    ("made", "weights"),
    [
        ("nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10, bias=False))", 101760),
        (
            "nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 4, (1, 5)))",
            404,
        ),
        ("nn.LSTM(28, 128, 2, bidirectional=True)", 557056),
        ("nn.GRU(10, 20)", 1920),
        ("nn.Sequential(nn.Embedding(1000, 64), nn.LayerNorm(64), nn.GroupNorm(8, 64))", 64256),
        ("nn.Sequential(nn.ConvTranspose2d(100, 64, 4, bias=False), nn.Dropout(0.5))", 102400),
        ("nn.Sequential(nn.Linear(10, n), nn.ReLU())", None),
        ("nn.Sequential(nn.Linear(10, 10), nn.PReLU())", None),
        ("nn.Sequential(*list(backbone.children()), nn.Linear(10, 10))", None),
        ("nn.Sequential(nn.MultiheadAttention(64, 4), nn.Linear(64, 10))", None),
        ("nn.Sequential(thirdparty.Block(64), nn.Linear(64, 10))", None),
        ("nn.Sequential(nn.utils.weight_norm(nn.Linear(10, 10)))", None),
    ],
)
def test_weights_are_counted_or_left_open(tmp_path: Path, made: str, weights: int | None) -> None:
    """The numbers are those of torch.nn for the same calls."""
    source = "import thirdparty\n" + HEAD + f"n, backbone = load()\nmodel = {made}\n"
    source += LOOP.format(params="model.parameters()", loss="model(x).mean()")
    reading = read(tmp_path, source)
    assert (reading.parameters.value if reading.parameters else None) == weights


@pytest.mark.parametrize(
    "body",
    [
        "self.a, self.b = nn.Embedding(99, 8), nn.Linear(8, 99)\n"
        "        self.b.weight = self.a.weight",
        "one = nn.Linear(8, 8)\n"
        "        self.a = nn.ModuleList([copy.deepcopy(one) for _ in range(n)])",
        "self.a, self.scale = nn.Linear(8, 8), nn.Parameter(torch.ones(8))",
    ],
)
def test_shared_copied_and_own_weights_leave_the_count_open(tmp_path: Path, body: str) -> None:
    source = (
        "import copy\n"
        + HEAD
        + f"""
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        {body}
    def forward(self, x):
        return self.a(x)
model = Net(4)
"""
        + LOOP.format(params="model.parameters()", loss="model(x).mean()")
    )
    assert read(tmp_path, source).parameters is None


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


def test_as_many_outputs_as_tokens_is_language_modelling(tmp_path: Path) -> None:
    source = """
    import torch
    from torch import nn
    from corpus import batches, vocabulary
    class Net(nn.Module):
        def __init__(self, tokens):
            super().__init__()
            self.embed, self.rnn = nn.Embedding(tokens, 64), nn.LSTM(64, 128, 2, dropout=0.3)
            self.out = nn.Linear(128, tokens)
        def forward(self, x):
            return self.out(self.rnn(self.embed(x))[0])
    net = Net(len(vocabulary))
    opt = torch.optim.Adam(net.parameters())
    for epoch in range(3):
        for x, y in batches:
            nn.functional.cross_entropy(net(x).flatten(0, 1), y.flatten()).backward()
            opt.step()
    """
    reading = read(tmp_path, source)
    assert reading.task is not None
    assert reading.task.value == "language modelling"
    assert "dropout" in techniques(reading)


def test_the_name_of_the_file_says_more_than_its_folder(tmp_path: Path) -> None:
    code = TRAINER + "net = Net()\n"
    code += LOOP.format(params="net.parameters()", loss="F.cross_entropy(net(x), y)")
    reading = read(tmp_path, code, "language-models/sentiment.py")
    assert reading.task is not None
    assert reading.task.value == "sentiment analysis"


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
