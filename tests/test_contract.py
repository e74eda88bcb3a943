"""The contract of reading: a part of a question that was not read is said, or asked back."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import apsw
import pytest

from bench.questions import sentences
from bench.questions.attack import attack
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.query.state import describe
from modelsearch.records.errors import UnreadError, UsageError
from modelsearch.records.question import ParsedQuery
from tests.conftest import Indexed

TODAY = date(2025, 6, 15)


def read(database: apsw.Connection, question: str, *, lenient: bool = False) -> ParsedQuery:
    return parse(question, Lexicon(database), today=TODAY, lenient=lenient)


def conditions(parsed: ParsedQuery) -> str:
    return describe(parsed.where) if parsed.where is not None else ""


def test_generated_questions_are_never_misread_in_silence(database: apsw.Connection) -> None:
    ends, examples = attack(Lexicon(database), 450, seed=11)
    assert set(ends) <= {"asked back", "right or announced"}, examples[:5]


def test_generated_sentences_are_never_misread_in_silence(database: apsw.Connection) -> None:
    ends, examples = attack(Lexicon(database), 450, 12, sentences.KINDS)
    assert set(ends) <= {"asked back", "right or announced"}, examples[:5]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("64", {64}),
        ("1 024", {1024}),
        ("1.024", {1.024, 1024}),
        ("1.5M", {1.5e6}),
        ("3e-4", {3e-4}),
        ("6 4", set()),
        ("3 e-4", set()),
        ("5M thousand", set()),
    ],
)
def test_the_attack_knows_what_a_number_may_mean(text: str, numbers: set[float]) -> None:
    assert {float(f"{one:.12g}") for one in sentences.meanings(text)} == numbers


@pytest.mark.parametrize(
    "question",
    [
        # a word that may be a negator, where one makes sense
        "nose of the PyTorch models", "neit her of the CUDA scripts", "LSTMs in lieu of attention",
        "models that are dot GANs", "models which fail to use attention", "GANs but tans attention",
        "les scripts entraînés hros MNIST", "Modelle, die keein mit Keras trainiert wurden",
        "models doesn'j use attention", "未曾用attention的模型",
        # a number of which a part was left, and units that do not fit
        "lr under 3 e-4", "batch size over 6 4", "parameters over 5 millionb", "epochs <= 12 GB",
        "at least greis 100 epochs", "momentum of 90% million", "accuracy at least 90 px",
        "batch size of 8x8",
        "parameters of 5 M thousand", "lr over 3e-4px", "hidden size = 10,0000",
        "layers under #64", "lr 0.0.2",
    ],
)  # fmt: skip
def test_what_may_turn_or_change_an_answer_is_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("batch size 10^^3", "10^^3"),
        ("batch size 64#", "64#"),
        ("GANs irrespective of MNIST", "irrespective"),
        ("VAEs notwithstanding MNIST", "notwithstanding"),
        ("dataset ⊄ CelebA", "⊄"),
        ("GANs on CelebA but not", "not"),
        ("twice as many epochs as the GANs", "twice"),
        ("GANs \\ MNIST", "\\"),
        ("models in lieu of attention", "lieu"),
        ("models in place of attention", "place"),
        ("GANs save MNIST", "save"),
        ("GANs less attention", "less"),
        ("GANs, less those on MNIST", "less"),
    ],
)
def test_what_could_turn_the_answer_is_asked_back(
    database: apsw.Connection, question: str, words: str
) -> None:
    with pytest.raises(UnreadError) as asked:
        read(database, question)
    assert words in str(asked.value)
    assert any(words in note for note in read(database, question, lenient=True).notes)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("most GANs on CelebA", "'most' was not understood"),
        ("quantum GANs", "Nothing in this database contains 'quantum'"),
        ("GANs on MNIST 8", "'8' belongs to no field here"),
        ("barely any epochs", "barely"),
    ],
)
def test_what_was_not_read_is_said(database: apsw.Connection, question: str, words: str) -> None:
    assert any(words in note for note in read(database, question).notes)


def test_a_question_back_is_one_line_and_an_error(indexed: Indexed) -> None:
    asked = _process(indexed, "GANs irrespective of MNIST")
    assert asked.returncode == 1
    assert len(asked.stderr.strip().splitlines()) == 1
    assert "--lenient" in asked.stderr
    answered = _process(indexed, "GANs irrespective of MNIST", "--lenient")
    assert answered.returncode == 0
    assert "irrespective" in answered.stdout + answered.stderr


def _process(indexed: Indexed, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "modelsearch", "query", *words, "--db", str(indexed.db)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_a_number_across_a_qualifiers_end_is_refused(database: apsw.Connection) -> None:
    with pytest.raises(UsageError, match="within a number"):
        read(database, "batch_size:5 x 10^-4")


@pytest.mark.parametrize(
    ("question", "expected", "note"),
    [
        (
            "ResNet18",
            "family = ResNet called 'ResNet18' (path contains ResNet18)",
            "the models whose path says so",
        ),
        (
            "GAN baseline",
            "(family = GAN and path contains baseline)",
            "'baseline' stands in the path of 1 of these",
        ),
        ("diffusion models called tiny", "(family = Diffusion and path contains tiny)", "'tiny'"),
    ],
)
def test_names_that_stand_in_paths(
    database: apsw.Connection, question: str, expected: str, note: str
) -> None:
    parsed = read(database, question)
    assert conditions(parsed) == expected
    assert any(note in one for one in parsed.notes)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("does gpt_mini use attention?", "Yes: technique = attention (Language-Models/gpt_mini.py"),
        ("is two_moons written in JAX?", "No: its framework is PyTorch"),
        ("does script_unet use dropout?", "Not found in its code"),
    ],
)
def test_yes_or_no_comes_first_with_its_place(indexed: Indexed, question: str, said: str) -> None:
    assert _process(indexed, question).stdout.startswith(said)
    assert indexed.json("query", question)["summary"].startswith(said)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("val_loss < 0.5", ["Animals_cats_vs_dogs"]),
        ("training accuracy over 0.5", []),
        ("path:*celeba*gan*", ["CelebA-Faces_gan_train", "CelebA-Faces_wgan_gp_train"]),
        (
            "path:~flower.*v[12]",
            ["Generative-Oxford-102-Flower_v1", "Generative-Oxford-102-Flower_v2"],
        ),
        ("path LIKE '%two\\_moons%'", []),
        ("path:*two_moons*", ["Diffusion-Experiments_two_moons"]),
        ("name like 'two_m%'", ["Diffusion-Experiments_two_moons"]),
        ("model:*CelebA-Faces_gan*", ["CelebA-Faces_gan_train"]),
    ],
)
def test_splits_of_results_and_patterns_of_paths(
    indexed: Indexed, question: str, found: list[str]
) -> None:
    answered = indexed.json("query", question, "--limit", "0")
    assert sorted(row["model_id"] for row in answered["results"]) == found


def test_a_bound_on_a_result_says_of_how_many_none_is_known(indexed: Indexed) -> None:
    notes = indexed.json("query", "accuracy above 94 percent")["notes"]
    assert "no accuracy is known of 67 other models, which are left out" in notes
    notes = indexed.json("query", "CIFAR-100 models with an accuracy above 0.5")["notes"]
    assert not any("left out" in note for note in notes)


def test_a_loss_that_is_a_result_is_no_loss_function(indexed: Indexed) -> None:
    answered = indexed.json("query", "which model has the lowest val loss?")
    assert answered["answer"]["models"][0]["values"][0]["value"] == 0.479
    of_one = indexed.json("query", "final validation loss of cats_vs_dogs")
    assert of_one["answer"]["models"][0]["values"][0]["value"] == 0.479


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("is cvae trained longer than vae_vae?", [25, 60]),
        ("does resnet18 have a higher accuracy than vehicles_cnn?", [0.94, 0.952]),
    ],
)
def test_two_models_are_measured_against_each_other(
    indexed: Indexed, question: str, values: list[float]
) -> None:
    models = indexed.json("query", question)["answer"]["models"]
    assert sorted(model["values"][0]["value"] for model in models) == values


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("is cvae trained longer than vae_vae?", "Yes: "),
        ("is vae_vae trained longer than cvae?", "No: "),
        ("does cvae have more epochs than vae_vae?", "Yes: "),
        ("is the batch size of cvae larger than that of vae_vae?", "Yes: "),
        ("is the learning rate of vae_vae lower than the learning rate of cvae?", "No: "),
        ("which of cvae and vae_vae has more epochs?", "Generative-MNIST_vae_cvae: epochs 60; "),
        ("which has fewer epochs, cvae or vae_vae?", "Generative-MNIST_vae_vae: epochs 25; "),
    ],
)
def test_the_first_line_says_which_of_two_it_is(indexed: Indexed, question: str, said: str) -> None:
    done = indexed.run("query", question, "--encoder", "none")
    assert done.exit_code == 0 and done.stdout.startswith(said), done.output


def test_counts_by_group_add_up_and_neighbours_are_not_counted(indexed: Indexed) -> None:
    groups = indexed.json("query", "how many models per optimizer?")["answer"]
    assert sum(one["count"] for one in groups["groups"]) == groups["count"]
    assert indexed.json("query", "how many quantum models do I have?")["answer"]["count"] == 0


@pytest.mark.parametrize("question", ["GANs made on 31 June", "created on 30 February 2025"])
def test_days_that_do_not_exist_are_asked_back(database: apsw.Connection, question: str) -> None:
    with pytest.raises(UnreadError, match="there is no"):
        read(database, question)


@pytest.mark.parametrize("question", ["delete all GANs", "train a new VAE on CelebA"])
def test_orders_are_refused(database: apsw.Connection, question: str) -> None:
    with pytest.raises(UnreadError, match="nothing here can"):
        read(database, question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("models not trained wiht PyTorch", "not framework = PyTorch"),
        ("exclude teh GANs", "not family = GAN"),
        ("batch size graeter than 64", "batch_size > 64"),
        ("batch szie not above 64", "batch_size <= 64"),
        ("learning rate belw 0.01", "learning_rate < 0.01"),
        ("batch size abve 64", "batch_size > 64"),
        ("at leest 50 epochs", "epochs >= 50"),
        ("models witth more than 50 epochs", "epochs > 50"),
    ],
)
def test_misspelt_words_of_questions_are_read_and_said(
    database: apsw.Connection, question: str, expected: str
) -> None:
    parsed = read(database, question)
    assert conditions(parsed) == expected
    assert any(note.startswith("Read '") for note in parsed.notes)


@pytest.mark.parametrize(
    "question",
    [
        "not rly GANs",
        "GANs without glorp attention",
        "GANs without blorks CIFAR-10",
        "models not tvless trained with SGD",
        "models that do nst use PyTorch",
        "models zorping MNIST",
        "models devoid of MNIST",
        "framework diff Keras",
        "at blorp 50 epochs",
        "epochs exczding 50",
        "batch size nt above 64",
        "batch size under mvxup 100",
    ],
)
def test_an_odd_word_where_it_could_turn_a_condition_is_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)
    assert read(database, question, lenient=True).notes


@pytest.mark.parametrize(
    "question",
    [
        "ont TensorFlow please",
        "everything in the catalogue zot the mixed precision ones",
        "everything in the catalogue ont the TensorFlow ones",
        "les scripts entraînés xors MNIST",
        "combien de modèles spas attention",
        "mon dernier modèle pys CUDA",
        "everything in the catalogue sacs the RMSprop ones",
        "models by me that do snns have AdamW",
        "sa ns diffusion please",
        "GANs sans-ish MNIST",
        "same optimizer as the GANs",
        "montre les modèles CIFAR-100 das mixed precision",
        "modelos las GANs",
    ],
)
def test_slips_that_swap_letters_or_make_a_name_of_nothing_here_are_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("modèles qui ont du dropout", "technique = dropout"),
        ("réseaux récurrents sans dropout", "(family = RNN and not technique = dropout)"),
        ("redes convolucionales con Adam", "(family = CNN and optimizer = Adam)"),
        ("rekurrente Netze", "family = RNN"),
        ("SNNs with AdamW", "(family = Spiking neural network and optimizer = AdamW)"),
        ("Klassifikatoren mit SGD", "(task = classification and optimizer = SGD)"),
        ("Sprachmodelle mit Dropout", "(task = language modelling and technique = dropout)"),
        ("Zeitreihen mit LSTM", "(task = time series forecasting and family = LSTM)"),
    ],
)
def test_words_of_other_languages_for_tasks_and_having(
    database: apsw.Connection, question: str, meaning: str
) -> None:
    assert conditions(read(database, question)) == meaning


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("is there a GAN on MNIST?", "Yes: 2 models match"),
        ("are there any CycleGANs trained on MNIST?", "No: no models match"),
        ("have I trained an LSTM with SGD?", "Yes: 2 models match"),
    ],
)
def test_whether_there_is_any_is_said_first(indexed: Indexed, question: str, said: str) -> None:
    assert indexed.json("query", question)["summary"].startswith(said)


def test_whether_there_is_any_is_not_said_where_a_word_was_not_read(indexed: Indexed) -> None:
    found = indexed.json("query", "is there a GAN for zorpish MNIST things?")
    assert not found["summary"].startswith("Yes") and "zorpish" in " ".join(found["notes"])


def test_a_name_that_two_kinds_have_is_announced(database: apsw.Connection) -> None:
    notes = " ".join(read(database, "models with a cosine schedule").notes)
    assert "CosineAnnealingLR" in notes and "noise schedule" in notes


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("no Keras please, only JAX", "(not framework = Keras and framework = JAX)"),
        ("I don't want GANs, show me VAEs", "(not family = GAN and family = VAE)"),
        ("no GANs, just VAEs", "(not family = GAN and family = VAE)"),
        ("without GANs, only VAEs", "(not family = GAN and family = VAE)"),
        ("no GANs, VAEs or LSTMs", "(not family = GAN and not family = VAE and not family = LSTM)"),
        ("nothing with GANs, give me VAEs", "(not family = GAN and family = VAE)"),
        ("nothing on MNIST", "not dataset = MNIST"),
        ("adma optimizer", "optimizer = Adam"),
    ],
)
def test_what_is_wanted_behind_what_is_not(
    database: apsw.Connection, question: str, meaning: str
) -> None:
    assert conditions(read(database, question)) == meaning


@pytest.mark.parametrize(
    "question",
    ["train loss of CycleGAN_v1_train", "train accuracy over 0.9", "train loss"],
)
def test_train_before_a_result_is_its_data_and_no_order(indexed: Indexed, question: str) -> None:
    read = indexed.json("query", question)
    assert read["intent"] in ("details", "search", "values")
    assert not any("ignored" in note for note in read["notes"])


@pytest.mark.parametrize("question", ["fewer than 2 images", "fewer than 2 images and on MNIST"])
def test_a_number_of_images_alone_asks_for_models(indexed: Indexed, question: str) -> None:
    found = indexed.json("query", question, "--limit", "0")
    asked = indexed.json("query", f"models with {question}", "--limit", "0")
    assert found["total"] == asked["total"] > 0
    assert found["intent"] == "search"
