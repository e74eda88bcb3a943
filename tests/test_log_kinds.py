"""Kinds of logs that public repositories hold: two counters, blocks, settings printed before,
results printed after, logs of other runs beside them.
"""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from textwrap import dedent

import apsw
import pytest

from modelsearch.index.runs.merging import merge
from modelsearch.records.runs import RunRecord
from modelsearch.sources.runs import registry
from modelsearch.sources.runs.opening import Folder


def runs_in(folder: Path, **files: str) -> list[RunRecord]:
    """Read the files of one folder as the runs that they are of; ``__`` stands for a dot."""
    paths = []
    for name, text in files.items():
        path = name.replace("__", ".")
        (folder / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        paths.append(path)
    found = []
    for run, kinds in registry.group({path: registry.recognise(path) for path in paths}).items():
        reading = registry.read(Folder(folder), run, kinds)
        found += merge(run, reading.parts, has_scripts=False)
    return found


def only(folder: Path, **files: str) -> RunRecord:
    (run,) = runs_in(folder, **files)
    return run


def ends(run: RunRecord) -> dict[tuple[str, str | None], tuple[int, float]]:
    return {
        (told.name, told.split): (told.curve.steps[-1], told.curve.values[-1])
        for told in run.curves
        if told.known
    }


def fact(run: RunRecord, name: str) -> object:
    return run.facts[name].value if name in run.facts else None


def test_steps_that_begin_anew_with_each_epoch(tmp_path: Path) -> None:
    log = "".join(
        f"Epoch {epoch}/2, step {step}/100, loss = {1 / (epoch * step):.4f}\n"
        for epoch in (1, 2)
        for step in range(10, 101, 10)
    )
    run = only(tmp_path, train__log=log + "RMSE 30.9, MAPE 0.39\n")
    assert ends(run) == {("loss", None): (200, 0.005)}
    assert fact(run, "epochs") == fact(run, "epochs_done") == 2
    assert {(one.name, one.value) for one in run.results} == {("RMSE", 30.9), ("MAPE", 0.39)}
    assert {one.evidence.line for one in run.results} == {21}


def test_a_block_of_lines_for_each_epoch_behind_printed_settings(tmp_path: Path) -> None:
    log = "seq_len: 128\nlr: 0.001\nbatch_size: 32\n--------\n" + "".join(
        f"Epoch: {epoch}/30\nTime Taken: 34.01s - LR: 7.33e-05\n"
        f"Train Loss: {5 - epoch} - Train Perplexity: {90 - epoch}\nValid Loss: {6 - epoch}\n"
        for epoch in range(1, 4)
    )
    run = only(tmp_path, train__log=log)
    assert ends(run) == {
        ("loss", "train"): (3, 2.0),
        ("perplexity", "train"): (3, 87.0),
        ("loss", "validation"): (3, 3.0),
    }
    assert (fact(run, "epochs"), fact(run, "epochs_done")) == (30, 3)
    assert (fact(run, "learning_rate"), fact(run, "batch_size")) == (0.001, 32)
    lines = {setting.name: setting.evidence.line for setting in run.settings}
    assert lines == {"seq_len": 1, "lr": 2, "batch_size": 3}


def test_parsed_arguments_that_are_printed(tmp_path: Path) -> None:
    log = "Namespace(lr=0.01, batch_size=64, data='my data', seed=None, gpus=[0, 1])\n" + "".join(
        f"epoch {epoch} loss {1 / epoch:.3f}\n" for epoch in range(1, 5)
    )
    run = only(tmp_path, train__log=log)
    assert {setting.name: setting.value for setting in run.settings} == {
        "lr": 0.01,
        "batch_size": 64,
        "data": "my data",
    }


def test_prose_before_a_log_is_no_setting(tmp_path: Path) -> None:
    log = "loading data: done\n\nnote: this is slow\n" + "".join(
        f"epoch {epoch} loss {1 / epoch:.3f}\n" for epoch in range(1, 5)
    )
    assert only(tmp_path, train__log=log).settings == []


def test_rows_that_sum_a_training_up_are_left_out_of_its_curves(tmp_path: Path) -> None:
    run = only(
        tmp_path,
        training_log__csv="""
        loss,epoch,step,eval_loss,train_runtime,train_loss
        3.3,0.1,50,,,
        3.1,0.2,100,,,
        ,0.2,100,3.2,,
        ,0.2,100,,34,3.25
        """,
    )
    assert ends(run) == {("loss", "train"): (100, 3.1), ("loss", "validation"): (100, 3.2)}


def test_a_history_with_final_results_beside_its_lists(tmp_path: Path) -> None:
    saved = {"accuracy": [0.1, 0.2], "val_accuracy": [0.1, 0.3], "final_test_accuracy": 0.58}
    run = only(tmp_path, training_history__json=json.dumps(saved))
    assert ends(run)[("accuracy", "validation")] == (2, 0.3)
    assert [(one.name, one.split, one.value) for one in run.results] == [("accuracy", "test", 0.58)]


def test_logs_that_contradict_each_other_are_of_two_runs(tmp_path: Path) -> None:
    rows = [{"epoch": epoch, "val_loss": 5.0 - epoch} for epoch in range(1, 5)]
    table = "epoch,val_loss\n" + "".join(f"{n},{7 - n / 2}\n" for n in range(1, 6))
    both = runs_in(tmp_path, training_log__csv=table, training_history__json=json.dumps(rows))
    assert sorted(ends(run)[("loss", "validation")] for run in both) == [(4, 1.0), (5, 4.5)]


def test_logs_that_say_the_same_are_of_one_run(tmp_path: Path) -> None:
    rows = [{"epoch": epoch, "val_loss": 5.0 - epoch} for epoch in range(1, 5)]
    table = "epoch,val_loss\n" + "".join(f"{n},{5.0 - n}\n" for n in range(1, 5))
    assert (
        len(runs_in(tmp_path, training_log__csv=table, training_history__json=json.dumps(rows)))
        == 1
    )


def test_two_columns_of_one_result_both_stay(tmp_path: Path) -> None:
    run = only(
        tmp_path,
        training_log__csv="""
        episode,reward,avg_reward
        1,10,10
        2,30,20
        3,50,30
        """,
    )
    assert ends(run) == {("reward", None): (3, 50.0), ("avg reward", None): (3, 30.0)}


def test_the_epochs_of_a_log_that_steps_count(tmp_path: Path) -> None:
    rows = "".join(f"{epoch},{epoch * 2 + at},{at}\n" for epoch in (1, 2, 3) for at in (0, 1))
    run = only(tmp_path, training_log__csv="epoch,step,d_loss\n" + rows)
    assert fact(run, "epochs_done") == 3
    half = only(tmp_path, training_log__csv="epoch,step,d_loss\n" + rows.rsplit("3,", 1)[0])
    assert fact(half, "epochs_done") == 2


def test_a_log_that_is_named_after_its_start(tmp_path: Path) -> None:
    name = "run-2020-08-27-04-41-12-350317__csv"
    run = only(tmp_path, **{name: "total timesteps,ep_rew_mean\n8192,11.6\n16384,14.3\n"})
    assert ends(run) == {("reward", None): (16384, 14.3)}


def test_settings_inside_groups_fill_columns_where_only_one_group_has_them(tmp_path: Path) -> None:
    hparams = {"model": {"batch_size": 24, "d": {"lr": 1e-3}, "g": {"lr": 1e-4}}}
    run = only(tmp_path, hparams__json=json.dumps(hparams))
    assert fact(run, "batch_size") == 24
    assert fact(run, "learning_rate") is None


def test_a_card_beside_what_the_trainer_wrote_is_of_its_run(tmp_path: Path) -> None:
    state = {"global_step": 10, "max_steps": 10, "log_history": [{"step": 5, "loss": 2.0}]}
    (run,) = runs_in(
        tmp_path,
        trainer_state__json=json.dumps(state),
        README__md="""
            ---
            license: mit
            ---
            This is a fine-tuned version of [openai/whisper-tiny](https://huggingface.co/openai/x).

            ### Training hyperparameters
            - learning_rate: 3e-06
            """,
    )
    assert fact(run, "learning_rate") == 3e-06
    assert run.base_model is not None
    assert (run.base_model.value, run.base_model.evidence.line) == ("openai/whisper-tiny", 4)


def test_a_pipeline_and_what_its_last_run_logged_are_one(tmp_path: Path) -> None:
    (tmp_path / "dvclive").mkdir()
    stage = {
        "cmd": "python src/train.py",
        "params": {"params.yaml": {"lr": 0.1}},
        "outs": [{"path": "dvclive/metrics.json"}],
    }
    (run,) = runs_in(
        tmp_path,
        dvc__lock=json.dumps({"schema": "2.0", "stages": {"train": stage}}),
        **{
            "dvclive/metrics__json": json.dumps({"eval": {"acc": 0.9}, "step": 1}),
            "dvclive/plots__tsv": "step\tmin_distance\n0\t0.5\n1\t0.25\n",
        },
    )
    assert {(one.name, one.split, one.value) for one in run.results} == {
        ("accuracy", "validation", 0.9)
    }
    assert [told.curve.values for told in run.curves] == [[0.5, 0.25]]
    assert fact(run, "learning_rate") == 0.1


def test_a_project_of_trackio(tmp_path: Path) -> None:
    connection = apsw.Connection(str(tmp_path / "petals.db"))
    connection.execute(
        "CREATE TABLE metrics (id INTEGER PRIMARY KEY, run_id TEXT, timestamp TEXT, run_name TEXT, "
        "step INTEGER, metrics TEXT); CREATE TABLE configs (id INTEGER PRIMARY KEY, run_id TEXT, "
        "run_name TEXT, config TEXT, created_at TEXT)"
    )
    for step, loss in enumerate((0.9, 0.5)):
        connection.execute(
            "INSERT INTO metrics (run_name, step, metrics) VALUES ('calm-elk', ?, ?)",
            (step, json.dumps({"val_loss": loss, "note": "text"})),
        )
    connection.execute(
        "INSERT INTO configs (run_name, config, created_at) VALUES (?, ?, ?)",
        ("calm-elk", '{"lr": 0.01, "_Username": "me"}', "2025-03-01T10:00:00+00:00"),
    )
    connection.close()
    reading = registry.read(Folder(tmp_path), "petals.db", {"trackerdb": ["petals.db"]})
    (run,) = merge("petals.db", reading.parts, has_scripts=False)
    assert (run.run_id, run.tool, fact(run, "experiment")) == ("calm-elk", "trackio", "petals")
    assert ends(run) == {("loss", "validation"): (1, 0.5)}
    assert [(one.name, one.value) for one in run.settings] == [("lr", 0.01)]
    assert fact(run, "learning_rate") == 0.01


def test_runs_that_were_appended_to_one_table(tmp_path: Path) -> None:
    first, second = runs_in(
        tmp_path,
        training__log="""
            epoch,acc,loss
            0,0.5,1.5
            1,0.7,1.1
            2,0.8,0.9
            0,0.4,1.8
            1,0.6,1.4
        """,
    )
    assert ends(first)["accuracy", None] == (2, 0.8)
    assert ends(second)["accuracy", None] == (1, 0.6)
    assert second.curves[0].curve.lines == [5, 6]


def test_a_start_of_one_epoch_is_no_run_and_going_on_is_none(tmp_path: Path) -> None:
    rows = ["epoch,loss", "0,9.0", "0,2.0", "1,1.5", "2,1.2", "1,1.4", "2,1.1", "3,1.0"]
    run = only(tmp_path, training__log="\n".join(rows) + "\n")
    assert ends(run)["loss", None] == (3, 1.0)
    assert [told.curve.values for told in run.curves] == [[2.0, 1.4, 1.1, 1.0]]


def test_runs_that_were_appended_to_printed_lines(tmp_path: Path) -> None:
    def block(rate: str, *losses: float) -> str:
        settings = f"lr: {rate}\nbatch_size: 8\nwidth: 4\n"
        lines = [f"Epoch {at}/9 loss: {loss}\n" for at, loss in enumerate(losses, 1)]
        return settings + "".join(lines) + f"Test accuracy: 0.{losses[0]:.0f}\n"

    text = block("0.1", 5.0, 4.0, 3.0) + block("0.2", 6.0, 2.0, 1.0)
    first, second = runs_in(tmp_path, train__log=text)
    assert [fact(run, "learning_rate") for run in (first, second)] == [0.1, 0.2]
    assert [ends(run)["loss", None] for run in (first, second)] == [(3, 3.0), (3, 1.0)]
    assert [run.results[0].value for run in (first, second)] == [0.5, 0.6]


def test_two_words_for_one_part_at_one_epoch_are_two_sets(tmp_path: Path) -> None:
    lines = "".join(
        f"Epoch {at} - Validation BLEU: BLEU-1 7{at}.5\nEpoch {at} - Dev BLEU: BLEU-1 6{at}.5\n"
        for at in range(1, 5)
    )
    run = only(tmp_path, train__log=lines)
    values = {told.curve.tag.split()[0]: told.curve.values[-1] for told in run.curves}
    assert len(run.curves) == 2
    assert sorted(values.values()) in ([64.5, 74.5], [0.645, 0.745])


EPOCHS = "".join(f"Epoch {at}, loss: 0.{9 - at}\n" for at in range(1, 5))


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Training complete in 24m 41s", 1481),
        ("2018-01-28 22:24:26,944 INFO    : Training complete in 946m 39s", 56799),
        ("Total training took 0:03:40 (h:mm:ss)", 220),
        ("Training finished in 1h 2m 3.5s", 3723.5),
        ("Total time: 12.25 seconds", 12.25),
        ("total training time 2 hours", 7200),
        ("Training completed in 3 epochs", None),
        ("Training time: 12 s", None),
        ("Training complete", None),
        ("Total time: 5 steps", None),
    ],
)
def test_how_long_a_training_took_is_printed(
    tmp_path: Path, line: str, seconds: float | None
) -> None:
    assert fact(only(tmp_path, train__log=EPOCHS + line + "\n"), "duration_s") == seconds


