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
from mtpipe.translate import hub
from mtpipe.translate.layout import OPTIONAL, REQUIRED, WEIGHTS

EMBEDDED: Final = "small-ar-en"
"""The model inside the wheel."""

FULL_MODEL: Final = "Helsinki-NLP/opus-mt-ar-en"

POSITIONS: Final = ("max_position_embeddings", 512)
"""Where config.json says how many positions the weights have, and how many where it says nothing."""

FEWEST_PIECES: Final = 8
"""A model good for less than that can translate no sentence, and leaves no room beside a language code."""

ALIASES: Final = {"opus": FULL_MODEL, "opus-big": "Helsinki-NLP/opus-mt-tc-big-ar-en"}
"""Short names of models on the hub."""

# owner/name as the hub spells it; a path with more than one slash, or one that exists, is a folder.
HUB_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A MarianMT model on disk, in Hugging Face's layout.

    ``name`` is the hub's id, or the last part of a folder's path: the same wherever the folder lies. ``revision`` is
    the hub's commit, or None for a folder; ``digest`` hashes every file that shapes a translation.
    """

    name: str
    path: Path
    revision: str | None
    config: dict[str, Any]
    tokenizer: dict[str, Any]
    digest: str

    @property
    def called(self) -> str:
        """How messages name the model: by what the user can find it with."""
        return self.name if self.revision else str(self.path)

    @property
    def weights(self) -> Path:
        """The file that the weights are read from."""
        return _weights(self.path)

    @property
    def max_pieces(self) -> int:
        """Pieces of the longest source or target, the end of sentence counted.

        The positions that the weights have, or fewer where ``tokenizer_config.json`` says that the model is good
        for less (``model_max_length``; transformers writes 1e30 for "no limit").
        """
        positions = self.config.get(*POSITIONS)
        return int(min(positions, self.tokenizer.get("model_max_length") or positions))

    def vocabulary(self) -> dict[str, int]:
        """Read the pieces and their numbers. Raises ``ModelError`` where they are not those of the weights."""
        pieces = read_json(self.path / "vocab.json")
        rows = self.config.get("vocab_size")
        # Which piece a row of the weights stands for is told by the number alone: a gap shifts all behind it.
        numbers = sorted(number for number in pieces.values() if isinstance(number, int))
        if numbers != list(range(len(pieces))) or len(pieces) != rows:
            raise ModelError(
                f"model {self.called!r}: vocab.json has {len(pieces)} pieces for the {rows} rows of the weights, "
                "or does not number them from 0. Fetch the model again."
            )
        return pieces


def resolve(name: str, *, revision: str | None = None) -> ModelFolder:
    """Find a model by local folder, built-in name, alias or Hugging Face id.

    A model of the hub is downloaded where it is not here yet; one that is here is used as it is, without network.
    Raises ``ModelError`` that says what is missing.
    """
    path = folder(name)
    if path:
        if revision is not None:
            raise ModelError(f"model {name!r}: a folder has no revision {revision!r}. Leave translate.revision out.")
        return inspect(Path(os.path.abspath(path)).name, path)  # noqa: PTH100 -- as the user named it, links unresolved
    hub_id = hub_name(name)
    snapshot = hub.find(hub_id, revision) or hub.fetch(hub_id, revision)
    return inspect(hub_id, snapshot, snapshot.name)


def pull(name: str, *, revision: str | None = None) -> ModelFolder:
    """Download a model as the hub has it now, or what of it is new. Raises ``ModelError``."""
    hub_id = hub_name(name)
    snapshot = hub.fetch(hub_id, revision)
    return inspect(hub_id, snapshot, snapshot.name)


def folder(name: str) -> Path | None:
    """Return the folder that a name stands for, the built-in model's too, or None for a model of the hub."""
    path = os.path.expanduser(name)  # noqa: PTH111 -- that of Path raises for a user who is not there
    if os.path.isdir(path):  # noqa: PTH112 -- that of Path raises for a name too long, and takes "" for a folder
        return Path(path)
    return resources.folder("models") / EMBEDDED if name == EMBEDDED else None


