"""What secrets look like: the rules of ``rules.tsv``, each tried only where a text may have one.

A rule's group ``secret``, else all that it matches, is masked. Every repetition is bounded, so that
no text makes a rule slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from modelsearch.records.datafiles import read_text
from modelsearch.records.structs import frozen
from modelsearch.records.wordlists import word_tuple
from modelsearch.store.secrets import likeness

#: How names end whose value is a password, and such whose value is a secret or its name.
_OF_PASSWORDS = r"(?:pass(?:wd|word|phrase)|pwd|passwort|contrase[nñ]a)"
_OF_SECRETS = r"secret"
#: What stands before ``key`` in the name of a key that says which row, file or entry is meant.
_POINTING = word_tuple("""
    public cache primary foreign sort partition file files object row column index group state
    lookup metric feature config experiment idempotency shard storage blob hash csrf task run job
    node item entry label labels dynamic message event param attribute setting flag
""")
_OF_KEYS = (
    r"(?:key|tokens?|credentials?|auth(?:orization)?|bearer|webhook(?:[_-]url)?)"
    + "".join(f"(?<!{word}key)(?<!{word}[_-]key)" for word in _POINTING)
    + r"(?<!public[_-]token)(?<!csrf[_-]token)"
)
#: Of these the ones whose value is a password even where it is a plain word.
_OF_WORDS = r"(?:pass(?:wd|word|phrase)|pwd|passwort)"
_PARTS: Mapping[str, str] = {
    "@PASSWORD": _OF_PASSWORDS,
    "@SECRET": _OF_SECRETS,
    "@KEY": _OF_KEYS,
    "@WORD": _OF_WORDS,
    "@S": r"(?<![A-Za-z0-9_-])",  # where a token begins, and where it ends
    "@E": r"(?![A-Za-z0-9_-])",
    "@W": r"[A-Za-z0-9_-]",
    # From the name to its value: closing quotes and brackets, an annotation, a sign.
    "@A": r"[\"'\]\)]{0,3}\s{0,8}(?::\s{0,4}\w{1,30}\s{0,4})?(?:=>|:=|[=!]=|=|:)\s{0,8}[rbuf]?",
    "@Q": r"(?P<quote>\\?[\"'`])(?P<secret>(?:(?!(?P=quote))[^\n\\]){4,300})(?P=quote)",
    "@B": r"(?P<secret>[^\s\"'`,;#<>(){}\[\]$]{4,300}+)(?![(\[])",
    # The call of a function that gets or sets a value, up to the value's name.
    "@CALL": r"(?:get|set|put|env|add|default|store|save|header)\w{0,20}\("
    r"(?:[^()\n\"']{1,60},)?\s{0,8}[rbuf]?[\"'][\w-]{0,40}?",
    # An option of a command, or a variable of the environment.
    "@OPTION": r"(?:(?<![\w-])--?(?:[a-z0-9]{1,20}[-_]){0,4}"
    r"|(?-i:(?<![\w-])[A-Z][A-Z0-9_]{0,40}_))",
}
_FITS: Mapping[str, Callable[[str], bool]] = {
    "any": likeness.any_value,
    "random": likeness.is_random,
    "key": likeness.is_key,
    "password": likeness.is_password,
    "word": likeness.is_word_password,
    "secret": likeness.is_secret,
    "bare": likeness.is_bare_password,
    "bare secret": likeness.is_bare_secret,
    "hook": likeness.is_hook,
    "armoured": likeness.is_armoured,
}


@frozen
class Rule:
    """A kind of secret: its name, words of which one stands in every text that has one, what a
    match has to be like, and its pattern.
    """

    name: str
    words: tuple[str, ...]
    fits: Callable[[str], bool]
    pattern: re.Pattern[str]


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules, in the order in which they are tried."""
    lines = read_text(__file__, "rules.tsv").splitlines()
    return tuple(_rule(*line.split("\t", 3)) for line in lines if not line.startswith("#"))


def names_password(name: str) -> bool:
    """Return whether a setting of this name holds a password."""
    return re.search(f"(?i){_OF_PASSWORDS}$", name) is not None


def names_secret(name: str) -> bool:
    """Return whether a setting of this name holds a secret, or the name of one."""
    return re.search(f"(?i){_OF_SECRETS}$", name) is not None


def names_word(name: str) -> bool:
    """Return whether a setting of this name holds a password that may be a plain word."""
    return re.search(f"(?i){_OF_WORDS}$", name) is not None


def names_key(name: str) -> bool:
    """Return whether a setting of this name holds a key or token."""
    return re.search(f"(?i){_OF_KEYS}$", name) is not None


def _rule(name: str, words: str, fits: str, pattern: str) -> Rule:
    for part, meant in _PARTS.items():
        pattern = pattern.replace(part, meant)
    return Rule(name, tuple(words.split(";")), _FITS[fits], re.compile(pattern))
