"""Text to vectors: the shipped encoder, and any sentence-transformers model the user has.

Importing this package costs next to nothing; numpy and onnxruntime are imported when the first
text is encoded. No encoder ever uses the network.

    encoder = load_encoder("default")
    vectors = encoder.encode(["a U-Net trained on flowers"])   # float32, (1, 384), unit length
    blobs = to_int8(vectors)                                   # one blob a vector, for sqlite-vec
"""

from __future__ import annotations

from modelsearch.records.errors import EncoderError
from modelsearch.search.encoders.encoder import Encoder, from_int8, to_int8

DEFAULT_NAME = "all-MiniLM-L6-v2"
"""The name of the shipped encoder, as databases record it."""

__all__ = ["DEFAULT_NAME", "Encoder", "EncoderError", "from_int8", "load_encoder", "to_int8"]


def load_encoder(name: str | None, *, for_query: bool = False) -> Encoder | None:
    """Return the encoder of that name, or None for ``"none"``.

    ``None``, ``"default"`` and the shipped encoder's own name mean the shipped encoder; anything
    else is a folder with a sentence-transformers model, or the name of one in the local cache.
    With ``for_query`` it is set up to encode one short text quickly, else to encode many on all
    cores; both give the same vectors. Raises EncoderError when there is no such encoder here.
    """
    if name is not None and name.lower() == "none":
        return None
    if name is None or name.lower() in ("default", DEFAULT_NAME.lower()):
        from modelsearch.search.encoders.onnx import shipped_encoder

        return shipped_encoder(for_query=for_query)
    from modelsearch.search.encoders.transformers import SentenceTransformersEncoder

    return SentenceTransformersEncoder(name, for_query=for_query)
