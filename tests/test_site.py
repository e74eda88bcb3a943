"""The documentation site and the man page name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modelsearch.cli.commands import COMMANDS, Command
from modelsearch.cli.options import declared

DOCS = Path(__file__).resolve().parent.parent / "docs"
GENERATED = {"commands"}  # written from the command line's own table when the site is built


def test_every_page_is_in_the_contents_and_every_entry_is_a_page() -> None:
    blocks = re.findall(
        r"```\{toctree\}(.*?)```", (DOCS / "index.md").read_text("utf-8"), re.DOTALL
    )
    listed = [
        line.strip()
        for block in blocks
        for line in block.splitlines()
        if line.strip() and not line.startswith(":")
    ]
    pages = {page.stem for page in DOCS.glob("*.md")} - {"index"} | GENERATED
    assert sorted(listed) == sorted(pages)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_the_man_page_has_every_command_with_every_option(command: Command) -> None:
    page = (DOCS / "modelsearch.1").read_text("utf-8").replace("\\-", "-").replace("\\", "")
    part = re.split(r"^\.SH MODELSEARCH ", page, flags=re.MULTILINE | re.IGNORECASE)
    own = next((text for text in part if text.lower().startswith(command.name + "\n")), "")
    assert own, f"make docs: the man page has no section for {command.name}"
    for option in declared(command.options_class).values():
        flag = option.flags[0].partition("/")[0]
        assert flag in own, f"make docs: {flag} is not in the man page"


def test_the_program_says_each_command_in_one_clause() -> None:
    for command in COMMANDS.values():
        assert re.fullmatch(r"[A-Z][^;:]*\.", command.brief), command.brief
