"""Arabic words that are no names, however they are folded."""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final = frozenset((
    "لكن", "على", "إلى", "الى", "حتى", "لدى", "متى",
    "أن", "إن", "آن", "ان", "لأن", "لان", "كأن", "بأن", "فإن", "وإن", "أو",
    "إذ", "إذا", "لو", "ما", "ماذا", "من", "مع", "عن", "في", "هل", "لم", "لن", "لا", "قد", "ثم", "هو", "هي", "هم",
    "هن", "هذا", "هذه", "ذلك", "تلك", "كل", "كان", "كانت", "أي", "أية", "إي", "بلى", "سوى", "كما", "كي", "حين", "بين",
    "عند", "منذ", "نحو",
    "يمنى", "اليمنى", "مجرى", "المجرى",
))  # fmt: skip
"""Written so, these are what they look like, though they fold to a name (على to علي, أن to آن, يمنى to يمني)."""
