"""What `compare` prints and writes: every format, chosen fields, explained sentences, the page."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from modelsearch.answer.compare.cohort_summaries import summarise_cohorts
from modelsearch.answer.compare.cohorts import compare_cohorts
from modelsearch.answer.compare.evidence_of_sentences import explained
from modelsearch.answer.compare.models import compare_models
from modelsearch.answer.compare.report import report
from modelsearch.answer.compare.summaries import joined, summarise_comparison
from modelsearch.cli import app
from modelsearch.records.errors import UsageError
from modelsearch.render import plots
from modelsearch.render.latex import write_latex
from modelsearch.render.page import page, write_page
from tests.conftest import ROOT, Indexed, run
from tests.database_rows import empty, flowers

ONE, TWO = "Generative-MNIST_gan_gan", "Generative-MNIST_vae_vae"


def test_ids_piped_from_a_question(indexed: Indexed):
    found = indexed.run("query", "vaes on mnist", "--format", "ids")
    ids = found.stdout.split()
    assert "Generative-MNIST_vae_vae" in ids
    arguments = ["compare", "-", "--db", str(indexed.db), "--format", "ids"]
    piped = CliRunner().invoke(app.app, arguments, input=found.stdout)
    assert piped.stdout.split() == ids


def test_markdown_and_latex_are_written_for_people(indexed: Indexed):
    chosen = ("compare", ONE, TWO, "--fields", "learning rate,epochs,batch size", "--format")
    assert indexed.run(*chosen, "markdown").stdout == (
        "| Field | Generative-MNIST_gan_gan | Generative-MNIST_vae_vae |\n"
        "| --- | --- | --- |\n"
        "| Learning rate | 2e-4 | 1e-3 |\n"
        "| Batch size | 64 | 128 |\n"
        "| Epochs | 200 | 25 |\n"
    )
    assert indexed.run(*chosen, "latex").stdout == (
        "\\begin{tabular}{lll}\n"
        "\\hline\n"
        "Field & Generative-MNIST\\_gan\\_gan & Generative-MNIST\\_vae\\_vae \\\\\n"
        "\\hline\n"
        "Learning rate & 2e-4 & 1e-3 \\\\\n"
        "Batch size & 64 & 128 \\\\\n"
        "Epochs & 200 & 25 \\\\\n"
        "\\hline\n"
        "\\end{tabular}\n"
    )
    assert indexed.run(*chosen, "csv").stdout.splitlines()[1] == (
        "training,learning_rate,0.0002,0.001"
    )


def test_many_models_are_rows_of_a_document(indexed: Indexed):
    models = indexed.run("list", "models", "--format", "ids").stdout.split()[:8]
    table = indexed.run("compare", *models, "--fields", "epochs", "--format", "markdown").stdout
    assert table.splitlines()[0] == "| Model | Epochs |"
    assert len(table.splitlines()) == 10


def test_latex_escapes_what_it_would_read_as_commands():
    stream = io.StringIO()
    write_latex([{"a": "50% of_x & $y {z} \\w ^~", "b": "[1]"}], ["a", "b"], ["b"], stream)
    assert stream.getvalue().splitlines()[4] == (
        r"50\% of\_x \& \$y \{z\} \textbackslash{}w \textasciicircum{}\textasciitilde{} & {}[1] \\"
    )


def test_a_long_cell_of_a_latex_table_wraps():
    stream = io.StringIO()
    write_latex([{"a": "x", "b": "y " * 40}], ["a", "b"], [], stream)
    assert stream.getvalue().splitlines()[0] == r"\begin{tabular}{lp{0.47\linewidth}}"


@given(st.text(max_size=60))
def test_latex_never_leaves_a_bare_special(text):
    stream = io.StringIO()
    write_latex([{"a": text}], ["a"], [], stream)
    cell = stream.getvalue().split("\\hline\n")[2].removesuffix(" \\\\\n")
    bare = re.sub(r"\\(textbackslash|textasciicircum|textasciitilde|ldots)\{\}", "", cell)
    bare = re.sub(r"\$(<|>|\||\\to|\\times|\\leq|\\geq)\$|\\[{}$&#%_]|^\{\}", "", bare)
    assert not set("\\{}$&#%_^~\n") & set(bare)


@pytest.mark.parametrize("option", ["--fields", "--drop"])
def test_an_unknown_field_is_named(indexed: Indexed, option):
    with pytest.raises(UsageError, match="no field or group is called 'colour'"):
        raise_from(indexed.run("compare", ONE, TWO, option, "colour"))
    assert indexed.run("compare", ONE, TWO, option, "weight decay, Hardware").exit_code == 0


def raise_from(result):
    assert result.exit_code != 0
    raise result.exception


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("lr", {"learning_rate"}),
        ("bs, wd", {"batch_size"}),
        ("dates", {"created_at", "modified_at"}),
        ("created", {"created_at"}),
        ("file size", {"size_bytes"}),
        ("class", {"architecture"}),
        ("params", {"parameters"}),
        ("framework", set()),
    ],
)
def test_short_names_of_fields(indexed: Indexed, name, fields):
    found = indexed.json("compare", ONE, TWO, "--fields", name)
    assert {entry["field"] for entry in found["differences"]} == fields


def test_fields_of_cohorts_can_be_chosen(indexed: Indexed):
    cohorts = ("compare", "--cohort", "GANs on MNIST", "--cohort", "VAEs on MNIST")
    found = indexed.json(*cohorts, "--fields", "training", "--drop", "hardware")
    groups = {entry["group"] for entry in (*found["numbers"], *found["categories"])}
    assert groups == {"training"}
    assert "hardware" not in {entry["field"] for entry in found["categories"]}


def test_json_has_the_sentences_and_their_cells(indexed: Indexed):
    found = indexed.json("compare", ONE, TWO)
    assert found["summary"] == " ".join(one["text"] for one in found["sentences"])
    epochs = next(one for one in found["sentences"] if "epochs" in one["text"])
    assert [(c["model_id"], c["field"], c["value"]) for c in epochs["cells"]] == [
        (ONE, "epochs", 200),
        (TWO, "epochs", 25),
    ]
    (place,) = epochs["cells"][0]["places"]
    path, _, line = place.rpartition(":")
    assert "200" in (indexed.folder / path).read_text().splitlines()[int(line) - 1]


def test_explain_names_the_cells(indexed: Indexed):
    text = indexed.run("compare", ONE, TWO, "--explain").stdout
    assert f"{ONE}: epochs = 200 [Generative-MNIST/gan/gan.py:" in text
    asked = indexed.run("query", f"compare {ONE} and {TWO}", "--explain")
    assert f"{ONE}: epochs = 200 [" in asked.stderr


def test_every_number_of_a_summary_is_in_its_cells():
    connection = flowers().connection
    pair = report(compare_models(connection, [1, 2]))
    for sentence, cells, _ in explained(pair.comparison, pair.sentences):
        assert cells, sentence.text
        assert all(cell.value is not None for cell in cells)
    for one in report(compare_cohorts(connection, [("a", [1, 2]), ("b", [3])])).as_json()[
        "sentences"
    ]:
        assert all(cell["value"] is not None for cell in one["cells"])


def test_words_that_restrict_nothing_are_said_to(indexed: Indexed):
    cohorts = ("compare", "--cohort", "GANs on Mars", "--cohort", "GANs on MNIST")
    assert "the words 'Mars' are no name or field here" in indexed.run(*cohorts).stderr
    assert "'Mars'" in indexed.json(*cohorts)["notes"][-1]


def test_a_question_about_groups_may_choose_fields(indexed: Indexed):
    text = "compare the batch sizes of GANs on MNIST and CelebA"
    found = indexed.json("query", text)["comparison"]
    assert {entry["field"] for entry in (*found["numbers"], *found["categories"])} == {"batch_size"}


# What may be compared.


def results(*stated, datasets=("MNIST",), **columns):
    """Two models that state one result each."""
    rows = empty()
    ids = [rows.model(f"m{n}", datasets=datasets, **columns) for n in range(len(stated))]
    for model, values in zip(ids, stated, strict=True):
        name, value, more = values
        rows.metric(model, name, value, **{"higher_is_better": 1, **more})
    return compare_models(rows.connection, ids)


def test_a_share_and_a_percentage_are_not_compared():
    found = results(("accuracy", 0.93, {}), ("accuracy", 94.1, {}))
    assert found.rankings == ()
    assert [one.reason for one in found.apart] == [
        "it is stated as a fraction, the others in percent",
        "it is stated in percent, the others as fractions",
    ]
    found = results(("accuracy", 93.0, {}), ("accuracy", 94.1, {}))
    assert found.rankings[0].label == "accuracy in percent on MNIST"


def test_other_classes_of_a_dataset_are_other_data():
    rows = empty()
    ids = [
        rows.model("all", datasets=("CIFAR-10",)),
        rows.model("pets", datasets=(("CIFAR-10", "cat, dog"),)),
        rows.model("pets2", datasets=(("CIFAR-10", "cat, dog"),)),
    ]
    for model, value in zip(ids, (0.9, 0.95, 0.97), strict=True):
        rows.metric(model, "accuracy", value, higher_is_better=1)
    found = compare_models(rows.connection, ids)
    (ranking,) = found.rankings
    assert ranking.label == "accuracy on CIFAR-10 (only cat, dog)"
    assert [one.model_id for one in ranking.standings] == ["pets2", "pets"]
    assert [(one.model_id, one.reason) for one in found.apart] == [
        ("all", "the others are measured on other classes of the data")
    ]


def test_spellings_of_a_metric_and_of_a_dataset_meet():
    unsaid = {"dataset": "CIFAR-10", "higher_is_better": None}
    found = results(("acc", 0.9, {"dataset": "cifar10"}), ("Accuracy", 0.8, unsaid))
    assert [one.model_id for one in found.rankings[0].standings] == ["m0", "m1"]
    assert found.apart == ()


def test_only_other_models_are_the_others():
    rows = empty()
    ids = [rows.model("a", datasets=("MNIST",)), rows.model("b", datasets=("MNIST",))]
    for split in ("test", "train"):
        rows.metric(ids[0], "accuracy", 0.9, split=split, higher_is_better=1)
    found = compare_models(rows.connection, ids)
    assert {one.reason for one in found.apart} == {"no other model states it"}


def test_a_run_says_its_best_and_its_last():
    rows = empty()
    ids = [rows.model(f"m{n}", datasets=("MNIST",)) for n in range(2)]
    for step, value in enumerate((0.4, 0.9, 0.7)):
        rows.metric(ids[0], "accuracy", value, step=step, higher_is_better=1)
        rows.metric(ids[1], "accuracy", value / 2, step=step, higher_is_better=1)
    found = compare_models(rows.connection, ids)
    assert "0.9 at step 1 (0.7 at the end), 0.45 (100.0%) above m1" in joined(
        summarise_comparison(found)
    )
    assert found.rankings[0].as_json()["ranking"][0]["curve"] == [[0, 0.4], [1, 0.9], [2, 0.7]]


def test_weights_are_weighed_and_scripts_are_not():
    rows = empty()
    for kind in ("script", "checkpoint"):
        ids = [
            rows.model(f"{kind}{n}", kind=kind, size_bytes=1000 * n, datasets=("MNIST",))
            for n in (1, 2, 3)
        ]
        for model, value in zip(ids, (0.7, 0.9, 0.8), strict=True):
            rows.metric(model, "accuracy", value, higher_is_better=1)
        (ranking,) = compare_models(rows.connection, ids).rankings
        expected = ("checkpoint2", "checkpoint1") if kind == "checkpoint" else ()
        assert ranking.pareto_size == expected


def test_the_best_of_each_cohort():
    rows = empty()
    ids = [rows.model(f"m{n}", datasets=("MNIST",)) for n in range(4)]
    for model, value in zip(ids, (0.5, 0.9, 0.7, 0.8), strict=True):
        rows.metric(model, "accuracy", value, higher_is_better=1)
    found = compare_cohorts(rows.connection, [("one", ids[:2]), ("two", ids[2:])])
    assert "Best accuracy on MNIST: 0.9 in “one” (m1) and 0.8 in “two” (m3)." in joined(
        summarise_cohorts(found)
    )


def test_a_value_that_was_asked_for_is_not_called_typical(indexed: Indexed):
    found = indexed.json("compare", "--cohort", "GANs on MNIST", "--cohort", "GANs on CelebA")
    assert not {"MNIST", "CelebA", "GAN"} & {one["value"] for one in found["typical"]}


def test_a_setting_is_shown_once(indexed: Indexed):
    found = indexed.json(
        "compare", "Generative-Oxford-102-Flower_v1", "Generative-Oxford-102-Flower_v2"
    )
    fields = {
        entry["field"]
        for name in ("differences", "shared", "partly_known")
        for entry in found[name]
    }
    assert "batch_size" in fields
    assert not {"batch_size_setting", "lr", "epochs_setting"} & fields


# The page.


class Page(HTMLParser):
    """Checks nesting, ids and references while reading."""

    VOID = frozenset({"meta", "wbr", "br", "link", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                assert value.startswith("#"), value
                self.references.append(value[1:])
            self.references += re.findall(r"url\(#([^)]+)\)", value or "")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def check(text):
    parsed = Page(text)
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids))
    assert set(parsed.references) <= set(parsed.ids)
    assert not {"script", "link", "img", "iframe"} & set(parsed.tags)
    said = re.sub(r"<pre.*?</pre>", "", text, flags=re.DOTALL)
    assert "http" not in said.replace("http-equiv", "")
    return parsed


def measured():
    rows = flowers()
    for model in (1, 2):
        for step in (1, 2, 3):
            rows.metric(
                model,
                "loss",
                1 / step / model,
                step=step,
                split="train",
                dataset="Oxford 102 Flower",
                higher_is_better=0,
            )
    return rows.connection


def test_a_page_of_models_is_whole_and_asks_for_nothing():
    pytest.importorskip("matplotlib")
    comparison = report(compare_models(measured(), [1, 2]))
    text = page(comparison, draw=True)
    parsed = check(text)
    assert parsed.tags.count("svg") == 7  # bars, points and curves of metrics, two numbers
    assert text.count("<title") == 1 + 7
    assert page(comparison, draw=True) == text
    assert "FID on Oxford 102 Flower (lower is better)" in text


def test_a_page_of_cohorts():
    pytest.importorskip("matplotlib")
    groups = [("flowers", [1, 2]), ("clothes & shoes", [3])]
    comparison = report(compare_cohorts(measured(), groups))
    parsed = check(page(comparison, draw=True))
    assert "svg" in parsed.tags
    assert "clothes &amp; shoes" in page(comparison, draw=False)


def test_a_page_without_matplotlib_has_all_but_the_plots(tmp_path, monkeypatch):
    monkeypatch.setattr(plots, "available", lambda: False)
    note = write_page(report(compare_models(measured(), [1, 2])), tmp_path / "page.html")
    assert "pip install 'modelsearch-db[plots]'" in note
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "svg" not in check(text).tags
    assert "35,700,000" in text


def test_a_page_that_cannot_be_written_is_one_line(indexed: Indexed, tmp_path):
    result = indexed.run("compare", ONE, TWO, "--html", str(tmp_path / "no" / "page.html"))
    assert result.exit_code == 1
    assert "No such file" in str(result.exception)
    result = indexed.run("compare", ONE, TWO, "--html", str(tmp_path / "page.html"))
    assert result.exit_code == 0
    assert result.stdout == ""
    check((tmp_path / "page.html").read_text(encoding="utf-8"))


names = st.text(max_size=20)


@settings(max_examples=15, deadline=None)
@given(names, names, st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=4))
def test_odd_names_and_numbers_never_break_a_page(first, second, values):
    pytest.importorskip("matplotlib")
    rows = empty()
    ids = [rows.model(f"a{first}"), rows.model(f"b{second}")]
    for model in ids:
        for step, value in enumerate(values):
            rows.metric(
                model, f"m{second}", value, dataset=f"<{first}>", step=step, higher_is_better=1
            )
    check(page(report(compare_models(rows.connection, ids)), draw=True).replace("http", ""))


def test_every_option_of_compare_is_explained():
    text = (ROOT / "docs" / "comparing.md").read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z]+", run("compare", "--help").stdout)) - {"--help", "--db"}
    assert {option for option in options if option not in text} == set()


def test_help_of_compare_names_its_options():
    text = run("compare", "--help").stdout
    for option in ("--all", "--fields", "--drop", "--cohort", "--explain", "--html", "--format"):
        assert option in text
