"""Text beside the code: it fills gaps, marked as text, and never beats what the code says."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from tests.conftest import run

SCRIPT = """
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets

def main(batch_size):
    net = nn.Linear(784, 10)
    opt = optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(20):
        for x, y in DataLoader(datasets.MNIST("."), batch_size=batch_size):
            net(x).sum().backward()
            opt.step()

if __name__ == "__main__":
    import sys
    main(int(sys.argv[1]))
"""


def details(folder: Path, readme: str, **scripts: str) -> dict[str, object]:
    root = folder / "models"
    root.mkdir()
    for stem, source in scripts.items():
        (root / f"{stem}.py").write_text(source, encoding="utf-8")
    (root / "README.md").write_text(dedent(readme), encoding="utf-8")
    database = str(folder / "models.db")
    done = run("index", str(root), "--db", database, "--encoder", "none")
    assert done.exit_code == 0, done.output
    shown = run("show", "mnist_net", "--db", database, "--format", "json")
    assert shown.exit_code == 0, shown.output
    found: dict[str, object] = json.loads(shown.output)
    return found


def test_a_readme_fills_what_the_code_leaves_open_and_code_wins(tmp_path: Path) -> None:
    readme = """
        # mnist_net.py

        Trained with a batch size of 256 and a learning rate of 0.01 for 20 epochs.
        """
    shown = json.dumps(details(tmp_path, readme, mnist_net=SCRIPT))
    assert "stated in text only" in shown
    assert "256" in shown
    assert "the code says 0.001" in shown


def test_a_readme_about_several_scripts_fills_nothing(tmp_path: Path) -> None:
    readme = """
        # Experiments

        All with a batch size of 256.
        """
    shown = details(tmp_path, readme, mnist_net=SCRIPT, other=SCRIPT)
    assert "stated in text only" not in json.dumps(shown)


def _contradicted(shown: dict[str, object]) -> set[tuple[str, str, int]]:
    rows = shown["disagreements"]
    assert isinstance(rows, list)
    return {(row["field"].rpartition(" ")[2], str(row["value"]), row["line"]) for row in rows}


def test_a_command_that_runs_the_script_is_compared_with_the_code(tmp_path: Path) -> None:
    for number, (command, epochs) in enumerate(
        (
            ("python mnist_net.py 32 --epochs 25", "25"),
            ("python ./mnist_net.py --num-epochs=30 # long", "30"),
        )
    ):
        readme = f"# mnist_net.py\n\nTrain it:\n\n```bash\n{command}\n```\n"
        (tmp_path / str(number)).mkdir()
        shown = details(tmp_path / str(number), readme, mnist_net=SCRIPT)
        assert _contradicted(shown) == {("epochs", epochs, 6)}


def test_commands_that_are_examples_contradict_nothing(tmp_path: Path) -> None:
    for number, commands in enumerate(
        (
            "python mnist_net.py --epochs 25\npython mnist_net.py --epochs 50",
            "python mnist_net.py\npython mnist_net.py --epochs 25",
            "python other.py --epochs 25",
            "python mnist_net.py --epochs 20",
            "python mnist_net.py --epochs $N",
        )
    ):
        readme = f"# mnist_net.py\n\nTrain it:\n\n```bash\n{commands}\n```\n"
        (tmp_path / str(number)).mkdir()
        assert not _contradicted(details(tmp_path / str(number), readme, mnist_net=SCRIPT))
