"""A language model of functions: attention, and dense products that are no perceptron."""

import jax
import jax.numpy as jnp
from jax import nn, random


def layer_norm(x):
    return (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5)


def attention(p, x):
    queries, keys, values = (jnp.matmul(x, p[name]) for name in ("q", "k", "v"))
    scores = jnp.matmul(queries, keys.transpose((0, 2, 1))) / 8
    return jnp.matmul(nn.softmax(scores, axis=-1), values)


def transformer_block(p, x):
    x = layer_norm(x + attention(p, x))
    return layer_norm(x + jnp.matmul(nn.relu(jnp.matmul(x, p["w1"])), p["w2"]))


def logits(p, tokens):
    return jnp.matmul(transformer_block(p, p["table"][tokens]), p["out"])


def loss(p, tokens, after):
    told = nn.log_softmax(logits(p, tokens), axis=-1)
    return -jnp.sum(nn.one_hot(after, 99) * told) / tokens.size


key = random.PRNGKey(0)
p = {name: random.normal(key, (64, 64)) for name in ("table", "q", "k", "v", "w1", "w2", "out")}
data = jnp.load("text.npy")
for step in range(100):
    value, slopes = jax.value_and_grad(loss)(p, data[step], data[step + 1])
    p = jax.tree_util.tree_map(lambda w, g: w - 0.01 * g, p, slopes)
#? family Transformer
