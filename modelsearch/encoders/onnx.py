"""The light encoder: a sentence encoder as an ONNX graph, run by onnxruntime on the CPU.

An encoder is four files (:data:`FILES`): what it is, the graph, its weights, which are mapped into
memory rather than read, and the tokenizer. The shipped one is all-MiniLM-L6-v2 (Wang et al.,
arXiv:2002.10957; Reimers and Gurevych, arXiv:1908.10084) in int8, which
``scripts/build_encoder.py`` makes.

Activations are quantised at run time with one scale a tensor, so a batch would let texts change
each other's vectors. Hence every text is a run of its own, without padding, in one thread, and
many texts are spread over the cores: the same text gives the same vector in any company.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from modelsearch.encoders import EncoderError
from modelsearch.encoders.wordpiece import is_plain, token_ids

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DESCRIPTION, MODEL, WEIGHTS, TOKENIZER = FILES = (
    "encoder.json",
    "model.onnx",
    "weights.bin",
    "tokenizer.json",
)
"""The files of an encoder, in the order of their use."""

WORDS = "words.txt"
"""The tokenizer's vocabulary alone, a word a line in order of ids: read several times as quickly
as the tokenizer. It may be missing."""

_SHIPPED = Path(__file__).parent / "minilm"
_LONGEST_TEXT = 20_000  # characters; far more than 256 tokens of prose or code


def shipped_encoder(*, for_query: bool = False) -> OnnxEncoder:
    """Return the encoder that comes with this package."""
    return OnnxEncoder(_SHIPPED, for_query=for_query)


class OnnxEncoder:
    """Encodes texts with the encoder in a folder; nothing heavy happens before the first text.

    ``for_query`` suits a process that encodes one question: one core, and the quickest start.
    Its results are the same. An encoder may be shared by threads.
    """

    def __init__(self, folder: Path, *, for_query: bool = False) -> None:
        self._folder = folder
        self._for_query = for_query
        self._lock = Lock()
        try:
            description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
            self.name = str(description["name"])
            self.dimension = int(description["dimension"])
            self.fingerprint = str(description["sha256"])
            self.max_tokens = int(description["max_tokens"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                f"no usable encoder in {folder} ({error!r}); reinstall modelsearch, "
                "or use --encoder none for keyword search"
            ) from error

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], *, for_query: bool = False) -> OnnxEncoder:
        """Return an encoder whose :data:`FILES` are given as bytes, say out of a database.

        Raises EncoderError when one is missing or they do not have the fingerprint they state.
        """
        missing = [name for name in FILES if name not in files]
        if missing:
            raise EncoderError(f"the stored encoder lacks {', '.join(missing)}; embed it again")
        import tempfile

        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for name in FILES:
                (Path(folder) / name).write_bytes(files[name])
            encoder = cls(Path(folder), for_query=for_query)
            if encoder.fingerprint != fingerprint_of(files):
                raise EncoderError(
                    f"the stored encoder {encoder.name} is damaged: its files do not have "
                    f"the fingerprint {encoder.fingerprint}; embed it again"
                )
            encoder._open()
        return encoder

    def files(self) -> dict[str, bytes]:
        """Return the encoder's files, for :meth:`from_files`; they are read from its folder."""
        return {name: (self._folder / name).read_bytes() for name in FILES}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text: float32, (len(texts), dimension).

        Only the first ``max_tokens`` tokens of a text count, within its first 20,000 characters;
        the empty text has a vector too. Lone surrogates, as in undecodable file names, become
        question marks.
        """
        if self._for_query:  # numpy's linear algebra would start threads that one text never uses
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        import numpy as np

        with self._lock:
            self._open()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)

        def run(place: int) -> None:
            ids = np.array([self._token_ids(texts[place])], dtype=np.int64)
            vectors[place] = self._session.run(None, {"input_ids": ids})[0][0]

        workers = 1 if self._for_query else min(os.cpu_count() or 1, len(texts))
        if workers < 2:
            for place in range(len(texts)):
                run(place)
        else:
            longest_first = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(run, longest_first))
        return vectors

    def _open(self) -> None:
        """Read everything that is still only on disk."""
        _ = self._session, self._vocabulary
        if not self._for_query:
            _ = self._tokenizer

    def _token_ids(self, text: str) -> list[int]:
        text = text[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
        if self._for_query and is_plain(text):
            return token_ids(text, self._vocabulary, self.max_tokens)
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids

    @cached_property
    def _tokenizer_json(self) -> str:
        return (self._folder / TOKENIZER).read_text(encoding="utf-8")

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        words = self._folder / WORDS
        if words.exists():
            listed = words.read_bytes().decode("utf-8").split("\n")
            return dict(zip(listed, range(len(listed)), strict=True))
        vocabulary: dict[str, int] = json.loads(self._tokenizer_json)["model"]["vocab"]
        return vocabulary

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._tokenizer_json)
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # The graph was fused when it was built: optimising it again costs time and gains none.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        if self._for_query:  # packing weights pays off after some ten texts
            options.add_session_config_entry("session.disable_prepacking", "1")
        try:
            return onnxruntime.InferenceSession(
                str(self._folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions derive from nothing narrower
            raise EncoderError(
                f"onnxruntime cannot run the encoder {self.name} ({error}); reinstall modelsearch, "
                "or use --encoder none for keyword search"
            ) from error


def fingerprint_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of graph, weights and tokenizer, as ``encoder.json`` states it."""
    import hashlib

    digest = hashlib.sha256()
    for name in (MODEL, WEIGHTS, TOKENIZER):
        digest.update(files[name])
    return digest.hexdigest()
