"""gensim: a model that is given texts when it is made is trained at once; else by ``train``."""

from __future__ import annotations

from collections.abc import Sequence

from modelsearch.static.libraries.data_loading import Loader
from modelsearch.static.libraries.library import Fit, Library, Training, within
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import Call, first

#: Models with where their texts stand and how their passes over these are called.
_MODELS = frozenset(
    {
        "Word2Vec",
        "FastText",
        "Doc2Vec",
        "LdaModel",
        "LdaMulticore",
        "LsiModel",
        "HdpModel",
        "Nmf",
    }
)
_TEXTS = ("sentences", "documents", "corpus", "corpus_file", "corpus_iterable")
_PASSES = ("epochs", "iter", "passes")


def _read(training: Training, record: CallRecord) -> Fit | None:
    made = record.result
    if record.method == "train" and record.receiver is not None:
        made = first(record.receiver)
    if not isinstance(made, Call) or not _is_model(made):
        return None
    if record.method != "train" and (record.name is None or made.argument(0, *_TEXTS) is None):
        return None
    fit = Fit(record, made, estimator=made.last, rule="the model that is trained")
    fit.rate = made.argument(None, "alpha")
    fit.epochs = record.argument(None, *_PASSES) or made.argument(None, *_PASSES)
    return fit


def _is_model(made: Call) -> bool:
    return (made.name or "").startswith("gensim.models.") and made.last in _MODELS


@within("gensim")
def _vectors(record: CallRecord) -> Sequence[str]:
    """Word vectors by the words around."""
    made = record.name or ""
    words = made.startswith("gensim.models.") and record.last in ("Word2Vec", "FastText")
    return ("Word2vec",) if words else ()


LIBRARY = Library(
    name="gensim",
    families=(_vectors,),
    trains_by=(_read,),
    data=(Loader(calls=("gensim.downloader.load",), collection="gensim"),),
)
