"""Makes ahead, while nobody asks, what the first question of its kind would wait for."""

from __future__ import annotations

import gc
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep

from modelsearch.api.page.catalogue import FileMemory
from modelsearch.records.errors import ModelsearchError
from modelsearch.search.large.preparing import preparations

_LOOKED_S = 1.0  #: between two looks at the file; one that changes meanwhile is left in peace
_QUIET_S = 0.2  #: without a question, after which the next thing is made
_LONGEST_S = 5.0  #: that the next thing waits for such a silence


def prepare(memory: FileMemory) -> Thread:
    """Begin to prepare each state of the file, for as long as the process lives."""
    thread = Thread(target=_follow, args=(memory,), name="preparing", daemon=True)
    thread.start()
    return thread


def _follow(memory: FileMemory) -> None:
    prepared: object = None
    while True:
        state = memory.state()
        sleep(_LOOKED_S)
        if state not in (prepared, [None, None]) and state == memory.state():
            prepared = state
            with suppress(ModelsearchError):  # whoever asks is told
                _prepare_once(memory, state)


def _prepare_once(memory: FileMemory, state: object) -> None:
    with memory.opened() as catalogue:
        for make in preparations(catalogue.connection):
            _wait_for_silence(memory)
            if memory.state() != state:
                return
            make()
        _set_aside()


def _set_aside() -> None:
    """Let later looks for garbage not go through what was made ahead, millions of objects: that
    took a tenth of the time of a page that makes many.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _wait_for_silence(memory: FileMemory) -> None:
    began = monotonic()
    while monotonic() < min(memory.asked_at + _QUIET_S, began + _LONGEST_S):
        sleep(_QUIET_S / 4)
