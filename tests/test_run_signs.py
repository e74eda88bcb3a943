"""Which of several scripts made a run: what they write, use and name; nobody rather than the wrong
one. And logs whose names or lines say little.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelsearch.index.runs.namesakes import namesakes
from tests.test_checkpoints import torch_zip
from tests.test_runs import SCRIPT, Lab

LOG = "epoch,val_acc\n0,0.5\n1,0.6\n2,0.7\n"
OTHER = SCRIPT.replace("784, 10", "784, 20")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def owners(lab: Lab, table: str = "run") -> dict[str, str | None]:
    """The script that each run belongs to, by the run's path; stand-ins are nobody."""
    lab.index()
    return dict(
        lab.rows(
            f"SELECT r.path, CASE WHEN m.kind = 'script' THEN m.path END FROM {table} r "
            "LEFT JOIN model m ON m.id = r.model"
        )
    )


def test_the_script_that_writes_a_file_made_it_and_not_one_that_loads_it(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT + "history.to_csv('scores_log.csv')\n")
    lab.write("a/two.py", OTHER + "table = read_csv('scores_log.csv')\n")
    lab.write("a/scores_log.csv", LOG)
    assert owners(lab) == {"a/scores_log.csv": "a/one.py"}


_USAGE = "Draws samples.\n\n    python {0} --checkpoint weights/generator_020.pt\n"


@pytest.mark.parametrize(
    "text",
    [
        '"""{0}"""\nimport torch\n',
        "#!/usr/bin/env python\n# A licence.\n'''{0}'''\nimport torch\n",
        'import torch\ndef main():\n    r"""{0}"""\n',
        'import torch\nclass Sampler:\n    """{0}"""  # what it does\n',
        'import torch\n\n# ----\n\n"""{0}"""\n',
    ],
)
def test_what_a_description_names_is_not_written(lab: Lab, text: str) -> None:
    saving = "for epoch in range(20):\n    torch.save(net, f'{folder}/generator_{epoch:03d}.pt')\n"
    drawing = "net = torch.nn.Linear(2, 2)\nnet.load_state_dict(torch.load(given))\nshow(net(x))\n"
    lab.write("a/requirements.txt", "torch\n")
    lab.write("a/train.py", SCRIPT + saving)
    lab.write("a/sample.py", text.format(_USAGE) + drawing)
    lab.write("a/weights/generator_020.pt", torch_zip(state_dict={"w": (9, 9)}))
    assert owners(lab, "checkpoint") == {"a/weights/generator_020.pt": "a/train.py"}


def test_a_text_of_several_lines_that_is_given_to_a_call_is_no_description(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT + 'save(\n    """scores_log.csv"""\n)\n')
    lab.write("a/two.py", OTHER)
    lab.write("a/scores_log.csv", LOG)
    assert owners(lab) == {"a/scores_log.csv": "a/one.py"}


@pytest.mark.parametrize("folder", ["catboost_info", "lightning_logs"])
def test_a_folder_that_each_script_gets_from_its_library_is_no_name(folder: str) -> None:
    assert not namesakes([(f"a/b/{folder}", 1)], [f"a/{folder}"])


def test_a_script_that_says_the_name_of_a_log_made_it(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT + "log = init_logger('resnet')\n")
    lab.write("a/two.py", OTHER + "log = init_logger('resnet_deep')\n")
    rows = "".join(f"Epoch {n}, loss: 0.5\n" for n in range(3))
    lab.write("a/logs/resnet.log", rows)
    assert owners(lab) == {"a/logs/resnet.log": "a/one.py"}


def test_a_file_that_is_only_loaded_is_nobodys(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT)
    lab.write("a/two.py", OTHER + "table = read_csv('scores_log.csv')\n")
    lab.write("a/scores_log.csv", LOG)
    assert owners(lab) == {"a/scores_log.csv": None}


