"""Names of one's own beside the shipped vocabulary."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

import modelsearch
from modelsearch import vocabulary
from modelsearch.records.errors import ModelsearchError
from modelsearch.vocabulary import own
from tests.conftest import run

SCRIPT = """
import torch
from lab.data import LableavesDataset
from lab.nets import GnarlNet

data = torch.utils.data.DataLoader(LableavesDataset("train"), batch_size=8)
model = GnarlNet()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    for x, y in data:
        loss = torch.nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
"""
NAMES = """
exclude = ["old/"]

[[dataset]]
name = "Lab Leaves"
aliases = ["lableaves", "leaves-v2"]
subjects = ["plant"]

[[dataset]]
name = "CIFAR-10"
aliases = ["c ten"]
"""


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    folder = tmp_path / "models"
    (folder / "old").mkdir(parents=True)
    (folder / "leaves.py").write_text(SCRIPT)
    (folder / "old" / "before.py").write_text(SCRIPT)
    return tmp_path


def index(lab, **more):
    db = lab / "lab.db"
    done = run("index", str(lab / "models"), "--db", str(db), "--encoder", "none")
    return db, done


def ids(db, question):
    return run("query", question, "--db", str(db), "--format", "ids").stdout.split()


def test_own_names_are_read_stored_and_asked_for(lab):
    db, _ = index(lab)
    assert len(ids(db, "models with SGD")) == 2
    assert ids(db, "dataset:lab-leaves") == []
    (lab / "modelsearch.toml").write_text(NAMES)
    db, done = index(lab)
    assert "own names: 2 of kind dataset, 1 pattern to leave out" in done.stderr
    for question in ("models on Lab Leaves", "trained on leaves-v2", "dataset:lableaves"):
        assert ids(db, question) == ["models_leaves"], question


def test_who_gets_the_database_asks_by_the_names_without_the_file(lab, monkeypatch):
    (lab / "modelsearch.toml").write_text(NAMES)
    db, _ = index(lab)
    (lab / "modelsearch.toml").unlink()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(lab / "nothing"))
    assert ids(db, "models on leaves-v2") == ["models_leaves"]
    assert vocabulary.find("dataset", "lableaves") is None


def test_a_shipped_name_gets_another_spelling_in_a_database_that_knows_it(lab):
    (lab / "models" / "c.py").write_text(SCRIPT.replace("LableavesDataset", "CIFAR10"))
    db, _ = index(lab)
    assert ids(db, "dataset:CIFAR-10") == ["models_c"]
    (lab / "modelsearch.toml").write_text(NAMES)
    index(lab)
    assert ids(db, 'dataset:"c ten"') == ["models_c"]
    with sqlite3.connect(db) as connection:
        spelled = {row[0] for row in connection.execute("SELECT alias FROM term_alias")}
    assert {"c ten", "lableaves"} <= spelled


OWN_FAMILY = """
[[family]]
name = "Gnarl network"
parents = ["CNN"]
axis = "built of"
constructors = ["{made}"]
"""
DEFINED = "import torch\n\nclass GnarlNet(torch.nn.Module):\n    pass\n"


@pytest.mark.parametrize(
    ("made", "script"),
    [
        ("lab.nets.GnarlNet", SCRIPT),
        ("GnarlNet", DEFINED + SCRIPT.replace("from lab.nets import GnarlNet\n", "")),
    ],
)
def test_a_family_of_ones_own_is_known_by_its_class_and_found_as_its_parent(lab, made, script):
    (lab / "models" / "leaves.py").write_text(script)
    (lab / "modelsearch.toml").write_text(OWN_FAMILY.format(made=made))
    db, _ = index(lab)
    for question in ("gnarl networks", 'family:"Gnarl network"', "CNNs"):
        assert "models_leaves" in ids(db, question), question


def test_names_are_known_by_one_run_and_not_by_the_next_in_one_process(lab):
    (lab / "models" / "old" / "before.py").unlink()
    (lab / "models" / "README.md").write_text("# M\n\nResult: leaf score 0.81 on the test set.\n")
    (lab / "modelsearch.toml").write_text('[[metric]]\nname = "leaf score"\n')
    for db, known in (("before.db", False), ("with.db", True), ("after.db", False)):
        place = lab if known else lab / "models"
        modelsearch.index_folders(lab / "models", place / db, encoder="none", jobs=1)
        with modelsearch.open(place / db) as catalogue:
            rows = catalogue.sql("SELECT name FROM metric").to_dicts()
        assert ("leaf score" in {row["name"] for row in rows}) == known, db


def test_the_settings_folder_counts_for_every_database(lab):
    (lab / "settings" / "modelsearch").mkdir(parents=True)
    (lab / "settings" / "modelsearch" / "modelsearch.toml").write_text(NAMES)
    db, _ = index(lab)
    assert ids(db, "models on Lab Leaves") == ["models_leaves"]


def test_the_python_interface_knows_them_too(lab):
    (lab / "modelsearch.toml").write_text(NAMES)
    modelsearch.index_folders(lab / "models", lab / "lab.db", encoder="none")
    with modelsearch.open(lab / "lab.db") as catalogue:
        assert [row.datasets for row in catalogue.query("plant models").results]
    assert own.in_use().entries == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[dataset]", "cannot be read"),
        ("[[datasets]]\nname = 'x'", "'datasets' is not known; a table is one of family, dataset"),
        ("dataset = 3", r"write \[\[dataset\]\], once for each dataset"),
        ("[[dataset]]\naliases = ['x']", "dataset 1 needs a name"),
        ("[[dataset]]\nname = '--'", "dataset 1 needs a name"),
        ("[[dataset]]\nname = 'x'\nclases = ['a']", r"dataset 1 \(x\) has no 'clases'"),
        ("[[dataset]]\nname = 'x'\naliases = 'a'", "aliases must be a list of texts"),
        ("[[dataset]]\nname = 'x'\nimage_size = '32'", "image_size must be a whole number"),
        ("[[family]]\nname = 'x'\naxis = 'made of'", "axis is 'built of' or 'trained as'"),
        ("[[family]]\nname = 'x'\nparents = ['Yes']", "the parent 'Yes' is not known"),
        ("[[metric]]\nname = 'x'\nhigher_is_better = 1", "must be true or false"),
        ("exclude = 'old'", "exclude must be a list of texts"),
    ],
)
def test_a_wrong_file_is_one_line_that_says_where(lab, text, told):
    (lab / "modelsearch.toml").write_text(text)
    db, done = index(lab)
    assert done.exit_code == 1
    assert str(lab / "modelsearch.toml") in str(done.exception)
    assert "\n" not in str(done.exception).strip() or "cannot be read" in told
    assert not db.exists()
    with pytest.raises(ModelsearchError, match=told):
        own.parse(text, "modelsearch.toml")


def test_a_parent_may_be_a_name_of_the_same_file():
    found = own.parse(
        "[[family]]\nname = 'Gnarl'\nparents = ['Knot']\n"
        "[[family]]\nname = 'Knot'\nparents = ['CNN']",
        "x",
    )
    with own.used(found):
        assert [name for name, _ in vocabulary.ancestors("family", "Gnarl")][:2] == ["Knot", "CNN"]
    assert vocabulary.find("family", "Gnarl") is None


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_one_way(text):
    try:
        own.parse(text, "x")
    except ModelsearchError as error:
        assert str(error).startswith("x")
