"""Scripts with what they say beside the lines that say it: one runner for all of tests/scripts.

A script is a file, or a folder of files of which one says ``#? script`` in its first line. Behind a
line stands what is read from it, on a line of its own what is read from anywhere:

    opt = SGD(net.parameters(), lr=0.02)  #? optimizer SGD; learning_rate 0.02
    #? not a model
    #? no batch_size

Fields that nobody names are not looked at; of those named, all values must be right and stand where
the comment is.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from modelsearch.records.artefacts import Fact, ScriptReading
from modelsearch.records.wordlists import word_tuple
from modelsearch.static.reading import read_script

SCRIPTS = Path(__file__).parent / "scripts"
MARK = "#?"
OF_A_SCRIPT = word_tuple("""
    framework framework_version architecture task application parameters families techniques
    hardware
""")
SEVERAL = {"families": "family", "techniques": "technique"}
OF_A_STAGE = word_tuple("""
    optimizer learning_rate batch_size epochs steps episodes model_class loss momentum
    weight_decay scheduler gradient_accumulation mixed_precision ema betas
""")


class Stated(NamedTuple):
    """A value of a field with its place; ``value`` None: there is none, ``line`` None: anywhere."""

    field: str
    value: str | None
    file: str = ""
    line: int | None = None


def cases() -> list[Path]:
    marked = {file for file in SCRIPTS.rglob("*.py") if MARK in file.read_text(encoding="utf-8")}
    folders = {file.parent for file in marked if _is_main(file)}
    return sorted(folders | {file for file in marked if file.parent not in folders})


def _is_main(file: Path) -> bool:
    return file.read_text(encoding="utf-8").startswith(f"{MARK} script\n")


def expected(folder: Path) -> Iterator[Stated]:
    """Yield what the comments of all files below a folder state."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.suffix not in (".py", ".yaml", ".yml", ".toml"):
            continue
        for number, text in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
            code, mark, said = text.partition(MARK)
            if mark and said.strip() != "script":
                place = (
                    (file.relative_to(folder).as_posix(), number) if code.strip() else ("", None)
                )
                yield from (_stated(one.strip(), *place) for one in said.split(";"))


def _stated(said: str, file: str, line: int | None) -> Stated:
    if said in ("a model", "not a model"):
        return Stated("model", said)
    if match := re.fullmatch(r"no (\w+)", said):
        return Stated(match[1], None)
    field, _, value = said.partition(" ")
    return Stated(field, value, file, line)


def read(reading: ScriptReading) -> Iterator[Stated]:
    """Yield what a reading states, in the same form."""
    yield Stated("model", "a model" if reading.is_model else "not a model")
    for name in OF_A_SCRIPT:
        found = getattr(reading, name)
        yield from _facts(SEVERAL.get(name, name), found if isinstance(found, list) else [found])
    for size in reading.layer_facts:
        yield from _facts(size.name, [size.fact])
    for dataset in reading.datasets:
        where = dataset.evidence
        kept = f" [{dataset.subset}]" if dataset.subset else ""
        yield Stated("dataset", dataset.name + kept, where.path, where.line)
    for stage in (one for one in reading.stages if one.main):
        for name in OF_A_STAGE:
            found = getattr(stage, name)
            yield from _facts(name, found if isinstance(found, tuple | list) else [found])


def _facts(name: str, facts: list[Fact | None]) -> Iterator[Stated]:
    for fact in facts:
        if fact is not None:
            where = fact.evidence
            yield Stated(name, str(fact.value), where.path, where.line)


def difference(wanted: list[Stated], found: list[Stated]) -> list[str]:
    """Return what is missing, surplus or stands elsewhere, a line each."""
    fields = {one.field for one in wanted}
    found = [one for one in found if one.field in fields]
    values = {(one.field, one.value) for one in wanted if one.value is not None}
    wrong = [f"surplus: {one}" for one in found if (one.field, one.value) not in values]
    for one in wanted:
        same = [two for two in found if two[:2] == one[:2]]
        if one.value is not None and not same:
            wrong.append(f"missing: {one}")
        elif one.line is not None and not any(two[2:] == one[2:] for two in same):
            wrong.append(f"elsewhere: {one} stands at {same}")
    return wrong


@pytest.mark.parametrize("case", cases(), ids=lambda path: path.relative_to(SCRIPTS).as_posix())
def test_a_script_says_what_stands_beside_its_lines(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    if case.is_dir():
        shutil.copytree(case, folder)
        script = next(file for file in folder.rglob("*.py") if _is_main(file))
    else:
        folder.mkdir()
        script = shutil.copy(case, folder / "train.py")
    reading = read_script(folder, Path(script).relative_to(folder).as_posix())
    assert difference(list(expected(folder)), list(read(reading))) == []


def test_a_wrong_value_a_surplus_one_and_a_wrong_line_are_told(tmp_path: Path) -> None:
    case = SCRIPTS / "training_calls" / "a_network_of_tflearn.py"
    text = case.read_text(encoding="utf-8")
    for said, wrong, told in (
        ("learning_rate 0.01", "learning_rate 0.1", "missing"),
        ("no steps", "no framework", "surplus"),
        ("#? batch_size 16; epochs 20", "#\n#? model_class -\n1  #? batch_size 16", "elsewhere"),
    ):
        (tmp_path / "train.py").write_text(text.replace(said, wrong), encoding="utf-8")
        reading = read_script(tmp_path, "train.py")
        told_of = difference(list(expected(tmp_path)), list(read(reading)))
        assert any(line.startswith(told) for line in told_of), (said, told_of)
