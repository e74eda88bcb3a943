"""Texts of files that would be markup, scripts, links or template code: on a page they are text."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser

import pytest

from modelsearch.answer.compare.cohorts import compare_cohorts
from modelsearch.answer.compare.models import compare_models
from modelsearch.answer.compare.report import report
from modelsearch.answer.viewing import PictureLoader
from modelsearch.render.gallery import gallery
from modelsearch.render.page import page
from modelsearch.store.loading import load_images
from tests.database_rows import Rows, empty

POISON = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "<!-- ",
    "--><b>",
    "<![CDATA[",
    "&lt;b&gt;&#60;i>",
    "{{7*7}}",
    "{% include '/etc/passwd' %}",
    "{{ cycler.__init__.__globals__ }}",
    "${7*7} #{7*7}",
    "\u202egnp.exe\x07\x1b[31m",
)


class Structure(HTMLParser):
    """What a page is built of: its tags with the names of their attributes; and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.places: list[str] = []
        self.policy = ""
        self.style = ""
        self._in: str | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "wbr":
            return
        self._in = tag
        values = dict(attrs)
        self.places += [values[name] for name in ("href", "src", "action") if values.get(name)]
        if "http-equiv" in values:
            self.policy = values["content"]
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data):
        if self._in == "style":
            self.style += data
        self.text += data

    def handle_endtag(self, tag):
        self._in = None

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")


def stated(text: str):
    """A database in memory in which two models say ``text``."""
    rows = empty()
    fill(rows.connection, text, rows)
    return rows.connection


def fill(connection, text: str, rows: Rows | None = None) -> None:
    """Add two models that say ``text`` wherever a file, or a person, can say something."""
    rows = rows or Rows(connection)
    for number in (1, 2):
        model = rows.model(
            f"{text}-{number}",
            path=f"{text}/{number}.py",
            architecture=f"{text} {number}",
            description=f"{text} {number}",
            framework=text,
            families=(text,),
            datasets=((text, text),),
            techniques=(f"{text} {number}",),
            hardware=(text,),
            training={"optimizer": f"{text} {number}", "scheduler": text, "epochs": number},
            settings={text: f"{text} {number}"},
            layers={"layers": number},
        )
        for step in (1, 2):
            rows.metric(
                model,
                f"loss {text}",
                number / step,
                step=step,
                dataset=text,
                split=text,
                higher_is_better=0,
            )
        rows.metric(model, text, number, dataset=f"{text} {number}")
        rows.evidence(model, "epochs", str(number), f"{text}/{number}.py", 3, note=text)
        rows.image(model, f"{text}/{number}.png", kind=text, image_id=f"{text} {number}")
        for kind in ("tag", "note"):
            rows.insert(
                "remark",
                kind=kind,
                model=model,
                root=rows.root,
                model_id=text,
                path=text,
                value=text,
                author=text,
                made_at="2026-01-01T00:00:00+00:00",
            )


def comparison(text: str):
    return report(compare_models(stated(text), [1, 2]))


def cohorts(text: str):
    groups = [(f"{text} one", [1]), (f"{text} two", [2])]
    return report(compare_cohorts(stated(text), groups))


@pytest.mark.parametrize("poison", POISON)
@pytest.mark.parametrize("asked", [comparison, cohorts])
def test_a_comparison_shows_poison_as_text(poison, asked):
    drawn = page(asked(poison), draw=False)
    harmless = Structure(page(asked("plain"), draw=False))
    found = Structure(drawn)
    assert found.tags == harmless.tags
    assert found.places == []
    assert "\x1b" not in drawn and "\u202e" not in drawn
    if poison.isprintable():
        assert poison in found.text


@pytest.mark.parametrize("poison", POISON[:8])
def test_plots_show_poison_as_text(poison):
    pytest.importorskip("matplotlib")
    found = Structure(page(comparison(poison), draw=True))
    names = {name for _, attributes in found.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert {"script", "img", "a", "iframe"}.isdisjoint(tag for tag, _ in found.tags)
    assert all(place.startswith("#") for place in found.places)


def test_the_policy_allows_this_style_and_no_other():
    found = Structure(page(comparison("plain"), draw=False))
    digest = base64.b64encode(hashlib.sha256(found.style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in found.policy
    assert "unsafe" not in found.policy
    assert found.policy.startswith("default-src 'none';")


def pictures(text: str) -> str:
    rows = empty()
    model = rows.model(text)
    for epoch in (1, 2, None):
        rows.image(
            model,
            f"{text}/{epoch}.png",
            epoch=epoch,
            kind=text,
            prompt=text,
            image_id=f"{text} {epoch}",
        )
    return gallery(load_images(rows.connection), PictureLoader(rows.connection), text)


@pytest.mark.parametrize("poison", POISON)
def test_a_gallery_shows_poison_as_text(poison):
    found = Structure(pictures(poison))
    assert found.tags == Structure(pictures("plain")).tags
    assert found.places == []
    assert "unsafe" not in found.policy
    if poison.isprintable():
        assert poison.strip() in found.text
