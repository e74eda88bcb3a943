"""Whether a script teaches a network to tell classes apart, and what the classes are of."""

from __future__ import annotations

from modelsearch.records.artefacts import Evidence
from modelsearch.static.network.features import Scene
from modelsearch.static.network.pictured import reads_folders_of_pictures

_LOSSES = (
    "CrossEntropyLoss", "cross_entropy", "NLLLoss", "nll_loss", "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy", "softmax_cross_entropy", "SoftmaxCrossEntropyLoss",
    "softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_integer_labels",
    "sparse_softmax_cross_entropy_with_logits", "BCEWithLogitsLoss", "BCELoss",
    "binary_cross_entropy_with_logits", "BinaryCrossentropy", "sparse_softmax_cross_entropy",
)  # fmt: skip
#: Calls that compare values.
VALUE_LOSSES = ("MSELoss", "mse_loss", "L1Loss", "MeanSquaredError", "SmoothL1Loss", "HuberLoss")
_LABELS = ("categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy")

#: Calls that count how many answers are right, or report it by class.
_SCORES = (
    "accuracy_score", "balanced_accuracy_score", "f1_score", "classification_report",
    "confusion_matrix", "roc_auc_score", "precision_recall_fscore_support", "Accuracy",
    "BinaryAccuracy", "MulticlassAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy",
    "multiclass_accuracy", "binary_accuracy", "F1Score", "BinaryF1Score", "MulticlassF1Score",
)  # fmt: skip
_SCORE_WORDS = ("accuracy", "acc", "sparse_categorical_accuracy", "categorical_accuracy")
#: Names of variables that hold how many answers are right.
_COUNTED = r"(?i)^((\w*_)?(acc|accuracy|accuracies|num_correct|n_correct|correct|corrects)(_\w*)?)$"

#: Names of what is learnt by losses over classes beside classes: tokens, real or made, moves.
_OTHERWISE = (
    r"(?i)^(\w*_)?(vocab|vocabulary|tokens?|tokenizer|discriminator|critic|generator|netd|netg|elbo|kl"
    r"|kld|reward|rewards|masked_lm|mlm|noise|src|tgt|trg|anchors?|boxes|dice|iou|miou)(_\w*)?$"
)
#: Names of networks, losses and optimizers of an adversary.
_ADVERSARY = (
    r"(?i)^((\w*_)?(discriminator|netd|disc_loss|d_loss|loss_d|d_optimizer|optimizer_d)(_\w*)?)$"
)


def loss_of_classes(scene: Scene) -> Evidence | None:
    """Return where a loss compares answers with classes."""
    called = scene.called(*_LOSSES)
    if called is None and scene.says(*_LABELS):
        return Evidence(scene.program.main.path)
    return called


def compares_values(scene: Scene) -> Evidence | None:
    """Return where a loss compares answers with values."""
    called = scene.called(*VALUE_LOSSES)
    if called is None and scene.says("mse", "mean_squared_error", "mae"):
        return Evidence(scene.program.main.path)
    return called


def counts_right_answers(scene: Scene) -> bool:
    """Return whether the script counts how many answers are right."""
    return (
        scene.called(*_SCORES) is not None
        or scene.says(*_SCORE_WORDS)
        or scene.named(_COUNTED) is not None
    )


def may_be_other(scene: Scene) -> bool:
    """Return whether names say that a loss over classes may be about something else."""
    return scene.named(_OTHERWISE) is not None


def tells_made_apart(scene: Scene) -> bool:
    """Return whether names say that a network tells what is real from what another one made."""
    return scene.named(_ADVERSARY) is not None


#: Subjects of texts that have no classes: what follows in them is learnt.
_RUNNING = {"translation", "book", "story", "poem", "shakespeare text"}


def classification(scene: Scene, modalities: set[str]) -> str:
    """Return what is classified, as narrowly as the data says."""
    if modalities & _RUNNING:
        modalities = modalities - {"text"}
    if not modalities and reads_folders_of_pictures(scene.evaluator):
        return "image classification"
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
