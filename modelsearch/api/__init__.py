"""The Python interface: a catalogue that is opened, indexed, asked, compared and changed.

``import modelsearch`` gives these names; they are loaded when first used.
"""

from modelsearch.api.catalogue import Catalogue
from modelsearch.api.rows import Rows
from modelsearch.api.shortcuts import index_folders, open

__all__ = ["Catalogue", "Rows", "index_folders", "open"]
