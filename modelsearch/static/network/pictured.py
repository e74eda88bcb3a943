"""Whether a script reads folders of pictures, whose names are classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelsearch.static.machine.values import Instance

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator

_FOLDERS = (
    "ImageFolder", "image_dataset_from_directory", "flow_from_directory", "flow_from_dataframe",
)  # fmt: skip


def reads_folders_of_pictures(evaluator: Evaluator) -> bool:
    """Return whether a library's reader of such folders is called, or a class of the project that
    derives from one.
    """
    return any(
        record.last in _FOLDERS
        or (
            isinstance(record.result, Instance)
            and any(base.endswith(_FOLDERS) for base in record.result.klass.library_bases())
        )
        for record in evaluator.calls()
    )
