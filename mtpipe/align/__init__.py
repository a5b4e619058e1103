"""Station: align. Cross-lingual sentence embeddings; the pairing of texts that already have an English version."""

from mtpipe.align.aligner import align
from mtpipe.align.beads import Alignment, Bead
from mtpipe.align.embed import Embedder, Usem3, similarities
from mtpipe.align.open import open_embedder

__all__ = ["Alignment", "Bead", "Embedder", "Usem3", "align", "open_embedder", "similarities"]
