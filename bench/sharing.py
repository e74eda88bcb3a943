"""Do the exports of several people, merged, answer as one catalogue of all their folders would?

``python -m bench.sharing FOLDER FOLDER …`` indexes each folder as a person of their own would,
exports it without paths and without code (``--code kept``: with it; ``--code words``: with the
words of its identifiers alone), merges the exports and asks fifty questions of the merged file and
of one that was indexed over all folders. It prints each
question whose models, order, counts or values differ, and what words of the folders' paths and of
the user's name stand in the bytes of the merged file. Without code its words rank nothing, so
questions of free words may order models otherwise.
"""

from __future__ import annotations

import argparse
import getpass
import tempfile
from pathlib import Path

import modelsearch
from modelsearch.answer.shapes import Count, Values
from modelsearch.index.sharing.export import ExportOptions, export
from modelsearch.index.sharing.merge import merge
from modelsearch.store.sessions import reading, writing

QUESTIONS = """
GAN models
models trained on MNIST
how many models per dataset
which optimizers did I use
average learning rate by optimizer
LSTM models
models with attention
transformers trained on text
batch size over 64
lr below 1e-3
models with Adam and more than 50 epochs
not PyTorch
Keras models with dropout
models without attention
the models with the most epochs
largest batch size
smallest learning rate
CNNs on CIFAR-10
what data sets were used with GANs
how many models use RMSprop
models on IMDB
word embeddings
text generation with LSTM
image classification
super resolution
style transfer between two domains
translate sentences
predict the next word
time series forecasting of temperature
autoencoders
conditional GANs
Wasserstein GAN
models with batch normalisation
framework:keras epochs:>=10
optimizer:adam lr:<=0.001
models with a learning rate of 0.0002
pix2pix
cyclegan
which models use cross entropy
pretrained networks
models with more than one training stage
count models by framework
count models by family
number of epochs for each dataset
bidirectional recurrent networks
semi-supervised learning
latent size over 50
image size 64
models similar to implementations_dcgan_dcgan
which models have no optimizer
""".strip().splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--code", choices=("kept", "words", "none"), default="none")
    given = parser.parse_args()
    folders = given.folders
    with tempfile.TemporaryDirectory(prefix="modelsearch-sharing-") as place:
        merged, common = _files(folders, Path(place), given.code)
        differing = _differing(merged, common)
        for line in differing:
            print(line)
        print(f"{len(QUESTIONS)} questions, {len(QUESTIONS) - len(differing)} answered alike")
        print(f"words found in the bytes: {_words_in(merged, folders) or 'none'}")


def _files(folders: list[Path], place: Path, code: str) -> tuple[Path, Path]:
    common, merged = place / "common.db", place / "lab.db"
    parts = []
    for number, folder in enumerate(folders):
        own, part = place / f"own{number}.db", place / f"part{number}.db"
        modelsearch.index_folders(folder, own)
        wanted = ExportOptions(paths=False, code=code == "kept", code_words=code == "words")
        with reading(own) as connection:
            export(connection, part, wanted)
        parts.append((f"person{number}", part))
    modelsearch.index_folders(folders, common)
    with writing(merged) as target:
        sources = [(owner, modelsearch.open(part)) for owner, part in parts]
        merge(target, [(owner, catalogue._connection) for owner, catalogue in sources])
        for _, catalogue in sources:
            catalogue.close()
    return merged, common


def _differing(merged: Path, common: Path) -> list[str]:
    lines = []
    with modelsearch.open(merged) as one, modelsearch.open(common) as other:
        for question in QUESTIONS:
            here, there = _answer(one, question), _answer(other, question)
            if here != there:
                kind = "order" if set(here) == set(there) else "models"
                lines.append(f"{question}: other {kind}; merged {here[:6]}; common {there[:6]}")
    return lines


def _answer(catalogue: modelsearch.Catalogue, question: str) -> list[str]:
    """Return what an answer says, without what differs by design: ids and whole paths of roots."""
    found = catalogue.query(question, limit=0)
    rows = [f"{_last(row.root)}/{row.path}" for row in found.results]
    counted = [repr(found.answer)] if isinstance(found.answer, Count | Values) else []
    return rows + counted + [str(found.total)]


def _last(root: str) -> str:
    return root.rpartition(":")[2].rstrip("/").rpartition("/")[2]


def _words_in(file: Path, folders: list[Path]) -> list[str]:
    words = {str(folder.resolve().parent) for folder in folders} | {getpass.getuser(), "/home/"}
    data = file.read_bytes()
    return sorted(word for word in words if len(word) > 4 and word.encode() in data)


if __name__ == "__main__":
    main()
