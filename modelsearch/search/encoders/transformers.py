"""Any sentence-transformers model that is on this machine (the extra ``modelsearch-db[encoders]``).

The library (Reimers and Gurevych, arXiv:1908.10084) takes seconds to import, runs on the GPU when
there is one, and is told in every way it knows to stay off the network.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from modelsearch.records.errors import EncoderError
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.records.userfolders import expanded
from modelsearch.search.encoders.encoder import to_int8

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 64
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


class SentenceTransformersEncoder:
    """A model from a folder, or by name from the local cache.

    ``name`` is the folder's full path or the given name. Models that tell questions from
    documents (by a prompt or otherwise) are asked for the one or the other by ``for_query``.
    """

    def __init__(self, name: str, *, for_query: bool = False) -> None:
        folder = expanded(name)
        self.name = str(folder.resolve()) if folder.is_dir() else name
        self._model = _load(self.name)
        self.dimension = _dimension(self._model)
        self.fingerprint = _fingerprint(self._model)
        method = "encode_query" if for_query else "encode_document"
        self._encode = getattr(self._model, method, self._model.encode)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text: float32, (len(texts), dimension)."""
        import numpy as np

        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    def encode_question(self, text: str) -> bytes:
        """Return the vector of one text as signed bytes."""
        return to_int8(self.encode([text]))[0]

    def knows(self, word: str) -> bool:
        """Return whether the model's tokenizer takes this word, lower case, for one token."""
        return len(self._model.tokenizer.tokenize(word)) == 1


def _load(name: str) -> Any:
    """Return the model, read from local files only."""
    os.environ.update(_OFFLINE)
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError(
            f"the encoder {name} needs sentence-transformers: pip install "
            "'modelsearch-db[encoders]', or use --encoder default"
        ) from error
    try:
        return SentenceTransformer(name, local_files_only=True)
    except Exception as error:  # the library lets through whatever its parts raise
        what = f"cannot be read ({_first_line(error)})" if Path(name).is_dir() else "is not here"
        raise EncoderError(
            f"the sentence-transformers model {name} {what}; give the folder of a downloaded "
            "model, or use --encoder default"
        ) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _dimension(model: Any) -> int:
    """Return the length of the model's vectors (the method was renamed in version 5)."""
    new = getattr(model, "get_embedding_dimension", None)
    size = (new or model.get_sentence_embedding_dimension)()
    if size is None:
        raise EncoderError(
            "the model does not state the size of its vectors; use another one, "
            "or --encoder default"
        )
    return int(size)


def _fingerprint(model: Any) -> str:
    """Return the SHA-256 of the model's structure, prompts and weights."""
    import torch

    digest = hashlib.sha256(repr((model.max_seq_length, model.prompts)).encode())
    digest.update("/".join(type(part).__name__ for part in model).encode())
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()