def hub_name(name: str) -> str:
    """Return the Hugging Face id that a name or an alias stands for. Raises ``ModelError`` for what can be none."""
    if os.path.isfile(name):  # noqa: PTH113 -- as above
        raise ModelError(f"model {name!r}: is a file. Name the folder that the model's files lie in.")
    hub_id = ALIASES.get(name, name)
    if not HUB_ID.fullmatch(hub_id):
        raise ModelError(
            f"model {name!r}: no such folder, no built-in name ({EMBEDDED}), no alias ({', '.join(ALIASES)}) "
            "and no Hugging Face id (owner/name)."
        )
    return hub_id


def inspect(name: str, path: Path, revision: str | None = None) -> ModelFolder:
    """Check the files of a model folder and hash them. Raises ``ModelError`` for one that can't be used."""
    called = name if revision else str(path)
    try:
        missing = [file for file in REQUIRED if not (path / file).is_file()]
        weights = _weights(path)
        complete = not missing and weights.is_file()
    except OSError as error:
        raise ModelError(f"model {called!r}: the folder can't be looked into ({error.strerror}).") from error
    if not complete:
        wanted = ", ".join(missing) or f"the weights ({' or '.join(WEIGHTS)})"
        raise ModelError(f"model {name!r}: {path} lacks {wanted}. A MarianMT model in Hugging Face layout is needed.")
    config = read_json(path / "config.json")
    if config.get("model_type") != "marian":
        raise ModelError(
            f"model {called!r}: config.json says model_type {config.get('model_type')!r}; only 'marian' can be used."
        )
    tokenizer_file = path / "tokenizer_config.json"
    tokenizer = read_json(tokenizer_file) if tokenizer_file.is_file() else {}
    if tokenizer.get("separate_vocabs") or config.get("share_encoder_decoder_embeddings") is False:
        raise ModelError(f"model {called!r} has a vocabulary for each language; only a shared one can be used.")
    stated = ("config.json", config, *POSITIONS), ("tokenizer_config.json", tokenizer, "model_max_length", None)
    for file, values, key, default in stated:
        longest = values.get(key, default)
        if not (longest is default or (isinstance(longest, int | float) and longest >= FEWEST_PIECES)):
            wanted = f"a number of pieces, {FEWEST_PIECES} or more, is needed"
            raise ModelError(f"model {called!r}: {file} says {key} {longest!r}; {wanted}.")
    files = [*REQUIRED, weights.name, *(file for file in OPTIONAL if (path / file).is_file())]
    try:
        hashes = [_file_digest(path / file) for file in files]
    except OSError as error:
        raise ModelError(f"model {called!r}: {error.filename} can't be read ({error.strerror}).") from error
    return ModelFolder(name, path, revision, config, tokenizer, digest(*hashes))


def notice(settings: TranslateSettings) -> str | None:
    """Return what a reader must be told about the model: that the embedded one is small. None for any other."""
    if settings.engine == "command" or settings.model != EMBEDDED:
        return None
    return (
        f"Translated by {EMBEDDED}, the small model inside mtpipe: good for a try, not for use. "
        "--model opus takes a full one."
    )


def cache_folder() -> Path:
    """Return the folder for converted models: ``$MTPIPE_CACHE``, or ``mtpipe`` in the user's cache folder.

    Raises ``ModelError`` where there is no home folder to find it in.
    """
    try:
        if named := os.environ.get("MTPIPE_CACHE"):
            return Path(named).expanduser()
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mtpipe"
    except RuntimeError as error:  # a user without a home folder, or one who is not there
        raise ModelError(f"cache folder: {str(error).rstrip('.')}. Set MTPIPE_CACHE to a folder.") from error


def _weights(path: Path) -> Path:
    return next((path / file for file in WEIGHTS if (path / file).is_file()), path / WEIGHTS[0])


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of a model's folder. Raises ``ModelError`` where there is none."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not readable as JSON ({error}). Fetch the model again.") from error
    if not isinstance(loaded, dict):
        raise ModelError(f"{path}: holds no JSON object. Fetch the model again.")
    return loaded


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
