"""How questions are read: one line a phrase, its conditions as text, on the indexed fixtures."""

from __future__ import annotations

from datetime import date

import apsw
import pytest

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.query.state import describe
from modelsearch.records.question import ParsedQuery

TODAY = date(2025, 6, 15)


def read(database: apsw.Connection, question: str) -> ParsedQuery:
    return parse(question, Lexicon(database), today=TODAY)


def conditions(parsed: ParsedQuery) -> str:
    return describe(parsed.where) if parsed.where is not None else ""


CONDITIONS = [
    # numbers and what they belong to
    ("batch size other than 64", "not batch_size = 64"),
    ("models with batch size not 64", "not batch_size = 64"),
    ("less than a million parameters", "parameters < 1000000"),
    (
        "a learning rate higher than 5e-4 but lower than 2e-3",
        "(learning_rate > 0.0005 and learning_rate < 0.002)",
    ),
    ("64 or more samples per batch", "batch_size >= 64"),
    ("T=1000", "diffusion_steps = 1000"),
    ("model size over 20 MB", "size > 20000000"),
    ("patch size 4", ""),
    ("warmup steps over 100", "technique = learning rate warm-up"),
    ("max depth 6", ""),
    ("loss below 0.5", "loss < 0.5"),
    ("models that have a known number of parameters", "parameters known"),
    # names and near names
    ("Fashon MNIST", "dataset = Fashion-MNIST"),
    ("MNIST", "dataset = MNIST"),
    ("models using Adam", "optimizer = Adam"),
    ("models using AdamW", "optimizer = AdamW"),
    ("models on CIFAR-10", "dataset = CIFAR-10"),
    ("models on CIFAR-100", "dataset = CIFAR-100"),
    ("not MNIST", "not dataset = MNIST"),
    ("conv nets", "family = CNN"),
    ("Lightning models", "framework = PyTorch Lightning"),
    ("LightGBM models", "framework = LightGBM"),
    ("cosine annealing schedule", "scheduler = CosineAnnealingLR"),
    ("JAX/Flax", "(framework = JAX or framework = Flax)"),
    # what data shows
    ("GANs that make faces", "(family = GAN and subject = face)"),
    ("diffusion models of animals", "(family = Diffusion and subject = animal)"),
    ("anything to do with cats", "subject = cat"),
    ("less than ten epochs on images of faces", "(epochs < 10 and subject = face)"),
    ("models trained on movie reviews", "subject = movie review"),
    ("audio models", "modality = audio"),
    ("any model not trained on images", "not modality = image"),
    ("notebooks on MNIST", "(kind = notebook and dataset = MNIST)"),
    ("flowers", "subject = flower"),
    # logic
    ("models that report metrics", "metric known"),
    ("flowers but not Oxford", "(subject = flower and not text phrase Oxford)"),
    ("agents that play 2048", "dataset = 2048"),
    ("everything except MNIST GANs", "not (dataset = MNIST and family = GAN)"),
    ("everything except GANs on MNIST", "not (family = GAN and dataset = MNIST)"),
    ("models other than GANs on MNIST", "(not family = GAN and dataset = MNIST)"),
    ("non-PyTorch GANs", "(not framework = PyTorch and family = GAN)"),
    ("attention-free transformers", "(not technique = attention and family = Transformer)"),
    ("the flower model not using Adam", "(subject = flower and not optimizer = Adam)"),
    ("batch size not between 32 and 128", "not batch_size between 32 .. 128"),
    ("models which don't state their batch size", "not batch_size known"),
    ("not trained on images or text", "(not modality = image and not modality = text)"),
    ("cat and dog classifiers", "((subject = cat or subject = dog) and task = classification)"),
    ("handwritten digits", "subject = handwritten digit"),
    ("which models have an animation", "image_kind = animation"),
    ("SDG optimizer", "optimizer = SGD"),
    ("epoches over 100", "epochs > 100"),
    ("agents trained for 10 million steps", "steps = 10000000"),
    ("batch size smaller than 8 but not 1", "(batch_size < 8 and not batch_size = 1)"),
    ("more than 50 but fewer than 150 epochs", "(epochs > 50 and epochs < 150)"),
    ("a learning rate that is not 0.001", "not learning_rate = 0.001"),
    ("learning rate 1/10", "learning_rate = 0.1"),
    ("without any README or pictures", "(not readme known and not images known)"),
    (
        "neither a scheduler nor weight decay",
        "(not scheduler known and not technique = weight decay)",
    ),
    ("unconditional GANs", "(not technique = class conditioning and family = GAN)"),
    ("GANs without convolutions", "(family = GAN and not family = CNN)"),
    ("fashion-mnst VAEs", "(dataset = Fashion-MNIST and family = VAE)"),
    ("gated recurent unit", "family = GRU"),
    ("skip conections", "technique = skip connections"),
    ("cosin annealing", "scheduler = CosineAnnealingLR"),
    ("spanish to english", "task = machine translation"),
    ("weather forecasting", "(subject = weather and task = time series forecasting)"),
    ("time series forecasting models", "task = time series forecasting"),
    ("weight_decay 0.02", "weight_decay = 0.02"),
    ("everything in GamePlay", "path contains GamePlay/"),
    ("find train.py", "path contains train.py"),
    ("models that report accuracy", "accuracy known"),
    ("cats vs dogs models", "dataset = Dogs vs. Cats called 'cats vs dogs' (path contains cats)"),
]