def test_a_time_that_is_said_of_each_epoch_is_not_that_of_the_run(tmp_path: Path) -> None:
    lines = "".join(f"Epoch {at}, loss: 0.{at}\nTotal time: {at}s\n" for at in range(1, 5))
    assert fact(only(tmp_path, train__log=lines), "duration_s") is None


def test_boxes_of_an_agents_logger(tmp_path: Path) -> None:
    log = "Using cpu device\n" + "".join(
        f"------------\n| rollout/ | |\n| ep_rew_mean | {n}.5 |\n| time/ | |\n"
        f"| iterations | {n} |\n"
        f"| total_timesteps | {n * 2048} |\n| train/ | |\n| loss | {0.5 / n} |\n------------\n"
        for n in range(1, 5)
    )
    run = only(tmp_path, agent__log=log)
    assert ends(run) == {("reward", None): (8192, 4.5), ("loss", "train"): (8192, 0.125)}


def test_folds_count_a_cross_validation(tmp_path: Path) -> None:
    log = "".join(f"Fold {n}: Validation accuracy: 0.9{n}\n" for n in range(5))
    run = only(tmp_path, any_name__log=log)
    assert ends(run) == {("accuracy", "validation"): (4, 0.94)}
    assert fact(run, "epochs_done") is None


@pytest.mark.parametrize(
    "line", ["Epoch[{n}] Train-accuracy={x}", "INFO:root:epoche {n}, acc = {x}"]
)
def test_other_ways_to_count_epochs(tmp_path: Path, line: str) -> None:
    log = "".join(line.format(n=n, x=n / 8) + "\n" for n in range(1, 5))
    run = only(tmp_path, vanilla_gan__log=log)
    assert {value for _, value in ends(run).values()} == {0.5}
    assert fact(run, "epochs_done") == 4


