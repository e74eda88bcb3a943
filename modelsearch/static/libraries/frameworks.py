"""Which machine-learning frameworks a program uses, which one is principal, and its version.

A framework counts when it is imported and used for what it is: scikit-learn that only splits data
or computes a score is not the framework of a PyTorch script, and ``tf.keras.datasets`` alone does
not make Keras.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from modelsearch import vocabulary
from modelsearch.records.artefacts import Fact
from modelsearch.static.source.program import Program
from modelsearch.static.source.usage import Usage, main_usage, usage_of

_KERAS = ("tensorflow.keras.", "keras.", "tf_keras.", "keras_core.", "tensorflow.python.keras.")
_KERAS_PARTS = ("layers", "models", "Model", "Sequential", "applications", "Input", "engine")
_ESTIMATORS = (
    "linear_model",
    "ensemble",
    "svm",
    "tree",
    "neighbors",
    "naive_bayes",
    "neural_network",
    "cluster",
    "mixture",
    "decomposition",
    "gaussian_process",
    "pipeline",
    "discriminant_analysis",
    "manifold",
    "kernel_ridge",
    "cross_decomposition",
    "covariance",
    "semi_supervised",
    "multiclass",
)
_SENTENCES = re.compile(r"^sentence_transformers\.(\w+\.)*SentenceTransformerTrainer$")
_HF_TRAINERS = re.compile(r"^(transformers|trl)\.(\w+\.)*\w*Trainer$")
_LIGHTNING = ("pytorch_lightning.", "lightning.", "lightning.pytorch.")


def _keras(usage: Usage) -> bool:
    for name in usage.names:
        for prefix in _KERAS:
            if name.startswith(prefix) and name[len(prefix) :].startswith(tuple(_KERAS_PARTS)):
                return True
    return False


def _sklearn(usage: Usage) -> bool:
    parts = tuple(f"sklearn.{part}" for part in _ESTIMATORS)
    return any(name.startswith(parts) for name in (*usage.names, *usage.imports))


def _lightning(usage: Usage) -> bool:
    return any(
        name.endswith((".LightningModule", ".Trainer", ".LightningCLI", ".LightningDataModule"))
        for name, _ in usage.matching(*_LIGHTNING)
    )


def _torch(usage: Usage) -> bool:
    return usage.imported("torch") is not None and (
        usage.uses("torch.nn", "torch.optim", "torch.autograd", "torch.distributions")
        or any(name.startswith("torch") for name in usage.names)
    )


def _tensorflow(usage: Usage) -> bool:
    own = [
        name
        for name, _ in usage.matching("tensorflow.")
        if not name.startswith(
            (
                "tensorflow.keras.",
                "tensorflow.config.",
                "tensorflow.random.",
                "tensorflow.data.",
                "tensorflow.summary.",
                "tensorflow.io.",
                "tensorflow.compat.v1.logging",
            )
        )
    ]
    return usage.imported("tensorflow") is not None and bool(own or _keras(usage))


def _hf_trainer(usage: Usage) -> bool:
    return any(_HF_TRAINERS.match(name) for name in usage.names)


def _diffusers(usage: Usage) -> bool:
    return usage.imported("diffusers") is not None and usage.uses("diffusers.")


def _imports(root: str) -> Callable[[Usage], bool]:
    return lambda usage: usage.imported(root) is not None


#: Principal framework: the first whose test holds. Wrappers stand before what they wrap, deep
#: learning before boosting, boosting before scikit-learn (which often only splits the data).
_PRINCIPAL: tuple[tuple[str, Callable[[Usage], bool]], ...] = (
    ("PyTorch Lightning", _lightning),
    ("Stable-Baselines3", _imports("stable_baselines3")),
    ("fastai", _imports("fastai")),
    ("TFLearn", lambda u: u.uses("tflearn.DNN", "tflearn.models.")),
    ("Sentence Transformers", lambda u: any(_SENTENCES.match(name) for name in u.names)),
    ("Hugging Face Transformers", _hf_trainer),
    ("Diffusers", _diffusers),
    ("Ultralytics", _imports("ultralytics")),
    ("AutoKeras", _imports("autokeras")),
)
_CORE: tuple[tuple[str, Callable[[Usage], bool], tuple[str, ...]], ...] = (
    ("Keras", _keras, _KERAS),
    ("TensorFlow", _tensorflow, ("tensorflow.",)),
    ("PyTorch", _torch, ("torch.",)),
    ("JAX", lambda u: u.imported("jax", "flax", "haiku", "equinox") is not None, ("jax.", "flax.")),
    ("PaddlePaddle", _imports("paddle"), ("paddle.",)),
    ("MXNet", _imports("mxnet"), ("mxnet.",)),
    ("Chainer", _imports("chainer"), ("chainer.",)),
    ("Theano", _imports("theano"), ("theano.",)),
)
_OTHERS: tuple[tuple[str, Callable[[Usage], bool]], ...] = (
    ("XGBoost", _imports("xgboost")),
    ("LightGBM", _imports("lightgbm")),
    ("CatBoost", _imports("catboost")),
    ("TabNet (PyTorch)", _imports("pytorch_tabnet")),
    ("auto-sklearn", _imports("autosklearn")),
    ("Surprise", _imports("surprise")),
    ("LightFM", _imports("lightfm")),
    ("Prophet", lambda u: u.imported("prophet", "fbprophet") is not None),
    ("NGBoost", _imports("ngboost")),
    ("hmmlearn", _imports("hmmlearn")),
    ("PyOD", _imports("pyod")),
    ("tslearn", _imports("tslearn")),
    ("sktime", _imports("sktime")),
    ("scikit-learn", _sklearn),
)
#: Frameworks that are listed when imported, but are never principal over what they extend.
_ALSO = (
    "Flax",
    "Haiku",
    "Equinox",
    "Optax",
    "Accelerate",
    "PEFT",
    "TRL",
    "timm",
    "Ignite",
    "skorch",
    "DGL",
    "DeepSpeed",
    "PyTorch Geometric",
    "Ray RLlib",
    "Sentence Transformers",
    "Hugging Face Transformers",
    "Detectron2",
    "MONAI",
    "Pyro",
    "fairseq",
    "AllenNLP",
    "spaCy",
    "gensim",
    "OpenMMLab",
)


def _core(usage: Usage) -> list[str]:
    """Return the deep-learning cores in use, the one with most uses first.

    Keras beats TensorFlow, JAX and PyTorch when its layers are used: since version 3 it runs on
    each of them.
    """
    found = [name for name, test, _ in _CORE if test(usage)]
    if len(found) < 2:
        return found
    weight = {
        name: sum(1 for _ in usage.matching(*prefixes))
        for name, _, prefixes in _CORE
        if name in found
    }
    if "Keras" in found and usage.imported("torch") and _torch_network(usage):
        weight["Keras"] = weight["Keras"] - 1000 if weight["PyTorch"] > weight["Keras"] else 1000
    elif "Keras" in found:
        weight["Keras"] += 100_000
    return sorted(found, key=lambda name: -weight[name])


def _torch_network(usage: Usage) -> bool:
    return usage.uses("torch.nn.Module", "torch.nn.Sequential", "torch.nn.Linear")


def _all(usage: Usage) -> list[str]:
    """Return the frameworks in use, the principal one first."""
    found = [name for name, test in _PRINCIPAL if test(usage)]
    found += _core(usage)
    found += [name for name, test in _OTHERS if test(usage)]
    for name in _ALSO:
        term = vocabulary.find("framework", name)
        if term is not None and usage.imported(*term.constructors):
            found.append(name)
    if not found:
        tree = vocabulary.find("framework", "scikit-learn")
        if tree is not None and usage.imported("sklearn.feature_extraction"):
            found.append("scikit-learn")
    return list(dict.fromkeys(found))


def _fact(program: Program, usage: Usage, name: str) -> Fact | None:
    term = vocabulary.find("framework", name)
    if term is None:
        return None
    found = usage.imported(*term.constructors)
    if found is None and name == "Keras":
        found = next((use for _, use in usage.matching(*_KERAS)), None)
    if found is None and name == "JAX":
        found = usage.imported("flax", "haiku", "equinox")
    if found is None:
        return None
    module, node = found
    return Fact(name, program.evidence(module, node))


def read_frameworks(program: Program) -> tuple[Fact | None, list[Fact]]:
    """Return the principal framework and all that are used, principal first.

    The script itself decides; what only its project modules use follows. A script that imports
    no framework at all (because a project module wraps it) takes that of the modules.
    """
    own, everything = main_usage(program), usage_of(program)
    names = _all(own)
    wider = _all(everything)
    if not names or not set(names) & {name for name, *_ in (*_CORE, *_PRINCIPAL, *_OTHERS)}:
        names = wider
    elif wider and wider[0] == "PyTorch Lightning":
        names = ["PyTorch Lightning", *names]
    names = list(dict.fromkeys([*names, *wider]))
    facts = [fact for name in names if (fact := _fact(program, everything, name)) is not None]
    return (facts[0] if facts else None), facts
