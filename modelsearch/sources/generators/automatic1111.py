"""The text of AUTOMATIC1111's web UI, which its forks and many other programs write too:

    a castle on a hill
    Negative prompt: blurry
    Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x768, Model: dreamlike

Forks put the settings in another order, write everything in one line, or add lines of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelsearch.sources.generators.settings import COMMENTS, MAX_TEXT, Generation, generation

_PROGRAM = "AUTOMATIC1111"
_KNOWN = r"(?:Steps|Sampler|Schedule type|CFG scale|Seed|Size|Model|Model hash|Version)"
#: One ``Name: value``; a value may be quoted, or a JSON list or object, and hold commas then.
_NAME = re.compile(r"\s*([A-Za-z][\w /().-]{0,60}?):\s*")
_QUOTED = re.compile(r'"(?:\\.|[^\\"])*"(?=\s*(?:,|$))')
_SETTINGS_LINE = re.compile(rf"\s*(?:Steps:\s*\d|[A-Z][\w ]{{0,30}}: [^,\n]*,\s*{_KNOWN}: )")
_IN_ONE_LINE = re.compile(rf"(?:^|\s)({_KNOWN}: [^,\n]*,\s*{_KNOWN}: )")
_NEGATIVE = re.compile(r"^\s*Negative prompt:", re.MULTILINE)
_TEMPLATE = re.compile(r"\s*(?:Negative )?Template:")
_LORA = re.compile(r"<(?:lora|lyco|hypernet):([^:<>\n]{1,200})[^<>\n]{0,100}>")
_FORGE = re.compile(r"f\d|neo\b|forge", re.IGNORECASE)
_DECODER = json.JSONDecoder()


def read(texts: Mapping[str, str]) -> Generation | None:
    """Read the first text of this form."""
    for key in COMMENTS:
        text = texts.get(key)
        if text and len(text) <= MAX_TEXT:
            found = parsed(text)
            if found is not None:
                return found
    return None


def parsed(text: str) -> Generation | None:
    """Read one text; None where it has neither settings nor a negative prompt of this form."""
    if text.lstrip().startswith("{"):
        return None
    said, stated = _divide(text.strip())
    settings = list(_settings(stated)) if stated is not None else []
    mark = _NEGATIVE.search(said) or re.search(r"\bNegative prompt:", said)
    if not settings and not _NEGATIVE.search(said):
        return None
    prompt, negative = (said[: mark.start()], said[mark.end() :]) if mark else (said, None)
    loras = list(dict.fromkeys(_LORA.findall(prompt)))
    if loras:
        settings.append(("lora", ", ".join(loras)))
    return generation(_program(dict(settings), stated or ""), prompt, negative, settings)


def _divide(text: str) -> tuple[str, str | None]:
    """Return the prompts and the line of settings: the last line that is one, else what begins
    inside a line.
    """
    lines = text.splitlines()
    for at in range(len(lines) - 1, -1, -1):
        if _SETTINGS_LINE.match(lines[at]):
            stated = []
            for line in lines[at:]:
                if _TEMPLATE.match(line):  # the prompt before its wildcards were filled
                    break
                stated.append(line)
            return "\n".join(lines[:at]), " ".join(stated)
    inside = _IN_ONE_LINE.search(text)
    if inside is None:
        return text, None
    return text[: inside.start(1)], text[inside.start(1) :]


def _settings(line: str) -> Iterator[tuple[str, Any]]:
    at = 0
    while name := _NAME.match(line, at):
        value, at = _value_at(line, name.end())
        if isinstance(value, str):
            yield name[1], value
        elif name[1].lower() == "hashes" and isinstance(value, dict):
            yield "hashes", ", ".join(f"{key}: {one}" for key, one in value.items())
        at = _next(line, at)


def _value_at(line: str, at: int) -> tuple[Any, int]:
    """Return the value that begins here and where it ends."""
    quoted = _QUOTED.match(line, at)
    if quoted:
        try:
            return str(json.loads(quoted[0])), quoted.end()
        except ValueError:
            return quoted[0][1:-1], quoted.end()
    if line[at : at + 1] in ("{", "["):
        try:
            return _DECODER.raw_decode(line, at)
        except (ValueError, RecursionError):
            pass
    end = line.find(",", at)
    end = len(line) if end < 0 else end
    return line[at:end].strip(), end


def _next(line: str, at: int) -> int:
    """Return where the next name may begin: behind the next comma that a name follows."""
    while (at := line.find(",", at)) >= 0:
        at += 1
        if _NAME.match(line, at):
            return at
    return len(line)


def _program(settings: Mapping[str, Any], stated: str) -> str:
    version = str(settings.get("Version", ""))
    if settings.get("App"):
        return str(settings["App"])
    for name in ("ComfyUI", "Fooocus"):
        if version.startswith(name):
            return name
    if "Civitai resources:" in stated:
        return "Civitai"
    return "Forge" if _FORGE.match(version) else _PROGRAM
