"""An example of a package that teaches modelsearch a lab's own run log and the names of its data.

A run is a file ``*.leaf`` of lines such as ``epoch 3 score 0.71``, after a line ``rate 0.01``. The
entry points stand in the dist-info folder beside this file; with a real package they stand in
pyproject.toml:

    [project.entry-points."modelsearch.runs"]
    leaflog = "leaflog_modelsearch"

    [project.entry-points."modelsearch.vocabulary"]
    leaves = "leaflog_modelsearch:NAMES"
"""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.records.artefacts import Evidence, Fact
from modelsearch.records.runs import Curve, RunPart, RunReading
from modelsearch.sources.runs.opening import Folder

KIND = "leaf log"

NAMES = """
[[dataset]]
name = "Lab Leaves"
aliases = ["lableaves"]
subjects = ["plant"]

[[metric]]
name = "leaf score"
higher_is_better = true
"""


def recognise(path: str) -> str | None:
    """Each file is a run of its own."""
    return path if path.endswith(".leaf") else None


def read(folder: Folder, _run: str, paths: Sequence[str]) -> RunReading:
    """Return the rate and the curve that a file states, each with its line."""
    reading = RunReading()
    for path in paths:
        part = RunPart(path, KIND, 5)
        steps, values, lines = [], [], []
        for number, line in enumerate(folder.text(path).splitlines(), 1):
            words = line.split()
            if words[:1] == ["rate"]:
                place = Evidence(path, "output", number, "rate")
                part.facts["learning_rate"] = Fact(float(words[1]), place)
            elif words[:1] == ["epoch"]:
                steps.append(int(words[1]))
                values.append(float(words[3]))
                lines.append(number)
        place = Evidence(path, "output", lines[0] if lines else None, "score")
        part.curves.append(Curve("leaf score", "epoch", steps, values, place, lines))
        reading.parts.append(part)
    return reading
