"""The gallery: what it says of pictures, what it shows of moving ones, what it allows itself."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from html import unescape
from pathlib import Path
from shutil import which

import pytest
from PIL import Image, PngImagePlugin

from tests.conftest import run
from tests.test_names_of_tests import TRAIN
from tests.videos import mp4

PARAMETERS = "a fox in the snow\nNegative prompt: blurry\nSteps: 31, Sampler: Euler a, Seed: 424242"


@pytest.fixture
def page(tmp_path: Path) -> str:
    folder = tmp_path / "gan"
    (folder / "samples").mkdir(parents=True)
    (folder / "train.py").write_text(TRAIN, encoding="utf-8")
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", PARAMETERS)
    Image.new("RGB", (300, 200), "navy").save(folder / "samples/epoch_10.png", pnginfo=info)
    Image.new("RGB", (300, 200), "teal").save(folder / "samples/epoch_20.png")
    frames = [Image.new("L", (40, 30), 50 * shade) for shade in range(5)]
    frames[0].save(folder / "walk.gif", save_all=True, append_images=frames[1:], duration=200)
    (folder / "samples/epoch_30.mp4").write_bytes(mp4())
    (folder / "samples/epoch_40.mp4").write_bytes(mp4() + bytes(2_100_000))
    db, target = str(tmp_path / "m.db"), tmp_path / "g.html"
    assert run("index", str(folder), "--db", db, "--encoder", "none").exit_code == 0
    written = run("images", "--db", db, "--gallery", str(target), "--limit", "9")
    assert written.exit_code == 0, written.output
    assert written.stdout == ""
    assert re.fullmatch(r"wrote \S+g\.html \(\d+ kB\)\n", written.stderr)
    return target.read_text(encoding="utf-8")


def facts(page: str, name: str) -> dict[str, str]:
    """Return what the page says of one picture."""
    item = next(one for one in page.split("<li ") if f"{name}</span>" in one)
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", item, re.DOTALL)
    return {unescape(key): unescape(value) for key, value in found}


def test_settings_of_a_picture_are_shown(page: str) -> None:
    said = facts(page, "epoch_10.png")
    assert said["prompt"] == "a fox in the snow"
    assert said["negative prompt"] == "blurry"
    assert (said["steps"], said["sampler"], said["seed"]) == ("31", "Euler a", "424242")
    assert (said["model"], said["epoch"], said["pixels"]) == ("gan_train", "10", "300 × 200")


def test_moving_pictures_are_there_with_their_length(page: str) -> None:
    assert facts(page, "walk.gif")["length"] == "5 frames, 1.0 s"
    assert page.count('data-moving="data:image/gif;base64,') == 1
    assert facts(page, "epoch_30.mp4")["length"] == "37 frames, 3.0 s"
    assert page.count('<video controls preload="none" src="data:video/mp4;base64,') == 1
    assert ">37 frames, 3.0 s</div>" in page  # the other is too large for a page


def test_everything_can_be_filtered(page: str) -> None:
    assert '<option value="">all</option>\n<option>gan_train</option>' in page
    assert "<option>animation</option>" in page
    assert 'id="least" min="10" max="40"' in page
    assert 'data-epoch="10" data-words="samples/epoch_10.png a fox in the snow"' in page


def test_the_policy_allows_this_script_and_no_other(page: str) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = unescape(re.findall(r'Content-Security-Policy" content="(.*?)"', page)[0])
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert "fetch" not in script
    assert "innerHTML" not in script
    assert not re.search(
        r"\son\w+=|style=\"", re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    )


@pytest.mark.skipif(which("node") is None, reason="node reads the script")
def test_the_script_is_sound(page: str, tmp_path: Path) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (tmp_path / "g.js").write_text(script, encoding="utf-8")
    subprocess.run(["node", "--check", str(tmp_path / "g.js")], check=True)
