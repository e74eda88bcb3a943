"""The fields of recorded runs. Asked of models, they mean: at least one of the model's runs."""

from __future__ import annotations

from modelsearch.vocabulary.fields.field import Field, row


def _run(
    name: str, kind: str, column: str, aliases: str, about: str, example: str, **more: object
) -> Field:
    source = "run date" if kind == "date" else "run"
    return row(
        name,
        kind,
        source,
        aliases,
        f"runs: {about}",
        example,
        column=column,
        key=name,
        many=True,
        **more,
    )


ROWS: tuple[Field, ...] = (
    row("runs", "count", "rows", "recorded runs, number of runs, run count",
        "runs that trackers and logs recorded", "has:runs", column="run", key="runs",
        label="Runs", plural="Runs"),
    row("checkpoints", "count", "rows", "number of checkpoints, checkpoint count",
        "saved weights", "has:checkpoints", column="checkpoint", key="checkpoints",
        label="Checkpoints", plural="Checkpoints"),
    _run("run_status", "term", "status", "run status, status of a run",
         "finished, failed, interrupted, killed, running or pruned", "run_status:failed",
         label="Status of a run", plural="Statuses of runs"),
    _run("run_tool", "term", "tool", "tracker, trackers, run tool",
         "what recorded it: MLflow, W&B, Lightning, a log …", "run_tool:MLflow",
         label="Tool of a run", plural="Tools of runs"),
    _run("run_duration", "number", "duration_s", "duration, run duration, training duration",
         "how long it took, in seconds", "run_duration:>3600", unit="seconds",
         label="Duration of a run", plural="Durations of runs"),
    _run("run_started", "date", "started_at", "run started, started, run date",
         "when it began", "run_started:2025-03", label="Start of a run",
         plural="Months of runs"),
    _run("run_devices", "number", "devices", "run devices, number of devices, gpu count",
         "GPUs or other devices that it ran on", "run_devices:>=2", unit="devices",
         label="Devices of a run", plural="Devices of runs"),
    _run("run_hardware", "text", "hardware", "run hardware, host hardware",
         "GPU that it ran on, by its name, else the kind of device", "run_hardware:A100",
         label="Hardware of a run", plural="Hardware of runs"),
    _run("run_epochs", "number", "epochs_done", "epochs done, finished epochs, run epochs",
         "epochs that it went through", "run_epochs:<10", unit="epochs",
         label="Epochs of a run", plural="Epochs of runs"),
    _run("run_steps", "number", "steps_done", "steps done, finished steps, run steps",
         "steps that it went through", "run_steps:>100000", unit="steps",
         label="Steps of a run", plural="Steps of runs"),
    row("curve_length", "number", "run curve", "curve length, length of a curve, curve points",
        "runs: points of a learning curve", "curve_length:>1000", column="points",
        key="curve_length", many=True, unit="points",
        label="Length of a curve", plural="Lengths of curves"),
)  # fmt: skip
