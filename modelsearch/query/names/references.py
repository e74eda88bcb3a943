"""From what a person calls a model to its id: an id, a path, a part of either.

Exact ids come first, then exact paths, then paths without their suffix, then the only model whose
id or path contains what was said.
"""

from __future__ import annotations

from collections.abc import Iterable

from modelsearch.records.errors import ResolveError
from modelsearch.records.patterns import lazy
from modelsearch.records.spans import chunks, name_parts
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.vocabulary import find, normalise

if TYPE_CHECKING:
    import apsw

    from modelsearch.query.state import Reading

_MOST = 50
_MOST_PASSAGES = 5_000  #: that are looked at for words which many names have
_SHOWN = 5
_MOST_PARTS = 40
_SHORTEST_PART = 2
_HYPHENS_OF_AN_ID = 2
_SCANNED = 5_000  #: models of which every one may be looked at
_SUFFIX = lazy(r"(?i)\.(py|ipynb)$")
_VERSION = lazy(r"v\d+")


def resolve(connection: apsw.Connection, text: str) -> str:
    """Return the id of the one model that ``text`` names.

    Raises ResolveError when none does, with the nearest ids, or when several do, with all.
    """
    asked = text.strip()
    written = exact_id(connection, asked)  # a byte that is no text is written with a backslash
    if written is not None:
        return written
    asked = asked.replace("\\", "/").removeprefix("./")
    found = candidates(connection, asked)
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise ResolveError(f"{asked!r} fits several models: {shown}{more}", tuple(found))
    run = _run_called(connection, asked)
    if run:
        raise ResolveError(run)
    close = tuple(near_ids(connection, asked))
    hint = (
        f"; did you mean {' or '.join(close)}?"
        if close
        else "; `modelsearch list models` lists all"
    )
    raise ResolveError(f"no model is called {asked!r}{hint}", close)


def is_of_parts(word: str) -> bool:
    """Return whether a word is joined of parts as ids are, which "CIFAR-10" is not."""
    return "_" in word or word.count("-") >= _HYPHENS_OF_AN_ID


def tokens_of_ids(reading: Reading) -> set[int]:
    """Return the tokens of model ids of several parts that a question names as they are: none of
    their parts is a misspelt word.
    """
    connection = reading.lexicon.connection
    found: set[int] = set()
    if connection is None:
        return found
    for chunk in chunks(reading.question):
        said = chunk.text.strip("?.,;:!\"'()")
        if is_of_parts(said) and exact_id(connection, said) is not None:
            found.update(reading.inside(chunk.start, chunk.end))
    return found


def _run_called(connection: apsw.Connection, asked: str) -> str:
    """Say that a name is a run's, and how it is shown; nothing where no run is called so."""
    name = asked.rpartition("@")[2]
    rows = connection.execute(
        "SELECT m.model_id FROM run r LEFT JOIN model m ON m.id = r.model WHERE r.run_id = ?",
        (name,),
    ).fetchall()
    if not rows:
        return ""
    of = f" of {rows[0][0]}" if len(rows) == 1 and rows[0][0] else ""
    return f"{asked!r} is a run{of}, no model; see it by: modelsearch query 'run {name}'"


def candidates(connection: apsw.Connection, text: str) -> list[str]:
    """Return the ids that ``text`` may mean: one when it is exact, else all that contain it."""
    exact = exact_id(connection, text)
    if exact is not None:
        return [exact]
    parts = [part.casefold() for part in name_parts(text)]
    return containing(connection, parts) if parts else []


def exact_id(connection: apsw.Connection, text: str) -> str | None:
    """Return the id of the model whose id or path (with or without suffix) is ``text``."""
    for row in connection.execute("SELECT model_id FROM model WHERE model_id = ?", (text,)):
        return str(row[0])
    if "/" not in text and "." not in text:
        return None
    from modelsearch.search.large.kept import kept

    if kept(connection):
        from modelsearch.search.findnames import by_path

        found = by_path(connection, text)
        return found[0] if len(found) == 1 else None
    stem = text.lower()
    rows = connection.execute(
        "SELECT model_id FROM model WHERE lower(path) = ?1 OR "
        "lower(path) IN (?1 || '.py', ?1 || '.ipynb')",
        (stem,),
    )
    found = [str(row[0]) for row in rows]
    return found[0] if len(found) == 1 else None


def containing(connection: apsw.Connection, parts: list[str]) -> list[str]:
    """Return the models whose id or path contains all parts, the closest fits alone.

    Parts in the order of the id beat parts in any order, and whole ends beat middles:
    ``flower_v1`` is ``…-Flower_v1`` rather than ``…-Flower_v1_more``. ``v1`` is not ``v10``.
    """
    graded: dict[int, list[str]] = {}
    for model_id, _, grade in _graded(connection, parts):
        graded.setdefault(grade, []).append(model_id)
    return graded[min(graded)][:_MOST] if graded else []


def is_folder(connection: apsw.Connection, text: str) -> bool:
    """Return whether some model lies in a folder of this name; not looked at in large
    catalogues.
    """
    name = text.strip("/")
    if not name or not small(connection):
        return False
    sql = "SELECT 1 FROM model WHERE instr('/' || lower(path), '/' || lower(?) || '/') > 0 LIMIT 1"
    return connection.execute(sql, (name,)).fetchone() is not None


