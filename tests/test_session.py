"""A session: follow-up questions, rows by number, and completion."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.cli.completing import completions
from tests.conftest import Indexed

OPTIONS = QueryOptions(limit=0, encoder="none", lenient=True)

#: A question, what is asked about its answer, and both as one exact question.
DIALOGUES = [
    ("GANs", "and which of them have more than 100 epochs?", "family:GAN epochs:>100"),
    ("GANs", "only those on CelebA", "family:GAN dataset:CelebA"),
    ("GANs", "without the CycleGANs", "family:GAN -family:CycleGAN"),
    ("models on MNIST", "how many?", "dataset:MNIST"),
    ("models on MNIST", "how many of them use Adam?", "dataset:MNIST optimizer:Adam"),
    ("models on MNIST", "sort them by epochs", "dataset:MNIST"),
    ("models on MNIST", "with batch size over 100", "dataset:MNIST batch_size:>100"),
    ("models on CIFAR-10", "and in PyTorch?", "dataset:CIFAR-10 framework:PyTorch"),
    ("models on CIFAR-10", "not in PyTorch", "dataset:CIFAR-10 -framework:PyTorch"),
    (
        "diffusion models",
        "which of those were created in April 2025?",
        "family:Diffusion created:2025-04",
    ),
    ("diffusion models", "only PyTorch", "family:Diffusion framework:PyTorch"),
    ("diffusion models", "but not on MNIST", "family:Diffusion -dataset:MNIST"),
    ("VAEs", "which of them run on CUDA?", "family:VAE hardware:CUDA"),
    ("VAEs", "only the ones with images", "family:VAE has:images"),
    ("seq2seq models", "and which of them use attention?", "family:seq2seq technique:attention"),
    ("CNNs created in March 2025", "those with SGD", "family:CNN created:2025-03 optimizer:SGD"),
    ("models with more than 50 epochs", "of them the GANs", "epochs:>50 family:GAN"),
    ("models in Keras", "on MNIST", "framework:Keras dataset:MNIST"),
    ("models in Keras", "using RMSprop", "framework:Keras optimizer:RMSprop"),
    ("models in JAX", "which of them are on CIFAR-10?", "framework:JAX dataset:CIFAR-10"),
    ("models with dropout", "and with attention", "technique:dropout technique:attention"),
    ("accuracy over 85%", "only those on CIFAR-10", "accuracy:>0.85 dataset:CIFAR-10"),
    ("RNNs", "except the LSTMs", "family:RNN -family:LSTM"),
    ("U-Nets", "whose learning rate is below 5e-4", "family:U-Net lr:<5e-4"),
    ("models on CelebA", "created before April 2025", "dataset:CelebA created:<2025-04-01"),
]


#: Longer and freer ones: all that is asked, in order, and the last answer's models as one question.
SPOKEN = [
    (("VAEs", "only the ones on MNIST"), "family:VAE dataset:MNIST"),
    (
        ("CNNs in Keras", "which of these use dropout?"),
        "family:CNN framework:Keras technique:dropout",
    ),
    (("models on Fashion-MNIST", "drop the VAEs"), "dataset:Fashion-MNIST -family:VAE"),
    (("models on Fashion-MNIST", "please remove the GANs"), "dataset:Fashion-MNIST -family:GAN"),
    (("GANs", "what about the ones with batch size 64?"), "family:GAN batch_size:64"),
    (("GANs", "are any of them in TensorFlow?"), "family:GAN framework:TensorFlow"),
    (("GANs", "are any in TensorFlow?"), "family:GAN framework:TensorFlow"),
    (
        ("models in PyTorch", "keep those created after April 2025"),
        "framework:PyTorch created:>2025-04-30",
    ),
    (("models with attention", "and on text?"), "technique:attention modality:text"),
    (
        ("models with attention", "which ones have pictures?"),
        "models with attention and with pictures",
    ),
    (("LSTMs", "now only with Adam"), "family:LSTM optimizer:Adam"),
    (("LSTMs", "which use Adam?"), "family:LSTM optimizer:Adam"),
    (("diffusion models", "those not in PyTorch"), "family:Diffusion -framework:PyTorch"),
    (("diffusion models", "exclude MNIST"), "family:Diffusion -dataset:MNIST"),
    (
        ("diffusion models", "show only those with more than 100 epochs"),
        "family:Diffusion epochs:>100",
    ),
    (("diffusion models", "filter by batch size under 100"), "family:Diffusion batch_size:<100"),
    (("models on CelebA", "order by size"), "dataset:CelebA"),
    (("models on CelebA", "newest first"), "dataset:CelebA"),
    (("models on CelebA", "count them"), "dataset:CelebA"),
    (("U-Nets", "what datasets do they use?"), "family:U-Net"),
    (("U-Nets", "what is their average learning rate?"), "family:U-Net"),
    (("transformers", "the ones in March 2025"), "family:Transformer created:2025-03"),
    (
        ("models on CIFAR-10", "with SGD", "which of them have accuracy over 90%?"),
        "dataset:CIFAR-10 optimizer:SGD accuracy:>0.9",
    ),
    (
        ("models on CIFAR-10", "only CNNs", "but not in Keras", "how many?"),
        "dataset:CIFAR-10 family:CNN -framework:Keras",
    ),
    (("models with more than 100 epochs", "the same in Keras"), "epochs:>100 framework:Keras"),
]


@pytest.mark.parametrize(("asked", "both"), SPOKEN)
def test_what_people_say_of_the_last_answer(database, asked: tuple[str, ...], both: str) -> None:
    last = None
    for question in asked:
        last = answer(database, question, OPTIONS, last)
    wanted = answer(database, both, OPTIONS)
    assert last.total == wanted.total
    shown = {row.model_id for row in last.results}
    assert not shown or shown == {row.model_id for row in wanted.results}


@pytest.mark.parametrize(
    ("first", "then", "count"),
    [
        ("GANs", "the 2 with the most epochs", 2),
        ("GANs", "just the newest 3", 3),
        ("GANs", "the newest", 1),
        ("the 3 models with the most epochs", "compare them", 3),
        ("GANs on CelebA", "compare these", 2),
    ],
)
def test_some_of_the_last_answer(database, first: str, then: str, count: int) -> None:
    last = answer(database, first, OPTIONS)
    found = answer(database, then, OPTIONS, last)
    assert len(found.results) == count
    assert {row.model_id for row in found.results} <= {row.model_id for row in last.results}


def test_the_pictures_of_the_last_answer(database) -> None:
    last = answer(database, "GANs on CelebA", OPTIONS)
    found = answer(database, "their pictures", OPTIONS, last)
    assert {image.model_id for image in found.images} == {"CelebA-Faces_gan_train"}


@pytest.mark.parametrize(("first", "then", "both"), DIALOGUES)
def test_a_question_about_the_last_answer(database, first: str, then: str, both: str) -> None:
    last = answer(database, first, OPTIONS)
    found = answer(database, then, OPTIONS, last)
    wanted = answer(database, both, OPTIONS)
    assert {row.model_id for row in found.results} == {row.model_id for row in wanted.results}
    assert found.total == wanted.total > 0
    assert any("of the last answer" in note for note in found.notes)


def test_the_models_of_a_superlative_are_those_that_were_shown(database) -> None:
    last = answer(database, "the 3 models with the most epochs", OPTIONS)
    found = answer(database, "which of them are on CIFAR-10?", OPTIONS, last)
    assert [row.model_id for row in found.results] == ["Gnerative-CIFAR-10-GAN_v1"]


def test_a_third_question_is_about_the_second_answer(database) -> None:
    last = None
    for question in ("GANs", "only those on CelebA", "with more than 50 epochs"):
        last = answer(database, question, OPTIONS, last)
    assert [row.model_id for row in last.results] == ["CelebA-Faces_wgan_gp_train"]


def test_a_question_of_its_own_asks_anew(database) -> None:
    last = answer(database, "GANs", OPTIONS)
    for question in (
        "all models with dropout",
        "VAEs",
        "how many models use SGD",
        "show flower_v2",
        "the newest model",
        "the 2 largest models",
        "best accuracy on CIFAR-10",
        "are there any GANs on CelebA?",
        "list the datasets",
    ):
        assert answer(database, question, OPTIONS, last).total == (
            answer(database, question, OPTIONS).total
        )


def test_a_follow_up_after_pictures_asks_among_these(database) -> None:
    last = answer(database, "pictures of CycleGAN_v1_train", OPTIONS)
    found = answer(database, "only loss curves", OPTIONS, last)
    assert [one.path for one in found.images] == ["CycleGAN/v1/loss_curve.png"]
    assert f"among the {last.total} pictures of the last answer" in found.notes[-1]
    newest = answer(database, "the 2 newest pictures", OPTIONS)
    assert answer(database, "how many?", OPTIONS, newest).total == 2
    owners = answer(database, "which models have these?", OPTIONS, last)
    assert [row.model_id for row in owners.results] == ["CycleGAN_v1_train"]


def test_the_one_with_the_most_is_of_the_last_answer(database) -> None:
    last = answer(database, "models on MNIST", OPTIONS)
    found = answer(database, "the one with the largest size", OPTIONS, last)
    alone = answer(database, "dataset:MNIST largest size", OPTIONS)
    assert [row.model_id for row in found.results] == [row.model_id for row in alone.results]


def session(indexed: Indexed, *lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "modelsearch", "repl", "--db", str(indexed.db)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "100"},
    )


def test_rows_by_number(indexed: Indexed) -> None:
    found = session(indexed, "GANs on CelebA", "show 2", "compare 1 2", "images 1", "show 7")
    assert "\nFile\n" in found.stdout
    assert " differ in " in found.stdout
    assert "5 pictures." in found.stdout
    assert "there is no row 7: the last answer has 2 rows" in found.stderr


def test_the_rows_of_pictures_are_pictures(indexed: Indexed) -> None:
    found = session(indexed, "loss curves of CycleGAN_v1_train", "show 1", "show 9")
    assert found.stdout.count("loss_curve.png") > 1
    assert "there is no row 9: the last answer has 1 picture\n" in found.stderr


def test_what_a_dot_cannot_do_is_said(indexed: Indexed) -> None:
    found = session(indexed, ".fromat json", ".limit many", ".explain maybe a question")
    assert "there is no .fromat; did you mean .format?" in found.stderr
    assert ".limit takes a number, not 'many'" in found.stderr


@pytest.mark.parametrize(
    ("words", "word", "found"),
    [
        ([], "qu", ["query"]),
        (["show"], "CycleGAN_v", ["CycleGAN_v1_train", "CycleGAN_v2_train"]),
        (["show"], "wgan", ["CelebA-Faces_wgan_gp_train"]),
        (["compare", "CycleGAN_v1_train"], "CycleGAN_v2", ["CycleGAN_v2_train"]),
        (["query"], "weight_d", ["weight_decay:"]),
        (["query"], "optimizer:Ad", ["optimizer:Adam", "optimizer:AdamW", "optimizer:Adafactor"]),
        (["list"], "opt", ["optimizers"]),
        (["query", "--format"], "j", ["json", "jsonl"]),
        (["query"], "--no-h", ["--no-header"]),
        (["unknown"], "x", []),
    ],
)
def test_completion(database, words: list[str], word: str, found: list[str]) -> None:
    assert sorted(completions(database, words, word)) == sorted(found)


def test_the_shell_is_answered_without_the_whole_command_line(indexed: Indexed) -> None:
    code = (
        "import sys\nfrom modelsearch.cli.main import _run\n_run([])\n"
        "assert 'typer' not in sys.modules"
    )
    words = ["modelsearch", "query", "--db", str(indexed.db), "dataset", ":", "Cel"]
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ
        | {
            "_MODELSEARCH_COMPLETE": "complete_bash",
            "COMP_CWORD": "6",
            "COMP_WORDS": "\n".join(words),
        },
    )
    assert found.stdout == "CelebA"


def dialogue(database, *questions: str):
    """Ask one question after another and return the last answer."""
    last = None
    for question in questions:
        last = answer(database, question, OPTIONS, last)
    return last


def test_one_superlative_after_another_asks_among_the_same(database) -> None:
    found = dialogue(database, "models on MNIST", "the newest", "and the oldest?")
    alone = dialogue(database, "models on MNIST", "the oldest")
    assert [row.model_id for row in found.results] == [row.model_id for row in alone.results]


def test_a_number_is_asked_of_what_was_listed(database) -> None:
    found = dialogue(database, "models on MNIST", "how many epochs?")
    assert found.total == dialogue(database, "models on MNIST").total
    assert any("of the last answer" in note for note in found.notes)


@pytest.mark.parametrize("asked", ["how many are there?", "how many are there in total?"])
def test_pictures_are_counted_as_pictures(database, asked: str) -> None:
    pictures = dialogue(database, "pictures of the GANs")
    counted = dialogue(database, "pictures of the GANs", asked)
    assert counted.total == pictures.total and counted.parsed.intent == "images"


def test_rows_are_named_in_words_and_plain_words_leave(indexed: Indexed) -> None:
    found = session(indexed, "GANs on CelebA", "the first one", "and the last one?", "exit", "GANs")
    by_number = session(indexed, "GANs on CelebA", "show 1", "show 2")
    assert found.stdout == by_number.stdout
    assert session(indexed, "quit", "GANs").stdout == session(indexed, "Q", "GANs").stdout == ""