@pytest.mark.parametrize(
    ("after", "owner"),
    [
        ("state = torch.load(best)\n", None),
        ("state = torch.load(best)\ntorch.save(model, best)\n", "a/two.py"),
    ],
    ids=["loaded", "loaded and saved"],
)
def test_a_name_that_a_variable_holds_is_what_is_done_with_it(
    lab: Lab, after: str, owner: str | None
) -> None:
    lab.write("a/one.py", SCRIPT)
    lab.write("a/two.py", OTHER + "best = 'weights/deep_rebalanced_best.pt'\n" + after)
    lab.write("a/tb/deep_rebalanced/metrics.csv", LOG)
    assert owners(lab)["a/tb/deep_rebalanced"] == owner


LOADS = "load(args.config_filename)\n"
SAVED = "torch.save(\n    {'net': net.state_dict()}, args.config_filename\n)\n"


@pytest.mark.parametrize(
    ("after", "owner"),
    [(LOADS, None), ("with open(args.config_filename) as f: load(f)\n", None),
     (LOADS + SAVED, "a/two.py"), ("keep(args.config_filename)\n", "a/two.py")],
    ids=["loaded", "opened", "loaded and saved", "handed on"],
)  # fmt: skip
def test_an_option_is_what_is_done_with_its_value(lab: Lab, after: str, owner: str | None) -> None:
    option = "parser.add_argument('--config-filename', default='data/pretrained/a/b.yaml')\n"
    lab.write("a/one.py", SCRIPT)
    lab.write("a/two.py", OTHER + option + after)
    lab.write("a/pretrained/metrics.csv", LOG)
    assert owners(lab)["a/pretrained"] == owner


@pytest.mark.parametrize(
    ("line", "owner"),
    [("load(torch.load('checkpoint/kite.pt'))", None),
     ("checkpoint_path = 'x/kite.pt'\nnet.load_weights(checkpoint_path)", None),
     ("checkpoint_path = 'x/kite.pt'\nkept = ModelCheckpoint(\n    checkpoint_path)\n"
      "net.load_weights(checkpoint_path)", "a/two.py"),
     ("filename = 'x/kite.pt'\nload(filename)\nopen(filename, 'wb')", "a/two.py")],
    ids=["in a load", "a variable that is loaded", "a callback", "opened for writing"],
)  # fmt: skip
def test_a_word_of_writing_in_a_name_writes_nothing(lab: Lab, line: str, owner: str | None) -> None:
    lab.write("a/one.py", SCRIPT)
    lab.write("a/two.py", OTHER + line + "\n")
    lab.write("a/kite/metrics.csv", LOG)
    assert owners(lab)["a/kite"] == owner


def test_the_only_script_that_uses_the_tool_made_its_run(lab: Lab) -> None:
    lab.write("a/one.py", "import pytorch_lightning as pl\n" + SCRIPT)
    lab.write("a/two.py", OTHER)
    lab.write("a/lightning_logs/version_0/hparams.yaml", "lr: 0.5\n")
    lab.write("a/lightning_logs/version_0/metrics.csv", LOG)
    assert owners(lab) == {"a/lightning_logs/version_0": "a/one.py"}


def test_two_scripts_that_use_the_tool_leave_it_to_nobody(lab: Lab) -> None:
    for name, text in (("one", SCRIPT), ("two", OTHER)):
        lab.write(f"a/{name}.py", "import pytorch_lightning as pl\n" + text)
    lab.write("a/lightning_logs/version_0/hparams.yaml", "lr: 0.5\n")
    lab.write("a/lightning_logs/version_0/metrics.csv", LOG)
    assert owners(lab) == {"a/lightning_logs/version_0": None}


def test_the_only_script_that_has_the_recorded_settings_made_the_run(lab: Lab) -> None:
    lab.write("a/cpu.py", SCRIPT)
    lab.write("a/gpu.py", OTHER + "add('--distributed_backend')\nadd('--use_16bit')\n")
    lab.write("a/out/first/hparams.yaml", "distributed_backend: dp\nuse_16bit: true\n")
    lab.write("a/out/first/metrics.csv", LOG)
    assert owners(lab) == {"a/out/first": "a/gpu.py"}


