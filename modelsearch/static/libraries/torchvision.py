"""torchvision: its data sets, and those that are readers of a file format."""

from __future__ import annotations

from modelsearch.static.libraries.data_loading import Named
from modelsearch.static.libraries.library import Library, within
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Seq, first, text


@within("torchvision")
def _lsun(record: CallRecord, name: str) -> list[Named] | None:
    """``LSUN(root, classes=["bedroom_train"])`` is known by the class that it is cut down to."""
    if name != "torchvision.datasets.LSUN":
        return None
    value = first(record.argument(1, "classes"))
    classes = [text(item) or "" for item in value.items] if isinstance(value, Seq) else []
    bedroom = bool(classes) and all(each.startswith("bedroom") for each in classes)
    return [Named("LSUN bedroom" if bedroom else "LSUN", at=value if bedroom else None)]


LIBRARY = Library(
    name="torchvision",
    data=(_lsun,),
    names={
        "file format": ("torchvision.datasets.CocoDetection", "torchvision.datasets.CocoCaptions"),
        "part given second": ("torchvision.datasets.",),
    },
)
