"""Kinds of questions that were once read the wrong way round, too widely or with no word of it."""

from __future__ import annotations

import itertools
from datetime import date

import apsw
import pytest

from bench.questions import sweep
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.query.state import describe
from modelsearch.records.errors import UnreadError
from modelsearch.records.question import ParsedQuery
from tests.conftest import Indexed

TODAY = date(2025, 6, 15)


def read(database: apsw.Connection, question: str) -> ParsedQuery:
    return parse(question, Lexicon(database), today=TODAY)


def conditions(parsed: ParsedQuery) -> str:
    return describe(parsed.where) if parsed.where is not None else ""


@pytest.mark.parametrize("kind", sweep.KINDS)
def test_a_sweep_over_all_slips_is_never_misread(database: apsw.Connection, kind: str) -> None:
    asked = itertools.islice(sweep.KINDS[kind](0), 97, None, 997)
    ends, wrong = sweep.ask(Lexicon(database), asked)
    assert not wrong and sum(ends.values()) > 10


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("GANs or quantum but not MNIST", "(family = GAN and not dataset = MNIST)"),
        ("GANs or quantum, not MNIST", "(family = GAN and not dataset = MNIST)"),
        ("GANs or quantum without MNIST", "(family = GAN and not dataset = MNIST)"),
        ("GANs or quantum models on MNIST", "(family = GAN and dataset = MNIST)"),
        ("GANs or quantum. not MNIST", "(family = GAN and not dataset = MNIST)"),
        ("either GANs or robots but not on MNIST", "(family = GAN and not dataset = MNIST)"),
        ("no GANs or quantum with Adam", "(not family = GAN and optimizer = Adam)"),
        ("GANs or quantum or VAEs on MNIST",
         "((family = GAN or family = VAE) and dataset = MNIST)"),
        ("GANs or quantum VAEs", "(family = GAN or family = VAE)"),
        ("GANs oder Quanten, aber nicht MNIST", "(family = GAN and not dataset = MNIST)"),
        ("les GAN ou quantique mais pas MNIST", "(family = GAN and not dataset = MNIST)"),
        ("todos los GAN o cuánticos pero no MNIST", "(family = GAN and not dataset = MNIST)"),
        ("GANs or VAEs but not on MNIST",
         "((family = GAN or family = VAE) and not dataset = MNIST)"),
        ("GANs or trained on MNIST", "(family = GAN or dataset = MNIST)"),
        ("nicht GANs sondern VAEs", "(not family = GAN and family = VAE)"),
    ],
)  # fmt: skip
def test_an_or_whose_alternative_was_not_read_joins_nothing_behind_it(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("wie lange wurde vae_cvae trainiert?", ["epochs"]),
        ("combien de temps vae_cvae a été entraîné ?", ["epochs"]),
        ("wie groß ist vae_cvae?", ["size"]),
        ("wann wurde vae_cvae trainiert?", ["created"]),
        ("how long was vae_cvae trained?", ["epochs"]),
        ("how large is the batch size of vae_cvae?", ["batch_size"]),
        ("womit wurde vae_cvae trainiert?", []),
        ("worauf wurde vae_cvae trainiert?", []),
    ],
)
def test_what_asks_for_a_value_in_other_languages(
    database: apsw.Connection, question: str, asked: list[str]
) -> None:
    parsed = read(database, question)
    assert (parsed.intent, list(parsed.asked)) == ("details", asked)
    assert parsed.references == ["Generative-MNIST_vae_cvae"] and not parsed.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Modelle mit AdmW", "optimizer = AdamW"),
        ("not AdaW", "not optimizer = AdamW"),
        ("models with RAdm", "optimizer = RAdam"),
        ("IoT models", ""),
        ("admw", ""),
    ],
)
def test_a_short_name_that_lost_a_letter(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("created before the cvae", "created in  .. 2025-04-22"),
        ("models made after the cvae", "created in 2025-04-23 .. "),
        ("newer than the cvae", "created in 2025-04-23 .. "),
    ],
)
def test_before_and_after_a_model(database: apsw.Connection, question: str, expected: str) -> None:
    model = "not model = Generative-MNIST_vae_cvae"
    assert conditions(read(database, question)) == f"({expected} and {model})"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("older than the ppo", r"'ppo' fits several models \(GamePlay_cartpole_ppo, Game"),
        ("larger than the cvae", "it is not clear what 'larger than' compares"),
        ("models more accurate than the cvae", "more epochs than cvae"),
    ],
)
def test_what_a_comparison_lacks_is_said(
    database: apsw.Connection, question: str, said: str
) -> None:
    with pytest.raises(UnreadError, match=said):
        read(database, question)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("smallest by parameters", "the number of parameters is not known of 46 other models"),
        ("the largest GAN by parameters", "the number of parameters is not known of 4 other"),
        ("which model has the highest accuracy?", "no accuracy is known of 67 other models"),
        ("lowest val loss", "no validation loss is known of 74 other models"),
        ("val loss under 1", "no validation loss is known of 74 other models"),
    ],
)
def test_of_how_many_what_a_superlative_measures_is_unknown(
    indexed: Indexed, question: str, said: str
) -> None:
    assert any(note.startswith(said) for note in indexed.json("query", question)["notes"])


