"""Settings that a person or a script wrote down in a text (``train_opt.txt``, ``info.txt``): lines
of ``name: value`` or ``name = value``, at least three that stand together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading
from modelsearch.sources.runs.opening import Folder, each_alone
from modelsearch.sources.runs.printed import add_duration, add_printed

KIND = "settings text"
_MAX_BYTES = 200_000
_NAME = re.compile(
    r"(?i)^((train(ing)?|run|model|best|my|experiment|exp)[-_ ]?)?"
    r"(opts?|options?|args?|arguments?|configs?|configurations?|settings?|hparams?|params?|"
    r"(hyper[-_ ]?)?param(eter)?s?|info|setup)$"
)
#: Columns of a run of which at least one must be stated: any program has settings.
_OF_TRAINING = frozenset({"learning_rate", "batch_size", "epochs", "optimizer"})


def recognise(path: str) -> str | None:
    """Return the folder of the run of which a text may state the settings."""
    place = place_of(path)
    return place.folder if place.suffix == ".txt" and _NAME.match(place.stem) else None


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return the settings that the texts of a folder state, and how long the training took."""

    def parts(path: str) -> list[RunPart]:
        part = RunPart(run, "configuration", 5)
        lines = folder.text(path, _MAX_BYTES).split("\n")
        add_printed(part, "\n".join(lines), path, (0, len(lines) + 1))
        if _OF_TRAINING.isdisjoint(part.facts):
            return []
        add_duration(part, lines, path, 1)
        return [part]

    return each_alone(paths, parts, "no text")
