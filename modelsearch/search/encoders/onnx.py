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

import os
from _thread import allocate_lock  # importing threading takes a millisecond
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from modelsearch.records.errors import EncoderError
from modelsearch.records.jsontext import value_of_json
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.search.encoders.vectors_without_numpy import as_int8
from modelsearch.search.encoders.wordpiece import WordList, Words, is_plain, token_ids

if TYPE_CHECKING:
    from pathlib import Path

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
"""The tokenizer's vocabulary alone, a word a line in order of ids: a question's words are looked up
in it without reading the tokenizer. It may be missing."""

_SHIPPED = os.path.join(os.path.dirname(__file__), "minilm")
_INPUT, _OUTPUT = "input_ids", "sentence_embedding"  #: of the graph
_LONGEST_TEXT = 20_000  # characters; far more than 256 tokens of prose or code


def shipped_encoder(*, for_query: bool = False) -> OnnxEncoder:
    """Return the encoder that comes with this package."""
    return OnnxEncoder(_SHIPPED, for_query=for_query)


class OnnxEncoder:
    """Encodes texts with the encoder in a folder; nothing heavy happens before the first text.

    ``for_query`` suits a process that encodes one question: one core, and the quickest start.
    Its results are the same. An encoder may be shared by threads.
    """

    def __init__(self, folder: Path | str, *, for_query: bool = False) -> None:
        self._folder = folder
        self._for_query = for_query
        self._lock = allocate_lock()
        try:
            description = value_of_json(self._read(DESCRIPTION).decode())
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
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(files[name])
            encoder = cls(folder, for_query=for_query)
            if encoder.fingerprint != fingerprint_of(files):
                raise EncoderError(
                    f"the stored encoder {encoder.name} is damaged: its files do not have "
                    f"the fingerprint {encoder.fingerprint}; embed it again"
                )
            encoder._open()
        return encoder

    def files(self) -> dict[str, bytes]:
        """Return the encoder's files, for :meth:`from_files`; they are read from its folder."""
        return {name: self._read(name) for name in FILES}

    def _read(self, name: str) -> bytes:
        with open(os.path.join(self._folder, name), "rb") as file:
            return file.read()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text: float32, (len(texts), dimension).

        Only the first ``max_tokens`` tokens of a text count, within its first 20,000 characters;
        the empty text has a vector too. Lone surrogates, as in undecodable file names, become
        question marks.
        """
        import numpy as np

        with self._lock:
            self._open()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)

        def run(place: int) -> None:
            vectors[place] = self._run(self._token_ids(texts[place]))

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

    def encode_question(self, text: str) -> bytes:
        """Return the vector of one text as signed bytes, as :func:`to_int8` gives them."""
        with self._lock:
            self._open()
        return as_int8(self._run(self._token_ids(text)))

    def knows(self, word: str) -> bool:
        """Return whether this word, lower case, is in the encoder's word list."""
        with self._lock:
            return self._vocabulary.get(word) is not None

    def _open(self) -> None:
        """Read everything that is still only on disk."""
        _ = self._run, self._vocabulary
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
        return self._read(TOKENIZER).decode("utf-8")

    @cached_property
    def _vocabulary(self) -> Words:
        try:
            return WordList(self._read(WORDS))
        except FileNotFoundError:
            vocabulary: dict[str, int] = value_of_json(self._tokenizer_json)["model"]["vocab"]
            return vocabulary

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._tokenizer_json)
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer

    @cached_property
    def _run(self) -> Callable[[list[int]], Any]:
        """What makes a vector of the ids of a text."""
        if self._for_query:
            from modelsearch.search.encoders.native import open_session

            try:
                native = open_session(os.path.join(self._folder, MODEL), _INPUT, _OUTPUT)
            except EncoderError as error:
                raise self._unusable(error) from error
            if native is not None:
                return native.run
        import numpy as np

        session = self._session

        def run(ids: list[int]) -> Any:
            return session.run(None, {_INPUT: np.array([ids], dtype=np.int64)})[0][0]

        return run

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
                os.path.join(self._folder, MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions derive from nothing narrower
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> EncoderError:
        return EncoderError(
            f"onnxruntime cannot run the encoder {self.name} ({error}); reinstall modelsearch, "
            "or use --encoder none for keyword search"
        )


def fingerprint_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of graph, weights and tokenizer, as ``encoder.json`` states it."""
    import hashlib

    digest = hashlib.sha256()
    for name in (MODEL, WEIGHTS, TOKENIZER):
        digest.update(files[name])
    return digest.hexdigest()
