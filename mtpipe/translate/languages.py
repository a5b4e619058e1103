"""Which languages a model translates, and how it is told that English is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from mtpipe.errors import ModelError

ENGLISH: Final = {"en", "eng"}
# ISO 639-3 has a code for each of the colloquials; the groups are those of OPUS-MT that hold Arabic.
ARABIC: Final = {
    *("ar", "ara", "arb", "acm", "afb", "ajp", "apc", "apd", "arq", "ars", "ary", "arz", "ayl"),
    *("sem", "afa", "mul"),
}
CODE: Final = re.compile(r">>[^<>]+<<")
"""What a model with several target languages wants in front of the source."""

FEWEST: Final = 10
"""A SentencePiece model that knows fewer pieces of a script was not made for it; those of real ones are thousands."""

SCRIPTS: Final = {"Arabic": re.compile("[ء-ي]{2}"), "Latin": re.compile("[A-Za-z]{2}")}


def codes(vocabulary: Iterable[str]) -> list[str]:
    """Return the codes of target languages that a vocabulary has, such as ``>>eng<<``; none where there is one only."""
    return sorted(piece for piece in vocabulary if CODE.fullmatch(piece))


def prefix(called: str, tokenizer: dict[str, Any], vocabulary: Iterable[str]) -> tuple[str, ...]:
    """Return what stands before every source: a code for English, or nothing. Raises ``ModelError`` for another pair.

    ``tokenizer`` is ``tokenizer_config.json``, where OPUS-MT writes "ar" and "en", group models "sem" and "eng" or
    "mul", conversions of a folder's name "opus-mt-ar": only a clear contradiction is refused.
    """
    known = codes(vocabulary)
    english = [code for code in known if code.strip("<>").partition("_")[0] in ENGLISH]  # >>eng_Latn<< too
    source, target = str(tokenizer.get("source_lang") or ""), str(tokenizer.get("target_lang") or "")
    to_english = not target or not ENGLISH.isdisjoint(_parts(target))
    if (source and _is_another(source)) or not (to_english or english):
        raise ModelError(f"model {called!r} translates {source} to {target}, not Arabic to English. Choose another.")
    if known and not english:
        listed = ", ".join(known[:5])
        raise ModelError(f"model {called!r} has target languages {listed}, no English. Choose another.")
    return (min(english, key=len),) if english else ()


def check_script(called: str, file: str, pieces: Iterable[str], script: str) -> None:
    """Raise ``ModelError`` where hardly a piece of a SentencePiece model is written in a script, Arabic or Latin."""
    found = sum(1 for piece in pieces if SCRIPTS[script].search(piece))
    if found < FEWEST:
        raise ModelError(f"model {called!r}: {file} has {found} pieces in {script} script: it is for another language.")


def _parts(languages: str) -> list[str]:
    return re.split(r"[-+_,\s]+", languages.lower())


def _is_another(source: str) -> bool:
    parts = _parts(source)
    # A code of three letters may be a group that nobody here has heard of; its pieces will tell.
    return ARABIC.isdisjoint(parts) and (len(parts[-1]) == 2 or parts[-1] in ENGLISH)