def test_in_a_project_a_script_of_another_folder_may_have_made_it(lab: Lab) -> None:
    lab.write("requirements.txt", "torch\n")
    lab.write("src/train.py", SCRIPT)
    lab.write("src/tests/test_train.py", OTHER)
    lab.write("outputs/metrics.csv", LOG)
    assert owners(lab) == {"outputs": "src/train.py"}


def test_where_no_project_begins_other_folders_are_none_of_its_business(lab: Lab) -> None:
    lab.write("one/train.py", SCRIPT)
    lab.write("old/metrics.csv", LOG)
    assert owners(lab) == {"old": None}


def test_weights_are_the_scripts_that_saves_them(lab: Lab) -> None:
    weights = (
        b"\x50\x00\x00\x00\x00\x00\x00\x00"
        + b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.ljust(80)
        + bytes(8)
    )
    lab.write("a/one.py", SCRIPT + "save_file(net, 'flower_net.safetensors')\n")
    lab.write("a/two.py", OTHER + "net = load_file('flower_net.safetensors')\n")
    lab.write("a/flower_net.safetensors", weights)
    assert owners(lab, "checkpoint") == {"a/flower_net.safetensors": "a/one.py"}


def results(lab: Lab) -> set[tuple[str, str | None, float]]:
    lab.index()
    return set(lab.rows("SELECT name, split, round(last, 4) FROM curve")) | set(
        lab.rows("SELECT name, split, value FROM run_result WHERE reported_at = 'final'")
    )


def test_a_log_in_a_folder_of_logs_needs_no_telling_name(lab: Lab) -> None:
    lines = [
        f"2024-01-28 19:43:35,218 INFO    : Epoch [{n}]/[9] \t {data} Phase Loss: {loss} \t "
        f"Accuracy: {loss + 0.25}"
        for n in range(3)
        for data, loss in (("Training", 0.5), ("Validation", 0.25))
    ]
    lab.write("a/train.py", SCRIPT)
    lab.write("a/logs/resnet.log", "\n".join(lines) + "\n")
    assert results(lab) == {
        ("loss", "train", 0.5), ("accuracy", "train", 0.75),
        ("loss", "validation", 0.25), ("accuracy", "validation", 0.5),
    }  # fmt: skip
    assert lab.rows("SELECT epochs FROM run") == [(9,)]


def test_a_line_says_first_of_which_data_it_speaks(lab: Lab) -> None:
    lines = [f"INFO - Epoch {n} - Validation: loss 0.5, accuracy 0.8" for n in range(1, 4)]
    lab.write("a/train.py", SCRIPT)
    lab.write("a/train.log", "\n".join(lines) + "\n")
    assert results(lab) == {("loss", "validation", 0.5), ("accuracy", "validation", 0.8)}


def test_a_table_in_a_plain_log(lab: Lab) -> None:
    lab.write("a/train.py", SCRIPT)
    lab.write("a/train.log", "step\tloss\n10\t8.5\n20\t7.5\n30\t6.5\n")
    assert results(lab) == {("loss", None, 6.5)}


def test_settings_behind_a_loggers_prefix(lab: Lab) -> None:
    head = "".join(
        f"2025-06-04 17:36:55,379 - INFO -   {name}: {value}\n"
        for name, value in (("num_epochs", 35), ("batch_size", 128), ("learning_rate", 0.001))
    )
    rows = "".join(f"2025-06-04 17:39:02,341 - INFO - Epoch {n}/35, Train Loss: 1.5\n"
                   for n in range(1, 4))  # fmt: skip
    lab.write("a/train.py", SCRIPT)
    lab.write("a/training.log", head + rows)
    lab.index()
    assert lab.rows("SELECT learning_rate, batch_size, epochs FROM run") == [(0.001, 128, 35)]