@pytest.mark.parametrize("question", ["newest GAN", "highest F1", "models sorted by accuracy"])
def test_nothing_is_unknown_where_nothing_is_left_out(indexed: Indexed, question: str) -> None:
    assert not any(
        "left out" in n and "known" in n for n in indexed.json("query", question)["notes"]
    )


@pytest.mark.parametrize(
    "question",
    [
        # a slip of a negator that is a name which no model here has
        "which of my experiments are resides about TensorFlow",
        "the newest model snns using CelebA",
        "scripts nice with MNIST",
        "which optimizers did I use minis on CUDA",
        # one that is another word, which says nothing where it stands
        "hot RMSprop please",
        "everything in the catalogue mot the transformer ones",
        "notebooks, fever those with LSTM, please",
        "show me what I built newer diffusion",
        "lever AdamW please",
        "which optimizers did I use mines on TensorFlow",
        "zeige alle Modelle wie horse2zebra",
        # one that a space tears into words which say something else
        "tous les modèles ja mais JAX",
        "models which are excl udes about attention",
    ],
)
def test_what_may_turn_a_condition_is_asked_back(database: apsw.Connection, question: str) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


@pytest.mark.parametrize(
    "question", ["one-hot MNIST", "LSTM for fever prediction", "mini on CUDA", "car GANs"]
)
def test_words_of_a_subject_are_not_taken_for_slips(
    database: apsw.Connection, question: str
) -> None:
    assert read(database, question).where is not None


NO_ATTENTION = "(family = GAN and not technique = attention)"
NO_MNIST = "(family = GAN and not dataset = MNIST)"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # short forms and signs
        ("GANs w/out attention", NO_ATTENTION),
        ("GANs wo/ attention", NO_ATTENTION),
        ("GANs w.o. attention", NO_ATTENTION),
        ("GANs w\\o attention", NO_ATTENTION),
        ("GANs with/out attention", NO_ATTENTION),
        ("GANs 'cept attention", NO_ATTENTION),
        ("GANs s/ attention", NO_ATTENTION),
        ("GANs ❌ attention", NO_ATTENTION),
        ("GANs (-attention)", NO_ATTENTION),
        ("GANs attention: none", NO_ATTENTION),
        ("GANs attention: 0", NO_ATTENTION),
        ("GANs attention=none", NO_ATTENTION),
        ("GANs w/ attention", "(family = GAN and technique = attention)"),
        # what is denied: the models, or what they have
        ("GANs free from attention", NO_ATTENTION),
        ("GANs free of attention", NO_ATTENTION),
        ("GANs, frei von attention", NO_ATTENTION),
        ("GANs missing from MNIST", NO_MNIST),
        ("GANs removed from MNIST", NO_MNIST),
        ("GANs left out of MNIST", NO_MNIST),
        ("GANs not used on MNIST", NO_MNIST),
        ("GANs not available for MNIST", NO_MNIST),
        ("GANs not used with Adam", "(family = GAN and not optimizer = Adam)"),
        ("GANs excepted with batch size 64", "(not family = GAN and batch_size = 64)"),
        ("VAEs ausgenommen with Adam", "(not family = VAE and optimizer = Adam)"),
        ("all models, GANs left out with Adam", "(not family = GAN and optimizer = Adam)"),
        ("GANs turned off with Adam", "(not family = GAN and optimizer = Adam)"),
        ("all models, GANs aside with Adam", "(not family = GAN and optimizer = Adam)"),
        ("all models, GANs omitted with Adam", "(not family = GAN and optimizer = Adam)"),
        ("attention not used on MNIST", "(not technique = attention and dataset = MNIST)"),
        ("models with attention turned off on MNIST",
         "(not technique = attention and dataset = MNIST)"),
        # what denies all else
        ("nothing but GANs", "family = GAN"),
        ("nothing other than GANs", "family = GAN"),
        ("nothing except GANs", "family = GAN"),
        ("no models other than GANs", "family = GAN"),
        ("nichts außer GANs", "family = GAN"),
        # numbers
        ("batch size isnt 64", "not batch_size = 64"),
        ("batch size ain't 64", "not batch_size = 64"),
        # an "or" that is none
        ("GANs src/attention", "(family = GAN and technique = attention)"),
        ("GANs or quantum (not MNIST)", NO_MNIST),
    ],
)  # fmt: skip
def test_denials_as_people_shorten_and_turn_them(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        # letters and signs that may deny
        "GANs o. attention", "GANs u/o attention", "GANs ex. MNIST", "GANs ! attention",
        "GANs attention ❌", "GANs attention (no)", "GANs attention (none)", "GANs attention nope",
        # both sides, or not all
        "GANs with or without attention", "GANs whether or not on MNIST",
        "GANs mit oder ohne attention", "GANs avec ou sans attention", "not all GANs",
        "nicht alle GANs", "不是所有GAN",
        # a participle that denies what follows, or what stands before
        "GANs missing on MNIST", "GANs unused on MNIST",
    ],
)  # fmt: skip
def test_what_denies_in_a_way_that_is_not_sure_is_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


