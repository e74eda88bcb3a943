"""Random questions: no exception, none slow, and the same answer when asked twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import apsw

from bench.attack.folder import index_folder, write_models
from modelsearch.answer.answers import QueryOptions, answer
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.wordlists import word_tuple
from modelsearch.store.sessions import asking, reading

WORDS = [
    *word_tuple("""
        models diffusion adam sgd cnn batch size over 64 learning rate below 1e-3
        not without except trained on MNIST CIFAR-10 in March 2025 since last week
        between and or latest largest how many compare with images of epoch 100
        which average by dataset lr:<1e-3 created:2025-03 family:unet
        -framework:tensorflow "quoted words" ' " ( ) * : ; -- /* % _ NEAR AND OR NOT
        ^ {a} 😀 é ñ 漢字 9999999999999999999999 1e400 -0 0x10 .5 5. 50% 2/30/2025 NULL
    """),
    "\\", "\u202e", "\x00", "�", "\n", "\t", "",
]  # fmt: skip
_SLOW = 2.0


def questions(place: Path, tries: int, seed: int) -> Iterator[str]:
    """Ask many questions; yield figures and faults."""
    dice = random.Random(seed)
    db = place / "lab.db"
    index_folder(write_models(place / "models", 12), db)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with reading(db) as connection:
        for _ in range(tries):
            question = asked(dice)
            started = time.thread_time()
            first = _asked_once(connection, db, question)
            took = time.thread_time() - started
            slowest = max(slowest, took)
            if took > _SLOW:
                outcomes[f"FAULT: slow: {question!r:.200}"] += 1
            if _asked_once(connection, db, question) != first:
                outcomes[f"FAULT: another answer: {question!r:.200}"] += 1
            outcomes["answered" if first.startswith("Answer") else first[:200]] += 1
    yield f"{tries} questions, each asked twice, slowest {slowest:.2f} s"
    for what, count in outcomes.most_common():
        yield f"{count} {what}"


def _asked_once(connection: apsw.Connection, db: Path, question: str) -> str:
    """Ask a question; return all that was answered, or how it failed, as text."""
    try:
        with asking(connection, db):
            return f"Answer: {answer(connection, question, QueryOptions(encoder='none'))!r}"
    except ModelsearchError:
        return "in one line"
    except Exception as error:
        return f"FAULT: {error!r:.150}: {question!r:.200}"


def asked(dice: random.Random) -> str:
    """Make a question of words, marks and noise."""
    words = [dice.choice(WORDS) for _ in range(dice.choice((1, 3, 8, 8, 20)))]
    if dice.random() < 0.2:
        words.append("".join(chr(dice.randrange(0x110000)) for _ in range(dice.randrange(12))))
    return dice.choice((" ", " ", "", ",")).join(words)
