"""Files made to be slow: nests, long lists and odd encodings take no longer than others."""

from __future__ import annotations

import json
import struct
import warnings
import zlib
from pathlib import Path

import pytest

from modelsearch.records.errors import ReadingError
from modelsearch.records.limits import time_limit
from modelsearch.sources.pictures.file import read_facts
from modelsearch.sources.pictures.looks import read_looks
from modelsearch.sources.runs.configs import flat, read_yaml
from modelsearch.sources.script import ReadResult, read_one
from tests.test_odd_names import TRAIN

#: Seconds of processor time for one file; nearly all take a tenth of one.
MOST = 6


def modules(levels: int, parts: int) -> str:
    """Modules that consist of modules that consist of modules."""
    lines = [
        "import torch",
        "from torch import nn, optim",
        "class L0(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        "        self.a = nn.Linear(2, 2)",
        "    def forward(self, x):",
        "        return self.a(x)",
    ]
    for level in range(1, levels):
        lines += [
            f"class L{level}(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        self.m{part} = L{level - 1}()" for part in range(parts)),
            "    def forward(self, x):",
            f"        return {' + '.join(f'self.m{part}(x)' for part in range(parts))}",
        ]
    return "\n".join(lines) + "\n" + TRAIN.replace("torch.nn.Linear(2, 2)", f"L{levels - 1}()")


def loading(kind: str) -> str:
    head = {
        "yaml": "import yaml\nx = yaml.safe_load(open('c.yaml'))\n",
        "toml": "import tomllib\nx = tomllib.load(open('c.toml', 'rb'))\n",
        "json": "import json\n" + "x = json.load(open('c.json'))\n" * 100,
        "ini": "import configparser\nx = configparser.ConfigParser()\nx.read('c.ini')\n",
    }
    return head[kind] + TRAIN


ALIASES = "a0: &a0 {}\n" + "".join(
    f"a{at}: &a{at} {{{', '.join(f'k{one}: *a{at - 1}' for one in range(9))}}}\n"
    for at in range(1, 14)
)
CONFIGURATIONS: dict[str, str] = {
    "yaml of brackets": "[" * 4_000 + "]" * 4_000,
    "yaml of braces": "{a: " * 40_000,
    "yaml of dashes": "- " * 90_000,
    "yaml of questions": "? " * 90_000,
    "yaml of levels": "".join(" " * at + f"k{at}:\n" for at in range(500)),
    "yaml of aliases": ALIASES,
    "yaml of defaults": "x: ${oc.env:X,2001-99-99}\ny: ${oc.env:X," + "[" * 3_000 + "}\n",
    "toml of parts": "".join(
        ".".join(f"a{at}" for at in range(3_000)) + f".z{n} = 1\n" for n in range(12)
    ),
    "toml of one name": "".join(".".join(["a"] * 3_000) + f".z{n} = 1\n" for n in range(30)),
    "toml of quoted parts": ".".join(["'a b'"] * 30_000) + " = 1\n",
    "toml of dots": "a.b = 1\n" + "a." * 90_000,
    "toml of open texts": 'a = """' + "''' \n\"\" " * 18_000,
    "toml of a number": "a = " + "9" * 190_000,
    "toml of keys": "".join(f"k{at} = {at}\n" for at in range(15_000)),
    "json of a number": '{"a": ' + "9" * 190_000 + "}",
    "json of escapes": "{" + ", ".join(f'"\\u006b{at}": {at}' for at in range(9_000)) + "}",
    "toml of brackets": "x = " + "[" * 30_000,
    "json of brackets": "[" * 90_000,
    "json that is loaded often": json.dumps({f"k{at}": {"a": at} for at in range(9_000)}),
    "ini of one section": "[a]\n" + "".join(f"k{at} = {at}\n" for at in range(15_000)),
    "ini of sections": "".join(f"[s{at}]\nk = {at}\n" for at in range(12_000)),
}


def read(folder: Path, script: str | bytes) -> ReadResult:
    (folder / "train.py").write_bytes(script if isinstance(script, bytes) else script.encode())
    with time_limit(MOST, 60):
        return read_one(folder, "train.py")


def is_read(result: ReadResult) -> bool:
    return result.failure is None and result.reading is not None and result.reading.is_model


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_a_configuration_made_to_be_slow(tmp_path: Path, case: str) -> None:
    kind = case.split()[0]
    (tmp_path / f"c.{kind}").write_text(CONFIGURATIONS[case])
    result = read(tmp_path, loading(kind))
    assert is_read(result) or "gave up: too much" in (result.failure or "")


@pytest.mark.parametrize(("levels", "parts"), [(12, 3), (60, 3), (30, 2)])
def test_modules_of_modules_of_modules(tmp_path: Path, levels: int, parts: int) -> None:
    result = read(tmp_path, modules(levels, parts))
    assert is_read(result) and result.reading is not None
    found = result.reading.architecture
    assert result.reading.cut_short or (found and found.value == f"L{levels - 1}")