def test_a_short_text_of_final_results(lab: Lab) -> None:
    lab.write("a/train.py", SCRIPT)
    lab.write("a/summary_metrics.txt", "Evaluation\n==========\nRecall: 0.95\nPrecision: 0.9\n")
    assert results(lab) >= {("recall", None, 0.95), ("precision", None, 0.9)}


def test_a_history_of_one_epoch(lab: Lab) -> None:
    lab.write("a/train.py", SCRIPT)
    lab.write("a/training_log.csv", "loss,acc,val_loss,val_acc\n1.0,0.75,1.25,0.5\n")
    assert results(lab) >= {("loss", "validation", 1.25), ("accuracy", "validation", 0.5)}


def test_the_stage_that_leaves_weights_is_the_one_that_trains(lab: Lab) -> None:
    lab.write("src/model_building.py", SCRIPT)
    lab.write("src/prepare.py", "print(1)\n")
    lab.write(
        "dvc.lock",
        "schema: '2.0'\nstages:\n  prepare:\n    cmd: python src/prepare.py\n    outs:\n"
        "    - path: data/clean.csv\n  model_building:\n    cmd: python src/model_building.py\n"
        "    params:\n      params.yaml:\n        model_building.learning_rate: 0.1\n    outs:\n"
        "    - path: models/model.pkl\n",
    )
    assert owners(lab) == {".": "src/model_building.py"}
    assert lab.rows("SELECT learning_rate FROM run") == [(0.1,)]


def test_the_script_that_writes_the_path_made_it_and_not_the_nearest(lab: Lab) -> None:
    lab.write("requirements.txt", "torch\n")
    lab.write("code/train.py", SCRIPT + "history.to_csv('../models/flower_log.csv')\n")
    lab.write("models/probe.py", OTHER)
    lab.write("models/flower_log.csv", LOG)
    assert owners(lab) == {"models/flower_log.csv": "code/train.py"}


def test_a_path_that_two_scripts_write_is_nobodys_by_that(lab: Lab) -> None:
    lab.write("requirements.txt", "torch\n")
    for at, text in enumerate((SCRIPT, OTHER)):
        lab.write(f"code/train_{at}.py", text + "history.to_csv('../models/flower_log.csv')\n")
    lab.write("models/flower_log.csv", LOG)
    assert set(owners(lab).values()) == {None}


def test_the_words_of_a_scripts_name_in_a_folders_name(lab: Lab) -> None:
    lab.write("requirements.txt", "torch\n")
    lab.write("jobs/dqn_shaped_kaggle.py", SCRIPT)
    lab.write("jobs/dqn_sparse_kaggle.py", OTHER)
    lab.write("results_dqn_shaped/logs/train_log.csv", LOG)
    assert owners(lab) == {"results_dqn_shaped/logs": "jobs/dqn_shaped_kaggle.py"}


def test_the_file_of_a_folders_only_log_is_looked_for_by_its_name(lab: Lab) -> None:
    lab.write("requirements.txt", "torch\n")
    lab.write("jobs/one.py", SCRIPT + "history.to_csv(folder + '/history.csv')\n")
    lab.write("jobs/two.py", OTHER)
    lab.write("results/history.csv", LOG)
    assert owners(lab) == {"results": "jobs/one.py"}


def test_a_run_with_the_curve_of_another_is_of_the_same_script(lab: Lab) -> None:
    values = [1 / n for n in range(1, 13)]
    table = "epoch,dis_loss\n" + "".join(f"{n},{x:.6f}\n" for n, x in enumerate(values))
    lab.write("train_cats.py", SCRIPT + "history.to_csv('cats_log.csv')\n")
    lab.write("train_dogs.py", OTHER)
    lab.write("cats_log.csv", table)
    lab.write("other/Apr12_host/metrics.csv", table)
    lab.write("more/May13_host/metrics.csv", LOG)
    assert owners(lab) == {
        "cats_log.csv": "train_cats.py",
        "other/Apr12_host": "train_cats.py",
        "more/May13_host": None,
    }


