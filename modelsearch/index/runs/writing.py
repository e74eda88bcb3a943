"""Which scripts write a file or a folder, by the lines that name it: what only loads it, did not
make it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

SHORTEST = 4  #: letters of a name that is looked for
_LOADING = (
    r"load\w*|read\w*|open|exists|isfile|is_file|listdir|scandir|i?glob|walk|imread|"
    r"from_pretrained|restore\w*"
)
_LOADS = re.compile(rf"\b(?:{_LOADING})\s*\(", re.I)
_SAVING = "save|dump|write|to_csv|to_json|export|makedirs|mkdir"
#: A call that saves, up to its bracket.
SAVES = re.compile(r"(?i)(?:save|dump|export)\w*\s*(?=\()")
_GIVEN = re.compile(r"\s*(\w+)\s*=\s*(?:[rfbu]*[\"']|os\.path\.join\(|\w*Path\(|[\w.]+\s*/)")
#: An option of the command line, whose value goes by its name: ``args.config_file``.
_OPTION = re.compile(
    r"[^#]*?\b(?:add_argument|(?:add_)?option|DEFINE_\w+)\(\s*[\"']-{0,2}([\w\-]+)[\"']"
)
#: Calls that write what they are given, also those of objects that write later.
_WRITERS = rf"(?:{_SAVING}|(?<!load_)(?<!restore_)(?<!latest_)checkpoint|logger|FileHandler)\w*\s*"
_WRITING_CALL = re.compile(rf"(?i){_WRITERS}\(|[\"'][wax]b?\+?[\"']")
#: How a file is opened to be written, behind its name.
_MODE = r"\s*,\s*(?:mode\s*=\s*)?[\"'][wax]"
_WRITES = re.compile(
    r"(?i)save|dump|write|to_csv|to_json|checkpoint|logger|log_dir|logdir|log_path|"
    r"tensorboard_log\b|output|filename|mkdir|makedirs|export|storage|[\"'][wax]b?\+?[\"']"
)


def writers(texts: Mapping[str, str], name: str, *, surely: bool = False) -> list[str]:
    """Return the scripts that write a file or folder of this name: where several have the name,
    those that do more than load it. ``surely`` leaves out those of which nothing says so.

    A name inside a longer one (``deep`` in ``deep.ckpt``) counts where no script has it alone.
    """
    if len(name) < SHORTEST:
        return []
    naming: list[str] = []
    for spelled in _spellings(name):
        naming = [script for script, text in texts.items() if stands_in(text, name, spelled)]
        if naming:
            break
    lines = {script: _lines_with(texts[script], name, spelled) for script in naming}
    writing = [one for one in naming if any(_writes_in(texts[one], line) for line in lines[one])]
    if writing or surely:
        return writing
    return [one for one in naming if not _only_loads(texts[one], lines[one])]


@lru_cache(maxsize=1024)
def _spellings(name: str) -> tuple[re.Pattern[str], ...]:
    """How a script may spell a name, the surest first: with nothing before or behind it that would
    make it another's, of a folder between quotes or slashes; else as a part of a longer name.
    """
    part = re.escape(name)
    if "." in name:
        return re.compile(rf"(?<![\w\-.]){part}(?![\w\-])"), re.compile(part)
    alone = re.compile(rf"(?<![\w\-.]){part}(?![\w\-]|\.\w)")
    return re.compile(rf"(?<=[\"'/\\]){part}(?=[\"'/\\])"), alone, re.compile(part)


def savers(texts: Mapping[str, str], file: str) -> list[str]:
    """Return the scripts that save a file by its name without a suffix, which the library adds:
    ``model.save("ppo_hopper")`` for ``ppo_hopper.zip``, also through a variable.
    """
    stem, _, suffix = file.rpartition(".")
    if not suffix or len(stem) < SHORTEST:
        return []
    quoted = re.compile(rf"[\"'/]{re.escape(stem)}[\"']")
    return [
        script
        for script, text in texts.items()
        if stem in text
        and any(
            SAVES.search(line) or _passed_to(text, line, SAVES.pattern)
            for line in _lines_with(text, stem, quoted)
        )
    ]


def _only_loads(text: str, lines: Sequence[str]) -> bool:
    """Return whether a script only loads what these lines name: in the line itself, or by the
    variable that it gives the name to (``resume = "weights/best.pt"``, ``torch.load(resume)``).
    """
    return all(_LOADS.search(line) or _loads_later(text, line) for line in lines)


def only_reads(text: str, name: str) -> bool:
    """Return whether a script names a file, and only to load it."""
    if len(name) < SHORTEST:
        return False
    lines = [line for line in text.split("\n") if name in line]
    return bool(lines) and _only_loads(text, lines)


def _writes_in(text: str, line: str) -> bool:
    """Return whether a line writes what it names, or is of what is written. A word of writing in
    the name of a variable or option (``config_filename``) is none where that is only loaded.
    """
    if not _WRITES.search(line):
        return False
    return _WRITING_CALL.search(line) is not None or not _only_loads(text, [line])


def _loads_later(text: str, line: str) -> bool:
    """Return whether the variable or option that a line gives a name to is loaded and not saved,
    nor opened for writing.
    """
    return (
        _passed_to(text, line, rf"(?i)\b(?:{_LOADING})\s*")
        and not _passed_to(text, line, f"(?i){_WRITERS}")
        and not _passed_to(text, line, r"\bopen\s*", _MODE)
    )


def _passed_to(text: str, line: str, call: str, behind: str = "") -> bool:
    """Return whether the variable or option that a line gives a name to is handed to a call, with
    the text ``behind`` it there. What is called among the arguments is stepped over.
    """
    given = _GIVEN.match(line) or _OPTION.match(line)
    if given is None:
        return False
    name = given[1].replace("-", "_")
    return bool(re.search(rf"{call}\((?:[^()]|\([^()]*\))*?\b{name}\b{behind}", text))


def with_uncounted(names: Iterable[str]) -> Iterator[str]:
    """Yield names, each of two words or more also without the number that a library puts behind it:
    ``DQN_Cartpole_1`` of ``tb_log_name="DQN_Cartpole"``.
    """
    for name in names:
        yield name
        base = _COUNTED.match(name)
        if base is not None:
            yield base[1]


_COUNTED = re.compile(r"([A-Za-z]\w*_[A-Za-z]\w*?)_\d{1,3}$")


def leads_elsewhere(text: str, name: str, parts: Sequence[str]) -> bool:
    """Return whether a script names a folder of a path only on the way to others that are not the
    path's: ``tb/reinforce`` for ``tb/dqn_1``.
    """
    at = parts.index(name) + 1 if name in parts else len(parts)
    if at >= len(parts):
        return False
    behind = re.findall(rf"(?<![\w\-.]){re.escape(name)}(?:[/\\]+([\w\-]*))?", text)
    return bool(behind) and all(one and not parts[at].startswith(one) for one in behind)


def writes_path(text: str, paths: Sequence[str]) -> bool:
    """Return whether a script writes one of some paths, each from where it may have run."""
    return any(
        any(_writes_in(text, line) for line in _lines_with(text, path, _whole(path)))
        for path in paths
        if path in text
    )


@lru_cache(maxsize=1024)
def _whole(path: str) -> re.Pattern[str]:
    """A path that begins a text, or stands behind steps to the folders above: ``../models/a``."""
    return re.compile(rf"(?<![\w\-/}}])(?:\.{{1,2}}/)*{re.escape(path)}(?!\w)")


def below(folder: str, path: str, files: Sequence[str]) -> list[str]:
    """Return the paths of a run and of its files from a folder that holds them, each with and
    without suffixes; of one part alone they say too little.
    """
    found = []
    for one in (path, *(f"{path}/{name}" for name in files if not path.endswith(name))):
        if folder != "." and not one.startswith(f"{folder}/"):
            continue
        inner = one if folder == "." else one[len(folder) + 1 :]
        above, _, name = inner.rpartition("/")
        if above and len(inner) >= SHORTEST:
            found += list(dict.fromkeys((inner, f"{above}/{name.split('.')[0]}")))
    return [one for one in found if any(sign.isalpha() for sign in one)]


def _lines_with(text: str, name: str, spelled: re.Pattern[str]) -> list[str]:
    return [line for line in text.split("\n") if name in line and spelled.search(line)]


def stands_in(text: str, name: str, spelled: re.Pattern[str]) -> bool:
    """Return whether a name stands in a text as a pattern has it. Looked at are only the places
    where the name stands: the pattern alone would try each sign of a long text.
    """
    at = text.find(name)
    while at >= 0:
        if spelled.match(text, at):
            return True
        at = text.find(name, at + 1)
    return False
