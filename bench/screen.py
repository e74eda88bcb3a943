"""Return whether answers fit the screen: 40 questions at three widths, over the fixtures and more.

    python -m bench.screen fixtures.db [more.db …]

Of each answer: does the first line answer, how many lines is it high, is a line wider than the
terminal, is every word with a digit whole (it stands in the answer of unbounded width, unless it is
marked as shortened), and is the field that was asked for shown.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from pathlib import Path

from typer.testing import CliRunner

from modelsearch.cli import app

WIDTHS = (80, 100, 140)
UNBOUNDED = 4000

#: A question, and what its answer must show beside the first line (a title, a word), if anything.
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("accuracy over 85%", "accuracy"),
    ("best accuracy on CIFAR-10", "accuracy"),
    ("which GANs have more than 100 epochs?", "epochs"),
    ("diffusion models trained on flowers", "dataset"),
    ("models with batch size over 128", "batch"),
    ("learning rate below 1e-4", "lr|learning rate"),
    ("models created in March 2025", "created"),
    ("modified since May 2025", "modified"),
    ("models with the most epochs", "epochs"),
    ("the 5 largest models", "parameters|size"),
    ("models by number of parameters", "parameters"),
    ("U-Nets with attention", "techniques"),
    ("models in JAX", "framework"),
    ("models not in PyTorch", "framework"),
    ("which models run on Apple Silicon?", "hardware"),
    ("models with Adam and weight decay", "optimizer"),
    ("LSTMs on text", "families"),
    ("models with cross-entropy", "loss"),
    ("models with 10 classes", "classes"),
    ("images of 64 pixels", ""),
    ("latent size 128", "latent size"),
    ("what learning rate does flower_v2 use?", "learning rate"),
    ("how many epochs does CycleGAN_v1_train run?", "epochs"),
    ("which optimizer does flower_v1 use", "optimizer"),
    ("which optimizers did I use on CIFAR-10?", "Optimizer"),
    ("which datasets did I use", "dataset"),
    ("average learning rate by optimizer", "optimizer"),
    ("how many models per framework", "framework"),
    ("how many GANs", ""),
    ("how many models use dropout?", ""),
    ("compare flower_v1 and flower_v2", "Batch size"),
    ("compare the diffusion models on CIFAR-10 and MNIST", "Epochs"),
    ("images of CycleGAN v1", "epoch"),
    ("samples after epoch 100", "epoch"),
    ("models that draw faces", "score|dataset|1 model"),
    ("sentiment of film reviews", "score|dataset|1 model"),
    ("predict house prices", "score|dataset|1 model"),
    ("models on Klingon poetry", ""),
    ("models similar to flower_v2", "score"),
    ("notebooks", ""),
)
#: Questions that any folder of models can be asked.
GENERAL = tuple(one for one in QUESTIONS if not re.search(r"flower_v|CycleGAN", one[0]))


def printed(db: Path, question: str, width: int, *more: str) -> tuple[str, str]:
    """Return what a question prints on stdout, and altogether."""
    environment = {"COLUMNS": str(width), "LINES": "24", "MODELSEARCH_DB": str(db)}
    arguments = ["query", question, "--lenient", "--encoder", "none", *more]
    found = CliRunner(env=environment).invoke(app.app, arguments, catch_exceptions=False)
    return found.stdout, found.output


def answers_first(line: str, found: dict[str, object]) -> bool:
    """Return whether a line says the number, the name or the value that was asked for."""
    total = f"{found['total']:,}"
    results = found["results"]
    assert isinstance(results, list)
    if found["intent"] in ("details", "search") and found["total"] == 1:
        return str(results[0]["model_id"]) in line
    if found["intent"] == "compare":
        return " differ in " in line or not results
    if not found["total"] and found["intent"] != "values":
        return line.startswith(("No models", "No pictures", "0 "))
    asked = found["answer"]
    if found["intent"] == "search" and isinstance(asked, dict) and len(asked["models"]) == 1:
        return str(asked["models"][0]["model_id"]) in line
    return total in line


def whole(text: str, unbounded: str) -> list[str]:
    """Return the words that stand in no answer of unbounded width and are not marked as cut."""
    known = {word.rstrip(",") for word in unbounded.split()}
    lines = (line for line in text.splitlines() if not line.startswith("… stands for"))
    words = (word for line in lines for word in line.split())
    return [
        word
        for word in words
        if word.rstrip(",") not in known
        and "…" not in word
        and re.search(r"\d", word)
        and not re.fullmatch(r"\+\d+|\d+:?", word)
    ]


def main(databases: list[Path]) -> None:
    """Print a line a database and width, and every answer that fails."""
    for db in databases:
        questions = QUESTIONS if db == databases[0] else GENERAL
        wide = {q: printed(db, q, UNBOUNDED, "--columns", "")[0] for q, _ in questions}
        data = {q: json.loads(printed(db, q, 100, "--format", "json")[0]) for q, _ in questions}
        for width in WIDTHS:
            heights, failed = [], []
            for question, field in questions:
                stdout, everything = printed(db, question, width)
                lines = stdout.splitlines() or [""]
                heights.append(len(everything.splitlines()))
                shows = not data[question]["total"] or re.search(field, stdout, re.I) is not None
                checks = {
                    "first line": answers_first(lines[0], data[question]),
                    "width": all(len(line) <= width for line in everything.splitlines()),
                    "whole words": not whole(stdout, wide[question]),
                    f"shows {field!r}": shows,
                }
                failed += [f"{question}: {name}" for name, good in checks.items() if not good]
            height = f"median height {statistics.median(heights):g}, highest {max(heights)}"
            print(f"{db.name} at {width}: {len(questions)} asked, {height}, failed {len(failed)}")
            for one in failed:
                print(f"  {one}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
