"""Exporting a part, merging several files, moving and forgetting: what is inside, what is gone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
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


def test_the_same_files_make_the_same_bytes_however_often(
    indexed: Indexed, lab: Path, tmp_path: Path
):
    made = []
    for number in range(2):
        part, both = tmp_path / f"part{number}.db", tmp_path / f"both{number}.db"
        sent = run("export", str(part), "--no-paths", "--no-code", "--db", str(indexed.db))
        assert sent.exit_code == 0, sent.output
        files = [f"ann={part}", f"bob={lab}"]
        assert run("merge", *files, "-o", str(both)).exit_code == 0
        made.append((part.read_bytes(), both.read_bytes()))
    assert made[0] == made[1]
    assert "nothing new" in run("merge", *files, "-o", str(both)).stderr
    assert without_counters(both.read_bytes()) == without_counters(made[1][1])


def without_counters(data: bytes) -> bytes:
    """The bytes of a file, but how often SQLite has opened it to write."""
    return data[:24] + data[28:92] + data[96:]


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
    nowhere = run("relocate", str(new), "/no/such", "--db", str(lab))
    assert "there is no folder /no/such" in str(nowhere.exception)
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


def test_words_of_code_can_stay_where_code_is_left_out(lab: Path, tmp_path: Path) -> None:
    with_words, without = tmp_path / "words.db", tmp_path / "none.db"
    assert (
        run("export", str(with_words), "--no-code", "--code-words", "--db", str(lab)).exit_code == 0
    )
    assert run("export", str(without), "--no-code", "--db", str(lab)).exit_code == 0
    assert ask(with_words, "models with a DataLoader") == ask(lab, "models with a DataLoader")
    for target in (with_words, without):
        assert b"DataLoader(" not in every_byte(target)
    kinds = "SELECT count(*) FROM passage WHERE kind = 'code'"
    assert [apsw.Connection(str(one)).execute(kinds).fetchone()[0] > 0
            for one in (with_words, without)] == [True, False]  # fmt: skip
    assert "not inside: code, words of code" in run("info", "--db", str(without)).stdout


def test_pictures_travel_as_small_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "net"
    (folder / "samples").mkdir(parents=True)
    (folder / "net.py").write_text(
        TORCH + "net = Net()\nopt = optim.Adam(net.parameters(), lr=0.1)\n"
        'for x, y in DataLoader(datasets.MNIST("."), batch_size=8):\n'
        "    net(x).sum().backward()\n    opt.step()\n"
    )
    for number in range(3):
        picture = Image.new("RGB", (640, 480), (80 * number, 10, 200))
        picture.save(folder / "samples" / f"epoch_{number}.png")
    db, plain, small = tmp_path / "lab.db", tmp_path / "plain.db", tmp_path / "small.db"
    assert run("index", str(folder), "--encoder", "none", "--db", str(db)).exit_code == 0
    assert run("export", str(plain), "--db", str(db)).exit_code == 0
    said = run("export", str(small), "--thumbnails", "--no-paths", "--db", str(db))
    assert said.exit_code == 0, said.output
    assert "inside: " in said.stderr
    assert "3 thumbnails" in said.stderr
    rows = apsw.Connection(str(small)).execute("SELECT width, height, data FROM thumbnail")
    sizes = [(width, height, len(data)) for width, height, data in rows]
    assert [one[:2] for one in sizes] == [(192, 144)] * 3
    assert max(size for *_, size in sizes) < 20_000
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another machine"))
    shutil.rmtree(folder)
    pages = []
    for file in (small, plain):
        page = tmp_path / f"{file.stem}.html"
        assert run("images", "net", "--gallery", str(page), "--db", str(file)).exit_code == 0
        pages.append(page.read_text().count("data:image/"))
    assert pages == [3, 0]
    again = tmp_path / "without.db"
    assert run("export", str(again), "--no-thumbnails", "--db", str(small)).exit_code == 0
    assert "not inside" in run("info", "--db", str(again)).stdout


def test_what_a_part_was_exported_without_is_said_of_the_merged_file(
    lab: Path, tmp_path: Path
) -> None:
    part, merged = tmp_path / "part.db", tmp_path / "merged.db"
    assert run("export", str(part), "--no-paths", "--db", str(lab)).exit_code == 0
    said = run("merge", f"ann={part}", f"bob={lab}", "-o", str(merged))
    assert "exported without paths" in said.stderr
    assert "not inside (of all parts): paths" in run("info", "--db", str(merged)).stdout
    again = tmp_path / "again.db"
    assert run("export", str(again), "--no-texts", "--db", str(merged)).exit_code == 0
    assert "(of all parts): paths, texts" in run("info", "--db", str(again)).stdout


def test_remarks_of_a_part_without_authors_are_its_owners(lab: Path, tmp_path: Path) -> None:
    part, merged = tmp_path / "part.db", tmp_path / "merged.db"
    assert run("note", "models_net", "good", "--author", "al", "--db", str(lab)).exit_code == 0
    assert run("export", str(part), "--no-paths", "--db", str(lab)).exit_code == 0
    assert run("merge", f"ann={part}", f"bob={lab}", "-o", str(merged)).exit_code == 0
    rows = json.loads(run("remarks", "--db", str(merged), "--format", "json").stdout)
    assert [row["author"] for row in rows] == ["ann", "al"]


def test_a_remark_that_was_made_since_comes_with_the_next_merge(lab: Path, tmp_path: Path) -> None:
    merged = tmp_path / "merged.db"
    assert run("merge", f"ann={lab}", "-o", str(merged)).exit_code == 0
    assert run("tag", "models_net", "baseline", "--db", str(lab)).exit_code == 0
    assert run("merge", f"ann={lab}", "-o", str(merged)).exit_code == 0
    assert ids(merged, "tag:baseline")


def test_a_merge_that_was_killed_is_finished_by_the_next(
    indexed: Indexed, lab: Path, tmp_path: Path
) -> None:
    merged, whole = tmp_path / "merged.db", tmp_path / "whole.db"
    words = [f"ann={indexed.db}", f"bob={lab}", f"cid={indexed.db}"]
    assert run("merge", *words, "-o", str(whole)).exit_code == 0
    for wait in (0.4, 0.7, 1.0):
        child = subprocess.Popen(
            [sys.executable, "-m", "modelsearch", "merge", *words, "-o", str(merged)],
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        child.kill()
        child.wait()
        if merged.exists():
            assert apsw.Connection(str(merged)).execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert run("merge", *words, "-o", str(merged)).exit_code == 0
    for question in QUESTIONS[:4]:
        assert json.loads(ask(merged, question)) == json.loads(ask(whole, question))
