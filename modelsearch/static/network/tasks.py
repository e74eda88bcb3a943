"""What the model is for: generation, classification, translation … from families, losses, data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set

from modelsearch.records.artefacts import DatasetFact, Evidence, Fact
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    Abstract,
    Map,
    Unknown,
    first,
    number,
    text,
)
from modelsearch.static.network.classifying import (
    VALUE_LOSSES,
    classification,
    compares_values,
    counts_right_answers,
    loss_of_classes,
    may_be_other,
    tells_made_apart,
)
from modelsearch.static.network.features import Scene
from modelsearch.static.network.gaps import made_to_fill
from modelsearch.static.network.linked import scores_pairs
from modelsearch.static.network.networks import Network
from modelsearch.static.network.scene import under
from modelsearch.static.network.task_table import TaskTable, modalities_of, sees
from modelsearch.vocabulary.libraries import has_estimators, is_boosting

_GENERATIVE = (
    "GAN", "VAE", "VQ-VAE", "Diffusion", "Flow matching", "Normalizing flow", "PixelCNN",
    "Energy-based model",
)  # fmt: skip
_TRANSLATES = {"CycleGAN", "Pix2pix", "Image-to-image GAN"}


#: Tasks by words of the file's name; where that says nothing (``train.py``) of its folder's.
_WORDS = (
    (r"super ?res|srcnn|esrgan|srgan", "super-resolution"),
    (r"segment", "image segmentation"),
    (r"language ?model|char ?rnn|text gen|\blm\b", "language modelling"),
    (r"denois", "denoising"),
    (r"inpaint|context encoder", "inpainting"),
    (r"caption", "image captioning"),
    (r"(?<!image )translat|\bnmt\b", "machine translation"),
    (r"summari[sz]|abstractive", "summarisation"),
    (r"sentiment", "sentiment analysis"),
    (r"style transfer|neural style|fast neural style", "style transfer"),
    (r"forecast|time series|timeseries", "time series forecasting"),
    (r"colou?ri[sz]", "colorisation"),
    (r"anomaly", "anomaly detection"),
    (r"object ?detect", "object detection"),
)
#: Names of files and folders that say nothing of what is made.
_SAYS_NOTHING = re.compile(
    r"^(main|train\w*|run|models?|net|networks?|nets|solver|trainer|src|scripts?|code|examples?|exp\d*"
    r"|experiments?|notebooks?|finetune\w*|fine tun\w*|fit|pipeline|app|lib|core|index|py|v?\d+)?$"
)
#: What a generative model may be for beside generating.
_SHAPES = ("super-resolution", "inpainting", "colorisation", "style transfer")


#: Tasks on pictures: a customer segmentation or an intrusion detection has no convolutions.
_PICTORIAL = frozenset({
    "image segmentation", "object detection", "colorisation", "inpainting", "image captioning",
})  # fmt: skip
#: Tasks of text and sound, which no network for pictures alone has.
_VERBAL = frozenset({"machine translation", "summarisation", "sentiment analysis"})


def _by_words(scene: Scene, network: Network) -> str | None:
    """Tasks that the path names, for what structure leaves open."""
    for part in reversed(scene.program.main.path.lower().rpartition(".")[0].split("/")):
        words = re.sub(r"[^a-z0-9]+", " ", part).strip()
        if _SAYS_NOTHING.match(words):
            continue
        task = next((task for pattern, task in _WORDS if re.search(pattern, words)), None)
        return task if task is None or _may_be(task, words, scene, network) else None
    return None


def _may_be(task: str, words: str, scene: Scene, network: Network) -> bool:
    """Return whether a network and its loss are such as a task that a name says has."""
    ready = bool(network.zoo) and under("GNN").isdisjoint(network.zoo)
    if "classif" in words or (task in _PICTORIAL and not (ready or sees(network))):
        return False
    if task == "time series forecasting":
        return loss_of_classes(scene) is None
    return task not in _VERBAL or not sees(network)


def _by_family(families: set[str]) -> str | None:
    rules: tuple[tuple[Set[str], str], ...] = (
        (under("Reinforcement learning"), "reinforcement learning"),
        ({"SRGAN", "SRCNN"}, "super-resolution"),
        (_TRANSLATES, "image-to-image translation"),
        ({"Word2vec"}, "word embedding"),
        ({"Neural style transfer"}, "style transfer"),
        ({"R-CNN", "YOLO", "SSD detector", "DETR"}, "object detection"),
        ({"DeepLab", "FCN"}, "image segmentation"),
        ({"k-means", "Clustering", "Gaussian mixture"}, "clustering"),
        ({"GPT"}, "language modelling"),
        ({"Contrastive model"}, "representation learning"),
        ({"Siamese network"}, "metric learning"),
        ({"Matrix factorisation"}, "recommendation"),
        ({"ARIMA"}, "time series forecasting"),
    )
    return next((task for names, task in rules if families & names), None)


#: Objectives of the boosting libraries.
_OBJECTIVES = (
    (r"^(binary|multi|multiclass|lambdamart)\b|logistic|softmax|softprob", "classification"),
    (r"rank", "ranking"),
    (r"^reg|regression|squarederror|l1|l2|mae|rmse|huber|poisson|quantile|tweedie", "regression"),
)


def _objective(record: CallRecord) -> tuple[str, Evidence] | None:
    """The task that the parameters of a boosting call state."""
    table = first(record.argument(0, "params", "param"))
    stated = table.items.get("objective") if isinstance(table, Map) else None
    named = text(stated or record.argument(None, "objective")) or ""
    task = next((task for pattern, task in _OBJECTIVES if re.search(pattern, named)), None)
    return (task, record.evidence) if named and task else None


def _estimator(scene: Scene, families: set[str]) -> tuple[str, Evidence] | None:
    aside = made_to_fill(scene.evaluator)
    for record in scene.evaluator.calls():
        if record.last == "train" and is_boosting(record.name):
            return _objective(record)
        if has_estimators(record.name) and id(record) not in aside:
            if (
                record.last.endswith(("Classifier", "SVC", "NB"))
                or record.last == "LogisticRegression"
            ):
                return "classification", record.evidence
            if record.last.endswith(("Regressor", "SVR")) or record.last in (
                "LinearRegression",
                "Ridge",
                "Lasso",
            ):
                return "regression", record.evidence
    return None


def _generation(modalities: set[str], scene: Scene, network: Network) -> str | None:
    """What is generated: what the data shows, else pictures, where they are saved or made."""
    if "image" in modalities or scene.called("save_image", "make_grid"):
        return "image generation"
    if "audio" in modalities:
        return "audio generation"
    if modalities & {"text", "tabular", "generated", "time series", "video", "graph"}:
        return None
    return "image generation" if network.has("conv", "conv_transpose") or network.zoo else None


def _by_loss(
    scene: Scene, modalities: set[str], network: Network, families: set[str]
) -> tuple[str, Evidence] | None:
    if network.has("conv") and (boxes := _boxes(scene)) is not None:
        return "object detection", boxes
    overlaps = _overlap(scene, network, families)
    if overlaps is not None:
        return "image segmentation", overlaps
    labelled = loss_of_classes(scene)
    if labelled is not None:
        if tells_made_apart(scene):
            return None
        if "U-Net" in families:
            return "image segmentation", labelled
        if families & under("Seq2seq", "Autoregressive") or _writes(scene, network):
            return None
        task = classification(scene, modalities - {"tabular"} if sees(network) else modalities)
        is_told = task != "classification" or _tells_classes_apart(scene, network)
        return (task, labelled) if is_told else None
    if network.has("lstm", "gru", "rnn"):
        return _forecast(scene)
    if len(network.of("embedding")) >= 2 or any(scene.called(*each) for each in _NO_REGRESSION):
        return None  # ratings, or what only looks like a value
    valued = compares_values(scene)
    if valued is None or _plays(scene):
        return None
    return "regression", valued


#: Tables from numbers back to characters: what follows is written.
_WRITES = (
    r"(?i)^(itos|(int|ix|idx|index|indices|i|num)_?(to|2)?_?(char|chr|ch|character|letter)s?)$"
)


def _writes(scene: Scene, network: Network) -> bool:
    """Return whether what a network that sees nothing says is turned into characters again."""
    return not sees(network) and scene.named(_WRITES) is not None


def _plays(scene: Scene) -> bool:
    """Return whether names say that values of moves are learnt: rewards beside what follows."""
    rewards = scene.named(r"(?i)^(\w*_)?(rewards?|rew)(_\w+)?$")
    after = scene.named(
        r"(?i)^(next_?(state|obs)\w*|(s|state|obs)_next|dones?|actions?|q_?values?)$"
    )
    return rewards is not None and after is not None


def _tells_classes_apart(scene: Scene, network: Network) -> bool:
    """Return whether a loss over classes is all that is learnt, and is no loss over tokens."""
    if scene.called(*VALUE_LOSSES) is not None:
        return False  # classes may be learnt beside values
    sequences = network.has("lstm", "gru", "rnn", "transformer", "embedding", "attention")
    return not sequences  # whose answers may be tokens, tags or relations


def _boxes(scene: Scene) -> Evidence | None:
    """Find boxes that are compared with boxes: what a detector starts from, and what it keeps."""
    starts = scene.named(r"(?i)^\w*(anchors?|prior_?box(es)?|default_?box(es)?|dbox(es)?)$")
    keeps = scene.named(
        r"(?i)^(\w*_)?(nms|non_max\w*|multi_?box\w*|gt_?box(es)?|iou_loss|\w*giou\w*)$"
    )
    return starts if keeps is not None else None


def _overlap(scene: Scene, network: Network, families: set[str]) -> Evidence | None:
    """Find how far two areas overlap, of a network that gives a map back."""
    if "U-Net" not in families and not network.has("conv_transpose", "upsample"):
        return None
    if not network.has("conv") and not network.zoo:
        return None
    return scene.named(r"(?i)^(\w*_)?(dice|tversky|m_?iou|mean_?iou)(_?\w*)?$") or (
        scene.named(r"^\w*(Dice|Tversky|JaccardLoss|MeanIoU)\w*$")
    )


#: Losses that compare how near examples lie.
_METRICS = ("TripletMarginLoss", "triplet_margin_loss", "TripletMarginWithDistanceLoss",
            "TripletSemiHardLoss", "ContrastiveLoss")  # fmt: skip
#: Losses beside which a mean squared error says nothing of the task.
_NO_REGRESSION = (
    ("TripletMarginLoss", "triplet_margin_loss", "CosineEmbeddingLoss", "ContrastiveLoss"),
    ("CTCLoss", "ctc_loss", "ctc_batch_cost"),
)
_WINDOWS = re.compile(
    r"(?i)^(look_?back|window(_?size|_?len\w*)?|n_?(past|future|steps_(in|out))|horizon|time_?steps?"
    r"|(pred|forecast|out|seq)_?(len|length|horizon)|n_?lags?|past_\w+|create_(dataset|sequences)"
    r"|sequence_?length|create_inout_sequences|future)$"
)


def _forecast(scene: Scene) -> tuple[str, Evidence] | None:
    """A recurrent network that learns a value after a window of past ones."""
    if compares_values(scene) is None:
        return None
    window = scene.named(_WINDOWS.pattern)
    return ("time series forecasting", window) if window is not None else None


def read_task(
    scene: Scene, network: Network, families: set[str], datasets: Sequence[DatasetFact]
) -> Fact | None:
    """Return what the model does, or None when structure, data and path leave it open."""
    if not families:
        return _without_network(scene, network, datasets)
    start = network.layers[0].evidence if network.layers else Evidence(scene.program.main.path)
    named = TaskTable(scene, network, families, datasets).task()
    if named is not None:
        return named
    plain = _by_family(families)
    if plain == "word embedding" and network.has("lstm", "gru", "rnn", "conv", "attention"):
        plain = None  # vectors that another network is given
    if plain is not None:
        return Fact(plain, start)
    worded = _by_words(scene, network)
    generates = bool(families & under(*_GENERATIVE))
    if worded is not None and (not generates or worded in _SHAPES):
        return Fact(worded, Evidence(scene.program.main.path, "name"), note="from the path, weaker")
    modalities = modalities_of(datasets)
    if generates or ("WaveNet" in families and "audio" in modalities):
        task = _generation(modalities, scene, network)
        return Fact(task, start) if task else None
    embedded = scene.called(*_METRICS)
    if embedded is not None and loss_of_classes(scene) is None:
        return Fact("metric learning", embedded)
    if families & under("Autoencoder"):
        pictures = "image" in modalities
        return Fact("image reconstruction" if pictures else "representation learning", start)
    steps: tuple[Callable[[], tuple[str, Evidence] | None], ...] = (
        lambda: _sequence(families, modalities, start),
        lambda: next_token(network, families, scene) or _next_text(families, scene),
        lambda: _linked(scene, families),
        lambda: _estimator(scene, families),
        lambda: _by_loss(scene, modalities, network, families),
    )
    found = next((each for step in steps if (each := step()) is not None), None)
    if found is None or (found[0] in _GENERAL and _says_other(scene)):
        return None
    return Fact(found[0], found[1])


def _linked(scene: Scene, families: set[str]) -> tuple[str, Evidence] | None:
    """Pairs of nodes that a network of graphs scores."""
    pairs = scores_pairs(scene) if families & under("GNN") else None
    return ("link prediction", pairs) if pairs is not None else None


#: Tasks that code shows where it shows no more, and what folders say that makes them too general.
_GENERAL = ("regression", "classification")
_NARROWER = re.compile(r"forecast|time ?series|(?<!customer )segment|object ?detect|anomaly")


def _says_other(scene: Scene) -> bool:
    """Return whether a file or a folder around it says a task that is no plain one."""
    path = re.sub(r"[^a-z0-9/]+", " ", scene.program.main.path.lower())
    return _NARROWER.search(path) is not None and "classif" not in path


def _without_network(
    scene: Scene, network: Network, datasets: Sequence[DatasetFact]
) -> Fact | None:
    """The task of a network that nothing is known of, where what is learnt and counted says it."""
    named = TaskTable(scene, network, set(), datasets).task()
    if named is not None:
        return named
    labelled = loss_of_classes(scene)
    if labelled is None or scene.called(*VALUE_LOSSES) or not counts_right_answers(scene):
        return None
    if may_be_other(scene):
        return None
    modalities = modalities_of(datasets)
    if "text" in modalities:
        return None  # classes may be tokens
    return Fact(classification(scene, modalities), labelled)


_PICTURED = {"object", "street", "medical", "car"}


def _sequence(
    families: set[str], modalities: set[str], at: Evidence
) -> tuple[str, Evidence] | None:
    if "translation" in modalities and families & under("Seq2seq", "Transformer"):
        return "machine translation", at
    if "U-Net" in families and "image" in modalities and modalities & _PICTURED:
        return "image segmentation", at
    return None


def next_token(
    network: Network, families: set[str], scene: Scene | None = None
) -> tuple[str, Evidence] | None:
    """As many outputs as tokens: the same value sizes the embedding and the last layer."""
    if families & under("Seq2seq", "BERT") or not families & under("RNN", "Transformer"):
        return None
    if scene is not None and compares_values(scene) and loss_of_classes(scene) is None:
        return None  # tokens are told apart
    tokens = {
        _token(layer.argument(0, "num_embeddings", "input_dim"))
        for layer in network.of("embedding")
    }
    for layer in network.of("linear"):
        if _token(layer.outputs) in tokens - {None}:
            return "language modelling", layer.evidence
    return None


_WRITTEN = (
    r"(?i)^(\w+_)?(chars?|characters?|words?|texts?|vocab\w*|tokens?|sentences?|corpus)(_\w+)?$"
)
_PLAYED = (
    r"(?i)^(\w+_)?(midis?|pitch\w*|chords?|melod(y|ies)|music\w*|songs?|molecules?|smiles)(_\w+)?$"
)


def _next_text(families: set[str], scene: Scene) -> tuple[str, Evidence] | None:
    """What follows is learnt, and names say that it is text."""
    if "Autoregressive" not in families or scene.named(_PLAYED) is not None:
        return None
    written = scene.named(_WRITTEN)
    return ("language modelling", written) if written is not None else None


def _token(value: Abstract | None) -> object:
    """What tells sizes apart: a number from 20 up, else the value that stands for it."""
    known = number(value)
    if known is not None:
        return known if known >= 20 else None
    head = first(value)
    return None if isinstance(head, Unknown) and head.source is None else id(head)
