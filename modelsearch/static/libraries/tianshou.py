"""Tianshou: ``offpolicy_trainer(policy, …)`` and ``OffpolicyTrainer(policy, …).run()``."""

from __future__ import annotations

from modelsearch.static.libraries.library import Fit, Library, Training
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Call, first


def _read(training: Training, record: CallRecord) -> Fit | None:
    made = record.result
    if record.method == "run":
        made = first(record.receiver)
    elif not record.last.endswith("_trainer"):
        return None
    if not isinstance(made, Call) or not (made.name or "").startswith("tianshou.trainer"):
        return None
    policy = first(made.argument(0, "policy"))
    named = policy.last if isinstance(policy, Call) else None
    fit = Fit(record, policy, estimator=named, rule="the policy that is trained")
    source = policy.argument(1, "optim", "actor_optim") if isinstance(policy, Call) else None
    optimizer = training.optimizer(source) if source is not None else None
    if optimizer is not None:
        fit.optimizers.append(optimizer)
    fit.epochs = made.argument(None, "max_epoch", "max_epochs")
    fit.batch = made.argument(None, "batch_size")
    return fit


LIBRARY = Library(name="tianshou", trains_by=(_read,))