@pytest.mark.parametrize(("question", "expected"), CONDITIONS)
def test_conditions(database: apsw.Connection, question: str, expected: str) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Do I have models which were trained on animal images?", "search"),
        ("image segmentation", "search"),
        ("image models without augmentation", "search"),
        ("image size 32", "search"),
        ("which model families do I have?", "values"),
        ("most common optimizer", "values"),
        ("average batch size of GANs", "values"),
        ("how many notebooks are there?", "count"),
        ("loss curve of the flower model", "images"),
        ("reconstructions of the VAE", "images"),
        ("the energy forecaster's framework", "details"),
    ],
)
def test_intents(database: apsw.Connection, question: str, intent: str) -> None:
    assert read(database, question).intent == intent


@pytest.mark.parametrize(
    ("question", "model"),
    [
        ("what batch size did I use for the Oxford flower v3 model", "Oxford-102-Flower_v3"),
        ("which framework is the energy forecaster written in", "Time-Series_energy_lstm"),
        ("images of flower v3", "Generative-Oxford-102-Flower_v3"),
        ("loss curves of CycleGAN v1", "CycleGAN_v1_train"),
        ("when did I last change the GPT model", "Language-Models_gpt_mini"),
    ],
)
def test_a_description_that_fits_one_model_names_it(
    database: apsw.Connection, question: str, model: str
) -> None:
    parsed = read(database, question)
    assert parsed.intent in ("details", "images")
    assert any(model in note for note in parsed.notes)


def test_a_description_that_fits_several_names_none(database: apsw.Connection) -> None:
    parsed = read(database, "tell me about the 2048 agent")
    assert not parsed.references


@pytest.mark.parametrize(
    "question",
    [
        "compare flower v1 and v2",
        "compare v1 and v3 of the Oxford flower models",
        "how do the flower v1 and v3 models differ?",
        "script2048 versus script2048_ppo",
        "what changed between v1 and v2 of CycleGAN",
        "which is better, CycleGAN v1 or v2?",
        "what do flower_v1 and flower_v2 have in common?",
        "compare batch size and epochs of flower v1 and flower v2",
    ],
)
def test_comparisons_of_two_described_models(database: apsw.Connection, question: str) -> None:
    parsed = read(database, question)
    assert parsed.intent == "compare"
    assert len(set(parsed.references)) == 2


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("compare my Adam models to my SGD models", ["optimizer = Adam", "optimizer = SGD"]),
        (
            "compare models trained in March 2025 with those trained in April 2025",
            ["created in 2025-03-01 .. 2025-04-01", "created in 2025-04-01 .. 2025-05-01"],
        ),
    ],
)
def test_comparisons_of_groups(database: apsw.Connection, question: str, sides: list[str]) -> None:
    assert [conditions(side) for side in read(database, question).cohorts] == sides


