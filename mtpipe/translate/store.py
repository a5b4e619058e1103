"""Where models come from: built-in names, local folders, the Hugging Face hub."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mtpipe import resources
from mtpipe.errors import ModelError
from mtpipe.settings import TranslateSettings
from mtpipe.signature import digest

EMBEDDED: Final = "small-ar-en"
"""The model inside the wheel."""

FULL_MODEL: Final = "Helsinki-NLP/opus-mt-ar-en"

REQUIRED: Final = ("config.json", "source.spm", "target.spm", "vocab.json")
WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
OPTIONAL: Final = ("generation_config.json", "tokenizer_config.json", "special_tokens_map.json")

# owner/name as the hub spells it; a path with more than one slash, or one that exists, is a folder.
HUB_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A MarianMT model on disk, in Hugging Face's layout.

    ``revision`` is the hub's commit, or None for a folder; ``digest`` hashes every file that shapes a translation.
    """

    name: str
    path: Path
    revision: str | None
    config: dict[str, Any]
    tokenizer: dict[str, Any]
    digest: str

    @property
    def max_pieces(self) -> int:
        """Pieces of the longest source or target, the end of sentence counted.

        The positions that the weights have, or fewer where ``tokenizer_config.json`` says that the model is good
        for less (``model_max_length``; transformers writes 1e30 for "no limit").
        """
        positions = int(self.config.get("max_position_embeddings", 512))
        return min(positions, int(self.tokenizer.get("model_max_length") or positions))

    def vocabulary(self) -> dict[str, int]:
        """Read the pieces and their numbers. Raises ``ModelError`` where they are not those of the weights."""
        pieces = _json(self.path / "vocab.json")
        rows = self.config.get("vocab_size")
        # Which piece a row of the weights stands for is told by the number alone: a gap shifts all behind it.
        numbers = sorted(number for number in pieces.values() if isinstance(number, int))
        if numbers != list(range(len(pieces))) or len(pieces) != rows:
            raise ModelError(
                f"model {self.name!r}: vocab.json has {len(pieces)} pieces for the {rows} rows of the weights, "
                "or does not number them from 0. Fetch the model again."
            )
        return pieces


def resolve(name: str, *, revision: str | None = None) -> ModelFolder:
    """Find a model by built-in name, local folder or Hugging Face id (downloaded once, then read from the hub's cache).

    Raises ``ModelError`` that says what is missing.
    """
    path = Path(os.path.expanduser(name))  # noqa: PTH111 -- that of Path raises for a user who is not there
    if name == EMBEDDED and not path.is_dir():
        path = resources.folder("models") / EMBEDDED
    commit = None
    if not path.is_dir():
        if not HUB_ID.fullmatch(name):
            raise ModelError(
                f"model {name!r}: no such folder, no built-in name ({EMBEDDED}) and no Hugging Face id (owner/name)."
            )
        path = _download(name, revision)
        commit = path.name
    return inspect(name, path, commit)


def inspect(name: str, path: Path, revision: str | None = None) -> ModelFolder:
    """Check the files of a model folder and hash them. Raises ``ModelError`` for one that can't be used."""
    missing = [file for file in REQUIRED if not (path / file).is_file()]
    weights = [file for file in WEIGHTS if (path / file).is_file()]
    if missing or not weights:
        wanted = ", ".join(missing) or f"the weights ({' or '.join(WEIGHTS)})"
        raise ModelError(f"model {name!r}: {path} lacks {wanted}. A MarianMT model in Hugging Face layout is needed.")
    config = _json(path / "config.json")
    if config.get("model_type") != "marian":
        raise ModelError(
            f"model {name!r}: config.json says model_type {config.get('model_type')!r}; only 'marian' can be used."
        )
    tokenizer_file = path / "tokenizer_config.json"
    tokenizer = _json(tokenizer_file) if tokenizer_file.is_file() else {}
    _check_languages(name, tokenizer)
    if tokenizer.get("separate_vocabs") or config.get("share_encoder_decoder_embeddings") is False:
        raise ModelError(f"model {name!r} has a vocabulary for each language; only a shared one can be used.")
    files = [*REQUIRED, weights[0], *(file for file in OPTIONAL if (path / file).is_file())]
    return ModelFolder(name, path, revision, config, tokenizer, digest(*(_file_digest(path / file) for file in files)))


def notice(settings: TranslateSettings) -> str | None:
    """Return what a reader must be told about the model: that the embedded one is small. None for any other."""
    if settings.engine == "command" or settings.model != EMBEDDED:
        return None
    return (
        f"Translated by {EMBEDDED}, the small model inside mtpipe: good for a try, not for use. "
        f"--model {FULL_MODEL} takes a full one."
    )


def cache_folder() -> Path:
    """Return the folder for converted models: ``$MTPIPE_CACHE``, or ``mtpipe`` in the user's cache folder."""
    if named := os.environ.get("MTPIPE_CACHE"):
        return Path(named).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mtpipe"


def _download(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError

    wanted = [*REQUIRED, *WEIGHTS, *OPTIONAL]
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=wanted))
    except RepositoryNotFoundError as error:
        raise ModelError(f"model {name!r}: not on the Hugging Face hub, or private (set HF_TOKEN).") from error
    except LocalEntryNotFoundError as error:
        raise ModelError(
            f"model {name!r}: not in the local Hugging Face cache and the hub can't be reached. "
            "Download it where there is a network and name its folder, or use --model small-ar-en."
        ) from error
    except Exception as error:  # among them those of whichever HTTP client huggingface_hub has under it
        raise ModelError(f"model {name!r}: download failed ({' '.join(str(error).split())}).") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: not readable as JSON ({error}). Fetch the model again.") from error
    if not isinstance(loaded, dict):
        raise ModelError(f"{path}: holds no JSON object. Fetch the model again.")
    return loaded


def _check_languages(name: str, tokenizer: dict[str, Any]) -> None:
    # OPUS-MT writes "ar"/"en", tc-big "ar"/"en", group models "sem"/"eng": only a clear contradiction is refused.
    source, target = tokenizer.get("source_lang"), tokenizer.get("target_lang")
    wrong = (source == "en" and target != "en") or target in {"ar", "ara"}
    if wrong:
        raise ModelError(f"model {name!r} translates {source} to {target}, not Arabic to English.")


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
