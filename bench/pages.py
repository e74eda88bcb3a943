"""What each kind of page of the local server costs: processor time of the server, and waiting.

    python -m bench.pages DATABASE [--rounds 5] [--alone] [--prepared] [--only PATTERN]

Every page is asked for once (printed as *first*: nothing that this page keeps is there yet), then
``--rounds`` times more; of these the medians are printed. With ``--prepared`` the first page is
asked for when the server has made ahead what it makes while nobody asks; what that took is printed.
Processor time is that of all threads of the server, as the kernel counts it. With ``--alone`` the
server runs by a scheduler that lets nothing else interrupt it (``chrt -f``, which needs the right
to do so); then the time that passes says what a reader waits for on a quiet machine.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.page import enter, get, serving
from modelsearch.vocabulary.fields import FIELDS

_RESTING_S, _RESTING_MS = 3.0, 10.0  #: a server that spends less in this time has nothing to do

#: Kinds of questions that a reader asks, each with one of its kind.
QUESTIONS = {
    "one family": "diffusion models",
    "one bound": "batch size over 64",
    "two filters": "models with Adam and attention",
    "a short name": "LSTM",
    "framework and date": "Keras since March 2022",
    "a month": "models created in March 2022",
    "a negation": "models that are not transformers",
    "either of two": "GAN or VAE on MNIST or CelebA",
    "three filters": "PyTorch transformer on SQuAD with AdamW",
    "words": "flowers from noise",
    "common words": "base finetuned classification text",
    "a filter and words": "BERT question answering",
    "a misspelling": "difusion modells on CIFAR10",
    "a name": "bert-base-uncased",
    "words in paths": "models in src/train",
    "a part of an id": "model:bert",
    "a phrase": 'text:"cross entropy"',
    "a narrowed facet": "family:GAN framework:PyTorch",
    "most of a field": "which model trained for the most epochs?",
    "newest": "the latest model",
    "how many": "how many models use Adam",
    "count by data set": "how many models per dataset",
    "count by month": "how many models per month",
    "average by group": "average learning rate by optimizer",
    "average by family": "average parameters by family",
    "an average": "average batch size",
    "values": "which datasets did I use with BERT",
    "values of all": "which optimizers did I use",
    "a tag": "tag:baseline",
    "a note": "models that I noted as broken",
    "with runs": "models with more than 3 runs",
    "failed runs": "failed runs",
    "best accuracy": "best accuracy on MNIST",
    "pictures": "images of diffusion models from epoch 20",
    "similar": "models like {one}",
    "two compared": "compare {one} and {other}",
    "groups compared": "compare diffusion models and GANs",
    "nothing found": "batch size over 1000000",
    "no such words": "zzqqx wwvvk",
}


def main() -> None:
    """Serve the database, ask for every page, print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("db", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--prepared", action="store_true")
    parser.add_argument("--only", default="", help="A pattern that names of pages match.")
    given = parser.parse_args()
    before = ("chrt", "-f", "20") if given.alone else ()
    print(f"{'ms':<36}{'first':>8}{'first, waiting':>16}{'processor':>11}{'waiting':>9}")
    with serving(given.db, *before) as (process, host, entrance):
        cookie = enter(host, entrance)
        get(host, f"/?q={quote('what a first question imports')}", cookie)
        if given.prepared:
            print(f"{'made ahead':<36}{_prepared(process):8.0f}", flush=True)
        for name, path in pages(host, cookie):
            if re.search(given.only, name):
                measured = [_once(process, host, path, cookie) for _ in range(given.rounds + 1)]
                first, later = measured[0], measured[1:] or measured
                spent, waited = (statistics.median(times) for times in zip(*later, strict=True))
                print(f"{name:<36}{first[0]:8.0f}{first[1]:16.0f}{spent:11.0f}{waited:9.0f}",
                      flush=True)  # fmt: skip


def pages(host: str, cookie: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of each page."""
    yield "all models", "/"
    first = get(host, "/", cookie)[1]
    models = list(dict.fromkeys(re.findall(r'/model\?id=([^"&]+)', first)))
    recorded = re.findall(r'/model\?id=([^"&]+)', get(host, "/runs", cookie)[1])
    pictured = re.findall(r'/model\?id=([^"&]+)', get(host, "/pictures", cookie)[1])
    yield "all models, second page", "/?page=2"
    yield "all models, page 200", "/?page=200"
    for field in FIELDS:
        if field.kind in ("number", "date", "count", "term"):
            yield f"all models by {field.name}", f"/?sort={field.name}:desc"
    for name, question in QUESTIONS.items():
        asked = question.format(one=models[0], other=models[1])
        yield name, f"/?{urlencode({'q': asked})}"
    yield "a family, second page", f"/?q={quote('diffusion models')}&page=2"
    yield "a family, by learning rate", f"/?q={quote('diffusion models')}&sort=learning_rate:asc"
    yield "words, second page", f"/?q={quote('flowers from noise')}&page=2"
    yield "many columns", "/?" + "&".join(f"column={one.name}" for one in FIELDS[:24])
    yield "a model", f"/model?id={models[0]}"
    for found, name in ((recorded, "runs"), (pictured, "pictures")):
        if found:
            yield f"a model with {name}", f"/model?id={found[0]}"
            yield f"{name} of a model", f"/{name}?id={found[0]}"
    yield "all runs", "/runs"
    yield "all runs, page 20", "/runs?page=20"
    yield "all pictures", "/pictures"
    yield "all pictures, page 50", "/pictures?page=50"
    yield "two models compared", "/compare?" + "&".join(f"id={one}" for one in models[:2])
    yield "twenty models compared", "/compare?" + "&".join(f"id={one}" for one in models[:20])
    yield "remarks", "/remarks"


def _prepared(process: int) -> float:
    """Wait until the server rests; return milliseconds of its processor time until then."""
    began = before = _spent(process)
    while True:
        time.sleep(_RESTING_S)
        now = _spent(process)
        if now - before < _RESTING_MS:
            return now - began
        before = now


def _once(process: int, host: str, path: str, cookie: str) -> tuple[float, float]:
    """Return milliseconds of the server's processor time and of waiting."""
    before, began = _spent(process), time.perf_counter()
    status, text = get(host, path, cookie)
    waited = (time.perf_counter() - began) * 1000
    if status != 200 or "</html>" not in text:
        raise SystemExit(f"{status} {path}: {text[:200]!r}")
    return _spent(process) - before, waited


def _spent(process: int) -> float:
    """Return milliseconds of processor time of all threads of a process."""
    files = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


if __name__ == "__main__":
    main()
