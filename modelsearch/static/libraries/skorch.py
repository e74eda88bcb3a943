"""skorch: an estimator of scikit-learn that trains a PyTorch module, alone or inside a search."""

from __future__ import annotations

from modelsearch.static.libraries.library import Fit, Library, Training, named
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Abstract, Call, ClassValue, Instance, first
from modelsearch.static.machine.wrapping import unwrap


def _net(record: CallRecord) -> tuple[Call, str] | None:
    """Return the construction of the net whose ``fit`` a call is, with the name of its class."""
    made = unwrap(record.receiver, "estimator")
    if isinstance(made, Instance) and made.call is not None:
        bases = made.klass.library_bases()
        return (made.call, made.name) if any(b.startswith("skorch.") for b in bases) else None
    if isinstance(made, Call) and (made.name or "").startswith("skorch."):
        return made, made.last
    return None


@named("fit", "partial_fit")
def _read_fit(training: Training, record: CallRecord) -> Fit | None:
    if record.method not in ("fit", "partial_fit") or record.receiver is None:
        return None
    net = _net(record)
    if net is None:
        return None
    made, name = net
    module = first(made.argument(0, "module"))
    known = isinstance(module, Instance | ClassValue)
    model: Abstract = module if known else made
    fit = Fit(record, model, estimator=None if known else name, rule="the net that is fitted")
    source = made.kwargs.get("optimizer")
    optimizer = training.named_optimizer(source, made.at) if source is not None else None
    if optimizer is not None:
        fit.optimizers.append(optimizer)
    fit.rate = made.argument(None, "lr")
    fit.epochs = record.argument(None, "epochs") or made.argument(None, "max_epochs")
    fit.batch = made.argument(None, "batch_size")
    return fit


LIBRARY = Library(name="skorch", trains_by=(_read_fit,))
