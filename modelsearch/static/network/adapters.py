"""What a script fine-tunes, and how: the name of the pretrained model that it loads, the rank,
scale and dropout of LoRA, the warm-up and clipping of a trainer, the beta of preferences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from modelsearch.records.artefacts import NamedFact
from modelsearch.static.machine.evaluator import Evaluator, place_of
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, options, text
from modelsearch.static.training.facts import fact, number_fact

#: The settings that calls are given, by the calls' names and by what these call them.
_GIVEN: dict[re.Pattern[str], dict[str, tuple[str, ...]]] = {
    re.compile(r"(?i)(lora\w*config|^get_peft_model|^(add|inject)_lora\w*)$"): {
        "lora_rank": ("r", "lora_r", "rank", "lora_rank"),
        "lora_alpha": ("lora_alpha", "alpha"),
        "lora_dropout": ("lora_dropout",),
    },
    re.compile(r"TrainingArguments$|^(SFT|DPO|GRPO|KTO|ORPO|CPO)Config$"): {
        "warmup_ratio": ("warmup_ratio",),
        "warmup_steps": ("warmup_steps",),
        "max_grad_norm": ("max_grad_norm",),
    },
    re.compile(r"^(DPO|GRPO|KTO|ORPO|CPO)(Config|Trainer)$"): {"beta": ("beta",)},
}
_LOADERS = frozenset({"from_pretrained", "load_from_hub"})
#: What is loaded beside a model.
_BESIDE = re.compile(r"(?i)tokenizer|processor|config|extractor|scheduler|vae|autoencoder|adapter")
#: A model as the hub names it, or the name of one's own that a library knows: no path.
_NAME = re.compile(r"[A-Za-z0-9][\w.\-]{2,95}(?:/[\w.\-]{1,96})?")


def read_adapters(evaluator: Evaluator, trained: object) -> list[NamedFact]:
    """Return the settings of fine-tuning and ``base_model``, the pretrained model of the class that
    is ``trained`` (None: unknown), each with where it stands. Where several are loaded, none is.
    """
    records = evaluator.calls()
    found = dict(_settings(records))
    base = _base(records, str(trained or ""))
    return [*found.values(), *([base] if base is not None else ())]


def _settings(records: Iterable[CallRecord]) -> Iterator[tuple[str, NamedFact]]:
    stated: set[str] = set()
    for record in records:
        tables = (table for called, table in _GIVEN.items() if called.search(record.last))
        for name, spellings in (each for table in tables for each in table.items()):
            value = record.argument(None, *spellings)
            made = number_fact(value, record.place, low=-1) if value is not None else None
            if made is not None and name not in stated:
                stated.add(name)
                yield name, NamedFact(name, made)


def _base(records: Iterable[CallRecord], trained: str) -> NamedFact | None:
    """The one name under which models of the trained class are loaded."""
    found: dict[str, NamedFact] = {}
    for record in records:
        made_of = _loaded_class(record)
        if record.last not in _LOADERS or not made_of or _BESIDE.search(made_of):
            continue
        if trained and made_of != trained:
            continue
        given = record.argument(
            0, "pretrained_model_name_or_path", "model_name", "model_name_or_path"
        )
        for name, source in _names(given):
            made = fact(name, place_of(source) or record.place)
            if made is not None:
                found.setdefault(name, NamedFact("base_model", made))
    return next(iter(found.values())) if len(found) == 1 else None


def _loaded_class(record: CallRecord) -> str:
    """The class whose method loads: ``BertModel`` of ``BertModel.from_pretrained``."""
    return (record.name or "").rpartition(".")[0].rpartition(".")[2]


def _names(value: Abstract | None) -> Iterator[tuple[str, Abstract]]:
    for option in options(value):
        written = text(option)
        if written is not None and _NAME.fullmatch(written):
            yield written, option
