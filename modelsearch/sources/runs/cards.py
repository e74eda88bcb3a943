"""Model cards: READMEs with the front matter of Hugging Face, their results and hyperparameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from modelsearch import vocabulary
from modelsearch.records.artefacts import Evidence, Fact, Metric
from modelsearch.records.errors import ReadingError
from modelsearch.records.places import place_of
from modelsearch.records.runs import RunPart, RunReading, Setting
from modelsearch.sources.runs.columns import in_percent, number, plain, result
from modelsearch.sources.runs.configs import add_settings, number_or_text, read_yaml
from modelsearch.sources.runs.opening import Folder

KIND = "card"
_MAX_BYTES = 2_000_000
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(\r?\n|\Z)", re.DOTALL)
#: What makes front matter a card's, and not that of a web page.
_MARKS = frozenset(
    {
        "license",
        "base_model",
        "library_name",
        "pipeline_tag",
        "model-index",
        "datasets",
        "tags",
        "model_name",
        "finetuned_from",
    }
)
_KEPT = (
    "base_model",
    "license",
    "language",
    "library_name",
    "pipeline_tag",
    "datasets",
    "tags",
    "model_name",
    "metrics",
    "inference",
    "sdk",
)
_SETTINGS = re.compile(r"(?im)^#+ *(?:training )?(?:hyper[- ]?parameters|training arguments) *$")
_SETTING = re.compile(
    r"^\s*[-*]\s*`?(?P<name>[A-Za-z][\w ./-]{1,40}?)`?\s*[:=]\s*(?P<value>.+?)\s*$"
)
_BASE = re.compile(r"(?i)fine-?tuned version of \[`?(?P<name>[\w./-]{3,100})`?\]\(https?://hugging")
_MOST = 200


def recognise(path: str) -> str | None:
    """Return the folder that a README may be the card of."""
    place = place_of(path)
    return place.folder if place.name.lower() == "readme.md" else None


def read(folder: Folder, run: str, paths: Sequence[str]) -> RunReading:
    """Return the card's facts, and the run that its hyperparameters and results are of."""
    reading = RunReading()
    for path in paths[:1]:
        text = folder.text(path, _MAX_BYTES)
        front = _FRONT.match(text)
        data = _mapping(front[1]) if front else {}
        if not _MARKS.intersection(data):
            continue
        reading.parts.append(_card(run, path, text, data))
    return reading


def _card(run: str, path: str, text: str, data: dict[str, Any]) -> RunPart:
    lines = text.split("\n")
    part = RunPart(run, "card", 8)
    for name in _KEPT:
        values = _values(data.get(name))
        if values:
            where = Evidence(path, "card", _line(lines, values[0]), name)
            part.settings.append(Setting(f"card {name}", ", ".join(values)[:1000], where))
    base = _values(data.get("base_model") or data.get("finetuned_from"))
    if base:
        part.base_model = Fact(base[0], Evidence(path, "card", _line(lines, base[0]), "base_model"))
    else:
        part.base_model = _told_base(text, path)
    data_sets = _values(data.get("datasets"))
    if len(data_sets) == 1:
        known = vocabulary.find("dataset", data_sets[0].rpartition("/")[2])
        part.add(
            "dataset",
            known.name if known else data_sets[0],
            Evidence(path, "card", _line(lines, data_sets[0]), "datasets"),
        )
    part.results = _results(data.get("model-index"), lines, path)
    _settings(part, text, path)
    return part


def _told_base(text: str, path: str) -> Fact | None:
    """Return what the Trainer's sentence says: a fine-tuned version of a model, with a link to
    it.
    """
    told = _BASE.search(text)
    if told is None:
        return None
    return Fact(told["name"], Evidence(path, "card", text.count("\n", 0, told.start()) + 1))


def _mapping(text: str) -> dict[str, Any]:
    try:
        data = read_yaml(text)
    except ReadingError:
        return {}
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else {}


def _values(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [
        str(one)
        for one in found[:_MOST]
        if isinstance(one, str | int | float) and not isinstance(one, bool)
    ]


def _line(lines: Sequence[str], value: str) -> int | None:
    return next((n for n, line in enumerate(lines, 1) if value in line), None)


def _results(index: Any, lines: Sequence[str], path: str) -> list[Metric]:
    """Return the results of ``model-index``: a metric of a data set, a value each."""
    found: list[Metric] = []
    for model in index if isinstance(index, list) else []:
        results = model.get("results") if isinstance(model, dict) else None
        for one in results if isinstance(results, list) else []:
            if isinstance(one, dict):
                found += _of_result(one, lines, path)
    return found[:_MOST]


def _of_result(one: dict[str, Any], lines: Sequence[str], path: str) -> list[Metric]:
    dataset = one.get("dataset")
    dataset = dataset if isinstance(dataset, dict) else {}
    name = dataset.get("name")
    split = result(f"{dataset.get('split') or ''} loss").split
    known = vocabulary.find("dataset", name) if isinstance(name, str) else None
    found = []
    metrics = one.get("metrics")
    for metric in metrics if isinstance(metrics, list) else []:
        value = number(metric.get("value")) if isinstance(metric, dict) else None
        told = metric.get("name") or metric.get("type") if isinstance(metric, dict) else None
        if value is None or not isinstance(told, str):
            continue
        what = result(told)
        if not what.known:
            what = result(str(metric.get("type")))
        percent = in_percent(what.name, value)
        where = Evidence(path, "card", _line(lines, str(metric.get("value"))), "model-index")
        found.append(
            Metric(
                what.name,
                round(value / 100, 10) if percent else value,
                where,
                known.name if known else name if isinstance(name, str) else None,
                what.split or split,
                None,
                what.higher,
                "stated in percent" if percent else None,
            )
        )
    return found


def _settings(part: RunPart, text: str, path: str) -> None:
    """The list below "Training hyperparameters"."""
    heading = _SETTINGS.search(text)
    if heading is None:
        return
    settings = {}
    for line in text[heading.end() :].split("\n")[:80]:
        if line.startswith("#"):
            break
        found = _SETTING.match(line)
        if found is not None and plain(found["name"]):
            settings[found["name"]] = number_or_text(found["value"].strip("`* "))
    add_settings(part, settings, path)