def test_containers_that_share_a_container(tmp_path: Path) -> None:
    nest = "import torch\nfrom torch import nn, optim\nm = nn.Linear(2, 2)\n"
    nest += "m = nn.Sequential(m, m, m)\n" * 60
    assert is_read(read(tmp_path, nest + TRAIN.replace("torch.nn.Linear(2, 2)", "m")))


ENCODED = {
    "punycode": b"a" * 30_000 + b"-" + b"b" * 60_000 + b"\n" + TRAIN.encode(),
    "punycode of nines": TRAIN.encode() + b"-" + b"99999a" * 60_000,
    "idna": TRAIN.encode() * 800,
    "idna of one word": b"x = '" + "ä".encode() * 90_000 + b"'\n" + TRAIN.encode(),
    "unicode_escape": b"x = '" + b"\\u0041" * 90_000 + b"'\n" + TRAIN.encode(),
    "zlib": TRAIN.encode(),
    "rot13": TRAIN.encode(),
    "undefined": TRAIN.encode(),
}


@pytest.mark.parametrize("case", ENCODED)
def test_encodings_made_to_be_slow(tmp_path: Path, case: str) -> None:
    result = read(tmp_path, f"# coding: {case.split()[0]}\n".encode() + ENCODED[case])
    assert "internal" not in (result.failure or "") and not result.fault


PINS = {
    "Pipfile.lock": [
        "[]",
        '{"default": [1]}',
        '{"default": {"torch": {"version": ["==1"]}}}',
        json.dumps({"default": {f"p{n}": {"version": f"=={n}"} for n in range(40_000)}}),
    ],
    "poetry.lock": [
        "package = 3",
        "package = [3]",
        "[package]\nname = 1",
        "x = " + "[" * 9_000,
        "".join(f'[[package]]\nname = "p{n}"\nversion = "1.{n}"\n' for n in range(15_000)),
        "".join(f"[[package]]\nname = 'p{n}'\nversion = '1.{n}'\n" for n in range(15_000)),
    ],
}


@pytest.mark.parametrize(("name", "at"), [(n, at) for n in PINS for at in range(len(PINS[n]))])
def test_locks_of_packages_made_to_be_slow_or_odd(tmp_path: Path, name: str, at: int) -> None:
    (tmp_path / name).write_text(PINS[name][at])
    assert is_read(read(tmp_path, TRAIN))


def test_the_line_of_a_pinned_version_is_found(tmp_path: Path) -> None:
    text = (
        '[[package]]\nname = "a"\nversion = "1"\n\n[[package]]\nname = "torch"\nversion = "2.1"\n'
    )
    (tmp_path / "poetry.lock").write_text(text)
    found = read(tmp_path, TRAIN).reading
    assert found is not None and found.framework_version is not None
    assert found.framework_version.value == "2.1"
    assert found.framework_version.evidence.line == 7


def test_two_configurations_whose_aliases_multiply_are_merged(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(ALIASES)
    (tmp_path / "d.yaml").write_text(ALIASES)
    head = "from omegaconf import OmegaConf\nx = OmegaConf.merge(OmegaConf.load('c.yaml'), "
    assert is_read(read(tmp_path, head + "OmegaConf.load('d.yaml'))\n" + TRAIN))


def test_settings_of_a_run_whose_aliases_multiply() -> None:
    with time_limit(MOST, 60):
        assert len(flat(read_yaml(ALIASES + "lr: 0.1\n"))) <= 1_000


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A picture of eight by eight grey pixels with further parts before them."""
    size = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", size), *chunks, (b"IDAT", zlib.compress(bytes(72))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def test_a_picture_of_very_many_texts(tmp_path: Path) -> None:
    """All texts were counted anew for each: 20,000 took a minute."""
    file = tmp_path / "epoch_1.png"
    file.write_bytes(png(*((b"tEXt", b"k%d\0v" % number) for number in range(60_000))))
    with time_limit(10, 60):
        assert read_facts(file, within=tmp_path).width == 8


def test_one_text_of_a_picture_again_and_again(tmp_path: Path) -> None:
    """The texts that are not kept count, too: each is unpacked."""
    packed = b"parameters\0\0" + zlib.compress(b"x" * 2_000_000, 9)
    file = tmp_path / "epoch_1.png"
    file.write_bytes(png(*([(b"zTXt", packed)] * 3)))
    with pytest.raises(ReadingError, match="texts are too long"):
        read_facts(file, within=tmp_path)


def test_what_a_decoder_warns_of_is_not_printed(tmp_path: Path) -> None:
    broken = b"MM\0*" + struct.pack(">IH", 8, 65_535) + b"\x87\x69\0\4\0\0\0\1\0\0\0\x08" * 3
    file = tmp_path / "epoch_1.png"
    file.write_bytes(png((b"eXIf", broken)))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        read_facts(file, within=tmp_path)
        read_looks(file, thumbnail=16, within=tmp_path)
    assert said == []
