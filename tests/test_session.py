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
    for question in ("all models with dropout", "VAEs", "how many models use SGD"):
        assert answer(database, question, OPTIONS, last).total == (
            answer(database, question, OPTIONS).total
        )


def session(indexed: Indexed, *lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "modelsearch", "repl", "--db", str(indexed.db)],
        input="\n".join(lines), capture_output=True, text=True, check=True,
        env=os.environ | {"COLUMNS": "100"},
    )  # fmt: skip


def test_rows_by_number(indexed: Indexed) -> None:
    found = session(indexed, "GANs on CelebA", "show 2", "compare 1 2", "images 1", "show 7")
    assert "\nFile\n" in found.stdout
    assert " differ in " in found.stdout
    assert "5 pictures." in found.stdout
    assert "there is no row 7: the last answer has 2 rows" in found.stderr


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
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=os.environ | {"_MODELSEARCH_COMPLETE": "complete_bash", "COMP_CWORD": "6",
                          "COMP_WORDS": "\n".join(words)},
    )  # fmt: skip
    assert found.stdout == "CelebA"
