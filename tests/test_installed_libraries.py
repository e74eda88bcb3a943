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
import tinytrain
from tinytrain import Learner

Learner(step="sgd", size=0.5).learn(7, on=tinytrain.examples("mnist"))
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
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
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
    assert found["learner.py"]["datasets"] == ["MNIST"]


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
    unwanted = ("tinytrain_modelsearch", "modelsearch.static", "modelsearch.vocabulary.roles")
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_scripts_are_read_again_when_a_library_is_installed(models: Path) -> None:
    db, _ = indexed(models, None)
    assert rows(db) == {}
    indexed(models, SITE)
    assert sorted(rows(db)) == ["function.py", "learner.py"]


LOG = "rate 0.01\n" + "".join(f"epoch {n} score 0.{n}1\n" for n in range(1, 6))


def test_an_installed_package_adds_a_reader_of_runs_and_names(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "first.leaf").write_text(LOG)
    db, _ = indexed(folder, SITE)
    rows = json.loads(run("runs", "--db", str(db), "--format", "json").stdout)["answer"]["runs"]
    assert [(row["tool"], row["learning_rate"]) for row in rows] == [("leaf log", 0.01)]
    told = run(
        "sql", "SELECT name, best, path, line FROM curves", "--db", str(db), "--format", "csv"
    )
    assert "leaf score,0.51,first.leaf,2" in told.stdout
    without, _ = indexed(tmp_path / "models", None)
    assert "leaf log" not in run("runs", "--db", str(without), "--format", "json").stdout


def test_plugins_lists_what_is_installed_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SITE, site)
    broken = site / "broken_modelsearch-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: broken-modelsearch\nVersion: 1.0\n"
    )
    (broken / "entry_points.txt").write_text("[modelsearch.runs]\nbroken = nosuchmodule\n")
    rows = json.loads(run("plugins", "--format", "json", site=site).stdout)
    assert [(row["kind"], row["name"], row["version"]) for row in rows] == [
        ("libraries", "tinytrain", "1.0"),
        ("runs", "broken", "1.0"),
        ("runs", "leaflog", "2.1"),
        ("vocabulary", "leaves", "2.1"),
        ("formats", "labbook", "0.3"),
        ("panels", "labbook", "0.3"),
    ]
    problems = {row["name"]: row["problem"] for row in rows}
    assert "nosuchmodule" in problems.pop("broken")
    assert set(problems.values()) == {None}
    assert "modelsearch.runs" in run("plugins").stdout


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "    return path if",
            "    raise OSError(9)\n    return path if",
            "note the reader of leaf log failed over names of files: OSError: 9",
        ),
        ('KIND = "leaf log"', "KIND = 3", "note the reader of runs leaflog is left out: "),
    ],
)
def test_a_reader_that_cannot_be_asked_is_said(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    site, folder = tmp_path / "site", tmp_path / "models"
    shutil.copytree(SITE, site)
    module = site / "leaflog_modelsearch.py"
    module.write_text(module.read_text().replace(before, after, 1))
    folder.mkdir()
    (folder / "first.leaf").write_text(LOG)
    _, said = indexed(folder, site)
    assert told in " ".join(said.split())


def test_a_reader_that_fails_costs_its_own_files_alone(tmp_path: Path) -> None:
    site, folder = tmp_path / "site", tmp_path / "models"
    shutil.copytree(SITE, site)
    module = site / "leaflog_modelsearch.py"
    module.write_text(
        module.read_text().replace("part = RunPart(path, KIND, 5)", "raise OSError(9)")
    )
    folder.mkdir()
    (folder / "first.leaf").write_text(LOG)
    (folder / "log.csv").write_text("epoch,loss\n1,0.5\n2,0.4\n")
    db, told = indexed(folder, site)
    assert "its reader failed: OSError" in told
    assert "CSV log" in run("runs", "--db", str(db), "--format", "json").stdout


def test_an_installed_package_adds_a_format_of_output(models: Path) -> None:
    db, _ = indexed(models, SITE)
    done = run("query", "", "--db", str(db), "--format", "labbook", site=SITE)
    assert "    optimizer: Adam\n" in done.stdout
    done = run("sql", "SELECT model_id, epochs FROM models ORDER BY 1", "--db", str(db),
               "--format", "labbook", site=SITE)  # fmt: skip
    assert done.stdout == "# models_function\n    epochs: 100\n# models_learner\n    epochs: 7\n"
    wrong = subprocess.run(
        [sys.executable, "-m", "modelsearch", "list", "--db", str(db), "--format", "labbook"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert wrong.returncode == 2
    assert "it takes one of table" in wrong.stderr and "labbook" not in wrong.stderr.split(":")[-1]


PAGE = """
import sys
from pathlib import Path
from modelsearch.api.page.reading import Reader
page = Reader(Path(sys.argv[1])).model({"id": ["models_learner"]})
print([section for section in page.values["sections"] if section[0] == "Lab book"])
"""


def test_an_installed_package_adds_a_part_to_a_models_page(models: Path) -> None:
    pytest.importorskip("jinja2")
    db, _ = indexed(models, SITE)
    for site, told in ((SITE, "[('Lab book', [('entry', 'models_learner', None)"), (None, "[]")):
        places = [str(ROOT), *([str(site)] if site else []), *sys.path[1:]]
        done = subprocess.run(
            [sys.executable, "-c", PAGE, str(db)], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        )  # fmt: skip
        assert done.stdout.startswith(told), done.stderr