def test_printed_settings_may_have_names_of_several_words(tmp_path: Path) -> None:
    log = "INFO:root:GAN:\n - learning rate: 0.002\n - batch size: 512\n - epochs: 9\n"
    log += "".join(f"INFO:root:epoch {n}, loss = 0.{n}\n" for n in range(1, 5))
    run = only(tmp_path, gan__log=log)
    assert (fact(run, "learning_rate"), fact(run, "batch_size"), fact(run, "epochs")) == (
        0.002,
        512,
        9,
    )


def test_a_history_that_counts_nothing_has_an_epoch_a_row(tmp_path: Path) -> None:
    table = "loss,accuracy,val_loss\n" + "".join(f"0.{n},0.5,0.{n}\n" for n in range(1, 8))
    run = only(tmp_path, history__csv=table)
    assert ends(run)[("loss", "validation")] == (7, 0.7)
    assert fact(run, "epochs_done") == 7


def test_a_curve_that_was_saved_from_tensorboards_page(tmp_path: Path) -> None:
    table = "Wall time,Step,Value\n" + "".join(f"17.5,{n * 10},0.{n}\n" for n in range(1, 6))
    names = {"run-version_21-tag-loss__csv": table}
    assert ends(only(tmp_path, **names)) == {("loss", None): (50, 0.5)}


