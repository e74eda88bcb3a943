"""The local page in Chromium: without JavaScript, wide and narrow, light and dark."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import Indexed

sync = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("Chromium is not installed", allow_module_level=True)

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module")
def address(indexed: Indexed):
    command = [sys.executable, "-m", "modelsearch", "serve", "--db", str(indexed.db)]
    command += ["--encoder", "none"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.fixture(scope="module")
def chromium():
    with sync.sync_playwright() as started:
        yield started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=str)
def page(request, address, chromium):
    width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False
    )
    found = context.new_page()
    found.wrong = []
    found.on("console", lambda message: found.wrong.append(message.text))
    host = address.split("/?")[0]
    found.on(
        "request", lambda one: one.url.startswith((host, "data:")) or found.wrong.append(one.url)
    )
    found.goto(address)
    yield found
    assert found.wrong == []
    context.close()


def fits(page) -> bool:
    """Whether nothing has to be scrolled sideways but what scrolls by itself."""
    page.wait_for_load_state("load")
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def ask(page, question: str) -> None:
    page.fill("input[name=q]", question)
    page.press("input[name=q]", "Enter")


def test_a_question_is_typed_answered_narrowed_and_opened(page):
    ask(page, "diffusion models")
    assert "models match" in page.inner_text("main")
    assert fits(page)
    page.locator("aside a, .facets a, nav a[href*='q=']").first.click()
    assert fits(page)
    ask(page, "diffusion models")
    model = page.locator("a[href^='/model?id=']").first
    name = model.inner_text()
    model.click()
    assert name in page.inner_text("h1")
    assert fits(page)
    page.locator("a[href^='/file?']").first.click()
    assert fits(page)


def test_models_are_ticked_and_compared_with_the_keyboard_alone(page):
    ask(page, "diffusion models")
    ticks = page.locator("input[name=id]")
    for place in range(2):
        ticks.nth(place).press("Space")
    ticks.nth(1).press("Enter")
    assert "/compare" in page.url
    assert "differ" in page.inner_text("main")
    assert fits(page)


@pytest.mark.parametrize("path", ["/", "/pictures", "/runs", "/?q=how+many+models+per+dataset"])
def test_every_page_fits_and_fetches_nothing_from_elsewhere(page, address, path):
    page.goto(address.split("/?")[0] + path)
    assert page.inner_text("h1, main")
    assert fits(page)


def test_dark_is_dark(page, request):
    colour = page.evaluate("getComputedStyle(document.body).color")
    channels = [float(part) for part in colour.split("(")[1].rstrip(")").split(",")[:3]]
    assert (min(channels) > 128) == (request.node.callspec.params["page"][1] == "dark")
