"""The shipped vocabulary: names that people use for datasets, architectures, devices and so on.

Each kind is one JSON file beside this module: an array with one entry per line. ``name`` is the
canonical spelling that the database stores; ``aliases`` are other spellings of the same thing
(compared after :func:`normalise`, so case, hyphens and spaces need no alias of their own);
``parents`` are broader terms of the same kind (LSTM is an RNN). Nothing here imports more than
the standard library, and a file is read when its kind is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json
from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any, TypeVar
from modelsearch.vocabulary.prepared import places_by_spelling

#: Every kind of term, which is also the stem of its file.
KINDS: tuple[str, ...] = (
    "family",
    "dataset",
    "subject",
    "framework",
    "optimizer",
    "technique",
    "hardware",
    "task",
    "scheduler",
    "loss",
    "metric",
)

#: What a family tells: what the network is made of, or how it is trained and used.
AXES: tuple[str, str] = ("built of", "trained as")

#: The file of each kind, beside this module.
FILES = {
    "family": "families.json",
    "dataset": "datasets.json",
    "subject": "subjects.json",
    "framework": "frameworks.json",
    "optimizer": "optimizers.json",
    "technique": "techniques.json",
    "hardware": "hardware.json",
    "task": "tasks.json",
    "scheduler": "schedulers.json",
    "loss": "losses.json",
    "metric": "metrics.json",
}


@frozen
class Term:
    """One entry of the vocabulary. Keys that do not apply to a kind are empty.

    ``subjects`` say what a dataset shows or is about, ``classes`` are the labels of small
    datasets in their official order, ``constructors`` the dotted names or identifiers by which
    code asks for the term, ``higher_is_better`` is known for metrics alone, ``axis`` says of
    families whether they name what a network is built of or how it is trained (:data:`AXES`).
    """

    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    modality: str | None = None
    subjects: tuple[str, ...] = ()
    constructors: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    higher_is_better: bool | None = None
    image_size: int | None = None
    channels: int | None = None
    axis: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """The canonical name followed by its aliases."""
        return (self.name, *self.aliases)


_REMEMBERED: list[Any] = []
Function = TypeVar("Function", bound=Callable[..., Any])


def remembered(function: Function) -> Function:
    """Keep what a function makes of the vocabulary until other names are known (:func:`add`)."""
    kept: Any = cache(function)
    _REMEMBERED.append(kept)
    return kept  # type: ignore[no-any-return]


@cache
def normalise(text: str) -> str:
    """Reduce a spelling to what it is compared by: ``"CIFAR-10"`` and ``"cifar 10"`` → ``cifar10``.

    Case is folded, diacritics are dropped, and so is all that is neither letter nor digit.
    """
    folded = text.casefold()
    if folded.isascii():
        return folded.translate(_DROPPED)
    import unicodedata

    parts = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in parts if c.isalnum() and not unicodedata.combining(c))


def normalise_all(texts: Sequence[str]) -> list[str]:
    """Return :func:`normalise` of many one-line texts; plain ones go through together, which is
    several times as quick.
    """
    plain = [text for text in texts if text.isascii()]
    lines = "\n".join(plain).casefold().translate(_DROPPED_IN_LINES).split("\n")
    known = dict(zip(plain, lines, strict=bool(plain)))
    return [known[text] if text in known else normalise(text) for text in texts]


_DROPPED = {code: None for code in range(128) if not chr(code).isalnum()}
_DROPPED_IN_LINES = {code: None for code in _DROPPED if code != ord("\n")}
_LISTS = ("aliases", "parents", "subjects", "constructors", "classes")


class Index(Mapping[str, Term]):
    """The terms of a kind by normalised spelling; the first of several with one spelling has it.

    A term is made when it is asked for: a question knows a handful of the thousand.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        ready = None if kind in _ADDED else places_by_spelling(kind, FILES[kind])
        self._places = ready or _first_places(normalised_entries(kind))

    @property
    def places(self) -> Mapping[str, int]:
        """Where in the list of its kind each spelling's term stands."""
        return self._places

    def __getitem__(self, spelling: str) -> Term:
        return _term(self._kind, self._places[spelling])

    def get(self, spelling: str, default: Term | None = None) -> Term | None:  # type: ignore[override]
        """Return the term of a spelling, else ``default``."""
        place = self._places.get(spelling)
        return default if place is None else _term(self._kind, place)

    def __contains__(self, spelling: object) -> bool:
        return spelling in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _first_places(entries: Sequence[Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place in range(len(entries) - 1, -1, -1):
        found.update(dict.fromkeys(entries[place], place))
    return found


def normalised_entries(kind: str) -> list[list[str]]:
    """Return the normalised spellings of each entry of a kind, in the order of its file."""
    listed = [(entry["name"], *entry.get("aliases", ())) for entry in _entries(kind)]
    rest = iter(normalise_all([spelling for entry in listed for spelling in entry]))
    return [[next(rest) for _ in entry] for entry in listed]


@remembered
def _entries(kind: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = shipped_json(read_text(__file__, FILES[kind]))
    return _joined(_ADDED[kind], entries) if kind in _ADDED else entries


_ADDED: dict[str, Sequence[Mapping[str, Any]]] = {}


def add(entries: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Know these entries beside the shipped ones, and none that were added before.

    An entry with the name of a shipped one adds its lists to it and replaces its other values; a
    spelling that both have is the added entry's.
    """
    if not entries and not _ADDED:
        return
    _ADDED.clear()
    _ADDED.update(entries)
    for cached in _REMEMBERED:
        cached.cache_clear()


def _joined(
    added: Sequence[Mapping[str, Any]], shipped: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    by_name = {normalise(entry["name"]): entry for entry in reversed(shipped)}
    first: dict[str, dict[str, Any]] = {}
    for entry in added:
        key = normalise(entry["name"])
        known = first.get(key) or by_name.get(key, {})
        lists = {name: [*known.get(name, ()), *entry[name]] for name in _LISTS if name in entry}
        named = {"name": known.get("name", entry["name"])}
        first[key] = {**known, **entry, **lists, **named}
    rest = [entry for entry in shipped if normalise(entry["name"]) not in first]
    return [*first.values(), *rest]


@remembered
def _term(kind: str, place: int) -> Term:
    entry = _entries(kind)[place] if kind in _ADDED else shipped_json(_lines(kind)[place])
    values: dict[str, Any] = {
        key: tuple(value) if key in _LISTS else value for key, value in entry.items()
    }
    return Term(kind=kind, **values)


@cache
def _lines(kind: str) -> list[str]:
    """Return the entries of a shipped file as they are written: a line each, between brackets."""
    return read_text(__file__, FILES[kind])[2:-3].split(",\n")


@remembered
def terms(kind: str) -> tuple[Term, ...]:
    """Return all terms of ``kind`` in the order of its file.

    Raises:
        KeyError: for a kind that is not in :data:`KINDS`.

    """
    return tuple(_term(kind, place) for place in range(len(_entries(kind))))


def spellings(kind: str) -> list[str]:
    """Return every spelling of every term of ``kind``."""
    return _spellings_in(_entries(kind))


def added_spellings(kind: str) -> list[str]:
    """Return every spelling of ``kind`` that the entries given to :func:`add` have."""
    return _spellings_in(_ADDED.get(kind, ()))


def _spellings_in(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    return [s for entry in entries for s in (entry["name"], *entry.get("aliases", ()))]


@remembered
def index(kind: str) -> Index:
    """Return the map from each normalised spelling of ``kind`` to its term."""
    return Index(kind)


@remembered
def constructors(kind: str) -> dict[str, Term]:
    """Return the map from each constructor of ``kind``, lower-cased, to its term."""
    return {name.lower(): term for term in terms(kind) for name in term.constructors}


def find(kind: str, text: str) -> Term | None:
    """Return the term of ``kind`` that ``text`` is a spelling of, else ``None``."""
    return index(kind).get(normalise(text))


def find_constructor(kind: str, dotted: str) -> Term | None:
    """Return the term of ``kind`` that code asks for by ``dotted``, else ``None``."""
    return constructors(kind).get(dotted.lower())


def find_in_code(kind: str, text: str) -> Term | None:
    """Return the term that ``text`` means where code says it: a folder, a file, an option.

    A constructor ``code:penn`` is a spelling for code alone: as a word of a question it would be
    something else.
    """
    return find_constructor(kind, f"code:{normalise(text)}") or find(kind, text)


@remembered
def ancestors(kind: str, name: str) -> tuple[tuple[str, int], ...]:
    """Return the broader terms of ``name``, nearest first, with their distance (from 1).

    A name that the vocabulary does not know has none.
    """
    found: dict[str, int] = {}
    level = [name]
    distance = 0
    while level:
        distance += 1
        above: list[str] = []
        for current in level:
            term = find(kind, current)
            for parent in term.parents if term else ():
                if parent not in found and parent != name:
                    found[parent] = distance
                    above.append(parent)
        level = above
    return tuple(found.items())


def narrower(kind: str, name: str) -> list[str]:
    """Return the terms that have ``name`` among their broader ones, in the order of the file."""
    entries = _entries(kind) if kind in _ADDED else _with_parents(kind)
    parents = {entry["name"]: entry.get("parents", ()) for entry in entries}
    below = {name}
    while more := [one for one, its in parents.items() if one not in below and below & {*its}]:
        below.update(more)
    return [one for one in parents if one in below and one != name]


def _with_parents(kind: str) -> list[dict[str, Any]]:
    """Return the entries of a shipped file that have broader terms, in its order; of the data sets
    these are a tenth.
    """
    return [shipped_json(line) for line in _lines(kind) if '"parents"' in line]


def axis(family: str) -> str:
    """Return the axis that a family stands on; what the vocabulary does not know is a structure."""
    term = find("family", family)
    return (term.axis if term is not None else None) or AXES[0]


@remembered
def axes(family: str) -> frozenset[str]:
    """Return the axes that a family fills: its own, and those of what it implies.

    A diffusion transformer says both what it is made of and how it is trained.
    """
    return frozenset(map(axis, (family, *(name for name, _ in ancestors("family", family)))))
