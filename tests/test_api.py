"""The Python interface, as a user's script calls it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import modelsearch
from modelsearch.records.wordlists import word_tuple
from tests.conftest import Indexed
from tests.torch_source import TORCH

PUBLIC = list(
    word_tuple("""
    Catalogue Changes ModelsearchError Rows change index_folders merge open
""")
)
CATALOGUE = list(
    word_tuple("""
    close code compare export facets fields images info models path query remarks runs show sql
""")
)

USER_SCRIPT = '''
"""What a user writes, checked by a strict type checker."""
import modelsearch


def best(path: str) -> list[tuple[str, float | None]]:
    with modelsearch.open(path) as catalogue:
        answer = catalogue.query("diffusion models", limit=0)
        found = [(row.model_id, row.learning_rate) for row in answer.results]
        detail = catalogue.show(found[0][0])
        names: list[str] = [stage.name for stage in detail.stages]
        print(names, len(catalogue), catalogue.sql("SELECT 1 AS one").to_dicts())
        said: list[str] = [remark.kind for remark in catalogue.remarks()]
        print(said, catalogue.fields().to_dicts())
        return found


def change(path: str, other: str, into: str) -> int:
    with modelsearch.change(path, author="ana") as lab:
        lab.tag("flower_v2", "baseline")
        lab.set("flower_v2", "learning_rate", 3e-4)
        lab.undo(1)
    return sum(part.models for part in modelsearch.merge({"ana": path, "bo": other}, into))
'''


@pytest.fixture(scope="module")
def catalogue(indexed: Indexed) -> modelsearch.Catalogue:
    return modelsearch.open(indexed.db)


def test_the_public_names_are_these() -> None:
    assert sorted(modelsearch.__all__) == PUBLIC
    assert re.fullmatch(r"\d+\.\d+\.\d+", modelsearch.__version__)
    public = {n for n in vars(modelsearch.Catalogue) if not n.startswith("_")} | {"path"}
    assert sorted(public) == CATALOGUE


def test_importing_costs_next_to_nothing() -> None:
    code = (
        "import sys, modelsearch; print([m for m in sys.modules if m.startswith('modelsearch.')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stdout.strip() == "[]"


def test_a_question_gives_what_the_command_gives(
    catalogue: modelsearch.Catalogue, indexed: Indexed
) -> None:
    answer = catalogue.query("models trained on MNIST", limit=0)
    printed = indexed.json("query", "models trained on MNIST", "--limit", "0")
    assert answer.as_json() == printed
    rows = catalogue.models("models trained on MNIST")
    assert [row["model_id"] for row in rows.to_dicts()] == [
        row["model_id"] for row in printed["results"]
    ]


def test_models_are_shown_compared_and_counted(
    catalogue: modelsearch.Catalogue, indexed: Indexed
) -> None:
    everyone = list(catalogue)
    assert len(everyone) == len(catalogue) == indexed.summary.models
    first, second = everyone[0].model_id, everyone[1].model_id
    assert first in catalogue and "nosuchmodel" not in catalogue
    assert catalogue.show(first).as_json() == indexed.json("show", first)
    report = catalogue.compare(first, second)
    assert report.as_json() == indexed.json("compare", first, second)
    assert catalogue.info()["counts"]["models"] == len(everyone)


def test_questions_go_on_after_sql_of_ones_own(indexed: Indexed) -> None:
    with modelsearch.open(indexed.db) as catalogue:
        before = catalogue.query("GANs without dropout").total
        assert catalogue.sql("SELECT count(*) AS n FROM models").to_dicts()
        with pytest.raises(modelsearch.ModelsearchError, match="only reads"):
            catalogue.sql("DELETE FROM model")
        with pytest.raises(modelsearch.ModelsearchError, match="no such table"):
            catalogue.sql("SELECT * FROM modles")
        assert catalogue.query("GANs without dropout").total == before
        assert catalogue.facets("dataset")
        with pytest.raises(modelsearch.ModelsearchError, match="only reads"):
            catalogue.sql("CREATE TEMP TABLE t (x)")


def test_pictures_runs_and_sql_are_rows(catalogue: modelsearch.Catalogue) -> None:
    pictures = catalogue.images()
    assert len(pictures) == catalogue.sql("SELECT count(*) AS n FROM images")[0]["n"]
    assert catalogue.runs().columns[:2] == ["model_id", "run_id"]
    table = catalogue.sql("SELECT model_id, '<b>' AS text, NULL AS gap FROM models LIMIT 60")
    assert table.columns == ["model_id", "text", "gap"]
    drawn = table._repr_html_()
    assert "&lt;b&gt;" in drawn and "<b>" not in drawn and "and 10 more" in drawn


def test_rows_become_a_data_frame(catalogue: modelsearch.Catalogue) -> None:
    pandas = pytest.importorskip("pandas")
    frame = catalogue.models("models trained on MNIST").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["model_id"]) == [r.model_id for r in catalogue.models("trained on MNIST")]


def test_mistakes_are_errors_with_one_line(catalogue: modelsearch.Catalogue) -> None:
    with pytest.raises(modelsearch.ModelsearchError, match="no model is called"):
        catalogue.show("nosuchmodel")
    with pytest.raises(modelsearch.ModelsearchError, match="there is no database"):
        modelsearch.open("/nowhere/models.db")
    with pytest.raises(modelsearch.ModelsearchError, match="two or more"):
        catalogue.compare(next(iter(catalogue)).model_id)


def test_a_script_indexes_and_asks(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "net.py").write_text(
        TORCH + "net = Net()\nopt = optim.SGD(net.parameters(), lr=0.1)\n"
        "for x, y in DataLoader(datasets.MNIST('.'), batch_size=8):\n"
        "    net(x).sum().backward()\n    opt.step()\n"
    )
    done = modelsearch.index_folders(tmp_path / "lab", tmp_path / "lab.db", encoder="none")
    assert done.models == 1
    with modelsearch.open(tmp_path / "lab.db") as catalogue:
        (row,) = catalogue.query("models with SGD").results
        assert (row.optimizer, row.batch_size) == ("SGD", 8)
        catalogue.export(tmp_path / "share.db", [row.model_id], code=False)
    with modelsearch.open(tmp_path / "share.db") as shared:
        assert len(shared) == 1


def test_a_users_script_passes_a_strict_type_checker(tmp_path: Path) -> None:
    script = tmp_path / "user.py"
    script.write_text(USER_SCRIPT)
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert found.returncode == 0, found.stdout


def test_what_is_said_in_python_is_what_the_commands_say(indexed: Indexed, tmp_path: Path) -> None:
    db = shutil.copy(indexed.db, tmp_path / "lab.db")
    with modelsearch.change(db, author="ana") as lab:
        lab.tag("flower_v2", "baseline", "paper")
        lab.untag("flower_v2", "paper")
        lab.note("flower_v2", "diverged after epoch 3")
        lab.set("flower_v2", "learning_rate", 3e-4)
        lab.unset("flower_v1", "dataset")
        with pytest.raises(modelsearch.ModelsearchError, match="no model is called"):
            lab.tag("nosuchmodel", "x")
    with modelsearch.open(db) as catalogue:
        assert [row.model_id for row in catalogue.models("tag:baseline")] == [
            "Generative-Oxford-102-Flower_v2"
        ]
        assert catalogue.show("flower_v2").row.learning_rate == 3e-4
        assert [one.kind for one in catalogue.remarks("flower_v2")] == ["tag", "note", "set"]
        assert {one.author for one in catalogue.remarks()} == {"ana"}
        (number,) = [one.id for one in catalogue.remarks() if one.kind == "unset"]
        root = catalogue.show("flower_v1").row.root
        assert "learning_rate" in {one["name"] for one in catalogue.fields()}
    with modelsearch.change(db) as lab:
        assert lab.undo(number).kind == "unset"
        assert lab.relocate(root, tmp_path / "elsewhere") == [(root, str(tmp_path / "elsewhere"))]
        assert lab.forget("flower_v1") == 1
    done = modelsearch.merge({"ana": db, "bo": indexed.db}, tmp_path / "both.db")
    assert [one.models for one in done] == [indexed.summary.models - 1, indexed.summary.models]
    with modelsearch.open(tmp_path / "both.db") as catalogue:
        assert len(catalogue) == 2 * indexed.summary.models - 1
