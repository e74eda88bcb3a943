"""READMEs: which sections speak of which script, and stale numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelsearch.index.textfacts import disagreements
from modelsearch.records.artefacts import Evidence, Fact, Passage, ScriptReading, TrainingStage
from modelsearch.sources.readme import description_for, passages_for, split_sections
from tests.conftest import run
from tests.torch_source import TORCH

MODEL = TORCH + (
    "net = Net()\nopt = optim.SGD(net.parameters(), lr=0.1)\n"
    "for x, y in DataLoader(datasets.MNIST('.'), batch_size=8):\n"
    "    nn.functional.cross_entropy(net(x), y).backward()\n    opt.step()\n"
)
README = """# Flowers

Conditional image generation on flower photographs.

## v1.py

The first try, batch size 64.

## v2.py

Adds attention.
Trained for 10 epochs.

```python
# v9 is not a heading
```
"""


def titles(script: str, readme: str = "flowers/README.md") -> list[str]:
    siblings = ["flowers/v1.py", "flowers/v2.py", "flowers/v3.py"]
    return [p.title for p in passages_for(script, readme, split_sections(README), siblings)]


def test_sections_go_to_the_scripts_they_name_and_general_ones_to_all() -> None:
    assert titles("flowers/v1.py") == ["Flowers", "v1.py"]
    assert titles("flowers/v2.py") == ["Flowers", "v2.py"]
    assert titles("flowers/v3.py") == ["Flowers"]


def test_a_readme_further_up_speaks_only_of_what_it_names() -> None:
    assert titles("other/v9.py", "README.md") == []
    assert titles("other/v2.py", "README.md") == ["v2.py"]


def test_the_description_prefers_the_section_that_names_the_script() -> None:
    fact = description_for(
        "flowers/v1.py", "flowers/README.md", split_sections(README), ["flowers/v1.py"]
    )
    assert fact is not None
    assert fact.value == "The first try, batch size 64."
    assert fact.evidence == Evidence("flowers/README.md", "readme", 7)


@pytest.mark.parametrize(
    ("readme", "line", "begins"),
    [
        (  # steps that name the script are no description of it
            "---\nlibrary: peft\ntags:\n- adapters and more of them\n---\n# Tuning\n\n"
            "This project tunes a small language model.\n\n## How to run\n\n"
            "1. Clone it and install what it needs:\n   ```\n   git clone it\n   ```\n"
            "2. Run the training script:\n   ```\n   python v1.py\n   ```\n",
            8,
            "This project tunes",
        ),
        (  # nor is a tree of files, in a fence or not
            "# Pendulum\n[Somebody](http://a.b/c)\n\nA pole is swung up and kept there.\n\n"
            "## Files\n\n```\nproject\n├── v1.py   # trains the policy of it\n```\n\n"
            "project\n├── v1.py   # trains the policy\n└── v2.py   # tests the policy\n",
            4,
            "A pole is swung up",
        ),
        (  # nor what announces a command, nor a table
            "To train the first version, run:\n\n    $ python v1.py --epochs 10 --lr 0.1\n\n"
            "| file | what it is |\n|---|---|\n| v1.py | the first version |\n\n"
            "The first version\ngenerates pictures of flowers.\n",
            9,
            "The first version generates pictures of flowers.",
        ),
        ("## v1.py\n\n- learns to draw flowers\n- and birds\n", 3, "- learns to draw"),
    ],
)
def test_a_description_is_prose_with_its_own_line(readme: str, line: int, begins: str) -> None:
    fact = description_for("a/v1.py", "a/README.md", split_sections(readme), ["a/v1.py"])
    assert fact is not None
    assert fact.value.startswith(begins), fact
    assert fact.evidence.line == line


def test_the_nearest_readme_is_that_of_all_models_below_it(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    for place in ("own/src/deep.py", "bare/src/deep.py"):
        (lab / place).parent.mkdir(parents=True)
        (lab / place).write_text(MODEL, encoding="utf-8")
    (lab / "README.md").write_text("# The lab\n\nAll that we tried.\n", encoding="utf-8")
    (lab / "own" / "README.md").write_text("# Own\n\nOne of them.\n", encoding="utf-8")
    (lab / "bare" / ".git").mkdir()  # a repository of its own: the lab's words are not about it
    run("index", str(lab), "--db", str(tmp_path / "m.db"), "--encoder", "none")
    found = run("sql", "SELECT path, readme FROM model ORDER BY path", "--format", "json",
                "--db", str(tmp_path / "m.db"))  # fmt: skip
    assert [tuple(row.values()) for row in json.loads(found.stdout)] == [
        ("bare/src/deep.py", None),
        ("own/src/deep.py", "own/README.md"),
    ]


def test_underlined_headings_and_code_fences() -> None:
    sections = split_sections("Title\n=====\nbody\n\nSub\n---\n```\n# no\n```\nmore")
    assert [(s.title, s.line) for s in sections] == [("Title", 1), ("Sub", 5)]


def test_prose_that_contradicts_the_code_is_kept_beside_it_with_its_line() -> None:
    here = Evidence("flowers/v2.py", "code", 3)
    stage = TrainingStage("train", epochs=Fact(1000, here), batch_size=Fact(64, here), main=True)
    reading = ScriptReading(True, "trains", stages=[stage])
    passages = passages_for(
        "flowers/v2.py", "flowers/README.md", split_sections(README), ["flowers/v2.py"]
    )
    (found,) = disagreements(reading, passages)
    assert (found.name, found.fact.value) == ("epochs", 10)
    assert found.fact.note == "the code says 1000"
    line = found.fact.evidence.line
    assert line is not None and "10 epochs" in README.splitlines()[line - 1]


def test_prose_that_agrees_or_speaks_of_nothing_known_is_no_contradiction() -> None:
    here = Evidence("x.py", "code", 1)
    stage = TrainingStage("train", learning_rate=Fact(0.001, here), main=True)
    reading = ScriptReading(True, "trains", stages=[stage])
    text = "Uses a learning rate of 1e-3 and batch size 999."
    assert disagreements(reading, [Passage("readme", text, "T", "README.md", 1)]) == []