def test_pickled_settings_and_histories(tmp_path: Path) -> None:
    settings, history = {"lr": 4e-5, "batch_size": 64}, {"G_loss": [3.0, 2.0, 1.0]}
    (tmp_path / "best_params.pkl").write_bytes(pickle.dumps(settings))
    (tmp_path / "gan-stats.pkl").write_bytes(pickle.dumps(history))
    (tmp_path / "other_stats.pkl").write_bytes(pickle.dumps({"when": date(2024, 1, 1)}))
    paths = [path.name for path in sorted(tmp_path.iterdir())]
    grouped = registry.group({path: registry.recognise(path) for path in paths})
    ((run, kinds),) = grouped.items()
    found = merge(run, registry.read(Folder(tmp_path), run, kinds).parts, has_scripts=False)
    assert [(one.path, fact(one, "learning_rate"), ends(one)) for one in found] == [
        ("best_params.pkl", 4e-5, {}),
        ("gan-stats.pkl", None, {("g loss", None): (2, 1.0)}),
    ]


def test_the_settings_of_an_adapter_in_a_checkpoints_folder(tmp_path: Path) -> None:
    (tmp_path / "out" / "checkpoint-500").mkdir(parents=True)
    path = "out/checkpoint-500/adapter_config.json"
    (tmp_path / path).write_text('{"r": 8, "lora_alpha": 16, "base_model_name_or_path": "a/b"}')
    assert registry.recognise(path) == ("huggingface", "out")
    (part,) = registry.read(Folder(tmp_path), "out", {"huggingface": [path]}).parts
    assert {one.name: one.value for one in part.settings} == {
        "adapter.r": 8,
        "adapter.lora_alpha": 16,
    }


