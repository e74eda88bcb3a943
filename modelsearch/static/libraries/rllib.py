"""RLlib: ``PPOConfig().training(lr=…).build().train()``."""

from __future__ import annotations

from collections.abc import Iterator

from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, first


def _chain(value: Abstract | None) -> Iterator[Call]:
    """Yield the calls that made a value, each on the one before, the last first."""
    made = first(value)
    for _ in range(12):
        if not isinstance(made, Call):
            return
        yield made
        made = first(made.receiver)


@named("train")
def _read(training: Training, record: CallRecord) -> Fit | None:
    if record.method != "train" or record.receiver is None:
        return None
    chain = list(_chain(record.receiver))
    root = chain[-1] if chain else None
    if root is None or not (root.name or "").startswith("ray.rllib."):
        return None
    name = root.last.removesuffix("Config")
    algorithm = Call((root.name or "").removesuffix("Config"), root.args, root.kwargs, root.at)
    fit = Fit(record, algorithm, estimator=name, rule="the algorithm that is trained")
    for each in chain:
        if each.method == "training":
            fit.rate = fit.rate or each.argument(None, "lr")
            fit.batch = fit.batch or each.argument(None, "train_batch_size")
    return fit


LIBRARY = Library(name="rllib", trains_by=(_read,))
