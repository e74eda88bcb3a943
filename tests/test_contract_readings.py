"""Operators, negators and numbers as people write them, and what each is read as."""

from __future__ import annotations

from datetime import date

import apsw
import pytest

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.query.state import describe


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # what denies the name before it
        ("GANs, MNIST left out", "(family = GAN and not dataset = MNIST)"),
        ("GANs with attention turned off", "(family = GAN and not technique = attention)"),
        ("GANs where attention was not used", "(family = GAN and not technique = attention)"),
        ("GANs; MNIST must be absent", "(family = GAN and not dataset = MNIST)"),
        ("GANs that ain't on MNIST", "(family = GAN and not dataset = MNIST)"),
        ("GANs that have yet to use attention", "(family = GAN and not technique = attention)"),
        ("epochhs above 16", "epochs > 16"),
        ("GANs that never saw CelebA", "(family = GAN and not dataset = CelebA)"),
        ("batch size either 64 or 512", "(batch_size = 64 or batch_size = 512)"),
        ("diffusion models that fall back to the CPU", "(family = Diffusion and hardware = CPU)"),
        # names in another language's sentence, and beside its script
        ("zeige alle Modelle ohne U-Net", "not family = U-Net"),
        ("不用Fashion-MNIST的模型", "not dataset = Fashion-MNIST"),
        ("batch size over 1 024", "batch_size > 1024"),
        # negators as people write them
        ("GANs w/o attention", "(family = GAN and not technique = attention)"),
        ("GANs excl. MNIST", "(family = GAN and not dataset = MNIST)"),
        ("VAEs outside MNIST", "(family = VAE and not dataset = MNIST)"),
        ("GANs, CelebA excluded", "(family = GAN and not dataset = CelebA)"),
        ("transformers, but none of the ViTs", "(family = Transformer and not family = ViT)"),
        ("models other then GANs", "not family = GAN"),
        ("batch_size not in (64, 128)", "(not batch_size = 64 and not batch_size = 128)"),
        # in other languages
        ("alle GANs außer denen auf MNIST", "(family = GAN and not dataset = MNIST)"),
        ("GANs ohne MNIST", "(family = GAN and not dataset = MNIST)"),
        ("VAEs nicht auf MNIST", "(family = VAE and not dataset = MNIST)"),
        ("GAN sauf CelebA", "(family = GAN and not dataset = CelebA)"),
        ("transformers sin PyTorch", "(family = Transformer and not framework = PyTorch)"),
        ("没有 attention 的 GAN", "(not technique = attention and family = GAN)"),
        ("学习率小于 0.0002", "learning_rate < 0.0002"),
        ("Modelle mit Batchgröße über 128", "batch_size > 128"),
        ("taille de lot supérieure à 128", "batch_size > 128"),
        ("modelos con más de 200 épocas", "epochs > 200"),
        # signs
        ("dataset != CelebA", "not dataset = CelebA"),
        ("dataset <> CelebA", "not dataset = CelebA"),
        ("dataset ≠ CelebA", "not dataset = CelebA"),
        ("family!=vae", "not family = VAE"),
        ("dataset:!=mnist", "not dataset = MNIST"),
        ("!dataset:mnist", "not dataset = MNIST"),
        ("dataset:mnist !gan", "(dataset = MNIST and not family = GAN)"),
        ("dataset:!=mnist,celeba", "not (dataset = MNIST or dataset = CelebA)"),
        # lists, nothing and chains
        ("batch_size IN (32, 64)", "(batch_size = 32 or batch_size = 64)"),
        ("dataset in (MNIST, CelebA)", "(dataset = MNIST or dataset = CelebA)"),
        ("family not in (GAN, VAE)", "not (family = GAN or family = VAE)"),
        ("epochs IS NULL", "not epochs known"),
        ("epochs is not null", "epochs known"),
        ("64 < batch size < 256", "(batch_size > 64 and batch_size < 256)"),
        ("20 < epochs", "epochs > 20"),
        # as other tools write fields
        ("params.batch_size > 128", "batch_size > 128"),
        (
            "config.lr = 0.001 and tags.dataset = MNIST",
            "(learning_rate = 0.001 and dataset = MNIST)",
        ),
        # numbers
        ("batch size thirty-two", "batch_size = 32"),
        ("batch size of two hundred and fifty-six", "batch_size = 256"),
        ("fewer than a dozen epochs", "epochs < 12"),
        ("lr one thousandth", "learning_rate = 0.001"),
        ("learning rate 0,0005", "learning_rate = 0.0005"),
        ("1 000 epochs", "epochs = 1000"),
        ("1'000 epochs", "epochs = 1000"),
        ("more than 1.000.000 parameters", "parameters > 1000000"),
        ("fewer then 12 epochs", "epochs < 12"),
        ("1.000 epochs", "epochs = 1000"),
        ("lr 2×10^-4", "learning_rate = 0.0002"),
        ("lr 0.5 x 10^-3", "learning_rate = 0.0005"),
        ("lr 2·10⁻⁴", "learning_rate = 0.0002"),
        ("batch size 2**7", "batch_size = 128"),
        ("more than 1/2 million parameters", "parameters > 500000"),
        ("fewer than a quarter million parameters", "parameters < 250000"),
        ("models with no more than 20 epochs", "epochs <= 20"),
        ("VAEs with no fewer than 20 epochs", "(family = VAE and epochs >= 20)"),
        ("models no longer than 20 epochs", "epochs <= 20"),
        ("batch size no bigger than 32", "batch_size <= 32"),
        ("GANs no longer on MNIST", "(family = GAN and not dataset = MNIST)"),
        ("VAEs no more with Adam", "(family = VAE and not optimizer = Adam)"),
        ("models where dropout is no longer used", "not technique = dropout"),
        (
            "Generative-Fashion-MNIST but no GAN",
            "(path contains Generative-Fashion-MNIST/ and not family = GAN)",
        ),
        ("modles without attenton on CelebA", "(not technique = attention and dataset = CelebA)"),
        ("epochs > 1,5 hundred", "epochs > 150"),
        ("parameters = 1,5 Mio", "parameters = 1500000"),
        ("lr:0,001", "learning_rate = 0.001"),
        ("batch_size:32,64", "(batch_size = 32 or batch_size = 64)"),
        ("MNIST以外のモデル", "not dataset = MNIST"),
        ("除了MNIST以外的模型", "not dataset = MNIST"),
        ("dropoutなしのモデル", "not technique = dropout"),
        ("MNISTで学習したモデル", "dataset = MNIST"),
    ],
)
def test_operators_negators_and_numbers_as_people_write_them(
    database: apsw.Connection, question: str, expected: str
) -> None:
    parsed = parse(question, Lexicon(database), today=date(2025, 6, 15))
    assert (describe(parsed.where) if parsed.where is not None else "") == expected
