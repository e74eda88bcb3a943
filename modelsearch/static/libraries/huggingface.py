"""Hugging Face: ``Trainer(model, TrainingArguments(…)).train()`` and its kin, data of the hub."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from modelsearch.static.libraries.data_loading import Named, by_name, lookup, strings
from modelsearch.static.libraries.layer_kinds import is_module_class
from modelsearch.static.libraries.library import Library, Trainer, made, settings, within
from modelsearch.static.libraries.ready_made import ready_made
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Instance,
    Seq,
    first,
    given_argument,
)
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.vocabulary.schedules import named_schedules

_LOADS = re.compile(r"^(datasets|nlp)\.(load\.)?load_dataset(_builder)?$")
_BUILDERS = {"imagefolder", "csv", "json", "text", "parquet", "audiofolder", "webdataset", "arrow"}
#: What examples write where a reader is to put a name of his own.
_PLACEHOLDER = re.compile(
    r"(?i)(.*/)?((my|your|some|the)[-_ ]?)?(own[-_ ]?)?data(set)?([-_ ]?(name|id|path))?$"
    r"|.*(path[-_/]to|<|>|\.\.\.)"
)
#: Files of one's own.
_FILE = re.compile(r"(?i)\.(jsonl?|csv|tsv|txt|parquet|arrow|zip)$|^[./~]")
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
        if path.lower() in _BUILDERS or _PLACEHOLDER.match(path) or _FILE.search(path):
            continue
        configuration = strings(record, 1, "name")
        joined = lookup(f"hf:{path}/{configuration[0].value}") if configuration else None
        at = configuration[0] if joined else source
        found.append(replace(joined or by_name("hf", path), at=at))
    return found


@within("trl")
def _by_name(record: CallRecord) -> Sequence[str]:
    """``SFTTrainer("Qwen/Qwen2.5-0.5B")`` loads the model that it is given the name of."""
    if not record.last.endswith("Trainer"):
        return ()
    named = strings(record, 0, "model")
    family = ready_made(_CAUSAL, [named[0].value]) if named else None
    return (family,) if family is not None else ()


_CAUSAL = "transformers.AutoModelForCausalLM.from_pretrained"


@within("trl")
def _preferences(record: CallRecord) -> Sequence[str]:
    """``trl.DPOTrainer(…)``, or a project's class that derives from it."""
    family = _PREFERENCES.get(record.last)
    return (family,) if family and (record.name or "").startswith("trl.") else ()


def _load_own(m: Machine, head: Abstract, name: str, record: CallRecord) -> Abstract | None:
    """``MyBert.from_pretrained("bert-base", config=config)``: an object of a project's network."""
    if name not in _LOADS_OWN or not isinstance(head, ClassValue) or not is_module_class(head):
        return None
    configuration = record.argument(None, "config") or UNKNOWN
    given = {key: value for key, value in record.kwargs.items() if key != "config"}
    return m.construct(head, [configuration, *record.args[1:]], given, True, record.place)


_LOADS_OWN = ("from_pretrained", "from_config", "_from_config")


def _train(m: Machine, head: Abstract, name: str, record: CallRecord) -> None:
    """``Trainer(model).train()`` runs the project's own loss and calls the project's network."""
    if name != "train":
        return
    own = isinstance(head, Instance) and any(
        base.endswith("Trainer") for base in head.klass.library_bases()
    )
    if isinstance(head, Instance) and own:
        model = head.attrs.get("model") or given_argument(head.args, head.kwargs, 0, ("model",))
        m.put(head.attrs, "model", model or UNKNOWN)
        optimizer = m.run_method(head, "create_optimizer") or head.attrs.get("optimizer")
        if head.call is not None and isinstance(first(optimizer), Call):
            head.call.kwargs.setdefault("optimizers", Seq([first(optimizer)], "tuple"))
        m.run_method(head, "compute_loss", [model or UNKNOWN, UNKNOWN])
    elif isinstance(head, Call) and head.last.endswith("Trainer"):
        model = head.argument(0, "model")
    else:
        return
    network = unwrap(model, "model")
    if isinstance(network, Instance) and all(key != id(network) for _, key in m.object_calls):
        m.run_method(network, "forward", [UNKNOWN] * _MOST_INPUTS)


_MOST_INPUTS = 12


LIBRARY = Library(
    name="huggingface",
    methods={ClassValue: _load_own, Instance: _train, Call: _train},
    data=(_hub,),
    families=(_by_name, _preferences),
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