def small(connection: apsw.Connection) -> bool:
    """Return whether there are so few models that each of them may be looked at."""
    largest = connection.execute("SELECT max(id) FROM model").fetchone()
    return largest is not None and (largest[0] or 0) <= _SCANNED


def called(connection: apsw.Connection, parts: list[str]) -> list[str]:
    """Return the models whose file is called by the parts, else all that have them in a name.

    Names of families say no more than the family does, so they need a file of their own.
    """
    wanted = "".join(normalise(part) for part in parts)
    named = [(model, stem) for model, stem, _ in _graded(connection, parts)]
    exact = [model for model, stem in named if normalise(stem.rpartition("/")[2]) == wanted]
    own = find("family", wanted)
    plain = own is not None and normalise(own.name) == wanted
    return exact or ([] if plain else [model for model, _ in named])


def _graded(connection: apsw.Connection, parts: list[str]) -> list[tuple[str, str, int]]:
    """Return id, path without suffix and grade of the models that have all parts in a name."""
    if len(parts) > _MOST_PARTS:
        return []
    found = []
    for model_id, path in _with_words(connection, parts) or _with_parts(connection, parts):
        stem = _SUFFIX.sub("", path)
        grade = min(_grade(parts, model_id), _grade(parts, stem))
        if grade < _NO_FIT:
            found.append((model_id, stem, grade))
    return found


def _with_words(connection: apsw.Connection, parts: list[str]) -> list[tuple[str, str]]:
    """Find models whose profile's title, which holds id and path, has all parts as words."""
    quoted = " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)
    return list(
        connection.execute(
            "SELECT m.model_id, m.path FROM (SELECT rowid FROM passage_fts "
            f"WHERE passage_fts MATCH ? LIMIT {_MOST_PASSAGES}) f "
            "CROSS JOIN passage p ON p.id = f.rowid CROSS JOIN model m ON m.id = p.model "
            "WHERE p.kind = 'profile' ORDER BY m.model_id LIMIT 2000",
            (f"title : ({quoted})",),
        )
    )


def _with_parts(connection: apsw.Connection, parts: list[str]) -> list[tuple[str, str]]:
    """Find models that have all parts anywhere, by looking at each: not in large catalogues."""
    if not small(connection):
        return []
    conditions = " AND ".join(["instr(lower(model_id || ' ' || path), ?) > 0"] * len(parts))
    return list(
        connection.execute(
            f"SELECT model_id, path FROM model WHERE {conditions} ORDER BY model_id LIMIT 2000",
            tuple(parts),
        )
    )


def near_ids(connection: apsw.Connection, text: str) -> list[str]:
    """Return the ids that look most like ``text``, of those that begin or end like it."""
    spelling = normalise(text)
    found: dict[str, None] = {}
    for column, head in (("normalised", spelling[:3]), ("reversed", spelling[::-1][:3])):
        rows = connection.execute(
            f"SELECT value FROM name_index WHERE {column} >= ? AND {column} < ? "
            "AND kind = 'model' LIMIT 500",
            (head, head + "\U0010ffff"),
        )
        found.update((row[0], None) for row in rows)
    some = connection.execute("SELECT model_id FROM model ORDER BY model_id LIMIT 500")
    found.update((row[0], None) for row in some)
    from modelsearch.query.names.spelling import nearest

    return nearest(text, found) or _with_part_like(text, found)


def _with_part_like(text: str, ids: Iterable[str]) -> list[str]:
    """Return the ids of which a part is spelt nearly as ``text``: dcgna finds …_dcgan_tf."""
    by_part: dict[str, list[str]] = {}
    for model_id in ids:
        for part in name_parts(model_id):
            by_part.setdefault(part.casefold(), []).append(model_id)
    from modelsearch.records.suggestions import closest

    likest = closest(text.casefold(), by_part, 1)
    if not likest:
        return []
    asked = [part.casefold() for part in name_parts(text)]
    found = dict.fromkeys(by_part[likest[0]])
    shared = {one: sum(part in one.casefold() for part in asked) for one in found}
    return sorted(found, key=lambda one: -shared[one])[:_SHOWN]


_NO_FIT = 9


def _grade(parts: list[str], name: str) -> int:
    """Say how well parts fit a name: 0 is best, _NO_FIT is not at all."""
    words = [word.casefold() for word in name_parts(name)]
    joined, wanted = normalise(name), "".join(normalise(part) for part in parts)
    if not all(_contains(joined, words, part) for part in parts):
        return _NO_FIT
    if joined == wanted:
        return 0
    if joined.endswith(wanted) and all(part in words for part in parts):
        return 1
    if all(part in words for part in parts):
        return 2
    return 3 if wanted in joined else 4


def _contains(joined: str, words: list[str], part: str) -> bool:
    """Return whether a name has a part, without cutting a number in two: v1 is no part of v10."""
    if part in words:
        return True
    plain = normalise(part)
    import re

    pattern = re.escape(plain)
    if plain[:1].isdigit():
        pattern = r"(?<!\d)" + pattern
    if plain[-1:].isdigit():
        pattern += r"(?!\d)"
    if _VERSION.fullmatch(plain) or len(plain) < _SHORTEST_PART:
        return False  # a version is a word of its own, and so is a letter
    return bool(plain) and re.search(pattern, joined) is not None
