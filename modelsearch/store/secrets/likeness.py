"""Tests of whether a text in the place of a secret looks like one."""

from __future__ import annotations

import math
import re
from collections import Counter

MASK = "[masked]"  #: what is stored in a secret's place

#: What people write where a secret is to be filled in, and values of programs that are none.
_PLACEHOLDER = re.compile(
    r"(?i)^(?:your|my|the|some|an?|insert|enter|add|put|replace|change|set|use|example|sample|dummy|"
    r"fake|test|foo|bar|xxx|abc123|1234|todo|none|null|nil|true|false|undefined|default|required|"
    r"optional|string|str|text|redacted|masked|hidden|placeholder|pass|password|passwd|pwd|secret|"
    r"token|key|api[_-]?key|user(?:name)?|admin|root|guest|login|os\.environ|env|process\.env|"
    r"config|settings|self|args|getenv|input)(?:$|[^A-Za-z0-9]|[_ -])"
    r"|[_ -](?:here|token|key|password|passphrase|secret|name)$|[a-z](?-i:Password|Passphrase)$"
    r"|^[x*.•_#-]+$|\.\.\.|…|^%|^(?:update|replace|change|fill)[_ -]"
    r"|^['\"]?\$[\w$]+['\"]?$|&[lg]t;|^[<{\[(].*[>})\]]$|\$[{(]|\{[^{}]*\}|<[^<>]*>|%\(|[A-Za-z_]{3}\w*\(.*\)$|\|"
    r"|^[,:;)\]]|[:,(\[{]$"  # what stands between two texts
    r"|^(?-i:[A-Z]+(?:_[A-Z]+)*_(?:PASSWORD|PASS|PWD|SECRET|TOKEN|KEY))\W?$"
)
#: What stands inside a token that is an example of its format.
_EXAMPLE = re.compile(
    r"(?i)x{6,}|\.{3}|#{4,}|your|example|placeholder|invalid|dummy|1234567890|0123456789|abcdefghij|_here(?:_|$)"
)
#: Words of letters that stand for a password: what is to be filled in, and what kind it is.
_FILLED_IN = re.compile(
    r"[^a-z]|pass|pwd|secret|your|example|sample|dummy|change|enter|insert|replace|placeholder|"
    r"^(?:my|the|some|new|old)|^(?:string|required|optional|default|hidden|masked|redacted|"
    r"plain|hashed|bcrypt|sha|text|input|field|invalid|incorrect|missing|username|random|strong|"
    r"basic|unknown|undefined|function|object|label|prompt|value|false|nullable|getpass|keyring|"
    r"private|public|disabled|enabled)$"
)
#: What stands where a value is asked for by name, or another option.
_CODE = re.compile(r"-.*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
#: A version, as it stands behind a package's name; and a name of words, ``LTX2AutoBlocks``.
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:$|=)")
_CAMEL = re.compile(r"[a-z]*(?:[A-Z]{1,6}\d{1,2}|[A-Z]{1,6}[a-z]{2,}\d{0,2})+")
_TYPE = re.compile(r"[A-Z][a-z]+(?:[A-Z]+[a-z]*)+")
#: A word or number of a name, also one with a digit inside: ``conv2d``, ``word2vec``.
_WORDY = re.compile(r"[A-Za-z]+\d{0,4}|\d{1,4}[A-Za-z]{0,2}|[A-Za-z]\d+|[a-z]{1,6}\d[a-z]{1,6}")
#: Names written together in small letters, with one digit; of such random keys one in a hundred.
_RUN_TOGETHER = re.compile(r"(?=.{20})[a-z]+\d[a-z]+")
_SEPARATORS = re.compile(r"[-_./:, ]+")
#: How the names of files of models, data and pictures end.
_FILE = re.compile(
    r"(?i)\.(?:safetensors|gguf|onnx|h5|hdf5|keras|npy|npz|pkl|pickle|joblib|parquet|arrow|jsonl|tsv|"
    r"xml|html|md|ipynb|toml|cfg|ini|sh|log|lock|zip|tar|t?gz|bz2|xz|7z|png|jpe?g|gif|wav|mp[34]|flac)$"
)
#: Names of secrets: words, and one of the usual words with a number.
_NAME = re.compile(r"[A-Za-z]+\d?(?:[-_./:][A-Za-z]+\d?)+|(?i:secret|name|value|token|key)\d{0,2}")
#: Which secret is meant, and where it comes from: ``docker build --secret id=NAME``.
_MEANT = re.compile(r"(?:id|type|name|env|src|source|target)=.*")
_ENCODED = re.compile(r"[A-Za-z0-9+/=]{16}")
_LEAST_KEY = 16
_LEAST_BITS = 3.0
_FEW_CAPITALS = 0.2  #: of the letters of a name


