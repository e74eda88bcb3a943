"""How the documentation site and the man page are built from docs/: ``make docs``.

The page of commands is made anew from the command line's own table, so that it cannot lag behind.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import modelsearch

HERE = Path(__file__).resolve().parent

project = "modelsearch"
author = "The modelsearch authors"
release = modelsearch.__version__
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_typehints = "signature"

html_theme = "furo"
html_title = f"modelsearch {release}"
html_static_path: list[str] = []
html_show_copyright = False

man_pages = [
    ("commands", "modelsearch", "offline search over your machine-learning models", author, 1)
]
today_fmt = release  # a man page says of which version it is, not on which day it was built
today = release


def _write_commands() -> None:
    """Write commands.md, every command with its options, as typer documents them."""
    page = ["--name", "modelsearch", "--title", "Commands", "--output", str(HERE / "commands.md")]
    documenting = [sys.executable, "-m", "typer", "modelsearch.cli.app", "utils", "docs", *page]
    subprocess.run(documenting, check=True, stdout=subprocess.DEVNULL)


_write_commands()
