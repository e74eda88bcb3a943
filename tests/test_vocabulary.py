"""The vocabulary is consistent, and names that are near one another stay apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import modelsearch
from modelsearch import vocabulary
from modelsearch.vocabulary import KINDS, ancestors, find, normalise, prepared, terms


@pytest.mark.parametrize("kind", KINDS)
def test_spellings_name_one_term(kind: str) -> None:
    owner: dict[str, str] = {}
    for term in terms(kind):
        for spelling in term.spellings:
            key = normalise(spelling)
            assert key, f"{term.name}: {spelling!r} normalises to nothing"
            assert owner.setdefault(key, term.name) == term.name, spelling


@pytest.mark.parametrize("kind", KINDS)
def test_parents_exist_and_have_no_cycle(kind: str) -> None:
    names = {term.name for term in terms(kind)}
    for term in terms(kind):
        assert set(term.parents) <= names, term.name
        assert term.name not in dict(ancestors(kind, term.name))


@pytest.mark.parametrize("kind", KINDS)
def test_a_constructor_means_one_term(kind: str) -> None:
    owner: dict[str, str] = {}
    for term in terms(kind):
        for name in term.constructors:
            assert owner.setdefault(name.lower(), term.name) == term.name, name


def test_there_are_many_datasets_and_each_is_described() -> None:
    datasets = terms("dataset")
    assert len(datasets) >= 400
    subjects = {term.name for term in terms("subject")}
    for term in datasets:
        assert term.modality, term.name
        assert set(term.subjects) <= subjects, term.name


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("dataset", "mnist", "MNIST"),
        ("dataset", "fashionmnist", "Fashion-MNIST"),
        ("dataset", "Fashion MNIST", "Fashion-MNIST"),
        ("dataset", "cifar 10", "CIFAR-10"),
        ("dataset", "CIFAR100", "CIFAR-100"),
        ("dataset", "cifar", "CIFAR"),
        ("dataset", "celeb-a", "CelebA"),
        ("dataset", "Oxford-102-Flower", "Oxford 102 Flower"),
        ("dataset", "stanfordnlp/imdb", "IMDB"),
        ("dataset", "Pokemon", "Pokémon"),
        ("family", "unet", "U-Net"),
        ("family", "U-nets", "U-Net"),
        ("family", "convolutional neural network", "CNN"),
        ("family", "variational auto-encoder", "VAE"),
        ("family", "deep q-learning", "DQN"),
        ("family", "β-VAE", "Beta-VAE"),
        ("framework", "sklearn", "scikit-learn"),
        ("framework", "torch", "PyTorch"),
        ("framework", "tf", "TensorFlow"),
        ("framework", "pl", "PyTorch Lightning"),
        ("framework", "HF", "Hugging Face Transformers"),
        ("hardware", "Apple Silicon", "MPS"),
        ("hardware", "gpu", "CUDA"),
        ("optimizer", "adam", "Adam"),
        ("optimizer", "adamw_torch", "AdamW"),
        ("technique", "teacher-forcing", "teacher forcing"),
        ("technique", "spectral norm", "spectral normalisation"),
        ("task", "NMT", "machine translation"),
        ("scheduler", "one cycle", "OneCycleLR"),
        ("loss", "BCEWithLogitsLoss", "binary cross-entropy"),
        ("metric", "Fréchet inception distance", "FID"),
    ],
)
def test_spellings_people_write(kind: str, text: str, name: str) -> None:
    found = find(kind, text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("kind", "text"),
    [("dataset", "fashion"), ("dataset", "amnist"), ("dataset", "cifar1"), ("optimizer", "ada")],
)
def test_near_names_are_not_guessed(kind: str, text: str) -> None:
    assert find(kind, text) is None


def test_ancestors_carry_their_distance() -> None:
    assert dict(ancestors("family", "Latent diffusion")) == {"Diffusion": 1}
    assert dict(ancestors("family", "PPO"))["Reinforcement learning"] == 3
    assert dict(ancestors("family", "LSTM")) == {"RNN": 1}
    assert ancestors("family", "no such family") == ()


@pytest.mark.parametrize(
    ("subject", "inside", "outside"),
    [
        ("animal pictures", {"CIFAR-10", "AFHQ", "Oxford-IIIT Pet", "horse2zebra"}, {"MNIST"}),
        ("flowers", {"Oxford 102 Flower", "TF Flowers", "Iris"}, {"CIFAR-10", "PlantVillage"}),
        ("celebrity faces", {"CelebA", "CelebA-HQ"}, {"FFHQ", "AFHQ"}),
        ("faces", {"CelebA", "FFHQ", "LFW"}, {"Fashion-MNIST"}),
        ("clothes", {"Fashion-MNIST", "DeepFashion"}, {"MNIST"}),
        ("handwritten digits", {"MNIST", "USPS"}, {"Fashion-MNIST", "SVHN", "KMNIST"}),
        ("street numbers", {"SVHN"}, {"MNIST"}),
        ("movie reviews", {"IMDB", "Rotten Tomatoes"}, {"Yelp Reviews", "MovieLens"}),
        ("translation", {"Multi30k", "WMT14"}, {"IMDB"}),
        ("speech", {"LibriSpeech", "LJSpeech"}, {"MAESTRO"}),
        ("games", {"2048", "Breakout"}, {"MNIST"}),
    ],
)
def test_subjects_find_their_datasets(subject: str, inside: set[str], outside: set[str]) -> None:
    meant = find("subject", subject)
    assert meant is not None
    below = {
        one.name for one in terms("subject") if meant.name in dict(ancestors("subject", one.name))
    }
    wanted = {meant.name} | below
    names = {term.name for term in terms("dataset") if wanted.intersection(term.subjects)}
    assert inside <= names
    assert not outside & names


def test_small_datasets_know_their_classes() -> None:
    cifar = vocabulary.find("dataset", "CIFAR-10")
    fashion = vocabulary.find("dataset", "Fashion-MNIST")
    assert cifar is not None and fashion is not None
    assert cifar.classes[3] == "cat" and cifar.classes[5] == "dog"
    assert len(cifar.classes) == len(fashion.classes) == 10
    assert (cifar.image_size, cifar.channels) == (32, 3)


@pytest.mark.parametrize(
    ("kind", "dotted", "name"),
    [
        ("dataset", "torchvision.datasets.FashionMNIST", "Fashion-MNIST"),
        ("dataset", "tensorflow.keras.datasets.cifar100", "CIFAR-100"),
        ("dataset", "hf:imdb", "IMDB"),
        ("dataset", "sklearn.datasets.load_iris", "Iris"),
        ("optimizer", "optax.adamw", "AdamW"),
        ("scheduler", "torch.optim.lr_scheduler.OneCycleLR", "OneCycleLR"),
        ("loss", "torch.nn.CrossEntropyLoss", "cross-entropy"),
    ],
)
def test_constructors_of_libraries(kind: str, dotted: str, name: str) -> None:
    found = vocabulary.find_constructor(kind, dotted)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("kind", KINDS)
def test_prepared_spellings_mean_what_the_entries_say(kind: str) -> None:
    ready = prepared.places_by_spelling(kind, vocabulary.FILES[kind])
    entries = vocabulary.normalised_entries(kind)
    assert ready == {one: place for place, listed in enumerate(entries) for one in listed}
    changed = "own.py"  # of another size than the kind's file was
    assert prepared.places_by_spelling(kind, changed) is None


def test_words_near_a_misspelt_one_are_of_its_first_letter_and_a_length() -> None:
    assert "mnist" in prepared.near("m", 5)
    assert "flower" in prepared.near("f", 6)  # a word within "Oxford 102 Flower"
    assert all(one[0] == "f" and len(one) == 6 for one in prepared.near("f", 6))
    assert prepared.near("q", 90) == []


@pytest.mark.parametrize("name", ["words.json", "contract.json"])
def test_word_lists_are_in_order_and_say_each_word_once(name: str) -> None:
    """So that a change shows as the lines of its words."""
    for key, listed in json.loads(
        (Path(modelsearch.__file__).parent / "query" / name).read_text()
    ).items():
        if isinstance(listed, list):
            assert listed == sorted(set(listed), key=lambda word: (word.casefold(), word)), key
