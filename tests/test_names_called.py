"""Names that mean what is called so here: variants of a family, indexed folders."""

from pathlib import Path

import pytest

from tests.conftest import Indexed, run

TRAIN = """
import torch, torchvision
net = torchvision.models.{maker}()
optimizer = torch.optim.{optimizer}(net.parameters(), lr=0.1)
for epoch in range(3):
    loss = torch.nn.functional.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
"""
SCRIPTS = {
    "PyTorch-GAN/eighteen.py": TRAIN.format(maker="resnet18", optimizer="SGD"),
    "PyTorch-GAN/fifty.py": TRAIN.format(maker="resnet50", optimizer="Adam"),
    "smallnets/vgg16_train.py": TRAIN.format(maker="vgg16", optimizer="SGD"),
    "smallnets/vgg_or_so.py": TRAIN.format(maker="resnet18", optimizer="Adam"),
    "smallnets/fifty_again.py": TRAIN.format(maker="resnet50", optimizer="SGD"),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    base = tmp_path_factory.mktemp("called")
    for name, text in SCRIPTS.items():
        path = base / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    db = base / "models.db"
    for folder in ("PyTorch-GAN", "smallnets"):
        run("index", str(base / folder), "--db", str(db), "--encoder", "none")
    return Indexed(Path(base), db, None)  # type: ignore[arg-type]


def files(folders: Indexed, question: str) -> set[str]:
    found = folders.json("query", question, "--limit", "0")
    return {row["path"].removesuffix(".py") for row in found["results"]}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("models in PyTorch-GAN", {"eighteen", "fifty"}),
        ("ResNets in PyTorch-GAN without Adam", {"eighteen"}),
        ("smallnets scripts with SGD", {"vgg16_train", "fifty_again"}),
        ("SGD models outside smallnets", {"eighteen"}),
        ("everything but ResNets in smallnets", {"vgg16_train"}),
        ("repository:smallnets", {"vgg16_train", "fifty_again", "vgg_or_so"}),
        ("ResNet-50", {"fifty", "fifty_again"}),
        ("ResNets, not ResNet 50", {"eighteen", "vgg_or_so"}),
        ("ResNet50 in smallnets", {"fifty_again"}),
    ],
)
def test_folders_and_variants_are_names(
    folders: Indexed, question: str, expected: set[str]
) -> None:
    assert files(folders, question) == expected


def test_an_indexed_folder_is_said_counted_and_asked_of(folders: Indexed) -> None:
    found = folders.json("query", "models in PyTorch-GAN")
    assert any("'PyTorch-GAN' as the indexed folder" in note for note in found["notes"])
    counted = folders.json("query", "how many models per repository")["answer"]["groups"]
    assert {one["value"]: one["count"] for one in counted} == {"PyTorch-GAN": 2, "smallnets": 3}
    asked = folders.json("query", "smallnets optimizer")
    assert asked["intent"] == "values" and asked["total"] == 3


def test_a_variant_stays_of_its_family_and_says_how_it_was_found(folders: Indexed) -> None:
    found = folders.json("query", "ResNet-50")
    one = found["filters"][0]
    assert (one["field"], one["value"], one["called"]) == ("family", "ResNet", "ResNet-50")
    assert any("'ResNet-50' as the models whose" in note for note in found["notes"])


def test_what_is_left_out_at_once_is_said(folders: Indexed) -> None:
    found = folders.json("query", "everything but ResNets with Adam")
    assert any("'ResNets' and 'Adam' at once" in note for note in found["notes"])


def test_a_name_that_a_path_has_and_the_code_has_not_is_said(folders: Indexed) -> None:
    found = folders.json("query", "VGGs in smallnets")
    assert {row["path"] for row in found["results"]} == {"vgg16_train.py"}
    assert any("has 'VGGs' in the path" in note and "vgg_or_so" in note for note in found["notes"])
    kept = folders.json("query", "models in smallnets that are no VGGs")
    assert "vgg_or_so.py" in {row["path"] for row in kept["results"]}
    assert any("is kept" in note and "vgg_or_so" in note for note in kept["notes"])


def test_a_numbers_negation_reaches_no_other_condition(folders: Indexed) -> None:
    with_list = "learning_rate not in (0.5, 0.2) and family = VGG"
    assert files(folders, with_list) == {"vgg16_train"}
    asked = folders.run("query", "ResNets not 17 in smallnets")
    assert asked.exit_code == 1


def test_all_that_are_best_are_answers(folders: Indexed) -> None:
    found = folders.json("query", "which ResNet has the most epochs?")
    assert len(found["results"]) == len(found["answer"]["models"]) > 1


def test_one_of_many_names_a_folder_of_many(tmp_path: Path) -> None:
    script = tmp_path / "Mushrooms_finder" / "train.py"
    script.parent.mkdir()
    script.write_text(TRAIN.format(maker="resnet18", optimizer="SGD"))
    run("index", str(tmp_path), "--db", str(tmp_path / "m.db"), "--encoder", "none")
    found = Indexed(tmp_path, tmp_path / "m.db", None)  # type: ignore[arg-type]
    for question in (
        "optimizer of the mushroom model",
        "which optimizer does the mushroom net use",
    ):
        assert "Mushrooms_finder_train: optimizer SGD" in found.run("query", question).stdout


def test_a_title_that_is_the_whole_question_means_what_is_called_so(tmp_path: Path) -> None:
    for name in ("1 - Simple Image Classification", "2 - Few-shot Image Classification"):
        script = tmp_path / f"{name}.py"
        script.write_text(TRAIN.format(maker="resnet18", optimizer="SGD"))
    run("index", str(tmp_path), "--db", str(tmp_path / "m.db"), "--encoder", "none")
    found = Indexed(tmp_path, tmp_path / "m.db", None)  # type: ignore[arg-type]
    assert files(found, "Few-shot Image Classification") == {"2 - Few-shot Image Classification"}
    assert len(files(found, "image classification")) == 2
