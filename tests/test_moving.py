"""Files, folders and roots that moved are found again by `index` alone, with ids and remarks."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.conftest import run
from tests.torch_source import TORCH

SCRIPT = TORCH + (
    "net = Net()\nopt = optim.SGD(net.parameters(), lr={rate})\n"
    "for epoch in range(5):\n"
    "    for x, y in DataLoader(datasets.MNIST('.'), batch_size=8):\n"
    "        nn.functional.cross_entropy(net(x), y).backward()\n        opt.step()\n"
)


def write(file: Path, rate: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SCRIPT.format(rate=rate), encoding="utf-8")


class Lab:
    """A folder and its database; commands as a person gives them."""

    def __init__(self, base: Path) -> None:
        self.base, self.folder, self.db = base, base / "lab", base / "lab.db"
        self.folder.mkdir()

    def index(self, *folders: Path) -> str:
        where = [str(one) for one in folders or [self.folder]]
        result = run("index", *where, "--encoder", "none", "--jobs", "1", "--db", str(self.db))
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stderr

    def do(self, *words: str) -> str:
        result = run(*words, "--db", str(self.db))
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.output

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = apsw.Connection(str(self.db))
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()

    def tags(self) -> dict[str, list[str]]:
        """Return the tags by the whole path of the model that has them."""
        found: dict[str, list[str]] = {}
        for place, value in self.rows(
            "SELECT m.root || '/' || m.path, k.value FROM remarks k JOIN models m "
            "ON m.model_id = k.model_id WHERE k.kind = 'tag' AND k.model_is_here ORDER BY k.value"
        ):
            found.setdefault(place, []).append(value)
        return found

    def ids(self) -> dict[str, str]:
        return dict(self.rows("SELECT root || '/' || path, model_id FROM models"))


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_a_renamed_root_is_the_same_root_and_nothing_is_read_again(lab: Lab) -> None:
    for number in range(3):
        write(lab.folder / f"net{number}.py", f"0.{number + 1}")
    lab.index()
    lab.do("tag", "net1", "baseline")
    ids = set(lab.ids().values())
    new = lab.folder.rename(lab.base / "elsewhere")
    said = lab.index(new)
    assert "3 unchanged" in said
    assert f"3 models from {lab.folder} to {new}" in " ".join(said.split())
    assert set(lab.ids().values()) == ids
    assert lab.tags() == {f"{new}/net1.py": ["baseline"]}
    assert [path for (path,) in lab.rows("SELECT path FROM root")] == [str(new)]


def test_a_renamed_folder_keeps_its_models_also_those_that_were_edited(lab: Lab) -> None:
    for number in range(4):
        write(lab.folder / "old" / f"net{number}.py", f"0.{number + 1}")
    lab.index()
    ids = lab.ids()
    lab.do("note", "old_net0", "good")
    lab.do("set", "old_net3", "learning_rate", "9")
    (lab.folder / "old").rename(lab.folder / "new")
    write(lab.folder / "new" / "net3.py", "0.7")
    said = lab.index()
    assert "4 moved" in said
    assert "4 models from old/ to new/" in said
    assert lab.ids() == {place.replace("/old/", "/new/"): one for place, one in ids.items()}
    shown = json.loads(lab.do("show", "old_net3", "--format", "json"))
    assert shown["learning_rate"] == 9
    assert {e["value"] for e in shown["disagreements"] if "learning_rate" in e["field"]} == {"0.7"}
    assert all("old/" not in e["path"] for e in shown["evidence"])


def test_files_that_change_places_keep_what_is_theirs(lab: Lab) -> None:
    a, b, c = (lab.folder / f"{name}.py" for name in "abc")
    write(a, "0.1"), write(b, "0.2")
    lab.index()
    lab.do("tag", "lab_a", "A")
    lab.do("tag", "lab_b", "B")
    a.rename(c), b.rename(a), c.rename(b)
    lab.index()
    assert lab.tags() == {str(a): ["B"], str(b): ["A"]}
    b.rename(c), a.rename(b)
    lab.index()
    assert lab.tags() == {str(b): ["B"], str(c): ["A"]}


def test_a_copy_is_a_model_of_its_own_and_an_edited_file_stays_itself(lab: Lab) -> None:
    a = lab.folder / "a.py"
    write(a, "0.1")
    lab.index()
    lab.do("tag", "lab_a", "A")
    shutil.copy(a, lab.folder / "backup.py")
    write(a, "0.3")
    lab.index()
    assert lab.tags() == {str(a): ["A"]}


def test_a_file_moved_over_another_brings_its_own_notes_and_leaves_the_others_waiting(
    lab: Lab,
) -> None:
    a, b = lab.folder / "a.py", lab.folder / "b.py"
    write(a, "0.1"), write(b, "0.2")
    lab.index()
    lab.do("tag", "lab_a", "A")
    lab.do("tag", "lab_b", "B")
    kept = b.read_text()
    a.rename(b)
    lab.index()
    assert lab.tags() == {str(b): ["A"]}
    assert "B" in lab.do("remarks")
    (lab.folder / "again.py").write_text(kept)
    lab.index()
    assert lab.tags() == {str(b): ["A"], str(lab.folder / "again.py"): ["B"]}


def test_where_two_files_have_the_content_of_one_that_is_gone_nothing_is_guessed(lab: Lab) -> None:
    a = lab.folder / "a.py"
    write(a, "0.1")
    lab.index()
    lab.do("tag", "lab_a", "A")
    shutil.copy(a, lab.folder / "b.py")
    a.rename(lab.folder / "c.py")
    said = " ".join(lab.index().split())
    assert "a.py is gone, and b.py and c.py have the same content" in said
    assert lab.tags() == {}
    assert "A" in lab.do("remarks")


def test_equal_files_of_a_folder_that_moved_are_told_apart_by_their_places(lab: Lab) -> None:
    for name in ("x", "y", "z"):
        write(lab.folder / "old" / name / "train.py", "0.1")
    write(lab.folder / "old" / "other.py", "0.2")
    lab.index()
    ids = lab.ids()
    (lab.folder / "old").rename(lab.folder / "new")
    lab.index()
    assert lab.ids() == {place.replace("/old/", "/new/"): one for place, one in ids.items()}


def test_folders_move_from_one_root_to_another_and_into_one(lab: Lab) -> None:
    other = lab.base / "archive"
    write(other / "kept.py", "0.5")
    write(lab.folder / "project" / "a.py", "0.1")
    write(lab.folder / "project" / "b.py", "0.2")
    write(lab.folder / "stays.py", "0.3")
    lab.index(lab.folder, other)
    lab.do("tag", "project_a", "A")
    ids = lab.ids()
    (lab.folder / "project").rename(other / "done")
    lab.index(other)
    assert lab.tags() == {f"{other}/done/a.py": ["A"]}
    assert lab.ids()[f"{other}/done/b.py"] == ids[f"{lab.folder}/project/b.py"]
    lab.folder.rename(other / "lab")  # a whole root goes into another one
    lab.index(other)
    assert lab.ids()[f"{other}/lab/stays.py"] == ids[f"{lab.folder}/stays.py"]
    assert [path for (path,) in lab.rows("SELECT path FROM root")] == [str(other)]
    said = lab.index(lab.base)  # and the folder around it is indexed as a whole
    assert "is now indexed as part of" in " ".join(said.split())
    assert lab.tags() == {f"{other}/done/a.py": ["A"]}
    assert set(lab.ids().values()) == set(ids.values())


def test_a_picture_that_moved_is_not_looked_at_again_and_keeps_its_said_owner(lab: Lab) -> None:
    write(lab.folder / "one.py", "0.1")
    write(lab.folder / "two.py", "0.2")
    (lab.folder / "out").mkdir()
    for name, colour in (("x", "red"), ("y", "blue")):
        Image.new("RGB", (16, 16), colour).save(lab.folder / "out" / f"{name}.png")
    lab.index()
    lab.do("own", "out/x.png", "two")
    lab.rows("UPDATE image SET perceptual_hash = 'feed'")
    (lab.folder / "out").rename(lab.folder / "results")
    lab.index()
    shown = json.loads(lab.do("images", "two", "--format", "json"))["images"]
    assert [one["path"] for one in shown] == ["results/x.png"]
    assert lab.rows("SELECT DISTINCT perceptual_hash FROM image") == [("feed",)]


def test_a_model_that_stands_for_runs_goes_with_them(lab: Lab) -> None:
    for name in ("exp1", "exp2"):
        folder = lab.folder / "runs" / name
        folder.mkdir(parents=True)
        (folder / "metrics.csv").write_text(f"epoch,loss,val_acc\n1,0.9,0.{name[-1]}\n2,0.5,0.6\n")
    lab.index()
    (model_id,) = lab.ids().values()
    lab.do("note", model_id, "the good ones")
    (lab.folder / "runs").rename(lab.folder / "first tries")
    lab.index()
    assert set(lab.ids().values()) == {model_id}
    assert lab.rows("SELECT count(*) FROM remarks WHERE model_is_here") == [(1,)]
    assert len(lab.rows("SELECT 1 FROM runs WHERE model_id IS NOT NULL")) == 2


STEPS = st.tuples(
    st.sampled_from(("move", "move", "folder", "root", "edit", "swap", "copy", "remove", "index")),
    st.integers(0, 10**6),
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=2, max_size=9))
def test_remarks_go_where_their_files_go(steps: list[tuple[str, int]]) -> None:
    """After any moves, renames, exchanges, edits and copies: what was said of a model is said of
    the file with its content or, if that was edited, of the file in its place, and of no other; a
    content that is there once keeps its remarks and its id.
    """
    base = Path(tempfile.mkdtemp())
    try:
        _World(base).live(steps)
    finally:
        shutil.rmtree(base)


class _World:
    """Files, each with the name that it was given when it was first indexed."""

    def __init__(self, base: Path) -> None:
        self.lab = Lab(base)
        self.made = 0
        self.who: dict[Path, str] = {}
        self.indexed: dict[str, bytes] = {}
        self.alone: set[Path] = set()  # edited or exchanged since they were indexed
        for place in ("a/one.py", "a/two.py", "b/c/one.py", "b/three.py", "four.py"):
            self.write(self.lab.folder / place)
        self.index()

    def write(self, file: Path) -> None:
        self.made += 1
        write(file, f"0.{self.made}1")

    def live(self, steps: list[tuple[str, int]]) -> None:
        for action, number in steps:
            getattr(self, f"do_{action}")(random.Random(number))
        self.index()

    def files(self) -> list[Path]:
        return sorted(self.lab.folder.rglob("*.py"))

    def move(self, old: Path, new: Path) -> None:
        new.parent.mkdir(parents=True, exist_ok=True)
        old.rename(new)
        for file in [one for one in self.alone if one == old or old in one.parents]:
            self.alone.remove(file)
            self.alone.add(new / file.relative_to(old))
        for file in [one for one in self.who if one == old or old in one.parents]:
            self.who[new / file.relative_to(old)] = self.who.pop(file)

    def fresh(self, chance: random.Random) -> Path:
        folder = chance.choice([self.lab.folder, *(one.parent for one in self.files())])
        if chance.random() < 0.3:
            folder = folder / f"new{chance.randrange(3)}"
        while (file := folder / f"m{chance.randrange(100)}.py").exists():
            pass
        return file

    def do_move(self, chance: random.Random) -> None:
        if files := self.files():
            self.move(chance.choice(files), self.fresh(chance))

    def do_folder(self, chance: random.Random) -> None:
        folders = sorted({one.parent for one in self.files()} - {self.lab.folder})
        if folders:
            target = self.lab.folder / f"f{chance.randrange(1000)}"
            if not target.exists():
                self.move(chance.choice(folders), target)

    def do_root(self, chance: random.Random) -> None:
        target = self.lab.base / f"root{chance.randrange(1000)}"
        if not target.exists():
            self.move(self.lab.folder, target)
            self.lab.folder = target

    def still(self) -> list[Path]:
        """Return the files whose way can be told: a place whose old content was exchanged and then
        edited looks like one that was edited after it was copied.
        """
        return sorted(self.who.keys() - self.alone)

    def do_edit(self, chance: random.Random) -> None:
        if files := self.still():
            file = chance.choice(files)
            self.write(file)
            self.alone.add(file)

    def do_swap(self, chance: random.Random) -> None:
        if len(files := self.still()) > 1:
            a, b = chance.sample(files, 2)
            aside = self.lab.folder / "aside.py"
            self.move(a, aside), self.move(b, a), self.move(aside, b)
            self.alone |= {a, b}

    def do_copy(self, chance: random.Random) -> None:
        if files := self.files():
            new = self.fresh(chance)
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(chance.choice(files), new)

    def do_remove(self, chance: random.Random) -> None:
        if files := self.files():
            file = chance.choice(files)
            file.unlink()
            self.who.pop(file, None)
            self.alone.discard(file)

    def do_index(self, _chance: random.Random) -> None:
        self.index()

    def index(self) -> None:
        ids = dict(self.lab.rows(_TAGGED)) if self.who else {}
        self.lab.index()
        self.alone.clear()
        contents = {file: file.read_bytes() for file in self.files()}
        often = Counter(contents.values()) + Counter(self.indexed.values())
        tags = self.lab.tags()
        for place, names in tags.items():
            file = Path(place)
            if file not in contents or often[contents[file]] > 2:
                continue  # of a root that is gone, or one of several with this content
            for name in names:
                assert self.who.get(file) == name or self.indexed[name] == contents[file], place
        for file, name in self.who.items():
            unique = often[contents[file]] == 2
            if self.indexed[name] == contents[file] and unique:
                assert name in tags.get(str(file), []), (file, name)
        now = dict(self.lab.rows(_TAGGED)) if self.who else {}
        assert {name: ids[name] for name in now.keys() & ids.keys()} == {
            name: now[name] for name in now.keys() & ids.keys()
        }
        here = {Path(place): names for place, names in tags.items()}
        self.who = {file: names[0] for file, names in here.items() if file in contents}
        for file in contents:
            if file not in self.who:
                self.made += 1
                self.who[file] = f"t{self.made}"
                self.lab.do("tag", self.lab.ids()[str(file)], self.who[file])
        self.indexed |= {name: contents[file] for file, name in self.who.items()}


_TAGGED = "SELECT value, model_id FROM remarks WHERE kind = 'tag' AND model_is_here"
