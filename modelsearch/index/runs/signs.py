"""Signs in the texts of scripts that one of several made a run: it writes the run's file, it alone
uses the library that recorded it, it alone has the settings that the run recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import PurePosixPath

from modelsearch.index.runs.writing import SAVES, SHORTEST
from modelsearch.records.datafiles import read_text
from modelsearch.records.wordlists import word_set
from modelsearch.sources.readme import COMMON_STEMS

_LEAST_NAMES = 2
#: Settings that any script has.
_COMMON = frozenset({"epochs", "seed", "model", "data", "name", "lr", "batch_size", "dataset"})


def code_of(notebook: str) -> str:
    """Return the code of a notebook's cells without what they printed and without commands of the
    shell, which run other scripts; the text as it is where it is no notebook.
    """
    try:
        cells = json.loads(notebook)["cells"]
        sources = [cell["source"] for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return notebook
    texts = ("".join(one) if isinstance(one, list) else str(one) for one in sources)
    return "\n".join(_SHELL.sub("", text) for text in texts)


def without_comments(code: str) -> str:
    """Return the code without its lines of comments and its descriptions (texts that are statements
    of their own, as of a module or a function): what they name, nothing writes.
    """
    return _COMMENT.sub("", _STRINGS.sub(_described, code))


_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*$")
#: Texts of several lines, and what they must not be taken for: comments and texts of one line.
_STRINGS = re.compile(
    r"#[^\n]*|(?P<mark>\"{3}|'{3})(?:[^\\]|\\.)*?(?P=mark)"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
#: What a text that is a statement of its own stands behind, and before.
_BEFORE = re.compile(r"(?:^|[^(,=\[{+\\\s])[ \t]*(?:#[^\n]*)?\n\s*[rRuU]?$|^\s*[rRuU]?$")
_BEHIND = re.compile(r"[ \t]*(?:#|;|\r?\n|$)")
_NEAR = 200  #: signs before a text that are looked at


def _described(found: re.Match[str]) -> str:
    """An empty text for a description, else the text as it is."""
    text, at = found.string, found.start()
    if not found["mark"] or not _BEHIND.match(text, found.end()):
        return found[0]
    return '""' if _BEFORE.search(text[max(0, at - _NEAR) : at]) else found[0]


_SHELL = re.compile(r"(?m)^\s*(?:%%(?:bash|sh|script)[\s\S]*|[!%](?:[^\n]*\\\n)*[^\n]*)")
#: A text between quotes.
QUOTED = re.compile(r"\"[^\"\n]{0,400}\"|'[^'\n]{0,400}'")
_LEAST_LETTERS = 6  #: of the fixed pieces of a name that is put together


def putting_together(texts: Mapping[str, str], name: str) -> list[str]:
    """Return the scripts that put a file's name together: ``f"db-{kind}_{n}.db"`` makes
    ``db-mlp_10.db``; where several do, those that save what they call so.
    """
    made = [one for one, text in texts.items() if _makes(_templates(text), name)]
    saving = [one for one in made if _makes(_templates(texts[one], saved=True), name)]
    return saving or made


def _makes(patterns: Sequence[re.Pattern[str]], name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in patterns)


@lru_cache(maxsize=512)
def _templates(text: str, *, saved: bool = False) -> tuple[re.Pattern[str], ...]:
    lines = (
        line
        for line in text.split("\n")
        if ("{" in line or "%" in line) and (not saved or SAVES.search(line))
    )
    written = {each for line in lines for each in QUOTED.findall(line)}
    return tuple(one for one in map(_template, sorted(written)) if one is not None)


def _template(written: str) -> re.Pattern[str] | None:
    """The pattern of the names that a text with places for values makes; None where its fixed
    pieces say too little.
    """
    pieces = _PLACE.split(written[1:-1].rpartition("/")[2])
    fixed = "".join([*pieces[:-1], pieces[-1].partition(".")[0]])
    if len(pieces) < 2 or sum(sign.isalpha() for sign in fixed) < _LEAST_LETTERS:
        return None
    return re.compile("[^/]*?".join(map(re.escape, pieces)))


_PLACE = re.compile(r"\{[^{}]{0,80}\}|%[-+ #0-9.*]{0,8}[a-zA-Z]")


#: Folders of that name lie in any run; they say nothing of their script.
GENERAL_FOLDERS = word_set("""
    logs log models model results result output outputs checkpoints checkpoint weights runs data
    train eval test tensorboard tensorboard_logs tb_logs saved_models saved_model plots figures
""")
_SPLIT = re.compile(r"[A-Za-z]+|\d+")
#: Words of a script's name that do not tell it from others.
_GENERAL = word_set("""
    train training trainer run main script model models the py test kaggle colab final new old v my
    fit experiment exp start mlflow optuna wandb tensorboard tb lightning hydra sacred catboost aim
    dvc log logs runs result results output outputs checkpoint checkpoints weights data dataset
    metrics eval evaluate evaluation predict history
