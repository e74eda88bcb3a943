"""Questions that set models against another one: the same as, more than, has and has not."""

from pathlib import Path

import pytest

from tests.conftest import Indexed, index_folder


def asked(indexed: Indexed, question: str) -> dict:  # type: ignore[type-arg]
    found: dict = indexed.json(  # type: ignore[type-arg]
        "query", question, "--limit", "0", "--today", "2025-06-15"
    )
    return found


def short(found: dict) -> set[str]:  # type: ignore[type-arg]
    return {row["model_id"] for row in found["results"]}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("more epochs than oxford_flowers_conditional",
         {"Generative-Oxford-102-Flower_v1", "Gnerative-CIFAR-10-GAN_v1"}),
        ("same epochs as cvae", {"Animals_afhq_ddpm_train"}),
        ("as many epochs as cvae", {"Animals_afhq_ddpm_train"}),
        ("batch size larger than vit_cifar10", {"Diffusion-Experiments_two_moons"}),
        ("VAEs on MNIST with more epochs than the CelebA VAE",
         {"Generative-MNIST_vae_cvae", "Generative-MNIST_latent_vae_then_diffusion"}),
        ("GANs newer than CycleGAN v2", {"CycleGAN_pix2pix_train"}),
    ],
)  # fmt: skip
def test_another_models_value_takes_the_place_of_a_number(
    indexed: Indexed, question: str, expected: set[str]
) -> None:
    found = asked(indexed, question)
    assert short(found) == expected
    assert any(note.startswith("Compared with ") for note in found["notes"])


def test_two_fields_and_the_usual_settings(indexed: Indexed) -> None:
    both = asked(indexed, "same dataset and batch size as ddpm_mnist")
    assert short(both) == {"Generative-MNIST_autoencoder_denoising_ae", "Generative-MNIST_vae_vae"}
    filters = asked(indexed, "same settings as ddpm_mnist")["filters"]
    named = {one["field"] for one in filters}
    assert {"optimizer", "learning_rate", "batch_size", "epochs"} <= named


def test_a_value_that_is_not_known_is_asked_back(indexed: Indexed) -> None:
    refused = indexed.run("query", "same learning rate as denoising_ae")
    assert refused.exit_code == 1 and "is not known" in str(refused.exception)


@pytest.mark.parametrize(
    ("question", "field", "has", "has_not"),
    [
        ("which datasets did I use in 2024 but not in 2025?", "dataset",
         {"USPS", "ECG5000"}, {"MNIST", "CIFAR-10"}),
        ("optimizers used by VAEs but not by GANs", "optimizer", {"NAdam"}, {"Adam", "AdamW"}),
        ("which techniques does flower v3 have that flower v2 hasn't?", "technique",
         {"EMA", "classifier-free guidance"}, {"skip connections"}),
        ("what does flower v3 use that flower v2 doesn't?", "technique", {"EMA"}, {"noise"}),
    ],
)  # fmt: skip
def test_what_one_side_has_and_the_other_has_not(
    indexed: Indexed, question: str, field: str, has: set[str], has_not: set[str]
) -> None:
    found = asked(indexed, question)
    one = next(part for part in found["answer"]["fields"] if part["field"] == field)
    values = {value["value"] for value in one["values"]}
    assert has <= values and not has_not & values
    assert any(note.startswith("Left out what the models") for note in found["notes"])


def test_a_side_that_is_not_understood_is_asked_back(indexed: Indexed) -> None:
    refused = indexed.run("query", "which datasets did I use in 2024 but not in zorbulation?")
    assert refused.exit_code == 1


@pytest.mark.parametrize("question", ["size less than 100", "more epochs than a hundred"])
def test_a_number_is_no_model(indexed: Indexed, question: str) -> None:
    found = indexed.run("query", question, "--format", "json", "--limit", "0")
    assert "Compared with" not in found.output


@pytest.mark.parametrize(
    "question",
    ["not the same optimizer as cvae", "a different optimizer than cvae",
     "models that do not have the same optimizer as cvae", "another optimizer than cvae",
     "different optimizer from cvae"],
)  # fmt: skip
def test_another_value_than_a_models_is_a_known_one(indexed: Indexed, question: str) -> None:
    found = short(asked(indexed, question))
    same, known = (
        short(asked(indexed, "AdamW models")),
        short(asked(indexed, "with a known optimizer")),
    )
    assert found == known - same
    assert "Generative-MNIST_vae_cvae" not in found


def test_one_difference_makes_settings_others(indexed: Indexed) -> None:
    found = short(asked(indexed, "not the same learning rate and epochs as cvae"))
    rate = short(asked(indexed, "a different learning rate than cvae"))
    epochs = short(asked(indexed, "different epochs from cvae"))
    assert found == rate | epochs and rate - epochs and epochs - rate


def test_a_number_may_be_a_part_of_the_other_models_name(tmp_path: Path) -> None:
    for number, rate in (("02", "0.1"), ("03", "0.1"), ("04", "0.01")):
        script = tmp_path / "course" / f"Homework {number}" / "training.py"
        script.parent.mkdir(parents=True)
        script.write_text(_TRAINING.format(rate=rate))
    course = index_folder(tmp_path / "course", tmp_path / "course.db")
    found = asked(course, "same learning rate as Homework 03")
    assert short(found) == {"Homework-02_training"}
    found = asked(course, "same learning rate as Homework 03 with 5 epochs")
    assert short(found) == {"Homework-02_training"}


_TRAINING = """\
from keras import Sequential, layers, optimizers
from keras.datasets import mnist

(images, labels), _ = mnist.load_data()
model = Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
model.compile(optimizers.SGD({rate}), "sparse_categorical_crossentropy")
model.fit(images, labels, epochs=5)
"""


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("no GANs except WGANs", "WGANs"),
        ("exclude all GANs but WGAN", "WGANs"),
        ("everything but GANs except WGAN and CycleGAN", "WGANs or CycleGANs"),
        ("models that are not GANs other than CycleGANs", "CycleGANs"),
        ("keine GANs außer WGANs", "WGANs"),
    ],
)
def test_what_a_denial_exempts_is_not_denied(indexed: Indexed, question: str, left: str) -> None:
    found = short(asked(indexed, question))
    assert found == short(asked(indexed, "not GANs")) | short(asked(indexed, left))
    assert short(asked(indexed, left)), left


def test_but_begins_another_wish_unless_all_of_a_kind_is_left_out(indexed: Indexed) -> None:
    assert short(asked(indexed, "no GANs but VAEs")) == short(
        asked(indexed, "VAEs that are no GANs")
    )
    assert short(asked(indexed, "GANs except WGANs")) == short(asked(indexed, "GANs")) - short(
        asked(indexed, "WGANs")
    )