def test_a_stage_that_says_no_more_than_its_command(tmp_path: Path) -> None:
    lock = "schema: '2.0'\nstages:\n  train-net:\n    cmd: python src/train.py lr=1\n"
    run = only(tmp_path, dvc__lock=lock)
    assert fact(run, "command") == "python src/train.py lr=1"


def test_a_column_of_seconds_that_rises_says_how_long_it_took(tmp_path: Path) -> None:
    table = "epoch,time,loss\n" + "".join(f"{n},{n * 1.5},0.{n}\n" for n in range(1, 7))
    assert fact(only(tmp_path, results__csv=table), "duration_s") == 9.0


def test_settings_beside_the_results_of_one_file(tmp_path: Path) -> None:
    told = {
        "lr": 0.01, "activation": "m", "config": {"batch_size": 8}, "runtime_seconds": 3.5,
        "classification_report": {"accuracy": 0.75, "macro avg": {"precision": 0.5}},
    }  # fmt: skip
    run = only(tmp_path, run__json=json.dumps(told))
    assert [(one.name, one.value) for one in run.results] == [("accuracy", 0.75)]
    assert {one.name: one.value for one in run.settings} == {
        "lr": 0.01,
        "activation": "m",
        "batch_size": 8,
    }


def test_a_deleted_run_of_mlflow_is_none(tmp_path: Path) -> None:
    for name, stage in (("a" * 32, "active"), ("b" * 32, "deleted")):
        place = tmp_path / "mlruns" / "1" / name
        place.mkdir(parents=True)
        (place / "meta.yaml").write_text(f"run_name: {name[:3]}\nlifecycle_stage: {stage}\n")
    paths = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("meta.yaml")]
    grouped = registry.group({path: registry.recognise(path) for path in paths})
    names = [
        fact(record, "name")
        for run, kinds in grouped.items()
        for record in merge(
            run, registry.read(Folder(tmp_path), run, kinds).parts, has_scripts=False
        )
    ]
    assert names == ["aaa"]


