"""Exporting a part, merging several files, moving and forgetting: what is inside, what is gone."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path

import apsw
import pytest

from tests.conftest import Indexed, run
from tests.torch_source import TORCH

QUESTIONS = (
    "diffusion models",
    "models trained on MNIST",
    "batch size over 64",
    "how many GANs",
    "which optimizers did I use",
    "latest model",
    "compare the latest and the oldest GAN",
)


def ask(db: Path, question: str) -> str:
    result = run("query", question, "--db", str(db), "--format", "json", "--today", "2025-06-15")
    assert result.exit_code == 0, result.output
    return result.stdout


def ids(db: Path, question: str) -> set[str]:
    return {row["model_id"] for row in json.loads(ask(db, question))["results"]}


def every_byte(db: Path) -> bytes:
    """Return the file's bytes with every compressed text unpacked behind them."""
    connection = apsw.Connection(str(db))
    unpacked = [zlib.decompress(blob) for (blob,) in connection.execute("SELECT text FROM code")]
    connection.close()
    return db.read_bytes() + b"".join(unpacked)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A database over one project whose code, README and prompts name a person and a folder."""
    folder = tmp_path / "alice-home" / "models"
    folder.mkdir(parents=True)
    (folder / "net.py").write_text(
        TORCH.replace("import", "import", 1)
        + '"""Reads /home/alice/secretlab/data.npz first."""\n'
        + 'ROOT = "/home/alice/secretlab"\n'
        + f'OUT = "{folder}/out.txt"\n'
        + "net = Net()\nopt = optim.Adam(net.parameters(), lr=0.1)\n"
        + 'for x, y in DataLoader(datasets.MNIST("/data/shared/mnist"), batch_size=8):\n'
        + "    net(x).sum().backward()\n    opt.step()\n",
        encoding="utf-8",
    )
    (folder / "README.md").write_text(
        "# net\nTrain with /home/alice/secretlab/run.sh, see https://host.example/a/b/c.\n"
        "The zebrafish of the readme.\n",
        encoding="utf-8",
    )
    db = tmp_path / "lab.db"
    assert run("index", str(folder), "--db", str(db)).exit_code == 0
    return db


def test_a_whole_export_answers_with_the_same_bytes(indexed: Indexed, tmp_path: Path) -> None:
    target = tmp_path / "share.db"
    result = run("export", str(target), "--db", str(indexed.db))
    assert result.exit_code == 0, result.output
    for question in QUESTIONS:
        assert ask(target, question) == ask(indexed.db, question)
    assert list(tmp_path.iterdir()) == [target]


def test_a_part_holds_what_the_question_names_and_nothing_else(
    indexed: Indexed, tmp_path: Path
) -> None:
    target = tmp_path / "gans.db"
    assert run("export", str(target), "GAN models", "--db", str(indexed.db)).exit_code == 0
    wanted = {
        row["model_id"] for row in indexed.json("query", "GAN models", "--limit", "0")["results"]
    }
    connection = apsw.Connection(str(target))
    assert {one for (one,) in connection.execute("SELECT model_id FROM model")} == wanted
    assert ids(target, "GAN models") == wanted
    gone = indexed.json("query", "not GAN models", "--limit", "0")["results"][0]
    assert gone["path"].encode() not in every_byte(target)
    orphans = (
        "SELECT count(*) FROM evidence WHERE model NOT IN (SELECT id FROM model)",
        "SELECT count(*) FROM embedding WHERE passage NOT IN (SELECT id FROM passage)",
        "SELECT count(*) FROM image WHERE model NOT IN (SELECT id FROM model)",
    )
    assert [connection.execute(sql).fetchone()[0] for sql in orphans] == [0, 0, 0]


def test_an_export_without_paths_has_none_in_any_byte(lab: Path, tmp_path: Path) -> None:
    target = tmp_path / "share.db"
    result = run("export", str(target), "--no-paths", "--db", str(lab))
    assert result.exit_code == 0, result.output
    everything = every_byte(target)
    for private in (b"alice", b"/home", b"secretlab/", b"/data/shared", bytes(tmp_path)):
        assert private not in everything
    assert b"https://host.example/a/b/c" in everything
    assert ids(target, "zebrafish") == ids(lab, "zebrafish")
    connection = apsw.Connection(str(target))
    (missing,) = connection.execute(
        "SELECT count(*) FROM passage WHERE embed = 1 AND id NOT IN (SELECT passage FROM embedding)"
    ).fetchone()
    assert missing == 0


def test_an_export_without_code_and_texts_keeps_only_facts(lab: Path, tmp_path: Path) -> None:
    target = tmp_path / "share.db"
    assert run("export", str(target), "--no-code", "--no-texts", "--db", str(lab)).exit_code == 0
    assert b"zebrafish" in every_byte(lab)
    assert b"zebrafish" not in every_byte(target)
    assert b"DataLoader(" not in every_byte(target)
    connection = apsw.Connection(str(target))
    assert connection.execute("SELECT optimizer, datasets FROM models").fetchall() == [
        ("Adam", "MNIST")
    ]
    shown = run("info", "--db", str(target))
    assert "not inside: code, texts" in shown.stdout


def test_an_export_never_overwrites(lab: Path, tmp_path: Path) -> None:
    result = run("export", str(lab), "--db", str(lab))
    assert result.exit_code != 0
    assert "exists already" in str(result.exception)


def test_merged_files_answer_together_and_merging_again_changes_nothing(
    indexed: Indexed, lab: Path, tmp_path: Path
) -> None:
    target = tmp_path / "both.db"
    files = [f"ann={indexed.db}", f"bob={lab}"]
    assert run("merge", *files, "-o", str(target)).exit_code == 0
    apart = {
        row["model_id"]
        for row in indexed.json("query", "models trained on MNIST", "--limit", "0")["results"]
    } | ids(lab, "models trained on MNIST")
    connection = apsw.Connection(str(target))
    counted = connection.execute(
        "SELECT count(*) FROM models WHERE datasets LIKE '%MNIST%' AND datasets NOT LIKE '%-MNIST%'"
    ).fetchone()
    found = json.loads(ask(target, "models trained on MNIST"))
    assert found["total"] == len(apart) or counted[0] >= len(apart)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    before = list(connection.execute("SELECT id, model_id, path FROM model ORDER BY id"))
    connection.close()
    again = run("merge", *files, "-o", str(target))
    assert "nothing new" in again.stderr
    connection = apsw.Connection(str(target))
    assert list(connection.execute("SELECT id, model_id, path FROM model ORDER BY id")) == before


def test_owners_with_the_same_models_keep_both_apart(indexed: Indexed, tmp_path: Path) -> None:
    twin = shutil.copy(indexed.db, tmp_path / "twin.db")
    target = tmp_path / "both.db"
    result = run("merge", f"ann={indexed.db}", f"bob={twin}", "-o", str(target))
    assert result.exit_code == 0, result.output
    assert "byte by byte" in result.stderr
    assert "renamed" in result.stderr
    connection = apsw.Connection(str(target))
    (models,) = connection.execute("SELECT count(*) FROM model").fetchone()
    assert models == 2 * indexed.summary.models
    (vectors,) = connection.execute("SELECT count(*) FROM embedding").fetchone()
    source = apsw.Connection(str(indexed.db))
    assert vectors == 2 * source.execute("SELECT count(*) FROM embedding").fetchone()[0]


def test_two_files_of_one_owner_are_refused(lab: Path, tmp_path: Path) -> None:
    result = run("merge", f"ann={lab}", f"ann={lab}", "-o", str(tmp_path / "out.db"))
    assert "have the owner 'ann'" in str(result.exception)


def test_a_relocated_root_is_indexed_on_without_reading_again(lab: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "alice-home" / "models", tmp_path / "elsewhere"
    shutil.move(old, new)
    assert run("relocate", str(old), str(new), "--db", str(lab)).exit_code == 0
    again = run("index", str(new), "--db", str(lab))
    assert "models    1 unchanged\n" in again.stderr
    wrong = run("relocate", "/no/such", str(new), "--db", str(lab))
    assert "no indexed folder is /no/such" in str(wrong.exception)
    assert "takes two folders" in str(run("relocate", str(new), "--db", str(lab)).exception)


def test_forgotten_models_and_roots_are_gone_from_the_bytes(lab: Path, tmp_path: Path) -> None:
    root = tmp_path / "alice-home" / "models"
    assert run("forget", str(root), "--db", str(lab)).exit_code == 0
    assert json.loads(ask(lab, "zebrafish"))["total"] == 0
    assert run("info", "--db", str(lab), "--format", "json").exit_code == 0
    unknown = run("forget", "nosuchmodel", "--db", str(lab))
    assert "no model is called 'nosuchmodel'" in str(unknown.exception)
