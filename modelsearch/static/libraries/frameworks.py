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
from modelsearch.vocabulary.libraries import Rank, of_rank, roots_of, with_framework

_KERAS = (
    "tensorflow.keras.",
    "keras.",
    "tf_keras.",
    "keras_core.",
    "tensorflow.python.keras.",
    "keras_hub.",
    "keras_nlp.",
    "keras_cv.",
)
_KERAS_PARTS = (
    "layers",
    "models",
    "Model",
    "Sequential",
    "applications",
    "Input",
    "engine",
    "optimizers",
)
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
        for prefix in _KERAS if name.startswith(_KERAS) else ():
            if name.startswith(prefix) and name[len(prefix) :].startswith(tuple(_KERAS_PARTS)):
                return True
    return False


def _sklearn(usage: Usage) -> bool:
    if usage.imported("sklearn") is None:
        return False
    parts = tuple(f"sklearn.{part}" for part in _ESTIMATORS)
    return any(name.startswith(parts) for name in (*usage.names, *usage.imports))


def _lightning(usage: Usage) -> bool:
    return any(
        name.endswith((".LightningModule", ".Trainer", ".LightningCLI", ".LightningDataModule"))
        for name in usage.matching(*_LIGHTNING)
    )


def _torch(usage: Usage) -> bool:
    return usage.imported("torch") is not None and (
        usage.uses("torch.nn", "torch.optim", "torch.autograd", "torch.distributions")
        or any(name.startswith("torch") for name in usage.names)
    )


def _tensorflow(usage: Usage) -> bool:
    own = [
        name
        for name in usage.matching("tensorflow.")
        if not name.startswith(
            (
                "tensorflow.keras.",
                "tensorflow.config.",
                "tensorflow.random.",
                "tensorflow.data.",
                "tensorflow.summary.",
                "tensorflow.io.",
                "tensorflow.examples.",  # the loader of MNIST that PyTorch scripts used, too
                "tensorflow.contrib.learn.datasets",
                "tensorflow.contrib.learn.python.learn.datasets",
                "tensorflow.compat.v1.logging",
            )
        )
    ]
    return usage.imported("tensorflow") is not None and bool(own or _keras(usage))


def _hf_trainer(usage: Usage) -> bool:
    return any(_HF_TRAINERS.match(name) for name in usage.names)


def _diffusers(usage: Usage) -> bool:
    """Return whether more is used than a schedule of rates and what writes to the log."""
    used = usage.matching("diffusers.")
    aside = ("diffusers.optimization", "diffusers.utils", "diffusers.training_utils")
    return any(not name.startswith(aside) for name in used)


#: Methods of Stable-Baselines; PyTorch scripts take its buffers and wrappers of environments.
_AGENTS = re.compile(
    r"^(stable_baselines3?|sb3_contrib)\.(\w+\.)*(A2C|ACER|ACKTR|ARS|CrossQ|DDPG|DQN|GAIL|HER|MaskablePPO"
    r"|PPO[12]?|QRDQN|RecurrentPPO|SAC|TD3|TQC|TRPO)$"
)


def _baselines(usage: Usage) -> bool:
    wraps = usage.imported("stable_baselines3", "sb3_contrib", "stable_baselines") is not None
    alone = usage.imported("torch") is None
    return wraps and (alone or any(_AGENTS.match(name) for name in usage.names))


#: Frameworks that count by what is used of them; for others the import says enough.
_USED: dict[str, Callable[[Usage], bool]] = {
    "PyTorch Lightning": _lightning,
    "Stable-Baselines3": _baselines,
    "TFLearn": lambda usage: usage.uses("tflearn.DNN", "tflearn.models."),
    "Sentence Transformers": lambda usage: any(_SENTENCES.match(name) for name in usage.names),
    "Hugging Face Transformers": _hf_trainer,
    "Diffusers": _diffusers,
    "Keras": _keras,
    "TensorFlow": _tensorflow,
    "PyTorch": _torch,
    "scikit-learn": _sklearn,
}


def _of_rank(usage: Usage, rank: Rank) -> list[str]:
    """Return the frameworks of a rank that are in use, in the order in which they are principal."""
    found = []
    for name, roots in of_rank(rank):
        test = _USED.get(name)
        if test(usage) if test is not None else usage.imported(*roots) is not None:
            found.append(name)
    return found


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


#: Where the uses of a core are counted, if that is not below its packages.
_PREFIXES = {"Keras": _KERAS, "JAX": ("jax.", "flax.")}


def _core(usage: Usage) -> list[str]:
    """Return the deep-learning cores in use, the one with most uses first.

    Keras beats TensorFlow, JAX and PyTorch when its layers are used: since version 3 it runs on
    each of them.
    """
    found = _of_rank(usage, "core")
    if len(found) < 2:
        return found
    weight = {
        name: len(usage.matching(*_PREFIXES.get(name, [f"{root}." for root in roots])))
        for name, roots in of_rank("core")
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
    found = [*_of_rank(usage, "wrapper"), *_core(usage), *_of_rank(usage, "classical")]
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
    found = usage.imported(*(term.constructors if term is not None else roots_of(name)))
    if found is None and name == "Keras":
        found = usage.first(*_KERAS)
    if found is None and name == "JAX":
        found = usage.imported("flax", "haiku", "equinox")
    if found is None:
        return None
    module, node = found
    return Fact(name, program.evidence(module, node))


@vocabulary.remembered
def _heads() -> frozenset[str]:
    """Return the packages of all frameworks."""
    named = [name for term in vocabulary.terms("framework") for name in term.constructors]
    own = ("keras", "tf_keras", "keras_core", "tensorflow", "torch", "sklearn", "jax", "flax")
    return frozenset(name.partition(".")[0] for name in (*named, *own, *with_framework()))


def _known_heads(program: Program) -> set[str]:
    """Return the packages that a script and its modules import."""
    found = set()
    for module in program.modules.values():
        for name in (*module.aliases.values(), *module.stars):
            found.add(name.partition(".")[0])
    return found


def read_frameworks(program: Program) -> tuple[Fact | None, list[Fact]]:
    """Return the principal framework and all that are used, principal first.

    The script itself decides; what only its project modules use follows. A script that imports
    no framework at all (because a project module wraps it) takes that of the modules.
    """
    if not _known_heads(program) & _heads():
        return None, []
    own, everything = main_usage(program), usage_of(program)
    names = _all(own)
    wider = _all(everything)
    ranks: tuple[Rank, ...] = ("wrapper", "core", "classical")
    ranked = {name for rank in ranks for name, _ in of_rank(rank)}
    if not set(names) & ranked:
        names = wider
    elif wider and wider[0] == "PyTorch Lightning":
        names = ["PyTorch Lightning", *names]
    names = list(dict.fromkeys([*names, *wider]))
    facts = [fact for name in names if (fact := _fact(program, everything, name)) is not None]
    return (facts[0] if facts else None), facts
