"""Secrets stay home: none is in the bytes of the file, and no setting is taken for one."""

from __future__ import annotations

import json
import random
import re
import string
import zlib
from pathlib import Path

import apsw
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from modelsearch.store.secrets.likeness import MASK
from modelsearch.store.secrets.masking import Masker
from tests.conftest import run

DICE = random.Random(7)


def dice(length: int, letters: str = string.ascii_letters + string.digits) -> str:
    """Make a text like those of issuers; none of these was ever given out."""
    return "".join(DICE.choice(letters) for _ in range(length - 2)) + "a7"


HEX, UPPER = "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PEM = "\n".join(dice(64) for _ in range(6))
#: What is secret, by kind, and how a person writes it in a script, a README and a configuration.
SECRETS: dict[str, str] = {
    "aws": "AKIA" + "".join(DICE.choice(UPPER) for _ in range(16)),
    "github": "ghp_" + dice(36),
    "github fine": "github_pat_" + dice(82),
    "gitlab": "glpat-" + dice(20),
    "hugging face": "hf_" + dice(34),
    "openai": "sk-proj-" + dice(48),
    "anthropic": "sk-ant-api03-" + dice(80),
    "google": "AIza" + dice(35),
    "google client": "GOCSPX-" + dice(28),
    "slack": "xoxb-730191371696-1413868247813-" + dice(24),
    "stripe": "sk_live_" + dice(24),
    "npm": "npm_" + dice(36),
    "pypi": "pypi-" + dice(80),
    "sendgrid": f"SG.{dice(22)}.{dice(43)}",
    "telegram": f"123456789:AA{dice(33)}",
    "jwt": f"eyJ{dice(20)}.eyJ{dice(40)}.{dice(43)}",
    "digitalocean": "dop_v1_" + dice(64, HEX),
    "databricks": "dapi" + dice(32, HEX),
    "replicate": "r8_" + dice(37),
    "groq": "gsk_" + dice(52),
    "vault": "hvs." + dice(30),
    "shopify": "shpat_" + dice(32, HEX),
}
BY_NAME = {
    "WANDB_API_KEY": dice(40, HEX),
    "COMET_API_KEY": dice(25),
    "KAGGLE_KEY": dice(32, HEX),
    "NEPTUNE_API_TOKEN": dice(60),
    "AWS_SECRET_ACCESS_KEY": dice(40),
    "db_password": "Tr0ub4dor&3",
    "auth_token": dice(32),
    "client_secret": dice(24),
}
INSIDE = {
    "address": ("postgres://alice:hunter2pw@db.example.org/x", "hunter2pw"),
    "header": (f"Authorization: Bearer {(bearer := dice(40))}", bearer),
    "basic": (f"Authorization: Basic {(basic := dice(36))}", basic),
    "query": (f"https://example.org/x?api_key={(query := dice(30))}", query),
    "hook": (f"https://hooks.slack.com/services/T0/{(hook := dice(24))}", hook),
    "login": (f"wandb login {(login := dice(40, HEX))}", login),
    "command": (f"python train.py --hf-token {(flag := dice(34))}", flag),
    "curl": (f"curl -s -u alice:{(curl := dice(14))} https://example.org/x", curl),
    "azure": (f"x = '{(azure := 'Ab18Q~' + dice(32))}'", azure),
    "pem": (f"-----BEGIN RSA PRIVATE KEY-----\n{_PEM}\n-----END RSA PRIVATE KEY-----", _PEM[:64]),
}
ALL = [*SECRETS.values(), *BY_NAME.values(), *(secret for _, secret in INSIDE.values())]

TRAINING = """
import torch
from torch import nn, optim
net = nn.Linear(2, 2)
opt = optim.Adam(net.parameters(), lr=0.1)
for epoch in range(3):
    net(torch.zeros(2)).sum().backward()
    opt.step()
"""


