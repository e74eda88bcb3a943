"""Questions that set models against another one: the same as, more than, has and has not."""

import pytest

from tests.conftest import Indexed


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