@pytest.mark.parametrize(
    "question",
    ["GANs e.g. on MNIST", "Hi. GANs on MNIST", "GANs incl. MNIST", "Hello! GANs, MNIST"],
)
def test_everyday_abbreviations_deny_nothing(database: apsw.Connection, question: str) -> None:
    assert conditions(read(database, question)) == "(family = GAN and dataset = MNIST)"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("batch size below 32 or above 128", "(batch_size < 32 or batch_size > 128)"),
        ("fewer than 10 or more than 100 epochs", "(epochs < 10 or epochs > 100)"),
        ("batch size unter 32 oder über 128", "(batch_size < 32 or batch_size > 128)"),
        ("more than 50 but fewer than 150 epochs", "(epochs > 50 and epochs < 150)"),
        ("batch size under 32 or over 128 epochs", "(batch_size < 32 or epochs > 128)"),
        ("50 epochs at the very most", "epochs <= 50"),
        ("at the least 50 epochs", "epochs >= 50"),
        ("batch size greater or equal to 64", "batch_size >= 64"),
        ("batch size less or equal 64", "batch_size <= 64"),
        ("batch size nicht mehr als 64", "batch_size <= 64"),
        ("welche Skripte habe ich länger als 100 Epochen trainiert?", "epochs > 100"),
        ("MNIST以外のスクリプト", "not dataset = MNIST"),
        ("Batchgröße nicht kleiner als 64", "batch_size >= 64"),
        ("batch size 64以上", "batch_size >= 64"),
        ("only 64 epochs", "epochs = 64"),
        ("GANs with 2 or 3 layers", "(family = GAN and (layers = 3 or layers = 2))"),
        ("MNIST with 20 or 30 epochs", "(dataset = MNIST and (epochs = 30 or epochs = 20))"),
        ("batch size 64 and 2 GPUs", "(batch_size = 64 and hardware = CUDA)"),
        ("batch size 64 and 3 layers", "(batch_size = 64 and layers = 3)"),
        ("parameters over 5 lakh", "parameters > 500000"),
    ],
)
def test_bounds_as_people_write_them(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "lr 1e-3/10", "lr 0'001", "lr of 1 in 1000", "lr of one in a thousand", "lr 3 x 1e-4",
        "lr 1e-3 to 1e-4", "accuracy over nine out of ten", "epochs over two-hundred",
        "parameters over one and a half million",
        "half of 100 epochs", "most of 100 epochs", "half as many epochs as cvae",
        "batch size short of 64", "batch size not below 32 or above 128",
        "batch size over 64 and more than 12 zorps", "batch size not limited to 64",
        "GANs not limited to MNIST",
    ],
)  # fmt: skip
def test_a_number_that_a_word_changes_is_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("optimizer=not Adam", "not optimizer = Adam"),
        ("models without accuracy", "not accuracy known"),
        ("GANs with no FID or accuracy",
         "(family = GAN and not FID known and not accuracy known)"),
        ("no accuracy over 0.9", "not accuracy > 0.9"),
        ("accuracy unknown", "not accuracy known"),
        ("models on MNIST but not CelebA or Adam",
         "(dataset = MNIST and not dataset = CelebA and not optimizer = Adam)"),
        ("optimizer:-Adam", "not optimizer = Adam"),
        ("optimizer:-adam,sgd", "not (optimizer = Adam or optimizer = SGD)"),
        ("leave GANs out", "not family = GAN"),
        ("throw the GANs away", "not family = GAN"),
        ("lass GANs weg", "not family = GAN"),
        ("VAEs, GANs aside", "(family = VAE and not family = GAN)"),
        ("GANs aside, VAEs on MNIST", "(not family = GAN and family = VAE and dataset = MNIST)"),
        ("GANs excluded, VAEs on MNIST",
         "(not family = GAN and family = VAE and dataset = MNIST)"),
        ("attention-free and dropout-free GANs",
         "(not technique = attention and not technique = dropout and family = GAN)"),
    ],
)  # fmt: skip
def test_what_a_word_behind_a_name_or_a_sign_before_it_denies(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "models with no optimizer other than Adam", "no dataset except MNIST",
        "models not using both attention and dropout", "GANs unchanged since March 2025",
        "GANs and VAEs excluded", "models with attention and dropout turned off",
        "attention- and dropout-free GANs", "GANs or VAEs excluded",
        "models on MNIST whose optimizer differs from Adam",
    ],
)  # fmt: skip
def test_which_of_two_names_is_denied_is_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