def script() -> str:
    lines = ["import os, argparse", "parser = argparse.ArgumentParser()"]
    lines += [f"value_{number} = {text!r}" for number, text in enumerate(SECRETS.values())]
    lines += [f"text_{number} = {text!r}" for number, (text, _) in enumerate(INSIDE.values())]
    for name, value in BY_NAME.items():
        lines += [
            f"{name} = {value!r}",
            f"os.environ[{name!r}] = {value!r}",
            f"parser.add_argument('--{name.lower()}', type=str, default={value!r})",
            f"connect(lr=1, {name.lower()}={value!r})",
            f"# {name}={value}",
        ]
    return "\n".join(lines) + TRAINING


def prose() -> str:
    lines = ["# A model", "", "Trains a linear model; run it so:", ""]
    lines += [
        f"Our token is {text}." if at % 2 else f"    {text}"
        for at, text in enumerate(SECRETS.values())
    ]
    lines += [text for text, _ in INSIDE.values()]
    lines += [
        line
        for name, value in BY_NAME.items()
        for line in (f"export {name}={value}", f"{name}: {value}", f'{name} = "{value}"')
    ]
    return "\n".join(lines) + "\n"


def write_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "train.py").write_text(script())
    (folder / "README.md").write_text(prose())
    settings = {"lr": 0.1, **BY_NAME, **SECRETS, **{k: text for k, (text, _) in INSIDE.items()}}
    (folder / "config.json").write_text(json.dumps(settings, indent=1))
    (folder / "other.py").write_text(
        "import json\ncfg = json.load(open('config.json'))\n" + TRAINING.replace("0.1", "cfg['lr']")
    )
    cells = [
        {"cell_type": "markdown", "source": prose(), "metadata": {}},
        {
            "cell_type": "code",
            "source": script(),
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        },
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "notes.ipynb").write_text(json.dumps(book))
    said = PngInfo()
    said.add_text("parameters", f"a cat, {' '.join(SECRETS.values())}\nSteps: 20, Seed: 1")
    Image.new("RGB", (32, 32)).save(folder / "sample.png", pnginfo=said)


def everything_in(path: Path) -> str:
    """The bytes of a file, and what its compressed values hold, in lower case."""
    found = [path.read_bytes()]
    connection = apsw.Connection(str(path))
    found += [zlib.decompress(data) for (data,) in connection.execute("SELECT text FROM code")]
    connection.close()
    return b"\n".join(found).decode("latin-1").lower()


def index(folder: Path, db: Path, *more: str) -> str:
    done = run("index", str(folder), "--db", str(db), "--encoder", "none", "--jobs", "1", *more)
    assert done.exit_code == 0, done.exception
    return done.output


def parts(secret: str) -> list[str]:
    """A secret and the words of it that the keyword index would keep."""
    return [secret, *(word for word in re.split(r"[^A-Za-z0-9]+", secret) if len(word) > 15)]


def test_no_secret_of_38_kinds_is_in_the_bytes_of_the_file(tmp_path: Path) -> None:
    folder, db = tmp_path / "lab", tmp_path / "lab.db"
    write_folder(folder)
    said = index(folder, db, "--verbose")
    held = everything_in(db)
    assert MASK in held
    leaked = [secret for secret in ALL for part in parts(secret) if part.lower() in held]
    assert leaked == []
    assert re.search(r"masked    \d+ secrets: ", said)
    for place in ("train.py:3", "README.md:5"):
        assert place in said, said
    assert not re.search(r"README\.md:4\b", said)  # an empty line: texts begin below headings


