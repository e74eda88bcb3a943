"""Families of dense layers, raw matrix products and classical estimators."""

from __future__ import annotations

import ast
import re

from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.values import Map, Seq, options, text
from modelsearch.static.network import wiring
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.networks import Layer, Network, is_objective
from modelsearch.static.network.scene import Found, Subject, at_first, under
from modelsearch.static.source.nodes import walk
from modelsearch.static.training.by_hand import is_step
from modelsearch.vocabulary.libraries import is_boosting


def estimators(subject: Subject) -> Found:
    """Classical estimators; a PCA beside another only prepares."""
    known = dict(subject.network.estimators)
    if subject.principal.layers or subject.principal.zoo:
        known = {family: at for family, at in known.items() if _is_trained_too(subject, family, at)}
    if len(known) > 1:
        known.pop("PCA", None)
    yield from known.items()


#: What finds parts of the data; beside a network that is trained it only prepares.
_PREPARES = frozenset({"PCA", "k-means", "Clustering", "Gaussian mixture"})


def _is_trained_too(subject: Subject, family: str, at: Evidence) -> bool:
    """Return whether an estimator beside a network is a model of the script, not a means of it."""
    return family not in _PREPARES and at.path == subject.scene.program.main.path


def boosting(subject: Subject) -> Found:
    """Boosting libraries' own training functions."""
    for record in subject.scene.evaluator.calls_of("train", "cv"):
        if is_boosting(record.name):
            booster = _parameter(record.argument(0, "params", "pool"), "booster", "boosting")
            yield (
                ("Linear model" if booster == "gblinear" else "Gradient boosting"),
                record.evidence,
            )
            return


def _parameter(table: object, *keys: str) -> str | None:
    for option in options(table if table is None or not isinstance(table, str) else None):  # type: ignore[arg-type]
        items = option.items if isinstance(option, Map) else {}
        if isinstance(option, Seq):
            items = {}
        for key in keys:
            if isinstance(items, dict) and key in items:
                return text(items[key])
    return None


#: With these, dense layers are what the network is made of, and still worth saying.
_MAY_BE_DENSE = (
    "GAN",
    "VAE",
    "Autoencoder",
    "Reinforcement learning",
    "Diffusion",
    "Flow matching",
    "Normalizing flow",
    "Energy-based model",
    "Siamese network",
    "Contrastive model",
    "NeRF",
    "PINN",
)


def _is_dense(network: Network) -> bool:
    """Return whether a network is two or more dense layers and nothing that mixes otherwise."""
    other = ("conv", "conv_transpose", "lstm", "gru", "rnn", "transformer", "graph", "attention")
    return len(network.of("linear")) >= 2 and not network.has(*other) and not network.zoo


def dense(subject: Subject) -> Found:
    """Dense layers, where the network is mainly that; one layer is a linear model."""
    network = subject.network
    principal = subject.principal
    if subject.has("Latent diffusion") and principal is not network and _is_dense(principal):
        yield "MLP", at_first(principal.of("linear"))
        return
    other = set(subject.found) - set(network.estimators)
    if not under(*_MAY_BE_DENSE).issuperset(other) or subject.incomplete:
        return
    if network.has("conv", "conv_transpose", "lstm", "gru", "rnn", "transformer", "graph"):
        return
    if wiring.hand_attention(subject.scene, network) is not None or _has_gates(subject):
        return
    layers = [each for each in network.of("linear") if not _of_objective(each)]
    distinct = {
        id(layer.node) if layer.owner is None else (id(layer.owner), id(layer.node), i)
        for i, layer in enumerate(layers)
    }
    if len(distinct) >= 2:
        yield "MLP", at_first(layers)
        return
    if not layers:
        yield from _products(subject)
        return
    if subject.found or network.has("embedding") or _has_own_weights(subject):
        return
    yield _single(subject), at_first(layers)


_GATES = re.compile(r"(?i)^\w*(forget|input|output|update|reset)_?gate\w*$")


def _has_gates(subject: Subject) -> bool:
    """Return whether parts of the network are called after the gates of a recurrent cell."""
    methods = subject.scene.methods(subject.network.classes())
    names = {name for features in methods for name in features.names if _GATES.match(name)}
    return len(names) >= 2


def _has_own_weights(subject: Subject) -> bool:
    """Return whether the network's classes hold weights outside layers, which may do anything."""
    return any(
        features.calls_any("Parameter", "ParameterList", "register_parameter")
        for features in subject.scene.methods(subject.network.classes())
    )


def _of_objective(layer: Layer) -> bool:
    """Return whether a layer belongs to a loss with weights of its own."""
    return layer.owner is not None and is_objective(layer.owner.name)


