"""Station: align. Cross-lingual sentence embeddings; the pairing of texts that already have an English version."""

from mtpipe.align.embed import Embedder, Usem3, similarities

__all__ = ["Embedder", "Usem3", "similarities"]