def test_models_that_differ_are_compared(database: apsw.Connection) -> None:
    assert read(database, "how does flower_v2 differ from flower_v1").intent == "compare"


@pytest.mark.parametrize(
    "question",
    [
        "모델 GAN 제외", "GAN 아닌 모델", "MNISTで学習していないモデル", "MNIST不算",
        "النماذج بدون GAN",
        "GAN olmadan", "modeller uden GAN", "modeller uten GAN", "mallit ilman GAN", "GANs nélkül",
        "модели не GAN", "χωρίς GAN",
    ],
)  # fmt: skip
def test_denials_in_languages_that_are_not_read_are_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("GANじゃないモデル", "not family = GAN"),
        ("MNISTを含まないモデル", "not dataset = MNIST"),
        ("不包括GAN的模型", "not family = GAN"),
        ("不要GAN", "not family = GAN"),
        ("除GAN外的模型", "not family = GAN"),
        ("无监督GAN", "family = GAN"),
        ("非常大的GAN", "family = GAN"),
    ],
)
def test_denials_in_chinese_and_japanese(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


CVAE = "not model = Generative-MNIST_vae_cvae"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("models similar to cvae but not on MNIST", "not dataset = MNIST"),
        ("models similar to cvae on MNIST", "dataset = MNIST"),
        ("more epochs than cvae but not on MNIST",
         f"(epochs > 60 and {CVAE} and not dataset = MNIST)"),
        ("more epochs than cvae on MNIST", f"(epochs > 60 and {CVAE} and dataset = MNIST)"),
        ("same optimizer as cvae without MNIST",
         f"(optimizer = AdamW and {CVAE} and not dataset = MNIST)"),
        ("GANs created after cvae but not with Adam",
         f"(family = GAN and created in 2025-04-23 ..  and {CVAE} and not optimizer = Adam)"),
    ],
)  # fmt: skip
def test_a_condition_behind_the_name_of_a_model_is_no_part_of_it(
    database: apsw.Connection, question: str, expected: str
) -> None:
    assert conditions(read(database, question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "show all but the newest GAN", "all but the last 3 GANs", "not the newest GAN",
        "all except the GAN with the most epochs",
    ],
)  # fmt: skip
def test_a_superlative_that_is_left_out_is_asked_back(
    database: apsw.Connection, question: str
) -> None:
    with pytest.raises(UnreadError):
        read(database, question)


def test_a_superlative_beside_a_denial_is_read(database: apsw.Connection) -> None:
    parsed = read(database, "GANs not on MNIST with the most epochs")
    assert conditions(parsed) == NO_MNIST and parsed.sort is not None