""")


def spoken_in(scripts: Sequence[str], path: str, least: int = 1) -> str | None:
    """Return the one script of whose name a path has most words in a row: ``kaggle/dqn_shaped.py``
    of ``results_dqn_shaped/logs``. At least so many, and none of another script's that it lacks.
    """
    inside = f" {' '.join(_SPLIT.findall(path.lower()))} "
    own = {script: _own_words(script) for script in scripts}
    said = {script: words for script, words in own.items() if f" {' '.join(words)} " in inside}
    most = max(map(len, said.values()), default=0)
    best = [script for script, words in said.items() if len(words) == most]
    return best[0] if len(best) == 1 and most >= least else None


def longest_in(near: Sequence[str], run: PurePosixPath) -> str | None:
    """Return the script whose name, the longest, is in a run's path."""
    path = "/".join(run.parts).lower()
    stems: Mapping[str, str] = {script: PurePosixPath(script).stem.lower() for script in near}
    inside = [
        script
        for script, stem in stems.items()
        if stem not in COMMON_STEMS
        and len(stem) > 2
        and re.search(rf"(^|[\W_]){re.escape(stem)}($|[\W_])", path)
    ]
    inside.sort(key=lambda script: -len(stems[script]))
    if not inside or (len(inside) > 1 and len(stems[inside[0]]) == len(stems[inside[1]])):
        return None
    return inside[0]


def speaks_of(scripts: Iterable[str], path: str) -> bool:
    """Return whether a path has a word of a script's name: ``test.log`` and ``test.py``."""
    words = set(re.findall(r"[a-z]{3,}", path.lower()))
    return any(
        not words.isdisjoint(re.findall(r"[a-z]{3,}", PurePosixPath(one).stem.lower()))
        for one in scripts
    )


def _own_words(script: str) -> list[str]:
    stem = script.rpartition("/")[2].rpartition(".")[0]
    words = _SPLIT.findall(stem.lower())
    found = [word for word in words if word not in _GENERAL]
    return found if any(len(word) > 2 and not word.isdigit() for word in found) else ["\0"]


def speaking_name(file: str) -> bool:
    """Return whether a file's name says more than what kind of file it is: ``best_lstm.h5``."""
    words = _SPLIT.findall(file.rpartition(".")[0].lower())
    return any(len(word) > 2 and word not in _GENERAL for word in words if not word.isdigit())


def speaking_of(texts: Mapping[str, str], file: str) -> str | None:
    """Return the one script that has a log's name without its suffix as a text of its own:
    ``init_logger("resnet")`` for ``resnet.log``.
    """
    stem, _, suffix = file.rpartition(".")
    if suffix not in ("log", "out", "txt", "csv", "json", "jsonl") or len(stem) < SHORTEST:
        return None
    said = re.compile(rf"([\"']){re.escape(stem)}\1")
    found = [script for script, text in texts.items() if said.search(text)]
    return found[0] if len(found) == 1 else None


def tool_of(path: str, tool: str | None) -> str | None:
    """Return the tool that calls a folder of a path so where a script says nothing else
    (``lightning_logs``), else what is given.
    """
    folders = (_tools_of_folders().get(part) for part in path.split("/"))
    return next((each for each in folders if each), tool)


def user_of(texts: Mapping[str, str], tool: str | None) -> str | None:
    """Return the one script that uses a library which writes runs as this tool does."""
    uses = _uses(tool) if tool else None
    users = [script for script, text in texts.items() if uses is not None and uses.search(text)]
    return users[0] if len(users) == 1 else None


@cache
def _tools_of_folders() -> dict[str, str]:
    found: dict[str, str] = json.loads(read_text(__file__, "folders.json"))
    return found


@cache
def _uses(tool: str) -> re.Pattern[str] | None:
    libraries = json.loads(read_text(__file__, "tools.json"))
    names = libraries.get(tool)
    if names is None:
        return None
    joined = "|".join(map(re.escape, names))
    return re.compile(rf"(?m)(?:^|[\"])\s*(?:import|from)\s+(?:{joined})\b|\b(?:{joined})\(")


def only_one_that_names(texts: Mapping[str, str], settings: Sequence[str]) -> str | None:
    """Return the one script that has names of settings which no other has: at least two, and no
    other script has one that it lacks.
    """
    names = {name.rpartition(".")[2] for name in settings} - _COMMON
    found = {
        script: {name for name in names if len(name) >= SHORTEST and _has_word(text, name)}
        for script, text in texts.items()
    }
    best = max(found, key=lambda script: len(found[script]), default=None)
    if best is None:
        return None
    others = [found[script] for script in found if script != best]
    own = found[best].difference(*others)
    clear = len(own) >= _LEAST_NAMES and all(other <= found[best] for other in others)
    return best if clear else None


def _has_word(text: str, name: str) -> bool:
    """Return whether a name stands in a text on its own."""
    if re.fullmatch(r"\w+", name):
        return name in _words_of(text)
    return name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


@lru_cache(maxsize=512)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))