def any_value(_text: str) -> bool:
    """Return True: whatever such a rule matches is a secret."""
    return True


def is_random(text: str) -> bool:
    """Return whether a token of a known format is real rather than an example of that format."""
    if MASK in text or _EXAMPLE.search(text) or _is_worded(text):
        return False
    return entropy(text) > 2.5


def is_password(text: str) -> bool:
    """Return whether a text in the place of a password is one, not a placeholder or a label."""
    if len(text) < 4 or MASK in text or any(one.isspace() for one in text):
        return False
    if _PLACEHOLDER.search(text) or _EXAMPLE.search(text):
        return False
    if _is_path(text) or _CODE.fullmatch(text):
        return False
    return not text.isalpha() or (len(set(text)) > 1 and not (text.islower() or text.istitle()))


def is_secret(text: str) -> bool:
    """Return whether a text in the place of a secret is one, not its own name."""
    return is_password(text) and not _NAME.fullmatch(text)


def is_bare_password(text: str) -> bool:
    """Return whether what follows a password's name without quotes is one, not the name of a type
    or a word of prose.
    """
    bare = text.rstrip(".,:;!?")
    return is_password(bare) and not _TYPE.fullmatch(bare)


def is_bare_secret(text: str) -> bool:
    """Return whether what follows a secret's name without quotes is one."""
    bare = text.rstrip(".,:;!?")
    return is_bare_password(text) and is_secret(bare) and not _MEANT.fullmatch(bare)


def is_hook(text: str) -> bool:
    """Return whether the path of a webhook ends in a random part, not in an example of one."""
    last = text.rpartition("/")[2]
    return len(last) >= _LEAST_KEY and is_random(last)


def is_armoured(text: str) -> bool:
    """Return whether what stands between the lines of a key is encoded, not a remark."""
    return _ENCODED.search(text) is not None


def is_word_password(text: str) -> bool:
    """Return whether a password's literal value in lower-case letters is a password, not a
    placeholder or the label of a form.
    """
    return (
        6 <= len(text) <= 40 and text.isascii() and text.islower() and not _FILLED_IN.search(text)
    )


def is_key(text: str) -> bool:
    """Return whether a text in the place of a key or token is as random as keys are."""
    if len(text) < _LEAST_KEY or MASK in text or _is_path(text):
        return False
    if _PLACEHOLDER.search(text) or _EXAMPLE.search(text):
        return False
    if not re.fullmatch(r"[A-Za-z0-9_\-+/=.~%!@#^&*()$]+", text):
        return False
    if "/" in text and ("-" in text or "." in text):  # a name: no encoding has both
        return False
    if _VERSION.match(text) or _CAMEL.fullmatch(text) or _RUN_TOGETHER.fullmatch(text):
        return False
    parts = [part for part in _SEPARATORS.split(text) if part]
    if all(_WORDY.fullmatch(part) or _CAMEL.fullmatch(part) for part in parts):
        return False
    return entropy(text) >= _LEAST_BITS and any(one.isdigit() for one in text)


def entropy(text: str) -> float:
    """Return the information content of a text in bits, from the frequencies of its own
    characters.
    """
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values())


def _is_worded(text: str) -> bool:
    """Return whether letters are a name like ``thisOneHere``: at random half of them would be
    capitals.
    """
    letters = [one for one in text if one.isalpha()]
    capitals = sum(one.isupper() for one in letters)
    has_digits = any(one.isdigit() for one in text)
    return not has_digits and 0 < capitals < _FEW_CAPITALS * len(letters) and len(letters) >= 16


def _is_path(text: str) -> bool:
    """Return whether a text names a file, a folder or an address."""
    return bool(
        re.match(r"(?:[A-Za-z]+://|[~.]{0,2}/|[A-Za-z]:\\)", text)
        or re.search(
            r"\.(?:py|json|ya?ml|txt|pth?|ckpt|bin|csv|model|vocab|com|org|io|net)\b", text
        )
        or _FILE.search(text)
    )
