"""SentencePiece on both sides, with the characters that each piece stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from mtpipe.errors import ModelError
from mtpipe.translate.base import Token
from mtpipe.translate.store import ModelFolder

EOS: Final = "</s>"
UNKNOWN: Final = "<unk>"
PADDING: Final = "<pad>"
ENGLISH_CODES: Final = (">>eng<<", ">>en<<")
"""What a model with several target languages wants in front of the source, in the order looked for."""


class Subwords:
    """A model's pieces: from text to source tokens, from target pieces to text."""

    def __init__(self, model: ModelFolder) -> None:
        """Load both SentencePiece files. Raises ``ModelError`` where one is damaged."""
        import sentencepiece

        self.vocabulary: dict[str, int] = model.vocabulary()
        try:
            self._source = sentencepiece.SentencePieceProcessor(model_file=str(model.path / "source.spm"))
            self._target = sentencepiece.SentencePieceProcessor(model_file=str(model.path / "target.spm"))
        except (OSError, RuntimeError) as error:
            raise ModelError(f"model {model.name!r}: a .spm file in {model.path} is damaged ({error}).") from error
        missing = [piece for piece in (EOS, UNKNOWN) if piece not in self.vocabulary]
        if missing:
            raise ModelError(f"model {model.name!r}: vocab.json lacks {', '.join(missing)}. Fetch the model again.")
        codes = [piece for piece in self.vocabulary if piece.startswith(">>") and piece.endswith("<<")]
        english = [code for code in ENGLISH_CODES if code in codes]
        if codes and not english:
            raise ModelError(f"model {model.name!r} has target languages {', '.join(sorted(codes)[:5])}, no English.")
        self.prefix: tuple[str, ...] = tuple(english[:1])
        self._commands = {EOS, PADDING, *codes}

    @property
    def reserved(self) -> int:
        """Pieces that every source has beside its own: the language code, if any, and the end of sentence."""
        return len(self.prefix) + 1

    def count(self, text: str) -> int:
        """Return the number of pieces of a source text, without code and end of sentence."""
        return len(self._source.encode(text, out_type=str))

    def encode(self, text: str) -> tuple[Token, ...]:
        """Cut a source text into tokens. A language code and the end of sentence stand for no characters."""
        tokens = _tokens(self._source.encode(text, out_type="offset_mapping"))
        # An unknown piece has its text for a name: an article that says "</s>" must not end the sentence there.
        if any(token.piece in self._commands for token in tokens):
            tokens = tuple(
                replace(token, piece=UNKNOWN) if token.piece in self._commands else token for token in tokens
            )
        return (*(Token(code, 0, 0) for code in self.prefix), *tokens, Token(EOS, len(text), len(text)))

    def decode(self, pieces: Sequence[str]) -> tuple[str, tuple[Token, ...]]:
        """Join target pieces to text; each comes back with its span in it. Unknown pieces stand for nothing."""
        known = [piece for piece in pieces if piece not in (EOS, UNKNOWN)]
        if not known:
            return "", ()
        decoded = self._target.decode(known, out_type="offset_mapping")
        return decoded["text"], _tokens(decoded)

    def target_ids(self) -> list[int]:
        """Return, ascending, the vocabulary ids that can ever be part of an English text, and the end of sentence.

        The rest of a shared vocabulary is Arabic pieces, padding and language codes (contract 4 of the design).
        """
        pieces = (self._target.id_to_piece(number) for number in range(self._target.get_piece_size()))
        ids = {self.vocabulary[piece] for piece in pieces if piece in self.vocabulary}
        return sorted(ids | {self.vocabulary[EOS], self.vocabulary[UNKNOWN]})


def _tokens(mapping: dict[str, Any]) -> tuple[Token, ...]:
    return tuple(
        Token(piece, start, end) for piece, (start, end) in zip(mapping["pieces"], mapping["offsets"], strict=True)
    )
