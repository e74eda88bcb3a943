"""Model ids come from paths, are unique, and stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.records.identifiers import base_id, choose_id


@pytest.mark.parametrize(
    ("root", "path", "expected"),
    [
        ("models", "Generative-Oxford-102-Flower/v2.py", "Generative-Oxford-102-Flower_v2"),
        ("models", "Transformer/v6/script.py", "Transformer_v6_script"),
        ("pytorch-cifar", "main.py", "pytorch-cifar_main"),
        ("models", "My Project (old)/train v2.ipynb", "My-Project-old_train-v2"),
        ("models", "a/model.v1.2.py", "a_model.v1.2"),
        ("models", "données/été.py", "données_été"),
    ],
)
def test_the_id_is_the_path_without_suffix(root: str, path: str, expected: str) -> None:
    assert base_id(root, path) == expected


def test_a_newcomer_with_the_same_id_is_told_apart() -> None:
    taken = {"a_v1"}
    assert choose_id("models", "a/v1.ipynb", taken.__contains__) == "a_v1_ipynb"
    taken.add("a_v1_ipynb")
    assert choose_id("lab", "a/v1.ipynb", taken.__contains__) == "lab_a_v1"
    taken.add("lab_a_v1")
    assert choose_id("lab", "a/v1.ipynb", taken.__contains__) == "a_v1_2"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=30))
def test_ids_are_unique_whatever_the_paths(paths: list[str]) -> None:
    taken: set[str] = set()
    for path in paths:
        chosen = choose_id("root", path.replace("\0", "") or "x", taken.__contains__)
        assert chosen and chosen not in taken
        taken.add(chosen)
