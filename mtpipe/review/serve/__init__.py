"""Review on a server: several people at once, every save kept at once. Needs the extra ``serve``."""

from mtpipe.review.serve.store import STORE, Held, Store, held_decisions, mark_applied

__all__ = ["STORE", "Held", "Store", "held_decisions", "mark_applied"]
