"""READMEs: which sections speak of which script, and stale numbers."""

from __future__ import annotations

from modelsearch.index.textfacts import disagreements
from modelsearch.records.artefacts import Evidence, Fact, Passage, ScriptReading, TrainingStage
from modelsearch.sources.readme import description_for, passages_for, split_sections

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
    assert fact.evidence == Evidence("flowers/README.md", "readme", 5)


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
