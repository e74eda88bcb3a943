"""The errors that callers may catch.

ModelsearchError
├── DatabaseError     the file is not ours, newer than this program, locked, missing, damaged,
│                     incomplete for want of space; what SQLite reports while a command uses it
├── Interrupted       a person ended the run; what is kept (exit code 130)
├── EncoderError      an encoder is missing, foreign or cannot be loaded
├── ReaderFault       a defect of the reader itself, met in one file; the run goes on without it
├── ReadingError      one artefact cannot be read; the run goes on without it
├── ResolveError      a name fits no model, or several
└── UsageError        the question or an option cannot be understood as given
    └── UnreadError   part of a question was not read, and without it the answer may be wrong

Each message is one line that says what, which value, and the remedy; the command line prints it
on stderr and exits with 1 (2 for :class:`UsageError`, but 1 for :class:`UnreadError`).

Errors that are not ours become one line too, in one place (:mod:`modelsearch.cli.failures`):

apsw.Error            inside a command that has a database: DatabaseError, by
                      :mod:`modelsearch.store.failures`
TypeError, ValueError …   the same, where SQLite's own check finds the file damaged; a defect and a
                      traceback where it does not
OSError               a file, a folder, a full disk, a closed stream
UnicodeError          an argument (exit code 2) or a text that is no UTF-8
MemoryError, RecursionError, zlib.error, struct.error, PIL's own
KeyboardInterrupt     exit code 130
"""

from __future__ import annotations


class ModelsearchError(Exception):
    """Base of all expected failures; its text is one line for a person."""


class DatabaseError(ModelsearchError):
    """The database file is missing, foreign, newer than this program, locked or damaged."""


class Interrupted(ModelsearchError):
    """A person ended a run by Ctrl-C; the text says what of it is kept."""


class EncoderError(ModelsearchError):
    """An encoder cannot be loaded or used; the text says which, and the remedy."""


class ReaderFault(ModelsearchError):
    """The reader itself failed on a file: a defect of this program, whose text says where."""


class ReadingError(ModelsearchError):
    """One artefact cannot be read: too large, not text, broken syntax."""


class ResolveError(ModelsearchError):
    """A model name that fits nothing, or more than one model.

    ``candidates`` are the ids that were meant, perhaps, best first.
    """

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        """Keep the message and the candidates for the caller to show."""
        super().__init__(message)
        self.candidates = candidates


class UsageError(ModelsearchError):
    """What was asked is malformed; the text says how to write it."""


class UnreadError(UsageError):
    """Part of a question was not read and its answer could be inverted or widened without it."""
