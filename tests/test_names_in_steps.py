"""Models named in several words that together stand in their ids, in every form of question."""

from pathlib import Path

import pytest

from tests.conftest import Indexed, run

MODULE = """
import torch
from torch import nn
import torchvision

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 4)

    def forward(self, x):
        return self.body(x)

BATCH_SIZE = {batch}
data = torchvision.datasets.{data}("data", train=True)
loader = torch.utils.data.DataLoader(data, batch_size=BATCH_SIZE)
net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr={rate})
for epoch in range({epochs}):
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
"""
SCRIPTS = {
    "ada+pond-frogs/train.py": ("CIFAR10", 16, 0.1, 5),
    "ada+pond-frogs/tune_frogs.py": ("CIFAR10", 32, 0.1, 7),
    "bo+StreetDigitsLab/train.py": ("SVHN", 64, 0.01, 9),
    "bo+StreetDigitsLab/tune.py": ("CIFAR10", 128, 0.01, 11),
    "cy+QX7-NET/trainer.py": ("FashionMNIST", 24, 0.2, 40),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    base = tmp_path_factory.mktemp("steps")
    for name, (data, batch, rate, epochs) in SCRIPTS.items():
        path = base / "lab" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MODULE.format(data=data, batch=batch, rate=rate, epochs=epochs))
    db = base / "models.db"
    run("index", str(base / "lab"), "--db", str(db), "--encoder", "none")
    return Indexed(Path(base), db, None)  # type: ignore[arg-type]


def files(found: dict) -> set[str]:
    return {row["path"].split("+")[1].removesuffix(".py") for row in found["results"]}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("batch size of pond frogs train", {"pond-frogs/train"}),
        ("batch size of train.py of pond frogs", {"pond-frogs/train"}),
        ("batch size of pond-frogs/train", {"pond-frogs/train"}),
        ("epochs of street digits train", {"StreetDigitsLab/train"}),
        ("what learning rate does street digits tune use", {"StreetDigitsLab/tune"}),
        ("epochs of QX7-NET", {"QX7-NET/trainer"}),
        ("epochs of QX7", {"QX7-NET/trainer"}),
        ("QX7-NET's batch size", {"QX7-NET/trainer"}),
        ("batch size of trainer", {"QX7-NET/trainer"}),
        ("tell me about pond frogs train", {"pond-frogs/train"}),
    ],
)
def test_words_in_steps_name_the_model_that_carries_all(
    lab: Indexed, question: str, expected: set[str]
) -> None:
    found = lab.json("query", question)
    assert files(found) == expected
    assert found["intent"] == "details"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("batch size of train", {"pond-frogs/train", "StreetDigitsLab/train"}),
        ("epochs of pond frogs", {"pond-frogs/train", "pond-frogs/tune_frogs"}),
        ("epochs of street digits", {"StreetDigitsLab/train", "StreetDigitsLab/tune"}),
    ],
)
def test_a_name_that_fits_several_models_is_answered_for_each(
    lab: Indexed, question: str, expected: set[str]
) -> None:
    found = lab.json("query", question)
    assert files(found) == expected
    assert any("fits 2 models" in note for note in found["notes"])


def compared(lab: Indexed, question: str) -> set[str]:
    found = lab.json("query", question)
    assert found["intent"] == "compare"
    return {one.split("+", 1)[1] for one in found["comparison"]["models"]}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "compare the two street digits models",
            {"StreetDigitsLab_train", "StreetDigitsLab_tune"},
        ),
        (
            "difference between pond frogs train and tune_frogs",
            {"pond-frogs_train", "pond-frogs_tune_frogs"},
        ),
        ("pond frogs train vs street digits tune", {"pond-frogs_train", "StreetDigitsLab_tune"}),
    ],
)
def test_comparisons_set_the_named_models_side_by_side(
    lab: Indexed, question: str, expected: set[str]
) -> None:
    assert compared(lab, question) == expected


def test_the_same_name_is_read_in_every_form(lab: Indexed) -> None:
    longer = lab.json("query", "is QX7-NET trained longer than pond frogs train?")
    assert longer["summary"].startswith("Yes") and files(longer) == {
        "QX7-NET/trainer",
        "pond-frogs/train",
    }
    near = lab.json("query", "models similar to pond frogs train")
    assert near["results"] and "pond-frogs/train" not in files(near)
    apart = lab.json("query", "what does street digits train use that pond frogs train does not")
    assert apart["intent"] == "values"


def test_lists_stay_lists(lab: Indexed) -> None:
    found = lab.json("query", "models on CIFAR-10")
    assert found["intent"] == "search" and found["total"] == 3
    assert lab.json("query", "which models train on SVHN")["total"] == 1


SIZED = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear({width}, 4)

    def forward(self, x):
        return self.body(x)