def test_a_number_alone_before_the_results_counts_them(tmp_path: Path) -> None:
    log = "".join(f"{n} [D loss: 0.5{n}, acc.: 62.50%] [G loss: 0.7{n}]\n" for n in range(5))
    assert ends(only(tmp_path, output__log=log)) == {
        ("d loss", None): (4, 0.54),
        ("accuracy", None): (4, 0.625),
        ("g loss", None): (4, 0.74),
    }


def test_boxes_keep_results_of_any_name(tmp_path: Path) -> None:
    box = "-----\n| epoch | {0} |\n| test/mean_Q | -{0}.5 |\n| test/success_rate | 0.{0} |\n-----\n"
    run = only(tmp_path, train__log="_batch_size: 64\n_polyak: 0.95\n_hidden: 256\n" + "".join(
        box.format(n) for n in range(4)
    ))  # fmt: skip
    assert ends(run)[("success rate", "test")] == (3, 0.3)
    assert {told.curve.tag: told.curve.values[-1] for told in run.curves}["test/mean_Q"] == -3.5
    assert fact(run, "batch_size") == 64


def test_numbers_beside_a_lines_results(tmp_path: Path) -> None:
    rows = (f"epoch {n}: accuracy: 0.{n}, Pk: 0.4{n}, lr: 0.01, ETA: {9 - n}\n" for n in range(5))
    run = only(tmp_path, train__log="".join(rows))
    last = {told.curve.tag: told.curve.values[-1] for told in run.curves}
    assert last == {"accuracy": 0.4, "Pk": 0.44}


def test_a_pickled_history_for_each_part_of_the_data(tmp_path: Path) -> None:
    its = {"acc": [0.1, 0.2, 0.3], "loss": [3.0, 2.0, 1.0]}
    (tmp_path / "history.pkl").write_bytes(pickle.dumps({"train": its, "val": its}))
    reading = registry.read(Folder(tmp_path), ".", {"pickle": ["history.pkl"]})
    (run,) = merge(".", reading.parts, has_scripts=True)
    assert ends(run)[("accuracy", "validation")][1] == 0.3
    assert ends(run)[("loss", "train")][1] == 1.0


def test_a_learning_rate_that_never_changes_is_the_runs(tmp_path: Path) -> None:
    rows = "".join(f"{n},0.{n},0.0007\n" for n in range(4))
    assert fact(only(tmp_path, progress__csv="epoch,loss,train/learning_rate\n" + rows),
                "learning_rate") == 0.0007  # fmt: skip
    falling = "".join(f"{n},0.{n},{1 / (n + 1)}\n" for n in range(4))
    run = only(tmp_path, progress__csv="epoch,loss,lr\n" + falling)
    assert "learning_rate" not in run.facts
