"""What the model is for: generation, classification, translation … from families, losses, data."""

from __future__ import annotations

import re
from collections.abc import Callable, Set

from modelsearch import vocabulary
from modelsearch.records import Evidence, Fact
from modelsearch.static.features import Scene
from modelsearch.static.networks import Network
from modelsearch.static.subject import under

_GENERATIVE = (
    "GAN", "VAE", "VQ-VAE", "Diffusion", "Flow matching", "Normalizing flow", "PixelCNN",
    "Energy-based model",
)  # fmt: skip
_TRANSLATES = {"CycleGAN", "Pix2pix", "Image-to-image GAN"}
_CLASS_LOSSES = (
    "CrossEntropyLoss", "cross_entropy", "NLLLoss", "nll_loss", "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy", "softmax_cross_entropy", "SoftmaxCrossEntropyLoss",
    "softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_integer_labels",
    "sparse_softmax_cross_entropy_with_logits", "BCEWithLogitsLoss", "BCELoss",
    "binary_cross_entropy_with_logits", "BinaryCrossentropy", "sparse_softmax_cross_entropy",
)  # fmt: skip
_VALUE_LOSSES = ("MSELoss", "mse_loss", "L1Loss", "MeanSquaredError", "SmoothL1Loss", "HuberLoss")
_LABELS = ("categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy")


def _modalities(scene: Scene) -> set[str]:
    """Modalities of the data that names in the script's strings and calls suggest."""
    from modelsearch.static.datasets import read_datasets

    found = set()
    for fact in read_datasets(scene.program, scene.evaluator):
        term = vocabulary.find("dataset", fact.name)
        if term is not None and term.modality is not None:
            found.add(term.modality)
            found.update(term.subjects)
    return found


def _by_class(scene: Scene) -> tuple[str, Evidence] | None:
    """Tasks that ready-made classes name: ``…ForQuestionAnswering``."""
    table = (
        (r"ForSequenceClassification", "text classification"),
        (r"ForTokenClassification", "token classification"),
        (r"ForQuestionAnswering", "question answering"),
        (r"ForCausalLM|LMHeadModel", "language modelling"),
        (r"ForMaskedLM", "masked language modelling"),
        (r"ForImageClassification", "image classification"),
        (r"ForSemanticSegmentation", "image segmentation"),
        (r"ForObjectDetection", "object detection"),
        (r"ForCTC|ForSpeechSeq2Seq", "speech recognition"),
        (r"ForAudioClassification", "audio classification"),
        (r"StableDiffusion", "text-to-image"),
        (r"(faster|mask)_?rcnn|retinanet|yolo", "object detection"),
    )
    for record in scene.evaluator.calls():
        for pattern, task in table:
            if record.name and re.search(pattern, record.name):
                return task, record.evidence
    return None


def _by_words(scene: Scene) -> str | None:
    """Tasks that the path names, for what structure leaves open."""
    path = re.sub(r"[^a-z0-9]+", " ", scene.program.main.path.lower())
    words = (
        (r"super ?res|srcnn|esrgan|srgan", "super-resolution"),
        (r"segment", "image segmentation"),
        (r"language ?model|char ?rnn|text generation|\blm\b", "language modelling"),
        (r"denois", "denoising"),
        (r"inpaint|context encoder", "inpainting"),
        (r"caption", "image captioning"),
        (r"translat|seq2seq|nmt", "machine translation"),
        (r"sentiment", "sentiment analysis"),
        (r"style transfer|neural style|fast neural style", "style transfer"),
        (r"forecast|time series|timeseries", "time series forecasting"),
        (r"colou?ri[sz]", "colorisation"),
        (r"anomaly", "anomaly detection"),
        (r"detect", "object detection"),
    )
    return next((task for pattern, task in words if re.search(pattern, path)), None)


def _classification(modalities: set[str]) -> str:
    for name, task in (
        ("image", "image classification"),
        ("movie review", "sentiment analysis"),
        ("text", "text classification"),
        ("audio", "audio classification"),
        ("tabular", "tabular classification"),
        ("graph", "node classification"),
    ):
        if name in modalities:
            return task
    return "classification"


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
    )
    return next((task for names, task in rules if families & names), None)


def _estimator(scene: Scene, families: set[str]) -> tuple[str, Evidence] | None:
    for record in scene.evaluator.calls():
        root = (record.name or "").partition(".")[0]
        if root in ("sklearn", "xgboost", "lightgbm", "catboost"):
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


def _generation(modalities: set[str], scene: Scene) -> str | None:
    if "image" in modalities or scene.called("save_image", "make_grid"):
        return "image generation"
    if "audio" in modalities:
        return "audio generation"
    return "image generation" if not modalities & {"text", "tabular", "generated"} else None


def _by_loss(scene: Scene, modalities: set[str], network: Network) -> tuple[str, Evidence] | None:
    labelled = scene.called(*_CLASS_LOSSES)
    if labelled is None and scene.says(*_LABELS):
        labelled = Evidence(scene.program.main.path)
    if labelled is not None:
        task = _classification(modalities)
        sequences = network.has("lstm", "gru", "rnn", "transformer", "embedding", "attention")
        return None if task == "classification" and sequences else (task, labelled)
    valued = scene.called(*_VALUE_LOSSES)
    if valued is not None or scene.says("mse", "mean_squared_error", "mae"):
        return "regression", valued or Evidence(scene.program.main.path)
    return None


def read_task(scene: Scene, network: Network, families: set[str]) -> Fact | None:
    """Return what the model does, or None when structure, data and path leave it open."""
    if not families:
        return None
    start = network.layers[0].evidence if network.layers else Evidence(scene.program.main.path)
    named = _by_class(scene)
    if named is not None:
        return Fact(named[0], named[1])
    plain = _by_family(families)
    if plain is not None:
        return Fact(plain, start)
    worded = _by_words(scene)
    if worded is not None:
        return Fact(worded, Evidence(scene.program.main.path, "name"), note="from the path, weaker")
    modalities = _modalities(scene)
    steps: tuple[Callable[[], tuple[str, Evidence] | None], ...] = (
        lambda: _sequence(families, modalities, start),
        lambda: _estimator(scene, families),
        lambda: _by_loss(scene, modalities, network),
    )
    if families & under(*_GENERATIVE):
        task = _generation(modalities, scene)
        return Fact(task, start) if task else None
    if families & {"Autoencoder"}:
        return Fact(
            "image reconstruction" if "image" in modalities else "representation learning", start
        )
    for step in steps:
        found = step()
        if found is not None:
            return Fact(found[0], found[1])
    return None


def _sequence(
    families: set[str], modalities: set[str], at: Evidence
) -> tuple[str, Evidence] | None:
    if "translation" in modalities and families & {"Seq2seq", "Transformer", "T5"}:
        return "machine translation", at
    if (
        "U-Net" in families
        and "image" in modalities
        and modalities & {"object", "street", "medical", "car"}
    ):
        return "image segmentation", at
    return None