net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range({epochs}):
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
{padding}
"""


@pytest.fixture(scope="module")
def sized(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    base = tmp_path_factory.mktemp("sized")
    (base / "lab").mkdir()
    for name, width, epochs, padding in (
        ("wide_one", "96", 3, ""),
        ("thin_one", "6", 8, "# a long remark\n" * 40),
        ("open_one", "choose()", 5, ""),
    ):
        text = SIZED.format(width=width, epochs=epochs, padding=padding)
        (base / "lab" / f"{name}.py").write_text(text)
    db = base / "models.db"
    run("index", str(base / "lab"), "--db", str(db), "--encoder", "none")
    return Indexed(Path(base), db, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("largest model", "lab_wide_one"),
        ("smallest model", "lab_thin_one"),
        ("largest script", "lab_thin_one"),
        ("which has more epochs?", "lab_thin_one"),
        ("which has the smaller epochs?", "lab_wide_one"),
    ],
)
def test_sizes_and_comparatives_order_by_what_is_meant(
    sized: Indexed, question: str, expected: str
) -> None:
    found = sized.json("query", question)
    assert [row["model_id"].removeprefix("lab_") for row in found["results"]] == [
        expected.removeprefix("lab_")
    ]


def test_a_bound_says_how_many_models_are_not_known(sized: Indexed) -> None:
    found = sized.json("query", "models under 100 parameters")
    assert found["total"] == 1
    assert any("of 1 other model" in note for note in found["notes"])


def test_created_after_a_model_is_later_than_it(lab: Indexed) -> None:
    found = lab.json("query", "models created after QX7-NET")
    assert "QX7-NET/trainer" not in files(found)
    assert any("left out itself" in note for note in found["notes"])
    dated = lab.json("query", "models created after May 2001")
    assert dated["total"] == 5


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("wie viele Epochen hat QX7-NET?", "epochs 40"),
        ("tamaño de lote de QX7-NET", "batch size 24"),
        ("combien d'époques a QX7-NET ?", "epochs 40"),
    ],
)
def test_fields_of_a_named_model_in_other_languages(
    lab: Indexed, question: str, answer: str
) -> None:
    assert answer in lab.run("query", question).stdout


def test_models_are_counted_by_group_in_spanish(lab: Indexed) -> None:
    found = lab.json("query", "cuántos modelos hay por optimizador")
    assert found["total"] == 5 and found["answer"]["groups"][0]["value"] == "Adam"


def test_an_order_inside_a_name_of_a_file_orders_nothing(lab: Indexed) -> None:
    for name in ("best_net.pt", "weights/last_one.pth", "run/best.ckpt"):
        found = lab.run("query", f"which model belongs to {name}")
        assert found.exit_code == 1 and f"no file that was read here is called {name!r}" in str(
            found.exception
        )


def test_an_unknown_file_alone_is_looked_for_in_words(lab: Indexed) -> None:
    found = lab.json("query", "last.pt")
    assert found["intent"] == "search" and not found["filters"]
    assert any("no text names it" in note for note in found["notes"])


def test_an_export_under_the_name_of_a_table_says_what_it_writes(
    lab: Indexed, tmp_path: Path
) -> None:
    said = lab.run("export", str(tmp_path / "rows.csv"))
    assert "will be a database" in said.output and "--format csv" in said.output


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("is QX7-NET trained longer than Zorbnet-9?", "Zorbnet-9"),
        ("models similar to zorbnet", "zorbnet"),
        ("epochs of zorbnet", "zorbnet"),
        ("what learning rate does zorbnet use", "zorbnet"),
        ("what does QX7-NET use that zorb.py does not", "zorb.py"),
    ],
)
def test_a_name_that_nothing_has_is_named(lab: Indexed, question: str, name: str) -> None:
    found = lab.run("query", question)
    assert found.exit_code == 1
    assert f"no model here is called {name!r}" in str(found.exception)


def test_a_name_that_nothing_has_offers_what_is_near(lab: Indexed) -> None:
    found = lab.run("query", "epochs of pond_frogs_trian")
    assert "did you mean" in str(found.exception) and "pond-frogs_train" in str(found.exception)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("max_span of QX7-NET", "max_span"),
        ("vocabulary size of QX7-NET", "vocabulary size"),
        ("what is QX7-NET's max_span?", "max_span"),
    ],
)
def test_a_setting_that_is_not_known_is_answered_as_such(
    lab: Indexed, question: str, name: str
) -> None:
    found = lab.json("query", question)["answer"]["models"]
    assert [one["model_id"].endswith("QX7-NET_trainer") for one in found] == [True]
    assert [(one["field"], one["value"]) for one in found[0]["values"]] == [(name, None)]
    said = lab.run("query", question).stdout.splitlines()[0]
    assert "QX7-NET_trainer" in said and "not known" in said


def test_the_last_picture_is_that_of_the_highest_number(tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "lab" / "out").mkdir(parents=True)
    text = SIZED.format(width="8", epochs=2, padding="")
    (tmp_path / "lab" / "draw.py").write_text(text)
    for number in (1, 2, 10):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / "lab" / "out" / f"{number}.png")
    import os

    for file in (tmp_path / "lab" / "out").iterdir():
        os.utime(file, (1_700_000_000, 1_700_000_000))
    db = tmp_path / "models.db"
    run("index", str(tmp_path / "lab"), "--db", str(db), "--encoder", "none")
    found = Indexed(tmp_path, db, None).json("query", "last picture of lab_draw")  # type: ignore[arg-type]
    assert [one["path"] for one in found["images"]] == ["out/10.png"]
