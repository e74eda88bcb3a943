"""Random questions: no exception, none slow, and the same answer when asked twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.attack.folder import index_folder, write_models
from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.records.errors import ModelsearchError
from modelsearch.store.sessions import asking, reading

WORDS = [
    "models",
    "diffusion",
    "adam",
    "sgd",
    "cnn",
    "batch",
    "size",
    "over",
    "64",
    "learning",
    "rate",
    "below",
    "1e-3",
    "not",
    "without",
    "except\n",
    "",
    "",
    "",
    "trained",
    "on",
    "MNIST",
    "CIFAR-10",
    "in",
    "March",
    "2025",
    "since",
    "last",
    "week",
    "between",
    "and",
    "or",
    "latest",
    "largest",
    "how",
    "many\n",
    "",
    "",
    "",
    "compare",
    "with",
    "images",
    "of",
    "epoch",
    "100",
    "which",
    "average",
    "by",
    "dataset",
    "lr:<1e-3",
    "created:2025-03",
    "family:unet\n",
    "",
    "",
    "",
    "-framework:tensorflow",
    '"quoted',
    'words"',
    "'",
    '"',
    "(",
    ")",
    "*",
    ":",
    ";",
    "--",
    "/*",
    "\\",
    "%",
    "_",
    "NEAR",
    "AND",
    "OR",
    "NOT",
    "^",
    "{a}",
    "😀",
    "é",
    "ñ",
    "漢字\n",
    "",
    "",
    "",
    "\u202e",
    "\x00",
    "�",
    "\n",
    "\t",
    "9999999999999999999999",
    "1e400",
    "-0",
    "0x10",
    ".5",
    "5.",
    "50%",
    "2/30/2025",
    "NULL",
]
_SLOW = 2.0


def questions(place: Path, tries: int, seed: int) -> Iterator[str]:
    """Ask many questions; yield figures and faults."""
    dice = random.Random(seed)
    db = place / "lab.db"
    index_folder(write_models(place / "models", 12), db)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with reading(db) as connection:
        for attempt in range(tries):
            question = asked(dice)
            started = time.thread_time()
            try:
                with asking(connection, db):
                    first = answer(connection, question, QueryOptions(encoder="none"))
                    twice = attempt % 10 == 0
                    if twice and repr(first.results) != repr(
                        answer(connection, question, QueryOptions(encoder="none")).results
                    ):
                        outcomes["FAULT: another answer"] += 1
            except ModelsearchError:
                outcomes["of these in one line"] += 1
            except Exception as error:
                outcomes[f"FAULT: {error!r:.150}"] += 1
            took = time.thread_time() - started
            slowest = max(slowest, took)
            outcomes["FAULT: slow" if took > _SLOW else "answered"] += 1
    yield f"{tries} questions, slowest {slowest:.2f} s"
    for what, count in outcomes.most_common():
        yield f"{count} {what}"


def asked(dice: random.Random) -> str:
    """Make a question of words, marks and noise."""
    words = [dice.choice(WORDS) for _ in range(dice.choice((1, 3, 8, 8, 20)))]
    if dice.random() < 0.2:
        words.append("".join(chr(dice.randrange(0x110000)) for _ in range(dice.randrange(12))))
    return dice.choice((" ", " ", "", ",")).join(words)