def test_what_was_removed_is_gone_from_the_bytes(tmp_path: Path) -> None:
    """Of a text that is no secret, so that it was stored."""
    folder, db = tmp_path / "lab", tmp_path / "lab.db"
    for number in range(3):
        (folder / f"m{number}").mkdir(parents=True)
        (folder / f"m{number}" / "train.py").write_text(
            f'"""Zebrafinch{number} model of the quokkahouse{number}."""\nunicornfish = "giraffe"\n'
            + TRAINING
        )
        (folder / f"m{number}" / "README.md").write_text(f"# The wombatcave{number} project\n" * 20)
    index(folder, db)
    held = everything_in(db)
    words = [
        f"{word}{number}"
        for word in ("zebrafinch", "quokkahouse", "wombatcave")
        for number in range(3)
    ]
    assert [word for word in words if word not in held] == []
    (folder / "m0" / "train.py").write_text('"""Another model of sheep."""' + TRAINING)
    (folder / "m0" / "README.md").write_text("# The sheep project\n")
    for name in ("train.py", "README.md"):
        (folder / "m1" / name).unlink()
    index(folder, db)
    held = everything_in(db)
    assert [word for word in words if word in held] == [word for word in words if "2" in word]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["lab", "lab.db"]


NO_SECRETS = """
postgresql://DB_USER:DB_PASSWORD#@DB_ENDPOINT:5432/DATABASE
token = "hello"
eos_token = "<|endoftext|>"
mask_token="[MASK]", pad_token='<pad>', unk_token="[UNK]"
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased-finetuned-mrpc")
tokenizer_name: "sentence-transformers/all-MiniLM-L6-v2"
special_tokens = ["additional_special_token_number_0001"]
password_dim = 64
password = "string"
"password": "required"
password = "yourpassword"
password = "mypassword"
input(type="password", placeholder="username")
client_secret=d.get('client_secret', None),
password = request.authorization.password
aws ecr-public get-login-password --region us-east-1
names = ["layer_" "one_and_more", "layers" + "_of_the_encoder_12"]
"A text" + 'that goes on' "and on"
secret_dim: 128
max_token = 4096
num_tokens = 1000000
key = jax.random.PRNGKey(0)
key = "layers.0.attention.self.query.weight"
state_dict_key: "model.encoder.layers.11.mlp.fc2.bias"
primary_key = "experiment_name_and_version_2024"
metric_key='validation_accuracy_top5_epoch10'
api_key = "your_api_key_here"
api_key = os.environ["OPENAI_API_KEY"]
HF_TOKEN=<your token>
export WANDB_API_KEY=$MY_KEY
wandb_key = "YOUR_WANDB_API_KEY_0123456789abcdef"
password = "password"
password: str = "changeme"
auth = None
https://user:password@example.org/
git@github.com:someone/project.git
https://colab.research.google.com/drive/1Jt9eJ6jTgxnAm1dZ8nLw2u4C8Xh0LmQ_
commit 3f786850e387550fdab836ed7e6dc881de23001b
sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
data-token-id token-classification sk-learn-pipeline-with-many-long-words-in-it
conda create --name deep-learning-environment-v2 python=3.10
keypoints = "left_shoulder,right_shoulder"
("decode.trim_condition_tokens", "LTX2AutoTrimConditionTokens")
  - asttokens=3.0.0=pyhd8ed1ab_1
public_key = "9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit"
(id)hf_requiredCharacteristicTypesForDisplayMetadata;
aws_access_key: AKIAIOSFODNN7EXAMPLE
xoxb-my-bot-token and xoxp-1234567890
client_secret=bP88Q~xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
pip install git+https://github.com/wandb/wandb@3f786850e387550fdab836ed7e6dc881de23001b
query_key = "attention.query_key_value.weight"
__choices__ = ("SECRET", "VISIBLE")
"required": ["username", "password", "registry_url"],
{"test_value": "password", "legacy": True}
[{"name": "OTHER_SECRET", "otherName": "other"}]
assert_called_with(credentials.client_secret, "get_secret_value", mocked)
SecretKeySelector(secret="prefect-auth-string", version="latest")
client_secret: update-this-value
tls_secret: postgresql-server-certs
"env": {"SECRET_ENV1": selector(secret="SECRET1")}
private_key_passphrase = "private_key_passphrase"
ChangePassword = "ChangePassword"
labels = {password:"Password:",remember:"Remember me:"}
    password: StrictStr
    secret: SecretDTO
cache_key = "0f9db9ef9cf31ad95b9923ca12f9f97d"
task_key = "say_hello-1dfe9aa2", dynamic_key="12999dc9-eae9-4d99-89b9-91e99c9e9979"
"files_key": "files/a9b9c9d9e9f9.zip"
url = helper.prepare_url("hf_token", "Acme/Voice4-Embedding-0.6B")
url="https://hooks.slack.com/services/T0000/B0000/exampletail"
-----BEGIN PRIVATE KEY----- <- multiple lines of encoded data -> -----END PRIVATE KEY-----
a short, non-secret human-readable hint, or account_key, client_secret etc.
help="names of secrets: --secret name1, --secret name2"
path="abfss://0aa9b99e-c999-4a99-9999-cf9999ba9f9f@onelake.example.com/x"
password = "$DB_PASS1", "${DB_PASS1}", "<Pass 1>", "{pass1}", "[pass1]"
PASSWORD=variable + 1
lite_key = ControlNet2ConditionModule.LITE2_PREFIX + "." + key[:position]
AWS_SECRET_ACCESS_KEY = "INVALID_SECRET_ACCESS_KEY_12345"
path.write_text(f"machine a.org login user password {key}")
echo "machine example.org login a-bot password $WEBSITE_TOKEN9" > netrc
weight_map[key] = "model-00001-of-00002.safetensors"
cfg_key: pictures-2024-a1b2c3d4e5.tar.gz
use auth token seq2seqtrainingarguments train
docker build --secret id=LOGGER_INDEX_URL9 --secret type=env,id=A_B9 .
LOG_COUNT_KEY = "layers/num_conv9d_added"
prompt_key = "img2img_video3gen_frames"
https://www.dropbox.com/scl/fi/a9b9c9/noises.zip?rlkey=a9b9c9d9e9f9g9h9i9j9k9l9m&dl=1
"https://www.dropbox.com/s/a.zip?dl=1&rlkey=a9b9c9d9e9f9g9h9i9j9k9l9m"
Basic convolutional-neural-network-architecture2 and token classification-models2
"""


