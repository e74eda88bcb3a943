"""The local page through a real client: what it shows, whom it answers, what it changes."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import apsw
import pytest

from modelsearch.records.wordlists import word_tuple
from tests.conftest import Indexed, run
from tests.database_rows import SCHEMA
from tests.test_poisoned_texts import POISON, Structure, fill

pytest.importorskip("starlette")
uvicorn = pytest.importorskip("uvicorn")

from modelsearch.api.page.application import (  # noqa: E402 - only where starlette is
    Serving,
    application,
    listening_socket,
    new_door,
)

FLOWERS = "Generative-Oxford-102-Flower_v1"
GAN = "Generative-MNIST_gan_gan"


class Client:
    """A browser of few words, over a server in a thread."""

    def __init__(self, db: Path, *, write: bool = False, files: Path | None = None) -> None:
        serving = Serving(db, write=write, author="tester", files=files, encoder="none")
        self.socket = listening_socket("127.0.0.1", 0)
        self.port = self.socket.getsockname()[1]
        self.door = new_door(serving, self.port)
        config = uvicorn.Config(
            application(serving, self.door), log_level="error", lifespan="off", ws="none"
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)
        self.thread.start()
        self.host = f"127.0.0.1:{self.port}"
        self.cookie = f"{self.door.cookie}={self.door.token}"

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        self.socket.close()

    def ask(self, method: str, path: str, body: str = "", **headers: str):
        """Return the status, the headers and the body; a header of None is left out."""
        sent = {"Host": self.host, "Cookie": self.cookie}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True)
            if body:
                sent["Content-Length"] = str(len(body.encode()))
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body.encode() if body else None)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def get(self, path: str, status: int = 200, /, **parameters) -> str:
        if parameters:
            path += "?" + urlencode(parameters, doseq=True)
        found, _, body = self.ask("GET", path)
        assert found == status, body
        return body.decode()

    def post(self, form: dict[str, str], **headers: str):
        form = {"token": self.door.form_token, **form}
        headers = {
            "Origin": f"http://{self.host}",
            "Content-Type": "application/x-www-form-urlencoded",
            **headers,
        }
        return self.ask("POST", "/change", urlencode(form), **headers)


@pytest.fixture(scope="module")
def client(indexed: Indexed):
    made = Client(indexed.db, files=indexed.folder)
    yield made
    made.close()


@pytest.fixture
def writer(indexed: Indexed, tmp_path: Path):
    db = tmp_path / "own.db"
    shutil.copy(indexed.db, db)
    made = Client(db, write=True)
    made.db = db
    yield made
    made.close()


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


# Whom it answers.


def test_the_printed_address_gives_a_cookie_and_goes(client):
    status, headers, _ = client.ask("GET", f"/?token={client.door.token}", Cookie=None)
    assert (status, headers["Location"]) == (303, "/")
    assert "HttpOnly" in headers["Set-Cookie"] and "SameSite=Strict" in headers["Set-Cookie"]


PATHS = word_tuple("""
    / /model?id=x /file /compare /runs /pictures /picture?id=1 /remarks /style.css /no-such-page
