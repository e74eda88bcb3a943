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
        ("repository:smallnets", {"vgg16_train", "fifty_again"}),
        ("ResNet-50", {"fifty", "fifty_again"}),
        ("ResNets, not ResNet 50", {"eighteen"}),
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
    assert {one["value"]: one["count"] for one in counted} == {"PyTorch-GAN": 2, "smallnets": 2}
    asked = folders.json("query", "smallnets optimizer")
    assert asked["intent"] == "values" and asked["total"] == 2


def test_a_variant_stays_of_its_family_and_says_how_it_was_found(folders: Indexed) -> None:
    found = folders.json("query", "ResNet-50")
    one = found["filters"][0]
    assert (one["field"], one["value"], one["called"]) == ("family", "ResNet", "ResNet-50")
    assert any("'ResNet-50' as the models whose" in note for note in found["notes"])


def test_what_is_left_out_at_once_is_said(folders: Indexed) -> None:
    found = folders.json("query", "everything but ResNets with Adam")
    assert any("'ResNets' and 'Adam' at once" in note for note in found["notes"])
