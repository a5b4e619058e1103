"""SentencePiece on both sides, with the characters that each piece stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from mtpipe.errors import ModelError
from mtpipe.translate import languages
from mtpipe.translate.base import Token
from mtpipe.translate.store import ModelFolder

EOS: Final = "</s>"
UNKNOWN: Final = "<unk>"
PADDING: Final = "<pad>"
KNOWN: Final = 0.5
"""Share of a SentencePiece model's pieces that vocab.json must have. Of real ones it has nearly all."""


class Subwords:
    """A model's pieces: from text to source tokens, from target pieces to text."""

    def __init__(self, model: ModelFolder) -> None:
        """Load both SentencePiece files. Raises ``ModelError`` where they are damaged, or for another pair."""
        import sentencepiece

        self.vocabulary: dict[str, int] = model.vocabulary()
        missing = [piece for piece in (EOS, UNKNOWN) if piece not in self.vocabulary]
        if missing:
            raise ModelError(f"model {model.called!r}: vocab.json lacks {', '.join(missing)}. Fetch the model again.")
        if self.vocabulary.get(PADDING) != len(self.vocabulary) - 1:  # CTranslate2 drops the last row, whatever it is
            raise ModelError(
                f"model {model.called!r}: {PADDING} is not the last piece of vocab.json, as Marian has it."
            )
        self.prefix: tuple[str, ...] = languages.prefix(model.called, model.tokenizer, self.vocabulary)
        try:
            self._source = sentencepiece.SentencePieceProcessor(model_file=str(model.path / "source.spm"))
            self._target = sentencepiece.SentencePieceProcessor(model_file=str(model.path / "target.spm"))
        except (OSError, RuntimeError) as error:
            raise ModelError(f"model {model.called!r}: a .spm file in {model.path} is damaged ({error}).") from error
        self._check(model.called, "source.spm", _pieces(self._source), "Arabic")
        self._check(model.called, "target.spm", _pieces(self._target), "Latin")
        self._commands = {EOS, PADDING, *languages.codes(self.vocabulary)}

    def _check(self, called: str, file: str, pieces: list[str], script: str) -> None:
        known = sum(1 for piece in pieces if piece in self.vocabulary)
        if known < KNOWN * len(pieces):
            raise ModelError(
                f"model {called!r}: vocab.json has {known} of the {len(pieces)} pieces of {file}. "
                "They belong to different models; fetch the model again."
            )
        languages.check_script(called, file, pieces, script)

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

    def source_pieces(self, text: str) -> list[str]:
        """Cut a source text into the pieces of ``encode``, without code and end of sentence."""
        return [token.piece for token in self.encode(text)[len(self.prefix) : -1]]

    def cut_target(self, text: str) -> list[str]:
        """Cut a target text into pieces; what the vocabulary lacks is left out."""
        return [piece for piece in self._target.encode(text, out_type=str) if piece in self.vocabulary]

    def target_pieces(self) -> dict[str, int]:
        """Return the pieces of ``target_ids`` with their numbers, in order."""
        numbers = set(self.target_ids())
        return {piece: number for piece, number in self.vocabulary.items() if number in numbers}

    def target_ids(self) -> list[int]:
        """Return, ascending, the vocabulary ids that can ever be part of an English text, and the end of sentence.

        The rest of a shared vocabulary is Arabic pieces, padding and language codes (contract 4 of the design).
        """
        ids = {self.vocabulary[piece] for piece in _pieces(self._target) if piece in self.vocabulary}
        return sorted(ids | {self.vocabulary[EOS], self.vocabulary[UNKNOWN]})


def _pieces(model: Any) -> list[str]:
    return [model.id_to_piece(number) for number in range(model.get_piece_size())]


def _tokens(mapping: dict[str, Any]) -> tuple[Token, ...]:
    return tuple(
        Token(piece, start, end) for piece, (start, end) in zip(mapping["pieces"], mapping["offsets"], strict=True)
    )