@pytest.mark.parametrize(
    ("question", "sort", "limit"),
    [
        ("what changed most recently", ("modified", True), 1),
        ("which model has the most pictures", ("images", True), 1),
        ("smallest learning rate among GANs", ("learning_rate", False), 1),
        ("which VAE was changed last?", ("modified", True), 1),
        ("shortest script", ("lines", False), 1),
        ("top 3 longest trained models", ("epochs", True), 3),
        ("which models have the lowest loss", ("loss", False), None),
        ("the 10 models with the highest learning rates", ("learning_rate", True), 10),
        ("which of my VAEs trained the longest?", ("epochs", True), 1),
        ("sort GANs by learning rate", ("learning_rate", False), None),
        ("best 3 models by BLEU", ("BLEU", True), 3),
        ("largest model by parameters", ("parameters", True), 1),
        ("highest weight decay", ("weight_decay", True), 1),
        ("most attention heads", ("heads", True), 1),
        ("the last three models I modified", ("modified", True), 3),
        ("GANs by date", ("created", False), None),
        ("the model with the second largest batch size", ("batch_size", True), 2),
    ],
)
def test_superlatives(
    database: apsw.Connection, question: str, sort: tuple[str, bool], limit: int | None
) -> None:
    parsed = read(database, question)
    assert parsed.sort is not None
    assert (parsed.sort.field, parsed.sort.descending) == sort
    assert parsed.limit == limit


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("images from epoch 100 to 300", "epoch between 100 .. 300"),
        ("pictures generated after epoch 200", "epoch > 200"),
        ("samples up to epoch 100", "epoch <= 100"),
        ("pictures of epoch 50", "epoch = 50"),
        ("images after the 100th epoch", "epoch > 100"),
        ("images of CycleGAN v1 except epoch 50", "not epoch = 50"),
    ],
)
def test_epochs_of_pictures(database: apsw.Connection, question: str, words: str) -> None:
    part = read(database, question).image
    assert part is not None and part.where is not None
    assert words in describe(part.where)


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("dropout above 0.2", "No number called 'dropout' is stored here"),
        ("patience 5", "No number called 'patience' is stored here"),
        ("a small learning rate", "'learning rate' stands without a number"),
        ("ResNet18", "Read 'ResNet18' as the models whose path says so"),
        ("models that run on Apple Silicon", "Read 'Apple Silicon' as MPS"),
        ("MNSIT models", "Read 'MNSIT' as 'MNIST'"),
        ("leaning rate below 1e-4", "Read 'leaning' as 'learning'"),
        ("diffusion models (not latent)", "left out the models whose texts contain it"),
    ],
)
def test_what_was_assumed_is_said(database: apsw.Connection, question: str, note: str) -> None:
    assert any(note in one for one in read(database, question).notes)


def test_only_the_cpu_leaves_other_devices_out(database: apsw.Connection) -> None:
    for question in ("CPU-only models", "models that only use the CPU"):
        said = conditions(read(database, question))
        assert said.startswith("(hardware = CPU and ") and "not hardware = CUDA" in said


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("what did the conditional VAE on MNIST use as its optimizer?", ["optimizer"]),
        ("optimizer and epochs of CycleGAN v2?", ["optimizer", "epochs"]),
        (
            "tell me the optimizer of vit_cifar10 and its learning rate",
            ["optimizer", "learning_rate"],
        ),
        ("flower_v2's batch size", ["batch_size"]),
        ("when was conv_ae created and last changed?", ["created", "modified"]),
    ],
)
def test_what_is_asked_of_a_model(
    database: apsw.Connection, question: str, asked: list[str]
) -> None:
    parsed = read(database, question)
    assert parsed.intent == "details" and parsed.asked == asked


def test_show_three_gives_three(database: apsw.Connection) -> None:
    assert read(database, "show 3 VAEs").limit == 3
    assert read(database, "models with 3 GANs").limit is None


def test_further_ends_of_a_name_are_models_of_their_own(database: apsw.Connection) -> None:
    parsed = read(database, "compare flower v1, v2 and v3")
    assert {name.rpartition("_")[2] for name in parsed.references} == {"v1", "v2", "v3"}