def masked(text: str) -> tuple[str, list[str]]:
    masker = Masker()
    return masker.text(text, lambda _text, _at: "x"), masker.places


JOINED = "hf_" + dice(17), dice(17)


@pytest.mark.parametrize(
    "way",
    [
        "'{}' '{}'",
        '"{}" + "{}"',
        "('{}'\n    '{}')",
        '"{}" \\\n"{}"',
        "7\tx = ('{}'\n8\t'{}')",
        "'{}' f'{}'",
    ],
)
def test_secrets_that_are_put_together_from_pieces(way: str) -> None:
    said, places = masked("x = " + way.format(*JOINED))
    assert said == "x = " + way.format(MASK, MASK)
    assert places == ["x"]


def test_a_key_by_its_name_that_is_put_together_from_pieces() -> None:
    one, two = dice(14), dice(14)
    assert masked(f'API_KEY = "{one}" "{two}"')[0] == f'API_KEY = "{MASK}" "{MASK}"'


@pytest.mark.parametrize(
    "line",
    [
        'password = "letmein"',
        "DB_PASSWD='hunter'",
        '"password": "dragonfly"',
        "login(pwd='monkey')",
    ],
)
def test_passwords_that_are_plain_words(line: str) -> None:
    assert MASK in masked(line)[0]