""")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_told_without_the_token(client, path):
    name = client.door.cookie
    for cookie in (
        None,
        f"{name}=wrong",
        f"{name}=",
        "other=1",
        f"{name}={client.door.form_token}",
        ";;;=;",
        f"{name}2={client.door.token}",
    ):
        status, _, body = client.ask("GET", path, Cookie=cookie)
        assert (status, b"modelsearch printed" in body) == (403, True)
    status, _, _ = client.ask("GET", "/?token=wrong", Cookie=None)
    assert status == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1.evil.example:{port}",
        "localhost:1",
        "",
        "127.0.0.1:{port}@evil.example",
        "0.0.0.0:{port}",
    ],
)
def test_other_names_of_the_server_are_refused(client, host):
    status, _, body = client.ask("GET", "/", Host=host.format(port=client.port))
    assert status in (400, 421) and b"model" not in body


def test_its_own_names_are_answered(client):
    for name in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]"):
        assert client.ask("GET", "/style.css", Host=f"{name}:{client.port}")[0] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_that_another_page_makes_are_refused(client, site):
    assert client.ask("GET", "/", Sec_Fetch_Site=site)[0] == 403
    assert client.ask("GET", "/", Sec_Fetch_Site="none")[0] == 200


def test_every_answer_forbids_scripts_and_frames(client):
    for path, cookie in (
        ("/", client.cookie),
        ("/", None),
        ("/no", client.cookie),
        ("/style.css", client.cookie),
        ("/model?id=none", client.cookie),
    ):
        _, headers, _ = client.ask("GET", path, Cookie=cookie)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "script-src" not in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(client, method):
    assert client.ask(method, "/")[0] == 405


# What it shows.


def test_a_question_is_answered_with_its_notes_and_its_parse(client):
    text = client.get("/", q="GANs on MNIST")
    assert GAN in Structure(text).text.replace("\n", "")
    assert "GAN includes DCGAN" in text
    assert "dataset = MNIST" in text


def test_every_link_of_the_first_pages_leads_somewhere(client):
    seen: set[str] = set()
    for start in ("/", f"/model?id={GAN}", f"/model?id={FLOWERS}", "/pictures", "/runs"):
        links = Links(client.get(start)).found
        assert all(link.startswith(("/", "#")) for link in links), links
        seen |= {link.partition("#")[0] for link in links[:60]}
    for link in sorted(seen - {""}):
        status, _, body = client.ask("GET", link)
        assert status == 200, (link, body)


def test_facets_narrow_to_what_they_count(client):
    text = client.get("/", q="dataset:MNIST")
    found = re.search(r'<a href="([^"]*)">GAN</a> <span class="muted">(\d+)</span>', text)
    narrower = client.get(found[1].replace("&amp;", "&"))
    assert narrower.count('name="id"') == int(found[2])


def test_columns_and_order_are_chosen(client):
    text = client.get("/", q="dataset:MNIST", column=["epochs", "scheduler"], sort="epochs:desc")
    assert 'aria-sort="descending"' in text
    rows = re.findall(r"<tr><td><input.*?</tr>", text, re.S)
    epochs = [
        int(one) for row in rows for one in re.findall(r'<td class="short">(\d+)</td>', row)[:1]
    ]
    assert epochs == sorted(epochs, reverse=True) and len(epochs) > 3
    assert "no field" in client.get("/", 400, q="x", sort="no_such")
    assert "no field" in client.get("/", 400, q="x", column="no_such")
    often = client.get("/", column=["epochs"] * 500)
    assert len(often) < 1.2 * len(client.get("/", column="epochs"))  # each link names it once


def test_pages_are_turned_and_hold_every_model_once(client, indexed: Indexed):
    seen: list[str] = []
    link = "/"
    while link:
        text = client.get(link)
        seen += re.findall(r'name="id" value="([^"]*)"', text)
        after = re.search(r'<a href="([^"]*)" rel="next">', text)
        link = after[1].replace("&amp;", "&") if after else ""
    everything = indexed.run("list", "models", "--format", "ids").stdout.split()
    assert len(seen) > 50 and sorted(seen) == sorted(everything)
    for page in ("0", "-1", "999999", "x", "9" * 40):
        client.get("/", page=page)


def test_evidence_opens_at_its_line(client, indexed: Indexed):
    text = client.get("/model", id=GAN)
    place = re.search(r'<dt>Epochs</dt><dd>200 <a class="place" href="([^"#]*)#L(\d+)">', text)
    shown = client.get(place[1].replace("&amp;", "&"))
    line = re.search(rf'<span id="L{place[2]}" class="here"><b>\d+</b> (.*)', shown)
    assert "200" in line[1]


def test_statements_are_shown_where_the_file_is_not_here(indexed: Indexed, tmp_path: Path):
    made = Client(indexed.db, files=tmp_path)
    try:
        text = made.get("/file", model=GAN, path="Generative-MNIST/gan/gan.py", line=1)
        assert "as the database holds them" in text
        status, _, _ = made.ask("GET", "/picture?id=none")
        assert status == 400
    finally:
        made.close()


OUTSIDE = ("../../../../etc/passwd", "/etc/passwd", "Generative-MNIST/gan/../../../pyproject.toml",
           "README.md\0.py", "Generative-MNIST/gan/dcgan_tf.py", "", ".", "\\..\\x")  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_other_file_is_shown(client, path):
    assert "no value of this model was read" in client.get("/file", 400, model=GAN, path=path)


def test_paths_of_the_server_lead_nowhere(client):
    for path in (
        "/../../etc/passwd",
        "/style.css/../../guard.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/templates/base.html",
        "//evil.example/",
        "/static/..%2f..%2fguard.py",
    ):
        assert client.ask("GET", path)[0] in (400, 404), path


def test_pictures_are_pictures(client):
    text = client.get("/pictures", id="CycleGAN_v1_train")
    sources = [link for link in Links(text).found if link.startswith("/picture?")]
    status, headers, body = client.ask("GET", sources[0])
    assert (status, headers["Content-Type"]) == (200, "image/webp")
    assert body[:4] == b"RIFF"


def test_models_are_compared(client):
    text = client.get("/compare", id=[GAN, "Generative-MNIST_vae_vae"])
    assert "What differs" in text
    assert "tick two to" in client.get("/compare", 400, id=GAN)
    client.get("/compare", 404, id=[GAN, "no-such-model"])


def test_odd_requests_are_one_line(client):
    for path in ("/?q=%ff%fe", "/?q=" + "a" * 5000, "/?q=%00", "/model", "/model?id=",
                 "/runs?id=zz", "/?q=dataset:", "/?q=" + quote("(((\"'"), "/picture",
                 "/?sort=%00:asc", "/?column=" + "&column=".join("x" * 100)):  # fmt: skip
        status, _, body = client.ask("GET", path)
        assert status in (200, 400, 404), (path, body)
        assert b"Traceback" not in body


TRAINER = """import torch
from torch import nn
model = nn.Sequential(nn.Linear(784, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(4):
    loss = nn.functional.cross_entropy(model(torch.zeros(1, 784)), torch.zeros(1).long())
    loss.backward()
    optimizer.step()
"""
LOG = "epoch,loss,val_loss\n0,1.0,1.1\n1,0.5,0.9\n2,0.4,nan\n3,0.3,0.8\n4,0.2,0.7\n"


def test_curves_are_drawn_and_runs_are_listed(tmp_path: Path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "train.py").write_text(TRAINER)
    (tmp_path / "m" / "training.csv").write_text(LOG)
    db = tmp_path / "runs.db"
    assert run("index", str(tmp_path), "--db", str(db), "--encoder", "none").exit_code == 0
    made = Client(db)
    try:
        text = made.get("/model", id="m_train")
        assert "train loss" in text and "0.7 at best, epoch 4" in text
        assert text.count("<polyline") == 3  # a value that is no number breaks a line in two
        assert "training.csv" in made.get("/runs") and "1 run" in made.get("/runs", id="m_train")
    finally:
        made.close()


# What it changes.


def test_without_write_nothing_changes(client):
    assert "<form method" not in client.get("/model", id=GAN)
    assert client.post({"action": "tag", "model": GAN, "value": "x"})[0] == 403


def test_what_is_said_is_shown_and_can_be_undone(writer):
    for action, more in (
        ("tag", {"value": "baseline, paper"}),
        ("note", {"value": "went <b>bad"}),
        ("set", {"field": "epochs", "value": "7"}),
        ("unset", {"field": "batch_size"}),
    ):
        status, headers, body = writer.post({"action": action, "model": GAN, **more})
        assert (status, headers["Location"]) == (303, f"/model?id={GAN}"), body
    text = writer.get("/model", id=GAN)
    assert "baseline" in text and "went &lt;b&gt;bad" in text and "tester" in text
    assert "<dd>7" in text and "<dt>Batch Size</dt>" not in text
    numbers = re.findall(r'name="remark" value="(\d+)"', writer.get("/remarks"))
    for number in numbers:
        assert writer.post({"action": "undo", "remark": number})[0] == 303
    assert "Nobody has said anything" in writer.get("/remarks")
    assert "<dd>200" in writer.get("/model", id=GAN)


def test_a_picture_is_given_to_a_model(writer):
    listed = run("images", "CycleGAN_v1_train", "--db", str(writer.db), "--format", "ids")
    picture = listed.stdout.split()[0]
    form = {"action": "own", "model": "CycleGAN_v2_train", "picture": picture}
    assert writer.post(form)[0] == 303
    assert quote(picture, safe="") in writer.get("/pictures", id="CycleGAN_v2_train")


def test_forms_of_other_pages_change_nothing(writer):
    form = {"action": "tag", "model": GAN, "value": "evil"}
    origin = f"http://{writer.host}"
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": None},
        {"Origin": "null"},
        {"Origin": f"http://localhost:{writer.port + 1}"},
        {"Origin": f"http://localhost:{writer.port}"},
        {"Origin": f"https://{writer.host}"},
        {"Cookie": None},
        {"Host": f"evil.example:{writer.port}", "Origin": "http://evil.example"},
        {"Origin": origin, "Sec-Fetch-Site": "same-site"},
    ):
        assert writer.post(form, **headers)[0] in (403, 421), headers
    for token in ("", "wrong", writer.door.token):
        assert writer.post({**form, "token": token})[0] == 400
    assert writer.post(form, Content_Type="text/plain")[0] in (303, 400)
    assert writer.ask("GET", "/change?" + urlencode(form))[0] == 405
    assert "evil" not in writer.get("/remarks")


def test_forms_that_ask_for_nothing_are_one_line(writer):
    for form in (
        {},
        {"action": "drop"},
        {"action": "tag", "model": "no-such", "value": "x"},
        {"action": "set", "model": GAN, "field": "colour", "value": "1"},
        {"action": "set", "model": GAN, "field": "epochs", "value": "many"},
        {"action": "undo", "remark": "x"},
        {"action": "undo", "remark": "99999"},
        {"action": "own", "model": GAN, "picture": "none"},
        {"action": "note", "model": GAN, "value": "x" * 20_000},
        {"action": "note", "model": GAN, "value": "x" * 70_000},
    ):
        status, _, body = writer.post(form)
        assert status in (400, 404), form
        assert b"That did not work" in body


# Texts of files.


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("poison")
    made = {}
    for number, text in enumerate(("plain", *POISON)):
        db = folder / f"{number}.db"
        connection = apsw.Connection(str(db))
        connection.execute(SCHEMA.read_text(encoding="utf-8"))
        fill(connection, text)
        connection.close()
        made[text] = db
    return made


@pytest.mark.parametrize("poison", POISON)
def test_stored_texts_are_never_markup(poisoned, poison):
    structures = {}
    for text in ("plain", poison):
        made = Client(poisoned[text], write=True)
        try:
            names = [f"{text}-1", f"{text}-2"]
            pages = [
                made.get("/"),
                made.get("/model", id=names[0]),
                made.get("/pictures"),
                made.get("/runs"),
                made.get("/remarks"),
                made.get("/compare", id=names),
            ]
            structures[text] = [Structure(page) for page in pages]
        finally:
            made.close()
    for harmless, found in zip(structures["plain"], structures[poison], strict=True):
        assert found.tags == harmless.tags
        assert all(
            place.startswith(("/", "#")) and not place.startswith("//") for place in found.places
        )


@pytest.mark.parametrize("poison", POISON)
def test_a_question_is_never_markup(client, poison):
    found = Structure(client.ask("GET", "/?" + urlencode({"q": poison}))[2].decode())
    tags = {tag for tag, _ in found.tags}
    assert {"script", "img", "svg", "b", "i"}.isdisjoint(tags)
    assert not [name for _, names in found.tags for name in names if name.startswith("on")]


# The command.


def test_the_command_prints_an_address_and_ends_quietly(indexed: Indexed):
    command = [sys.executable, "-m", "modelsearch", "serve", "--db", str(indexed.db)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        printed = it.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", printed)
        opener = build_opener(HTTPCookieProcessor())
        shown = opener.open(printed, timeout=60).read()
        it.send_signal(signal.SIGINT)  # before anything can fail: else it would be waited for
        _, said = it.communicate(timeout=60)
    assert b" models</h1>" in shown
    assert "Traceback" not in said


def test_what_cannot_be_served_is_one_line(indexed: Indexed, tmp_path: Path):
    assert "no database" in str(run("serve", "--db", str(tmp_path / "no.db")).exception)
    with closing(listening_socket("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found = run("serve", "--db", str(indexed.db), "--port", port)
    assert found.exit_code != 0 and "cannot serve on 127.0.0.1" in str(found.exception)
