"""Which machine-learning frameworks a program uses, which one is principal, and its version.

A framework counts when it is imported and used for what it is: scikit-learn that only splits data
or computes a score is not the framework of a PyTorch script, and ``tf.keras.datasets`` alone does
not make Keras.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from modelsearch import vocabulary
from modelsearch.records import Evidence, Fact
from modelsearch.static.program import Program
from modelsearch.static.usage import Usage, main_usage, usage_of

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
    ("Hugging Face Transformers", _hf_trainer),
    ("Diffusers", _diffusers),
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


#: Distribution names whose pinned version tells the version of a framework.
_DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "PyTorch": ("torch",),
    "PyTorch Lightning": ("pytorch-lightning", "lightning"),
    "TensorFlow": ("tensorflow", "tensorflow-gpu", "tensorflow-cpu"),
    "Keras": ("keras", "tensorflow", "tensorflow-gpu"),
    "JAX": ("jax", "jaxlib"),
    "scikit-learn": ("scikit-learn",),
    "Hugging Face Transformers": ("transformers",),
    "PaddlePaddle": ("paddlepaddle", "paddlepaddle-gpu"),
    "MXNet": ("mxnet", "mxnet-cu101"),
    "Stable-Baselines3": ("stable-baselines3",),
}
_PIN = re.compile(r"^\s*[\"'-]*\s*([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?\s*={1,3}\s*v?([0-9][\w.+!-]*)")
_MAX_BYTES = 2_000_000


def version_from_files(framework: str, folder: Path, root: Path) -> Fact | None:
    """Return the version of ``framework`` that a file beside or above the script pins exactly.

    Lock files, requirements, pyproject and conda environments are read from ``folder`` upwards to
    ``root``, the nearest first. A range (``>=1.8``) is no version. Never raises on a bad file.
    """
    wanted = _DISTRIBUTIONS.get(framework, (framework.lower(),))
    for place in _upwards(folder, root):
        for file in _pin_files(place):
            found = _pinned(file, wanted)
            if found is not None:
                version, line = found
                path = file.relative_to(root).as_posix()
                return Fact(version, Evidence(path, "config", line))
    return None


def _upwards(folder: Path, root: Path) -> Iterator[Path]:
    current = folder
    while True:
        yield current
        if current == root or root not in current.parents:
            return
        current = current.parent


def _pin_files(folder: Path) -> list[Path]:
    fixed = ["uv.lock", "poetry.lock", "Pipfile.lock", "environment.yml", "environment.yaml"]
    try:
        requirements = sorted(p.name for p in folder.glob("requirements*.txt"))
    except OSError:
        return []
    names = [*fixed[:3], *requirements, "pyproject.toml", *fixed[3:]]
    return [folder / name for name in names if (folder / name).is_file()]


def _pinned(file: Path, wanted: tuple[str, ...]) -> tuple[str, int | None] | None:
    try:
        if file.stat().st_size > _MAX_BYTES:
            return None
        text = file.read_text("utf-8", "replace")
        pins = dict(_pins(file.name, text))
    except (OSError, ValueError, RecursionError):
        return None
    for name in wanted:
        if name in pins:
            return pins[name]
    return None


def _pins(name: str, text: str) -> Iterator[tuple[str, tuple[str, int | None]]]:
    """Yield ``(distribution, (version, line))`` for each exact pin of a file's text."""
    if name.endswith(".lock") and name != "Pipfile.lock":
        for package in tomllib.loads(text).get("package", []):
            if isinstance(package, dict) and "version" in package:
                line = _line_of(text, f'name = "{package.get("name")}"')
                yield str(package.get("name")).lower(), (str(package["version"]), line)
        return
    if name == "Pipfile.lock":
        for key, value in json.loads(text).get("default", {}).items():
            if isinstance(value, dict) and str(value.get("version", "")).startswith("=="):
                yield key.lower(), (value["version"][2:], _line_of(text, f'"{key}"'))
        return
    for number, written in enumerate(text.split("\n"), 1):
        found = _PIN.match(written)
        if found and not written.lstrip().startswith("#") and "*" not in found[2]:
            yield found[1].lower().replace("_", "-"), (found[2].rstrip("."), number)


def _line_of(text: str, part: str) -> int | None:
    position = text.find(part)
    return text.count("\n", 0, position) + 1 if position >= 0 else None
