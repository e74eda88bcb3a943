"""Hugging Face: ``Trainer(model, TrainingArguments(…)).train()`` and its kin, data of the hub."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from modelsearch.static.libraries.data_loading import Named, by_name, lookup, strings
from modelsearch.static.libraries.library import Library, Trainer, made, settings, within
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.vocabulary.schedules import named_schedules

_LOADS = re.compile(r"^(datasets|nlp)\.(load\.)?load_dataset(_builder)?$")
_BUILDERS = {"imagefolder", "csv", "json", "text", "parquet", "audiofolder", "webdataset", "arrow"}
#: What examples write where a reader is to put a name of his own.
_PLACEHOLDER = re.compile(
    r"(?i)(.*/)?((my|your|some|the)[-_ ]?)?(own[-_ ]?)?data(set)?([-_ ]?(name|id|path))?$"
    r"|.*(path[-_/]to|<|>|\.\.\.)"
)
#: Trainers of language models by preferences and rewards.
_PREFERENCES = {
    "DPOTrainer": "DPO",
    "GRPOTrainer": "GRPO",
    "PPOTrainer": "PPO",
    "PPOv2Trainer": "PPO",
    "RLOOTrainer": "Policy gradient",
}


@within("datasets", "nlp")
def _hub(record: CallRecord, name: str) -> list[Named] | None:
    """``load_dataset("glue", "sst2")``."""
    if not _LOADS.match(name):
        return None
    found = []
    for source in strings(record, 0, "path"):
        path: str = source.value
        if path.lower() in _BUILDERS or _PLACEHOLDER.match(path):
            continue
        configuration = strings(record, 1, "name")
        joined = lookup(f"hf:{path}/{configuration[0].value}") if configuration else None
        at = configuration[0] if joined else source
        found.append(replace(joined or by_name("hf", path), at=at))
    return found


@within("trl")
def _preferences(record: CallRecord) -> Sequence[str]:
    """``trl.DPOTrainer(…)``, or a project's class that derives from it."""
    family = _PREFERENCES.get(record.last)
    return (family,) if family and (record.name or "").startswith("trl.") else ()


LIBRARY = Library(
    name="huggingface",
    data=(_hub,),
    families=(_preferences,),
    names={"trained by Keras": ("transformers.TF",)},
    trains_by=(
        Trainer(
            methods=("train",),
            rule="the model given to Trainer",
            endings=("Trainer",),
            bases=("Trainer",),
            model=made("model", at=0),
            settings=made("args", at=1),
            optimizer=(made("optimizers"), settings("optim")),
            rate=(settings("learning_rate"),),
            batch=(settings("per_device_train_batch_size"), settings("train_batch_size")),
            epochs=(settings("num_train_epochs"),),
            steps=(settings("max_steps"),),
            weight_decay=(settings("weight_decay"),),
            accumulation=(settings("gradient_accumulation_steps"),),
            schedule=(settings("lr_scheduler_type"),),
            schedules=named_schedules(),
            warmup=(settings("warmup_steps"), settings("warmup_ratio")),
        ),
    ),
)
