"""What `modelsearch runs` does: list recorded runs."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.cli.query import Asked, ask


def runs(words: Sequence[str], asked: Asked) -> None:
    """Print runs on stdout: the words are read as a question about them."""
    text = " ".join(words)
    ask([text if _speaks_of_runs(text) else f"runs {_joined(text)}".strip()], asked)


def _speaks_of_runs(text: str) -> bool:
    return any(word in ("run", "runs", "trial", "trials") for word in text.lower().split())


def _joined(text: str) -> str:
    first = text.partition(" ")[0].lower()
    linked = first in ("of", "with", "on", "since", "by", "in", "from", "that") or "," in text
    return text if linked or not text else f"of {text}"