def _single(subject: Subject) -> str:
    """One dense layer: logistic regression with a classification loss, else a linear model."""
    classes = subject.scene.called(
        "CrossEntropyLoss",
        "cross_entropy",
        "BCELoss",
        "BCEWithLogitsLoss",
        "NLLLoss",
        "nll_loss",
        "binary_cross_entropy",
        "softmax_cross_entropy",
        "binary_cross_entropy_with_logits",
        "softmax_cross_entropy_with_logits",
        "softmax_cross_entropy_with_integer_labels",
        "sparse_softmax_cross_entropy_with_logits",
        "SoftmaxCrossEntropyLoss",
        "log_softmax",
        "SparseCategoricalCrossentropy",
        "CategoricalCrossentropy",
        "BinaryCrossentropy",
    )
    says = subject.named(r"logistic|softmax_?reg")
    return "Logistic regression" if classes is not None or says else "Linear model"


#: What trains weights of one's own.
_BY_HAND = ("minimize", "backward", "grad", "gradient", "value_and_grad", "apply_gradients")


def _products(subject: Subject) -> Found:
    """Raw matrix products with weights of one's own."""
    scene = subject.scene
    trained = scene.called(*_BY_HAND, "fit") is not None or _steps_by_hand(scene)
    if not trained or scene.called("embedding_lookup") is not None:
        return  # tables of vectors are compared, or more is done with them than is seen
    if subject.network.estimators and not scene.called(*_BY_HAND):
        return  # what a library's estimator learns is not what is multiplied beside it
    places = _product_places(subject)
    if sum(count for _, count in places) >= 2:
        yield "MLP", places[0][0]
    elif places and not subject.found:
        yield _single_raw(subject), places[0][0]
    elif not places and not subject.found:
        weight = _own_weight(scene)
        if weight is not None and scene.named(r"^(b|bias|intercept|params)$"):
            yield "Linear model", weight


def _steps_by_hand(scene: Scene) -> bool:
    """Return whether a function that is reached moves weights by a rate times a gradient."""
    functions = (each for each in scene.functions if each.info is not None)
    nodes = (n for f in functions for n in (*f.of(ast.AugAssign), *f.of(ast.Assign)))
    return any(map(is_step, nodes))


def _own_weight(scene: Scene) -> Evidence | None:
    """Find ``w = torch.tensor(…, requires_grad=True)``, ``W = tf.Variable(…)`` and the like."""
    for features in scene.functions:
        for node in features.of(ast.Assign):
            if not isinstance(node.value, ast.Call):
                continue
            names = {e.id for t in node.targets for e in walk(t) if isinstance(e, ast.Name)}
            if not any(re.match(r"^(w|W|weights?|slope|params|theta)$", name) for name in names):
                continue
            keywords = {
                k.arg
                for each in walk(node.value)
                if isinstance(each, ast.Call)
                for k in each.keywords
            }
            text = ast.unparse(node.value.func)
            if "requires_grad" in keywords or re.search(r"Variable|Parameter|requires_grad_", text):
                return scene.evidence(features, node)
    return None


_PRODUCTS = ("matmul", "mm", "dot", "addmm", "dot_general")


def _product_places(subject: Subject) -> list[tuple[Evidence, int]]:
    """Return where matrices are multiplied outside NumPy, and how many objects do so there."""
    scene = subject.scene
    made = [instance.name for instance in scene.evaluator.instances()]
    found: dict[int, tuple[Evidence, int]] = {}
    for record in scene.evaluator.calls_of(*_PRODUCTS):
        if (
            not (record.name or "").startswith("numpy")
            and not _with_itself(record.node)
            and not (record.instance is not None and is_objective(record.instance.name))
        ):
            owner = record.instance
            count = made.count(owner.name) if owner is not None else 1
            found[id(record.node)] = (record.evidence, max(count, 1))
    for features in [*scene.functions, *scene.methods(subject.network.classes())]:
        if features.owner is not None and is_objective(features.owner.name):
            continue
        for node in features.walk() if features.info is not None else ():
            if _is_product(features, node):
                count = made.count(features.owner.name) if features.owner else 1
                least = 2 if id(node) in _over_layers(features) else 1
                found[id(node)] = (scene.evidence(features, node), max(count, least))
    return list(found.values())


def _with_itself(node: ast.AST) -> bool:
    """``matmul(x, x, transpose_a=True)``: a covariance, no layer."""
    given = node.args[:2] if isinstance(node, ast.Call) else []
    return len(given) == 2 and ast.unparse(given[0]) == ast.unparse(given[1])


def _over_layers(features: Features) -> set[int]:
    """Return the nodes inside loops over layers or their weights: ``for w, b in params``."""
    return {
        id(inner)
        for node in features.of(ast.For)
        if re.search(r"(?i)param|weight|layer", ast.unparse(node.iter))
        for inner in walk(node)
    }


def _is_product(features: Features, node: ast.AST) -> bool:
    """``x @ w``, and in a class of layers ``matmul(x, self.w)``."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    if features.owner is None or not isinstance(node, ast.Call):
        return False
    name = features.module.qualified(node.func) or ""
    is_product = name.rpartition(".")[2] in _PRODUCTS and not name.startswith("numpy")
    return is_product and not _with_itself(node)


def _single_raw(subject: Subject) -> str:
    soft = subject.scene.called("softmax", "sigmoid", "log_softmax") or subject.scene.named(
        r"^(nll|cross_entropy)\w*$"
    )
    return "Logistic regression" if soft is not None else "Linear model"
