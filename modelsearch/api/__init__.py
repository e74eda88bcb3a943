"""The Python interface: a catalogue that is opened, indexed, asked, compared and changed.

``import modelsearch`` gives these names; they are loaded when first used.
"""

from modelsearch.api.catalogue import Catalogue
from modelsearch.api.changes import Changes, change, merge
from modelsearch.api.rows import Rows
from modelsearch.api.shortcuts import index_folders, open

__all__ = ["Catalogue", "Changes", "Rows", "change", "index_folders", "merge", "open"]