SAID = "Epoch 4/4 - loss: 0.0833 - accuracy: 0.9167 - val_loss: 0.1234 - val_accuracy: 0.8766\n"


def write_notebook(lab: Lab, path: str, printed: str, more: str = "") -> None:
    cell = {
        "cell_type": "code", "execution_count": 1, "metadata": {}, "source": SCRIPT + more,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": printed}],
    }  # fmt: skip
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    lab.write(path, text)


def write_history(lab: Lab) -> None:
    rows = "".join(f"0.{n}833,0.5,0.{n}234,0.5\n" for n in range(1, 4))
    head = "loss,accuracy,val_loss,val_accuracy\n"
    lab.write("results/history.csv", head + rows + "0.08331,0.91668,0.12341,0.87659\n")


def owned_runs(lab: Lab) -> list[tuple[str, str, str]]:
    lab.index()
    return lab.rows("SELECT r.path, m.path, r.owner_from FROM run r JOIN model m ON m.id = r.model")


def test_a_notebook_that_printed_a_runs_results_made_it(lab: Lab) -> None:
    write_notebook(lab, "books/final.ipynb", "done\n")
    write_notebook(lab, "books/proto.ipynb", SAID)
    lab.write("requirements.txt", "torch\n")
    write_history(lab)
    assert owned_runs(lab) == [("results", "books/proto.ipynb", "the results that it printed")]


def test_what_a_notebook_printed_says_more_than_that_a_script_trains_nearby(lab: Lab) -> None:
    lab.write("main.py", SCRIPT)
    write_notebook(lab, "books/proto.ipynb", SAID)
    write_history(lab)
    assert owned_runs(lab) == [("results", "books/proto.ipynb", "the results that it printed")]


def test_a_notebook_that_shows_what_it_read_made_nothing(lab: Lab) -> None:
    lab.write("main.py", SCRIPT)
    write_notebook(lab, "books/report.ipynb", SAID, "shown = read_csv('../results/history.csv')\n")
    write_history(lab)
    assert owned_runs(lab) == [("results", "main.py", "the only trainer in the top folder")]


def test_a_script_that_only_plays_or_draws_makes_no_run(lab: Lab) -> None:
    lab.write("main.py", SCRIPT)
    lab.write("enjoy.py", "import torch\nnet = torch.load('net.pt')\nobs = env.step(net(obs))\n")
    lab.write("draw.py", "import matplotlib\nfit = 'a line that fits(x)'\n")
    lab.write("logs/agent-0/train_log.csv", LOG)
    assert owners(lab) == {"logs/agent-0": "main.py"}


def test_what_a_notebook_printed_or_ran_in_a_shell_is_not_its_writing(lab: Lab) -> None:
    cells = [
        {
            "cell_type": "code", "metadata": {}, "execution_count": 1,
            "source": SCRIPT, "outputs": [],
        },
        {
            "cell_type": "code", "metadata": {}, "execution_count": 2,
            "source": "!python train.py \\\n  --checkpoint out \\\n  --name deep_flower\n",
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": "saved to logs/deep_flower\n"}
            ],
        },
    ]  # fmt: skip
    lab.write(
        "main.ipynb",
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    )
    lab.write("train.py", OTHER + "logger = make_logger('logs/' + name)\n")
    lab.write("logs/deep_flower/train_log.csv", LOG)
    assert set(owners(lab).values()) <= {None, "train.py"}


def test_a_name_that_a_script_puts_together(lab: Lab) -> None:
    lab.write("one.py", SCRIPT + "history.to_csv(f'flower-{kind}_{n}_log.csv')\n")
    lab.write("two.py", OTHER + "history.to_csv(f'{kind}_log.csv')\n")
    lab.write("flower-deep_10_log.csv", LOG)
    assert owners(lab) == {"flower-deep_10_log.csv": "one.py"}


