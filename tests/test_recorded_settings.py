"""Questions by settings that runs and checkpoints recorded: by any name, several at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.test_checkpoints import torch_zip
from tests.test_runs import SCRIPT, Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A forest with six runs over two settings, and a network with two checkpoints."""
    lab = Lab(tmp_path_factory.mktemp("settings"))
    lab.write("forest/fit.py", "n_estimators = 200\n" + SCRIPT)
    for number, (depth, trees) in enumerate([(5, 100), (5, 200), (10, 100), (10, 200), (10, 300)]):
        base = f"forest/runs/{'abcde'[number]}"
        lab.write(
            f"{base}/hparams.yaml",
            f"max_depth: {depth}\nn_estimators: {trees}\nnet:\n  width: {trees // 10}\n",
        )
        lab.write(f"{base}/log.csv", f"epoch,val_acc\n0,0.5\n1,0.{60 + number}\n")
    lab.write("net/train.py", SCRIPT)
    for name, gamma in (("one", 0.98), ("two", 0.9)):
        lab.write(
            f"net/{name}.ckpt",
            torch_zip(state_dict={"w": (4, 4)}, hyper_parameters={"gamma": gamma}),
        )
    lab.index()
    yield lab


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("runs with max_depth 10 and n_estimators 200", ["d"]),
        ("runs with n_estimators 200 and max_depth 10", ["d"]),
        ("runs with max_depth 10 and n_estimators over 100", ["d", "e"]),
        ("runs with max_depth 10 and at least 200 n_estimators", ["d", "e"]),
        ("runs with max depth 5 and n_estimators between 150 and 300", ["b"]),
        ("runs with n_estimators 100 or 300", ["a", "c", "e"]),
        ("runs with max_depth 10 but not n_estimators 200", ["c", "e"]),
        ("runs with net.width 30", ["e"]),
        ("runs with width under 20 and max_depth 5", ["a"]),
        ("runs max_depth:10 n_estimators:>100", ["d", "e"]),
    ],
)
def test_all_conditions_hold_of_the_run_itself(
    lab: Lab, question: str, expected: list[str]
) -> None:
    answer = lab.asked(question)
    assert answer["intent"] == "runs"
    assert sorted(row["run_id"] for row in answer["answer"]["runs"]) == expected
    assert not any("stored here" in note for note in answer["notes"])


def test_checkpoints_are_found_by_the_settings_that_they_hold(lab: Lab) -> None:
    answer = lab.asked("which checkpoints have gamma 0.98")
    assert [row["path"] for row in answer["answer"]["checkpoints"]] == ["net/one.ckpt"]
    assert lab.asked("checkpoints with gamma over 0.5")["total"] == 2
    assert not answer["notes"]


def test_a_setting_that_no_script_states_is_not_said_to_be_stored_nowhere(lab: Lab) -> None:
    notes = lab.asked("models with gamma 0.98")["notes"]
    assert any("checkpoints with gamma 0.98" in note for note in notes)
    assert not any("stored here" in note or "contains" in note for note in notes)