@pytest.mark.parametrize(
    "line",
    [
        'if user == "admin" and password == "team10":',
        "if given_password != 'open_sesame4':",
        'password = "super$ecret"',
        "password = '`123QWERasdf'",
        "SECRET_KEY = 'django-insecure-k$9(x)m2@v=8q#w1z&e^r%t7y*u3i+o5p'",
        'os.environ.setdefault("DB_PASSWORD", "s3same11")',
        'monkeypatch.setenv("APP_CLIENT_SECRET", "g7Kq0x1z")',
        '("X-Auth-Token", "9f8e7d6c5b4a39281706f5e4")',
        "# REACT_APP_AUTH_PASSWORD=whiteduke",
        "export PGPASSWORD=goldfish",
        "mongodb+srv://hpapp:bria@pass135!@cluster0.example.net/test",
        "Server=db.example.org;Database=lab;User Id=anna;Password=sK2ex5;",
        "mysql --user anna --password s3same11",
        "ENV DB_PASSWORD s3same11",
    ],
)
def test_passwords_wherever_they_are_written(line: str) -> None:
    said, places = masked(line)
    assert MASK in said
    assert len(places) == 1


@pytest.mark.parametrize(
    "secret",
    [
        "tvly-" + dice(32),
        "dckr_pat_" + dice(27),
        "aio_" + dice(28),
        "dp.st.dev." + dice(43),
        "GR1348941" + dice(20),
        dice(76) + "AZDO" + dice(4),
        "eyJrIjoi" + dice(60),
        "live_126031192_" + dice(30),
        "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ" + dice(80),
        "office.com/webhook/" + dice(40) + "/IncomingWebhook/" + dice(32) + "/" + dice(36),
    ],
)
def test_keys_of_further_issuers(secret: str) -> None:
    said, _ = masked(f"see `{secret}` there")
    assert MASK in said
    assert secret[-20:] not in said


def test_one_secret_is_counted_once(tmp_path: Path) -> None:
    folder, db = tmp_path / "lab", tmp_path / "lab.db"
    folder.mkdir()
    code = f'import os\nAPI_KEY = "{dice(40)}"\nkey = API_KEY\n'
    (folder / "train.py").write_text(code + TRAINING)
    assert "1 secret: train.py:2" in index(folder, db)


@pytest.mark.parametrize("line", [line for line in NO_SECRETS.splitlines() if line])
def test_what_is_no_secret_is_left(line: str) -> None:
    masker = Masker()
    assert masker.text(line, lambda _text, _at: "x") == line


def test_no_rule_is_slow(tmp_path: Path) -> None:
    import time

    for piece in ("a", "-", "key ", "token=", "'", "password: ", "://", "a://", "?key", "eyJa", " ",
                  "A/+b", "-----BEGIN PRIVATE KEY-----", "\n", "default", "'--token'", ".", "sk-",
                  "bearer ", "export ", "wandb ", "server=", ";uid=a", "get(", "put('a-", "-a-a-a",
                  "--password-", "A_PASSWORD", "://a:@", "vault ",
                  "LS0tLS1CRUdJTi", "password=="):  # fmt: skip
        text = piece * (60_000 // len(piece))
        started = time.process_time()
        Masker().text(
            text + " secret key token default wandb bearer private key", lambda _t, _a: "x"
        )
        assert time.process_time() - started < 5, piece


def test_code_and_texts_can_be_left_out_and_taken_in_again(tmp_path: Path) -> None:
    folder, db = tmp_path / "lab", tmp_path / "lab.db"
    folder.mkdir()
    (folder / "train.py").write_text(
        '"""A zebrafinch of a model."""\n# the walrus is near the iceberg\n'
        + TRAINING
        + "def unicornfish(x):\n    return x\n"
    )
    (folder / "README.md").write_text("# The wombatcave\n\nIt trains a model of wombats.\n")
    said = PngInfo()
    said.add_text("parameters", "a quokkahouse\nSteps: 20, Seed: 1")
    Image.new("RGB", (32, 32)).save(folder / "sample.png", pnginfo=said)
    prose, code = ("zebrafinch", "walrus", "wombatcave", "quokkahouse"), ("unicornfish",)
    for options, there in (
        ((), prose + code),
        (("--no-code",), prose),
        (("--no-texts",), ()),
        ((), ()),
        (("--code", "--texts"), prose + code),
    ):
        index(folder, db, *options)
        held = everything_in(db)
        assert tuple(word for word in prose + code if word in held) == there, options
        assert "adam" in held
