"""Names that a question may contain: the shipped vocabulary and what this database holds.

Every look-up is by normalised spelling: a dictionary for the vocabulary, an indexed point query
on ``name_index`` for the database, so that a hundred thousand names cost as little as ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from modelsearch import vocabulary
from modelsearch.records.jsontext import numbers_json, texts_json
from modelsearch.records.structs import frozen
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.search.compile import models_on
from modelsearch.search.sources.comparisons import EVERY, Sql

if TYPE_CHECKING:
    import apsw

    from modelsearch.search.large.members import Members

#: Kinds whose names stand for a filter by themselves; where a name has several, the first wins.
SHIPPED_KINDS: tuple[str, ...] = (
    "family",
    "dataset",
    "framework",
    "optimizer",
    "technique",
    "hardware",
    "task",
    "scheduler",
    "loss",
)
#: Kinds of names that a question may hold: those that ship, and what people said.
ENTITY_KINDS: tuple[str, ...] = (*SHIPPED_KINDS, "tag")
_MOST_NEAR = 2_000
_MOST_TITLED = 2_000
_MOST_ROOTS = 10_000
_LOOKED_AT = 100  #: passages that are looked at for a word as it is written


@frozen
class Name:
    """A name that was found: what kind of thing, its canonical spelling, and whether it ships."""

    kind: str
    value: str
    shipped: bool = False


class Lexicon:
    """Looks names up in the vocabulary and, where a connection is given, in that database."""

    def __init__(self, connection: apsw.Connection | None = None) -> None:
        self.connection = connection
        #: Spellings that misspelt words may stand for, as they are found (see spelling).
        self.corrections: dict[str, list[str]] = {}
        self._repositories: dict[str, tuple[int, str]] | None = None
        self._looked_up: dict[str, list[Name]] = {}  # names by spelling, none as well
        #: The sets of models of a large catalogue, each read once for the question.
        self.sets: Members | None = None
        self._cut: set[tuple[str, ...]] = set()  # words that more paths have than were looked at
        self._is_word: dict[str, bool] = {}
        self._models_titled: dict[str, list[int]] = {}  # all that have a word in their titles
        self._titled: dict[str, str] = {}  # ids by path, of what was found by titles

    def lookup(self, spellings: Iterable[str]) -> dict[str, list[Name]]:
        """Return the names of each normalised spelling (or of its singular) that has any."""
        wanted = {spelling for spelling in spellings if spelling}
        known = self._looked_up
        new = [spelling for spelling in wanted if spelling not in known]
        if new:
            self._look_up(new)
        return {spelling: known[spelling] for spelling in wanted if known[spelling]}

    def _look_up(self, wanted: Sequence[str]) -> None:
        singulars = {spelling: tuple(_singulars(spelling)) for spelling in wanted}
        stored = self._stored({*wanted}.union(*singulars.values()))
        for spelling in wanted:
            self._looked_up[spelling] = []
            for form in (spelling, *singulars[spelling]):
                names = [*_shipped(form), *stored.get(form, ())]
                if names:
                    self._looked_up[spelling] = _unique(names)
                    break

    def named(self, kind: str, text: str) -> str | None:
        """Return the canonical name of kind that ``text`` spells, else None."""
        spelling = vocabulary.normalise(text)
        for name in self.lookup([spelling]).get(spelling, ()):
            if name.kind == kind:
                return name.value
        return None

    def is_word(self, word: str) -> bool:
        """Return whether the texts of this database contain ``word``: then it is not misspelt.

        The index knows stems only (``cosin`` is cosine's), so what it finds is looked at.
        """
        if self.connection is None or not word.isalnum():
            return False
        if word not in self._is_word:
            self._is_word[word] = self._stands_in_a_text(word) or self.is_setting(word)
        return self._is_word[word]

    def _stands_in_a_text(self, word: str) -> bool:
        sql = (
            "SELECT 1 FROM (SELECT rowid FROM passage_fts WHERE passage_fts MATCH ? LIMIT ?) f "
            "CROSS JOIN passage p ON p.id = f.rowid "
            "WHERE lower(' ' || p.title || ' ' || p.text || ' ') GLOB ? LIMIT 1"
        )
        whole = f"*[^a-z0-9]{word}[^a-z0-9]*"
        return bool(self._rows(sql, (f'"{word}"', _LOOKED_AT, whole)))

    def is_setting(self, word: str) -> bool:
        """Return whether a run or a checkpoint of this database recorded a setting of a name."""
        sql = (
            "SELECT EXISTS (SELECT 1 FROM run_setting WHERE name = ?1) "
            "OR EXISTS (SELECT 1 FROM checkpoint_fact WHERE name = 'setting ' || ?1)"
        )
        return bool(self.connection is not None and self._rows(sql, (word,))[0][0])

    def has_word(self, word: str) -> bool:
        """Return whether any text, title or id of this database has a word, in any of its forms."""
        plain = " ".join(part for part in word.split() if part.isalnum())
        if self.connection is None or not plain:
            return True
        from modelsearch.search.wordforms import forms, is_eastern, tokens_with

        if is_eastern(plain):
            return bool(tokens_with(self.connection, plain))
        sql = "SELECT 1 FROM passage_fts WHERE passage_fts MATCH ? LIMIT 1"
        return bool(self._rows(sql, (" OR ".join(f'"{form}"' for form in forms(plain)),)))

    def names_some_model(self, word: str) -> bool:
        """Return whether some model has ``word`` in its id or path."""
        if self.connection is None or not word.isalnum():
            return False
        sql = "SELECT 1 FROM passage_fts WHERE passage_fts MATCH ? LIMIT 1"
        return bool(self._rows(sql, (f'title : "{word}"',)))

    def largest_result(self, metric: str) -> float | None:
        """Return the largest value that any model here has of a metric, None where none has one."""
        rows = self._rows("SELECT max(value) FROM metric WHERE name = ?", (metric,))
        return rows[0][0] if rows else None

    def paths_titled(self, parts: Sequence[str], among: Sql = EVERY) -> Iterator[str]:
        """Yield the paths of models whose id or path has all of some words, some hundreds, as they
        are found; only those that satisfy the condition ``among``, SQL over ``m`` and ``s``.
        """
        if self.connection is None or not all(part.isalnum() for part in parts):
            return
        wanted = " AND ".join(f'"{part}"' for part in parts)
        params: tuple[Any, ...] = (f"title : ({wanted})", _MOST_TITLED)
        # CROSS JOIN keeps this order of loops; else SQLite indexes thousands of rows first.
        titled = (
            "(SELECT rowid FROM passage_fts WHERE passage_fts MATCH ? LIMIT ?) f "
            "CROSS JOIN passage p ON p.id = f.rowid AND p.kind = 'profile' "
            f"CROSS JOIN {models_on('m.id = p.model', among.text)}"
        )
        known = self._models_titled.get(parts[0]) if len(parts) == 1 else None
        if known is not None:
            params = (numbers_json(known),)
            titled = f"json_each(?) j CROSS JOIN {models_on('m.id = j.value', among.text)}"
        sql = f"SELECT m.path, m.model_id FROM {titled} WHERE {among.text}"
        found = self.connection.execute(sql, (*params, *among.params))
        count = 0
        for path, model_id in found:
            count += 1
            self._titled[path] = model_id
            yield path
        if count >= _MOST_TITLED:
            self._cut.add(tuple(parts))

    def was_cut(self, parts: Sequence[str]) -> bool:
        """Return whether :meth:`paths_titled` left some paths with all of some words out, as they
        are too many.
        """
        return tuple(parts) in self._cut

    def titled_more_than(self, word: str, most: int) -> bool:
        """Return whether more models than so many have a word, in one of its forms, in their
        titles: their ids and the words of their names.
        """
        if self.connection is None or not word.isalnum():
            return False
        sql = (
            "SELECT p.model "
            "FROM (SELECT rowid FROM passage_fts WHERE passage_fts MATCH ? LIMIT ?) f "
            "CROSS JOIN passage p ON p.id = f.rowid AND p.kind = 'profile' LIMIT ?"
        )
        rows = self._rows(sql, (f'title : "{word}"', _MOST_TITLED, most + 1))
        few = len(rows) <= most
        cut = "SELECT count(*) FROM (SELECT 1 FROM passage_fts WHERE passage_fts MATCH ? LIMIT ?)"
        if few and self._rows(cut, (f'title : "{word}"', _MOST_TITLED))[0][0] < _MOST_TITLED:
            self._models_titled[word.casefold()] = [row[0] for row in rows]
        return not few

    def id_titled(self, path: str) -> str | None:
        """Return the id of a model whose path :meth:`paths_titled` gave."""
        return self._titled.get(path)

    def paths(self, most: int) -> list[str]:
        """Return at most ``most`` paths of models."""
        return [row[0] for row in self._rows("SELECT path FROM model LIMIT ?", (most,))]

    def repository(self, text: str) -> tuple[str, int] | None:
        """Return the name of the indexed folder that ``text`` spells and its number, None where
        none is called so.
        """
        if self._repositories is None:
            rows = self._rows("SELECT id, path FROM root LIMIT ?", (_MOST_ROOTS,))
            named = [(number, str(path).rsplit("/", 1)[-1]) for number, path in rows]
            self._repositories = {
                vocabulary.normalise(name): one for one in named if (name := one[1])
            }
        found = self._repositories.get(vocabulary.normalise(text))
        return None if found is None else (found[1], found[0])

    def has_more_models(self, count: int) -> bool:
        """Return whether there are more models than so many."""
        some = "SELECT count(*) FROM (SELECT 1 FROM model LIMIT ?)"
        return self.connection is not None and self._rows(some, (count + 1,))[0][0] > count

    def count_below(self, root: int) -> int:
        """Return how many models lie in the indexed folder of a number."""
        return int(self._rows("SELECT count(*) FROM model WHERE root = ?", (root,))[0][0])

    def near(self, spelling: str) -> Iterator[str]:
        """Yield spellings of this database that share a start or an end with ``spelling``."""
        if self.connection is None or len(spelling) < 5:
            return
        half = len(spelling) // 2
        for column, text in (("normalised", spelling), ("reversed", spelling[::-1])):
            head = text[:half]
            rows = self._rows(
                f"SELECT normalised FROM name_index WHERE {column} >= ? AND {column} < ? "
                "AND length(normalised) BETWEEN ? AND ? AND kind NOT IN "
                "('model', 'architecture', 'hyperparameter', 'layer_fact') LIMIT ?",
                (head, head + "\U0010ffff", len(spelling) - 1, len(spelling) + 1, _MOST_NEAR),
            )
            yield from (row[0] for row in rows)

    def settings_from(self, letter: str) -> list[str]:
        """Return the names of settings and sizes of this database that begin with a letter; none
        where they are too many to be one.
        """
        if self.connection is None:
            return []
        rows = self._rows(
            "SELECT DISTINCT value FROM name_index WHERE normalised >= ? AND normalised < ? "
            "AND kind IN ('hyperparameter', 'layer_fact') LIMIT ?",
            (letter, letter + "\U0010ffff", _MOST_NEAR + 1),
        )
        return [row[0] for row in rows] if len(rows) <= _MOST_NEAR else []

    def terms_present(self, kind: str) -> set[str] | None:
        """Return the terms of a kind that this database has, or None where there is none."""
        if self.connection is None:
            return None
        return {row[0] for row in self._rows("SELECT name FROM term WHERE kind = ?", (kind,))}

    def narrower_present(self, kind: str, value: str) -> list[str]:
        """Return narrower terms of this database that a filter on ``value`` takes in."""
        return [
            row[0]
            for row in self._rows(
                "SELECT t.name FROM term a JOIN term_ancestor c ON c.ancestor = a.id "
                "JOIN term t ON t.id = c.term "
                "WHERE a.kind = ? AND a.name = ? AND c.distance > 0 "
                "AND EXISTS (SELECT 1 FROM model_term x WHERE x.term = t.id) "
                "ORDER BY c.distance, t.name",
                (kind, value),
            )
        ]

    def _stored(self, spellings: set[str]) -> dict[str, list[Name]]:
        if self.connection is None or not spellings:
            return {}
        rows = self._rows(
            "SELECT normalised, kind, value FROM name_index "
            "WHERE normalised IN (SELECT value FROM json_each(?)) ORDER BY kind, value",
            (texts_json(sorted(spellings)),),
        )
        found: dict[str, list[Name]] = {}
        for normalised, kind, value in rows:
            found.setdefault(normalised, []).append(Name(kind, value))
        for spelling, model_id in self._rows(
            "SELECT m.spelling, m.model_id FROM json_each(?) j "
            "CROSS JOIN model m ON m.spelling = j.value ORDER BY m.model_id",
            (texts_json(sorted(spellings)),),
        ):
            found.setdefault(spelling, []).append(Name("model", model_id))
        return found

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if self.connection is None:
            return []
        return list(self.connection.execute(sql, values))


def _shipped(spelling: str) -> list[Name]:
    return [
        Name(kind, index[spelling].name, shipped=True)
        for kind, index, places in _shipped_places()
        if spelling in places
    ]


@vocabulary.remembered
def _shipped_places() -> list[tuple[str, vocabulary.Index, Mapping[str, int]]]:
    """Return the kinds with their indexes and the spellings that these have: a question asks for
    some thirty, of each kind.
    """
    indexes = [(kind, vocabulary.index(kind)) for kind in (*SHIPPED_KINDS, "metric")]
    return [(kind, index, index.places) for kind, index in indexes]


def _unique(names: list[Name]) -> list[Name]:
    order = {kind: place for place, kind in enumerate(ENTITY_KINDS)}
    first: dict[tuple[str, str], Name] = {}
    for name in names:
        first.setdefault((name.kind, name.value), name)
    return sorted(first.values(), key=lambda name: order.get(name.kind, len(order)))


def _singulars(spelling: str) -> Iterator[str]:
    if len(spelling) < 4 or spelling[-1] != "s" or spelling[-2] == "s":
        return
    yield spelling[:-1]
    if spelling.endswith("ies"):
        yield spelling[:-3] + "y"
    elif spelling.endswith("es"):
        yield spelling[:-2]
