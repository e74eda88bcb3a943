"""What is found by words and meaning, in which order, and why: over real databases."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelsearch.index.indexing import index
from modelsearch.index.summary import IndexOptions
from modelsearch.search.encoders import load_encoder
from modelsearch.search.fusion import reciprocal_ranks, shares, weighted_sum, weights_of
from modelsearch.search.variety import PAGE, VERSIONS, lineage
from modelsearch.store.database import close_after_writing, open_for_reading, open_for_writing
from tests.conftest import Indexed, lay_out, run

TRAIN = """\
import torch
from torch import nn, optim


class {name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 2)

    def forward(self, x):
        return self.layer(x)


def train(model, loader):
    \"\"\"{doc}\"\"\"
    optimizer = optim.Adam(model.parameters(), lr={rate})
    for epoch in range(3):
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            {extra}
            optimizer.step()


train({name}(), [])
"""


def script(name="Net", doc="Trains.", rate=1e-3, extra="pass"):
    return TRAIN.format(name=name, doc=doc, rate=rate, extra=extra)


@pytest.fixture
def make(tmp_path):
    """Write files, index them, return a way to ask."""

    def build(files: dict[str, str], encoder=None) -> Path:
        for path, text in files.items():
            file = tmp_path / "models" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        db = tmp_path / "models.db"
        connection = open_for_writing(db)
        index(connection, [tmp_path / "models"], encoder, IndexOptions(jobs=1))
        close_after_writing(connection)
        return db

    return build


def ask(db: Path, question: str, *more: str) -> dict:
    result = run("query", question, "--db", str(db), "--format", "json", *more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def paths(answer: dict) -> list[str]:
    return [row["path"] for row in answer["results"]]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder("default")


@pytest.fixture(scope="session")
def with_vectors(tmp_path_factory):
    """The fixtures with vectors."""
    base = tmp_path_factory.mktemp("vectors")
    folder = lay_out(base / "models")
    connection = open_for_writing(base / "models.db")
    summary = index(connection, [folder], load_encoder("default"), IndexOptions(jobs=1))
    close_after_writing(connection)
    return Indexed(folder, base / "models.db", summary)


def test_code_is_found_by_words_of_its_identifiers(make):
    db = make(
        {
            "a/clipped.py": script(extra="torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)"),
            "b/forced.py": script(extra="teacher_forcing_ratio = 0.5"),
            "c/plain.py": script(),
        }
    )
    assert paths(ask(db, '"grad norm"')) == ["a/clipped.py"]
    assert paths(ask(db, "the one with teacherForcing ratio"))[0] == "b/forced.py"


def test_meaning_finds_what_shares_no_word(with_vectors):
    answer = with_vectors.json("query", "blossoms painted out of static")
    assert "Oxford-102-Flower" in answer["results"][0]["model_id"]
    assert answer["results"][0]["distance"] < 1


@pytest.mark.parametrize(
    "question",
    ["chocolate cake recipe", "how do I renew my passport", "history of the Roman empire"],
)
def test_far_neighbours_that_share_no_word_are_left_out(with_vectors, question):
    found = with_vectors.json("query", question)["results"]
    words = set(question.split())
    connection = open_for_reading(with_vectors.db)
    for row in found:  # what is there was found by a word
        sql = (
            "SELECT group_concat(p.title || ' ' || p.text, ' ') FROM passage p "
            "JOIN model m ON m.id = p.model WHERE m.model_id = ?"
        )
        text = connection.execute(sql, (row["model_id"],)).fetchone()[0]
        assert any(word.lower()[:4] in text.lower() for word in words)
    connection.close()


@pytest.mark.parametrize(
    "question", ["zxqv blorp fnord", "find zxqv blorp models", "lkjsdf wlekrj", "veqpt tcmi"]
)
def test_made_up_words_find_nothing(with_vectors, question):
    assert with_vectors.json("query", question)["results"] == []


@pytest.mark.parametrize("word", ["felines", "phonemes", "petals"])
def test_a_word_that_stands_nowhere_finds_what_lies_near_it(with_vectors, word):
    assert with_vectors.json("query", word)["results"]


def test_a_copy_stands_back_and_is_named(make):
    alike = script(name="FlowerNet", doc="Wobbly gloomy brush strokes, gloomy.")
    files = {"one/train.py": alike, "two/train.py": alike}
    files |= {
        f"other{n}/train.py": script(f"Net{n}", "Gloomy brush strokes.", n) for n in range(1, 4)
    }
    answer = ask(make(files), "wobbly gloomy brush")
    assert answer["total"] == 5
    assert paths(answer)[-1] in ("one/train.py", "two/train.py")
    assert paths(answer)[0] in ("one/train.py", "two/train.py")
    assert any("the same file, byte for byte" in note for note in answer["notes"])


def test_versions_of_one_script_leave_room_for_others(make):
    files = {
        f"seq/v{n}/train.py": script(f"Seq{n}", "Gloomy brush, gloomy brush.", n)
        for n in range(1, 9)
    }
    files |= {
        f"other{n}/train.py": script(f"Net{n}", f"A gloomy brush number {n}.", n)
        for n in range(1, 9)
    }
    answer = ask(make(files), "gloomy brush wobbles", "--limit", "0")
    first = paths(answer)[:PAGE]
    assert sum(path.startswith("seq/") for path in first) == VERSIONS
    assert answer["total"] == len(set(paths(answer))) == 16


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/v1/train.py", "a/v2/train.py"),
        ("a/train_v1.py", "a/train.py"),
        ("a/train_old.py", "a/train.py"),
        ("a/train (copy).py", "a/train.py"),
        ("a/train_v2_final.py", "a/train.py"),
    ],
)
def test_versions_share_a_lineage(one, other):
    assert lineage(one) == lineage(other)


def test_different_scripts_do_not():
    names = ["a/resnet18.py", "a/resnet50.py", "a/cifar10.py", "a/cifar100.py", "b/resnet18.py"]
    assert len({lineage(name) for name in names}) == len(names)


def test_explain_gives_rank_and_score_by_ranker(with_vectors):
    result = with_vectors.run("query", "flowers drawn from noise", "--explain")
    line = next(
        line for line in result.stderr.splitlines() if "keywords #1" in line and "vectors" in line
    )
    assert "Flower" in line


def test_the_same_question_gives_the_same_bytes(with_vectors):
    asked = ("query", "models that paint faces", "--format", "json", "--limit", "0")
    assert with_vectors.run(*asked).stdout == with_vectors.run(*asked).stdout


def test_a_filter_keeps_every_row_whatever_the_words(with_vectors):
    plain = with_vectors.json("query", "family:diffusion", "--limit", "0")
    ranked = with_vectors.json("query", "family:diffusion chocolate cake", "--limit", "0")
    assert sorted(paths(plain)) == sorted(paths(ranked))


def test_scores_do_not_rise_down_the_list(with_vectors):
    answer = with_vectors.json("query", "blossoms painted out of static noise", "--limit", "10")
    scores = [row["score"] for row in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


def test_the_best_by_every_ranker_scores_one():
    evidence = {"keywords": shares({1: 8.0, 2: 4.0}), "vectors": {1: 0.5, 3: 0.4}}
    fused = weighted_sum(evidence, weights_of(["keywords", "vectors"]))
    assert [model for model, _ in fused] == [1, 3, 2]
    assert fused[0][1] == pytest.approx(1)


strengths = st.dictionaries(st.integers(1, 30), st.floats(0.01, 1), min_size=1, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strengths, strengths, st.integers(31, 40))
def test_better_evidence_never_lowers_a_place(keywords, vectors, model):
    weights = weights_of(["keywords", "vectors"])
    ahead = weighted_sum(
        {"keywords": keywords | {model: 0.9}, "vectors": vectors | {model: 0.9}}, weights
    )
    behind = weighted_sum(
        {"keywords": keywords | {model: 0.2}, "vectors": vectors | {model: 0.9}}, weights
    )
    place = [one for one, _ in ahead].index(model)
    assert place <= [one for one, _ in behind].index(model)
    assert all(0 <= score <= 1 + 1e-9 for _, score in ahead)


def test_weights_share_the_keywords_part():
    alone, shared = weights_of(["keywords"]), weights_of(["keywords", "cohort"])
    assert sum(shared.values()) == pytest.approx(alone["keywords"])


def test_reciprocal_ranks_reward_agreement_and_scale_to_one():
    fused = dict(reciprocal_ranks({"keywords": [1, 2, 3], "vectors": [1, 3, 4]}))
    assert fused[1] == pytest.approx(1.0)
    assert fused[3] > fused[2] > fused[4] > 0


def test_both_ways_of_fusing_give_the_same_models(indexed: Indexed):
    question = "translation with teacher forcing"
    found = {
        way: indexed.json("query", question, "--fusion", way, "--limit", "0")
        for way in ("score", "rrf")
    }
    ids = {way: {row["model_id"] for row in one["results"]} for way, one in found.items()}
    assert ids["score"] == ids["rrf"] and ids["rrf"]
