"""Which scripts may train, by the words in them: a quick look before anything is understood."""

from __future__ import annotations

import re
from pathlib import Path

from modelsearch.records.files import locate, read_start

#: What every training loop or call has one of, in any framework.
_TRAINS = re.compile(
    rb"backward|fit\w*\(|optim|minimi[sz]e|Gradient|_and_grad|LightningCLI"
    rb"|\.grad\(|Trainer|\.train\w*\(\s*[^)\s]|\.learn\(|(?<!env)(?<!envs)(?<!environment)\.step\("
)
_MAX_SCANNED = 1_000_000


def may_train(root: Path, script: str) -> bool:
    """Return whether a script has a word of training in it; what only draws or predicts has
    none.
    """
    try:
        text = read_start(locate(root, script), _MAX_SCANNED, root)
    except OSError:
        return True
    return _TRAINS.search(text) is not None
