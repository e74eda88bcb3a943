"""Training that a library's call starts: what the call, its wrappers and its files state."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from modelsearch.records.artefacts import ScriptReading, TrainingStage
from modelsearch.static.reading import read_script

NAMES = ("optimizer", "learning_rate", "batch_size", "epochs", "steps", "episodes")


def read(folder: Path, source: str, **others: str) -> ScriptReading:
    """Write a script and other files (``conf__train_yaml`` for ``conf/train.yaml``), read it."""
    for other, text in others.items():
        stem, _, suffix = other.replace("__", "/").rpartition("_")
        file = folder / f"{stem}.{suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    (folder / "train.py").write_text(dedent(source), encoding="utf-8")
    return read_script(folder, "train.py")


def main_stage(reading: ScriptReading) -> TrainingStage:
    assert reading.is_model, reading.reason
    return next(stage for stage in reading.stages if stage.main)


def stated(reading: ScriptReading) -> dict[str, object]:
    stage = main_stage(reading)
    return {name: fact.value for name in NAMES if (fact := getattr(stage, name)) is not None}


def test_fastai_before_its_first_version_gave_the_rate_first(tmp_path: Path) -> None:
    source = """
        from fastai.structured import *
        from fastai.column_data import *

        data = ColumnarModelData.from_data_frame(path="x", df=df, y=y, cat_flds=[], bs=128)
        learner = data.get_learner(emb_szs=[], n_cont=3, emb_drop=0.04, out_sz=1)
        learner.fit(1e-4, 3, metrics=[error])
        """
    assert stated(read(tmp_path, source)) == {"learning_rate": 1e-4, "batch_size": 128, "epochs": 3}


def test_fastai_since_its_first_version_gives_the_epochs_first(tmp_path: Path) -> None:
    source = """
        from fastai.vision.all import *

        dls = ImageDataLoaders.from_folder(path, bs=64)
        learn = vision_learner(dls, resnet34)
        learn.fit(5, 1e-3)
        """
    assert stated(read(tmp_path, source)) == {"learning_rate": 1e-3, "batch_size": 64, "epochs": 5}


def test_fastai_that_prepares_the_data_of_a_forest_is_not_its_framework(tmp_path: Path) -> None:
    source = """
        from fastai.tabular.all import *
        from sklearn.ensemble import RandomForestClassifier

        table = TabularPandas(df, [Categorify], [], [], y_names="y")
        forest = RandomForestClassifier(n_estimators=100)
        forest.fit(table.train.xs, table.train.y)
        """
    reading = read(tmp_path, source)
    assert reading.framework is not None and reading.framework.value == "scikit-learn"


def test_a_keras_model_that_scikit_learn_validates(tmp_path: Path) -> None:
    source = """
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.wrappers.scikit_learn import KerasRegressor
        from sklearn.model_selection import KFold, cross_val_score

        def build():
            model = Sequential()
            model.add(Dense(13, input_dim=13, activation="relu"))
            model.add(Dense(1))
            model.compile(loss="mean_squared_error", optimizer="adam")
            return model

        estimator = KerasRegressor(build_fn=build, epochs=100, batch_size=5, verbose=0)
        print(cross_val_score(estimator, x, y, cv=KFold(n_splits=10)))
        """
    reading = read(tmp_path, source)
    assert stated(reading) == {"optimizer": "Adam", "batch_size": 5, "epochs": 100}
    assert [fact.value for fact in main_stage(reading).loss] == ["MSE"]


def test_a_network_of_tflearn(tmp_path: Path) -> None:
    source = """
        import tflearn
        from tflearn.layers.core import fully_connected, input_data
        from tflearn.layers.estimator import regression

        net = fully_connected(input_data([None, 784]), 10, activation="softmax")
        net = regression(net, optimizer="adam", learning_rate=0.01, loss="categorical_crossentropy")
        model = tflearn.DNN(net)
        model.fit(x, y, n_epoch=20, batch_size=16)
        """
    assert stated(read(tmp_path, source)) == {
        "optimizer": "Adam", "learning_rate": 0.01, "batch_size": 16, "epochs": 20,
    }  # fmt: skip


def test_hydra_before_its_first_version(tmp_path: Path) -> None:
    source = """
        import hydra

        @hydra.main(config_path="config/train.yaml", strict=True)
        def main(cfg):
            agent = hydra.utils.instantiate(cfg.agent)
            step = 0
            while step < cfg.num_train_steps:
                agent.update(buffer)
                step += 1

        if __name__ == "__main__":
            main()
        """
    agent = """
        import torch
        from torch import nn

        class Actor(nn.Module):
            def __init__(self, hidden):
                super().__init__()
                self.net = nn.Linear(4, hidden)

        class Agent:
            def __init__(self, lr, batch_size, hidden):
                self.actor = Actor(hidden)
                self.batch_size = batch_size
                self.optimizer = torch.optim.Adam(self.actor.parameters(), lr=lr)
            def update(self, buffer):
                batch = buffer.sample(self.batch_size)
                self.optimizer.zero_grad()
                self.actor(batch).mean().backward()
                self.optimizer.step()
        """
    top = "defaults:\n  - agent: sac\nnum_train_steps: 1e6\nbatch: 1024\n"
    group = """
        agent:
          class: agents.Agent
          params:
            lr: 1e-4
            batch_size: ${batch}
            hidden: 64
        """
    found = read(
        tmp_path, source, agents_py=agent, config__train_yaml=top, config__agent__sac_yaml=group
    )
    assert stated(found) == {
        "optimizer": "Adam", "learning_rate": 1e-4, "batch_size": 1024, "steps": 1_000_000,
    }  # fmt: skip


def test_an_actor_of_ray_trains_where_it_is_called(tmp_path: Path) -> None:
    source = """
        import ray
        import torch
        from torch import nn

        @ray.remote
        class Learner:
            def __init__(self, rate):
                self.net = nn.Linear(4, 2)
                self.optimizer = torch.optim.Adam(self.net.parameters(), lr=rate)
            def update(self, batch):
                self.optimizer.zero_grad()
                self.net(batch).mean().backward()
                self.optimizer.step()

        learner = Learner.remote(rate=0.0005)
        step = 1
        while step <= 50:
            ray.get(learner.update.remote(replay.sample_minibatch(batch_size=16)))
            step += 1
        """
    assert stated(read(tmp_path, source)) == {
        "optimizer": "Adam", "learning_rate": 0.0005, "batch_size": 16, "steps": 50,
    }  # fmt: skip


GRAPH = """
    import tensorflow as tf

    x = tf.placeholder(tf.float32, [None, 784])
    y = tf.placeholder(tf.float32, [None, 10])
    logits = tf.layers.dense(x, 10)
    errors = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits)
    lr = tf.Variable(0.0, trainable=False)
    learning_rate = 0.002
    train = tf.train.AdamOptimizer(lr).minimize(tf.reduce_mean(errors) + 0.1 * weights)
    with tf.Session() as session:
        for epoch in range(50):
            session.run(tf.assign(lr, learning_rate * 0.97 ** epoch))
            for batch in batches:
                session.run(train, feed_dict={x: batch[0], y: batch[1]})
    """


def test_a_graph_says_what_it_minimizes_and_which_rate_it_is_assigned(tmp_path: Path) -> None:
    reading = read(tmp_path, GRAPH)
    assert stated(reading) == {"optimizer": "Adam", "learning_rate": 0.002, "epochs": 50}
    assert [fact.value for fact in main_stage(reading).loss] == ["cross-entropy"]


def test_the_combined_model_of_a_gan_leads(tmp_path: Path) -> None:
    source = """
        from keras.layers import Dense, Input
        from keras.models import Model, Sequential
        from keras.optimizers import Adam

        d = Sequential([Dense(1, input_dim=784)])
        d.compile(loss="binary_crossentropy", optimizer=Adam(0.0006, 0.5))
        g = Sequential([Dense(784, input_dim=100)])
        z = Input((100,))
        combine = Model(z, d(g(z)))
        combine.compile(loss="binary_crossentropy", optimizer=Adam(0.0004, 0.5))
        for epoch in range(200):
            for batch in batches:
                d.train_on_batch(batch, ones)
                combine.train_on_batch(noise, ones)
        """
    assert stated(read(tmp_path, source))["learning_rate"] == 0.0004


def test_the_batch_is_the_one_that_the_step_is_given(tmp_path: Path) -> None:
    source = """
        import jax
        import optax
        from data import load

        def main():
            @jax.jit
            def update(params, state, batch):
                grads = jax.grad(loss)(params, batch)
                updates, state = optimizer.update(grads, state)
                return optax.apply_updates(params, updates), state

            train = load("train", batch_size=1_000)
            held = load("test", batch_size=10_000)
            optimizer = optax.adam(1e-3)
            state = optimizer.init(params)
            for step in range(3001):
                if step % 100 == 0:
                    print(evaluate(params, next(held)))
                params, state = update(params, state, next(train))

        main()
        """
    data = """
        import tensorflow_datasets as tfds

        def load(split, batch_size):
            data = tfds.load("mnist", split=split).repeat().batch(batch_size)
            return iter(tfds.as_numpy(data))
        """
    assert stated(read(tmp_path, source, data_py=data)) == {
        "optimizer": "Adam", "learning_rate": 1e-3, "batch_size": 1000, "steps": 3001,
    }  # fmt: skip


def test_an_optimizer_of_optax_taken_apart(tmp_path: Path) -> None:
    source = """
        import jax
        import optax

        def make_optimizer():
            return optax.adam(1e-3)

        def update(params, state, batch):
            _, optimizer = make_optimizer()
            updates, state = optimizer(jax.grad(loss)(params, batch), state)
            return optax.apply_updates(params, updates), state

        for step in range(500):
            params, state = update(params, state, batch)
        """
    assert stated(read(tmp_path, source)) == {
        "optimizer": "Adam", "learning_rate": 1e-3, "steps": 500,
    }  # fmt: skip


GAME = """
    import gym
    import torch
    from torch import nn

    net = nn.Linear(8, 4)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    env = gym.make("LunarLander-v2")
    for i in range(500):
        {play}
            state, reward, done, info = env.step(net(state))
            optimizer.zero_grad()
            net(state).mean().backward()
            optimizer.step()
            if done:
                {end}
    """


@pytest.mark.parametrize(
    ("play", "end"),
    [("while not done:", "pass"), ("while True:", "break"), ("for t in range(1000):", "break")],
)
def test_a_loop_around_games_counts_them(tmp_path: Path, play: str, end: str) -> None:
    source = GAME.format(play=play, end=end)
    assert stated(read(tmp_path, source)) == {
        "optimizer": "Adam", "learning_rate": 1e-3, "episodes": 500,
    }  # fmt: skip


def test_a_loop_of_named_steps_counts_steps_whatever_it_plays(tmp_path: Path) -> None:
    source = GAME.format(play="while not done:", end="pass").replace("for i in", "for update in")
    assert stated(read(tmp_path, source))["steps"] == 500
