"""Where a person's own names come from: ``modelsearch.toml`` in the user's settings and beside the
database, and installed packages.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from modelsearch.index.summary import IndexOptions
from modelsearch.records import plugins
from modelsearch.records.errors import ModelsearchError
from modelsearch.records.files import read_start
from modelsearch.records.userfolders import user_folder
from modelsearch.sources.ignoring import IgnoreRules
from modelsearch.vocabulary.own import FILE, LARGEST, Own, parse


def own_names(db: Path) -> Own:
    """Return the names of all these files together. Raises ModelsearchError for a file that cannot
    be read.
    """
    found = [*_of_packages(), *(parse(_text(path), str(path)) for path in places(db))]
    kinds = dict.fromkeys(kind for one in found for kind in one.entries)
    return Own(
        {kind: [each for one in found for each in one.entries.get(kind, ())] for kind in kinds},
        tuple(pattern for one in found for pattern in one.exclude),
        "".join(one.digest for one in found),
    )


def _of_packages() -> Iterator[Own]:
    """Yield the names that installed packages add. Raises ModelsearchError as :func:`own_names`."""
    for entry in plugins.found(plugins.VOCABULARY):
        text, reason = plugins.load(entry, is_text)
        if text is None:
            raise ModelsearchError(f"the names of the package {entry.name} are wrong: {reason}")
        yield parse(text, f"the package {entry.name}")


def is_text(named: object) -> bool:
    """Return whether an object is a text."""
    return isinstance(named, str)


def places(db: Path) -> Iterator[Path]:
    """Yield the files that exist: in the user's settings, then beside the database."""
    for folder in (user_folder("XDG_CONFIG_HOME", ".config"), db.absolute().parent):
        if folder is not None and (folder / FILE).is_file():
            yield folder / FILE


def with_own_names(options: IndexOptions, db: Path) -> IndexOptions:
    """Return options with the names that hold for a database, and with the paths that its file
    excludes.
    """
    from dataclasses import replace

    own = own_names(db)
    rules = options.ignore
    ignore = IgnoreRules((*rules.exclude, *own.exclude), rules.gitignore) if own.exclude else rules
    return replace(options, own=own, ignore=ignore)


def said(own: Own) -> str:
    """Return a line that counts the names in use beside the shipped ones; empty without any."""
    parts = [f"{len(listed)} of kind {kind}" for kind, listed in own.entries.items() if listed]
    if own.exclude:
        parts.append(
            f"{len(own.exclude)} pattern{'s' if len(own.exclude) > 1 else ''} to leave out"
        )
    return f"own names: {', '.join(parts)}" if parts else ""


def _text(path: Path) -> str:
    data = read_start(path, LARGEST + 1)
    if len(data) > LARGEST:
        raise ModelsearchError(f"{path} is larger than {LARGEST:,} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelsearchError(f"{path} is not UTF-8 text: {error}") from error
