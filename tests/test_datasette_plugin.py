"""Pictures in Datasette, which is installed for this test alone or not at all."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import run

datasette_app = pytest.importorskip("datasette.app")


def test_pictures_are_shown_where_there_are_copies_of_them(tmp_path: Path) -> None:
    lab, db = tmp_path / "lab", tmp_path / "lab.db"
    (lab / "samples").mkdir(parents=True)
    (lab / "train.py").write_text("import torch\n")
    name = '<b>"x" epoch_3.png'
    Image.new("RGB", (64, 32), "red").save(lab / "samples" / name)
    indexed = run("index", str(lab), "--db", str(db), "--encoder", "none", "--thumbnails")
    assert indexed.exit_code == 0, indexed.output

    async def page(path: str) -> str:
        from datasette.plugins import pm

        from modelsearch.api import datasette_plugin

        if not pm.is_registered(datasette_plugin):
            pm.register(datasette_plugin)
        answer = await datasette_app.Datasette([str(db)]).client.get(path)
        assert answer.status_code == 200
        return str(answer.text)

    shown = asyncio.run(page("/lab/images"))
    (image,) = re.findall(r'<img src="data:image/(webp|jpeg);base64,[\w+/=]+"', shown)
    assert image and "<b>" not in shown
    assert "<img" not in asyncio.run(page("/lab?sql=select+image_id+as+other+from+images"))
