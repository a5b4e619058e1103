"""Review on a server: several people at once, every save kept at once. Needs the extra ``serve``."""

from mtpipe.review.serve.start import Address, password, serve
from mtpipe.review.serve.store import STORE, Held, Store, held_decisions, mark_applied
from mtpipe.review.serve.texts import Text, Texts

__all__ = [
    "STORE",
    "Address",
    "Held",
    "Store",
    "Text",
    "Texts",
    "held_decisions",
    "mark_applied",
    "password",
    "serve",
]
