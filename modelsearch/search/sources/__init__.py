"""Where fields get their values: one class for each kind of place, five methods each.

A row of the table of fields (:mod:`modelsearch.vocabulary.fields`) names its source; the class
says how models are filtered by such a field (``condition``), which have a value (``known``), by
what they are sorted (``order``), how many have each value (``count``), and what a large catalogue
keeps of it (``posting``). Filter, order, count and list are made from these alone.

To add a source, write a class in a module here, beside those of its kind, and name it in
:data:`CLASSES`. A subclass of :class:`~modelsearch.search.sources.base.Source` needs one method,
``rows``: a query for (model, value), a row for each value that a model has. All five methods are
made from it::

    class RunSetting(Source):
        def rows(self, field: Field) -> str:
            return (
                "SELECT r.model, v.value AS value FROM run_setting v JOIN run r ON r.id = v.run "
                f"WHERE v.name = {literal(field.column)}"
            )

Then ``row("seed", "number", "run setting", …)`` in the table can be asked, sorted, counted, listed
and compared. Where a filter finds more than equal values (words in other forms, parts of texts),
override ``condition`` and count by asking (``count_by_asking``), so that a count is what a filter
finds. ``tests/test_fields.py`` holds that for every row of the table.

Modules are imported when a question needs them: a filter by a column loads no other source.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from modelsearch.records.typed import TYPE_CHECKING, cast
from modelsearch.vocabulary.fields import by_name
from modelsearch.vocabulary.fields.field import Field

if TYPE_CHECKING:
    from modelsearch.search.sources.base import Source

#: The module and the class of each source, by the name that rows of the table give it.
CLASSES: dict[str, tuple[str, str]] = {
    "model": ("columns", "Model"),
    "stage": ("columns", "Stage"),
    "stage text": ("columns", "StageText"),
    "date": ("columns", "Date"),
    "any stage": ("stages", "AnyStage"),
    "loss": ("stages", "Loss"),
    "architecture": ("stages", "Architecture"),
    "term": ("terms", "Term"),
    "framework": ("terms", "Framework"),
    "technique": ("terms", "Technique"),
    "subject": ("data", "Subject"),
    "modality": ("data", "Modality"),
    "subset": ("data", "Subset"),
    "sizes": ("settings", "Sizes"),
    "named": ("settings", "Named"),
    "own name": ("settings", "OwnName"),
    "image": ("pictures", "Image"),
    "image setting": ("pictures", "Setting"),
    "colour": ("pictures", "Colour"),
    "image word": ("pictures", "Word"),
    "prompt": ("pictures", "Prompt"),
    "rows": ("pictures", "Rows"),
    "different rows": ("pictures", "DifferentRows"),
    "text": ("texts", "Text"),
    "reference": ("texts", "Reference"),
    "contradiction": ("texts", "Contradiction"),
    "path": ("texts", "Path"),
    "repository": ("places", "Repository"),
    "run": ("recorded", "Recorded"),
    "run date": ("recorded", "RecordedDate"),
    "run curve": ("recorded", "CurvePoints"),
    "base model": ("recorded", "BaseModel"),
    "said": ("remarks", "Said"),
    "said words": ("remarks", "SaidWords"),
}


@cache
def source(name: str) -> Source:
    """Return the source of a name. Raises KeyError where there is none."""
    module, cls = CLASSES[name]
    found = getattr(import_module(f"{__name__}.{module}"), cls)
    return cast("Source", found())


def source_of(field: Field) -> Source:
    """Return the source of a field."""
    return source(field.source)


def field_called(name: str) -> Field:
    """Return the field of a name: a row of the table, else what is stored by that very name."""
    return by_name().get(name) or own_name(name)


@cache
def own_name(name: str) -> Field:
    """Return a setting, size or result by its own name as a field (``gamma``, ``accuracy``)."""
    return Field(name, "number", "own name", label=name, plural=name, many=True)
