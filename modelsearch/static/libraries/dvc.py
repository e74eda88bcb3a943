"""DVC: ``dvc.api.params_show()`` gives what the parameters file of the project says."""

from __future__ import annotations

from modelsearch.static.libraries.configs import find_file, load_file
from modelsearch.static.libraries.library import Library
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Map, text

_FILE = "params.yaml"


def _params(m: Machine, record: CallRecord) -> Abstract | None:
    """The parameters of one file; where several share a name, an entry is asked for by its file,
    ``"params.yaml:training"``.
    """
    name = (text(record.args[0]) if record.args else None) or _FILE
    file = find_file(m, name, record.module.path) or find_file(m, name)
    loaded = load_file(m, file) if file is not None else None
    if not isinstance(loaded, Map):
        return None
    shown = Map(dict(loaded.items), open=True)
    for key, value in loaded.items.items():
        shown.items[f"{name}:{key}"] = value
    return shown


LIBRARY = Library(name="dvc", calls={"dvc.api.params_show": _params})
