"""Training written out in NumPy: what the loop counts, its rate and its batch, with the lines."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from modelsearch.records.artefacts import Fact, ScriptReading, TrainingStage
from modelsearch.static.reading import read_script


def read(folder: Path, source: str, name: str = "train.py") -> ScriptReading:
    (folder / name).write_text(dedent(source), encoding="utf-8")
    return read_script(folder, name)


def main_stage(reading: ScriptReading) -> TrainingStage:
    assert reading.is_model, reading.reason
    return next(stage for stage in reading.stages if stage.main)


def stated(stage: TrainingStage) -> dict[str, object]:
    names = ("optimizer", "learning_rate", "batch_size", "epochs", "steps")
    return {name: fact.value for name in names if (fact := getattr(stage, name)) is not None}


def line(folder: Path, fact: Fact | None) -> str:
    assert fact is not None and fact.evidence.line is not None
    text = (folder / fact.evidence.path).read_text(encoding="utf-8")
    return text.split("\n")[fact.evidence.line - 1].strip()


def test_a_loop_over_slices_states_epochs_rate_and_batch(tmp_path: Path) -> None:
    source = """
        import numpy as np

        BATCH = 64
        RATE = 0.05
        EPOCHS = 12
        w = np.zeros((784, 10))
        b = np.zeros(10)
        for epoch in range(EPOCHS):
            for start in range(0, len(x), BATCH):
                xb, yb = x[start : start + BATCH], y[start : start + BATCH]
                error = xb @ w + b - yb
                w -= RATE * xb.T @ error
                b -= RATE * error.sum(0)
        """
    source = source.replace("RATE", "lr")
    reading = read(tmp_path, source)
    stage = main_stage(reading)
    assert reading.framework is not None and reading.framework.value == "NumPy"
    assert stated(stage) == {"learning_rate": 0.05, "batch_size": 64, "epochs": 12}
    assert line(tmp_path, stage.learning_rate) == "lr = 0.05"
    assert line(tmp_path, stage.batch_size) == "BATCH = 64"
    assert line(tmp_path, stage.epochs) == "EPOCHS = 12"


@pytest.mark.parametrize(
    "step",
    [
        "weights = weights + alpha * x.T * error",
        "weights -= alpha * grad",
        "weights += -alpha * dW / np.sqrt(memory + 1e-8)",
        "weights = weights - (alpha * dW)",
        "parameters['W1'] = parameters['W1'] - alpha * grads['dW1']",
    ],
)
def test_a_step_is_a_step_however_it_is_written(tmp_path: Path, step: str) -> None:
    source = f"""
        import numpy as np

        def ascend(x, y, alpha=0.001, max_cycles=500):
            weights, parameters = np.ones((3, 1)), {{}}
            for _ in range(max_cycles):
                error = y - sigmoid(x @ weights)
                {step}
            return weights

        if __name__ == "__main__":
            print(ascend(x, y))
        """
    assert stated(main_stage(read(tmp_path, source))) == {"learning_rate": 0.001, "steps": 500}


def test_an_optimizer_of_the_projects_own_is_named(tmp_path: Path) -> None:
    (tmp_path / "optim.py").write_text(
        dedent(
            """
            import numpy as np

            class Adam:
                def __init__(self, model, lr):
                    self.params, self.grads, self.lr = model.params, model.grads, lr
                def step(self):
                    for param, grad in zip(self.params, self.grads):
                        m_hat = self.first(grad)
                        param[...] -= self.lr * m_hat / (np.sqrt(self.second(grad)) + 1e-8)
            """
        )
    )
    source = """
        import numpy as np
        from optim import Adam

        class Network:
            def __init__(self):
                self.params, self.grads = [], []

        class Loader:
            def __init__(self, x, batch_size):
                self.x, self.batch_size = x, batch_size

        network = Network()
        optimizer = Adam(network, lr=3e-4)
        loader = Loader(np.load("x.npy"), batch_size=128)
        for epoch in range(20):
            for x in loader:
                network.backward(network(x))
                optimizer.step()
        """
    stage = main_stage(read(tmp_path, source))
    assert stated(stage) == {
        "optimizer": "Adam", "learning_rate": 3e-4, "batch_size": 128, "epochs": 20,
    }  # fmt: skip
    assert stage.model_class is not None and stage.model_class.value == "Network"
    assert line(tmp_path, stage.optimizer) == "optimizer = Adam(network, lr=3e-4)"


def test_a_class_that_fits_itself(tmp_path: Path) -> None:
    source = """
        import numpy as np

        class Perceptron:
            def __init__(self, eta=0.01, n_iter=50):
                self.eta, self.n_iter = eta, n_iter
            def fit(self, X, y):
                self.w_ = np.zeros(1 + X.shape[1])
                for _ in range(self.n_iter):
                    for xi, target in zip(X, y):
                        update = self.eta * (target - self.predict(xi))
                        self.w_[1:] += update * xi
                        self.w_[0] += self.eta * (target - self.predict(xi))
                return self

        Perceptron(eta=0.1, n_iter=10).fit(X, y)
        """
    stage = main_stage(read(tmp_path, source))
    assert stage.model_class is not None and stage.model_class.value == "Perceptron"
    found = stated(stage)
    assert found.pop("learning_rate") == 0.1
    assert found in ({"epochs": 10}, {"steps": 10})


def test_a_rate_that_a_formula_makes_is_not_stated(tmp_path: Path) -> None:
    source = """
        import numpy as np
        w = np.ones(3)
        for i in range(150):
            alpha = 4 / (1.0 + i) + 0.01
            w += alpha * (y - x @ w) @ x
        """
    assert stated(main_stage(read(tmp_path, source))) == {"steps": 150}


@pytest.mark.parametrize(
    "loop",
    [
        "for x in np.arange(3):\n    total += x * 2",
        "for t in range(100):\n    v += alpha * dt\n    position += v * dt",
        "for t in range(100):\n    smooth = smooth + alpha * (x[t] - smooth)",
        "for t in range(100):\n    Q[s, a] += alpha * (r + gamma * Q[s2].max() - Q[s, a])",
    ],
)
def test_sums_physics_and_smoothing_are_no_training(tmp_path: Path, loop: str) -> None:
    source = f"import numpy as np\nalpha, total = 0.1, 0\n{loop}\n"
    assert not read(tmp_path, source).is_model
