"""Which family the networks of libraries are of, by the libraries' own lists of names.

``networks.tsv`` beside this module has a line for each library and family: the names that the
library's registry has, in small letters without marks. Of Transformers they are kinds of models
(``xlmroberta`` is the class ``XLMRobertaForMaskedLM`` and the checkpoint ``xlm-roberta-base``), of
timm beginnings of names (``pvt`` is ``pvt_v2_b0``), of the others classes and functions.
"""

from __future__ import annotations

import re
from functools import cache

from modelsearch.records.datafiles import read_text


@cache
def _families(library: str) -> dict[str, str]:
    """Return the names of a library with their families."""
    found: dict[str, str] = {}
    for line in read_text(__file__, "networks.tsv").splitlines():
        of, family, names = line.split("\t")
        if of == library:
            found.update(dict.fromkeys(names.split(), family))
    return found


#: What follows the kind of a model in a class of Transformers, and precedes it.
_ROLE = re.compile(
    r"(For[A-Z]\w{0,60}|LMHeadModel|DoubleHeadsModel|PreTrainedModel|Model|Backbone)$"
)
_PORTED = re.compile(r"^(TF|Flax)(?=[A-Z])")
#: What follows it in a class of KerasHub.
_HUB_ROLE = re.compile(
    r"(Backbone|CausalLM|MaskedLM|Seq2SeqLM|TextClassifier|ImageClassifier|ImageSegmenter"
    r"|ObjectDetector|Classifier|TextToImage|ImageToImage|Inpaint|AudioToText)$"
)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def of_class(name: str) -> str | None:
    """Return the family of a class of Transformers or KerasHub: ``LlamaForCausalLM``."""
    name = _PORTED.sub("", name)
    for role in (_ROLE, _HUB_ROLE):
        kind = role.sub("", name)
        if kind != name:
            found = _families("transformers").get(_plain(kind))
            if found is not None:
                return found
    return None


def of_checkpoint(name: str) -> str | None:
    """Return the family that a checkpoint of Transformers is called after: ``xlm-roberta-base``."""
    table, found, joined = _families("transformers"), None, ""
    for part in re.split(r"[-_.]", name.rpartition("/")[2].lower())[:5]:
        joined += _plain(part)
        found = table.get(joined, found)
    return found


def of_timm(name: str) -> str | None:
    """Return the family of a network that timm makes: ``pvt_v2_b0``."""
    table, found, joined = _families("timm"), None, ""
    for part in re.findall(r"[a-z]+|\d+", name.lower())[:6]:
        joined += part
        found = table.get(joined, found)
    return found


def of_function(library: str, name: str) -> str | None:
    """Return the family of what a class or function of another library makes."""
    return _families(library).get(_plain(name))
