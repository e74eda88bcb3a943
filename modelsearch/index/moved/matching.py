"""Which file that is gone is which file that is new: by content, in doubt by name and folder.

Places are whole paths with forward slashes. A content that went from one place and came to one
other has moved there. Where several places have the same content, the folder that its neighbours
moved to decides, else the name; what is still open is not guessed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_Group = tuple[list[str], list[str]]


@dataclass(frozen=True, slots=True)
class Matches:
    """``pairs`` lead from old places to new ones; ``folders`` count, for each old folder and new
    one, the pairs that went from this to that; ``open`` are the old and new places of contents of
    which it is not known which went where.
    """

    pairs: dict[str, str] = field(default_factory=dict)
    folders: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)


def match(gone: Mapping[str, bytes], new: Mapping[str, bytes]) -> Matches:
    """Match places by the contents that went from them and came to them."""
    found = Matches()
    groups = _by_content(gone, new)
    for old, now in groups:
        if len(old) == len(now) == 1:
            _accept(found, old[0], now[0])
    groups = [(old, now) for old, now in groups if len(old) > 1 or len(now) > 1]
    for old, now in groups:
        _by_folders(found, old, now)
    for old, now in groups:
        _by_names(found, old, now)
        if old and now:
            found.open.append((tuple(old), tuple(now)))
    return found


def below(folder: str, other: str, place: str) -> str:
    """Return where a place in ``folder`` lies when that folder is ``other``."""
    return other + place[len(folder) :]


def above(place: str) -> Iterator[str]:
    """Yield the folders that hold a place, the nearest first."""
    while "/" in place:
        place = place.rpartition("/")[0]
        yield place


def _by_content(gone: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[_Group]:
    contents: dict[bytes, _Group] = defaultdict(lambda: ([], []))
    for place in sorted(gone):
        contents[gone[place]][0].append(place)
    for place in sorted(new):
        if new[place] in contents:
            contents[new[place]][1].append(place)
    return [group for group in contents.values() if group[1]]


def _accept(found: Matches, old: str, new: str) -> None:
    found.pairs[old] = new
    for folders in _folders(old, new):
        found.folders[folders] += 1


def _folders(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield the folders that a file of one name moved between, those of folders of one name, too:
    ``/a/x/f`` and ``/b/x/f`` moved from ``/a/x`` to ``/b/x``, and from ``/a`` to ``/b``.
    """
    while True:
        old, _, old_name = old.rpartition("/")
        new, _, new_name = new.rpartition("/")
        if old_name != new_name or old == new or not (old and new):
            return
        yield old, new


def _by_folders(found: Matches, old: list[str], new: list[str]) -> None:
    """Match what lies where its neighbours went, the folder of most neighbours first."""
    there = set(new)
    targets: dict[str, list[tuple[int, str]]] = {}
    by_folder: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (folder, other), count in found.folders.items():
        by_folder[folder].append((other, count))
    for place in old:
        targets[place] = [
            (count, target)
            for folder in above(place)
            for other, count in by_folder.get(folder, ())
            if (target := below(folder, other, place)) in there
        ]
    for count in sorted({count for told in targets.values() for count, _ in told}, reverse=True):
        _pair_up(
            found,
            old,
            new,
            (
                (place, target)
                for place, told in targets.items()
                for votes, target in told
                if votes == count
            ),
        )


def _by_names(found: Matches, old: list[str], new: list[str]) -> None:
    names: dict[str, list[str]] = defaultdict(list)
    for place in new:
        names[place.rpartition("/")[2]].append(place)
    _pair_up(
        found,
        old,
        new,
        [(place, target) for place in old for target in names[place.rpartition("/")[2]]],
    )


def _pair_up(
    found: Matches, old: list[str], new: list[str], candidates: Iterable[tuple[str, str]]
) -> None:
    """Accept the candidates of which neither side has another one."""
    froms, tos = set(old), set(new)
    left = sorted({(a, b) for a, b in candidates if a in froms and b in tos})
    of, to = Counter(a for a, _ in left), Counter(b for _, b in left)
    for a, b in left:
        if of[a] == to[b] == 1:
            _accept(found, a, b)
            froms.remove(a)
            tos.remove(b)
    old[:], new[:] = sorted(froms), sorted(tos)
