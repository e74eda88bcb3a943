"""Libraries that other packages describe: tests/plugin holds an example, as if installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SITE = Path(__file__).parent / "plugin" / "site"
ROOT = Path(__file__).parent.parent
SCRIPTS = {
    "function.py": """
import tinytrain

recipe = tinytrain.recipe("long", size=0.25)
net = tinytrain.net(layers=3)
tinytrain.fit(net, step="adam", size=recipe.size, passes=recipe.passes)
""",
    "learner.py": """
from tinytrain import Learner

Learner(step="sgd", size=0.5).learn(7)
""",
}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    for name, text in SCRIPTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(*command: str, site: Path | None = None, cwd: Path = ROOT, flags: tuple[str, ...] = ()):
    places = [str(ROOT), *([str(site)] if site is not None else []), *sys.path[1:]]
    done = subprocess.run(
        [sys.executable, *flags, "-m", "modelsearch", *command],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True, text=True, cwd=cwd, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def indexed(models: Path, site: Path | None, cwd: Path = ROOT):
    db = models.parent / "models.db"
    done = run("index", str(models), "--db", str(db), "--encoder", "none", site=site, cwd=cwd)
    return db, done.stdout + done.stderr


def rows(db: Path) -> dict[str, dict[str, Any]]:
    done = run("query", "", "--db", str(db), "--format", "json", "--limit", "0")
    return {row["path"]: row for row in json.loads(done.stdout)["results"]}


def test_an_installed_package_adds_a_library(models: Path) -> None:
    db, _ = indexed(models, SITE)
    found = rows(db)
    values = ("framework", "optimizer", "learning_rate", "epochs")
    assert [found["function.py"][name] for name in values] == ["tinytrain", "Adam", 0.25, 100]
    assert [found["learner.py"][name] for name in values] == ["tinytrain", "SGD", 0.5, 7]
    assert found["learner.py"]["architecture"] == "Learner"


def test_without_the_package_nothing_is_known_of_the_library(models: Path) -> None:
    db, told = indexed(models, None)
    assert rows(db) == {}
    assert "2 scripts: no machine-learning library (2)" in told


def test_a_package_in_the_folder_that_is_indexed_is_not_imported(models: Path) -> None:
    shutil.copytree(SITE, models, dirs_exist_ok=True)
    mark = models / "imported"
    planted = models / "tinytrain_modelsearch.py"
    planted.write_text(f"open({str(mark)!r}, 'w').close()\n", encoding="utf-8")
    db, _ = indexed(models, None, cwd=models)
    assert not mark.exists()
    assert rows(db) == {}


def test_a_package_that_cannot_be_imported_is_said_and_left_out(
    models: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(SITE, site)
    (site / "tinytrain_modelsearch.py").write_text("import nothing_at_all\n", encoding="utf-8")
    (models / "torch_script.py").write_text(
        "import torch\nnet = torch.nn.Linear(2, 2)\n"
        "opt = torch.optim.SGD(net.parameters(), lr=0.1)\n"
        "for epoch in range(3):\n    opt.step()\n",
        encoding="utf-8",
    )
    db, told = indexed(models, site)
    assert "the library tinytrain is left out: ModuleNotFoundError" in told
    assert list(rows(db)) == ["torch_script.py"]


def test_a_question_looks_for_no_libraries(models: Path) -> None:
    db, _ = indexed(models, SITE)
    done = run("query", "Adam", "--db", str(db), site=SITE, flags=("-X", "importtime"))
    assert "function" in done.stdout
    loaded = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    unwanted = ("tinytrain_modelsearch", "modelsearch.static", "modelsearch.vocabulary.wrappers")
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_scripts_are_read_again_when_a_library_is_installed(models: Path) -> None:
    db, _ = indexed(models, None)
    assert rows(db) == {}
    indexed(models, SITE)
    assert sorted(rows(db)) == ["function.py", "learner.py"]
