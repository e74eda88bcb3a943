"""What is fine-tuned, and by which adapters: as scripts, configurations and runs say it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_runs import SCRIPT, Lab

TUNED = """
from transformers import {cls}, AutoTokenizer, Trainer, TrainingArguments
from peft import LoraConfig, get_peft_model

tokenizer = AutoTokenizer.from_pretrained("some/tokenizer")
model = {cls}.from_pretrained({name!r})
model = get_peft_model(model, LoraConfig(r={rank}, lora_alpha=32, lora_dropout=0.05))
Trainer(model=model, args=TrainingArguments("out", learning_rate=2e-4)).train()
"""
CONFIGURED = """
import yaml
from transformers import AutoModelForCausalLM, TrainingArguments
from trl import SFTTrainer
from peft import LoraConfig

with open("configs/qlora.yaml") as file:
    cfg = yaml.safe_load(file)
model = AutoModelForCausalLM.from_pretrained(cfg["model"]["base_model"], load_in_4bit=True)
SFTTrainer(
    model=model,
    args=TrainingArguments(**cfg["training"]),
    peft_config=LoraConfig(**cfg["lora"]),
).train()
"""
CONFIGURATION = """model:
  base_model: meta-llama/Llama-2-7b-hf
lora:
  r: 64
  lora_alpha: 16
training:
  output_dir: out
"""
TWO = """
from transformers import AutoModelForCausalLM, Trainer

teacher = AutoModelForCausalLM.from_pretrained("gpt2-xl")
model = AutoModelForCausalLM.from_pretrained("distilgpt2")
Trainer(model=model).train()
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Scripts that fine-tune by LoRA, one by its configuration, and an adapter alone."""
    lab = Lab(tmp_path_factory.mktemp("tuned"))
    named = {"cls": "AutoModelForSequenceClassification", "name": "distilbert-base-uncased"}
    lab.write("mood/train.py", TUNED.format(**named, rank=8))
    lab.write("chat/train.py", CONFIGURED)
    lab.write("chat/configs/qlora.yaml", CONFIGURATION)
    lab.write("two/train.py", TWO)
    lab.write("plain/train.py", SCRIPT)
    adapter = {"base_model_name_or_path": "bigscience/bloom-560m", "r": 4, "lora_alpha": 8}
    lab.write("bloom/adapter_config.json", json.dumps(adapter | {"peft_type": "LORA"}))
    lab.write("bloom/trainer_state.json", '{"log_history": [{"step": 1, "loss": 0.5}]}')
    lab.index()
    yield lab


def test_settings_of_adapters_stand_where_they_are_written(lab: Lab) -> None:
    rows = lab.rows(
        "SELECT m.path, h.name, coalesce(h.text, h.number), e.path, e.line FROM hyperparameter h "
        "JOIN model m ON m.id = h.model JOIN evidence e ON e.model = m.id "
        "AND e.field = 'hyperparameter ' || h.name WHERE m.path LIKE 'mood%' ORDER BY h.name"
    )
    assert [row[1:3] + row[4:] for row in rows] == [
        ("base_model", "distilbert-base-uncased", 6),
        ("lora_alpha", 32.0, 7),
        ("lora_dropout", 0.05, 7),
        ("lora_rank", 8.0, 7),
    ]
    places = lab.rows(
        "SELECT h.name, e.path FROM hyperparameter h JOIN model m ON m.id = h.model "
        "JOIN evidence e ON e.model = m.id AND e.field = 'hyperparameter ' || h.name "
        "WHERE m.path LIKE 'chat%' ORDER BY h.name"
    )
    assert {path for _, path in places} == {"chat/configs/qlora.yaml"}
    assert {name for name, _ in places} == {"base_model", "lora_alpha", "lora_rank"}


PREFERRED = """
from transformers import AutoModelForCausalLM
from trl import DPOConfig, DPOTrainer

model = AutoModelForCausalLM.from_pretrained("some/model")
settings = {"beta": 0.1}
args = DPOConfig("out", warmup_ratio=0.25, max_grad_norm=0.3)
DPOTrainer(model, args=args, beta=settings["beta"]).train()
"""


def test_what_trainers_are_given_is_a_setting_by_its_own_name(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.write("preferred/train.py", PREFERRED)
    lab.write("plain/train.py", SCRIPT)
    lab.index()
    for question in ("warmup_ratio 0.25", "beta of 0.1", "max_grad_norm < 1"):
        answer = lab.asked(question)
        assert [row["path"] for row in answer["results"]] == ["preferred/train.py"], question
        assert not any("no meaning" in note for note in answer["notes"])
    assert lab.asked("warmup_ratio 0.5")["results"] == []


def test_where_two_are_loaded_none_is_the_base(lab: Lab) -> None:
    sql = "SELECT count(*) FROM hyperparameter h JOIN model m ON m.id = h.model "
    assert lab.rows(sql + "WHERE m.path LIKE 'two%' AND h.name = 'base_model'") == [(0,)]


@pytest.mark.parametrize(
    ("question", "models"),
    [
        ("which models are fine-tuned from llama-2?", {"chat_train"}),
        ("models finetuned from distilbert-base-uncased", {"mood_train"}),
        ("fine-tuned from bert", {"mood_train"}),
        ("models with base model bloom", {"lab_bloom"}),
        ("base_model:llama", {"chat_train"}),
        ("has:base_model", {"chat_train", "mood_train", "lab_bloom"}),
        ("models fine-tuned from mars", set()),
        ("LoRA rank over 16", {"chat_train"}),
        ("lora rank 8", {"mood_train"}),
        ("models with LoRA alpha of 16", {"chat_train"}),
    ],
)
def test_models_are_asked_by_what_they_start_from(
    lab: Lab, question: str, models: set[str]
) -> None:
    found = lab.asked(question, "--encoder", "none")
    assert {row["model_id"] for row in found["results"]} == models


def test_values_are_told_and_listed(lab: Lab) -> None:
    assert "distilbert-base-uncased" in lab.said("query", "base model of mood_train")
    assert "lora rank 64" in lab.said("query", "lora rank of chat_train")
    assert "8 (1), 64 (1)" in lab.said("query", "which LoRA ranks did I use")
    assert "bloom-560m" in lab.said("query", "which base models did I use")
    assert "base_model: meta-llama" in lab.said("show", "chat_train")
    assert "base_model" in lab.said("compare", "chat_train", "mood_train")


@pytest.mark.parametrize(
    ("question", "runs"),
    [
        ("runs fine-tuned from bloom", {"bloom"}),
        ("runs with lora rank 4", {"bloom"}),
        ("runs with LoRA alpha below 4", set()),
    ],
)
def test_runs_are_asked_by_what_they_recorded(lab: Lab, question: str, runs: set[str]) -> None:
    answer = lab.asked(question)["answer"] or {}
    assert {row["run_id"] for row in answer.get("runs", ())} == runs


def test_a_run_that_recorded_no_base_has_its_scripts(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    named = {"cls": "AutoModelForCausalLM", "name": "gpt2", "rank": 4}
    lab.write("tell/train.py", TUNED.format(**named))
    lab.write("tell/runs/a/log.csv", "epoch,loss\n0,0.5\n1,0.4\n2,0.3\n")
    lab.index()
    answer = lab.asked("runs fine-tuned from gpt2")["answer"]
    assert [row["run_id"] for row in answer["runs"]] == ["a"]
