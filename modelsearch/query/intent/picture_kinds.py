"""Words that ask for a kind of picture: "loss curves", "confusion matrix", "plots of the loss"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from modelsearch.query.state import Reading

#: Words that ask for one kind of picture, longest first.
_KINDS: tuple[tuple[str, str], ...] = (
    ("confusion matrices", "confusion matrix"), ("confusion matrix", "confusion matrix"),
    ("architecture diagram", "architecture diagram"), ("latent plots", "latent plot"),
    ("latent plot", "latent plot"), ("attention maps", "attention map"),
    ("attention map", "attention map"), ("attention heatmaps", "attention map"),
    ("attention heatmap", "attention map"), ("noise schedules", "noise schedule"),
    ("noise schedule", "noise schedule"), ("architecture diagrams", "architecture diagram"),
    ("diagrams", "architecture diagram"), ("diagram", "architecture diagram"),
    ("accuracy curves", "metric curve"), ("accuracy curve", "metric curve"),
    ("accuracy plots", "metric curve"), ("accuracy plot", "metric curve"),
    ("reward curves", "metric curve"), ("reward curve", "metric curve"),
    ("reward plots", "metric curve"), ("reward plot", "metric curve"),
    ("loss curves", "loss curve"), ("loss curve", "loss curve"), ("loss plots", "loss curve"),
    ("loss plot", "loss curve"), ("loss graphs", "loss curve"), ("loss graph", "loss curve"),
    ("training curves", "loss curve"), ("training curve", "loss curve"),
    ("learning curves", "loss curve"), ("learning curve", "loss curve"),
    ("animations", "animation"), ("animation", "animation"), ("animated", "animation"),
    ("gifs", "animation"), ("gif", "animation"), ("reconstructions", "reconstruction"),
    ("reconstruction", "reconstruction"), ("reconstructed", "reconstruction"),
    ("interpolations", "interpolation"), ("interpolation", "interpolation"),
    ("samples", "samples"), ("sample", "samples"), ("scatter plots", "plot"),
    ("scatter plot", "plot"),
)  # fmt: skip
_CURVES = frozenset({"plot", "plots", "curve", "curves", "graph", "graphs", "chart", "charts"})


def picture_kind_at(reading: Reading, index: int) -> tuple[str, int] | None:
    """Return the kind of picture that begins at a token ("loss curves"), and its last token."""
    for kind, last in kinds_said(reading, index):
        if reading.free(index, last):
            return kind, last
    return _curve_of(reading, index)


def kinds_said(reading: Reading, index: int) -> Iterator[tuple[str, int]]:
    """Yield the kinds of pictures whose words begin at a token, free or not, and their last
    token.
    """
    for phrase, kind in _by_first_word().get(reading.lower(index), ()):
        count = len(phrase.split())
        if reading.words(index, count) == phrase:
            yield kind, index + count - 1


@cache
def _by_first_word() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for phrase, kind in _KINDS:
        found.setdefault(phrase.split()[0], []).append((phrase, kind))
    return found


def _curve_of(reading: Reading, index: int) -> tuple[str, int] | None:
    """Read "plots of the loss", "curve of the training accuracy"."""
    if reading.lower(index) not in _CURVES or reading.lower(index + 1) not in ("of", "for"):
        return None
    at = index + 2
    while reading.lower(at) in ("the", "training", "validation", "my", "its"):
        at += 1
    kind = {"loss": "loss curve", "losses": "loss curve", "accuracy": "metric curve",
            "reward": "metric curve", "rewards": "metric curve"}.get(reading.lower(at))  # fmt: skip
    return (kind, at) if kind is not None and reading.free(index, at) else None