def test_words_of_a_name_in_the_project_come_before_the_library(lab: Lab) -> None:
    lab.write("requirements.txt", "stable_baselines3\n")
    lab.write("agent.py", "import stable_baselines3\n" + SCRIPT)
    lab.write("other.py", OTHER)
    lab.write("jobs/dqn_shaped.py", "import stable_baselines3\n" + SCRIPT)
    lab.write("results_dqn_shaped/logs/monitor.csv", '#{"env_id": "A-v1"}\nr,l,t\n1,2,3\n4,5,6\n')
    assert owners(lab) == {"results_dqn_shaped/logs": "jobs/dqn_shaped.py"}


def test_a_name_that_the_library_completes(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT + "model.save('ppo_hopper')\n")
    lab.write("a/two.py", OTHER + "model = PPO.load('ppo_hopper')\n")
    lab.write("a/scores_log.csv", LOG)
    lab.write("a/ppo_hopper/progress.csv", LOG)
    assert owners(lab)["a/ppo_hopper"] == "a/one.py"


def test_a_folder_is_named_between_quotes_and_not_in_another_name(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT + "env = Monitor(env, './tmp/target_model/')\n")
    lab.write("a/two.py", OTHER + "model.save('target_model.mdl')\ntarget_model = model\n")
    lab.write("a/tmp/target_model/progress.csv", LOG)
    assert owners(lab) == {"a/tmp/target_model": "a/one.py"}


def test_the_folder_that_a_library_makes_tells_the_library(lab: Lab) -> None:
    lab.write("a/one.py", "import pytorch_lightning as pl\n" + SCRIPT)
    lab.write("a/two.py", OTHER)
    lab.write("a/lightning_logs/version_0/metrics.csv", LOG)
    assert owners(lab) == {"a/lightning_logs/version_0": "a/one.py"}


def test_what_has_the_name_of_an_owned_run_is_of_its_script() -> None:
    owned = [("logs/a2c_flappy", 1), ("runs/dqn", 2), ("x/best_model.pt", 1)]
    found = namesakes(owned, ["kept/a2c_flappy.zip", "y/best_model.pt", "x/best_model.onnx"])
    assert found == {
        "kept/a2c_flappy.zip": (1, "logs/a2c_flappy"),
        "x/best_model.onnx": (1, "x/best_model.pt"),
    }


def test_a_name_that_two_models_have_tells_of_neither() -> None:
    assert namesakes([("a/flappy.log", 1), ("b/flappy.log", 2)], ["c/flappy.zip"]) == {}


def test_the_only_one_that_trains_among_several(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT)
    lab.write("a/shown.py", "import torch\nmodel = torch.load('x.pt')\nfit(model)\n")
    lab.write("a/scores_log.csv", LOG)
    assert owners(lab) == {"a/scores_log.csv": "a/one.py"}


def test_a_log_that_another_script_names_in_its_name_is_not_the_only_trainers(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT)
    lab.write("a/replay.py", "import torch\nmodel = torch.load('x.pt')\nfit(model)\n")
    lab.write("a/replay_log.csv", LOG)
    assert owners(lab) == {"a/replay_log.csv": None}


def test_the_results_of_a_baseline_are_a_run_of_their_own(lab: Lab) -> None:
    lab.write("a/one.py", SCRIPT)
    lab.write("a/baseline_results.json", '{"accuracy": 0.374, "f1_macro": 0.377}')
    lab.write("a/results.json", '{"accuracy": 0.92, "f1_macro": 0.879}')
    lab.index()
    found = lab.rows("SELECT r.path, x.value FROM run r JOIN run_result x ON x.run = r.id")
    assert set(found) == {
        ("a/baseline_results.json", 0.374),
        ("a/baseline_results.json", 0.377),
        ("a/results.json", 0.92),
        ("a/results.json", 0.879),
    }
