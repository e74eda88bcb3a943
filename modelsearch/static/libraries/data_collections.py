"""Packages that load data by name and know nothing of training."""

from __future__ import annotations

import ast
import re

from modelsearch.static.libraries.data_loading import Loader, Named, by_constructor, by_name
from modelsearch.static.libraries.library import Library, within
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.source.nodes import walk


@within("d2l")
def _of_the_book(record: CallRecord, name: str) -> list[Named] | None:
    """``d2l.torch.load_data_fashion_mnist()``: the same functions for every framework."""
    plain, count = re.subn(r"^d2l\.(torch|tensorflow|mxnet|paddle|jax)\.", "d2l.", name)
    return by_constructor(record, plain) if count else None


@within("imblearn")
def _unbalanced(record: CallRecord, name: str) -> list[Named] | None:
    """``imblearn.datasets.fetch_datasets()["ecoli"]``, or its argument ``filter_data``."""
    if name != "imblearn.datasets.fetch_datasets":
        return None
    return _FILTERED.read(record) or [by_name("imblearn", key) for key in _keys(record)]


def _keys(record: CallRecord) -> list[str]:
    """Return what is taken out of the call's result where it stands."""
    return [
        node.slice.value
        for node in walk(record.module.tree)
        if isinstance(node, ast.Subscript) and node.value is record.node
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    ]


_FILTERED = Loader(calls=(), collection="imblearn", at=None, keyword="filter_data")

LIBRARY = Library(
    name="data collections",
    data=(
        Loader(calls=("surprise.Dataset.load_builtin",), collection="surprise"),
        Loader(calls=("pmlb.fetch_data",), collection="pmlb", keyword="dataset_name"),
        Loader(calls=("wilds.get_dataset",), collection="wilds", keyword="dataset"),
        Loader(
            calls=("statsmodels.api.datasets.get_rdataset",),
            collection="rdataset",
            keyword="dataname",
        ),
        Loader(calls=("seaborn.load_dataset",), collection="sns"),
        Loader(calls=("learn2learn.vision.benchmarks.get_tasksets",), collection="l2l"),
        Loader(
            calls=("ucimlrepo.fetch_ucirepo",),
            collection="uci",
            at=None,
            number=(1, "id", "uci:"),
        ),
        Loader(
            calls=("openml.datasets.get_dataset",),
            collection="openml",
            number=(0, "dataset_id", "openml:#"),
        ),
        _of_the_book,
        _unbalanced,
    ),
)
