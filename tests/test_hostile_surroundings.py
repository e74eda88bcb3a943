"""What surrounds the program is a stranger's, too: its environment, the words that it is given,
the names of files and folders. It neither breaks over them nor passes control characters on.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.attacks import one_line, process, write_models

ODD = "x\x1b[31m\x9by\u202ez"  #: colours, a C1 control character, a turn of direction
HERE = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}


def is_clean(text: str) -> bool:
    return not any(one in text for one in "\x1b\x9b\u202e")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("around")
    write_models(folder / "lab", 1)
    process("index", folder / "lab", "--db", folder / "lab.db", "--encoder", "none")
    return folder


@pytest.mark.parametrize(
    "changed",
    [
        {"XDG_CONFIG_HOME": "~nobody-at-all", "XDG_STATE_HOME": "~nobody-at-all"},
        {"XDG_CONFIG_HOME": "/dev/null", "XDG_STATE_HOME": "/dev/null"},
        {"HOME": "/dev/null", "TMPDIR": "/nonexistent"},
        {"COLUMNS": "-1", "LINES": "99999999999999999999", "TERM": ODD, "TZ": ODD},
        {"LC_ALL": "xx_YY.nonsense", "PYTHONUTF8": "0", "LANGUAGE": "../../etc"},
        {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_odd_environment(lab: Path, changed: dict[str, str]) -> None:
    for words in (["index", lab / "lab", "--encoder", "none"], ["query", "adam"], ["show", "m1"]):
        done = process(*words, "--db", lab / "lab.db", env=HERE | changed)
        assert done.returncode == 0, (words, done.stderr)
        assert is_clean(done.stdout + done.stderr)


def test_a_relative_folder_of_the_users_notes_is_none(lab: Path) -> None:
    away = lab / "elsewhere"
    away.mkdir()
    told = HERE | {"XDG_STATE_HOME": "notes", "HOME": str(lab / "home")}
    process("index", lab / "lab", "--db", lab / "lab.db", "--encoder", "none", env=told, cwd=away)
    assert list(away.iterdir()) == []
    assert (lab / "home" / ".local" / "state" / "modelsearch" / "roots").is_file()


@pytest.mark.parametrize(
    "words",
    [
        ["relocate", ODD, "/x"],
        ["relocate", "~nobody-at-all", "/x"],
        ["export", f"{ODD}/{ODD}"],
        ["index", ODD],
        ["watch", ODD],
        ["show", ODD],
        ["embed", "--encoder", ODD],
    ],
    ids=lambda words: f"{words[0]}{len(words[1])}",
)
def test_what_is_named_is_said_without_its_control_characters(lab: Path, words: list[str]) -> None:
    done = process(*words, "--db", lab / "lab.db", timeout=60)
    assert is_clean(one_line(done, code=done.returncode))
    assert done.returncode in (1, 2)


@pytest.mark.parametrize("host", [ODD, "a" * 300, "-", "\ud800"])
def test_a_host_that_is_none_is_said(lab: Path, host: str) -> None:
    from modelsearch.api.page.application import listening_socket
    from modelsearch.records.errors import ModelsearchError

    with pytest.raises(ModelsearchError, match="cannot serve on"):
        listening_socket(host, 0)


def test_a_database_of_an_odd_name(lab: Path) -> None:
    done = process("index", lab / "lab", "--db", lab / f"{ODD}.db", "--encoder", "none")
    assert done.returncode == 0 and is_clean(done.stderr)


def test_roots_that_a_database_names_are_said_without_control_characters(lab: Path) -> None:
    """Whoever made the file chose the names of its folders."""
    shutil.copy(lab / "lab.db", lab / "mailed.db")
    mailed = sqlite3.connect(lab / "mailed.db")
    mailed.execute("UPDATE root SET path = ?", (f"/home/{ODD}",))
    mailed.commit()
    mailed.close()
    for words in (["relocate", "/nowhere", "/x"], ["info"], ["relocate", f"/home/{ODD}", "/y"]):
        done = process(*words, "--db", lab / "mailed.db")
        assert is_clean(done.stdout + done.stderr), words
        assert "Traceback" not in done.stderr
