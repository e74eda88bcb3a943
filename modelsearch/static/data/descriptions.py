"""Data that words name: the docstring of a script, the description of its options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from modelsearch import vocabulary
from modelsearch.records.artefacts import DatasetFact, Evidence
from modelsearch.static.data.paths import COMMON, WEAK_MODALITIES, match_words, texts_of
from modelsearch.static.source.program import Program

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

_TRAINED_ON = re.compile(r"\b(?:on|using|with|for) (?:the |a |an )?\[?((?:[\w-]+[ ]?){1,4})", re.I)
#: The same where a long text says it plainly; what a part was trained on before does not count.
_SURELY_TRAINED_ON = re.compile(
    r"\b(?<!pre-)trained (?:this |it |the model |a model )?on (?:the )?\[?((?:[\w-]+[ ]?){1,4})",
    re.I,
)
#: Texts that say this speak of ImageNet because the weights that they begin with come from it.
_FROM_WEIGHTS = re.compile(r"(?i)\bpre-?train|\btransfer|\bfine-?tun")


def from_docstring(program: Program) -> list[DatasetFact]:
    """Return the one dataset that the script's own docstring (or a notebook's title) names.

    ``Trains a simple convnet on the MNIST dataset.`` The facts say that they come from text.
    """
    main = program.main
    text = main.docstring or ""
    where = program.evidence(main, main.tree.body[0], "docstring") if text else None
    if main.notebook is not None and main.notebook.markdown:
        cell, text = main.notebook.markdown[0]
        where = Evidence(main.path, "docstring", None, f"cell {cell}")
    phrases = [*_TRAINED_ON.findall(text[:600]), *_SURELY_TRAINED_ON.findall(text[600:6000])]
    found = {name for name in map(_spelt, phrases) if name}
    if _FROM_WEIGHTS.search(text):
        found.discard("ImageNet")
    if where is None or len(found) != 1:
        return []
    return [DatasetFact(found.pop(), where, note="from the docstring, weaker")]


def from_description(evaluator: Evaluator) -> list[DatasetFact]:
    """Return the one dataset that the description of the script's command line names.

    ``ArgumentParser(description="PyTorch ImageNet Training")``.
    """
    for record in evaluator.calls_of("ArgumentParser"):
        for abstract, text in texts_of(record.kwargs.get("description")):
            matches = match_words(text) if len(text) < 100 else set()
            evidence = evaluator.evidence(abstract) or record.evidence
            if len(matches) == 1 and not _FROM_WEIGHTS.search(text):
                note = "from the command line's description, weaker"
                return [DatasetFact(matches.pop(), evidence, note=note)]
    return []


def _spelt(phrase: str) -> str | None:
    """Return the dataset that the first words of a phrase spell, the longest first."""
    words = phrase.split()
    for size in range(len(words), 0, -1):
        spelling = " ".join(words[:size])
        term = vocabulary.find("dataset", spelling)
        if term is None or term.modality in WEAK_MODALITIES or len(spelling) < 4:
            continue
        plain = vocabulary.normalise(spelling) in COMMON or spelling.islower()
        return None if plain and size == 1 and spelling not in _CERTAIN else term.name
    return None


#: Data sets that are no words of any language: written small they still mean themselves.
_CERTAIN = frozenset({"mnist", "cifar10", "cifar100", "imagenet", "celeba", "coco", "imdb", "svhn"})
