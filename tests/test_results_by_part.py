"""Results on a part of the data, asked of models that a description finds."""

from __future__ import annotations

from tests.conftest import run
from tests.test_states_of_runs import SCRIPT, Lab, lab, sacred

__all__ = ["lab"]


def _three_runs(lab: Lab, script: str = SCRIPT) -> None:
    lab.write("train.py", script)
    for number, (test, val) in enumerate([(0.6, 0.9), (0.8, 0.7), (0.7, 0.75)], 1):
        results = {"evaluations": [{"accuracy_test": test, "accuracy_val": val, "loss_val": val}]}
        sacred(lab, number, "COMPLETED", {"dataset": "cifar100"}, results)
    lab.index()


def test_a_split_and_a_metric_are_a_result_of_models_by_description(lab: Lab) -> None:
    _three_runs(lab)
    assert "Test accuracy of 1 model: 0.8 (1)." in lab.said(
        "query", "test accuracy of models on CIFAR-100"
    )
    assert "Validation accuracy of 1 model: 0.9 (1)." in lab.said(
        "query", "validation accuracy of models on CIFAR-100"
    )
    assert "Validation loss of 1 model: 0.7 (1)." in lab.said(
        "query", "val loss of models on CIFAR-100"
    )


def test_runs_on_a_part_of_the_data_that_the_script_names_count(lab: Lab) -> None:
    wider = SCRIPT.replace("CIFAR100", "CIFAR").replace("cifar100", "cifar")
    assert wider != SCRIPT
    _three_runs(lab, wider)
    assert lab.rows("SELECT count(*) > 0 FROM metric") == [(1,)]
    assert "0.8" in lab.said("query", "best test accuracy").splitlines()[0]


def test_what_runs_recorded_is_said_beside_what_their_script_says(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    for number, method in enumerate(["adam_torch", "lion", "lion"], 1):
        config = {"optimizer": {"method": method}, "batch_size": 2**number, "steps": 10}
        sacred(lab, number, "COMPLETED", config, {"evaluations": [{"accuracy_test": 0.5}]})
    lab.index()
    said = lab.said("query", "which batch sizes did I try with train?")
    assert "recorded other batch sizes: 2, 4, 8 (ask for the runs)" in said
    assert "recorded other optimizers: Lion" in lab.said("query", "optimizer of train")
    assert lab.rows("SELECT optimizer FROM run ORDER BY run_id") == [
        ("Adam",),
        ("Lion",),
        ("Lion",),
    ]
    assert lab.said("query", "runs with lion").startswith("2 runs match")


def test_last_before_a_season_is_a_time_and_no_order(lab: Lab) -> None:
    _three_runs(lab)
    assert lab.said("query", "runs from last spring", "--today", "2025-08-01").startswith(
        "3 runs match"
    )
    assert "latest" in lab.said("query", "the last run")


def test_last_three_runs_are_three(lab: Lab) -> None:
    _three_runs(lab)
    for question, count in (("the last 2 runs", 2), ("two longest runs", 2), ("the last run", 3)):
        assert len(lab.asked(question)["answer"]["runs"]) == count


def test_a_run_that_is_shown_as_a_model_says_how_runs_are_seen(lab: Lab) -> None:
    _three_runs(lab)
    result = run("show", "2", "--db", str(lab.db))
    assert result.exit_code == 1
    said = str(result.exception)
    assert "'2' is a run of" in said
    assert "modelsearch query 'run 2'" in said


def test_a_result_of_a_run_with_other_settings_says_so(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    for number, (batch, test) in enumerate([(8, 0.6), (4096, 0.8)], 1):
        config = {"batch_size": batch, "dataset": "cifar100"}
        sacred(lab, number, "COMPLETED", config, {"evaluations": [{"accuracy_test": test}]})
    lab.index()
    said = lab.said("query", "best test accuracy")
    assert "0.8 is a result of run 2, which recorded batch size 4096" in said


def test_a_name_that_only_a_run_carries_is_no_plain_no(lab: Lab) -> None:
    lab.write("train.py", SCRIPT)
    lab.write(
        "out/lenet/log.csv", "epoch,loss\n" + "".join(f"{at},{1 / at}\n" for at in range(1, 6))
    )
    lab.index()
    assert lab.rows("SELECT run_id FROM run") == [("lenet",)]
    assert "1 run has LeNet" in lab.said("query", "is there a LeNet?")
