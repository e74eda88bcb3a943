"""Is a file a model? It is when it trains something, or defines a model that no other file uses."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path, PurePosixPath

from modelsearch.static.evaluator import Evaluator
from modelsearch.static.program import ClassInfo, Program
from modelsearch.static.stages import StageInfo

_BASES = (
    "nn.Module", "LightningModule", "keras.Model", "models.Model", "linen.Module", "nnx.Module",
    "HybridBlock", "gluon.Block", "nn.Block", "nn.Layer", "PreTrainedModel", "ModelMixin",
    "hk.Module", "haiku.Module", "equinox.Module", "eqx.Module", "training.Model", "Module",
)  # fmt: skip
_MAKERS = ("keras.Sequential", "models.Sequential", "keras.Model", "models.Model")
_TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$", re.I)
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+([^\n#]+)|import[ \t]+([^\n#]+))", re.M
)
_MAX_FILES = 600
_MAX_BYTES = 300_000


def defines_model(program: Program) -> bool:
    """Say whether the script itself defines a network: a class, or a function that builds one."""
    module = program.main
    for klass in module.all_classes.values():
        if any((_base(program, klass, base)) for base in klass.node.bases):
            return True
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = module.qualified(node.func)
            if name and name.endswith(_MAKERS):
                return True
    return False


def _base(program: Program, klass: ClassInfo, base: ast.expr, depth: int = 0) -> bool:
    name = klass.module.qualified(base)
    if not name:
        return False
    if name.endswith(_BASES):
        return True
    found = program.resolve(klass.module, base)
    if isinstance(found, ClassInfo) and depth < 5 and found is not klass:
        return any(_base(program, found, each, depth + 1) for each in found.node.bases)
    return False


def is_test(path: str) -> bool:
    """Say whether a path is that of a test."""
    return bool(_TEST.search(path))


def classify(
    program: Program, evaluator: Evaluator, stages: list[StageInfo], entered: bool
) -> tuple[bool, str]:
    """Decide whether a script is a model and say why.

    ``entered`` says that the stages stand in functions which the script itself does not call.
    """
    path = program.main.path
    if is_test(path):
        return False, "a test"
    if not program.main.tree.body:
        return False, "no code"
    if stages and not entered:
        return True, f"trains: {stages[-1].record.name}"
    user = importer(program)
    if stages and user is None:
        return True, f"defines a training function: {stages[-1].record.name}"
    if not defines_model(program):
        return False, "trains nothing and defines no model"
    if user is not None:
        return False, f"a helper: imported by {user}"
    if path.endswith("__init__.py"):
        return False, "a package's list of names"
    return True, "defines a model that no other file here imports"


def project_folder(program: Program) -> Path:
    """The folder of the project: the nearest one above with a marker, else below the root."""
    folder = program.folder
    root = program.root
    while folder != root and folder.parent != folder:
        if any((folder / mark).exists() for mark in (".git", "pyproject.toml", "setup.py")):
            return folder
        folder = folder.parent
    return root


def importer(program: Program) -> str | None:
    """A file of the project that imports this one, or None."""
    path = PurePosixPath(program.main.path)
    if path.suffix != ".py":
        return None
    stem = path.stem if path.name != "__init__.py" else path.parent.name
    folder = project_folder(program)
    for file, names in _imports(str(folder)):
        if stem not in names:
            continue
        relative = _relative(Path(file), program.root)
        if relative != program.main.path and not is_test(relative):
            if _near(Path(file), program.root / program.main.path):
                return relative
    return None


def _near(user: Path, used: Path) -> bool:
    """Say whether an import of a stem can mean a file: in its folder, above it, or beside it."""
    folder = used.parent
    return (
        user.parent == folder
        or user.parent in folder.parents
        or folder in user.parent.parents
        or (user.parent.parent == folder.parent)
    )


def _relative(file: Path, root: Path) -> str:
    try:
        return file.relative_to(root).as_posix()
    except ValueError:
        return file.as_posix()


@lru_cache(maxsize=64)
def _imports(folder: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Which names each Python file of a folder imports; bounded."""
    found = []
    for number, file in enumerate(_files(Path(folder))):
        if number >= _MAX_FILES:
            break
        try:
            if file.stat().st_size > _MAX_BYTES:
                continue
            text = file.read_text("utf-8", "replace")
        except OSError:
            continue
        names: set[str] = set()
        for match in _IMPORT.finditer(
            text.replace("\\n", "\n").replace('"', "") if file.suffix == ".ipynb" else text
        ):
            names.update(re.findall(r"\w+", " ".join(part or "" for part in match.groups())))
        found.append((str(file), frozenset(names)))
    return tuple(found)


def _files(folder: Path) -> list[Path]:
    """Python files and notebooks below a folder, nearest first."""
    queue = [folder]
    found: list[Path] = []
    while queue and len(found) < _MAX_FILES:
        here = queue.pop(0)
        try:
            entries = sorted(here.iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith((".", "__pycache__", "node_modules", "venv", "site-packages")):
                continue
            if entry.is_dir() and not entry.is_symlink():
                queue.append(entry)
            elif entry.suffix in (".py", ".ipynb"):
                found.append(entry)
    return found


def clear_cache() -> None:
    """Forget which files import which (after files have changed)."""
    _imports.cache_clear()
