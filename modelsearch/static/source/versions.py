"""The version of a framework, where a file of the project pins it exactly; never a range."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from modelsearch.records import tomltext
from modelsearch.records.artefacts import Evidence, Fact
from modelsearch.records.files import entries, locate, path_text, read_start, read_text
from modelsearch.static.source.program import Program
from modelsearch.static.source.tree import SourceTree

#: Distribution names whose pinned version tells the version of a framework.
_DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "PyTorch": ("torch",),
    "PyTorch Lightning": ("pytorch-lightning", "lightning"),
    "TensorFlow": ("tensorflow", "tensorflow-gpu", "tensorflow-cpu"),
    "Keras": ("keras",),
    "JAX": ("jax",),
    "scikit-learn": ("scikit-learn",),
    "Hugging Face Transformers": ("transformers",),
    "PaddlePaddle": ("paddlepaddle", "paddlepaddle-gpu"),
    "MXNet": ("mxnet", "mxnet-cu101"),
    "Stable-Baselines3": ("stable-baselines3",),
}


_PIN = re.compile(
    r"^\s*+[\"'-]*+\s*+([A-Za-z0-9_.-]++)(?:\[[^\]]{0,200}\])?\s*+={1,3}\s*v?([0-9][\w.+!-]*)"
)


_MAX_BYTES = 2_000_000
_MOST_MISSED = 100  #: packages that stand otherwise than they read, before lines are given up
_REQUIREMENTS = re.compile(r"requirements.*\.txt", re.DOTALL)


_INSTALL = re.compile(r"[%!]\s*(?:python3? -m )?pip3? install ([^\"\\\n]*)")
_PINNED_WORD = re.compile(r"(?<![\w.-])([A-Za-z][\w.-]*+)(?:\[[^\]]{0,200}\])?==v?([0-9][\w.+!-]*)")


_Pinned = dict[str, tuple[str, int | None]]
_Pins = Iterator[tuple[str, tuple[str, int | None]]]


def framework_version(program: Program, framework: str) -> Fact | None:
    """Return the version that the notebook installs, else the one that files beside it pin."""
    if program.main.notebook is not None:
        found = _installed(program.root, program.main.path, _wanted(framework))
        if found is not None:
            return Fact(found, Evidence(program.main.path, "code", None, "pip install"))
    return version_from_files(framework, program.folder, program.tree)


def _wanted(framework: str) -> tuple[str, ...]:
    return _DISTRIBUTIONS.get(framework, (framework.lower(),))


def _installed(root: Path, notebook: str, wanted: tuple[str, ...]) -> str | None:
    """What ``!pip install torch==2.1.0`` in a cell names."""
    try:
        text = read_start(locate(root, notebook), _MAX_BYTES, root).decode("utf-8", "replace")
    except OSError:
        return None
    pins = {
        word[1].lower().replace("_", "-"): word[2]
        for line in _INSTALL.findall(text)
        for word in _PINNED_WORD.finditer(line)
    }
    return next((pins[name] for name in wanted if name in pins), None)


def version_from_files(framework: str, folder: Path, tree: SourceTree) -> Fact | None:
    """Return the version of ``framework`` that a file beside or above the script pins exactly.

    Lock files, requirements, pyproject and conda environments are read from ``folder`` upwards to
    ``root``, the nearest first. A range (``>=1.8``) is no version. Never raises on a bad file.
    """
    wanted = _wanted(framework)
    root = tree.root
    for place in _upwards(folder, root):
        for file, pins in _pins_at(place, tree):
            name = next((name for name in wanted if name in pins), None)
            if name is not None:
                version, line = pins[name]
                path = path_text(file.relative_to(root).as_posix())
                return Fact(version, Evidence(path, "config", line))
    return None


def _upwards(folder: Path, root: Path) -> Iterator[Path]:
    current = folder
    while True:
        yield current
        if current == root or root not in current.parents:
            return
        current = current.parent


def _pin_files(folder: Path, root: Path) -> list[Path]:
    fixed = ["uv.lock", "poetry.lock", "Pipfile.lock", "environment.yml", "environment.yaml"]
    try:
        with entries(folder, root) as inside:
            there = [entry.name for entry in inside]
    except OSError:
        return []
    requirements = [name for name in there if _REQUIREMENTS.fullmatch(name)]
    names = [*fixed[:3], *requirements, "pyproject.toml", "setup.py", "setup.cfg", *fixed[3:]]
    return [folder / name for name in names if name in there]


def _pins_at(folder: Path, tree: SourceTree) -> list[tuple[Path, _Pinned]]:
    """Return the files of a folder that pin versions, each with what it pins."""
    root = tree.root
    return tree.once(
        ("pins", folder), lambda: [(each, _pinned(each, root)) for each in _pin_files(folder, root)]
    )


def _pinned(file: Path, root: Path) -> _Pinned:
    try:
        return dict(_pins(file.name, read_text(file, _MAX_BYTES, root)))
    except (OSError, ValueError, RecursionError):
        return {}


def _pins(name: str, text: str) -> _Pins:
    """Yield ``(distribution, (version, line))`` for each exact pin of a file's text."""
    if name == "Pipfile.lock":
        return _pipfile_pins(text)
    if name.endswith(".lock"):
        return _lock_pins(text)
    return _setup_pins(text) if name == "setup.py" else _line_pins(text)


def _lock_pins(text: str) -> _Pins:
    packages, lines = tomltext.parse(text).get("package"), _Lines(text)
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and "version" in package:
            name, version = str(package.get("name")), str(package["version"])
            yield name.lower(), (version, lines.of(f'name = "{name}"', f'version = "{version}"'))


def _pipfile_pins(text: str) -> _Pins:
    known, lines = json.loads(text), _Lines(text)
    packages = known.get("default") if isinstance(known, dict) else None
    for key, value in packages.items() if isinstance(packages, dict) else ():
        version = str(value.get("version", "")) if isinstance(value, dict) else ""
        if version.startswith("=="):
            yield key.lower(), (version[2:], lines.of(f'"{key}"', f'"{version}"'))


def _setup_pins(text: str) -> _Pins:
    for number, written in enumerate(text.split("\n"), 1):
        for word in _PINNED_WORD.finditer(written.partition("#")[0]):
            yield word[1].lower().replace("_", "-"), (word[2], number)


def _line_pins(text: str) -> _Pins:
    for number, written in enumerate(text.split("\n"), 1):
        found = _PIN.match(written)
        if found and not written.lstrip().startswith("#") and "*" not in found[2]:
            yield found[1].lower().replace("_", "-"), (found[2].rstrip("."), number)


class _Lines:
    """Finds the lines of packages in the order in which a file names them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at, self._line = 0, 1
        self._missed = 0

    def of(self, part: str, version: str) -> int | None:
        """Return the line of a version that follows its package's name; None: not as written."""
        if self._missed > _MOST_MISSED:
            return None
        named = self._text.find(part, self._at)
        position = self._text.find(version, named) if named >= 0 else -1
        if position < 0:
            self._missed += 1
            return None
        self._line += self._text.count("\n", self._at, position)
        self._at = position
        return self._line
